import type { Table } from '../rib/table.js'
import type { Audience } from './audience.js'
import { Delivery } from './delivery.js'
import type { Exporter } from './exporter.js'
import type { RibOutCounts } from './rib-out-counts.js'

/** What one audience is told in a slice: chains of slots. */
interface Lane {
  readonly audience: Audience
  /** As groups remember it (`PackGroup`). */
  readonly number: number
  /** The first slots of its first and its last group; `none` where nothing is announced. */
  firstGroup: number
  lastGroup: number
  /** `none` where nothing is withdrawn. */
  firstWithdrawn: number
  lastWithdrawn: number
}

const none = -1

/** Of all lanes that ever were: a group that remembers another lane is not mistaken for one of this. */
let lastLane = 0

/**
 * Sorts what a slice has to say: by audience, then by group, so that it is encoded once, packed as tightly as the
 * slice allows, and every receiver gets few large pieces. Refilled for every slice.
 */
export class Lanes<State> {
  readonly #exporter: Exporter<State>
  readonly #table: Table
  readonly #counts: RibOutCounts
  #lanes = new Map<Audience, Lane>()
  #latest: Lane | undefined
  /** By slot: the announcement, and the next slot of its group. */
  #announced = 0
  readonly #next: Int32Array
  readonly #index: Int32Array
  readonly #label: Int32Array
  readonly #l3Label: Int32Array
  readonly #states: State[]
  /** By first slot of a group: its last one, and the first slot of the next group of its lane. */
  readonly #lastOf: Int32Array
  readonly #nextGroup: Int32Array
  /** By slot of withdrawals: the route, and the next slot of its lane. */
  #withdrawn = 0
  readonly #nextWithdrawn: Int32Array
  readonly #withdrawnIndex: Int32Array
  readonly #withdrawnLabel: Int32Array

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
    this.#lastOf = new Int32Array(capacity)
    this.#nextGroup = new Int32Array(capacity)
    this.#nextWithdrawn = new Int32Array(capacity)
    this.#withdrawnIndex = new Int32Array(capacity)
    this.#withdrawnLabel = new Int32Array(capacity)
  }

  /** At most `routesPerSlice` times between two calls of `encode`. */
  announce(audience: Audience, index: number, state: State, label: number, l3Label: number): void {
    const lane = this.#lane(audience)
    const slot = this.#announced++
    this.#index[slot] = index
    this.#label[slot] = label
    this.#l3Label[slot] = l3Label
    this.#next[slot] = none
    this.#states[slot] = state
    const group = this.#exporter.groupOf(state)
    if (group.lane === lane.number) {
      this.#next[this.#lastOf[group.slot]!] = slot
      this.#lastOf[group.slot] = slot
      return
    }
    group.lane = lane.number
    group.slot = slot
    this.#lastOf[slot] = slot
    this.#nextGroup[slot] = none
    if (lane.firstGroup === none) lane.firstGroup = slot
    else this.#nextGroup[lane.lastGroup] = slot
    lane.lastGroup = slot
  }

  /** As often at most. */
  withdraw(audience: Audience, index: number, label: number): void {
    const lane = this.#lane(audience)
    const slot = this.#withdrawn++
    this.#withdrawnIndex[slot] = index
    this.#withdrawnLabel[slot] = label
    this.#nextWithdrawn[slot] = none
    if (lane.firstWithdrawn === none) lane.firstWithdrawn = slot
    else this.#nextWithdrawn[lane.lastWithdrawn] = slot
    lane.lastWithdrawn = slot
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
    else this.#lanes = new Map()
    this.#latest = undefined
    this.#announced = 0
    this.#withdrawn = 0
    return delivery
  }

  #encodeLane({ firstWithdrawn, firstGroup }: Lane): void {
    const exporter = this.#exporter
    const table = this.#table
    if (firstWithdrawn !== none) {
      exporter.beginWithdraw(table)
      for (let slot = firstWithdrawn; slot !== none; slot = this.#nextWithdrawn[slot]!)
        exporter.withdraw(table, this.#withdrawnIndex[slot]!, this.#withdrawnLabel[slot]!)
      exporter.end()
    }
    for (let first = firstGroup; first !== none; first = this.#nextGroup[first]!) {
      exporter.beginAnnounce(table, this.#states[first]!)
      for (let slot = first; slot !== none; slot = this.#next[slot]!) {
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

  #lane(audience: Audience): Lane {
    if (this.#latest?.audience === audience) return this.#latest
    let lane = this.#lanes.get(audience)
    if (lane === undefined) {
      lane = {
        audience,
        number: ++lastLane,
        firstGroup: none,
        lastGroup: none,
        firstWithdrawn: none,
        lastWithdrawn: none
      }
      this.#lanes.set(audience, lane)
    }
    this.#latest = lane
    return lane
  }
}
