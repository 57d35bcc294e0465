/**
 * `weft config check FILE --against RUNNING`: what would happen, were a node that runs with the one configuration given
 * the other (spec bgp 16.2). Nothing of it is done.
 */
import { isDeepStrictEqual } from 'node:util'
import { type PlannedChange, type PlannedEffect, planChange } from '../bgp/peer/change-plan.js'
import { agentsMustReturn } from '../config/agents-must-return.js'
import { listenChange } from '../config/listen.js'
import type { NodeConfig } from '../config/node-config.js'
import type { ConfigObject } from '../ifmap/config-object.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { outlookOf } from './outlook.js'
import { needsRestart } from './reload.js'
import { printTable } from './table.js'

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
  const outlook = ({ config, objects }: Configuration) =>
    outlookOf(objects, config.hostname, config.bgp, scheduler)
  const [before, after] = await Promise.all([outlook(running), outlook(next)])
  const [was, is] = [before.instances, after.instances]
  const names = [...new Set([...was.keys(), ...is.keys()])].sort()
  return {
    neighbors: planChange(before, after),
    agentsReturn: before.globals.self !== undefined && agentsMustReturn(before.globals, after.globals),
    instances: names
      .filter(name => !isDeepStrictEqual(was.get(name), is.get(name)))
      .map(name => ({ name, effect: !was.has(name) ? 'comes' : is.has(name) ? 'changes' : 'goes' })),
    listening: listenChange(running.config.bgp.listen, next.config.bgp.listen),
    // The objects of the other folder are taken for what is put into the running one.
    afterRestart: needsRestart(running.config, next.config).filter(name => name !== 'store')
  }
}

/** What becomes of the neighbour, in words. */
const effects: Readonly<Record<PlannedEffect, string>> = {
  comes: 'is new',
  goes: 'is removed (Cease 3)',
  opens: 'is no longer administratively down',
  closes: 'is administratively down (Cease 2)',
  reset: 'is reset (Cease 6)',
  'refresh-or-reset': 'is asked for its routes again; without route refresh reset (Cease 6)',
  refresh: 'is asked for its routes again, if it can be',
  live: 'stays up, and the change holds at once'
}

export function changesText(changes: ConfigChanges, columns: number | undefined): string {
  const { neighbors, agentsReturn, instances, listening, afterRestart } = changes
  const parts: string[] = []
  if (neighbors.length === 0) parts.push('Nothing happens to any neighbor.')
  else
    parts.push(
      printTable<PlannedChange>(
        [
          { title: 'Neighbor', cell: n => n.name.split(':').at(-1)! },
          { title: 'Address', cell: n => n.address },
          { title: 'What becomes of it', cell: n => effects[n.effect] },
          { title: 'Because of', cell: n => n.why.join(', ') }
        ],
        neighbors,
        columns
      )
    )
  if (agentsReturn) parts.push('The sessions of all agents end, and come back.')
  if (instances.length > 0)
    parts.push(`Routing instances: ${instances.map(({ name, effect }) => `${name} ${effect}`).join(', ')}.`)
  const { opens, closes } = listening
  if (opens.length > 0) parts.push(`Listened on from now on: ${opens.join('; ')}.`)
  if (closes.length > 0) parts.push(`Not listened on any more: ${closes.join('; ')}.`)
  if (afterRestart.length > 0) parts.push(`After a restart of the node only: ${afterRestart.join(', ')}.`)
  return parts.join('\n')
}
