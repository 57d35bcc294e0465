/**
 * One monitoring station (RFC 7854 §3.2): dialled, told who we are, which neighbours are up and what they say, and
 * kept up to date. A station that does not take what cannot wait for it is cut off and told all anew.
 */
import type { BgpPeer } from '../bgp/peer/bgp-peer.js'
import type { PeerMonitor } from '../bgp/peer/peer-monitor.js'
import type { Path } from '../bgp/rib/path.js'
import { Protocol } from '../bgp/rib/source.js'
import type { Table } from '../bgp/rib/table.js'
import type { CloseReason } from '../bgp/session/handler.js'
import { notificationMessage } from '../bgp/session/messages.js'
import { noCapabilities } from '../bgp/wire/capabilities.js'
import type { Negotiated } from '../bgp/wire/negotiate.js'
import { type Open, writeOpen } from '../bgp/wire/open.js'
import { Writer } from '../bgp/wire/writer.js'
import type { BmpStationConfig } from '../config/bmp.js'
import type { ControlNode } from '../control-node.js'
import { zeroRd } from '../net/rd.js'
import type { Timer } from '../runtime/scheduler.js'
import type { Connection, Dial } from '../runtime/transport.js'
import {
  type BmpPeer,
  BmpType,
  initiation,
  PeerFlag,
  PeerType,
  peerMessage,
  peerUpBody,
  type Statistic,
  statisticsBody,
  tableName,
  termination
} from './messages.js'
import { RouteEncoder } from './route-encoder.js'
import { isFrom, TableFeed, type Told } from './table-feed.js'

const firstRetryMs = 1_000
const longestRetryMs = 60_000
const statisticsMs = 60_000
/** Mirrored messages cannot wait elsewhere: a station that leaves so much unread is cut off. */
export const mostPendingBytes = 32 * 1024 * 1024

/** A neighbour that the station knows to be up. */
interface Watched {
  readonly peer: BgpPeer
  readonly header: BmpPeer
  readonly mirrorFlags: number
  readonly addPath: ReadonlySet<string>
  /** By view and path id. */
  readonly told: Map<number, ToldOfPeer>
  /** Tables whose post-policy End-of-RIB has been sent. */
  readonly ended: Set<Table>
  /** Tables of which is still to be told what the neighbour had said before the station was there. */
  readonly past: Set<Table>
}

interface ToldOfPeer extends Told {
  readonly of: Watched | undefined
}

export class BmpStation implements PeerMonitor {
  #dial: Dial | undefined
  #connection: Connection | undefined
  #retry: Timer | undefined
  #retryMs = firstRetryMs
  #statistics: Timer | undefined
  #unmonitor: (() => void) | undefined
  #stopped = false
  #hasRoom = true
  readonly #watched = new Map<BgpPeer, Watched>()
  readonly #feeds = new Map<Table, TableFeed<ToldOfPeer>>()
  readonly #locRibTold: ToldOfPeer = { pathId: 0, isOver: false, of: undefined }
  readonly #locRibEnded = new Set<Table>()
  readonly #encoder = new RouteEncoder()
  /** Sessions cut off because the station did not read. */
  resets = 0

  constructor(
    private readonly node: ControlNode,
    private readonly config: BmpStationConfig,
    private readonly description: string
  ) {}

  get isUp(): boolean {
    return this.#connection !== undefined
  }

  start(): void {
    const { transport } = this.node.options
    const { address, port } = this.config
    const dial = transport.connect({
      remote: { address, port },
      keepAliveSeconds: 60,
      connected: (connection, error) => {
        this.#dial = undefined
        if (connection === undefined) this.#lost(error?.message ?? 'connection failed')
        else this.#up(connection)
      }
    })
    if (!this.isUp && this.#retry === undefined) this.#dial = dial
  }

  stop(): void {
    this.#stopped = true
    this.#dial?.cancel()
    this.#retry?.cancel()
    const connection = this.#connection
    if (connection === undefined) return
    connection.write(termination())
    this.#down()
    connection.end()
  }

  #up(connection: Connection): void {
    this.#connection = connection
    this.#hasRoom = true
    connection.attach({
      // A station says nothing (RFC 7854 §3.2).
      received: () => {},
      writable: () => {
        this.#hasRoom = true
        for (const feed of this.#feeds.values()) feed.resume()
      },
      closed: error => {
        if (this.#connection !== connection) return
        this.#down()
        this.#lost(error?.message ?? 'closed by the station')
      }
    })
    this.#log('BMP station connected')
    this.#write(initiation(this.node.options.hostname, this.description))
    this.#unmonitor = this.node.peerMonitors.add(this)
    if (this.#wants('loc-rib')) this.#locRibUp()
    for (const peer of this.node.peers) {
      const { negotiated } = peer.session
      if (negotiated !== undefined) this.#peerUp(peer, negotiated, true)
    }
    this.#statistics = this.node.options.scheduler.after(statisticsMs, () => this.#report())
  }

  #down(): void {
    this.#connection = undefined
    this.#unmonitor?.()
    this.#statistics?.cancel()
    for (const feed of this.#feeds.values()) feed.stop()
    this.#feeds.clear()
    this.#watched.clear()
    this.#locRibEnded.clear()
  }

  #lost(what: string): void {
    if (this.#stopped) return
    this.#log(`BMP station lost: ${what}`)
    this.#retry = this.node.options.scheduler.after(this.#retryMs, () => {
      this.#retry = undefined
      this.start()
    })
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs)
  }

  #log(message: string): void {
    const { address, port } = this.config
    this.node.options.log.info({ station: address, port }, message)
  }

  #wants(what: BmpStationConfig['what'][number]): boolean {
    return this.config.what.includes(what)
  }

  #write(message: Uint8Array): void {
    const connection = this.#connection
    if (connection === undefined) return
    this.#hasRoom = connection.write(message)
    if (connection.pendingBytes <= mostPendingBytes) return
    this.resets++
    this.#down()
    connection.destroy()
    this.#lost(`it left ${mostPendingBytes} bytes unread; it is told all anew`)
  }

  #send(type: number, header: BmpPeer, flags: number, ...body: Uint8Array[]): void {
    if (this.isUp)
      this.#write(peerMessage(type, header, flags, this.node.options.scheduler.wallClock(), ...body))
  }

  // ---- neighbours

  established(peer: BgpPeer, negotiated: Negotiated): void {
    this.#peerUp(peer, negotiated, false)
  }

  #peerUp(peer: BgpPeer, negotiated: Negotiated, hasPast: boolean): void {
    const { session, source } = peer
    const opens = session.openMessages
    if (opens === undefined) return
    const instance = this.node.instances.get(peer.instance)
    const isGlobal = instance?.isMaster !== false
    const header: BmpPeer = {
      type: isGlobal ? PeerType.global : PeerType.rdInstance,
      distinguisher: isGlobal ? zeroRd : instance.rd,
      address: session.remote?.address ?? source.address,
      as: negotiated.peerAs,
      identifier: negotiated.peerRouterId
    }
    const watched: Watched = {
      peer,
      header,
      mirrorFlags: negotiated.fourByteAs ? 0 : PeerFlag.twoByteAs,
      addPath: new Set(negotiated.families.filter(each => each.addPathReceive).map(each => each.family.name)),
      told: new Map(),
      ended: new Set(),
      past: new Set()
    }
    this.#watched.set(peer, watched)
    const { local, remote } = session
    const body = peerUpBody(
      local?.address ?? '',
      local?.port ?? 0,
      remote?.port ?? 0,
      opens.sent,
      opens.received
    )
    this.#send(BmpType.peerUp, header, 0, body)
    this.#retryMs = firstRetryMs
    const tellsPast = hasPast && this.#wants('pre-policy')
    if (!tellsPast && !this.#wants('post-policy')) return
    for (const { table } of peer.families.values()) {
      if (tellsPast) watched.past.add(table)
      this.#feed(table)
    }
  }

  update(peer: BgpPeer, bytes: Uint8Array, start: number, end: number): void {
    const watched = this.#watched.get(peer)
    if (watched === undefined) return
    if (this.#wants('pre-policy'))
      this.#send(BmpType.routeMonitoring, watched.header, watched.mirrorFlags, bytes.subarray(start, end))
    // It may be an End-of-RIB, which changes no route.
    if (watched.ended.size < peer.families.size)
      for (const { table } of peer.families.values()) this.#feeds.get(table)?.resume()
  }

  closed(peer: BgpPeer, reason: CloseReason): void {
    const watched = this.#watched.get(peer)
    if (watched === undefined) return
    this.#watched.delete(peer)
    for (const told of watched.told.values()) told.isOver = true
    this.#send(BmpType.peerDown, watched.header, 0, ...downBody(reason))
  }

  // ---- tables

  /** What is there is told first, then each change; a table that is fed already has the newcomer's routes to come. */
  #feed(table: Table): void {
    if (!this.isUp || this.#feeds.has(table)) return
    this.#feeds.set(
      table,
      new TableFeed<ToldOfPeer>(table, this.node.options.scheduler, {
        wanted: (table, index, tell) => this.#wanted(table, index, tell),
        announce: (table, index, told, path) => this.#announce(table, index, told, path),
        withdraw: (table, index, told) => this.#withdraw(table, index, told),
        hasRoom: () => this.#hasRoom && this.isUp,
        caughtUp: table => this.#caughtUp(table)
      })
    )
  }

  #wanted(table: Table, index: number, tell: (told: ToldOfPeer, path: Path) => void): void {
    const best = table.usableAt(index)
    if (best !== undefined && this.#wants('loc-rib') && this.#isLocRib(table)) tell(this.#locRibTold, best)
    for (let path: Path | undefined = table.pathsAt(index); path !== undefined; path = path.next) {
      const { source, pathId } = path
      if (source.protocol !== Protocol.bgp) continue
      const watched = this.#watchedOf(source.name)
      if (watched === undefined || !isFrom(watched.peer.source, path)) continue
      if (watched.past.has(table)) this.#tellPast(table, index, watched, path)
      if (!path.feasible || !this.#wants('post-policy')) continue
      let told = watched.told.get(pathId)
      if (told === undefined) watched.told.set(pathId, (told = { pathId, isOver: false, of: watched }))
      tell(told, path)
    }
  }

  /** Pre-policy, from what is kept; told again what was mirrored meanwhile, it is the same. */
  #tellPast(table: Table, index: number, { header, addPath }: Watched, path: Path): void {
    const update = this.#encoder.announce(table, index, path, addPath.has(table.family.name))
    if (update !== undefined) this.#send(BmpType.routeMonitoring, header, 0, update)
  }

  #watchedOf(name: string): Watched | undefined {
    const peer = this.node.peers.get(name)
    return peer && this.#watched.get(peer)
  }

  #isLocRib(table: Table): boolean {
    return this.node.instances.master.table(table.family.name) === table
  }

  #announce(table: Table, index: number, told: ToldOfPeer, path: Path): void {
    const update = this.#encoder.announce(table, index, path, this.#hasPathIds(table, told))
    if (update !== undefined) this.#tell(told, update)
  }

  #withdraw(table: Table, index: number, told: ToldOfPeer): void {
    const update = this.#encoder.withdraw(table, index, told.pathId, this.#hasPathIds(table, told))
    if (update !== undefined) this.#tell(told, update)
  }

  #hasPathIds = (table: Table, { of }: ToldOfPeer): boolean => of?.addPath.has(table.family.name) === true

  #tell({ of }: ToldOfPeer, update: Uint8Array): void {
    if (of === undefined) this.#send(BmpType.routeMonitoring, this.#locRibHeader, 0, update)
    else this.#send(BmpType.routeMonitoring, of.header, PeerFlag.postPolicy, update)
  }

  /** End-of-RIBs (RFC 7854 §5): of loc-RIB, and of neighbours that have ended theirs. */
  #caughtUp(table: Table): void {
    const end = (): Uint8Array => this.#encoder.endOfRib(table)
    if (this.#wants('loc-rib') && this.#isLocRib(table) && !this.#locRibEnded.has(table)) {
      this.#locRibEnded.add(table)
      this.#tell(this.#locRibTold, end())
    }
    for (const watched of [...this.#watched.values()]) {
      const family = watched.peer.families.get(table.family)
      // One that is still to come is mirrored.
      if (watched.past.delete(table) && family?.endOfRibReceived === true)
        this.#send(BmpType.routeMonitoring, watched.header, 0, end())
      if (!this.#wants('post-policy')) continue
      if (family?.table !== table || !family.endOfRibReceived || watched.ended.has(table)) continue
      watched.ended.add(table)
      this.#send(BmpType.routeMonitoring, watched.header, PeerFlag.postPolicy, end())
    }
    if (this.#wants('post-policy') || (this.#wants('loc-rib') && this.#isLocRib(table))) return
    // What comes from now on is mirrored.
    this.#feeds.get(table)?.stop()
    this.#feeds.delete(table)
  }

  // ---- loc-RIB (RFC 9069): that of the master instance, where the routes of all are

  get #locRibHeader(): BmpPeer {
    const self = this.node.globals?.self
    return {
      type: PeerType.locRib,
      distinguisher: zeroRd,
      address: '',
      as: self?.localAs ?? 0,
      identifier: self?.identifier ?? 0
    }
  }

  /** §4.4: an OPEN as we would say it to ourselves. */
  #locRibUp(): void {
    const { as, identifier } = this.#locRibHeader
    const tables = [...this.node.instances.master.tables.values()]
    const open: Open = {
      myAs: as > 65535 ? 23456 : as,
      holdTimeSeconds: 0,
      routerId: identifier,
      capabilities: {
        ...noCapabilities,
        multiprotocol: tables.map(({ family: { afi, safi } }) => ({ afi, safi })),
        fourByteAs: as
      }
    }
    const to = new Writer(4096)
    writeOpen(to, open, 'standard')
    const bytes = to.bytes.slice(0, to.at)
    this.#send(BmpType.peerUp, this.#locRibHeader, 0, peerUpBody('', 0, 0, bytes, bytes, tableName('global')))
    for (const table of tables) this.#feed(table)
  }

  // ---- statistics (RFC 7854 §4.8)

  #report(): void {
    for (const { peer, header } of this.#watched.values()) {
      const gauges: Statistic[] = [...peer.families.values()].map(({ family, table }) => ({
        type: 9,
        value: peer.adjIns.get(table)?.paths ?? 0,
        bits: 64,
        family
      }))
      const { treatedAsWithdraw } = peer.input.errors
      const all: Statistic[] = [
        { type: 7, value: peer.paths, bits: 64 },
        ...gauges,
        { type: 11, value: treatedAsWithdraw, bits: 32 }
      ]
      this.#send(BmpType.statistics, header, 0, statisticsBody(all))
    }
    if (this.#wants('loc-rib')) {
      const tables = [...this.node.instances.master.tables.values()]
      const all = tables.reduce((sum, { size }) => sum + size, 0)
      const each = tables.map(({ family, size }): Statistic => ({ type: 10, value: size, bits: 64, family }))
      const body = statisticsBody([{ type: 8, value: all, bits: 64 }, ...each])
      this.#send(BmpType.statistics, this.#locRibHeader, 0, body)
    }
    if (this.isUp) this.#statistics = this.node.options.scheduler.after(statisticsMs, () => this.#report())
  }
}

/** §4.9: 1 and 3 with the NOTIFICATION, 2 with the event of the state machine (ours has no number), 4 alone. */
function downBody({ cause, notification }: CloseReason): Uint8Array[] {
  if (cause === 'connection-lost') return [Uint8Array.of(4)]
  if (notification === undefined) return [Uint8Array.of(2, 0, 0)]
  const { code, subcode, data } = notification
  const message = notificationMessage({ code, subcode, data, what: '' })
  return [Uint8Array.of(cause === 'notification-received' ? 3 : 1), message]
}
