import type { Scheduler } from '../../runtime/scheduler.js'
import { RowList } from './row-list.js'
import type { Table } from './table.js'

const rowsPerSlice = 4096

/** Lets go of rows that nobody else will let go of, be they a whole table, in slices; gaps, below 0, are passed over. */
export function letGoInSlices(table: Table, rows: ArrayLike<number>, scheduler: Scheduler): void {
  const slice = new RowList()
  let next = 0
  const step = (): void => {
    slice.clear()
    for (const end = Math.min(next + rowsPerSlice, rows.length); next < end; next++)
      if (rows[next]! >= 0) slice.push(rows[next]!)
    table.letGoAll(slice)
    if (next < rows.length) scheduler.soon(step)
  }
  step()
}
