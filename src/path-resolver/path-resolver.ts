/**
 * Resolves the next hops of paths that have `PathFlag.resolveNextHop`, in the tables of one routing instance (spec
 * routing 6.3). A next hop is looked up as a host route of its family's table; of each usable path there that shares
 * the load, the path to be resolved gets a copy beside it, with next hop, label and what belongs to forwarding from
 * there. The original stays, and is not used.
 *
 * Nothing is remembered but who waits for which host route: a route is looked at as it is whenever it, a host route
 * that it waits for, or where one of these leads, has changed. That is done behind the change and in slices.
 */
import type { AttributeDb } from '../bgp/rib/attribute-db.js'
import type { AttributeSet } from '../bgp/rib/attribute-set.js'
import type { HashKey } from '../bgp/rib/keyed-hash.js'
import { type Path, PathFlag, refreshGeneration } from '../bgp/rib/path.js'
import type { Table, TableListener } from '../bgp/rib/table.js'
import { TableWalk } from '../bgp/rib/table-walk.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { leadsTo } from './next-hop-graph.js'
import { type NextHop, NextHops, nextHopLength, writeNextHop } from './next-hops.js'
import { copiesAt, hasUnresolved, Look, Resolution } from './resolution.js'
import { resolvedAttributes } from './resolved-attributes.js'
import { waysTo } from './ways.js'

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
/** Copies of one route that are changed together: its listeners look at the whole route each time. */
const copiesPerStep = 16

export class PathResolver implements TableListener {
  readonly #context: ResolverContext
  readonly #inet: Table
  readonly #inet6: Table
  readonly #states: ReadonlyMap<Table, TableState>
  readonly #changedRoutes = new Set<Resolution>()
  readonly #changedNextHops = new Set<NextHop<Resolution>>()
  /** Those whose host route leads elsewhere, itself or further on: a tide that runs up through their users. */
  readonly #otherWays = new Set<NextHop<Resolution>>()
  #tide: Iterator<NextHop<Resolution>> | undefined
  /** Those who wait for a next hop that has changed, and have not been told. */
  #users: Iterator<Resolution> | undefined
  #look: Look | undefined
  #limited = 0
  /** Its copies are being changed here. */
  #writing: Resolution | undefined
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

  /** Next hops of routes, each as often as a route names it, with more ways than are used (`waysAtMost`). */
  get limited(): number {
    return this.#limited
  }

  /** Nothing is resolved any more; the copies go, in slices. */
  stop(): void {
    this.#stopped = true
    this.#changedRoutes.clear()
    this.#changedNextHops.clear()
    this.#otherWays.clear()
    this.#tide = undefined
    this.#users = undefined
    this.#look = undefined
    for (const [table, { resolutions }] of this.#states) {
      table.removeListener(this)
      for (const { index } of resolutions.values()) table.letGoAt(index)
      resolutions.clear()
      new TableWalk(table, this.#context.scheduler, index => {
        for (const path of copiesAt({ table, index })) table.removeAt(index, path)
      }).start()
    }
  }

  routeChanged(index: number, table: Table): void {
    if (this.#stopped) return
    const { resolutions, nextHops } = this.#states.get(table)!
    const resolution = resolutions.get(index)
    if (resolution !== undefined) {
      if (resolution !== this.#writing) this.#routeChanged(resolution)
    } else if (hasUnresolved(table.pathsAt(index))) {
      const added = new Resolution(table, index)
      table.holdAt(index)
      resolutions.set(index, added)
      this.#routeChanged(added)
    }
    const nextHop = nextHops.find(table.keys, table.keyStart(index), table.keyEnd(index))
    if (nextHop === undefined) return
    this.#changedNextHops.add(nextHop)
    this.#schedule()
  }

  #routeChanged(resolution: Resolution): void {
    this.#changedRoutes.add(resolution)
    if (this.#look?.resolution === resolution) this.#look.isOutdated = true
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
    if (this.#tide !== undefined) {
      const next = this.#tide.next()
      if (next.done !== true) {
        this.#users = next.value.users.values()
        return true
      }
      this.#otherWays.clear()
      this.#tide = undefined
    }
    for (const nextHop of this.#changedNextHops) {
      this.#changedNextHops.delete(nextHop)
      this.#users = nextHop.users.values()
      return true
    }
    if (this.#look === undefined) {
      for (const resolution of this.#changedRoutes) {
        this.#changedRoutes.delete(resolution)
        this.#look = new Look(resolution)
        break
      }
    }
    if (this.#look === undefined) return false
    this.#resolve(this.#look)
    return true
  }

  #tellUsers(users: Iterator<Resolution>): void {
    for (let left = usersPerStep; left > 0; left--) {
      const next = users.next()
      if (next.done === true) {
        this.#users = undefined
        return
      }
      this.#routeChanged(next.value)
      if (this.#tide === undefined) continue
      const nextHop = this.#hostOf(next.value)
      if (nextHop !== undefined) this.#otherWays.add(nextHop)
    }
  }

  /** Goes on with the look at a route, by a few of its copies. */
  #resolve(look: Look): void {
    const { table, index } = look.resolution
    this.#writing = look.resolution
    const isDone = table.together(index, () => this.#copySome(look) && removeSome(look))
    this.#writing = undefined
    if (isDone) this.#finish(look)
  }

  /** False: there are more paths to copy. */
  #copySome(look: Look): boolean {
    for (let left = copiesPerStep; left > 0; ) {
      const path = look.next()
      if (path === undefined) return true
      left -= 1 + this.#copy(path, look)
    }
    return false
  }

  /** Makes the copies of one path, one for each way to its next hop; their number. */
  #copy({ source, attributes, flags }: Path, look: Look): number {
    const { resolution } = look
    const { table, key } = resolution
    const nextHop = this.#nextHopOf(attributes, resolution)
    if (nextHop === undefined) return 0
    resolution.await(nextHop)
    const copyFlags = (flags & ~notCopied) | PathFlag.resolvedPath
    const { ways, isLimited } = waysTo(nextHop, !this.#leadsBack(nextHop, look))
    let copies = 0
    for (const { via, rd, pathId } of ways) {
      if (look.copies.has({ source, pathId })) continue // of a better path of the same source
      const copy = resolvedAttributes(attributes, via.attributes, rd, this.#context.attributes)
      const { label, l3Label } = via
      table.update(key, 0, key.length, source, copy, copyFlags, pathId, label, l3Label)
      this.#context.attributes.release(copy)
      look.copies.add(source, pathId)
      copies++
    }
    look.count(nextHop, copies, isLimited)
    return copies
  }

  /** Undefined: it names itself, or there is no table that it could be in. */
  #nextHopOf(attributes: AttributeSet, { table, key }: Resolution): NextHop<Resolution> | undefined {
    const length = nextHopLength(attributes)
    if (length === 0) return undefined
    const target = length === 4 ? this.#inet : this.#inet6
    writeNextHop(attributes, length, hostKey)
    hostKey[length] = length * 8
    if (target === table && Buffer.compare(key, hostKey.subarray(0, length + 1)) === 0) return undefined
    return this.#states.get(target)!.nextHops.locate(hostKey, length + 1)
  }

  /** The host route of `nextHop` is itself resolved, at last perhaps, over the route that is looked at. */
  #leadsBack(nextHop: NextHop<Resolution>, { resolution, leadingAway }: Look): boolean {
    const host = this.#hostOf(resolution)
    return host !== undefined && leadsTo(nextHop, host, this.#nextHopsOf, leadingAway)
  }

  /** The route as a next hop, if somebody waits for it. */
  #hostOf({ table, key }: Resolution): NextHop<Resolution> | undefined {
    return this.#states.get(table)!.nextHops.find(key, 0, key.length)
  }

  /** Where the paths of a host route lead. */
  readonly #nextHopsOf = ({ table, key }: NextHop<Resolution>): Iterable<NextHop<Resolution>> => {
    const index = table.indexOf(key)
    const resolution = index < 0 ? undefined : this.#states.get(table)!.resolutions.get(index)
    return resolution?.nextHops.keys() ?? []
  }

  #finish(look: Look): void {
    const { resolution } = look
    const { table, index, nextHops } = resolution
    this.#look = undefined
    for (const [nextHop, before] of nextHops) {
      const use = look.nextHops.get(nextHop)
      this.#limited += Number(use?.isLimited ?? false) - Number(before.isLimited)
      if (use !== undefined) nextHops.set(nextHop, use)
      else this.#leave(resolution, nextHop)
    }
    if (resolution.leadsElsewhere) this.#tellOfOtherWays(resolution)
    if (nextHops.size > 0 || this.#changedRoutes.has(resolution)) return
    this.#states.get(table)!.resolutions.delete(index)
    table.letGoAt(index)
  }

  #leave(resolution: Resolution, nextHop: NextHop<Resolution>): void {
    resolution.leave(nextHop)
    if (nextHop.users.size > 0) return
    this.#changedNextHops.delete(nextHop)
    this.#states.get(nextHop.table)!.nextHops.remove(nextHop)
  }

  /** Whether a way may be gone on depends on where it leads, however far. */
  #tellOfOtherWays(resolution: Resolution): void {
    resolution.leadsElsewhere = false
    const host = this.#hostOf(resolution)
    if (host === undefined) return
    this.#otherWays.add(host)
    this.#tide = this.#otherWays.values()
  }
}

/** False: there are more copies to take back. */
function removeSome({ resolution, copies }: Look): boolean {
  let left = copiesPerStep
  for (const path of copiesAt(resolution)) {
    if (copies.has(path)) continue
    if (left-- === 0) return false
    resolution.table.removeAt(resolution.index, path)
  }
  return true
}

/** What concerns the original alone: that it is unresolved, and when it was said last. */
const notCopied = PathFlag.resolveNextHop | (refreshGeneration.mask << refreshGeneration.shift)

/** The key of the host route at hand. */
const hostKey = new Uint8Array(17)
