import { AttributeSet } from './attribute-set.js'
import { ByteSlabs, Slab } from './byte-slabs.js'
import { HashSlots } from './hash-slots.js'
import { type HashKey, keyedHash } from './keyed-hash.js'

/**
 * One `AttributeSet` per distinct canonical encoding: "same attributes" is `===`. Bytes are copied at first sight,
 * so the caller may reuse its buffer. Every `intern` and `hold` is paired with one `release`; `size` is 0 when
 * nothing is held.
 */
export class AttributeDb {
  readonly #hashKey: HashKey
  /** hash -> id + 1 */
  readonly #slots = new HashSlots()
  /** By id. */
  readonly #sets: (AttributeSet | undefined)[] = []
  readonly #freeIds: number[] = []
  readonly #slabs = new ByteSlabs()
  /** Bytes of attributes held, each set once. */
  bytes = 0

  constructor(hashKey: HashKey) {
    this.#hashKey = hashKey
  }

  /** Distinct sets held. */
  get size(): number {
    return this.#slots.size
  }

  /** The set with these canonical bytes, held once more for the caller. */
  intern(bytes: Uint8Array, start: number, end: number): AttributeSet {
    const hash = keyedHash(this.#hashKey, bytes, start, end)
    const slots = this.#slots
    const { cells, mask } = slots
    const base = slots.segmentOf(hash)
    let at = (hash << 1) & mask
    for (; cells[base + at + 1] !== 0; at = (at + 2) & mask) {
      if (cells[base + at] !== hash) continue
      const set = this.#sets[cells[base + at + 1]! - 1]!
      if (!hasBytes(set, bytes, start, end)) continue
      set.holders++
      return set
    }
    const set = this.#make(bytes, start, end, hash)
    slots.fill(base + at, hash, set.id + 1)
    return set
  }

  /** Throws when nobody holds it: it is empty by now, and would go out as a route without attributes. */
  hold(set: AttributeSet): AttributeSet {
    if (set.holders === 0) throw new Error('a set of attributes that nobody holds is to be held')
    set.holders++
    return set
  }

  /** Throws when nobody holds it. */
  release(set: AttributeSet): void {
    if (set.holders === 0) throw new Error('a set of attributes is released more often than held')
    if (--set.holders > 0) return
    const { id, slab, start } = set
    this.#slots.remove(set.hash, id + 1)
    this.#slabs.release(slab, start)
    this.bytes -= set.end - start
    // Whoever still looks at it sees no attributes, and never those of the set that is there next.
    set.slab = noSlab
    set.start = set.end = 0
    this.#sets[id] = undefined
    if (this.#slots.size > 0) {
      this.#freeIds.push(id)
    } else {
      this.#sets.length = 0
      this.#freeIds.length = 0
    }
  }

  #make(bytes: Uint8Array, start: number, end: number, hash: number): AttributeSet {
    const length = end - start
    const slab = this.#slabs.take(length)
    const place = slab.taken
    const memory = slab.bytes
    for (let i = 0; i < length; i++) memory[place + i] = bytes[start + i]!
    const id = this.#freeIds.length > 0 ? this.#freeIds.pop()! : this.#sets.length
    const set = new AttributeSet(slab, place, place + length, hash, id)
    this.#sets[id] = set
    this.bytes += length
    return set
  }
}

const noSlab = new Slab(undefined, 0, 0)

function hasBytes(set: AttributeSet, bytes: Uint8Array, start: number, end: number): boolean {
  const { memory, end: behind } = set
  let at = set.start
  if (behind - at !== end - start) return false
  for (let from = start; at < behind; at++, from++) if (memory[at] !== bytes[from]) return false
  return true
}
