/** What a column begins with: it has no memory of its own before there is a row. */
export const noRows: Int32Array = new Int32Array(0)

const fewestRows = 16

/** A copy of the column with room for `index`, at least twice as long; new rows are 0. */
export function grown<C extends Int32Array | Uint8Array>(column: C, index: number): C {
  const Column = column.constructor as new (rows: number) => C
  const longer = new Column(Math.max(index + 1, column.length * 2, fewestRows))
  longer.set(column)
  return longer
}
