import { HashSlots } from './hash-slots.js'
import { type HashKey, keyedHash } from './keyed-hash.js'
import { RowList } from './row-list.js'
import { tabulatedLength, tabulationHash, tabulationOf } from './tabulation-hash.js'

/**
 * Finds the index of a key: the keys of a table, in columns. All of it is a few flat arrays, so a million prefixes
 * are a handful of objects to the garbage collector (docs/decisions/0002).
 *
 *   slots    hash -> index + 1
 *   keys     index -> `stride` bytes
 *   lengths  index -> bytes of the key, for families whose keys differ in length
 *
 * Indexes of removed keys are used again, the last one first; `highest` is one behind the largest ever used.
 */
export class KeyIndex {
  readonly #hashKey: HashKey
  readonly #words: Int32Array
  readonly #stride: number
  readonly #slots = new HashSlots()
  #keys: Uint8Array
  #lengths: Uint8Array | undefined
  #capacity = initialCapacity
  /** Indexes of removed keys, a stack. */
  readonly #free = new RowList()
  /** One behind the largest index in use since the start. */
  highest = 0

  constructor(hashKey: HashKey, stride: number, fixedLength: boolean) {
    this.#hashKey = hashKey
    this.#words = tabulationOf(hashKey)
    this.#stride = stride
    this.#keys = new Uint8Array(stride * initialCapacity)
    this.#lengths = fixedLength ? undefined : new Uint8Array(initialCapacity)
  }

  /** Keys held. */
  get size(): number {
    return this.#slots.size
  }

  /** The next key that is new needs more memory. */
  get isFull(): boolean {
    return this.#free.count === 0 && this.highest === this.#capacity
  }

  /** Where the keys lie; valid until the next `add`. */
  get keys(): Uint8Array {
    return this.#keys
  }

  startOf(index: number): number {
    return index * this.#stride
  }

  endOf(index: number): number {
    return index * this.#stride + (this.#lengths === undefined ? this.#stride : this.#lengths[index]!)
  }

  /** What `find`, `add` and `touch` take. */
  hashOf(bytes: Uint8Array, start: number, end: number): number {
    return end - start <= tabulatedLength
      ? tabulationHash(this.#words, bytes, start, end)
      : keyedHash(this.#hashKey, bytes, start, end)
  }

  /** Looks ahead for `count` keys with these hashes (`HashSlots.touch`). */
  touch(hashes: Int32Array, count: number): void {
    this.#slots.touch(hashes, count)
  }

  /** The index of the key `bytes[start..end)`, or -1. */
  find(bytes: Uint8Array, start: number, end: number, hash = this.hashOf(bytes, start, end)): number {
    const { cells, mask } = this.#slots
    const base = this.#slots.segmentOf(hash)
    for (let at = (hash << 1) & mask; ; at = (at + 2) & mask) {
      const index = cells[base + at + 1]! - 1
      if (index < 0) return -1
      if (cells[base + at] === hash && this.#equals(index, bytes, start, end)) return index
    }
  }

  /** The index of the key, which is taken up if it was not there; whether it was, `size` tells. */
  add(bytes: Uint8Array, start: number, end: number, hash = this.hashOf(bytes, start, end)): number {
    const { cells, mask } = this.#slots
    const base = this.#slots.segmentOf(hash)
    for (let at = (hash << 1) & mask; ; at = (at + 2) & mask) {
      const index = cells[base + at + 1]! - 1
      if (index < 0) return this.#insert(base + at, hash, bytes, start, end)
      if (cells[base + at] === hash && this.#equals(index, bytes, start, end)) return index
    }
  }

  /** Takes out the keys of `indexes[0..count)`; none may stand there twice. */
  remove(indexes: Int32Array, count: number): void {
    for (let from = 0; from < count; from += lookAhead) {
      const behind = Math.min(from + lookAhead, count)
      for (let i = from; i < behind; i++) {
        const index = indexes[i]!
        hashes[i - from] = this.hashOf(this.#keys, this.startOf(index), this.endOf(index))
      }
      this.#slots.touch(hashes, behind - from)
      for (let i = from; i < behind; i++) {
        this.#slots.remove(hashes[i - from]!, indexes[i]! + 1)
        this.#free.push(indexes[i]!)
      }
    }
    if (this.#slots.size === 0) this.clear()
  }

  #insert(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const index = this.#free.count > 0 ? this.#free.pop() : this.highest++
    if (index >= this.#capacity) this.#grow()
    const keys = this.#keys
    let to = index * this.#stride
    for (let at = start; at < end; at++) keys[to++] = bytes[at]!
    if (this.#lengths !== undefined) this.#lengths[index] = end - start
    this.#slots.fill(slot, hash, index + 1)
    return index
  }

  #equals(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const keys = this.#keys
    let at = index * this.#stride
    if (this.#lengths !== undefined && this.#lengths[index] !== end - start) return false
    for (let i = start; i < end; i++) if (keys[at++] !== bytes[i]) return false
    return true
  }

  #grow(): void {
    this.#capacity *= 2
    this.#keys = extended(this.#keys, this.#capacity * this.#stride)
    if (this.#lengths !== undefined) this.#lengths = extended(this.#lengths, this.#capacity)
  }

  /** Forgets all keys. An empty index gives its memory back: withdrawing a source leaves no trace. */
  clear(): void {
    this.#slots.clear()
    this.highest = 0
    this.#free.reset()
    this.#capacity = initialCapacity
    this.#keys = new Uint8Array(this.#stride * initialCapacity)
    if (this.#lengths !== undefined) this.#lengths = new Uint8Array(initialCapacity)
  }
}

const initialCapacity = 8

/** So many reads of memory go on at once: more than a processor has room for, few enough to stay in its cache. */
export const lookAhead = 32
const hashes = new Int32Array(lookAhead)

function extended(from: Uint8Array, length: number): Uint8Array {
  const to = new Uint8Array(length)
  to.set(from)
  return to
}
