import { grown, noRows } from './grown.js'

/** Rows that are gathered to be dealt with later, in memory that stays until `reset`. */
export class RowList {
  /** Valid up to `count`. */
  rows: Int32Array = noRows
  count = 0

  push(row: number): void {
    if (this.count === this.rows.length) this.rows = grown(this.rows, this.count)
    this.rows[this.count++] = row
  }

  /** The one pushed last, which is taken out; there must be one. */
  pop(): number {
    return this.rows[--this.count]!
  }

  clear(): void {
    this.count = 0
  }

  /** `clear`, and gives its memory back. */
  reset(): void {
    this.count = 0
    if (this.rows.length > keptRows) this.rows = noRows
  }
}

const keptRows = 64
