import type { GlobalSettings, PeerSettings } from '../../config/settings.js'
import { CeaseSubcode } from '../session/handler.js'
import { BgpPeer, type PeerEnvironment } from './bgp-peer.js'
import { peerPolicy, sessionSettings } from './peer-settings.js'

/** The neighbours of the node, kept as the configuration says. */
export class BgpPeers {
  readonly #environment: PeerEnvironment
  readonly #restartingUntil: number
  readonly #peers = new Map<string, BgpPeer>()
  readonly #settings = new Map<string, PeerSettings>()
  /** Peers that are gone from the configuration and still have routes in tables. */
  readonly #leaving = new Set<BgpPeer>()
  #globals: GlobalSettings | undefined

  /** `restartingUntil`, on the scheduler's clock: until then OPENs say that this node has just started. */
  constructor(
    environment: PeerEnvironment,
    restartingUntil: number,
    /** Connections from the address must carry this TCP MD5 key from now on; undefined: none. */
    private readonly keyChanged: (address: string, key: string | undefined) => void
  ) {
    this.#environment = environment
    this.#restartingUntil = restartingUntil
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
    const session = sessionSettings(settings, globals, this.#restartingUntil)
    const policy = peerPolicy(settings, globals)
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

  #remove(name: string, forget = true): void {
    if (forget) {
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
