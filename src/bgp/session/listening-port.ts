/** One address and port that neighbours call: a failure to listen is loud, counted and tried again. */
import { type IpPrefix, parseIpPrefix } from '../../net/ip-prefix.js'
import { bytesOf, withoutZone } from '../../net/scoped-ip.js'
import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import type { Connection, Endpoint, LaterOptions, Listener, Transport } from '../../runtime/transport.js'
import type { Log } from './handler.js'

export interface ListenAddress {
  /** Absent: all addresses. */
  readonly address?: string
  readonly port: number
}

export interface ListeningPortOwner {
  readonly scheduler: Scheduler
  readonly transport: Transport
  readonly log: Log
  /** By address without interface, or prefix, those that must be known. */
  readonly keys: Iterable<readonly [slot: string, key: string]>
  /** Of what is accepted from now on. */
  readonly socket: LaterOptions
  accepted(tcp: Connection, port: ListeningPort): void
  /** It is tried again all the same. */
  failed(address: ListenAddress, error: Error): void
}

const listenAgainMilliseconds = 5000
/** Of attempts that fail for the same reason as the one before, one in so many is logged. */
const failuresPerLine = 60

export class ListeningPort {
  #listener: Listener | undefined
  /** Between `open` and `close`. */
  #isWanted = false
  #isListening = false
  #again: Timer | undefined
  #error: Error | undefined
  #notesTtl = false
  /** Attempts to listen that failed since the last one that did not. */
  failures = 0
  /** The keys in force here, by address without interface, or prefix. */
  readonly #keyed = new Map<string, { readonly key: string; readonly prefix: IpPrefix | undefined }>()

  constructor(
    readonly address: ListenAddress,
    private readonly owner: ListeningPortOwner
  ) {}

  get endpoint(): Endpoint | undefined {
    return this.#isListening ? this.#listener?.endpoint : undefined
  }

  /** Why the last attempt to listen failed; undefined: it has not been tried yet, or it listens. */
  get error(): Error | undefined {
    return this.#error
  }

  /** The system was told to note how far calls come from, and did not say that it cannot. */
  get notesTtl(): boolean {
    return this.#notesTtl
  }

  open(): void {
    if (this.#listener !== undefined) return
    this.#isWanted = true
    this.#listener = this.owner.transport.listen({
      ...this.address,
      accepted: tcp => this.owner.accepted(tcp, this),
      listening: error => {
        // What fails after `close` is of no interest any more, and not tried again.
        if (!this.#isWanted) return
        if (error === undefined) this.#opened()
        else this.#failed(error)
      }
    })
  }

  close(): void {
    this.#isWanted = false
    this.#again?.cancel()
    this.#again = undefined
    this.#listener?.close()
    this.#listener = undefined
    this.#isListening = false
    this.#notesTtl = false
    this.#keyed.clear()
  }

  /** What cannot be set is logged: who must have a key is then not taken (`keyOf`). */
  setPeerKey(slot: string, key: string | undefined): void {
    if (!this.#isListening || !this.#takes(slot)) return
    this.#keyed.delete(slot)
    try {
      if (this.#listener?.setPeerKey !== undefined) this.#listener.setPeerKey(slot, key)
      else if (key !== undefined) throw new Error('this transport has no TCP MD5 keys')
      if (key !== undefined) this.#keyed.set(slot, { key, prefix: parseIpPrefix(slot) })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.owner.log.warn({ remote: slot, error: reason }, 'no TCP MD5 key set: the neighbour cannot call')
    }
  }

  /** What comes from the address has proved that it knows this key; undefined: it had to prove nothing. */
  keyOf(address: string): string | undefined {
    const exact = this.#keyed.get(withoutZone(address))
    if (exact !== undefined) return exact.key
    const bytes = bytesOf(address)
    if (bytes === undefined) return undefined
    let [longest, found]: [number, string | undefined] = [-1, undefined]
    for (const { key, prefix } of this.#keyed.values()) {
      if (prefix === undefined || prefix.length <= longest || !prefix.contains(bytes)) continue
      ;[longest, found] = [prefix.length, key]
    }
    return found
  }

  setOptions(options: LaterOptions): void {
    if (!this.#isListening || Object.keys(options).length === 0) return
    try {
      if (this.#listener?.setOptions === undefined) throw new Error('this transport has no socket options')
      this.#listener.setOptions(options)
      this.#notesTtl = options.noteTtl ?? this.#notesTtl
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      this.owner.log.warn({ ...this.address, error: reason }, 'cannot set socket options of the listener')
    }
  }

  /** A wildcard or an address of the same family. */
  #takes(slot: string): boolean {
    return this.address.address === undefined || isInet6(this.address.address) === isInet6(slot)
  }

  #opened(): void {
    this.#isListening = true
    this.#error = undefined
    this.failures = 0
    for (const [slot, key] of this.owner.keys) this.setPeerKey(slot, key)
    this.setOptions(this.owner.socket)
    this.owner.log.info({ ...this.#listener?.endpoint }, 'listening for BGP')
  }

  #failed(error: Error): void {
    this.#listener?.close()
    this.#listener = undefined
    const isNew = this.#error?.message !== error.message
    this.#error = error
    if (isNew || this.failures % failuresPerLine === 0) {
      const fields = { ...this.address, error: error.message, attempts: this.failures + 1 }
      this.owner.log.warn(
        fields,
        `cannot listen for BGP, tried again every ${listenAgainMilliseconds / 1000} s`
      )
    }
    this.failures++
    this.owner.failed(this.address, error)
    this.#again = this.owner.scheduler.after(listenAgainMilliseconds, () => this.open())
  }
}

const isInet6 = (address: string): boolean => address.includes(':')
