/**
 * Copies the routes of one table: those of an instance to the VPN table and to the instances that import them, those
 * of the VPN table to instances (spec routing 2.3, 2.5). Copies are never copied again.
 */
import { shareLoad } from '../bgp/rib/best-path.js'
import { type Path, PathFlag } from '../bgp/rib/path.js'
import type { Route } from '../bgp/rib/route.js'
import { Protocol } from '../bgp/rib/source.js'
import { sourceRdOf } from '../bgp/rib/source-rd.js'
import type { RibContext, Table, TableListener } from '../bgp/rib/table.js'
import { copyBytes, u32At } from '../bgp/wire/attributes.js'
import { maximumKeyLength } from '../bgp/wire/nlri.js'
import { rdLength } from '../net/rd.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { endOfCommunities, startOfCommunities } from './communities.js'
import { CopyPlan, CopyPlans, type Destination } from './copy-plan.js'
import type { CopyPlanner, CopySource } from './copy-planner.js'
import type { Copier, CopyQueue } from './copy-queue.js'
import type { RoutingInstance } from './instance.js'
import { type ClientPort, clientRd } from './route-rd.js'
import type { RtGroups, TargetUser } from './rt-group.js'
import { Sweep } from './sweep.js'
import { isTarget, targetKeyAt } from './target-key.js'
import type { VpnFamily } from './vpn-family.js'

/** What the replicators of a node share. */
export interface ReplicatorContext {
  readonly rib: RibContext
  readonly scheduler: Scheduler
  readonly groups: RtGroups
  readonly planner: CopyPlanner
  readonly queue: CopyQueue
  readonly clientPort: ClientPort
}

/** The copies of a route: one plan per path that is copied. A path alone, as nearly always, takes no list. */
type Copies = CopyPlan | readonly CopyPlan[] | undefined

/** RD and prefix of the route at hand. One for all replicators: the queue lets them work one after the other. */
const key = new Uint8Array(rdLength + maximumKeyLength)

export class Replicator implements TableListener, CopySource, Copier, TargetUser {
  readonly table: Table
  readonly instance: RoutingInstance
  readonly family: VpnFamily
  readonly vpnTable: Table
  readonly isVpn: boolean
  /** Otherwise what has been copied is taken back: a VRF without export targets, a VPN table without instances. */
  exporting = false
  readonly #context: ReplicatorContext
  readonly #plans: CopyPlans
  /** By route index. */
  #records: Copies[] = []
  #recorded = 0
  #generation = 0
  readonly #sweep: Sweep

  constructor(
    table: Table,
    instance: RoutingInstance,
    family: VpnFamily,
    vpnTable: Table,
    context: ReplicatorContext
  ) {
    this.table = table
    this.instance = instance
    this.family = family
    this.vpnTable = vpnTable
    this.isVpn = table === vpnTable
    this.#context = context
    this.#plans = new CopyPlans(context.rib.hashKey)
    this.#sweep = new Sweep(table, context.scheduler, route => this.#revisit(route))
    table.addListener(this)
  }

  /** Routes that are, or may be, copied. */
  get recordedRoutes(): number {
    return this.#recorded
  }

  routeChanged(index: number): void {
    if (this.#concerns(index)) this.#context.queue.run(this, this.table.at(index)!)
  }

  /** Targets, instances or the node's identity have changed: every route is looked at again, in slices. */
  invalidate(): void {
    this.#generation++
    if (this.table.size > 0 || this.#recorded > 0) this.#sweep.request()
  }

  /** Where the copies of the path are. */
  tablesOf(route: Route, { source, pathId }: Path): Table[] {
    for (const plan of plansOf(this.#records[route.index])) {
      if (plan.source === source && plan.pathId === pathId) return plan.destinations.map(({ table }) => table)
    }
    return []
  }

  /** The routes that the copies of the path are on. */
  copiesOf(route: Route, { source, pathId }: Path): Route[] {
    for (const plan of plansOf(this.#records[route.index])) {
      if (plan.source !== source || plan.pathId !== pathId) continue
      this.#loadKey(route)
      if (!this.isVpn) copyBytes(key, 0, plan.rd, 0, rdLength)
      return plan.destinations.flatMap(
        ({ table, isVpn }) => table.find(key, isVpn ? 0 : rdLength, keyEnd) ?? []
      )
    }
    return []
  }

  replicate(route: Route): void {
    const { index } = route
    const before = index < this.#records.length ? this.#records[index] : undefined
    let first: CopyPlan | undefined
    let several: CopyPlan[] | undefined
    const best = this.exporting ? route.usable : undefined
    this.#loadKey(route)
    if (best !== undefined) {
      const settings = this.table.bestPathSettings
      for (let path = route.paths; path !== undefined; path = path.next) {
        if (path.origin !== undefined || (path.flags & PathFlag.aliasedPath) !== 0) continue
        if (path !== best && !shareLoad(best, path, settings)) break
        const plan = this.#planOf(path, before)
        plan.users++
        if (first === undefined) first = plan
        else if (several === undefined) several = [first, plan]
        else several.push(plan)
        this.#writeCopies(route, path, plan)
      }
    }
    const now: Copies = several ?? first
    if (before === now) {
      if (before !== undefined) (before as CopyPlan).users--
      return
    }
    this.#setRecord(index, before, now)
    const hadCopies = hasCopies(before)
    if (!hadCopies && hasCopies(now)) this.table.hold(route)
    if (before instanceof CopyPlan) this.#leave(route, before, now)
    else if (before !== undefined) this.#leaveAll(route, before, now)
    if (hadCopies && !hasCopies(now)) this.table.letGo(route)
  }

  /** Something was copied, or is to be. Most changes in an instance's table are copies that have just come. */
  #concerns(index: number): boolean {
    if (index < this.#records.length && this.#records[index] !== undefined) return true
    if (!this.exporting) return false
    for (let path = this.table.pathsAt(index); path !== undefined; path = path.next)
      if (path.origin === undefined) return true
    return false
  }

  #revisit(route: Route): void {
    if (!this.exporting || !isOf(this.#generation, this.#records[route.index])) this.routeChanged(route.index)
  }

  #loadKey({ index }: Route): void {
    const { table } = this
    const start = table.keyStart(index)
    keyEnd = copyBytes(key, this.isVpn ? 0 : rdLength, table.keys, start, table.keyEnd(index))
  }

  #writeCopies(route: Route, path: Path, plan: CopyPlan): void {
    const { destinations, source, pathId } = plan
    if (!this.isVpn) copyBytes(key, 0, plan.rd, 0, rdLength)
    for (let i = 0; i < destinations.length; i++) {
      const { table, isVpn, attributes } = destinations[i]!
      const start = isVpn ? 0 : rdLength
      table.update(key, start, keyEnd, source, attributes, path.flags, pathId, path.label, -1, route)
    }
  }

  #leaveAll(route: Route, before: readonly CopyPlan[], now: Copies): void {
    const kept = new Set(plansOf(now))
    for (const plan of before) {
      if (kept.has(plan)) plan.users--
      else this.#leave(route, plan, now)
    }
  }

  /** Takes back the plan's copies that none of the plans `now` has taken over. */
  #leave(route: Route, plan: CopyPlan, now: Copies): void {
    const { destinations, source, pathId } = plan
    if (!this.isVpn) copyBytes(key, 0, plan.rd, 0, rdLength)
    for (let i = 0; i < destinations.length; i++) {
      const destination = destinations[i]!
      if (isTakenOver(plan, destination, now)) continue
      destination.table.withdraw(key, destination.isVpn ? 0 : rdLength, keyEnd, source, pathId, route)
    }
    if (--plan.users === 0) this.#discard(plan)
  }

  #planOf(path: Path, before: Copies): CopyPlan {
    const { source, pathId, attributes } = path
    const forcedRd = this.#forcedRd(path)
    const rdHigh = this.isVpn ? u32At(key, 0) : forcedRd === undefined ? 0 : u32At(forcedRd, 0)
    const rdLow = this.isVpn ? u32At(key, 4) : forcedRd === undefined ? 0 : u32At(forcedRd, 4)
    if (
      before instanceof CopyPlan &&
      before.generation === this.#generation &&
      before.attributes === attributes &&
      before.source === source &&
      before.pathId === pathId &&
      before.rdHigh === rdHigh &&
      before.rdLow === rdLow
    )
      return before
    const hash = this.#plans.hash(attributes, pathId, rdHigh, rdLow)
    const known = this.#plans.find(hash, source, pathId, attributes, rdHigh, rdLow)
    if (known !== undefined && known.generation === this.#generation) return known
    const rd = this.isVpn ? key.slice(0, rdLength) : (forcedRd ?? sourceRdOf(attributes) ?? this.instance.rd)
    const destinations = this.#context.planner.plan(this, source, attributes, rd)
    if (known !== undefined) {
      if (samePlan(known, rd, destinations)) {
        known.generation = this.#generation
        this.#release(destinations)
        return known
      }
      this.#plans.remove(known)
    }
    const plan = new CopyPlan(source, pathId, attributes, rdHigh, rdLow, hash, rd, destinations)
    this.#context.rib.attributes.hold(attributes)
    plan.generation = this.#generation
    this.#plans.add(plan)
    this.#carry(plan, 1)
    return plan
  }

  /** Spec routing 2.7, rules 1 and 2. */
  #forcedRd({ source }: Path): Uint8Array | undefined {
    if (source.protocol !== Protocol.bgp || this.isVpn) return undefined
    return clientRd(source, this.family.family, this.#context.clientPort)
  }

  #discard(plan: CopyPlan): void {
    this.#plans.remove(plan)
    this.#carry(plan, -1)
    this.#context.rib.attributes.release(plan.attributes)
    this.#release(plan.destinations)
  }

  #release(destinations: readonly Destination[]): void {
    for (const { attributes } of destinations) this.#context.rib.attributes.release(attributes)
  }

  /** Tells the groups of the targets that the path itself carries; those that the instance adds know it anyway. */
  #carry({ attributes: { bytes } }: CopyPlan, by: 1 | -1): void {
    const start = startOfCommunities(bytes)
    if (start < 0) return
    const end = endOfCommunities(bytes, start)
    for (let at = start; at < end; at += 8) {
      if (isTarget(bytes, at)) this.#context.groups.carry(targetKeyAt(bytes, at), this, by)
    }
  }

  #setRecord(index: number, before: Copies, now: Copies): void {
    this.#recorded += Number(now !== undefined) - Number(before !== undefined)
    if (this.#recorded === 0) {
      this.#records = []
      return
    }
    while (this.#records.length <= index) this.#records.push(undefined)
    this.#records[index] = now
  }
}

/** Offset behind the prefix in `key`. */
let keyEnd = 0

function plansOf(record: Copies): readonly CopyPlan[] {
  return record === undefined ? [] : record instanceof CopyPlan ? [record] : record
}

/** All its plans hold as of this generation. */
function isOf(generation: number, record: Copies): boolean {
  if (record === undefined) return false
  if (record instanceof CopyPlan) return record.generation === generation
  for (const plan of record) if (plan.generation !== generation) return false
  return true
}

function hasCopies(record: Copies): boolean {
  if (record instanceof CopyPlan) return record.destinations.length > 0
  return record?.some(plan => plan.destinations.length > 0) === true
}

/** One of the plans has put its copy in the place of this one. */
function isTakenOver(plan: CopyPlan, { table, isVpn }: Destination, now: Copies): boolean {
  if (now === undefined) return false
  for (const other of plansOf(now)) {
    if (other === plan) return true
    if (other.source !== plan.source || other.pathId !== plan.pathId || !other.reaches(table)) continue
    if (!isVpn || Buffer.compare(other.rd, plan.rd) === 0) return true
  }
  return false
}

function samePlan(plan: CopyPlan, rd: Uint8Array, destinations: readonly Destination[]): boolean {
  return (
    plan.destinations.length === destinations.length &&
    Buffer.compare(plan.rd, rd) === 0 &&
    destinations.every(({ table, attributes }, i) => {
      const known = plan.destinations[i]!
      return known.table === table && known.attributes === attributes
    })
  )
}
