import type { Table } from '../rib/table.js'
import type { Audience } from './audience.js'
import { Delivery } from './delivery.js'
import type { Exporter } from './exporter.js'
import { giveSlots, type LaneSlots, takeSlots } from './lane-slots.js'
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
  /** From the first thing to say until it is encoded. */
  #slots: LaneSlots | undefined
  /** Slots in use, of announcements and of withdrawals. */
  #announced = 0
  #withdrawn = 0

  constructor(exporter: Exporter<State>, table: Table, counts: RibOutCounts) {
    this.#exporter = exporter
    this.#table = table
    this.#counts = counts
  }

  /** At most `routesPerSlice` times between two calls of `encode`. */
  announce(audience: Audience, index: number, state: State, label: number, l3Label: number): void {
    const slots = (this.#slots ??= takeSlots(this.#exporter.routesPerSlice))
    const lane = this.#lane(audience)
    const slot = this.#announced++
    slots.index[slot] = index
    slots.label[slot] = label
    slots.l3Label[slot] = l3Label
    slots.next[slot] = none
    slots.states[slot] = state
    const group = this.#exporter.groupOf(state)
    if (group.lane === lane.number) {
      slots.next[slots.lastOf[group.slot]!] = slot
      slots.lastOf[group.slot] = slot
      return
    }
    group.lane = lane.number
    group.slot = slot
    slots.lastOf[slot] = slot
    slots.nextGroup[slot] = none
    if (lane.firstGroup === none) lane.firstGroup = slot
    else slots.nextGroup[lane.lastGroup] = slot
    lane.lastGroup = slot
  }

  /** As often at most. */
  withdraw(audience: Audience, index: number, label: number): void {
    const slots = (this.#slots ??= takeSlots(this.#exporter.routesPerSlice))
    const lane = this.#lane(audience)
    const slot = this.#withdrawn++
    slots.withdrawnIndex[slot] = index
    slots.withdrawnLabel[slot] = label
    slots.nextWithdrawn[slot] = none
    if (lane.firstWithdrawn === none) lane.firstWithdrawn = slot
    else slots.nextWithdrawn[lane.lastWithdrawn] = slot
    lane.lastWithdrawn = slot
  }

  /** Encodes everything, behind what the delivery has already, and starts afresh. */
  encode(delivery = new Delivery(this.#counts)): Delivery {
    this.#counts.slices++
    for (const lane of this.#lanes.values()) {
      this.#encodeLane(lane, this.#slots!)
      const segment = this.#exporter.take()
      if (segment !== undefined) delivery.add(lane.audience, segment)
    }
    // A slice that has nothing to say ends too: what the exporter remembers in a slice must not outlive it.
    if (this.#lanes.size === 0) this.#exporter.take()
    else this.#lanes = new Map()
    if (this.#slots !== undefined) giveSlots(this.#slots)
    this.#slots = undefined
    this.#latest = undefined
    this.#announced = 0
    this.#withdrawn = 0
    return delivery
  }

  #encodeLane({ firstWithdrawn, firstGroup }: Lane, slots: LaneSlots): void {
    const exporter = this.#exporter
    const table = this.#table
    if (firstWithdrawn !== none) {
      exporter.beginWithdraw(table)
      for (let slot = firstWithdrawn; slot !== none; slot = slots.nextWithdrawn[slot]!)
        exporter.withdraw(table, slots.withdrawnIndex[slot]!, slots.withdrawnLabel[slot]!)
      exporter.end()
    }
    for (let first = firstGroup; first !== none; first = slots.nextGroup[first]!) {
      exporter.beginAnnounce(table, slots.states[first] as State)
      for (let slot = first; slot !== none; slot = slots.next[slot]!) {
        exporter.announce(
          table,
          slots.index[slot]!,
          slots.states[slot] as State,
          slots.label[slot]!,
          slots.l3Label[slot]!
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
