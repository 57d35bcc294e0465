/**
 * A router for whole-node tests: it announces what a test says and keeps what it is told. Session and messages are
 * the node's own (`bgp/session`, `bgp/wire`), which have tests and other daemons to prove them; there is no table and
 * no policy between a test and the wire.
 */
import { BgpListener } from '../bgp/session/acceptor.js'
import type { Log } from '../bgp/session/handler.js'
import { offer } from '../bgp/session/offer.js'
import { defaultSettings, type SessionSettings } from '../bgp/session/settings.js'
import { familyNamed } from '../bgp/wire/families.js'
import type { Family, FamilyName } from '../bgp/wire/family.js'
import { parseInet4 } from '../net/inet.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { SeededRandom } from '../runtime/seeded-random.js'
import type { Transport } from '../runtime/transport.js'
import { type RouteAttributes, writeAttributes } from './route-attributes.js'
import { LabRouterSession, type ReceivedRoute } from './router-session.js'
import type { UpdateItem } from './update-queue.js'

export interface LabRouterOptions {
  readonly scheduler: Scheduler
  readonly transport: Transport
  readonly name: string
  readonly as: number
  /** Identifier, address to dial from and default next hop. */
  readonly address: string
  readonly neighbors: readonly LabNeighbor[]
  readonly families: readonly FamilyName[]
  /** Listens here too; absent: it only dials. */
  readonly listenPort?: number
  readonly holdTimeSeconds?: number
  readonly addPath?: boolean
  /** Messages of up to 65,535 bytes, where the neighbor takes them (RFC 8654). */
  readonly extendedMessages?: boolean
  /** IPv6 next hops of IPv4 prefixes (RFC 8950). */
  readonly extendedNextHop?: boolean
  /** Sends no End-of-RIB before `endOfRib` is called. */
  readonly holdsEndOfRib?: boolean
  /** Further session settings: socket options, passive, capabilities. */
  readonly session?: Partial<SessionSettings>
  readonly log?: Log
}

export interface LabNeighbor {
  readonly address: string
  readonly as: number
  /** Default 179. */
  readonly port?: number
}

/** What is absent has a value that any router would send. */
export interface Announcement extends Partial<RouteAttributes> {
  /** MPLS label, for families that have one. */
  readonly label?: number
  /** The 24 bits of the label field as they are, for EVPN with VXLAN. */
  readonly labelField?: number
  readonly pathId?: number
}

const noRoutes: ReadonlyMap<string, ReceivedRoute> = new Map()
const silent: Log = { info() {}, warn() {}, debug() {} }

export class LabRouter {
  readonly families: readonly Family[]
  readonly sessions: ReadonlyMap<string, LabRouterSession>
  readonly #announced = new Map<string, UpdateItem>()
  readonly #listener: BgpListener | undefined

  constructor(readonly options: LabRouterOptions) {
    this.families = options.families.map(name => familyNamed(name)!)
    this.sessions = new Map(
      options.neighbors.map(neighbor => [neighbor.address, this.#sessionWith(neighbor)])
    )
    const { scheduler, transport, address, listenPort: port, log = silent } = options
    if (port !== undefined) {
      const find = (remote: { address: string }) => this.sessions.get(remote.address)?.session ?? 'unknown'
      this.#listener = new BgpListener({ scheduler, transport, log, addresses: [{ address, port }], find })
    }
  }

  start(): void {
    this.#listener?.start()
    for (const { session } of this.sessions.values()) session.start()
  }

  /** Cease, administrative shutdown; 'silent': the connections just end. */
  stop(how: 'shutdown' | 'silent' = 'shutdown'): void {
    this.#listener?.stop()
    for (const { session } of this.sessions.values()) session.stop(how === 'silent' ? how : { subcode: 2 })
  }

  /** With every neighbor. */
  get isEstablished(): boolean {
    return [...this.sessions.values()].every(({ session }) => session.state === 'established')
  }

  /** Announces to all neighbors, now and whenever a session begins. */
  announce(family: FamilyName, prefix: string, announcement: Announcement = {}): void {
    this.#say(family, [prefix], announcement, this.#attributesOf(announcement))
  }

  /** Many prefixes with the same attributes: they share UPDATEs. */
  announceAll(family: FamilyName, prefixes: Iterable<string>, announcement: Announcement = {}): void {
    const attributes = this.#attributesOf(announcement)
    this.#say(family, prefixes, announcement, attributes)
  }

  withdraw(family: FamilyName, prefix: string, pathId = 0): void {
    this.#say(family, [prefix], { pathId }, undefined)
  }

  withdrawAll(family: FamilyName, prefixes: Iterable<string>): void {
    this.#say(family, prefixes, {}, undefined)
  }

  /** Says that all has been said, where sessions do not say so by themselves. */
  endOfRib(): void {
    for (const session of this.sessions.values()) session.endOfRib()
  }

  /** What a neighbor (by default the only one) has announced and not withdrawn, by prefix. */
  routes(family: FamilyName, neighbor?: string): ReadonlyMap<string, ReceivedRoute> {
    return this.#session(neighbor).routes.get(family) ?? noRoutes
  }

  /** The neighbor has sent the family's End-of-RIB. */
  hasEndOfRib(family: FamilyName, neighbor?: string): boolean {
    return this.#session(neighbor).endOfRibs.has(family)
  }

  #sessionWith(neighbor: LabNeighbor): LabRouterSession {
    const { scheduler, transport, name, as, holdsEndOfRib = false, log = silent } = this.options
    const random = new SeededRandom(as)
    return new LabRouterSession(
      `${name} to ${neighbor.address}`,
      settingsFor(neighbor, this.families, this.options),
      { scheduler, transport, log, random: () => random.unit() },
      this.#announced,
      holdsEndOfRib
    )
  }

  #session(neighbor: string | undefined): LabRouterSession {
    const session = neighbor === undefined ? [...this.sessions.values()][0] : this.sessions.get(neighbor)
    if (session === undefined) throw new Error(`${this.options.name} has no neighbor ${neighbor ?? ''}`)
    return session
  }

  #attributesOf(announcement: Announcement): Uint8Array {
    const { as, address, neighbors } = this.options
    const isInternal = neighbors.some(neighbor => neighbor.as === as)
    return writeAttributes({
      origin: 'igp',
      asPath: isInternal ? '' : String(as),
      nextHop: address,
      ...(isInternal && { localPreference: 100 }),
      ...announcement
    })
  }

  #say(
    name: FamilyName,
    prefixes: Iterable<string>,
    announcement: Announcement,
    attributes: Uint8Array | undefined
  ): void {
    const family = familyNamed(name)!
    const { label = 0, labelField = label === 0 ? 0 : label * 16 + 1, pathId = 0 } = announcement
    const items: UpdateItem[] = []
    for (const prefix of prefixes) {
      const key = family.parse(prefix)
      if (key === undefined) throw new RangeError(`'${prefix}' is no prefix of ${name}`)
      const item = { family, key, attributes, labelField, pathId }
      const id = `${name} ${prefix} ${pathId}`
      if (attributes === undefined) this.#announced.delete(id)
      else this.#announced.set(id, item)
      items.push(item)
    }
    for (const session of this.sessions.values()) session.say(items)
  }
}

function settingsFor(
  neighbor: LabNeighbor,
  families: readonly Family[],
  options: LabRouterOptions
): SessionSettings {
  const { as, address, holdTimeSeconds, session } = options
  const { addPath = false, extendedMessages = false, extendedNextHop = false } = options
  return {
    ...defaultSettings,
    localAs: as,
    routerId: parseInet4(address) ?? as,
    peerAs: neighbor.as,
    families,
    capabilities: offer({
      localAs: as,
      extendedMessage: extendedMessages,
      families: families.map(family => ({
        family,
        addPathReceive: addPath,
        addPathSend: addPath,
        extendedNextHop: extendedNextHop && family.afi === 1
      }))
    }),
    remote: { address: neighbor.address, port: neighbor.port ?? 179 },
    localAddress: address,
    ...(holdTimeSeconds !== undefined && { holdTimeSeconds }),
    ...session
  }
}
