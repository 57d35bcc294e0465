/** What would happen, were a node that runs with one configuration given another (spec bgp 16.2). Nothing of it is done. */
import { isDeepStrictEqual } from 'node:util'
import { type Outlook, type PlannedChange, planChange } from '../bgp/peer/change-plan.js'
import { agentsMustReturn } from '../config/agents-must-return.js'
import { listenChange } from '../config/listen.js'
import { needsRestart } from '../config/needs-restart.js'
import type { NodeConfig } from '../config/node-config.js'
import type { InstanceSettings } from '../config/settings.js'
import type { ConfigObject } from '../ifmap/config-object.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { outlookOf } from './outlook.js'

export interface Configuration {
  readonly config: NodeConfig
  readonly objects: readonly ConfigObject[]
}

export interface ConfigChanges {
  readonly neighbors: readonly PlannedChange[]
  /** Sessions of agents end, and come back. */
  readonly agentsReturn: boolean
  /** Routing instances that come, go or change. */
  readonly instances: readonly { readonly name: string; readonly effect: 'comes' | 'goes' | 'changes' }[]
  /** Places where BGP is listened for; no session feels it. */
  readonly listening: { readonly opens: readonly string[]; readonly closes: readonly string[] }
  /** Parts of the node's file that hold after a restart of the node only; the others hold at SIGHUP. */
  readonly afterRestart: readonly string[]
}

export async function changesBetween(
  running: Configuration,
  next: Configuration,
  scheduler: Scheduler
): Promise<ConfigChanges> {
  // The name of the node is another one after a restart only.
  const outlook = ({ config, objects }: Configuration) =>
    outlookOf(objects, running.config.hostname, config.bgp, scheduler)
  const [before, after] = await Promise.all([outlook(running), outlook(next)])
  return changesOf(running.config, before, next.config, after, new Map())
}

/** Settings of an instance, and others that were found to be the same; settings are replaced, never changed. */
export type SameSettings = ReadonlyMap<InstanceSettings, InstanceSettings>

const comparedPerSlice = 100

/** Comparing deeply takes its time with many instances: between slices `turn` is waited for. */
export async function sameSettings(
  was: Outlook['instances'],
  is: Outlook['instances'],
  turn: () => Promise<void>
): Promise<SameSettings> {
  const same = new Map<InstanceSettings, InstanceSettings>()
  let compared = 0
  for (const [name, settings] of [...was]) {
    if (++compared % comparedPerSlice === 0) await turn()
    const next = is.get(name)
    if (next !== undefined && isDeepStrictEqual(settings, next)) same.set(settings, next)
  }
  return same
}

/** Of a node with its settings and those it would have; what is known to be the same is not compared again. */
export function changesOf(
  running: NodeConfig,
  before: Outlook,
  next: NodeConfig,
  after: Outlook,
  same: SameSettings
): ConfigChanges {
  const [was, is] = [before.instances, after.instances]
  const names = [...new Set([...was.keys(), ...is.keys()])].sort()
  const isSame = (name: string): boolean => {
    const [one, other] = [was.get(name), is.get(name)]
    if (one === undefined || other === undefined) return false
    return one === other || same.get(one) === other || isDeepStrictEqual(one, other)
  }
  return {
    neighbors: planChange(before, after),
    agentsReturn: before.globals.self !== undefined && agentsMustReturn(before.globals, after.globals),
    instances: names
      .filter(name => !isSame(name))
      .map(name => ({ name, effect: !was.has(name) ? 'comes' : is.has(name) ? 'changes' : 'goes' })),
    listening: listenChange(running.bgp.listen, next.bgp.listen),
    // The other objects are taken for what is put into the folder of the running node.
    afterRestart: needsRestart(running, next).filter(name => name !== 'store')
  }
}
