/**
 * Changes to a set of canonical attributes (canonical.ts): start from one, set and remove, take the result.
 *
 *   editor.from(set.bytes).remove(AttributeCode.localPref).setU32(AttributeCode.multiExitDisc, 0).finish()
 */
import { attributeFlags, sortedWidth } from './attribute-rules.js'
import { beginAttribute, copyBytes, isInternal, putU32, valueEnd, valueStart } from './attributes.js'
import {
  internalExtendedFlags,
  internalFlags,
  optionalFlag,
  partialFlag,
  transitiveFlag
} from './canonical.js'
import { sortElements } from './sorted-elements.js'

/** Internal attributes have keys of their own, above all codes: so the order of keys is the canonical order. */
const internal = 256
const keys = 512

export class AttributeEditor {
  /** The result of `finish`: canonical attributes at `bytes[0..end)`, valid until the next `finish`. */
  bytes = new Uint8Array(4096)
  end = 0

  /** The keys of the set, ascending; the first `#count` are valid. */
  readonly #keys = new Uint16Array(keys)
  #count = 0
  /** By key: flags, and the value, in the set started from or (new values) in `#values`. */
  readonly #flags = new Uint8Array(keys)
  readonly #starts = new Int32Array(keys)
  readonly #ends = new Int32Array(keys)
  readonly #isNew = new Uint8Array(keys)
  #source: Uint8Array = new Uint8Array(0)
  #values = new Uint8Array(1024)
  #valuesEnd = 0
  /** Takes the result where the editor starts from its own. */
  #spare = new Uint8Array(4096)

  /** Starts from the canonical attributes `bytes[start..end)`, which must stay as they are until `finish`. */
  from(bytes: Uint8Array, start = 0, end = bytes.length): this {
    this.#source = bytes
    this.#count = 0
    this.#valuesEnd = 0
    for (let at = start; at < end; at = valueEnd(bytes, at)) {
      const key = bytes[at + 1]! + (isInternal(bytes, at) ? internal : 0)
      this.#keys[this.#count++] = key
      this.#flags[key] = bytes[at]!
      this.#starts[key] = valueStart(bytes, at)
      this.#ends[key] = valueEnd(bytes, at)
      this.#isNew[key] = 0
    }
    return this
  }

  has(code: number): boolean {
    return this.#find(code) >= 0
  }

  hasInternal(code: number): boolean {
    return this.#find(code + internal) >= 0
  }

  /** A copy of the value as it is now; undefined where there is none. */
  value(code: number): Uint8Array | undefined {
    if (!this.has(code)) return undefined
    return (this.#isNew[code] === 0 ? this.#source : this.#values).slice(this.#starts[code], this.#ends[code])
  }

  remove(code: number): this {
    return this.#remove(code)
  }

  removeInternal(code: number): this {
    return this.#remove(code + internal)
  }

  /**
   * Sets a wire attribute; copies the value. Communities of the three kinds are sorted here, and an empty list of
   * them removes the attribute. An unknown code becomes an optional transitive one with the Partial bit.
   */
  set(code: number, value: Uint8Array, start = 0, end = value.length): this {
    const width = sortedWidth[code]!
    if (width !== 0 && start === end) return this.#remove(code)
    const flags = attributeFlags[code] || optionalFlag | transitiveFlag | partialFlag
    this.#set(code, flags, value, start, end)
    if (width !== 0)
      this.#ends[code] = sortElements(this.#values, this.#starts[code]!, this.#ends[code]!, width)
    return this
  }

  setU8(code: number, value: number): this {
    this.#number[0] = value
    return this.set(code, this.#number, 0, 1)
  }

  setU32(code: number, value: number): this {
    putU32(this.#number, 0, value)
    return this.set(code, this.#number)
  }
  readonly #number = new Uint8Array(4)

  setInternal(code: number, value: Uint8Array, start = 0, end = value.length): this {
    return this.#set(code + internal, internalFlags, value, start, end)
  }

  /** Writes the result in canonical order. */
  finish(): this {
    const keysOf = this.#keys
    let room = 0
    for (let i = 0; i < this.#count; i++) room += this.#ends[keysOf[i]!]! - this.#starts[keysOf[i]!]! + 4
    if (this.#source === this.bytes) {
      this.bytes = this.#spare
      this.#spare = this.#source as Uint8Array<ArrayBuffer>
    }
    if (room > this.bytes.length) this.bytes = new Uint8Array(room * 2)
    const { bytes } = this
    let at = 0
    for (let i = 0; i < this.#count; i++) {
      const key = keysOf[i]!
      const start = this.#starts[key]!
      const end = this.#ends[key]!
      const header = at
      at = beginAttribute(bytes, at, this.#flags[key]!, key & 0xff, end - start)
      if (key >= internal) bytes[header] = end - start > 255 ? internalExtendedFlags : internalFlags
      at = copyBytes(bytes, at, this.#isNew[key] === 0 ? this.#source : this.#values, start, end)
    }
    this.end = at
    return this
  }

  /** A copy of the result that stays. */
  copy(): Uint8Array {
    return this.bytes.slice(0, this.end)
  }

  #find(key: number): number {
    for (let i = 0; i < this.#count; i++) if (this.#keys[i] === key) return i
    return -1
  }

  #remove(key: number): this {
    const found = this.#find(key)
    if (found < 0) return this
    this.#keys.copyWithin(found, found + 1, this.#count)
    this.#count--
    return this
  }

  #set(key: number, flags: number, value: Uint8Array, start: number, end: number): this {
    if (this.#find(key) < 0) {
      let at = this.#count++
      for (; at > 0 && this.#keys[at - 1]! > key; at--) this.#keys[at] = this.#keys[at - 1]!
      this.#keys[at] = key
    }
    const mark = this.#valuesEnd
    if (mark + end - start > this.#values.length) {
      const values = new Uint8Array((mark + end - start) * 2)
      values.set(this.#values.subarray(0, mark))
      this.#values = values
    }
    this.#flags[key] = flags
    this.#starts[key] = mark
    this.#valuesEnd = copyBytes(this.#values, mark, value, start, end)
    this.#ends[key] = this.#valuesEnd
    this.#isNew[key] = 1
    return this
  }
}
