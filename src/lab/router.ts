/**
 * A router for whole-node tests: it announces what a test says and keeps what it is told. Session and messages are
 * the node's own (`bgp/session`, `bgp/wire`), which have tests and other daemons to prove them; there is no table and
 * no policy between a test and the wire.
 */
import { BgpListener } from '../bgp/session/acceptor.js'
import type { CloseReason, Log, SessionHandler } from '../bgp/session/handler.js'
import { offer } from '../bgp/session/offer.js'
import { BgpSession } from '../bgp/session/session.js'
import { defaultSettings, type SessionSettings } from '../bgp/session/settings.js'
import { type DecodeContext, decodeContext } from '../bgp/wire/decode-context.js'
import { type DecodeError, Reaction } from '../bgp/wire/decode-error.js'
import { familyNamed } from '../bgp/wire/families.js'
import type { Family, FamilyName } from '../bgp/wire/family.js'
import type { Negotiated } from '../bgp/wire/negotiate.js'
import { Nlri } from '../bgp/wire/nlri.js'
import { NlriReader } from '../bgp/wire/nlri-section.js'
import { UpdateDecoder } from '../bgp/wire/update.js'
import { BeginResult, type EncodeOptions, UpdateWriter } from '../bgp/wire/update-writer.js'
import { Writer } from '../bgp/wire/writer.js'
import { parseInet4 } from '../net/inet.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { SeededRandom } from '../runtime/seeded-random.js'
import type { Transport } from '../runtime/transport.js'
import { type RouteAttributes, readAttributes, writeAttributes } from './route-attributes.js'

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

export interface ReceivedRoute extends RouteAttributes {
  readonly prefix: string
  readonly pathId: number
  /** MPLS label; 0 for families without. */
  readonly label: number
  /** Both label fields as on the wire; the second -1 where there is none. */
  readonly labelField: number
  readonly l3LabelField: number
}

interface Entry {
  readonly family: Family
  readonly key: Uint8Array
  /** Undefined: to be withdrawn. */
  readonly attributes: Uint8Array | undefined
  readonly labelField: number
  readonly pathId: number
}

const noRoutes: ReadonlyMap<string, ReceivedRoute> = new Map()
const silent: Log = { info() {}, warn() {}, debug() {} }

export class LabRouter {
  readonly families: readonly Family[]
  readonly sessions: ReadonlyMap<string, LabRouterSession>
  readonly #announced = new Map<string, Entry>()
  readonly #listener: BgpListener | undefined

  constructor(readonly options: LabRouterOptions) {
    this.families = options.families.map(name => familyNamed(name)!)
    this.sessions = new Map(
      options.neighbors.map(neighbor => [
        neighbor.address,
        new LabRouterSession(this, neighbor, this.#announced)
      ])
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
    const entries: Entry[] = []
    for (const prefix of prefixes) {
      const key = family.parse(prefix)
      if (key === undefined) throw new RangeError(`'${prefix}' is no prefix of ${name}`)
      const entry = { family, key, attributes, labelField, pathId }
      const id = `${name} ${prefix} ${pathId}`
      if (attributes === undefined) this.#announced.delete(id)
      else this.#announced.set(id, entry)
      entries.push(entry)
    }
    for (const session of this.sessions.values()) session.say(entries)
  }
}

/** One neighbor of a router. */
export class LabRouterSession implements SessionHandler {
  readonly session: BgpSession
  readonly routes = new Map<FamilyName, Map<string, ReceivedRoute>>()
  readonly endOfRibs = new Set<FamilyName>()
  /** UPDATEs received and NLRI in them, over all sessions. */
  updates = 0
  announcements = 0
  withdrawals = 0
  /** What was wrong with UPDATEs, however weak the reaction to it. */
  readonly errors: DecodeError[] = []
  /** Why sessions ended. */
  readonly closes: CloseReason[] = []
  /** Tells every UPDATE, before it is read. */
  onUpdate: ((bytes: Uint8Array) => void) | undefined
  readonly #decoder = new UpdateDecoder()
  readonly #reader = new NlriReader()
  readonly #nlri = new Nlri()
  #context: DecodeContext | undefined
  #negotiated: Negotiated | undefined
  /** Still to be sent. */
  #queue: Entry[] = []
  #endOfRibsDue = false
  readonly #holdsEndOfRib: boolean

  constructor(
    router: LabRouter,
    readonly neighbor: LabNeighbor,
    private readonly announced: ReadonlyMap<string, Entry>
  ) {
    const { scheduler, transport, name, as, address, holdTimeSeconds, log = silent } = router.options
    this.#holdsEndOfRib = router.options.holdsEndOfRib === true
    const random = new SeededRandom(as)
    const { addPath = false, extendedMessages = false, extendedNextHop = false } = router.options
    const settings: SessionSettings = {
      ...defaultSettings,
      localAs: as,
      routerId: parseInet4(address) ?? as,
      peerAs: neighbor.as,
      families: router.families,
      capabilities: offer({
        localAs: as,
        extendedMessage: extendedMessages,
        families: router.families.map(family => ({
          family,
          addPathReceive: addPath,
          addPathSend: addPath,
          extendedNextHop: extendedNextHop && family.afi === 1
        }))
      }),
      remote: { address: neighbor.address, port: neighbor.port ?? 179 },
      localAddress: address,
      ...(holdTimeSeconds !== undefined && { holdTimeSeconds }),
      ...router.options.session
    }
    const environment = { scheduler, transport, log, random: () => random.unit() }
    this.session = new BgpSession(`${name} to ${neighbor.address}`, settings, this, environment)
  }

  say(entries: readonly Entry[]): void {
    if (this.#negotiated === undefined) return
    this.#queue = this.#queue.length === 0 ? [...entries] : [...this.#queue, ...entries]
    this.#flush()
  }

  endOfRib(): void {
    this.#endOfRibsDue = true
    this.#flush()
  }

  // ---- SessionHandler

  established(negotiated: Negotiated): void {
    this.#negotiated = negotiated
    this.#context = decodeContext(negotiated, {
      loopbackNextHop: true,
      enforceFirstAs: false,
      allowEmptyAsPath: true,
      aigp: true
    })
    this.#queue = [...this.announced.values()]
    this.#endOfRibsDue = !this.#holdsEndOfRib
    this.#flush()
  }

  closed(reason: CloseReason): void {
    this.#negotiated = undefined
    this.#queue = []
    this.closes.push(reason)
    this.routes.clear()
    this.endOfRibs.clear()
  }

  writable(): void {
    this.#flush()
  }

  routeRefresh(afi: number, safi: number, subtype: number): void {
    if (subtype !== 0) return
    const again = [...this.announced.values()].filter(
      ({ family }) => family.afi === afi && family.safi === safi
    )
    this.#queue.push(...again)
    this.#flush()
  }

  update(bytes: Uint8Array, start: number, end: number): DecodeError | undefined {
    const decoder = this.#decoder
    this.updates++
    this.onUpdate?.(bytes.slice(start, end))
    const reaction = decoder.decode(bytes, start, end, this.#context!)
    this.errors.push(...decoder.errors)
    if (reaction === Reaction.resetSession) return decoder.error
    if (decoder.endOfRib !== undefined) this.endOfRibs.add(decoder.endOfRib.name)
    for (let i = 0; i < decoder.sectionCount; i++) {
      const section = decoder.sections[i]!
      const { family } = section
      const table = this.#table(family.name)
      const attributes = section.withdraw
        ? undefined
        : readAttributes(section.attributes, section.attributesStart, section.attributesEnd)
      const nlri = this.#nlri
      for (const reader = this.#reader.over(section); reader.next(nlri); ) {
        const prefix = family.print(nlri.key, 0, nlri.keyLength)
        const id = nlri.pathId === 0 ? prefix : `${prefix} #${nlri.pathId}`
        if (attributes === undefined) {
          this.withdrawals++
          table.delete(id)
          continue
        }
        this.announcements++
        const { pathId, label: labelField, l3Label: l3LabelField } = nlri
        table.set(id, {
          ...attributes,
          prefix,
          pathId,
          label: family.labeled ? labelField >>> 4 : 0,
          labelField,
          l3LabelField
        })
      }
    }
    return undefined
  }

  #table(family: FamilyName): Map<string, ReceivedRoute> {
    let table = this.routes.get(family)
    if (table === undefined) this.routes.set(family, (table = new Map()))
    return table
  }

  // ---- sending

  /** Fills buffers with UPDATEs until the queue is empty or the session has enough. */
  #flush(): void {
    while (this.#negotiated !== undefined && (this.#queue.length > 0 || this.#endOfRibsDue)) {
      const out = new Writer(65536)
      const updates = new UpdateWriter(out)
      this.#queue = this.#queue.slice(this.#write(updates))
      updates.finish()
      if (this.#queue.length === 0 && this.#endOfRibsDue) {
        this.#endOfRibsDue = false
        for (const { family } of this.#negotiated.families) updates.endOfRib(family, this.#encode(family)!)
      }
      if (out.at > 0 && !this.session.send(out.bytes.slice(0, out.at))) return
    }
  }

  /** Writes entries from the front of the queue; gives how many are done with. */
  #write(updates: UpdateWriter): number {
    const nlri = this.#nlri
    let open: Entry | undefined
    for (const [i, entry] of this.#queue.entries()) {
      const { family, attributes } = entry
      const options = this.#encode(family)
      if (options === undefined) continue // not negotiated
      nlri.reset().setKey(entry.key)
      nlri.label = entry.labelField
      nlri.pathId = entry.pathId
      const goesAlong = open?.family === family && open.attributes === attributes
      if (goesAlong && updates.add(nlri)) continue
      const begun =
        attributes === undefined
          ? updates.beginWithdraw(family, options)
          : updates.beginReach(attributes, 0, attributes.length, family, options)
      if (begun === BeginResult.outputFull) return i
      if (begun !== BeginResult.ok || !updates.add(nlri)) {
        throw new RangeError(
          `${family.print(entry.key, 0, entry.key.length)} cannot be sent in ${family.name}`
        )
      }
      open = entry
    }
    return this.#queue.length
  }

  #encode(family: Family): EncodeOptions | undefined {
    const { families, fourByteAs, maximumLength } = this.#negotiated!
    const negotiated = families.find(candidate => candidate.family === family)
    if (negotiated === undefined) return undefined
    const { addPathSend: addPath, extendedNextHop } = negotiated
    return { fourByteAs, addPath, extendedNextHop, maximumLength, form: 'standard' }
  }
}
