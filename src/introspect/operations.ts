/** What operators can do to a node, beside looking at it, or ask what would come of it. The node implements it; introspect checks who asks. */
import type { ClearKind } from '../bgp/peer/clear.js'
import type { BadProposal, NodeChanges, Proposal } from '../dry-run/node-dry-run.js'

/** All neighbours to which all of it applies; what is left out applies to everyone. */
export interface NeighborGroup {
  readonly instance?: string
  readonly peerAs?: number
  readonly peerType?: 'internal' | 'external'
  /** A prefix that the address is in: dynamic neighbours come in such groups. */
  readonly range?: string
}

export interface ClearOrder {
  /** Name, instance and name, or address; or a group. */
  readonly of: string | NeighborGroup
  readonly kind: ClearKind
  /** As the configuration names it; empty: all. */
  readonly family: string
  readonly text: string
  /** Neighbours that are cleared in one second, at most. */
  readonly perSecond: number
  readonly dryRun: boolean
  /** Who says so, for the log. */
  readonly operator: string
}

export interface ClearedNeighbor {
  /** Instance and name. */
  readonly neighbor: string
  readonly address: string
  readonly acts: boolean
  readonly what: string
}

/** What was done, or is being done one after another; of a dry run what would be. */
export interface Cleared {
  readonly neighbors: readonly ClearedNeighbor[]
}

/** Why not: no such neighbour, or not now. */
export interface Refused {
  readonly refused: 'missing' | 'invalid' | 'busy'
  readonly why: string
}

/** Routes are to be avoided, or not any more, before a session, or all of them, end (RFC 8326). */
export interface GracefulShutdownOrder {
  readonly of: 'node' | { readonly neighbor: string }
  readonly on: boolean
  /** Who says so, for the log. */
  readonly operator: string
}

export interface NodeOperations {
  gracefulShutdown(order: GracefulShutdownOrder): { readonly what: string } | Refused
  clear(order: ClearOrder): Cleared | Refused
  /** Does nothing of it. */
  checkConfig(proposal: Proposal): Promise<NodeChanges | BadProposal | Refused>
}
