import { copyBytes } from './attributes.js'

/**
 * A cursor over a buffer of fixed size that is being filled. Whoever writes items of unknown size compares `at`
 * with `limit` afterwards and rolls back to the item's start (`at = mark`) when it went over.
 */
export class Writer {
  readonly bytes: Uint8Array
  at = 0
  /** Offset behind the last byte that may be written. */
  limit: number

  constructor(size: number) {
    // Some room behind the limit lets an item be written whole before it is found not to fit.
    this.bytes = new Uint8Array(size + 512)
    this.limit = size
  }

  u8(value: number): void {
    this.bytes[this.at++] = value
  }

  u16(value: number): void {
    const { bytes, at } = this
    bytes[at] = value >>> 8
    bytes[at + 1] = value
    this.at = at + 2
  }

  u24(value: number): void {
    const { bytes, at } = this
    bytes[at] = value >>> 16
    bytes[at + 1] = value >>> 8
    bytes[at + 2] = value
    this.at = at + 3
  }

  u32(value: number): void {
    const { bytes, at } = this
    bytes[at] = value >>> 24
    bytes[at + 1] = value >>> 16
    bytes[at + 2] = value >>> 8
    bytes[at + 3] = value
    this.at = at + 4
  }

  /** Appends `from[start..end)`. */
  copy(from: Uint8Array, start = 0, end = from.length): void {
    this.at = copyBytes(this.bytes, this.at, from, start, end)
  }

  /** Overwrites two bytes written before: lengths that were not known at the time. */
  patchU16(at: number, value: number): void {
    this.bytes[at] = value >>> 8
    this.bytes[at + 1] = value
  }
}
