/**
 * A TCP connection as a stream of BGP messages, and its decent end: the last word is flushed before the connection
 * closes, and what still comes in is read and dropped, because unread input turns a close into a reset that may
 * overtake the NOTIFICATION (spec bgp 6.2, 20.6).
 */
import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import type { TcpInfo } from '../../runtime/tcp-info.js'
import type { Connection, ConnectionHandler, Endpoint, LaterOptions } from '../../runtime/transport.js'
import type { DecodeError } from '../wire/decode-error.js'
import { Framer } from '../wire/framer.js'
import { headerLength, MessageType } from '../wire/message.js'
import type { MessageCounts, SessionStatistics } from './statistics.js'

export interface StreamOwner {
  /** A message of a known type and a plausible length; the bytes are valid only during the call. */
  message(type: MessageType, bytes: Uint8Array, start: number, end: number): void
  /** Wrong marker, length or type (RFC 4271 §6.1). Nothing is told after it. */
  malformed(error: DecodeError): void
  malformedNotification(error: DecodeError): void
  writable(): void
  lost(error: Error | undefined): void
}

/** Throws where the transport or the system cannot do it: nothing falls back to less. */
export function applyOptions(tcp: Connection, options: LaterOptions): void {
  if (Object.keys(options).length === 0) return
  if (tcp.setOptions === undefined) throw new Error('this transport has no socket options')
  tcp.setOptions(options)
}

/** How long a peer has to take the last word. */
const farewellMilliseconds = 1000

export class MessageStream implements ConnectionHandler {
  /** When the bytes that are being handled arrived. */
  readAt = 0
  writtenBytes = 0
  #owner: StreamOwner | undefined
  /** Where the next message starts, counted from the start of the bytes being handled. */
  #next = 0
  #ended = false
  #farewell: Timer | undefined
  #gone: (() => void) | undefined
  readonly #framer = new Framer()

  constructor(
    private readonly tcp: Connection,
    private readonly scheduler: Scheduler,
    private readonly statistics?: SessionStatistics,
    owner?: StreamOwner
  ) {
    this.#owner = owner
    tcp.attach(this)
  }

  get local(): Endpoint {
    return this.tcp.local
  }

  get remote(): Endpoint {
    return this.tcp.remote
  }

  get pendingBytes(): number {
    return this.tcp.pendingBytes
  }

  get tcpInfo(): TcpInfo | undefined {
    return this.tcp.tcpInfo?.()
  }

  get hasUnread(): boolean {
    return this.tcp.hasUnread === true
  }

  set maximumLength(bytes: number) {
    this.#framer.limit = bytes
  }

  /** `updates`: what the chunks hold is so many UPDATEs and nothing else; else the messages are looked at. */
  write(chunks: readonly Uint8Array[], updates = -1): boolean {
    const sent = this.statistics?.sent
    for (const chunk of chunks) {
      this.writtenBytes += chunk.length
      if (sent === undefined) continue
      sent.calls++
      sent.bytes += chunk.length
      if (updates < 0) countMessages(sent, chunk)
    }
    if (sent !== undefined && updates >= 0) {
      sent.total += updates
      sent.update += updates
    }
    return this.tcp.write(...chunks)
  }

  setOptions(options: LaterOptions): void {
    applyOptions(this.tcp, options)
  }

  setKey(key: string | undefined): void {
    if (this.tcp.setKey === undefined) throw new Error('this transport has no TCP MD5 keys')
    this.tcp.setKey(key)
  }

  /** Sends the last word, if there is one, and closes. The owner hears nothing any more. */
  finish(lastWord: Uint8Array | undefined, gone?: () => void): void {
    this.#owner = undefined
    if (this.#ended) return
    this.#gone = gone
    if (lastWord !== undefined) this.write([lastWord])
    this.tcp.resume()
    this.#farewell = this.scheduler.after(farewellMilliseconds, () => this.tcp.destroy())
    this.tcp.end()
  }

  // ---- ConnectionHandler

  received(bytes: Uint8Array): void {
    if (this.#owner === undefined) return
    const { statistics } = this
    const framer = this.#framer
    this.readAt = this.scheduler.now()
    if (statistics !== undefined) {
      statistics.received.bytes += bytes.length
      statistics.received.calls++
    }
    // A Buffer's `slice` is a view, a Uint8Array's a copy, and what lasts must be a copy.
    framer.push(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length))
    while (framer.next()) {
      const { type, start, end } = framer
      if (statistics !== undefined) countMessage(statistics.received, type)
      this.#next += end - start
      this.#owner.message(type, framer.bytes, start, end)
      if (this.#owner === undefined) return
    }
    if (framer.error !== undefined) this.#malformed(framer.error, bytes[this.#next + 18])
    this.#next -= bytes.length
  }

  /** `type` is that of the message: the error was found when the last byte of the header came. */
  #malformed(error: DecodeError, type: number | undefined): void {
    if (this.statistics !== undefined) this.statistics.received.total++
    if (type === MessageType.notification) this.#owner?.malformedNotification(error)
    else this.#owner?.malformed(error)
  }

  writable(): void {
    this.#owner?.writable()
  }

  closed(error: Error | undefined): void {
    this.#ended = true
    this.#farewell?.cancel()
    this.#owner?.lost(error)
    this.#owner = undefined
    this.#gone?.()
  }
}

function countMessages(counts: MessageCounts, chunk: Uint8Array): void {
  for (let at = 0; at + headerLength <= chunk.length; ) {
    countMessage(counts, chunk[at + 18]!)
    at += Math.max(headerLength, (chunk[at + 16]! << 8) | chunk[at + 17]!)
  }
}

function countMessage(counts: MessageCounts, type: number): void {
  counts.total++
  switch (type) {
    case MessageType.update:
      counts.update++
      break
    case MessageType.keepalive:
      counts.keepalive++
      break
    case MessageType.open:
      counts.open++
      break
    case MessageType.notification:
      counts.notification++
      break
    case MessageType.routeRefresh:
      counts.routeRefresh++
  }
}
