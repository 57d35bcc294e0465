/** Reading canonical path attributes (canonical.ts) where they lie. */
import { extendedLengthFlag, internalFlags, optionalFlag, partialFlag, transitiveFlag } from './canonical.js'

export function u16At(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

export function u32At(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

export function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24
  bytes[at + 1] = value >>> 16
  bytes[at + 2] = value >>> 8
  bytes[at + 3] = value
}

/** Copies `from[start..end)` to `to[at..)` and gives the offset behind; short runs without a view object. */
export function copyBytes(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  if (end - start > 64) {
    to.set(from.subarray(start, end), at)
    return at + end - start
  }
  for (let i = start; i < end; i++) to[at++] = from[i]!
  return at
}

/** Offset of the value of the attribute at `at`. */
export function valueStart(bytes: Uint8Array, at: number): number {
  return (bytes[at]! & extendedLengthFlag) === 0 ? at + 3 : at + 4
}

/** Offset behind the value of the attribute at `at`, which is where the next one starts. */
export function valueEnd(bytes: Uint8Array, at: number): number {
  return (bytes[at]! & extendedLengthFlag) === 0
    ? at + 3 + bytes[at + 2]!
    : at + 4 + ((bytes[at + 2]! << 8) | bytes[at + 3]!)
}

export function isInternal(bytes: Uint8Array, at: number): boolean {
  return (bytes[at]! & 0x0f) === internalFlags
}

/** Offset of the attribute `code` in the canonical attributes `bytes[start..end)`; -1 where there is none. */
export function findAttribute(bytes: Uint8Array, start: number, end: number, code: number): number {
  for (let at = start; at < end; at = valueEnd(bytes, at)) {
    if (isInternal(bytes, at)) return -1
    const found = bytes[at + 1]!
    if (found >= code) return found === code ? at : -1
  }
  return -1
}

/** Likewise for an internal attribute (`InternalCode`). */
export function findInternal(bytes: Uint8Array, start: number, end: number, code: number): number {
  for (let at = start; at < end; at = valueEnd(bytes, at)) {
    if (isInternal(bytes, at) && bytes[at + 1] === code) return at
  }
  return -1
}

const kindBits = optionalFlag | transitiveFlag

/** The flags in canonical form: Partial only on optional transitive attributes, where it stays (RFC 4271 §5). */
function canonicalFlags(flags: number): number {
  const kind = flags & kindBits
  return kind === kindBits ? kind | (flags & partialFlag) : kind
}

/** Writes the header of a wire attribute whose value has `length` bytes, and gives the offset of the value. */
export function beginAttribute(
  into: Uint8Array,
  at: number,
  flags: number,
  code: number,
  length: number
): number {
  into[at + 1] = code
  if (length <= 255) {
    into[at] = canonicalFlags(flags)
    into[at + 2] = length
    return at + 3
  }
  into[at] = canonicalFlags(flags) | extendedLengthFlag
  into[at + 2] = length >>> 8
  into[at + 3] = length
  return at + 4
}

/**
 * Writes the header of the attribute at `at` whose value lies at `into[at+3..behind)` already, and gives the offset
 * behind it: the value moves by a byte where its length needs two.
 */
export function endAttribute(
  into: Uint8Array,
  at: number,
  flags: number,
  code: number,
  behind: number
): number {
  const length = behind - at - 3
  if (length > 255) into.copyWithin(at + 4, at + 3, behind)
  return beginAttribute(into, at, flags, code, length) + length
}

/** A cursor over canonical attributes, for those who want to see all of them. */
export class AttributeCursor {
  bytes: Uint8Array = new Uint8Array(0)
  /** Offset of the attribute, where its flags are. */
  at = 0
  code = 0
  flags = 0
  internal = false
  valueStart = 0
  valueEnd = 0
  #end = 0

  over(bytes: Uint8Array, start = 0, end = bytes.length): this {
    this.bytes = bytes
    this.valueEnd = start
    this.#end = end
    return this
  }

  /** Goes to the next attribute; false behind the last. */
  next(): boolean {
    const at = this.valueEnd
    if (at >= this.#end) return false
    const { bytes } = this
    this.at = at
    this.flags = bytes[at]!
    this.code = bytes[at + 1]!
    this.internal = isInternal(bytes, at)
    this.valueStart = valueStart(bytes, at)
    this.valueEnd = valueEnd(bytes, at)
    return true
  }
}
