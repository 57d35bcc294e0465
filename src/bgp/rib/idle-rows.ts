import type { Scheduler } from '../../runtime/scheduler.js'
import { grown } from './grown.js'
import { RowList } from './row-list.js'

/** So long after the first of them all are taken out. */
const restMilliseconds = 1000

/** So many rows are taken out between two looks at the clock. */
const rowsPerLook = 128

/**
 * Rows of a table whose routes are gone, and whose keys still stand in its index: those who must hear that a route is
 * gone hear it first, and the index is tidied when there is time. A prefix that comes back before is found where it was.
 * Nobody holds an idle row: whoever wants one again adds its key to the table.
 */
export class IdleRows {
  /** How many there are. */
  count = 0
  readonly #scheduler: Scheduler
  readonly #remove: (rows: RowList) => void
  /** All of them, and others that were once and are in use again. */
  readonly #rows = new RowList()
  /** By row: 1 where it is idle. */
  #isIdle: Uint8Array = new Uint8Array(initialRows)
  #isArmed = false

  /** `remove` takes keys out of the index. */
  constructor(scheduler: Scheduler, remove: (rows: RowList) => void) {
    this.#scheduler = scheduler
    this.#remove = remove
  }

  has(row: number): boolean {
    return row < this.#isIdle.length && this.#isIdle[row] === 1
  }

  /** The row must not be idle. */
  add(row: number): void {
    if (row >= this.#isIdle.length) this.#isIdle = grown(this.#isIdle, row)
    this.#isIdle[row] = 1
    this.#rows.push(row)
    this.count++
    if (!this.#isArmed) this.#arm()
  }

  /** An idle row is in use again. */
  wake(row: number): void {
    this.#isIdle[row] = 0
    this.count--
  }

  /** Takes some out now, so that their rows can be used again. */
  removeSome(): void {
    removed.clear()
    const rows = this.#rows
    for (let left = Math.min(rowsPerLook, rows.count); left > 0; left--) {
      const row = rows.pop()
      if (this.#isIdle[row] === 0) continue
      this.wake(row)
      removed.push(row)
    }
    this.#remove(removed)
  }

  /** Their keys are gone otherwise. */
  clear(): void {
    this.#rows.reset()
    this.#isIdle = new Uint8Array(initialRows)
    this.count = 0
  }

  #arm(): void {
    this.#isArmed = true
    this.#scheduler.after(restMilliseconds, this.#slice)
  }

  readonly #slice = (): void => {
    this.#isArmed = false
    while (this.count > 0) {
      this.removeSome()
      if (this.#scheduler.isTurnOver) {
        this.#isArmed = true
        this.#scheduler.soon(this.#slice)
        return
      }
    }
    this.#rows.reset()
  }
}

const initialRows = 16
/** Scratch. */
const removed = new RowList()
