import type { Path } from './path.js'
import type { Table } from './table.js'

/**
 * A prefix and its ordered paths in one table: a handle to a row of the table's columns, made when somebody asks for
 * it and then the same as long as the row is in use. A table that is only reflected has none (docs/decisions/0002).
 */
export class Route {
  readonly table: Table
  /** Its place in the table's columns, and in those of rib-outs and replication; constant while it lives. */
  readonly index: number

  constructor(table: Table, index: number) {
    this.table = table
    this.index = index
  }

  /** The first of the list, best first; undefined when the route is withdrawn and only waits for listeners. */
  get paths(): Path | undefined {
    return this.table.pathsAt(this.index)
  }

  /** The first path that is not an alias; it may be infeasible (routing.md 1.6). */
  get best(): Path | undefined {
    return this.table.bestAt(this.index)
  }

  /** The best path where it can be used, else undefined. */
  get usable(): Path | undefined {
    return this.table.usableAt(this.index)
  }
}
