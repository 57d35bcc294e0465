/**
 * Where neighbours call: listens, finds the session of a caller and turns away everyone else (spec bgp 1.2). No byte
 * of a connection is read before it is known whose it is.
 */
import { canonicalAddress } from '../../net/scoped-ip.js'
import { type Rate, RateLimit } from '../../runtime/rate-limit.js'
import type { Scheduler } from '../../runtime/scheduler.js'
import { socketChange } from '../../runtime/socket-change.js'
import type { Connection, Endpoint, LaterOptions, Transport } from '../../runtime/transport.js'
import { CeaseSubcode, type Log } from './handler.js'
import { KeySlots } from './key-slots.js'
import { type ListenAddress, ListeningPort, type ListeningPortOwner } from './listening-port.js'
import { ceaseWord, refuse, type Word } from './messages.js'
import type { BgpSession } from './session.js'

export type { ListenAddress }

export interface BgpListenerOptions {
  readonly scheduler: Scheduler
  readonly transport: Transport
  readonly log: Log
  readonly addresses: readonly ListenAddress[]
  readonly socket?: LaterOptions
  /**
   * The session that a connection is for; a dynamic neighbour's may be made here. IPv4-mapped addresses have been
   * turned into IPv4. 'unknown': no such neighbour; 'not-yet': nobody is known before the configuration is complete.
   */
  readonly find: (remote: Endpoint, local: Endpoint) => BgpSession | 'unknown' | 'not-yet'
  /** An address cannot be listened on; it is tried again all the same. */
  readonly failed?: (address: ListenAddress, error: Error) => void
  readonly limits?: Partial<AcceptLimits>
  /** Whose calls are counted together; absent: all of one address. */
  readonly callerOf?: (remote: Endpoint) => string
}

/** What is over a limit is dropped without a word, and counted. */
export interface AcceptLimits {
  /** Connections that have been refused and are not gone yet. */
  readonly maximumRefused: number
  readonly maximumRefusedPerAddress: number
  /** Calls of one caller, taken and refused alike: a neighbour that flaps stays far below. */
  readonly callsPerAddress: Rate
}

export const defaultAcceptLimits: AcceptLimits = {
  maximumRefused: 256,
  maximumRefusedPerAddress: 4,
  callsPerAddress: { burst: 64, perSecond: 4 }
}

export class ListenerStatistics {
  accepted = 0
  /** Told why: no neighbour of ours, or one that takes none now. */
  refused = 0
  /** Over a limit: of refusals under way, or of calls of one address. */
  dropped = 0
  /** From a neighbour that has a TCP MD5 key, where the system did not check it. */
  unauthenticated = 0
  /** From further away than the neighbour may be (RFC 5082). */
  distant = 0
  /** Failed attempts to listen. */
  listenErrors = 0
}

/** Of one caller that is turned away, a line a minute is logged; of all together, a few more. */
const linesPerCaller: Rate = { burst: 1, perSecond: 1 / 60 }
const linesInAll: Rate = { burst: 20, perSecond: 1 }

export class BgpListener {
  readonly statistics = new ListenerStatistics()
  /** By address, those that were refused and are not gone yet. */
  readonly #refused = new Map<string, number>()
  #refusedTotal = 0
  readonly #owner: ListeningPortOwner
  #ports: readonly ListeningPort[]
  #isStarted = false
  readonly #keys = new KeySlots()
  readonly #limits: AcceptLimits
  readonly #calls: RateLimit
  readonly #lines = new RateLimit(linesPerCaller)
  readonly #allLines = new RateLimit(linesInAll)
  /** Turned away since the last line about it. */
  #unlogged = 0
  #socket: LaterOptions

  constructor(private readonly options: BgpListenerOptions) {
    const { scheduler, transport, log } = options
    this.#socket = options.socket ?? {}
    this.#limits = { ...defaultAcceptLimits, ...options.limits }
    this.#calls = new RateLimit(this.#limits.callsPerAddress)
    const listener = this
    this.#owner = {
      scheduler,
      transport,
      log,
      keys: this.#keys,
      get socket() {
        return listener.#socket
      },
      accepted: (tcp, port) => this.#called(tcp, port),
      failed: (address, error) => {
        this.statistics.listenErrors++
        options.failed?.(address, error)
      }
    }
    this.#ports = options.addresses.map(address => new ListeningPort(address, this.#owner))
  }

  /** Each of the addresses, listened on or not. */
  get ports(): readonly ListeningPort[] {
    return this.#ports
  }

  start(): void {
    this.#isStarted = true
    for (const port of this.#ports) port.open()
  }

  /** Connections that are there stay. */
  stop(): void {
    this.#isStarted = false
    for (const port of this.#ports) port.close()
  }

  /**
   * Opens what is new and closes what is gone. An address that stays is not touched, and no connection is, whichever
   * address it came in by.
   */
  setAddresses(addresses: readonly ListenAddress[]): void {
    const gone = new Set(this.#ports)
    this.#ports = addresses.map(address => {
      const kept = [...gone].find(port => isSameAddress(port.address, address))
      if (kept === undefined) return new ListeningPort(address, this.#owner)
      gone.delete(kept)
      return kept
    })
    // The old ones first: all addresses cannot be listened on beside one of them.
    for (const port of gone) {
      port.close()
      this.options.log.info({ ...port.address }, 'not listening for BGP any more')
    }
    if (this.#isStarted) this.start()
  }

  /** Where it listens now: fewer than asked for while some cannot be opened. */
  get endpoints(): Endpoint[] {
    return this.#ports.flatMap(port => port.endpoint ?? [])
  }

  /** No address can be listened on, each having been tried. */
  get isDeaf(): boolean {
    return this.#ports.length > 0 && this.#ports.every(({ error }) => error !== undefined)
  }

  /**
   * The TCP MD5 key (RFC 2385) that connections from the address or prefix must carry; undefined: none, unless another
   * has one in the same slot (`KeySlots`). Where the system cannot do it nobody with a key is taken: no neighbour comes
   * up without its key (spec bgp 11.3).
   */
  setPeerKey(peer: string, key: string | undefined): void {
    const slot = this.#keys.set(peer, key)
    const inForce = this.#keys.inForce(slot)
    for (const port of this.#ports) port.setPeerKey(slot, inForce)
  }

  /** Of connections that are accepted from now on. */
  setOptions(socket: LaterOptions): void {
    const change = socketChange(this.#socket, socket)
    this.#socket = socket
    for (const port of this.#ports) port.setOptions(change)
  }

  #called(tcp: Connection, port: ListeningPort): void {
    const remote = { address: unmapped(tcp.remote.address), port: tcp.remote.port }
    const { callerOf = addressOf } = this.options
    if (!this.#calls.admits(callerOf(remote), this.options.scheduler.now())) {
      this.#drop(tcp, remote.address, 'it calls too often')
      return
    }
    const session = this.options.find(remote, { ...tcp.local, address: unmapped(tcp.local.address) })
    if (session === 'not-yet') {
      // not "de-configured": a neighbour that waits for us to restart would throw our routes away (RFC 8538 §4)
      const what = 'the configuration is not complete yet'
      this.#refuse(tcp, remote.address, ceaseWord({ subcode: CeaseSubcode.connectionRejected }, what))
    } else if (session === 'unknown') {
      const what = 'no such neighbour'
      this.#refuse(tcp, remote.address, ceaseWord({ subcode: CeaseSubcode.peerDeconfigured }, what))
    } else if (session.key !== undefined && port.keyOf(remote.address) !== session.key) {
      this.statistics.unauthenticated++
      this.#drop(tcp, remote.address, 'its TCP MD5 key could not be checked')
    } else if (isDistant(tcp, session, port)) {
      this.statistics.distant++
      this.#drop(tcp, remote.address, 'it is further away than ttl_security allows')
    } else {
      const refusal = session.refusal()
      if (refusal !== undefined) {
        session.statistics.refused++
        this.#refuse(tcp, remote.address, refusal)
      } else if (session.accept(tcp)) this.statistics.accepted++
    }
  }

  #refuse(tcp: Connection, address: string, word: Word): void {
    const { maximumRefused, maximumRefusedPerAddress } = this.#limits
    const before = this.#refused.get(address) ?? 0
    if (before >= maximumRefusedPerAddress || this.#refusedTotal >= maximumRefused) {
      this.#drop(tcp, address, 'too many refused calls are not gone yet')
      return
    }
    this.statistics.refused++
    this.#say(address, word.what)
    this.#refused.set(address, before + 1)
    this.#refusedTotal++
    refuse(tcp, this.options.scheduler, word, () => {
      const left = this.#refused.get(address)! - 1
      if (left === 0) this.#refused.delete(address)
      else this.#refused.set(address, left)
      this.#refusedTotal--
    })
  }

  #drop(tcp: Connection, address: string, why: string): void {
    this.statistics.dropped++
    this.#say(address, why)
    tcp.attach({ received() {}, writable() {}, closed() {} })
    tcp.destroy()
  }

  /** However many are turned away, the log stays readable. */
  #say(remote: string, why: string): void {
    const now = this.options.scheduler.now()
    if (!this.#lines.admits(remote, now) || !this.#allLines.admits('', now)) {
      this.#unlogged++
      return
    }
    this.options.log.info({ remote, why, unlogged: this.#unlogged }, 'call turned away')
    this.#unlogged = 0
  }
}

/**
 * The least TTL can be set on a connection only once it is there: who is too far away is found out by the handshake
 * (RFC 5082 §3). A caller of whom the system could know and does not may have seen to that: it counts as far away. Where
 * the system cannot know, what follows the handshake is held to the least TTL alone.
 */
function isDistant(tcp: Connection, { settings }: BgpSession, port: ListeningPort): boolean {
  const { minimumTtl = 0 } = settings.socket
  if (minimumTtl === 0) return false
  const ttl = tcp.callTtl?.()
  return ttl === undefined ? port.notesTtl : ttl < minimumTtl
}

/** As the configuration has it: port 0, any that is free, is one address, whichever it was. */
const isSameAddress = (a: ListenAddress, b: ListenAddress): boolean =>
  a.port === b.port && canonical(a) === canonical(b)

const canonical = ({ address }: ListenAddress): string | undefined =>
  address === undefined ? undefined : canonicalAddress(address)

const addressOf = ({ address }: Endpoint): string => address

/** `::ffff:192.0.2.1` is 192.0.2.1 (RFC 4291 §2.5.5.2). */
const unmapped = (address: string): string =>
  address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
