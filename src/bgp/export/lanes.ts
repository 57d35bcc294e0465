import type { Table } from '../rib/table.js'
import type { Audience } from './audience.js'
import { Delivery } from './delivery.js'
import type { Exporter } from './exporter.js'
import type { RibOutCounts } from './rib-out-counts.js'

/** Announcements of one group in one lane: a chain of slots. */
interface Group<State> {
  readonly state: State
  last: number
  readonly first: number
}

/** What one audience is told in a slice. */
interface Lane<State> {
  readonly audience: Audience
  readonly groups: Group<State>[]
  readonly byGroup: Map<unknown, Group<State>>
  readonly withdrawals: number[]
}

/**
 * Sorts what a slice has to say: by audience, then by group, so that it is encoded once, packed as tightly as the
 * slice allows, and every receiver gets few large pieces. Refilled for every slice.
 */
export class Lanes<State> {
  readonly #exporter: Exporter<State>
  readonly #table: Table
  readonly #counts: RibOutCounts
  #lanes = new Map<Audience, Lane<State>>()
  #latest: Lane<State> | undefined
  /** By slot: the announcement, and the next slot of its group. */
  #count = 0
  readonly #next: Int32Array
  readonly #index: Int32Array
  readonly #label: Int32Array
  readonly #l3Label: Int32Array
  readonly #states: State[]

  constructor(exporter: Exporter<State>, table: Table, counts: RibOutCounts) {
    this.#exporter = exporter
    this.#table = table
    this.#counts = counts
    const capacity = exporter.routesPerSlice
    this.#next = new Int32Array(capacity)
    this.#index = new Int32Array(capacity)
    this.#label = new Int32Array(capacity)
    this.#l3Label = new Int32Array(capacity)
    this.#states = new Array(capacity)
  }

  /** At most `routesPerSlice` times between two calls of `encode`. */
  announce(audience: Audience, index: number, state: State, label: number, l3Label: number): void {
    const lane = this.#lane(audience)
    const slot = this.#count++
    this.#index[slot] = index
    this.#label[slot] = label
    this.#l3Label[slot] = l3Label
    this.#next[slot] = -1
    this.#states[slot] = state
    const key = this.#exporter.groupOf(state)
    const latest = lane.groups[lane.groups.length - 1]
    const group =
      latest !== undefined && this.#exporter.groupOf(latest.state) === key ? latest : lane.byGroup.get(key)
    if (group === undefined) {
      const begun: Group<State> = { state, first: slot, last: slot }
      lane.groups.push(begun)
      lane.byGroup.set(key, begun)
    } else {
      this.#next[group.last] = slot
      group.last = slot
    }
  }

  withdraw(audience: Audience, index: number, label: number): void {
    this.#lane(audience).withdrawals.push(index, label)
  }

  /** Encodes everything, behind what the delivery has already, and starts afresh. */
  encode(delivery = new Delivery(this.#counts)): Delivery {
    this.#counts.slices++
    for (const lane of this.#lanes.values()) {
      this.#encodeLane(lane)
      const segment = this.#exporter.take()
      if (segment !== undefined) delivery.add(lane.audience, segment)
    }
    // A slice that has nothing to say ends too: what the exporter remembers in a slice must not outlive it.
    if (this.#lanes.size === 0) this.#exporter.take()
    this.#lanes = new Map()
    this.#latest = undefined
    this.#count = 0
    return delivery
  }

  #encodeLane(lane: Lane<State>): void {
    const exporter = this.#exporter
    const table = this.#table
    const { withdrawals, groups } = lane
    if (withdrawals.length > 0) {
      exporter.beginWithdraw(table)
      for (let i = 0; i < withdrawals.length; i += 2)
        exporter.withdraw(table, withdrawals[i]!, withdrawals[i + 1]!)
      exporter.end()
    }
    for (const group of groups) {
      exporter.beginAnnounce(table, group.state)
      for (let slot = group.first; slot >= 0; slot = this.#next[slot]!) {
        exporter.announce(
          table,
          this.#index[slot]!,
          this.#states[slot]!,
          this.#label[slot]!,
          this.#l3Label[slot]!
        )
      }
      exporter.end()
    }
  }

  #lane(audience: Audience): Lane<State> {
    if (this.#latest?.audience === audience) return this.#latest
    let lane = this.#lanes.get(audience)
    if (lane === undefined) {
      lane = { audience, groups: [], byGroup: new Map(), withdrawals: [] }
      this.#lanes.set(audience, lane)
    }
    this.#latest = lane
    return lane
  }
}
