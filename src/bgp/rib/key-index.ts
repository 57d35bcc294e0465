import { type HashKey, keyedHash } from './keyed-hash.js'

/**
 * Finds the index of a key: the keys of a table, in columns. Open addressing with linear probing over flat arrays,
 * so a million prefixes are a handful of objects to the garbage collector (docs/decisions/0002).
 *
 *   slots    hash -> index + 1, 0 where free; at most three quarters full
 *   hashes   index -> hash, so that growing never reads a key again
 *   keys     index -> `stride` bytes
 *   lengths  index -> bytes of the key, for families whose keys differ in length
 *
 * Indexes of removed keys are used again, lowest memory first; `highest` is one behind the largest ever used.
 */
export class KeyIndex {
  readonly #hashKey: HashKey
  readonly #stride: number
  #slots: Int32Array = new Int32Array(initialSlots)
  #hashes: Int32Array = new Int32Array(initialSlots / 2)
  #keys: Uint8Array
  #lengths: Uint8Array | undefined
  #free: number[] = []
  /** Keys held. */
  size = 0
  /** One behind the largest index in use since the start. */
  highest = 0

  constructor(hashKey: HashKey, stride: number, fixedLength: boolean) {
    this.#hashKey = hashKey
    this.#stride = stride
    this.#keys = new Uint8Array((stride * initialSlots) / 2)
    this.#lengths = fixedLength ? undefined : new Uint8Array(initialSlots / 2)
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

  /** The index of the key `bytes[start..end)`, or -1. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = keyedHash(this.#hashKey, bytes, start, end)
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = slots[slot]! - 1
      if (index < 0) return -1
      if (this.#hashes[index] === hash && this.#equals(index, bytes, start, end)) return index
    }
  }

  /** The index of the key, which is taken up if it was not there; whether it was, `size` tells. */
  add(bytes: Uint8Array, start: number, end: number): number {
    const hash = keyedHash(this.#hashKey, bytes, start, end)
    const slots = this.#slots
    const mask = slots.length - 1
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const index = slots[slot]! - 1
      if (index < 0) return this.#insert(slot, hash, bytes, start, end)
      if (this.#hashes[index] === hash && this.#equals(index, bytes, start, end)) return index
    }
  }

  remove(index: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let hole = this.#hashes[index]! & mask
    while (slots[hole] !== index + 1) hole = (hole + 1) & mask
    // Later entries of the run move up, so that no probe ever stops short (Knuth, vol. 3, 6.4, algorithm R).
    for (let slot = (hole + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#hashes[slots[slot]! - 1]! & mask
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        slots[hole] = slots[slot]!
        hole = slot
      }
    }
    slots[hole] = 0
    this.size--
    if (this.size === 0) this.#reset()
    else this.#free.push(index)
  }

  #insert(slot: number, hash: number, bytes: Uint8Array, start: number, end: number): number {
    const index = this.#free.pop() ?? this.highest++
    if (index >= this.#hashes.length) this.#growColumns()
    this.#hashes[index] = hash
    const keys = this.#keys
    let to = index * this.#stride
    for (let at = start; at < end; at++) keys[to++] = bytes[at]!
    if (this.#lengths !== undefined) this.#lengths[index] = end - start
    this.#slots[slot] = index + 1
    if (++this.size * 4 > this.#slots.length * 3) this.#growSlots()
    return index
  }

  #equals(index: number, bytes: Uint8Array, start: number, end: number): boolean {
    const keys = this.#keys
    let at = index * this.#stride
    if (this.#lengths !== undefined && this.#lengths[index] !== end - start) return false
    for (let i = start; i < end; i++) if (keys[at++] !== bytes[i]) return false
    return true
  }

  #growColumns(): void {
    const capacity = this.#hashes.length * 2
    this.#hashes = extended(this.#hashes, new Int32Array(capacity))
    this.#keys = extended(this.#keys, new Uint8Array(capacity * this.#stride))
    if (this.#lengths !== undefined) this.#lengths = extended(this.#lengths, new Uint8Array(capacity))
  }

  #growSlots(): void {
    const old = this.#slots
    const slots = (this.#slots = new Int32Array(old.length * 2))
    const mask = slots.length - 1
    for (const entry of old) {
      if (entry === 0) continue
      let slot = this.#hashes[entry - 1]! & mask
      while (slots[slot] !== 0) slot = (slot + 1) & mask
      slots[slot] = entry
    }
  }

  /** An empty index gives its memory back: withdrawing a source leaves no trace. */
  #reset(): void {
    this.highest = 0
    this.#free = []
    this.#slots = new Int32Array(initialSlots)
    this.#hashes = new Int32Array(initialSlots / 2)
    this.#keys = new Uint8Array((this.#stride * initialSlots) / 2)
    if (this.#lengths !== undefined) this.#lengths = new Uint8Array(initialSlots / 2)
  }
}

const initialSlots = 16

function extended<A extends { set(from: A): void }>(from: A, to: A): A {
  to.set(from)
  return to
}
