import type { Scheduler } from '../../runtime/scheduler.js'
import { noRows } from '../rib/grown.js'
import { letGoInSlices } from '../rib/let-go.js'
import type { Table } from '../rib/table.js'

/**
 * The routes that were told to the receivers in step while others were out of step, oldest first. A route stands
 * here once: told again, it moves to the end. So a receiver that catches up skips intermediate states, and the
 * history never holds more entries than twice the table (docs/decisions/0004).
 */
export class History {
  /** Route indexes; -1 in the gaps. */
  #entries: number[] = []
  /** Route index -> position, or -1. */
  #positions: Int32Array = noRows
  #live = 0

  constructor(private readonly table: Table) {}

  /** One behind the last position. */
  get end(): number {
    return this.#entries.length
  }

  /** The index of the route told there; -1 in a gap. */
  at(position: number): number {
    return this.#entries[position]!
  }

  append(index: number): void {
    if (index >= this.#positions.length) this.#growPositions(index)
    const before = this.#positions[index]!
    if (before >= 0) {
      this.#entries[before] = -1
    } else {
      this.table.holdAt(index)
      this.#live++
    }
    this.#positions[index] = this.#entries.length
    this.#entries.push(index)
  }

  /** More gaps than entries: worth a `compact`. */
  get sparse(): boolean {
    return this.#entries.length > 2 * this.#live + 1024
  }

  /**
   * Drops the gaps and all in front of `oldest`, the first position that anyone still needs; gives where each old
   * position lies now.
   */
  compact(oldest: number): (position: number) => number {
    const moved = new Int32Array(this.#entries.length + 1)
    const kept: number[] = []
    for (let position = 0; position < this.#entries.length; position++) {
      moved[position] = kept.length
      const index = this.#entries[position]!
      if (index < 0) continue
      if (position < oldest) {
        this.#drop(index)
      } else {
        this.#positions[index] = kept.length
        kept.push(index)
      }
    }
    moved[this.#entries.length] = kept.length
    this.#entries = kept
    return position => moved[position]!
  }

  /** Lets go of all its routes, in slices; it is empty at once. */
  clear(scheduler: Scheduler): void {
    letGoInSlices(this.table, this.#entries, scheduler)
    this.#entries = []
    this.#positions = noRows
    this.#live = 0
  }

  #drop(index: number): void {
    this.#positions[index] = -1
    this.#live--
    this.table.letGoAt(index)
  }

  #growPositions(index: number): void {
    const grown = new Int32Array(Math.max(index + 1, this.#positions.length * 2, 64)).fill(-1)
    grown.set(this.#positions)
    this.#positions = grown
  }
}
