import type { DynamicNeighbours } from '../../config/dynamic-neighbours.js'
import { type NeighbourOptions, noNeighbourOptions } from '../../config/neighbour-options.js'
import type { GlobalSettings, PeerSettings } from '../../config/settings.js'
import type { State } from '../fsm.js'
import { CeaseSubcode } from '../session/handler.js'
import { BgpPeer, type PeerEnvironment } from './bgp-peer.js'
import { dynamicName, dynamicPeer, NeighbourRanges } from './dynamic-neighbours.js'
import { policyWithOptions, withOptions } from './neighbour-options.js'
import { peerPolicy, sessionSettings } from './peer-settings.js'

/** The neighbours of the node, kept as the configuration says. */
export class BgpPeers {
  readonly #environment: PeerEnvironment
  readonly #startedAt: number
  readonly #peers = new Map<string, BgpPeer>()
  readonly #settings = new Map<string, PeerSettings>()
  /** Peers that are gone from the configuration and still have routes in tables. */
  readonly #leaving = new Set<BgpPeer>()
  readonly #ranges: NeighbourRanges
  /** Neighbours that are there because they called, by name. */
  readonly #dynamic = new Map<string, DynamicNeighbours>()
  #globals: GlobalSettings | undefined

  /** `startedAt`, on the scheduler's clock: for a while after it OPENs say that this node has just started. */
  constructor(
    environment: PeerEnvironment,
    startedAt: number,
    /** Connections from the address must carry this TCP MD5 key from now on; undefined: none. */
    private readonly keyChanged: (address: string, key: string | undefined) => void,
    /** Neighbours that need not be configured one by one. */
    dynamicNeighbours: readonly DynamicNeighbours[] = [],
    /** Of the others, by address. */
    private readonly options: ReadonlyMap<string, NeighbourOptions> = new Map()
  ) {
    this.#ranges = new NeighbourRanges(dynamicNeighbours)
    this.#environment = environment
    this.#startedAt = startedAt
  }

  get(name: string): BgpPeer | undefined {
    return this.#peers.get(name)
  }

  settingsOf(name: string): PeerSettings | undefined {
    return this.#settings.get(name)
  }

  [Symbol.iterator](): IterableIterator<BgpPeer> {
    return this.#peers.values()
  }

  get size(): number {
    return this.#peers.size
  }

  /** The neighbour of the master instance at this address: the one to whom a connection from there belongs. */
  byAddress(address: string): BgpPeer | undefined {
    for (const [name, settings] of this.#settings)
      if (settings.address === address) return this.#peers.get(name)
    return undefined
  }

  /** As `byAddress`, for one who calls: a dynamic neighbour comes into being here. */
  called(address: string): BgpPeer | undefined {
    return this.byAddress(address) ?? this.#welcome(address)
  }

  /** Addresses of neighbours with a TCP MD5 key. */
  *keys(): IterableIterator<[address: string, key: string]> {
    for (const { address, keys } of this.#settings.values()) {
      if (address !== undefined && keys[0] !== undefined) yield [address, keys[0].key]
    }
  }

  setGlobals(globals: GlobalSettings): void {
    this.#globals = globals
    for (const [name, settings] of this.#settings) this.#apply(name, settings)
  }

  apply(changes: ReadonlyMap<string, PeerSettings | undefined>): void {
    // Those that leave go first: an address may pass from one neighbour to another in one change.
    for (const [name, settings] of changes) if (settings === undefined) this.#remove(name)
    for (const [name, settings] of changes) {
      if (settings === undefined) continue
      if (settings.address !== undefined) this.#remove(dynamicName(settings.address))
      const before = this.#settings.get(name)
      this.#settings.set(name, settings)
      this.#setKey(before, settings)
      this.#apply(name, settings)
    }
  }

  /** Closes all sessions; `silent`: without a word, so that peers that help a restart keep the routes. */
  stop(cause: { subcode: number; text?: string } | 'silent'): void {
    for (const peer of this.#peers.values()) peer.session.stop(cause)
  }

  #apply(name: string, settings: PeerSettings): void {
    const globals = this.#globals
    if (globals?.self === undefined) return
    const dynamic = this.#dynamic.get(name)
    if (dynamic !== undefined) {
      settings = dynamicPeer(dynamic, settings.address!, globals.self)
      this.#settings.set(name, settings)
    }
    const ordinary = sessionSettings(settings, globals, this.#startedAt)
    const options = dynamic?.options ?? this.options.get(settings.address ?? '') ?? noNeighbourOptions
    const optional = withOptions(ordinary, options)
    const session = dynamic === undefined ? optional : { ...optional, peerAs: dynamic.peerAs }
    const policy = policyWithOptions(peerPolicy(settings, globals), options)
    const peer = this.#peers.get(name)
    if (peer !== undefined && peer.instance === settings.instance) {
      peer.update(session, policy)
      return
    }
    if (peer !== undefined) this.#remove(name, false)
    const sortKey = settings.address ?? settings.name
    const added = new BgpPeer(name, settings.instance, sortKey, session, policy, this.#environment)
    this.#peers.set(name, added)
    added.start()
  }

  #welcome(address: string): BgpPeer | undefined {
    const neighbours = this.#ranges.find(address)
    const self = this.#globals?.self
    if (neighbours === undefined || self === undefined) return undefined
    let others = 0
    for (const each of this.#dynamic.values()) if (each === neighbours) others++
    if (others >= neighbours.limit) {
      const { range, limit } = neighbours
      this.#environment.log.warn({ remote: address, range, limit }, 'no more dynamic neighbours are taken')
      return undefined
    }
    const name = dynamicName(address)
    this.#dynamic.set(name, neighbours)
    const settings = dynamicPeer(neighbours, address, self)
    this.#settings.set(name, settings)
    this.#apply(name, settings)
    this.#watch(name, neighbours.idleRemovalSeconds * 1000)
    return this.#peers.get(name)
  }

  /** Forgets a dynamic neighbour that has no session, no routes that are kept for it, and no penalty to sit out. */
  #watch(name: string, everyMs: number): void {
    const peer = this.#peers.get(name)
    this.#environment.scheduler.after(everyMs, () => {
      if (peer === undefined || this.#peers.get(name) !== peer) return
      const { session, retention } = peer
      const sitsOut = session.refusal()?.subcode === CeaseSubcode.maximumPrefixes
      if (quiet.has(session.state) && retention.idle && !sitsOut) this.#remove(name)
      else this.#watch(name, everyMs)
    })
  }

  #remove(name: string, forget = true): void {
    if (forget) {
      this.#dynamic.delete(name)
      this.#setKey(this.#settings.get(name), undefined)
      this.#settings.delete(name)
    }
    const peer = this.#peers.get(name)
    if (peer === undefined) return
    this.#peers.delete(name)
    this.#leaving.add(peer)
    peer.delete({ subcode: CeaseSubcode.peerDeconfigured }, () => this.#leaving.delete(peer))
  }

  #setKey(before: PeerSettings | undefined, after: PeerSettings | undefined): void {
    const [oldKey, newKey] = [before?.keys[0]?.key, after?.keys[0]?.key]
    const oldAddress = before?.address
    const newAddress = after?.address
    if (
      oldAddress !== undefined &&
      oldKey !== undefined &&
      (oldAddress !== newAddress || newKey === undefined)
    ) {
      this.keyChanged(oldAddress, undefined)
    }
    if (
      newAddress !== undefined &&
      newKey !== undefined &&
      (oldAddress !== newAddress || oldKey !== newKey)
    ) {
      this.keyChanged(newAddress, newKey)
    }
  }
}

/** States without a connection on which an OPEN may come. */
const quiet: ReadonlySet<State> = new Set<State>(['idle', 'connect', 'active'])
