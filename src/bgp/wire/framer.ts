/**
 * Cuts a byte stream into messages (RFC 4271 §4.1, §6.1). A message that lies whole in a received chunk is given
 * where it lies; only one that straddles chunks is copied.
 */
import type { DecodeError } from './decode-error.js'
import { Reaction } from './decode-error.js'
import { extendedMaximumLength, headerLength, MessageType, maximumLength } from './message.js'

/** RFC 4271 §6.1. */
const notSynchronised = { code: 1, subcode: 1, reaction: Reaction.resetSession } as const
const badLength = { code: 1, subcode: 2, reaction: Reaction.resetSession } as const
const badType = { code: 1, subcode: 3, reaction: Reaction.resetSession } as const

/** Length of the shortest message of each type; 0 where there is no such type. */
const minimumLengths = [0, 29, 23, 21, 19, 23]

const nothing = new Uint8Array(0)

export class Framer {
  /** The message that `next` found: `bytes[start..end)`, header included. */
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  type: MessageType = MessageType.keepalive
  /** Why the stream cannot be read any further. */
  error: DecodeError | undefined
  /** The longest message taken: 65535 where RFC 8654 is negotiated; OPEN and KEEPALIVE stay at 4096. */
  limit = maximumLength

  /** The chunk being read, and how far. */
  #chunk: Uint8Array = new Uint8Array(0)
  #at = 0
  /** The beginning of a message whose end has not arrived; no room before the first one, which may never come. */
  #carry: Uint8Array = nothing
  #carried = 0

  /** Bytes received that belong to no complete message yet. */
  get pending(): number {
    return this.#carried + this.#chunk.length - this.#at
  }

  /**
   * Takes the next received bytes. They must stay as they are until `next` gives false; whoever pushes before that
   * pays for a copy of what is left. After an error bytes are dropped.
   */
  push(chunk: Uint8Array): void {
    const left = this.#chunk.length - this.#at
    if (this.error !== undefined) return
    this.#chunk = left === 0 ? chunk : Buffer.concat([this.#chunk.subarray(this.#at), chunk])
    this.#at = 0
  }

  /** Goes to the next complete message; false where more bytes are needed or at an error. */
  next(): boolean {
    if (this.error !== undefined) return false
    return this.#carried > 0 ? this.#nextCarried() : this.#nextInPlace()
  }

  #nextInPlace(): boolean {
    const chunk = this.#chunk
    const start = this.#at
    const left = chunk.length - start
    const length = left >= headerLength ? this.#check(chunk, start) : 0
    if (this.error !== undefined) return false
    if (length === 0 || length > left) {
      this.#carryOn(left, length)
      return false
    }
    this.#at = start + length
    return this.#found(chunk, start, length)
  }

  #nextCarried(): boolean {
    if (this.#carried < headerLength) this.#carryOn(headerLength - this.#carried, 0)
    if (this.#carried < headerLength) return false
    const length = this.#check(this.#carry, 0)
    if (this.error !== undefined) return false
    this.#carryOn(length - this.#carried, length)
    if (this.#carried < length) return false
    this.#carried = 0
    return this.#found(this.#carry, 0, length)
  }

  /** Moves up to `count` bytes of the chunk to the carry, which is to hold `room` bytes. */
  #carryOn(count: number, room: number): void {
    const taken = this.#chunk.subarray(this.#at, Math.min(this.#at + count, this.#chunk.length))
    const needed = Math.max(room, this.#carried + taken.length)
    if (needed > this.#carry.length) {
      const carry = new Uint8Array(needed > maximumLength ? extendedMaximumLength : maximumLength)
      carry.set(this.#carry.subarray(0, this.#carried))
      this.#carry = carry
    }
    this.#carry.set(taken, this.#carried)
    this.#carried += taken.length
    this.#at += taken.length
  }

  #found(bytes: Uint8Array, start: number, length: number): true {
    this.bytes = bytes
    this.start = start
    this.end = start + length
    this.type = bytes[start + 18]! as MessageType
    return true
  }

  /** The length of the message whose header is at `start`. Checked before the body is there (spec bgp 4.1). */
  #check(bytes: Uint8Array, start: number): number {
    for (let i = start; i < start + 16; i++) {
      if (bytes[i] !== 0xff) return this.#fail(notSynchronised, i - start, 'the marker is not all ones')
    }
    const length = (bytes[start + 16]! << 8) | bytes[start + 17]!
    const type = bytes[start + 18]!
    const short = type === MessageType.open || type === MessageType.keepalive
    if (length < headerLength || length > (short ? maximumLength : this.limit)) {
      return this.#badLength(length, bytes, start)
    }
    const minimum = minimumLengths[type] ?? 0
    if (minimum === 0) {
      return this.#fail(badType, 18, `message type ${type}`, bytes.slice(start + 18, start + 19))
    }
    if (length < minimum || (type === MessageType.keepalive && length > minimum)) {
      return this.#badLength(length, bytes, start)
    }
    return length
  }

  #badLength(length: number, bytes: Uint8Array, start: number): 0 {
    return this.#fail(badLength, 16, `message length ${length}`, bytes.slice(start + 16, start + 18))
  }

  #fail(
    kind: typeof notSynchronised | typeof badLength | typeof badType,
    offset: number,
    what: string,
    data?: Uint8Array
  ): 0 {
    this.error = data === undefined ? { ...kind, offset, what } : { ...kind, offset, what, data }
    return 0
  }
}
