/**
 * Resolves the next hops of paths that have `PathFlag.resolveNextHop`, in the tables of one routing instance (spec
 * routing 6.3). A next hop is looked up as a host route of its family's table; of each usable path there that shares
 * the load, the path to be resolved gets a copy beside it, with next hop, label and what belongs to forwarding from
 * there. The original stays, and is not used.
 *
 * Nothing is remembered but who waits for which host route and which way each copy takes: a route is looked at as it
 * is whenever it, or a host route that it waits for, has changed. That is done behind the change and in slices.
 */
import type { AttributeDb } from '../bgp/rib/attribute-db.js'
import type { HashKey } from '../bgp/rib/keyed-hash.js'
import { infeasibleFlags, type Path, PathFlag, refreshGeneration } from '../bgp/rib/path.js'
import type { Source } from '../bgp/rib/source.js'
import type { Table, TableListener } from '../bgp/rib/table.js'
import { TableWalk } from '../bgp/rib/table-walk.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { type NextHop, NextHops, nextHopLength, writeNextHop } from './next-hops.js'
import { resolvedAttributes } from './resolved-attributes.js'
import { type RouteNumber, routeNumber, waysTo } from './ways.js'

/** A copy that a route has. */
export interface ResolvedPath {
  readonly source: Source
  readonly pathId: number
  readonly nextHop: NextHop<Resolution>
  /** The host routes on its way; it may not go through its own route. */
  readonly through: ReadonlySet<RouteNumber>
}

/** A route with paths to resolve. */
export class Resolution {
  nextHops: readonly NextHop<Resolution>[] = []
  resolved: readonly ResolvedPath[] = []

  constructor(
    readonly table: Table,
    readonly index: number
  ) {}
}

interface TableState {
  readonly nextHops: NextHops<Resolution>
  readonly resolutions: Map<number, Resolution>
}

export interface ResolverContext {
  readonly attributes: AttributeDb
  readonly hashKey: HashKey
  readonly scheduler: Scheduler
}

const stepsPerSlice = 1024
const usersPerStep = 256

export class PathResolver implements TableListener {
  readonly #context: ResolverContext
  readonly #inet: Table
  readonly #inet6: Table
  readonly #states: ReadonlyMap<Table, TableState>
  readonly #changedRoutes = new Set<Resolution>()
  readonly #changedNextHops = new Set<NextHop<Resolution>>()
  /** Those who wait for a next hop that has changed, and have not been told. */
  #users: Iterator<Resolution> | undefined
  #scheduled = false
  #stopped = false

  /** Resolves what is in the tables, and what comes. */
  constructor(inet: Table, inet6: Table, context: ResolverContext) {
    this.#context = context
    this.#inet = inet
    this.#inet6 = inet6
    this.#states = new Map(
      [inet, inet6].map(table => [
        table,
        { nextHops: new NextHops<Resolution>(table, context.hashKey), resolutions: new Map() }
      ])
    )
    for (const table of this.#states.keys()) {
      table.addListener(this)
      new TableWalk(table, context.scheduler, index => this.routeChanged(index, table)).start()
    }
  }

  get tables(): Iterable<Table> {
    return this.#states.keys()
  }

  resolutions(table: Table): Iterable<Resolution> {
    return this.#states.get(table)?.resolutions.values() ?? []
  }

  /** What has changed and has not been looked at: routes, and next hops. */
  get pending(): { readonly routes: number; readonly nextHops: number } {
    return { routes: this.#changedRoutes.size, nextHops: this.#changedNextHops.size }
  }

  /** Nothing is resolved any more; the copies go, in slices. */
  stop(): void {
    this.#stopped = true
    this.#changedRoutes.clear()
    this.#changedNextHops.clear()
    for (const table of this.#states.keys()) {
      table.removeListener(this)
      new TableWalk(table, this.#context.scheduler, index => {
        for (const path of resolvedPathsOf(table, index)) table.removeAt(index, path)
      }).start()
    }
  }

  routeChanged(index: number, table: Table): void {
    if (this.#stopped) return
    const { resolutions, nextHops } = this.#states.get(table)!
    const resolution = resolutions.get(index)
    if (resolution !== undefined) {
      this.#changedRoutes.add(resolution)
      this.#schedule()
    } else if (hasUnresolved(table.pathsAt(index))) {
      const added = new Resolution(table, index)
      resolutions.set(index, added)
      this.#changedRoutes.add(added)
      this.#schedule()
    }
    const nextHop = nextHops.find(table.keys, table.keyStart(index), table.keyEnd(index))
    if (nextHop !== undefined) this.#nextHopChanged(nextHop)
  }

  #nextHopChanged(nextHop: NextHop<Resolution>): void {
    this.#changedNextHops.add(nextHop)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#context.scheduler.soon(this.#slice)
  }

  readonly #slice = (): void => {
    this.#scheduled = false
    let left = stepsPerSlice
    while (this.#step()) {
      if (--left > 0 && !this.#context.scheduler.isTurnOver) continue
      this.#schedule()
      return
    }
  }

  /** False: there was nothing left to do. */
  #step(): boolean {
    if (this.#users !== undefined) {
      this.#tellUsers(this.#users)
      return true
    }
    for (const nextHop of this.#changedNextHops) {
      this.#changedNextHops.delete(nextHop)
      this.#users = nextHop.users.values()
      return true
    }
    for (const resolution of this.#changedRoutes) {
      this.#changedRoutes.delete(resolution)
      this.#resolve(resolution)
      return true
    }
    return false
  }

  #tellUsers(users: Iterator<Resolution>): void {
    for (let left = usersPerStep; left > 0; left--) {
      const next = users.next()
      if (next.done === true) {
        this.#users = undefined
        return
      }
      this.#changedRoutes.add(next.value)
    }
  }

  #resolve(resolution: Resolution): void {
    const { table, index } = resolution
    const nextHops: NextHop<Resolution>[] = []
    const resolved: ResolvedPath[] = []
    const key = table.keys.slice(table.keyStart(index), table.keyEnd(index))
    for (const path of unresolvedPathsOf(table, index)) {
      const nextHop = this.#nextHopOf(path, table, key)
      if (nextHop === undefined) continue
      if (!nextHops.includes(nextHop)) nextHops.push(nextHop)
      this.#copy(path, nextHop, resolution, key, resolved)
    }
    for (const path of resolvedPathsOf(table, index))
      if (find(resolved, path) === undefined) table.removeAt(index, path)
    const before = resolution.resolved
    resolution.resolved = resolved
    this.#await(resolution, nextHops)
    // A way that only goes through other routes than before is a change for those alone who go on through it.
    if (before.some(path => !goesTheSameWay(path, find(resolved, path)))) this.#wayChanged(table, key)
  }

  /** The copies of one path: one for each way to its next hop. */
  #copy(
    path: Path,
    nextHop: NextHop<Resolution>,
    resolution: Resolution,
    key: Uint8Array,
    resolved: ResolvedPath[]
  ): void {
    const { source, attributes, flags } = path
    const { resolutions } = this.#states.get(nextHop.table)!
    const copyFlags = (flags & ~notCopied) | PathFlag.resolvedPath
    const self = routeNumber(resolution.table, resolution.index)
    for (const way of waysTo(nextHop, resolutions, self)) {
      const { via, rd, pathId, through } = way
      if (find(resolved, { source, pathId }) !== undefined) continue // of a better path of the same source
      const copy = resolvedAttributes(attributes, via.attributes, rd, this.#context.attributes)
      const { label, l3Label } = via
      resolution.table.update(key, 0, key.length, source, copy, copyFlags, pathId, label, l3Label)
      this.#context.attributes.release(copy)
      resolved.push({ source, pathId, nextHop, through })
    }
  }

  /** Undefined: it names itself, or there is no table that it could be in. */
  #nextHopOf({ attributes }: Path, table: Table, key: Uint8Array): NextHop<Resolution> | undefined {
    const length = nextHopLength(attributes)
    if (length === 0) return undefined
    const target = length === 4 ? this.#inet : this.#inet6
    writeNextHop(attributes, length, hostKey)
    hostKey[length] = length * 8
    if (target === table && Buffer.compare(key, hostKey.subarray(0, length + 1)) === 0) return undefined
    return this.#states.get(target)!.nextHops.locate(hostKey, length + 1)
  }

  #await(resolution: Resolution, nextHops: readonly NextHop<Resolution>[]): void {
    const before = resolution.nextHops
    resolution.nextHops = nextHops
    for (const nextHop of nextHops) nextHop.users.add(resolution)
    for (const nextHop of before) {
      if (nextHops.includes(nextHop)) continue
      nextHop.users.delete(resolution)
      if (nextHop.users.size > 0) continue
      this.#changedNextHops.delete(nextHop)
      this.#states.get(nextHop.table)!.nextHops.remove(nextHop)
    }
    if (nextHops.length === 0) this.#states.get(resolution.table)!.resolutions.delete(resolution.index)
  }

  #wayChanged(table: Table, key: Uint8Array): void {
    const nextHop = this.#states.get(table)!.nextHops.find(key, 0, key.length)
    if (nextHop !== undefined) this.#nextHopChanged(nextHop)
  }
}

/** What concerns the original alone: that it is unresolved, and when it was said last. */
const notCopied = PathFlag.resolveNextHop | (refreshGeneration.mask << refreshGeneration.shift)

/** To be resolved, and with nothing else against it. */
const isUnresolved = ({ flags, origin }: Path): boolean =>
  origin === undefined && (flags & infeasibleFlags) === PathFlag.resolveNextHop

function hasUnresolved(first: Path | undefined): boolean {
  for (let path = first; path !== undefined; path = path.next) if (isUnresolved(path)) return true
  return false
}

function unresolvedPathsOf(table: Table, index: number): Path[] {
  const paths: Path[] = []
  for (let path = table.pathsAt(index); path !== undefined; path = path.next)
    if (isUnresolved(path)) paths.push(path)
  return paths
}

function resolvedPathsOf(table: Table, index: number): Path[] {
  const paths: Path[] = []
  for (let path = table.pathsAt(index); path !== undefined; path = path.next)
    if (path.origin === undefined && (path.flags & PathFlag.resolvedPath) !== 0) paths.push(path)
  return paths
}

function find(paths: readonly ResolvedPath[], { source, pathId }: Pick<Path, 'source' | 'pathId'>) {
  return paths.find(path => path.source === source && path.pathId === pathId)
}

function goesTheSameWay({ through }: ResolvedPath, other: ResolvedPath | undefined): boolean {
  if (other === undefined) return true // it is gone, of which everyone is told
  if (through.size !== other.through.size) return false
  for (const each of through) if (!other.through.has(each)) return false
  return true
}

/** The key of the host route at hand. */
const hostKey = new Uint8Array(17)
