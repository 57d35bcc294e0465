import type { Scheduler } from '../../runtime/scheduler.js'
import type { Nlri } from '../wire/nlri.js'
import type { AttributeSet } from './attribute-set.js'
import type { Path } from './path.js'
import type { Source } from './source.js'
import { Change, type Table } from './table.js'
import { TableWalk } from './table-walk.js'

/** What one peer has in one table: the way in, the count, and the way out again. */
export class AdjIn {
  readonly table: Table
  readonly source: Source
  /** Primary paths of the source in the table. */
  paths = 0

  constructor(table: Table, source: Source) {
    this.table = table
    this.source = source
  }

  update(nlri: Nlri, attributes: AttributeSet, flags: number, pathId = nlri.pathId): Change {
    const { key, keyLength, label, l3Label } = nlri
    const change = this.table.update(
      key,
      0,
      keyLength,
      this.source,
      attributes,
      flags,
      pathId,
      label,
      l3Label
    )
    if (change === Change.added) this.paths++
    return change
  }

  /** False when the source had no such path. */
  withdraw(nlri: Nlri, pathId = nlri.pathId): boolean {
    const withdrawn = this.table.withdraw(nlri.key, 0, nlri.keyLength, this.source, pathId)
    if (withdrawn) this.paths--
    return withdrawn
  }

  /** Takes out the paths that `which` picks (all by default), in slices; copies made from them go with them. */
  sweep(scheduler: Scheduler, done: () => void, which: (path: Path) => boolean = () => true): TableWalk {
    return this.#walk(scheduler, done, (path, route) => {
      if (!which(path)) return
      this.table.remove(route, path)
      this.paths--
    })
  }

  /** Changes the flags of all its paths, in slices: `flagsOf` gives the new ones. */
  mark(scheduler: Scheduler, done: () => void, flagsOf: (path: Path) => number): TableWalk {
    return this.#walk(scheduler, done, (path, route) => this.table.setFlags(route, path, flagsOf(path)))
  }

  #walk(
    scheduler: Scheduler,
    done: () => void,
    visit: (path: Path, route: NonNullable<ReturnType<Table['at']>>) => void
  ): TableWalk {
    // Marking reorders a route's list, so its paths are picked before the first is visited.
    const own: Path[] = []
    return new TableWalk(
      this.table,
      scheduler,
      route => {
        own.length = 0
        for (let path = route.paths; path !== undefined; path = path.next) {
          if (path.source === this.source && path.origin === undefined) own.push(path)
        }
        for (let i = 0; i < own.length; i++) visit(own[i]!, route)
      },
      done
    ).start()
  }
}
