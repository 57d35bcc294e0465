import type { Scheduler } from '../../runtime/scheduler.js'
import type { Family } from '../wire/family.js'
import type { AttributeDb } from './attribute-db.js'
import type { AttributeSet } from './attribute-set.js'
import { type BestPathSettings, rank } from './best-path.js'
import { KeyIndex } from './key-index.js'
import type { HashKey } from './keyed-hash.js'
import { infeasibleFlags, Path, PathFlag } from './path.js'
import { Route } from './route.js'
import type { Source } from './source.js'
import { TableWalk } from './table-walk.js'

/** Works from the state that it is shown: telling it twice, or replaying a whole table to it, is harmless. */
export interface TableListener {
  routeChanged(route: Route): void
}

/** What the tables of a node share. */
export interface RibContext {
  readonly attributes: AttributeDb
  readonly hashKey: HashKey
  readonly bestPath: BestPathSettings
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
  /** By index; undefined where the index is free. */
  readonly #routes: (Route | undefined)[] = []
  #listeners: TableListener[] = []
  /** The path that was last made for a route alone; it may serve the next route too. */
  #lastLone: Path | undefined
  /** Routes that have a path. */
  size = 0
  /** Paths by standing, as operators count them (introspect.md 3.4). */
  primaryPaths = 0
  secondaryPaths = 0
  infeasiblePaths = 0
  stalePaths = 0
  longLivedStalePaths = 0
  /** Primary ones that cannot be used: they are few, so each is counted for its source. */
  readonly #infeasibleBySource = new Map<Source, number>()

  constructor(name: string, family: Family, context: RibContext) {
    this.name = name
    this.family = family
    this.#context = context
    this.#index = new KeyIndex(context.hashKey, family.keyLength, family.fixedKeyLength)
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

  /** Primary paths of the source that cannot be used. */
  infeasiblePathsOf(source: Source): number {
    return this.#infeasibleBySource.get(source) ?? 0
  }

  addListener(listener: TableListener): void {
    this.#listeners = [...this.#listeners, listener]
  }

  removeListener(listener: TableListener): void {
    this.#listeners = this.#listeners.filter(other => other !== listener)
  }

  /**
   * Sets `source`'s path on the prefix `key[start..end)`: its only primary one, or the one with this path id where
   * the source may have several; for a copy (`origin` given) the one from that route with this path id. The table
   * holds `attributes` for itself.
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
    origin: Route | undefined = undefined
  ): Change {
    const index = this.#index.add(key, start, end)
    const route = this.#routes[index] ?? (this.#routes[index] = new Route(this, index))
    const path = findPath(route, source, pathId, origin)
    if (path === undefined) {
      this.#context.attributes.hold(attributes)
      const now = this.#seconds()
      const first = route.paths
      if (first === undefined) {
        route.paths = this.#lonePath(source, attributes, flags, pathId, label, l3Label, origin, now)
        this.size++
      } else {
        const added = new Path(source, attributes, flags, pathId, label, l3Label, origin, now)
        added.next = this.#ownPath(route, first)
        route.paths = added
        this.#rank(route)
      }
      this.#count(source, origin, flags, 1)
      this.#notify(route)
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
    this.#count(source, origin, path.flags, -1)
    this.#context.attributes.hold(attributes)
    this.#context.attributes.release(path.attributes)
    const now = this.#seconds()
    if (route.paths === path && path.next === undefined) {
      path.routes--
      route.paths = this.#lonePath(source, attributes, flags, pathId, label, l3Label, origin, now)
    } else {
      path.attributes = attributes
      path.flags = flags
      path.pathId = pathId
      path.label = label
      path.l3Label = l3Label
      path.changedAt = now
      this.#rank(route)
    }
    this.#count(source, origin, flags, 1)
    this.#notify(route)
    return Change.replaced
  }

  /** Takes `source`'s path back; false when there is none. */
  withdraw(
    key: Uint8Array,
    start: number,
    end: number,
    source: Source,
    pathId = 0,
    origin: Route | undefined = undefined
  ): boolean {
    const route = this.find(key, start, end)
    const path = route === undefined ? undefined : findPath(route, source, pathId, origin)
    if (path === undefined) return false
    this.#remove(route!, path)
    return true
  }

  /** As `withdraw`, for a route and a path at hand. */
  remove(route: Route, path: Path): void {
    this.#remove(route, path)
  }

  /** Changes the flags of a path at hand (stale marking, resolution). */
  setFlags(route: Route, path: Path, flags: number): void {
    if (path.flags === flags) return
    this.#count(path.source, path.origin, path.flags, -1)
    const own = path.next === undefined && route.paths === path ? this.#ownPath(route, path) : path
    own.flags = flags
    this.#count(path.source, path.origin, flags, 1)
    if (route.paths!.next !== undefined) this.#rank(route)
    this.#notify(route)
  }

  find(key: Uint8Array, start = 0, end = key.length): Route | undefined {
    const index = this.#index.find(key, start, end)
    return index < 0 ? undefined : this.#routes[index]
  }

  /** One behind the largest index that a route has: the length of every column kept beside the table. */
  get indexEnd(): number {
    return this.#index.highest
  }

  at(index: number): Route | undefined {
    return this.#routes[index]
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
    this.#notify(route)
  }

  /** Keeps a route in its place although it may lose its last path, until `letGo`. */
  hold(route: Route): void {
    route.holders++
  }

  letGo(route: Route): void {
    if (--route.holders === 0 && route.paths === undefined) this.#free(route)
  }

  /** The best-path settings have changed: orders all paths again, in slices. */
  rankAll(scheduler: Scheduler): void {
    new TableWalk(this, scheduler, route => {
      if (route.paths?.next === undefined) return
      this.#rank(route)
      this.#notify(route)
    }).start()
  }

  /** A path for a route that has no other: the last one made, where it says the same. */
  #lonePath(
    source: Source,
    attributes: AttributeSet,
    flags: number,
    pathId: number,
    label: number,
    l3Label: number,
    origin: Route | undefined,
    now: number
  ): Path {
    const last = this.#lastLone
    if (
      last !== undefined &&
      last.attributes === attributes &&
      last.source === source &&
      last.flags === flags &&
      last.pathId === pathId &&
      last.label === label &&
      last.l3Label === l3Label &&
      last.changedAt === now &&
      origin === undefined
    ) {
      last.routes++
      return last
    }
    const made = new Path(source, attributes, flags, pathId, label, l3Label, origin, now)
    this.#lastLone = origin === undefined ? made : undefined
    return made
  }

  /** The path as an object that only this route has, so that it can be linked and changed. */
  #ownPath(route: Route, path: Path): Path {
    if (this.#lastLone === path) this.#lastLone = undefined
    if (path.routes === 1) return path
    path.routes--
    const { source, attributes, flags, pathId, label, l3Label, origin, changedAt } = path
    const own = new Path(source, attributes, flags, pathId, label, l3Label, origin, changedAt)
    if (route.paths === path) route.paths = own
    return own
  }

  #remove(route: Route, path: Path): void {
    if (route.paths === path) {
      route.paths = path.next
    } else {
      let before = route.paths!
      while (before.next !== path) before = before.next!
      before.next = path.next
    }
    path.next = undefined
    path.routes--
    this.#count(path.source, path.origin, path.flags, -1)
    this.#context.attributes.release(path.attributes)
    if (route.paths === undefined) this.size--
    else if (route.paths.next !== undefined) this.#rank(route)
    route.holders++
    this.#notify(route)
    this.letGo(route)
  }

  #rank(route: Route): void {
    const paths: Path[] = []
    for (let path = route.paths; path !== undefined; path = path.next) paths.push(path)
    route.paths = rank(paths, this.#context.bestPath)
  }

  #count(source: Source, origin: Route | undefined, flags: number, by: 1 | -1): void {
    if (origin === undefined) this.primaryPaths += by
    else this.secondaryPaths += by
    if (flags !== 0) this.#countFlags(source, origin, flags, by)
  }

  #countFlags(source: Source, origin: Route | undefined, flags: number, by: 1 | -1): void {
    if ((flags & PathFlag.stale) !== 0) this.stalePaths += by
    if ((flags & PathFlag.llgrStale) !== 0) this.longLivedStalePaths += by
    if ((flags & infeasibleFlags) === 0) return
    this.infeasiblePaths += by
    if (origin !== undefined) return
    const count = this.infeasiblePathsOf(source) + by
    if (count > 0) this.#infeasibleBySource.set(source, count)
    else this.#infeasibleBySource.delete(source)
  }

  #seconds(): number {
    return Math.floor(this.#context.wallClock() / 1000)
  }

  #notify(route: Route): void {
    const listeners = this.#listeners
    for (let i = 0; i < listeners.length; i++) listeners[i]!.routeChanged(route)
  }

  #free(route: Route): void {
    this.#routes[route.index] = undefined
    this.#index.remove(route.index)
    if (this.#index.size > 0) return
    this.#routes.length = 0
    this.#lastLone = undefined
  }
}

function findPath(route: Route, source: Source, pathId: number, origin: Route | undefined): Path | undefined {
  for (let path = route.paths; path !== undefined; path = path.next) {
    if (
      path.source === source &&
      path.origin === origin &&
      (path.pathId === pathId || (origin === undefined && !source.severalPaths))
    )
      return path
  }
  return undefined
}
