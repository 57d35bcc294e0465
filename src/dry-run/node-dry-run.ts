/** What another configuration would do to a node that runs, with its sessions as they are now. Nothing of it is done. */
import type { Outlook, PlannedChange, PlannedEffect } from '../bgp/peer/change-plan.js'
import { neighbourAddresses } from '../bgp/peer/fabric-addresses.js'
import type { Negotiated } from '../bgp/wire/negotiate.js'
import { type NodeConfig, parseNodeConfig } from '../config/node-config.js'
import type { ConfigProblem } from '../config-store/config-store.js'
import { readObjectList } from '../config-store/object-list.js'
import type { ControlNode } from '../control-node.js'
import { type ConfigChanges, changesOf, sameSettings } from './config-changes.js'
import { outlookOf } from './outlook.js'

/** What is left out stays as it is. */
export interface Proposal {
  /** Text of the node's own file. */
  readonly node?: string
  /** All that the folder of objects would hold, in the JSON form of the API. */
  readonly objects?: readonly unknown[]
}

export interface NeighborChange extends PlannedChange {
  /** What becomes of a session that is up now; `none`: there is none. */
  readonly session: 'ends' | 'stays' | 'none'
  /** More than one where machines share a client of BGP as a service. */
  readonly sessionsUp: number
}

export interface NodeChanges extends ConfigChanges {
  readonly neighbors: readonly NeighborChange[]
  /** Of neighbours that are up. */
  readonly sessionsEnd: number
  /** That are connected now. */
  readonly agents: number
  /** The proposal is good all the same. */
  readonly warnings: readonly ConfigProblem[]
}

/** The proposal has errors: all that is wrong with it. */
export interface BadProposal {
  readonly problems: readonly ConfigProblem[]
}

/** As problems name the two parts of a proposal. */
const parts = { node: 'node', objects: 'objects' } as const

export async function dryRun(
  node: ControlNode,
  running: NodeConfig,
  proposal: Proposal
): Promise<NodeChanges | BadProposal> {
  const { scheduler } = node.options
  const turn = (): Promise<void> => new Promise(resolve => scheduler.soon(resolve))
  let nodeProblems: readonly ConfigProblem[] = []
  let next: NodeConfig | undefined = running
  if (proposal.node !== undefined) {
    // As if it stood in the place of the node's file, which relative paths start from.
    const read = parseNodeConfig(running.file, proposal.node)
    nodeProblems = read.problems.map(problem => ({ ...problem, file: parts.node }))
    next = read.config
  }
  const list =
    proposal.objects === undefined ? undefined : await readObjectList(parts.objects, proposal.objects, turn)
  const problems = [...nodeProblems, ...(list?.problems ?? [])]
  if (next === undefined || problems.some(({ severity }) => severity === 'error')) return { problems }
  const made =
    list === undefined ? undefined : await outlookOf(list.objects, running.hostname, next.bgp, scheduler)
  const same = await sameSettings(node.config.instances, made?.instances ?? new Map(), turn)
  // From here on in one go: what the node has must not change in between.
  const before = outlookOfNode(node, running)
  const after: Outlook = { ...before, ...made, config: next.bgp }
  const changes = changesOf(running, before, next, after, same)
  const neighbors = changes.neighbors.map(change => withSessions(node, change))
  return {
    ...changes,
    neighbors,
    sessionsEnd: neighbors.reduce(
      (sum, { session, sessionsUp }) => sum + (session === 'ends' ? sessionsUp : 0),
      0
    ),
    agents: node.xmpp.connectionCount,
    warnings: [...problems, ...warningsOf(after)]
  }
}

function outlookOfNode(
  { config: { globals, peers, instances }, peers: running, options }: ControlNode,
  { bgp }: NodeConfig
): Outlook {
  const { forcedTimers } = options.bgp
  return {
    globals,
    peers,
    instances,
    config: bgp,
    dynamic: running.dynamicAddresses,
    departures: running.departures,
    ...(forcedTimers !== undefined && { forcedTimers })
  }
}

/** A neighbour that is up has said whether it can be asked for its routes again. */
function withSessions({ peers }: ControlNode, change: PlannedChange): NeighborChange {
  const up = peers.sessionsOf(change.name).flatMap(({ session }) => session.negotiated ?? [])
  if (up.length === 0) return { ...change, session: 'none', sessionsUp: 0 }
  const effect = effectOn(up, change.effect)
  return { ...change, effect, session: ending.has(effect) ? 'ends' : 'stays', sessionsUp: up.length }
}

/** Of machines that share a client some may differ in what they can; that stays open then. */
function effectOn(up: readonly Negotiated[], planned: PlannedEffect): PlannedEffect {
  if (planned !== 'refresh' && planned !== 'refresh-or-reset') return planned
  const able = up.filter(({ routeRefresh }) => routeRefresh).length
  if (able === up.length) return 'refresh'
  if (able > 0) return planned
  return planned === 'refresh' ? 'live' : 'reset'
}

const ending: ReadonlySet<PlannedChange['effect']> = new Set(['goes', 'closes', 'reset'])

function warningsOf({ globals, peers, config }: Outlook): ConfigProblem[] {
  const warning = (file: string, path: string, reason: string): ConfigProblem => ({
    severity: 'warning',
    file,
    line: 0,
    column: 0,
    path,
    reason
  })
  const warnings: ConfigProblem[] = []
  if (globals.self === undefined)
    warnings.push(
      warning(
        parts.objects,
        '',
        "the node's own bgp_router is not there: it has no neighbours and takes no agents"
      )
    )
  const addresses = neighbourAddresses(peers.values())
  for (const address of config.neighbours.keys())
    if (!addresses.has(address))
      warnings.push(
        warning(
          parts.node,
          'bgp.neighbours',
          `no neighbour has the address ${address}: its options are of nobody`
        )
      )
  return warnings
}
