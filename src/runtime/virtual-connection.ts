/**
 * One end of a simulated TCP connection. The byte stream is cut and joined at random, bytes in flight and unread at
 * the receiver share a bounded window, and the received buffer is overwritten after the call: what holds here for
 * many seeds does not lean on how a real network happens to slice a stream.
 */
import { ByteQueue } from './byte-queue.js'
import type { Timer } from './scheduler.js'
import type { Connection, ConnectionHandler, Endpoint, LaterOptions } from './transport.js'
import type { VirtualNetwork } from './virtual-network.js'

/** How long an orderly close may take before it becomes a reset. */
const lingerMilliseconds = 10_000

type Item = Uint8Array | 'fin' | 'reset'

export class VirtualConnection implements Connection {
  peer!: VirtualConnection
  /** The TCP MD5 key: nothing passes to an end that has another. */
  key: string | undefined
  /** As they were set, for tests to see. */
  options: LaterOptions = {}
  #handler: ConnectionHandler | undefined
  // towards the peer
  readonly #unsent = new ByteQueue()
  readonly #inFlight: Item[] = []
  #inFlightBytes = 0
  #lastArrival = 0
  #heldByLink = 0
  #pumping = false
  #drainWanted = false
  #ending = false
  #endCalled = false
  #linger: Timer | undefined
  #finSent = false
  // from the peer
  readonly #unread = new ByteQueue()
  #delivering = false
  #paused = false
  #finReceived = false
  // the end
  #gone = false
  /** With which the call came, where the listener notes it. */
  synTtl: number | undefined
  #closing: { error: Error | undefined } | undefined

  constructor(
    private readonly network: VirtualNetwork,
    readonly local: Endpoint,
    readonly remote: Endpoint
  ) {}

  get pendingBytes(): number {
    return this.#unsent.length
  }

  get hasUnread(): boolean {
    return this.#unread.length > 0
  }

  attach(handler: ConnectionHandler): void {
    if (this.#handler !== undefined) throw new Error('attach was called twice')
    this.#handler = handler
    if (this.#closing !== undefined) this.network.turn(() => this.#close())
    else this.#deliverInTurn()
  }

  /** The test hears of a connection that nobody took over. */
  expectHandler(): void {
    this.network.turn(() => {
      if (this.#handler === undefined && !this.#gone) {
        throw new Error(`connection ${name(this)} has no handler by the turn after it was handed over`)
      }
    })
  }

  write(...chunks: readonly Uint8Array[]): boolean {
    if (this.#ending || this.#gone) return true
    for (const chunk of chunks) this.#unsent.push(chunk)
    this.#pumpInTurn()
    if (this.#unsent.length <= this.network.highWaterBytes) return true
    this.#drainWanted = true
    return false
  }

  pause(): void {
    if (!this.#endCalled) this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#deliverInTurn()
  }

  setOptions({ minimumTtl, ttl, dscp }: LaterOptions): void {
    this.options = {
      ...this.options,
      ...(minimumTtl !== undefined && { minimumTtl }),
      ...(ttl !== undefined && { ttl }),
      ...(dscp !== undefined && { dscp })
    }
  }

  callTtl(): number | undefined {
    return this.synTtl
  }

  setKey(key: string | undefined): void {
    this.key = key
    for (const end of [this, this.peer]) end.linkMayBeUp()
  }

  end(): void {
    if (this.#endCalled || this.#gone) return
    this.#endCalled = true
    this.resume()
    this.#startToEnd()
  }

  destroy(): void {
    if (this.#gone) return
    this.#send('reset')
    this.#finish(undefined)
  }

  #startToEnd(): void {
    this.#ending = true
    this.#linger ??= this.network.scheduler.after(lingerMilliseconds, () => this.destroy())
    this.#pumpInTurn()
  }

  /** The host is gone without a word: no FIN, no RST, and nobody to tell. */
  vanish(): void {
    this.#gone = true
    this.#handler = undefined
    this.#inFlight.length = 0
    this.#drop()
    this.#leaveWhenDone()
  }

  /** Whatever waited for the link, or for the right key, arrives now. */
  linkMayBeUp(): void {
    if (!this.#isLinked) return
    for (; this.#heldByLink > 0; this.#heldByLink--) this.#scheduleArrival()
  }

  #pumpInTurn(): void {
    if (this.#pumping) return
    this.#pumping = true
    this.network.turn(() => {
      this.#pumping = false
      if (!this.#gone) this.#pump()
    })
  }

  #pump(): void {
    while (this.#unsent.length > 0) {
      const room = this.network.windowBytes - this.#inFlightBytes - this.peer.#unread.length
      if (room <= 0) break
      const most = Math.min(room, this.#unsent.length, this.network.segmentBytes)
      const segment = new Uint8Array(this.network.random.size(most))
      this.#unsent.take(segment)
      this.#inFlightBytes += segment.length
      this.#send(segment)
    }
    if (this.#unsent.length === 0 && this.#ending && !this.#finSent) {
      this.#finSent = true
      this.#send('fin')
      if (this.#finReceived) this.#finish(undefined)
    }
    if (this.#drainWanted && this.#unsent.length <= this.network.highWaterBytes / 4) {
      this.#drainWanted = false
      this.#handler?.writable()
    }
  }

  #send(item: Item): void {
    this.#inFlight.push(item)
    this.#scheduleArrival()
  }

  /** Arrivals keep their order whatever delays were drawn: each takes the oldest item in flight. */
  #scheduleArrival(): void {
    const now = this.network.scheduler.now()
    this.#lastArrival = Math.max(this.#lastArrival, now + this.network.drawDelay())
    this.network.scheduler.after(this.#lastArrival - now, () => this.#arrive())
  }

  #arrive(): void {
    if (!this.#isLinked) {
      if (this.#inFlight.at(-1) === 'reset')
        this.#inFlight.pop() // it is sent once and never again
      else this.#heldByLink++
      return
    }
    const item = this.#inFlight.shift()
    if (item === undefined) return
    if (item instanceof Uint8Array) this.#inFlightBytes -= item.length
    this.network.trace(this, item instanceof Uint8Array ? `${item.length} bytes` : item)
    this.peer.#arrived(item)
    this.#leaveWhenDone()
  }

  get #isLinked(): boolean {
    return this.key === this.peer.key && this.network.isUp(this.local.address, this.remote.address)
  }

  #arrived(item: Item): void {
    if (this.#gone) {
      if (item !== 'reset') this.#send('reset')
    } else if (item === 'reset') {
      this.#finish(networkError('ECONNRESET', `read ECONNRESET ${name(this)}`))
    } else {
      if (item === 'fin') this.#finReceived = true
      else this.#unread.push(item)
      this.#deliver()
    }
  }

  #deliverInTurn(): void {
    if (this.#delivering) return
    this.#delivering = true
    this.network.turn(() => {
      this.#delivering = false
      this.#deliver()
    })
  }

  #deliver(): void {
    if (this.#handler === undefined || this.#paused || this.#gone) return
    if (this.#unread.length > 0) {
      const scratch = this.network.scratch
      const bytes = scratch.subarray(0, this.#unread.take(scratch))
      this.peer.#pumpInTurn()
      if (this.#unread.length > 0 || this.#finReceived) this.#deliverInTurn()
      if (this.#endCalled) return
      try {
        this.#handler.received(bytes)
      } finally {
        bytes.fill(0xdb)
      }
    } else if (this.#finReceived) {
      if (this.#finSent) this.#finish(undefined)
      else this.#startToEnd()
    }
  }

  #finish(error: Error | undefined): void {
    this.#gone = true
    this.#closing = { error }
    this.#drop()
    this.#leaveWhenDone()
    this.network.turn(() => this.#close())
  }

  #leaveWhenDone(): void {
    if (this.#gone && this.#inFlight.length === 0) this.network.forget(this)
  }

  #close(): void {
    const handler = this.#handler
    if (handler === undefined || this.#closing === undefined) return
    const { error } = this.#closing
    this.#handler = { received() {}, writable() {}, closed() {} }
    this.#closing = undefined
    handler.closed(error)
  }

  #drop(): void {
    this.#linger?.cancel()
    this.#unsent.clear()
    this.#unread.clear()
  }
}

const name = ({ local, remote }: VirtualConnection): string =>
  `${local.address}:${local.port} - ${remote.address}:${remote.port}`

/** An error as Node.js gives it for a system call. */
export function networkError(code: string, message: string): Error {
  return Object.assign(new Error(message), { code })
}
