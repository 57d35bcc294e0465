/**
 * One monitoring station (RFC 7854): told who we are, which neighbours are up and what they say, what the tables
 * hold, and kept up to date.
 */
import type { BgpPeer } from '../bgp/peer/bgp-peer.js'
import type { PeerMonitor } from '../bgp/peer/peer-monitor.js'
import type { Path } from '../bgp/rib/path.js'
import { Protocol } from '../bgp/rib/source.js'
import type { Table } from '../bgp/rib/table.js'
import type { CloseReason } from '../bgp/session/handler.js'
import type { Negotiated } from '../bgp/wire/negotiate.js'
import type { BmpKind, BmpStationConfig } from '../config/bmp.js'
import type { ControlNode } from '../control-node.js'
import type { InstanceListener, RoutingInstance } from '../routing-instance/instance.js'
import type { Timer } from '../runtime/scheduler.js'
import { LocRib, type ToldOfLocRib } from './loc-rib.js'
import {
  type BmpPeer,
  BmpType,
  initiation,
  PeerFlag,
  peerMessage,
  statisticsBody,
  termination
} from './messages.js'
import { RouteEncoder } from './route-encoder.js'
import { type LinkOwner, StationLink, type StationState } from './station-link.js'
import { locRibStatistics, peerStatistics } from './statistics.js'
import { isFrom, TableFeed } from './table-feed.js'
import { peerDownBody, type ToldOfPeer, WatchedPeer } from './watched-peer.js'

const statisticsMs = 60_000

type ToldOf = ToldOfPeer | ToldOfLocRib

export class BmpStation implements PeerMonitor, InstanceListener, LinkOwner {
  readonly #link: StationLink
  #statistics: Timer | undefined
  #unmonitor: (() => void) | undefined
  readonly #watched = new Map<BgpPeer, WatchedPeer>()
  readonly #locRibs = new Map<Table, LocRib>()
  readonly #feeds = new Map<Table, TableFeed<ToldOf>>()
  readonly #encoder = new RouteEncoder()

  constructor(
    private readonly node: ControlNode,
    private readonly config: BmpStationConfig,
    private readonly description: string
  ) {
    this.#link = new StationLink(node.options, config, this)
  }

  get state(): StationState {
    return this.#link.state
  }

  start(): void {
    this.#link.start()
  }

  stop(): void {
    this.#link.stop(termination())
  }

  // ---- the connection

  up(): void {
    const { node } = this
    this.#link.write(initiation(node.options.hostname, this.description))
    this.#unmonitor = node.peerMonitors.add(this)
    if (this.#wants('loc-rib')) this.#locRibUp(node.instances.master)
    if (this.#wants('loc-rib-instances')) {
      node.instances.addListener(this)
      for (const instance of node.instances) this.instanceAdded(instance)
    }
    for (const peer of node.peers) {
      const { negotiated } = peer.session
      if (negotiated !== undefined) this.#peerUp(peer, negotiated, true)
    }
    this.#reportLater()
  }

  down(): void {
    this.#unmonitor?.()
    this.node.instances.removeListener(this)
    this.#statistics?.cancel()
    for (const feed of this.#feeds.values()) feed.stop()
    this.#feeds.clear()
    this.#watched.clear()
    this.#locRibs.clear()
  }

  writable(): void {
    for (const feed of this.#feeds.values()) feed.resume()
  }

  #wants(kind: BmpKind): boolean {
    return this.config.what.includes(kind)
  }

  #send(type: number, header: BmpPeer, flags: number, ...body: Uint8Array[]): void {
    if (!this.#link.isUp) return
    this.#link.write(peerMessage(type, header, flags, this.node.options.scheduler.wallClock(), ...body))
  }

  // ---- neighbours

  established(peer: BgpPeer, negotiated: Negotiated): void {
    this.#peerUp(peer, negotiated, false)
  }

  #peerUp(peer: BgpPeer, negotiated: Negotiated, hasPast: boolean): void {
    const watched = WatchedPeer.of(peer, negotiated, this.node.instances.get(peer.instance))
    if (watched === undefined) return
    this.#watched.set(peer, watched)
    this.#send(BmpType.peerUp, watched.header, 0, watched.upBody)
    const tellsPast = hasPast && this.#wants('pre-policy')
    if (!tellsPast && !this.#wants('post-policy')) return
    for (const { table } of peer.families.values()) {
      if (tellsPast) watched.past.add(table)
      const feed = this.#feeds.get(table)
      if (feed === undefined) this.#feed(table)
      // Paths that were kept while it was away are still in use, and the station has forgotten them (§4.9).
      else if ((peer.adjIns.get(table)?.paths ?? 0) > 0) feed.lookAgain()
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
    watched.over()
    this.#send(BmpType.peerDown, watched.header, 0, ...peerDownBody(reason))
  }

  // ---- loc-RIBs (RFC 9069)

  instanceAdded(instance: RoutingInstance): void {
    if (!instance.isMaster) this.#locRibUp(instance)
  }

  instanceRemoved(instance: RoutingInstance): void {
    let gone: LocRib | undefined
    for (const [table, locRib] of this.#locRibs) {
      if (locRib.instance !== instance) continue
      gone = locRib
      this.#locRibs.delete(table)
      this.#feeds.get(table)?.stop()
      this.#feeds.delete(table)
    }
    if (gone !== undefined) this.#send(BmpType.peerDown, gone.header, 0, gone.peerDownBody())
  }

  #locRibUp(instance: RoutingInstance): void {
    const locRib = new LocRib(instance, this.node.globals?.self)
    this.#send(BmpType.peerUp, locRib.header, 0, locRib.peerUpBody())
    for (const table of locRib.tables) {
      this.#locRibs.set(table, locRib)
      // A neighbour of the instance may have its routes told already.
      if (this.#feeds.has(table)) this.#feeds.get(table)!.lookAgain()
      else this.#feed(table)
    }
  }

  // ---- tables

  /** What is there is told first, then each change. */
  #feed(table: Table): void {
    if (!this.#link.isUp) return
    this.#feeds.set(
      table,
      new TableFeed<ToldOf>(table, this.node.options.scheduler, {
        wanted: (table, index, tell) => this.#wanted(table, index, tell),
        announce: (table, index, told, path) => {
          const update = this.#encoder.announce(table, index, path, hasPathIds(table, told))
          if (update !== undefined) this.#tell(told, update)
          return update !== undefined
        },
        withdraw: (table, index, told) => {
          const update = this.#encoder.withdraw(table, index, told.pathId, hasPathIds(table, told))
          if (update !== undefined) this.#tell(told, update)
        },
        hasRoom: () => this.#link.hasRoom && this.#link.isUp,
        caughtUp: table => this.#caughtUp(table)
      })
    )
  }

  #wanted(table: Table, index: number, tell: (told: ToldOf, path: Path) => void): void {
    const best = table.usableAt(index)
    const locRib = this.#locRibs.get(table)
    if (best !== undefined && locRib !== undefined) tell(locRib.told, best)
    for (let path: Path | undefined = table.pathsAt(index); path !== undefined; path = path.next) {
      const { source, pathId } = path
      if (source.protocol !== Protocol.bgp) continue
      const peer = this.node.peers.get(source.name)
      const watched = peer && this.#watched.get(peer)
      if (watched === undefined || !isFrom(watched.peer.source, path)) continue
      if (watched.past.has(table)) this.#tellPast(table, index, watched, path)
      if (path.feasible && this.#wants('post-policy')) tell(watched.told(pathId), path)
    }
  }

  /** Pre-policy, from what is kept; told again what was mirrored meanwhile, it is the same. */
  #tellPast(table: Table, index: number, watched: WatchedPeer, path: Path): void {
    const update = this.#encoder.announce(table, index, path, watched.hasPathIds(table))
    if (update !== undefined) this.#send(BmpType.routeMonitoring, watched.header, 0, update)
  }

  #tell(told: ToldOf, update: Uint8Array): void {
    if ('locRib' in told) this.#send(BmpType.routeMonitoring, told.locRib.header, 0, update)
    else this.#send(BmpType.routeMonitoring, told.of.header, PeerFlag.postPolicy, update)
  }

  /** End-of-RIBs (§5): of the loc-RIB, and of neighbours that have ended theirs. */
  #caughtUp(table: Table): void {
    const locRib = this.#locRibs.get(table)
    if (locRib !== undefined && !locRib.ended.has(table)) {
      locRib.ended.add(table)
      this.#tell(locRib.told, this.#encoder.endOfRib(table))
    }
    for (const watched of [...this.#watched.values()]) this.#neighbourCaughtUp(table, watched)
    if (locRib !== undefined || this.#wants('post-policy')) return
    // What comes from now on is mirrored.
    this.#feeds.get(table)?.stop()
    this.#feeds.delete(table)
  }

  #neighbourCaughtUp(table: Table, { peer, header, past, ended }: WatchedPeer): void {
    const family = peer.families.get(table.family)
    const hasEnded = family?.table === table && family.endOfRibReceived
    // One that is still to come is mirrored.
    if (past.delete(table) && hasEnded)
      this.#send(BmpType.routeMonitoring, header, 0, this.#encoder.endOfRib(table))
    if (!hasEnded || ended.has(table) || !this.#wants('post-policy')) return
    ended.add(table)
    this.#send(BmpType.routeMonitoring, header, PeerFlag.postPolicy, this.#encoder.endOfRib(table))
  }

  // ---- statistics

  #reportLater(): void {
    this.#statistics = this.node.options.scheduler.after(statisticsMs, () => {
      this.#report()
      if (this.#link.isUp) this.#reportLater()
    })
  }

  #report(): void {
    for (const { peer, header } of this.#watched.values())
      this.#send(BmpType.statistics, header, 0, statisticsBody(peerStatistics(peer)))
    for (const { header, tables } of new Set(this.#locRibs.values()))
      this.#send(BmpType.statistics, header, 0, statisticsBody(locRibStatistics(tables)))
  }
}

const hasPathIds = (table: Table, told: ToldOf): boolean => !('locRib' in told) && told.of.hasPathIds(table)
