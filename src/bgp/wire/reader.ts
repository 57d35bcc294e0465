import type { DecodeError, ErrorKind } from './decode-error.js'

/**
 * A cursor over received bytes. Past the end, reads give 0 and leave an error, so a decoder checks once per item
 * and not once per byte. It is reused for message after message (`over`), so decoding allocates nothing.
 */
export class Reader {
  bytes: Uint8Array
  /** Offset of the next byte, in `bytes`. */
  at: number
  /** Offset behind the last byte that belongs to the item being read. */
  end: number
  /** The first error since `over`. */
  error: DecodeError | undefined
  /** Offset in `bytes` of the message, from which `DecodeError.offset` counts. */
  origin: number
  /** What a short read means for the item being read; set by the decoder that knows. */
  short: ErrorKind

  constructor(short: ErrorKind, bytes: Uint8Array = new Uint8Array(0), at = 0, end = bytes.length) {
    this.bytes = bytes
    this.at = at
    this.end = end
    this.origin = at
    this.error = undefined
    this.short = short
  }

  /** Starts on `bytes[at..end)` and forgets the error of the item before. */
  over(bytes: Uint8Array, at: number, end: number, origin = at): this {
    this.bytes = bytes
    this.at = at
    this.end = end
    this.origin = origin
    this.error = undefined
    return this
  }

  /** Bytes left in the item. */
  get left(): number {
    return this.end - this.at
  }

  /** Keeps the first error and goes to the end. */
  fail(kind: ErrorKind, what: string, data?: Uint8Array): 0 {
    if (this.error === undefined) {
      const { code, subcode, reaction } = kind
      const offset = this.at - this.origin
      this.error =
        data === undefined
          ? { code, subcode, reaction, offset, what }
          : { code, subcode, reaction, offset, what, data }
    }
    this.at = this.end
    return 0
  }

  u8(): number {
    if (this.at >= this.end) return this.fail(this.short, `1 byte expected, ${this.left} left`)
    return this.bytes[this.at++]!
  }

  u16(): number {
    const { at, bytes } = this
    if (at + 2 > this.end) return this.fail(this.short, `2 bytes expected, ${this.left} left`)
    this.at = at + 2
    return (bytes[at]! << 8) | bytes[at + 1]!
  }

  u24(): number {
    const { at, bytes } = this
    if (at + 3 > this.end) return this.fail(this.short, `3 bytes expected, ${this.left} left`)
    this.at = at + 3
    return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
  }

  u32(): number {
    const { at, bytes } = this
    if (at + 4 > this.end) return this.fail(this.short, `4 bytes expected, ${this.left} left`)
    this.at = at + 4
    return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
  }

  /** Copies `count` bytes to `into[offset..]`. */
  copy(count: number, into: Uint8Array, offset: number): void {
    const { at, bytes } = this
    if (at + count > this.end) {
      this.fail(this.short, `${count} bytes expected, ${this.left} left`)
      return
    }
    for (let i = 0; i < count; i++) into[offset + i] = bytes[at + i]!
    this.at = at + count
  }

  skip(count: number): void {
    if (this.at + count > this.end) this.fail(this.short, `${count} bytes expected, ${this.left} left`)
    else this.at += count
  }
}
