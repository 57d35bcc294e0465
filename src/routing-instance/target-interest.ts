/**
 * Which neighbours want the routes of which targets: what they have asked for in `bgp.rtarget.0` (RFC 4684; spec
 * routing 3.3, 3.4). Export of the VPN tables asks here whom a route may go to; when an answer changes, the routes
 * that it concerns are announced again, in slices.
 */
import type { AttributeSet } from '../bgp/rib/attribute-set.js'
import type { Route } from '../bgp/rib/route.js'
import { Protocol, type Source } from '../bgp/rib/source.js'
import type { Table, TableListener } from '../bgp/rib/table.js'
import { routeTargetLengthOf, routeTargetOf } from '../bgp/wire/family/route-target.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { endOfCommunities, startOfCommunities } from './communities.js'
import { DependentRoutes } from './dependent-routes.js'
import type { RoutingInstance } from './instance.js'
import { everyTarget, isTarget, type TargetKey, targetKeyAt } from './target-key.js'
import { vpnFamilies } from './vpn-family.js'

const nobody: ReadonlySet<Source> = new Set()
const wholeTargetBits = 96
const answersKept = 8192

export class TargetInterest implements TableListener {
  readonly #filtered = new Set<Source>()
  /** Of each target the routes that ask for it (their origin AS differ), with who asks. */
  readonly #routes = new Map<TargetKey, Map<Route, readonly Source[]>>()
  /** All who ask for the target. */
  readonly #interested = new Map<TargetKey, ReadonlySet<Source>>()
  readonly #answers = new Map<AttributeSet, ReadonlySet<Source>>()
  readonly #dependent: DependentRoutes[] = []

  /** `asksForUs`: the source's paths say what this node wants, not what a neighbour does. */
  constructor(
    scheduler: Scheduler,
    master: RoutingInstance,
    private readonly asksForUs: (source: Source) => boolean
  ) {
    master.table('route-target')?.addListener(this)
    for (const { vpn } of vpnFamilies) {
      const table = master.table(vpn)
      if (table !== undefined) this.#dependent.push(new DependentRoutes(table, scheduler))
    }
  }

  /** The session to a neighbour is up with the route-target family or without it; `false` also when it ends. */
  negotiated(source: Source, family: boolean): void {
    if (family) this.#filtered.add(source)
    else this.#filtered.delete(source)
  }

  /** Those who ask for the target itself; `everyTarget`: for all. */
  peersOf(target: TargetKey): ReadonlySet<Source> {
    return this.#interested.get(target) ?? nobody
  }

  /** Targets that somebody asks for. */
  get targets(): Iterable<TargetKey> {
    return this.#interested.keys()
  }

  /** A VPN route with these attributes may go to the neighbour. */
  allows(attributes: AttributeSet, receiver: Source): boolean {
    return !this.#filtered.has(receiver) || this.interestedIn(attributes)?.has(receiver) !== false
  }

  /**
   * The neighbours, of those which are filtered, that want a route with these attributes; undefined: all of them do.
   * The set stays as it is. Neighbours that did not negotiate the family get every route.
   */
  interestedIn(attributes: AttributeSet): ReadonlySet<Source> | undefined {
    if (this.#filtered.size === 0) return undefined
    let answer = this.#answers.get(attributes)
    if (answer === undefined) {
      const { bytes } = attributes
      const start = startOfCommunities(bytes)
      if (start < 0) return undefined
      answer = this.#union(bytes, start, endOfCommunities(bytes, start))
      if (this.#answers.size >= answersKept) this.#answers.clear()
      this.#answers.set(attributes, answer)
    }
    return answer
  }

  routeChanged(index: number, table: Table): void {
    const route = table.at(index)!
    const key = table.keys
    const start = table.keyStart(route.index)
    // Part of a target stands for more than one: whoever asks for it gets too much rather than too little.
    const whole = routeTargetLengthOf(key, start) === wholeTargetBits
    const target = whole ? targetKeyAt(routeTargetOf(key, start), 0) : everyTarget
    this.#setRoute(target, route, this.#askingPeers(route))
  }

  #setRoute(target: TargetKey, route: Route, peers: readonly Source[]): void {
    let routes = this.#routes.get(target)
    if (peers.length > 0) {
      if (routes === undefined) this.#routes.set(target, (routes = new Map()))
      routes.set(route, peers)
    } else if (routes?.delete(route) !== true) {
      return
    }
    const union = new Set<Source>()
    for (const some of routes.values()) for (const peer of some) union.add(peer)
    const before = this.peersOf(target)
    if (union.size > 0) {
      this.#interested.set(target, union)
    } else {
      this.#interested.delete(target)
      this.#routes.delete(target)
    }
    if (sameMembers(before, union)) return
    this.#answers.clear()
    for (const routes of this.#dependent) routes.announceAgain(target)
  }

  /**
   * All neighbours within our AS that ask for the target; of the others those in the AS of the first one (spec
   * routing 3.3). Agents, and the clients in instances that are subscribed like agents, do not count.
   */
  #askingPeers(route: Route): Source[] {
    const peers: Source[] = []
    if (route.usable === undefined) return peers
    let as: number | undefined
    for (let path = route.paths; path !== undefined; path = path.next) {
      const { source } = path
      if (source.protocol !== Protocol.bgp || !path.feasible || this.asksForUs(source)) continue
      if (!source.internal) {
        as ??= source.as
        if (source.as !== as) continue
      }
      if (!peers.includes(source)) peers.push(source)
    }
    return peers
  }

  #union(bytes: Uint8Array, start: number, end: number): ReadonlySet<Source> {
    let answer = this.peersOf(everyTarget)
    for (let at = start; at < end; at += 8) {
      if (!isTarget(bytes, at)) continue
      const more = this.peersOf(targetKeyAt(bytes, at))
      if (more.size === 0) continue
      answer = answer.size === 0 ? more : new Set([...answer, ...more])
    }
    return answer
  }
}

function sameMembers(a: ReadonlySet<Source>, b: ReadonlySet<Source>): boolean {
  if (a.size !== b.size) return false
  for (const source of a) if (!b.has(source)) return false
  return true
}
