/**
 * TCP between simulated hosts, in virtual time. All that a real network may do differently from one day to the next
 * (delays, how the byte stream is cut) is drawn from the scheduler's seed.
 *
 *   const scheduler = new VirtualScheduler(seed)
 *   const network = new VirtualNetwork(scheduler)
 *   const node = network.host('10.0.0.1'), router = network.host('10.0.0.2')    // each is a Transport
 */
import { parseIpPrefix } from '../net/ip-prefix.js'
import { bytesOf, withoutZone } from '../net/scoped-ip.js'
import type { SeededRandom } from './seeded-random.js'
import type {
  ConnectOptions,
  Dial,
  Endpoint,
  LaterOptions,
  Listener,
  ListenOptions,
  Transport
} from './transport.js'
import { networkError, VirtualConnection } from './virtual-connection.js'
import type { VirtualScheduler } from './virtual-time.js'

export interface VirtualNetworkOptions {
  /** One-way delay in milliseconds, drawn per segment. Default 0.1 to 2. */
  readonly delay?: readonly [least: number, most: number]
  /** Bytes that may be in flight or unread, per direction. Default 64 KiB. */
  readonly windowBytes?: number
  /** `write` returns false above this. Default 64 KiB; `writable` follows at a quarter. */
  readonly highWaterBytes?: number
  /** The longest segment. Default 32 KiB; 1 delivers byte by byte. */
  readonly segmentBytes?: number
  /** How long a SYN into nothing is tried. Default 127 s, as Linux does. */
  readonly connectTimeoutMilliseconds?: number
  /** Told of every arrival: same seed, same lines. */
  readonly trace?: (line: string) => void
}

export class VirtualNetwork {
  readonly random: SeededRandom
  readonly windowBytes: number
  readonly highWaterBytes: number
  readonly segmentBytes: number
  readonly connectTimeout: number
  readonly scratch = new Uint8Array(65536)
  readonly hosts = new Map<string, VirtualTransport>()
  readonly #delay: readonly [number, number]
  readonly #trace: ((line: string) => void) | undefined
  readonly #down = new Set<string>()
  readonly #connections = new Set<VirtualConnection>()

  constructor(
    readonly scheduler: VirtualScheduler,
    options: VirtualNetworkOptions = {}
  ) {
    this.random = scheduler.random
    this.#delay = options.delay ?? [0.1, 2]
    this.windowBytes = options.windowBytes ?? 65536
    this.highWaterBytes = options.highWaterBytes ?? 65536
    this.segmentBytes = options.segmentBytes ?? 32768
    this.connectTimeout = options.connectTimeoutMilliseconds ?? 127_000
    this.#trace = options.trace
  }

  /** A host with its addresses; the first is the one it dials from by default. */
  host(...addresses: [string, ...string[]]): VirtualTransport {
    const transport = new VirtualTransport(this, addresses)
    for (const address of addresses) {
      if (this.hosts.has(address)) throw new Error(`address ${address} is taken`)
      this.hosts.set(address, transport)
    }
    return transport
  }

  /** Nothing passes between the two addresses (or to and from the one) and nobody is told: a dead link. */
  linkDown(one: string, other = anyAddress): void {
    this.#down.add(link(one, other))
  }

  /** Ends `linkDown`; what TCP would have sent again arrives now. */
  linkUp(one: string, other = anyAddress): void {
    this.#down.delete(link(one, other))
    for (const connection of this.#connections) {
      connection.linkMayBeUp()
    }
  }

  isUp(one: string, other: string): boolean {
    const down = this.#down
    if (down.size === 0) return true
    return !(
      down.has(link(one, other)) ||
      down.has(link(one, anyAddress)) ||
      down.has(link(other, anyAddress))
    )
  }

  /**
   * The host restarts: its listeners and connections are gone, and its peers learn of it when they next send. Take
   * its link down first for a host that stays away.
   */
  crash(host: VirtualTransport): void {
    for (const connection of this.#connections) {
      if (host.addresses.includes(connection.local.address)) connection.vanish()
    }
    host.forgetListeners()
  }

  /** The host reads nothing of what arrives on connections that it has by now, until `resumeReading`: a slow one. */
  pauseReading(address: string): void {
    for (const connection of this.#connections) if (connection.local.address === address) connection.pause()
  }

  resumeReading(address: string): void {
    for (const connection of this.#connections) if (connection.local.address === address) connection.resume()
  }

  /** Open connections, each counted at both ends. */
  get connectionCount(): number {
    return this.#connections.size
  }

  // ---- for connections and transports

  turn(task: () => void): void {
    this.scheduler.after(0, task)
  }

  drawDelay(): number {
    return this.random.between(this.#delay[0], this.#delay[1])
  }

  trace({ local, remote }: VirtualConnection, what: string): void {
    this.#trace?.(
      `${this.scheduler.now().toFixed(3)} ${local.address}:${local.port} > ${remote.address}:${remote.port} ${what}`
    )
  }

  join(dialling: Endpoint, listening: Endpoint): [VirtualConnection, VirtualConnection] {
    const dialled = new VirtualConnection(this, dialling, listening)
    const accepted = new VirtualConnection(this, listening, dialling)
    dialled.peer = accepted
    accepted.peer = dialled
    this.#connections.add(dialled).add(accepted)
    return [dialled, accepted]
  }

  forget(connection: VirtualConnection): void {
    this.#connections.delete(connection)
  }
}

const anyAddress = '*'
const link = (one: string, other: string): string => (one < other ? `${one} ${other}` : `${other} ${one}`)

/** The sockets of one simulated host. */
export class VirtualTransport implements Transport {
  readonly #listeners = new Map<string, VirtualListener>()
  #nextPort = 49152

  constructor(
    private readonly network: VirtualNetwork,
    readonly addresses: readonly string[]
  ) {}

  listen(options: ListenOptions): Listener {
    const { address = '::', port } = options
    const endpoint = { address, port: port === 0 ? this.#nextPort++ : port }
    const listener = new VirtualListener(endpoint, options, () => this.#listeners.delete(keyOf(endpoint)))
    let error: Error | undefined
    if (!isWildcard(address) && !this.addresses.includes(address)) {
      error = networkError('EADDRNOTAVAIL', `listen EADDRNOTAVAIL: address not available ${address}:${port}`)
    } else if (this.#listeners.has(keyOf(endpoint))) {
      error = networkError('EADDRINUSE', `listen EADDRINUSE: address already in use ${address}:${port}`)
    } else {
      this.#listeners.set(keyOf(endpoint), listener)
    }
    if (error !== undefined) listener.open = false
    this.network.turn(() => {
      if (error !== undefined || listener.open) options.listening(error)
    })
    return listener
  }

  connect(options: ConnectOptions): Dial {
    const { remote, connected } = options
    const address = options.localAddress ?? this.addresses.find(a => isSameFamily(a, remote.address))
    const dial = { isCancelled: false, cancel: () => (dial.isCancelled = true) }
    const failAfter = (ms: number, code: string): void => {
      this.network.scheduler.after(ms, () => {
        if (dial.isCancelled) return
        connected(undefined, networkError(code, `connect ${code} ${remote.address}:${remote.port}`))
      })
    }
    if (address === undefined || !this.addresses.includes(address)) failAfter(0, 'EADDRNOTAVAIL')
    else this.#dial({ address, port: options.localPort ?? this.#nextPort++ }, options, dial, failAfter)
    return dial
  }

  #dial(
    local: Endpoint,
    options: ConnectOptions,
    dial: { isCancelled: boolean },
    failAfter: (ms: number, code: string) => void
  ): void {
    const { remote, connected } = options
    const { network } = this
    const start = network.scheduler.now()
    const trySyn = (): void => {
      if (dial.isCancelled) return
      const host = network.hosts.get(remote.address)
      if (host === undefined) {
        failAfter(network.drawDelay(), 'EHOSTUNREACH')
        return
      }
      const listener = host.listenerFor(remote)
      const passes = network.isUp(local.address, remote.address)
      if (!passes || (listener !== undefined && listener.keyFor(local.address) !== options.md5Key)) {
        // lost, or dropped by the receiver without a word (RFC 2385 §2): try again until the time is up
        const left = start + network.connectTimeout - network.scheduler.now()
        if (left <= 1000) failAfter(left, 'ETIMEDOUT')
        else network.scheduler.after(1000, trySyn)
        return
      }
      if (listener === undefined) {
        failAfter(network.drawDelay(), 'ECONNREFUSED')
        return
      }
      const [dialled, accepted] = network.join(local, remote)
      dialled.key = accepted.key = options.md5Key
      dialled.setOptions(options)
      accepted.setOptions(listener.later)
      if (listener.later.noteTtl === true) accepted.synTtl = sentTtl(options)
      network.scheduler.after(network.drawDelay(), () => {
        if (dial.isCancelled) return dialled.destroy()
        dialled.expectHandler()
        connected(dialled, undefined)
      })
      accepted.expectHandler()
      listener.options.accepted(accepted)
    }
    network.scheduler.after(network.drawDelay(), trySyn)
  }

  /** The listener on that very address, or on all of them. */
  listenerFor({ address, port }: Endpoint): VirtualListener | undefined {
    const wildcard = address.includes(':') ? '::' : '0.0.0.0'
    return (
      this.#listeners.get(keyOf({ address, port })) ??
      this.#listeners.get(keyOf({ address: wildcard, port })) ??
      this.#listeners.get(keyOf({ address: '::', port }))
    )
  }

  forgetListeners(): void {
    for (const listener of this.#listeners.values()) listener.open = false
    this.#listeners.clear()
  }
}

export class VirtualListener implements Listener {
  open = true
  /** Options of what it accepts. */
  later: LaterOptions
  readonly #keys = new Map<string, string>()

  constructor(
    readonly endpoint: Endpoint,
    readonly options: ListenOptions,
    private readonly forget: () => void
  ) {
    this.later = options
  }

  setPeerKey(peer: string, key: string | undefined): void {
    if (key === undefined) this.#keys.delete(peer)
    else this.#keys.set(peer, key)
  }

  setOptions(options: LaterOptions): void {
    this.later = { ...this.later, ...options }
  }

  /** As Linux has it: the address, whatever its interface, then the longest prefix. */
  keyFor(address: string): string | undefined {
    const exact = this.#keys.get(withoutZone(address))
    if (exact !== undefined) return exact
    const bytes = bytesOf(address)!
    let [longest, found] = [-1, this.options.md5Key]
    for (const [peer, key] of this.#keys) {
      const prefix = parseIpPrefix(peer)
      if (prefix === undefined || prefix.length <= longest || !prefix.contains(bytes)) continue
      ;[longest, found] = [prefix.length, key]
    }
    return found
  }

  close(): void {
    if (!this.open) return
    this.open = false
    this.forget()
  }
}

/** Simulated hosts are neighbours: what is sent arrives. GTSM sends 255 (RFC 5082 §3), Linux by itself 64. */
const sentTtl = ({ minimumTtl, ttl = 64 }: LaterOptions): number =>
  minimumTtl === undefined || minimumTtl === 0 ? ttl : 255

const keyOf = ({ address, port }: Endpoint): string => `${address} ${port}`
const isWildcard = (address: string): boolean => address === '0.0.0.0' || address === '::'
const isSameFamily = (a: string, b: string): boolean => a.includes(':') === b.includes(':')
