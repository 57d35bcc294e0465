import type { Path } from '../rib/path.js'
import type { Route } from '../rib/route.js'
import type { Table } from '../rib/table.js'
import type { Audience, Audiences } from './audience.js'
import type { Receiver, Segment } from './receiver.js'

/** Why a route is, or is not, told to a receiver: for operators. */
export interface Verdict {
  readonly advertised: boolean
  /** For people, naming the rule: 'community no-export', 'learnt from this peer'. */
  readonly reason: string
  /** Where each path is told by itself (RFC 7911): the same of each, in order of the route's paths. */
  readonly paths?: readonly Verdict[]
}

/**
 * Export policy and encoding of one rib-out. `State` is what receivers are told about a route apart from prefix and
 * labels: for BGP a set of attributes, for XMPP the next hops of an item. Receivers whose exporters have the same
 * `key` share a rib-out.
 */
export interface Exporter<State> {
  /** Everything that the outcome depends on, in text: equal keys mean equal bytes for every route. */
  readonly key: string
  /** Every usable path is told and not the best alone (RFC 7911); the exporter is then shown an `AddPathTable`. */
  readonly allPaths?: boolean
  /** With `allPaths`: which of them are told depends on their places. */
  readonly selectsPaths?: boolean
  /** The least time between two of its updates of one route; absent: none (RFC 4271 §9.2.1.1). */
  readonly intervalMs?: number | undefined
  /** Routes handled in one slice: enough to pack well, few enough to let others have their turn. */
  readonly routesPerSlice: number

  /**
   * What is told about the route at `index`, whose best path `best` is usable; undefined: nothing (it is
   * withdrawn). The result is held for the caller until `release`.
   */
  evaluate(table: Table, index: number, best: Path): State | undefined
  /** Who is told; asked after `evaluate` gave a state. `receiverOf` finds the receiver that is a source, if any. */
  audience(table: Table, index: number, best: Path, audiences: Audiences, receivers: ReceiverLookup): Audience
  same(a: State, b: State): boolean
  release(state: State): void
  /** States of one group may share a message, in the order given. */
  groupOf(state: State): PackGroup
  explain(route: Route, receiver: Receiver): Verdict

  /** A run of announcements of one group; `announce` may split it over as many messages as it needs. */
  beginAnnounce(table: Table, state: State): void
  /** `index` is the route's place in the table's columns. */
  announce(table: Table, index: number, state: State, label: number, l3Label: number): void
  beginWithdraw(table: Table): void
  withdraw(table: Table, index: number, label: number): void
  /** Ends the run. */
  end(): void
  /** All that was encoded since the last `take`; undefined when that is nothing. */
  take(): Segment | undefined
}

/** What may share a message, and where `Lanes` gathers it: found without a map, which a full table would fill. */
export interface PackGroup {
  /** The number of the lane that had it last; 0: none. */
  lane: number
  /** Its first slot there. */
  slot: number
}

export interface ReceiverLookup {
  readonly receivers: Iterable<Receiver>
  /** The receiver of this rib-out whose session gave the path; undefined when none. */
  receiverOf(path: Path): Receiver | undefined
}
