/**
 * Writes canonical attributes (`bgp/wire/canonical.ts`) from nothing: the caller sets attributes in ascending order
 * of type and adds communities in any order; they are put in their place at the end. One writer serves all items in
 * turn, so a route from an agent costs no buffer of its own.
 */
import {
  AttributeCode,
  extendedLengthFlag,
  internalFlags,
  optionalFlag,
  transitiveFlag
} from '../../bgp/wire/canonical.js'

/** Flags of the codes below COMMUNITIES that an agent's route can have (RFC 4271 §5). */
const flagsOf: Readonly<Record<number, number>> = {
  [AttributeCode.origin]: transitiveFlag,
  [AttributeCode.nextHop]: transitiveFlag,
  [AttributeCode.multiExitDisc]: optionalFlag,
  [AttributeCode.localPref]: transitiveFlag,
  [AttributeCode.pmsiTunnel]: optionalFlag | transitiveFlag
}

/** Room for what one attribute with a two-byte length can hold. */
const maximumValue = 0xffff

/** A list of values of a few 32-bit words each, kept in ascending order and without duplicates. */
class WordList {
  readonly #values: number[] = []
  constructor(private readonly words: number) {}

  get bytes(): number {
    return this.#values.length * 4
  }

  clear(): void {
    this.#values.length = 0
  }

  add(...value: readonly number[]): void {
    const { words } = this
    let low = 0
    let high = this.#values.length / words
    while (low < high) {
      const middle = (low + high) >>> 1
      const order = this.#compare(middle * words, value)
      if (order === 0) return
      if (order < 0) low = middle + 1
      else high = middle
    }
    if (this.bytes + words * 4 <= maximumValue) this.#values.splice(low * words, 0, ...value)
  }

  writeTo(bytes: Buffer, at: number): number {
    for (const word of this.#values) at = bytes.writeUInt32BE(word, at)
    return at
  }

  #compare(at: number, value: readonly number[]): number {
    for (let i = 0; i < this.words; i++) {
      const difference = this.#values[at + i]! - value[i]!
      if (difference !== 0) return difference
    }
    return 0
  }
}

export class AttributeWriter {
  #bytes = Buffer.allocUnsafe(4096)
  #at = 0
  readonly #communities = new WordList(1)
  readonly #extended = new WordList(2)
  readonly #large = new WordList(3)
  #communitiesDone = false

  start(): this {
    this.#at = 0
    this.#communitiesDone = false
    this.#communities.clear()
    this.#extended.clear()
    this.#large.clear()
    return this
  }

  setU8(code: number, value: number): void {
    this.#header(flagsOf[code]!, code, 1)
    this.#bytes[this.#at++] = value
  }

  setU32(code: number, value: number): void {
    this.#header(flagsOf[code]!, code, 4)
    this.#at = this.#bytes.writeUInt32BE(value, this.#at)
  }

  set(code: number, value: Uint8Array): void {
    this.#header(flagsOf[code]!, code, value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  community(value: number): void {
    this.#communities.add(value)
  }

  /** The eight bytes of an extended community, as two words. */
  extended(high: number, low: number): void {
    this.#extended.add(high >>> 0, low >>> 0)
  }

  /** A large community (RFC 8092). */
  large(administrator: number, first: number, second: number): void {
    this.#large.add(administrator >>> 0, first >>> 0, second >>> 0)
  }

  /** Behind all attributes of the wire. */
  setInternal(code: number, value: Uint8Array): void {
    this.#writeCommunities()
    this.#header(internalFlags, code, value.length)
    this.#bytes.set(value, this.#at)
    this.#at += value.length
  }

  /** The attributes, valid until the next `start`. */
  finish(): Uint8Array {
    this.#writeCommunities()
    return this.#bytes.subarray(0, this.#at)
  }

  #writeCommunities(): void {
    if (this.#communitiesDone) return
    this.#communitiesDone = true
    const flags = optionalFlag | transitiveFlag
    this.#list(flags, AttributeCode.communities, this.#communities)
    this.#list(flags, AttributeCode.extendedCommunities, this.#extended)
    this.#list(flags, AttributeCode.largeCommunities, this.#large)
  }

  #list(flags: number, code: number, list: WordList): void {
    if (list.bytes === 0) return
    this.#header(flags, code, list.bytes)
    this.#at = list.writeTo(this.#bytes, this.#at)
  }

  #header(flags: number, code: number, length: number): void {
    const need = this.#at + 4 + length
    if (need > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(2 * need)
      this.#bytes.copy(larger, 0, 0, this.#at)
      this.#bytes = larger
    }
    const bytes = this.#bytes
    const extended = length > 255
    bytes[this.#at++] = extended ? flags | extendedLengthFlag : flags
    bytes[this.#at++] = code
    if (extended) bytes[this.#at++] = length >>> 8
    bytes[this.#at++] = length & 0xff
  }
}
