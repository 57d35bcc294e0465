/**
 * Asks the neighbours for the routes that this node needs: a route in `bgp.rtarget.0` for each route target that an
 * instance with subscribers imports (RFC 4684; spec routing 3.2). Whoever subscribes is the source of the path, so
 * membership ends with the session.
 */
import type { AttributeSet } from '../bgp/rib/attribute-set.js'
import { PathFlag } from '../bgp/rib/path.js'
import { Protocol, Source, SourceKind } from '../bgp/rib/source.js'
import type { RibContext, Table } from '../bgp/rib/table.js'
import { AttributeCode, transitiveFlag } from '../bgp/wire/canonical.js'
import { routeTargetKey } from '../bgp/wire/family/route-target.js'
import { inet4ToBytes } from '../net/inet.js'
import type { RoutingInstance } from './instance.js'
import type { NodeIdentity } from './instance-settings.js'
import { type TargetKey, targetBytes } from './target-key.js'

interface Session {
  /** Subscribed instances, with the flags that the subscription has while the session restarts gracefully. */
  readonly instances: Map<RoutingInstance, number>
  /** How many of the instances import the target. */
  readonly targets: Map<TargetKey, number>
  /** How many subscriptions have flags. */
  flagged: number
}

const restartFlags = PathFlag.stale | PathFlag.llgrStale

export class TargetMembership {
  readonly #rib: RibContext
  readonly #table: Table | undefined
  readonly #sessions = new Map<Source, Session>()
  readonly #subscribers = new Map<RoutingInstance, Set<Source>>()
  /** Source of the paths of instances that need no subscriber; their path id is the instance's index. */
  readonly #own = new Source('local', SourceKind.local, Protocol.none)
  readonly #always = new Set<RoutingInstance>()
  #as = 0
  /** Undefined while AS or identifier are unknown: then nothing is asked for. */
  #attributes: AttributeSet | undefined

  constructor(rib: RibContext, master: RoutingInstance) {
    this.#rib = rib
    this.#table = master.table('route-target')
    this.#own.severalPaths = true
  }

  /** An agent has subscribed, or a BGP-as-a-service session of the instance is up. Twice is as once. */
  subscribe(source: Source, instance: RoutingInstance, flags = 0): void {
    let session = this.#sessions.get(source)
    if (session === undefined) {
      session = { instances: new Map(), targets: new Map(), flagged: 0 }
      this.#sessions.set(source, session)
    }
    if (session.instances.has(instance)) {
      this.setFlags(source, instance, flags)
      return
    }
    session.instances.set(instance, flags & restartFlags)
    if ((flags & restartFlags) !== 0) session.flagged++
    let subscribers = this.#subscribers.get(instance)
    if (subscribers === undefined) this.#subscribers.set(instance, (subscribers = new Set()))
    subscribers.add(source)
    for (const target of instance.imports) this.#count(source, session, target, 1)
  }

  /** Harmless when it was not subscribed, or the instance is gone. */
  unsubscribe(source: Source, instance: RoutingInstance): void {
    const session = this.#sessions.get(source)
    const flags = session?.instances.get(instance)
    if (session === undefined || flags === undefined) return
    session.instances.delete(instance)
    if (flags !== 0) session.flagged--
    if (session.instances.size === 0) this.#sessions.delete(source)
    const subscribers = this.#subscribers.get(instance)!
    subscribers.delete(source)
    if (subscribers.size === 0) this.#subscribers.delete(instance)
    for (const target of instance.imports) this.#count(source, session, target, -1)
  }

  unsubscribeAll(source: Source): void {
    for (const instance of [...(this.#sessions.get(source)?.instances.keys() ?? [])]) {
      this.unsubscribe(source, instance)
    }
  }

  /** `PathFlag.stale` and `llgrStale`: a target has them when all of the session's instances with it do. */
  setFlags(source: Source, instance: RoutingInstance, flags: number): void {
    const session = this.#sessions.get(source)
    const before = session?.instances.get(instance)
    const after = flags & restartFlags
    if (session === undefined || before === undefined || before === after) return
    session.instances.set(instance, after)
    session.flagged += Number(after !== 0) - Number(before !== 0)
    for (const target of instance.imports) this.#publish(source, session, target)
  }

  /** It is subscribed to some instance. */
  has(source: Source): boolean {
    return this.#sessions.has(source)
  }

  subscribersOf(instance: RoutingInstance): Iterable<Source> {
    return this.#subscribers.get(instance) ?? []
  }

  isSubscribed(source: Source, instance: RoutingInstance): boolean {
    return this.#subscribers.get(instance)?.has(source) === true
  }

  /** The instance's import list was `before`; it may have begun or ceased to need no subscriber. */
  importsChanged(instance: RoutingInstance, before: ReadonlySet<TargetKey>): void {
    const { imports } = instance
    for (const source of this.#subscribers.get(instance) ?? []) {
      const session = this.#sessions.get(source)!
      for (const target of imports) if (!before.has(target)) this.#count(source, session, target, 1)
      for (const target of before) if (!imports.has(target)) this.#count(source, session, target, -1)
    }
    const always = instance.isMaster || instance.config.hasPnf
    if (this.#always.has(instance)) {
      for (const target of before) {
        if (!always || !imports.has(target)) this.#withdraw(target, this.#own, instance.index)
      }
    }
    if (always) {
      this.#always.add(instance)
      for (const target of imports) this.#update(target, this.#own, instance.index, 0)
    } else {
      this.#always.delete(instance)
    }
  }

  /** The instance is gone, and with it what was asked for because of it. Its lists are as they were last told. */
  remove(instance: RoutingInstance): void {
    for (const source of [...(this.#subscribers.get(instance) ?? [])]) this.unsubscribe(source, instance)
    if (!this.#always.delete(instance)) return
    for (const target of instance.imports) this.#withdraw(target, this.#own, instance.index)
  }

  /** Prefixes have the local AS (spec routing 3.2) and the next hop is this node: all is asked for anew. */
  setIdentity({ localAs, identifier }: NodeIdentity): void {
    const before = this.#attributes
    if (before !== undefined) {
      this.#forEach((target, source, pathId) => this.#withdraw(target, source, pathId))
      this.#rib.attributes.release(before)
    }
    this.#as = localAs
    this.#attributes = undefined
    if (localAs === 0 || identifier === 0) return
    const bytes = originIgpAndNextHop(identifier)
    this.#attributes = this.#rib.attributes.intern(bytes, 0, bytes.length)
    this.#forEach((target, source, pathId, flags) => this.#update(target, source, pathId, flags))
  }

  #forEach(visit: (target: TargetKey, source: Source, pathId: number, flags: number) => void): void {
    for (const [source, session] of this.#sessions) {
      for (const target of session.targets.keys()) visit(target, source, 0, flagsOf(session, target))
    }
    for (const instance of this.#always) {
      for (const target of instance.imports) visit(target, this.#own, instance.index, 0)
    }
  }

  #count(source: Source, session: Session, target: TargetKey, by: 1 | -1): void {
    const count = (session.targets.get(target) ?? 0) + by
    if (count > 0) session.targets.set(target, count)
    else session.targets.delete(target)
    this.#publish(source, session, target)
  }

  #publish(source: Source, session: Session, target: TargetKey): void {
    if (session.targets.has(target)) this.#update(target, source, 0, flagsOf(session, target))
    else this.#withdraw(target, source, 0)
  }

  #update(target: TargetKey, source: Source, pathId: number, flags: number): void {
    if (this.#attributes === undefined) return
    const key = routeTargetKey(this.#as, targetBytes(target))
    this.#table?.update(key, 0, key.length, source, this.#attributes, flags, pathId)
  }

  #withdraw(target: TargetKey, source: Source, pathId: number): void {
    const key = routeTargetKey(this.#as, targetBytes(target))
    this.#table?.withdraw(key, 0, key.length, source, pathId)
  }
}

function flagsOf(session: Session, target: TargetKey): number {
  if (session.flagged === 0) return 0
  let flags: number = restartFlags
  for (const [instance, own] of session.instances) if (instance.imports.has(target)) flags &= own
  return flags
}

/** ORIGIN IGP and NEXT_HOP: LOCAL_PREF is 100 by default (spec routing 3.2). */
function originIgpAndNextHop(identifier: number): Uint8Array {
  const bytes = Uint8Array.of(
    transitiveFlag,
    AttributeCode.origin,
    1,
    0,
    transitiveFlag,
    AttributeCode.nextHop,
    4,
    0,
    0,
    0,
    0
  )
  return inet4ToBytes(identifier, bytes, 7)
}
