import type { Scheduler } from '../../runtime/scheduler.js'
import { grown, noRows } from './grown.js'
import { letGoInSlices } from './let-go.js'
import type { Table } from './table.js'

/**
 * Rows of a table that someone has still to look at, oldest first, each once. They are held: whoever takes one lets
 * go of it.
 */
export class ChangedRows {
  readonly #table: Table
  /** A ring: `size` rows from `#first` on. Its length is a power of two. */
  #ring = noRows
  #first = 0
  size = 0
  /** How many were ever taken. */
  taken = 0
  /** By row: 1 where it is in the ring. */
  #isIn: Uint8Array = nowhere

  constructor(table: Table) {
    this.#table = table
  }

  has(row: number): boolean {
    return row < this.#isIn.length && this.#isIn[row] === 1
  }

  /** One that is there keeps its place. */
  add(row: number): void {
    if (row >= this.#isIn.length) this.#isIn = grown(this.#isIn, row)
    if (this.#isIn[row] === 1) return
    this.#isIn[row] = 1
    this.#table.holdAt(row)
    if (this.size === this.#ring.length) this.#straighten(Math.max(2 * this.#ring.length, initialRows))
    this.#ring[(this.#first + this.size++) & (this.#ring.length - 1)] = row
  }

  /** The oldest one, which is then the caller's to let go of; there must be one. */
  take(): number {
    const row = this.#ring[this.#first]!
    this.#first = (this.#first + 1) & (this.#ring.length - 1)
    this.#isIn[row] = 0
    this.taken++
    // The first walk of a full table has them all: that much is not kept.
    if (--this.size === 0 && this.#ring.length > keptRows) this.#ring = new Int32Array(initialRows)
    if (this.size === 0) this.#first = 0
    return row
  }

  /** Lets go of all, in slices. */
  clear(scheduler: Scheduler): void {
    this.#straighten(this.#ring.length)
    const rows = this.#ring.subarray(0, this.size)
    this.taken += this.size
    this.size = 0
    this.#ring = noRows
    this.#isIn = nowhere
    letGoInSlices(this.#table, rows, scheduler)
  }

  /** A ring of that length which begins at its start. */
  #straighten(length: number): void {
    const ring = new Int32Array(length)
    ring.set(this.#ring.subarray(this.#first))
    ring.set(this.#ring.subarray(0, this.#first), this.#ring.length - this.#first)
    this.#ring = ring
    this.#first = 0
  }
}

const nowhere = new Uint8Array(0)
const initialRows = 64
const keptRows = 64 * 1024
