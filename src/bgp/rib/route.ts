import { type Path, PathFlag } from './path.js'
import type { Table } from './table.js'

/** A prefix and its ordered paths in one table. The prefix itself is the table's: `table.keyOf(route)`. */
export class Route {
  readonly table: Table
  /** Its place in the table's columns, and in those of rib-outs and replication; constant while it lives. */
  readonly index: number
  /** The first of the list, best first; undefined when the route is withdrawn and only waits for listeners. */
  paths: Path | undefined
  /** Listeners that still need the route although it may have no path (`Table.hold`). */
  holders: number

  constructor(table: Table, index: number) {
    this.table = table
    this.index = index
    this.paths = undefined
    this.holders = 0
  }

  /** The first path that is not an alias; it may be infeasible (routing.md 1.6). */
  get best(): Path | undefined {
    let path = this.paths
    while (path !== undefined && (path.flags & PathFlag.aliasedPath) !== 0) path = path.next
    return path
  }

  /** The best path where it can be used, else undefined. */
  get usable(): Path | undefined {
    const best = this.best
    return best?.feasible === true ? best : undefined
  }
}
