/**
 * Where neighbours call: listens, finds the session of a caller and turns away everyone else (spec bgp 1.2). No byte
 * of a connection is read before it is known whose it is.
 */
import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import type { Connection, Endpoint, Listener, SocketOptions, Transport } from '../../runtime/transport.js'
import { CeaseSubcode, type Log } from './handler.js'
import { ceaseWord, refuse, type Word } from './messages.js'
import type { BgpSession } from './session.js'

export interface ListenAddress {
  /** Absent: all addresses. */
  readonly address?: string
  readonly port: number
}

export interface BgpListenerOptions {
  readonly scheduler: Scheduler
  readonly transport: Transport
  readonly log: Log
  readonly addresses: readonly ListenAddress[]
  readonly socket?: SocketOptions
  /**
   * The session that a connection is for; a dynamic neighbour's may be made here. IPv4-mapped addresses have been
   * turned into IPv4. 'unknown': no such neighbour; 'not-yet': nobody is known before the configuration is complete.
   */
  readonly find: (remote: Endpoint, local: Endpoint) => BgpSession | 'unknown' | 'not-yet'
  /** An address cannot be listened on; it is tried again all the same. */
  readonly failed?: (address: ListenAddress, error: Error) => void
  /** Connections that have been refused and are not gone yet; more are dropped without a word. */
  readonly maximumRefused?: number
  readonly maximumRefusedPerAddress?: number
}

export class ListenerStatistics {
  accepted = 0
  /** Told why: no neighbour of ours, or one that takes none now. */
  refused = 0
  /** Over the limit of refusals under way. */
  dropped = 0
  /** Failed attempts to listen. */
  listenErrors = 0
}

const listenAgainMilliseconds = 5000

export class BgpListener {
  readonly statistics = new ListenerStatistics()
  /** By address, those that were refused and are not gone yet. */
  readonly #refused = new Map<string, number>()
  #refusedTotal = 0
  readonly #ports: ListeningPort[]
  readonly #keys = new Map<string, string>()

  constructor(private readonly options: BgpListenerOptions) {
    this.#ports = options.addresses.map(
      address => new ListeningPort(address, options, this.#keys, this.statistics, tcp => this.#called(tcp))
    )
  }

  start(): void {
    for (const port of this.#ports) port.open()
  }

  /** Connections that are there stay. */
  stop(): void {
    for (const port of this.#ports) port.close()
  }

  /** Where it listens now: fewer than asked for while some cannot be opened. */
  get endpoints(): Endpoint[] {
    return this.#ports.flatMap(port => port.endpoint ?? [])
  }

  /**
   * The TCP MD5 key (RFC 2385) that connections from the address must carry; undefined: none. Throws where the
   * system cannot do it: the neighbour must then stay down rather than come up without its key (spec bgp 11.3).
   */
  setPeerKey(address: string, key: string | undefined): void {
    if (key === undefined) this.#keys.delete(address)
    else this.#keys.set(address, key)
    for (const port of this.#ports) port.setPeerKey(address, key)
  }

  #called(tcp: Connection): void {
    const remote = { address: unmapped(tcp.remote.address), port: tcp.remote.port }
    const session = this.options.find(remote, { ...tcp.local, address: unmapped(tcp.local.address) })
    if (session === 'not-yet') {
      // not "de-configured": a neighbour that waits for us to restart would throw our routes away (RFC 8538 §4)
      const what = 'the configuration is not complete yet'
      this.#refuse(tcp, remote.address, ceaseWord({ subcode: CeaseSubcode.connectionRejected }, what))
    } else if (session === 'unknown') {
      const what = 'no such neighbour'
      this.#refuse(tcp, remote.address, ceaseWord({ subcode: CeaseSubcode.peerDeconfigured }, what))
    } else {
      const refusal = session.refusal()
      if (refusal !== undefined) {
        session.statistics.refused++
        this.#refuse(tcp, remote.address, refusal)
      } else {
        this.statistics.accepted++
        session.accept(tcp)
      }
    }
  }

  #refuse(tcp: Connection, address: string, word: Word): void {
    const { scheduler, log, maximumRefused = 256, maximumRefusedPerAddress = 4 } = this.options
    const before = this.#refused.get(address) ?? 0
    if (before >= maximumRefusedPerAddress || this.#refusedTotal >= maximumRefused) {
      this.statistics.dropped++
      tcp.attach({ received() {}, writable() {}, closed() {} })
      tcp.destroy()
      return
    }
    this.statistics.refused++
    log.debug({ remote: address, why: word.what }, 'connection refused')
    this.#refused.set(address, before + 1)
    this.#refusedTotal++
    refuse(tcp, scheduler, word, () => {
      const left = this.#refused.get(address)! - 1
      if (left === 0) this.#refused.delete(address)
      else this.#refused.set(address, left)
      this.#refusedTotal--
    })
  }
}

/** One address and port: a failure to listen is loud, counted and tried again. */
class ListeningPort {
  #listener: Listener | undefined
  #isListening = false
  #again: Timer | undefined

  constructor(
    private readonly address: ListenAddress,
    private readonly options: BgpListenerOptions,
    private readonly keys: ReadonlyMap<string, string>,
    private readonly statistics: ListenerStatistics,
    private readonly accepted: (tcp: Connection) => void
  ) {}

  get endpoint(): Endpoint | undefined {
    return this.#isListening ? this.#listener?.endpoint : undefined
  }

  open(): void {
    if (this.#listener !== undefined) return
    const { transport, socket } = this.options
    const listener = transport.listen({
      ...socket,
      ...this.address,
      accepted: this.accepted,
      listening: error => {
        if (error === undefined) this.#opened()
        else this.#failed(error)
      }
    })
    this.#listener = listener
  }

  close(): void {
    this.#again?.cancel()
    this.#again = undefined
    this.#listener?.close()
    this.#listener = undefined
    this.#isListening = false
  }

  setPeerKey(address: string, key: string | undefined): void {
    if (!this.#isListening || !this.#takes(address)) return
    if (this.#listener?.setPeerKey !== undefined) this.#listener.setPeerKey(address, key)
    else if (key !== undefined) throw new Error('this transport has no TCP MD5 keys')
  }

  /** A wildcard or an address of the same family. */
  #takes(address: string): boolean {
    return this.address.address === undefined || isInet6(this.address.address) === isInet6(address)
  }

  #opened(): void {
    this.#isListening = true
    for (const [address, key] of this.keys) {
      try {
        this.setPeerKey(address, key)
      } catch (error) {
        this.options.log.warn({ remote: address, error }, 'no TCP MD5 key set: the neighbour cannot call')
      }
    }
    this.options.log.info({ ...this.#listener?.endpoint }, 'listening for BGP')
  }

  #failed(error: Error): void {
    this.statistics.listenErrors++
    this.#listener?.close()
    this.#listener = undefined
    this.options.log.warn({ ...this.address, error: error.message }, 'cannot listen for BGP, trying again')
    this.options.failed?.(this.address, error)
    this.#again = this.options.scheduler.after(listenAgainMilliseconds, () => this.open())
  }
}

const isInet6 = (address: string): boolean => address.includes(':')

/** `::ffff:192.0.2.1` is 192.0.2.1 (RFC 4291 §2.5.5.2). */
const unmapped = (address: string): string =>
  address.startsWith('::ffff:') && address.includes('.') ? address.slice(7) : address
