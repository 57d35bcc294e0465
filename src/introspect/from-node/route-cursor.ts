import { compareBytes } from '../../bgp/rib/compare-bytes.js'
import { Route } from '../../bgp/rib/route.js'
import type { Table } from '../../bgp/rib/table.js'
import { KeyRange } from './prefix-range.js'

/** Routes kept in order at a time: a table of this size is sorted once. */
const windowSize = 8192
/** Keys looked at for each route that a caller allows for. */
const keysPerRoute = 64

/** A handle of our own, valid in this turn: those of the table stay as long as the route. */
export function passingRoute(table: Table, key: Uint8Array): Route | undefined {
  const index = table.indexOf(key)
  return index < 0 || table.pathsAt(index) === undefined ? undefined : new Route(table, index)
}

/**
 * Walks a table in the order of its keys without sorting it: each pass over the table picks the next few thousand
 * keys, some per call, so that no call takes long and the table may change in between.
 */
export class OrderedRoutes {
  readonly #table: Table
  /** The next pass takes keys behind this one (or from it on, at first). */
  #from: Uint8Array
  #includesFrom = true
  /** The last key that is wanted; undefined: to the end. */
  readonly #last: Uint8Array | undefined
  #index = 0
  /** Keys found by the pass, in order when it is over. */
  #found: Uint8Array[] = []
  #ready: Uint8Array[] = []
  #readyAt = 0
  #more = true

  constructor(table: Table, { first, last } = new KeyRange()) {
    this.#table = table
    this.#from = first
    this.#last = last
  }

  /** Some routes in order; an empty list: not yet; undefined: the end. */
  next(budget: number): Route[] | undefined {
    if (this.#readyAt < this.#ready.length) return this.#take(budget)
    if (!this.#more) return undefined
    this.#search(budget * keysPerRoute)
    return []
  }

  #take(budget: number): Route[] {
    const routes: Route[] = []
    const end = Math.min(this.#ready.length, this.#readyAt + budget)
    for (; this.#readyAt < end; this.#readyAt++) {
      const route = passingRoute(this.#table, this.#ready[this.#readyAt]!)
      if (route !== undefined) routes.push(route)
    }
    return routes
  }

  #search(keys: number): void {
    const table = this.#table
    const end = Math.min(this.#index + keys, table.indexEnd)
    for (; this.#index < end; this.#index++) {
      if (table.pathsAt(this.#index) === undefined) continue
      const start = table.keyStart(this.#index)
      const end = table.keyEnd(this.#index)
      const order = this.#compare(start, end, this.#from)
      if (order < 0 || (order === 0 && !this.#includesFrom)) continue
      if (this.#last === undefined || this.#compare(start, end, this.#last) <= 0)
        this.#found.push(table.keys.slice(start, end))
    }
    // Twice the window is sorted and cut back to it, so a pass costs a few sorts of bounded size.
    if (this.#found.length > 2 * windowSize) this.#cut()
    if (this.#index < table.indexEnd) return
    const cut = this.#wasCut
    this.#cut()
    this.#ready = this.#found
    this.#readyAt = 0
    this.#more = (cut || this.#wasCut) && this.#ready.length > 0
    this.#from = this.#ready[this.#ready.length - 1] ?? this.#from
    this.#includesFrom = false
    this.#found = []
    this.#index = 0
    this.#wasCut = false
  }

  /** Keys behind the window were seen and dropped: another pass must find them. */
  #wasCut = false

  #cut(): void {
    this.#found.sort(compareBytes)
    if (this.#found.length <= windowSize) return
    this.#found.length = windowSize
    this.#wasCut = true
  }

  /** The key at `keys[start..end)` against another. */
  #compare(start: number, end: number, other: Uint8Array): number {
    const { keys } = this.#table
    const length = end - start
    const shared = Math.min(length, other.length)
    for (let i = 0; i < shared; i++) {
      const difference = keys[start + i]! - other[i]!
      if (difference !== 0) return difference
    }
    return length - other.length
  }
}
