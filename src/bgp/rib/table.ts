import type { Scheduler } from '../../runtime/scheduler.js'
import type { Family } from '../wire/family.js'
import type { AttributeDb } from './attribute-db.js'
import type { AttributeSet } from './attribute-set.js'
import { type BestPathSettings, insert, isTransitive, rank } from './best-path.js'
import { grown } from './grown.js'
import { IdleRows } from './idle-rows.js'
import { KeyIndex } from './key-index.js'
import type { HashKey } from './keyed-hash.js'
import { LonePaths } from './lone-paths.js'
import { ObjectColumn } from './object-column.js'
import { Path, PathFlag } from './path.js'
import { PathCounts } from './path-counts.js'
import { Route } from './route.js'
import type { RowList } from './row-list.js'
import type { Source } from './source.js'
import { TableWalk } from './table-walk.js'

/** Works from the state that it is shown: telling it twice, or replaying a whole table to it, is harmless. */
export interface TableListener {
  /** `index` is the route's place in the table's columns; `table.at(index)` gives a handle to it. */
  routeChanged(index: number, table: Table): void
}

/** What the tables of a node share. */
export interface RibContext {
  readonly attributes: AttributeDb
  readonly hashKey: HashKey
  readonly bestPath: BestPathSettings
  readonly scheduler: Scheduler
  /** Milliseconds since 1970; it may stand still during a slice. */
  wallClock(): number
}

/** What `Table.update` did. */
export const Change = { none: 0, added: 1, replaced: 2 } as const
export type Change = (typeof Change)[keyof typeof Change]

/**
 * The routes of one family in one routing instance. Every source adds and withdraws paths here by the same two
 * calls, and nothing reaches the routes around them. A prefix is given as key bytes (`Nlri.key`).
 */
export class Table {
  readonly name: string
  readonly family: Family
  readonly #context: RibContext
  readonly #index: KeyIndex
  /** By index: the first path; undefined where the index is free, idle, or held for a route that is withdrawn. */
  readonly #paths = new ObjectColumn<Path>()
  /** By index: listeners that still need the route although it may have no path. */
  #holders: Int32Array = new Int32Array(16)
  /** By index: the handles that somebody has asked for. */
  readonly #handles: (Route | undefined)[] = []
  #listeners: TableListener[] = []
  /** The route that is being changed by `together`; -1: none. */
  #together = -1
  #toTell = false
  readonly #lone = new LonePaths()
  readonly #idle: IdleRows
  readonly counts = new PathCounts()

  constructor(name: string, family: Family, context: RibContext) {
    this.name = name
    this.family = family
    this.#context = context
    this.#index = new KeyIndex(context.hashKey, family.keyLength, family.fixedKeyLength)
    this.#idle = new IdleRows(context.scheduler, ({ rows, count }) => this.#index.remove(rows, count))
  }

  /** Routes that have a path. */
  get size(): number {
    return this.#paths.size
  }

  get bestPathSettings(): BestPathSettings {
    return this.#context.bestPath
  }

  get listenerCount(): number {
    return this.#listeners.length
  }

  get listeners(): readonly TableListener[] {
    return this.#listeners
  }

  addListener(listener: TableListener): void {
    this.#listeners = [...this.#listeners, listener]
  }

  removeListener(listener: TableListener): void {
    this.#listeners = this.#listeners.filter(other => other !== listener)
  }

  /**
   * Sets `source`'s path on the prefix `key[start..end)`: its only primary one, or the one with this path id where
   * the source may have several; for a copy (`origin` given) the one from that route with this path id. A path that a
   * resolver made of it (`PathFlag.resolvedPath`) is beside it, by its path id. The table holds `attributes` for itself.
   * `hash`: the key's, from `hashOf`.
   */
  update(
    key: Uint8Array,
    start: number,
    end: number,
    source: Source,
    attributes: AttributeSet,
    flags = 0,
    pathId = 0,
    label = 0,
    l3Label = -1,
    origin: Route | undefined = undefined,
    hash = this.#index.hashOf(key, start, end)
  ): Change {
    if (this.#idle.count > 0 && this.#index.isFull) this.#idle.removeSome()
    const index = this.#index.add(key, start, end, hash)
    const first = this.#paths.get(index)
    const path = findPath(first, source, pathId, origin, flags & PathFlag.resolvedPath)
    if (path === undefined) {
      this.#context.attributes.hold(attributes)
      const now = this.#seconds()
      if (first === undefined) {
        if (this.#idle.has(index)) this.#idle.wake(index)
        const lone = this.#lone.take(source, attributes, flags, pathId, label, l3Label, origin, now)
        this.#paths.set(index, lone)
      } else {
        const added = new Path(source, attributes, flags, pathId, label, l3Label, origin, now)
        this.#insert(index, first, added)
      }
      this.counts.count(source, origin, flags, 1)
      this.#notify(index)
      return Change.added
    }
    if (
      path.attributes === attributes &&
      path.flags === flags &&
      path.label === label &&
      path.l3Label === l3Label &&
      path.pathId === pathId
    )
      return Change.none
    this.counts.count(source, origin, path.flags, -1)
    this.#context.attributes.hold(attributes)
    this.#context.attributes.release(path.attributes)
    const now = this.#seconds()
    if (first === path && path.next === undefined) {
      path.routes--
      const lone = this.#lone.take(source, attributes, flags, pathId, label, l3Label, origin, now)
      this.#paths.set(index, lone)
    } else {
      path.attributes = attributes
      path.flags = flags
      path.pathId = pathId
      path.label = label
      path.l3Label = l3Label
      path.changedAt = now
      this.#rank(index)
    }
    this.counts.count(source, origin, flags, 1)
    this.#notify(index)
    return Change.replaced
  }

  /** Takes `source`'s path back; false when there is none. */
  withdraw(
    key: Uint8Array,
    start: number,
    end: number,
    source: Source,
    pathId = 0,
    origin: Route | undefined = undefined,
    hash = this.#index.hashOf(key, start, end)
  ): boolean {
    const index = this.#index.find(key, start, end, hash)
    const path = index < 0 ? undefined : findPath(this.#paths.get(index), source, pathId, origin, 0)
    if (path === undefined) return false
    this.removeAt(index, path)
    return true
  }

  /** As `withdraw`, for a route and a path at hand. */
  remove(route: Route, path: Path): void {
    this.removeAt(route.index, path)
  }

  removeAt(index: number, path: Path): void {
    const first = this.#paths.get(index)!
    if (first !== path) {
      let before = first
      while (before.next !== path) before = before.next!
      before.next = path.next
    } else if (path.next !== undefined) {
      this.#paths.set(index, path.next)
    } else {
      this.#paths.clear(index)
    }
    path.next = undefined
    path.routes--
    const rest = this.#paths.get(index)
    const staysRanked = rest?.next === undefined || isTransitive(rest, path, this.#context.bestPath)
    this.counts.count(path.source, path.origin, path.flags, -1)
    this.#context.attributes.release(path.attributes)
    if (!staysRanked) this.#rank(index)
    this.holdAt(index)
    this.#notify(index)
    this.letGoAt(index)
  }

  /** Changes the flags of a path at hand (stale marking, resolution). */
  setFlags(index: number, path: Path, flags: number): void {
    if (path.flags === flags) return
    this.counts.count(path.source, path.origin, path.flags, -1)
    if (this.#paths.get(index) === path && path.next === undefined) {
      const { source, attributes, pathId, label, l3Label, origin, changedAt } = path
      path.routes--
      const lone = this.#lone.take(source, attributes, flags, pathId, label, l3Label, origin, changedAt)
      this.#paths.set(index, lone)
    } else {
      path.flags = flags
    }
    this.counts.count(path.source, path.origin, flags, 1)
    if (this.#paths.get(index)!.next !== undefined) this.#rank(index)
    this.#notify(index)
  }

  find(key: Uint8Array, start = 0, end = key.length): Route | undefined {
    const index = this.indexOf(key, start, end)
    return index < 0 ? undefined : this.#handle(index)
  }

  /** What `update`, `withdraw` and `lookAhead` take. */
  hashOf(key: Uint8Array, start: number, end: number): number {
    return this.#index.hashOf(key, start, end)
  }

  /** Prepares to find the keys with these hashes, at most `lookAhead` of them: faster than to find each alone. */
  lookAhead(hashes: Int32Array, count: number): void {
    this.#index.touch(hashes, count)
  }

  /** The index of the route with this key; -1 where there is none. */
  indexOf(key: Uint8Array, start = 0, end = key.length): number {
    const index = this.#index.find(key, start, end)
    return this.#idle.has(index) ? -1 : index
  }

  /** One behind the largest index that a route has: the length of every column kept beside the table. */
  get indexEnd(): number {
    return this.#index.highest
  }

  /** There is a route with this index: it has paths, or is held. */
  isUsed(index: number): boolean {
    return this.#paths.get(index) !== undefined || this.#holders[index]! > 0
  }

  /** The route with this index; undefined where the index is free. */
  at(index: number): Route | undefined {
    return this.isUsed(index) ? this.#handle(index) : undefined
  }

  /** The route's paths, best first; undefined where it has none or the index is free. */
  pathsAt(index: number): Path | undefined {
    return this.#paths.get(index)
  }

  /** The first path that is not an alias; it may be infeasible (routing.md 1.6). */
  bestAt(index: number): Path | undefined {
    let path = this.#paths.get(index)
    while (path !== undefined && (path.flags & PathFlag.aliasedPath) !== 0) path = path.next
    return path
  }

  /** The best path where it can be used, else undefined. */
  usableAt(index: number): Path | undefined {
    const best = this.bestAt(index)
    return best?.feasible === true ? best : undefined
  }

  /** Where the keys lie: `keys[keyStart(i)..keyEnd(i))`; valid until the next `update`. */
  get keys(): Uint8Array {
    return this.#index.keys
  }

  keyStart(index: number): number {
    return this.#index.startOf(index)
  }

  keyEnd(index: number): number {
    return this.#index.endOf(index)
  }

  /** A copy of the route's key that stays. */
  copyKey(route: Route): Uint8Array {
    return this.#index.keys.slice(this.#index.startOf(route.index), this.#index.endOf(route.index))
  }

  print(route: Route): string {
    return this.family.print(
      this.#index.keys,
      this.#index.startOf(route.index),
      this.#index.endOf(route.index)
    )
  }

  /** Tells all listeners of the route again, as when something that their answer depends on has changed. */
  touch(route: Route): void {
    this.#notify(route.index)
  }

  touchAt(index: number): void {
    this.#notify(index)
  }

  /**
   * What `change` does to the route at `index` is told to the listeners once, behind it; what `change` gives. It must
   * not call `together` again.
   */
  together<Result>(index: number, change: () => Result): Result {
    this.holdAt(index)
    this.#together = index
    try {
      return change()
    } finally {
      this.#together = -1
      if (this.#toTell) {
        this.#toTell = false
        this.#notify(index)
      }
      this.letGoAt(index)
    }
  }

  /** Keeps a route in its place although it may lose its last path, until `letGo`. */
  hold(route: Route): void {
    this.holdAt(route.index)
  }

  letGo(route: Route): void {
    this.letGoAt(route.index)
  }

  holdAt(index: number): void {
    if (index >= this.#holders.length) this.#holders = grown(this.#holders, index)
    this.#holders[index]!++
  }

  letGoAt(index: number): void {
    if (--this.#holders[index]! > 0 || this.#paths.get(index) !== undefined) return
    this.#free(index)
    this.#resetIfEmpty()
  }

  /** As `letGoAt` for each. */
  letGoAll({ rows, count }: RowList): void {
    for (let i = 0; i < count; i++) {
      const index = rows[i]!
      if (--this.#holders[index]! === 0 && this.#paths.get(index) === undefined) this.#free(index)
    }
    this.#resetIfEmpty()
  }

  /** The best-path settings have changed: orders all paths again, in slices. */
  rankAll(scheduler: Scheduler): void {
    new TableWalk(this, scheduler, index => {
      if (this.#paths.get(index)?.next === undefined) return
      this.#rank(index)
      this.#notify(index)
    }).start()
  }

  /** A thousand paths on one route that come one by one must not cost a million (route targets of agents). */
  #insert(index: number, lone: Path, path: Path): void {
    const ranked = this.#lone.own(lone)
    if (ranked !== lone) this.#paths.set(index, ranked)
    const first = insert(ranked, path, this.#context.bestPath)
    if (first !== undefined) {
      this.#paths.set(index, first)
    } else {
      path.next = ranked
      this.#paths.set(index, path)
      this.#rank(index)
    }
  }

  #rank(index: number): void {
    const paths: Path[] = []
    for (let path = this.#paths.get(index); path !== undefined; path = path.next) paths.push(path)
    this.#paths.set(index, rank(paths, this.#context.bestPath)!)
  }

  #seconds(): number {
    return Math.floor(this.#context.wallClock() / 1000)
  }

  #notify(index: number): void {
    if (index === this.#together) {
      this.#toTell = true
      return
    }
    const listeners = this.#listeners
    for (let i = 0; i < listeners.length; i++) listeners[i]!.routeChanged(index, this)
  }

  #handle(index: number): Route {
    const handles = this.#handles
    while (handles.length <= index) handles.push(undefined)
    return (handles[index] ??= new Route(this, index))
  }

  #free(index: number): void {
    if (index < this.#handles.length) this.#handles[index] = undefined
    this.#idle.add(index)
  }

  /** A table that has become empty gives its memory back; one that was empty before has none to give. */
  #resetIfEmpty(): void {
    if (this.#idle.count === 0 || this.#idle.count < this.#index.size) return
    this.#index.clear()
    this.#idle.clear()
    this.#handles.length = 0
    this.#holders = new Int32Array(16)
    this.#lone.clear()
  }
}

function findPath(
  first: Path | undefined,
  source: Source,
  pathId: number,
  origin: Route | undefined,
  /** `PathFlag.resolvedPath`, or 0. */
  resolved: number
): Path | undefined {
  const isOnly = origin === undefined && resolved === 0 && !source.severalPaths
  for (let path = first; path !== undefined; path = path.next) {
    if (
      path.source === source &&
      path.origin === origin &&
      (path.pathId === pathId || isOnly) &&
      (origin !== undefined || (path.flags & PathFlag.resolvedPath) === resolved)
    )
      return path
  }
  return undefined
}
