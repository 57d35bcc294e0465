/**
 * The memory of a slice in the making (`Lanes`): columns of as many slots as a slice may have. A slice is filled and
 * encoded in one go, so all rib-outs of a node take turns with a few of them: a rib-out that has nothing to say costs
 * next to nothing, and a node of many instances has thousands.
 */
export class LaneSlots {
  /** By slot of announcements: the next slot of its group, and what is announced. */
  readonly next: Int32Array
  readonly index: Int32Array
  readonly label: Int32Array
  readonly l3Label: Int32Array
  readonly states: unknown[]
  /** By first slot of a group: its last one, and the first slot of the next group of its lane. */
  readonly lastOf: Int32Array
  readonly nextGroup: Int32Array
  /** By slot of withdrawals: the next slot of its lane, and the route. */
  readonly nextWithdrawn: Int32Array
  readonly withdrawnIndex: Int32Array
  readonly withdrawnLabel: Int32Array

  constructor(readonly capacity: number) {
    this.next = new Int32Array(capacity)
    this.index = new Int32Array(capacity)
    this.label = new Int32Array(capacity)
    this.l3Label = new Int32Array(capacity)
    this.states = new Array(capacity)
    this.lastOf = new Int32Array(capacity)
    this.nextGroup = new Int32Array(capacity)
    this.nextWithdrawn = new Int32Array(capacity)
    this.withdrawnIndex = new Int32Array(capacity)
    this.withdrawnLabel = new Int32Array(capacity)
  }
}

/** By capacity, those that nobody has. */
const idle = new Map<number, LaneSlots[]>()
/** A slice that is encoded may have another one begun beside it, hardly ever a third. */
const keptIdle = 2

export function takeSlots(capacity: number): LaneSlots {
  return idle.get(capacity)?.pop() ?? new LaneSlots(capacity)
}

/** Given by whoever took them, and does not touch them any more. */
export function giveSlots(slots: LaneSlots): void {
  const others = idle.get(slots.capacity)
  if (others === undefined) idle.set(slots.capacity, [slots])
  else if (others.length < keptIdle) others.push(slots)
}
