import type { AttributeDb } from '../bgp/rib/attribute-db.js'
import { type Path, PathFlag } from '../bgp/rib/path.js'
import type { Route } from '../bgp/rib/route.js'
import type { Source } from '../bgp/rib/source.js'
import { type SubclusterMark, withSubcluster } from '../bgp/rib/subcluster-mark.js'
import { Change, type Table } from '../bgp/rib/table.js'
import type { ReceivedItem } from './entry/codec.js'
import type { ReceivedPath } from './entry/unicast-attributes.js'

/**
 * Where one agent has routes in one table, so that withdrawing them costs what it published and not what the table
 * holds. Routes of an ended subscription (or, in helper mode, of a lost session) are stale until they are published
 * again or swept.
 */
export class AdjIn {
  #fresh = new Set<Route>()
  #stale = new Set<Route>()
  /** Swept, too, but not before `#put` was given each. */
  #parked = new Set<Route>()
  #put: (item: ReceivedItem) => void = () => {}

  constructor(
    readonly table: Table,
    private readonly source: Source,
    private readonly attributes: AttributeDb,
    /** What routes born here carry; absent: nothing. */
    private readonly mark?: SubclusterMark
  ) {}

  /** Routes that the agent has here, stale ones included. */
  get size(): number {
    return this.#fresh.size + this.#stale.size + this.#parked.size
  }

  get isParking(): boolean {
    return this.#parked.size > 0
  }

  /** True: something changed. */
  update(key: Uint8Array, path: ReceivedPath): boolean {
    const { table, source, attributes, mark } = this
    const read = attributes.intern(path.attributes, 0, path.attributes.length)
    const set = mark === undefined ? read : mark.apply(read, attributes)
    const change = table.update(key, 0, key.length, source, set, path.flags, path.pathId, path.label)
    attributes.release(set)
    const route = table.find(key)
    if (route === undefined) return change !== Change.none
    this.#stale.delete(route)
    this.#parked.delete(route)
    this.#fresh.add(route)
    return change !== Change.none
  }

  withdraw(key: Uint8Array): boolean {
    const route = this.table.find(key)
    if (route === undefined) return false
    this.#fresh.delete(route)
    this.#stale.delete(route)
    this.#parked.delete(route)
    return this.table.withdraw(key, 0, key.length, this.source)
  }

  /** All routes become stale: whoever calls this sweeps, now or later. */
  retire(): void {
    this.#stale = all(this.#stale, this.#fresh)
    this.#fresh = new Set()
  }

  /** All routes leave the table, as `sweep` comes to them; `put` is given each as it was published. */
  park(put: (item: ReceivedItem) => void): void {
    this.#put = put
    this.#parked = all(this.#parked, this.#fresh)
    this.#fresh = new Set()
  }

  /** Those that are on their way out are put nowhere. */
  dropParked(): void {
    this.#put = () => {}
  }

  /** Withdraws up to `most` stale and parked routes; gives how many. */
  sweep(most: number): number {
    let done = 0
    for (const route of this.#stale) {
      if (done === most) return done
      this.#stale.delete(route)
      done++
      const path = this.#pathOf(route)
      if (path !== undefined) this.table.remove(route, path)
    }
    for (const route of this.#parked) {
      if (done === most) return done
      this.#parked.delete(route)
      done++
      const path = this.#pathOf(route)
      if (path === undefined) continue
      const item = this.#itemOf(route, path)
      this.table.remove(route, path)
      this.#put(item)
    }
    return done
  }

  #itemOf(route: Route, { attributes, flags, pathId, label }: Path): ReceivedItem {
    const unmarked = withSubcluster(attributes, undefined, this.attributes)
    const received = {
      attributes: unmarked.bytes.slice(),
      flags: flags & PathFlag.noTunnelEncap,
      pathId,
      label
    }
    this.attributes.release(unmarked)
    return { key: this.table.copyKey(route), path: () => received }
  }

  /** A route that lost its last path may be gone, and its index may belong to another. */
  #pathOf(route: Route): Path | undefined {
    let path = route.paths
    while (path !== undefined && (path.source !== this.source || path.origin !== undefined)) path = path.next
    return path
  }
}

/** The routes of both: the first set, or the second where the first is empty. */
function all(some: Set<Route>, others: Set<Route>): Set<Route> {
  if (some.size === 0) return others
  for (const route of others) some.add(route)
  return some
}
