import type { Scheduler } from '../../runtime/scheduler.js'
import type { Nlri } from '../wire/nlri.js'
import type { AttributeDb } from './attribute-db.js'
import type { AttributeSet } from './attribute-set.js'
import { type Path, PathFlag, refreshGeneration } from './path.js'
import type { Source } from './source.js'
import { Change, type Table } from './table.js'
import { TableWalk } from './table-walk.js'

/** What one peer has in one table: the way in, the count, and the way out again. */
export class AdjIn {
  readonly table: Table
  readonly source: Source
  /** Primary paths of the source in the table. */
  paths = 0
  /** What is announced now carries it; a refresh begins a new one (`RefreshIn`). */
  generation = 0

  constructor(table: Table, source: Source) {
    this.table = table
    this.source = source
  }

  /** `hash`: the key's, from `Table.hashOf`. */
  update(
    nlri: Nlri,
    attributes: AttributeSet,
    flags: number,
    pathId = nlri.pathId,
    hash = this.#hashOf(nlri)
  ): Change {
    const { key, keyLength, label, l3Label } = nlri
    const change = this.table.update(
      key,
      0,
      keyLength,
      this.source,
      attributes,
      flags | (this.generation << refreshGeneration.shift),
      pathId,
      label,
      l3Label,
      undefined,
      hash
    )
    if (change === Change.added) this.paths++
    return change
  }

  /** Those of `paths` that the session that is up has announced: the others are kept of one that was lost. */
  get freshPaths(): number {
    return this.paths - this.table.counts.staleOf(this.source)
  }

  nextGeneration(): void {
    this.generation = (this.generation + 1) & refreshGeneration.mask
  }

  /** The path was announced before `generation` began, which is one of the last sixteen. */
  isOlder(path: Path, generation: number): boolean {
    const { shift, mask } = refreshGeneration
    const age = (this.generation - (path.flags >> shift)) & mask
    return age > ((this.generation - generation) & mask)
  }

  /** False when the source had no such path. */
  withdraw(nlri: Nlri, pathId = nlri.pathId, hash = this.#hashOf(nlri)): boolean {
    const { table, source } = this
    const withdrawn = table.withdraw(nlri.key, 0, nlri.keyLength, source, pathId, undefined, hash)
    if (withdrawn) this.paths--
    return withdrawn
  }

  /** Takes out the paths that `which` picks (all by default), in slices; copies made from them go with them. */
  sweep(scheduler: Scheduler, done: () => void, which: (path: Path) => boolean = () => true): TableWalk {
    return this.#walk(scheduler, done, (path, index) => {
      if (!which(path)) return
      this.table.removeAt(index, path)
      this.paths--
    })
  }

  /** Changes the flags of all its paths, in slices: `flagsOf` gives the new ones. */
  mark(scheduler: Scheduler, done: () => void, flagsOf: (path: Path) => number): TableWalk {
    return this.#walk(scheduler, done, (path, index) => this.table.setFlags(index, path, flagsOf(path)))
  }

  /** Changes the attributes of all its paths, in slices: `attributesOf` gives the new ones, held for this call. */
  replace(
    scheduler: Scheduler,
    db: AttributeDb,
    attributesOf: (old: AttributeSet) => AttributeSet
  ): TableWalk {
    const { table, source } = this
    return this.#walk(
      scheduler,
      () => {},
      ({ attributes, flags, pathId, label, l3Label }, index) => {
        const key = table.copyKey(table.at(index)!)
        const replaced = attributesOf(attributes)
        table.update(key, 0, key.length, source, replaced, flags, pathId, label, l3Label)
        db.release(replaced)
      }
    )
  }

  /** Has everyone look at its routes again, in slices: something of the source itself has changed. */
  touch(scheduler: Scheduler): void {
    this.#walk(
      scheduler,
      () => {},
      (_, index) => this.table.touchAt(index)
    )
  }

  #hashOf({ key, keyLength }: Nlri): number {
    return this.table.hashOf(key, 0, keyLength)
  }

  #walk(scheduler: Scheduler, done: () => void, visit: (path: Path, index: number) => void): TableWalk {
    // Marking reorders a route's list, so its paths are picked before the first is visited.
    const own: Path[] = []
    const visitRoute = (index: number): void => {
      own.length = 0
      for (let path = this.table.pathsAt(index); path !== undefined; path = path.next) {
        if (path.source === this.source && path.origin === undefined && !isResolved(path)) own.push(path)
      }
      for (let i = 0; i < own.length; i++) visit(own[i]!, index)
    }
    return new TableWalk(this.table, scheduler, visitRoute, done).start()
  }
}

/** Made of a path of the source by a resolver, which takes it out again. */
const isResolved = ({ flags }: Path): boolean => (flags & PathFlag.resolvedPath) !== 0
