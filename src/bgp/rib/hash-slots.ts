import { grown } from './grown.js'

/**
 * The slots of a hash table whose entries, numbers above 0, live elsewhere: open addressing with linear probing. Each
 * slot has the hash and the entry side by side, so a probe reads one line of memory and growing reads no entry.
 *
 *   const { cells, mask } = slots
 *   const base = slots.segmentOf(hash)
 *   for (let at = (hash << 1) & mask; cells[base + at + 1] !== 0; at = (at + 2) & mask) // cells[base + at] is the hash
 *
 * ends at the free slot where the entry belongs, `base + at`. Probing is written out where it is done, because the
 * compiler would not do so by itself beside the hash function.
 *
 * A table grows by segments (extendible hashing: Fagin and others, 1979): the first bits of a hash choose the segment,
 * the last ones a slot in it, and a segment of which three quarters are full is split in two. So an insertion lays out
 * one segment anew at most. Where memory is doubled besides, it is copied as it is: some milliseconds at a million
 * entries. Chunks that never move would spare that; a full table took 6 % longer with them.
 */
export class HashSlots {
  /** Segments one after the other. By slot, which are the even offsets: the hash, and the entry, 0 where it is free. */
  cells: Int32Array = new Int32Array(2 * initialSlots)
  /** Of an offset within a segment, which is as long as two to the power of `#bits`. */
  mask = 2 * initialSlots - 1
  #bits = initialBits
  /** Entries held. */
  size = 0
  /** Of no meaning: what `touch` has read must go somewhere, or the compiler leaves the reading out. */
  touched = 0
  /** By the first `#depth` bits of a hash: where its segment starts. */
  #directory = new Int32Array(1)
  #depth = 0
  /** By segment, in their order in `cells`: entries, and how many first bits of the hash all of them share. */
  #sizes: Int32Array = new Int32Array(1)
  #depths: Uint8Array = new Uint8Array(1)
  #segments = 1

  /** Where the segment of the hash starts in `cells`. */
  segmentOf(hash: number): number {
    return this.#directory[(hash >>> 1) >>> (31 - this.#depth)]!
  }

  /**
   * Reads the places of so many hashes, so that looking them up one by one finds them in the cache: the processor
   * waits for all of these reads at once. In a large table that is most of what a lookup costs.
   */
  touch(hashes: Int32Array, count: number): void {
    const { cells, mask } = this
    const directory = this.#directory
    const rest = 31 - this.#depth
    let read = 0
    for (let i = 0; i < count; i++) {
      const hash = hashes[i]!
      read |= cells[directory[(hash >>> 1) >>> rest]! + ((hash << 1) & mask)]!
    }
    this.touched = read
  }

  /** Takes a free slot, which is valid until then: the slots may be laid out anew. */
  fill(slot: number, hash: number, entry: number): void {
    this.cells[slot] = hash
    this.cells[slot + 1] = entry
    this.size++
    const segment = slot >>> this.#bits
    if (++this.#sizes[segment]! * 8 > (this.mask + 1) * 3) this.#makeRoom(segment)
  }

  /** Takes out an entry that is there. */
  remove(hash: number, entry: number): void {
    const { cells, mask } = this
    const base = this.segmentOf(hash)
    let hole = (hash << 1) & mask
    while (cells[base + hole + 1] !== entry) hole = (hole + 2) & mask
    // Later entries of the run move up, so that no probe ever stops short (Knuth, vol. 3, 6.4, algorithm R).
    for (let at = (hole + 2) & mask; cells[base + at + 1] !== 0; at = (at + 2) & mask) {
      const home = (cells[base + at]! << 1) & mask
      if (((at - home) & mask) >= ((at - hole) & mask)) {
        cells[base + hole] = cells[base + at]!
        cells[base + hole + 1] = cells[base + at + 1]!
        hole = at
      }
    }
    cells[base + hole + 1] = 0
    this.#sizes[base >>> this.#bits]!--
    if (--this.size === 0) this.clear()
  }

  /** Takes all entries out. What is empty gives its memory back. */
  clear(): void {
    this.size = 0
    this.cells = new Int32Array(2 * initialSlots)
    this.mask = 2 * initialSlots - 1
    this.#bits = initialBits
    this.#directory = new Int32Array(1)
    this.#depth = 0
    this.#sizes = new Int32Array(1)
    this.#depths = new Uint8Array(1)
    this.#segments = 1
  }

  #makeRoom(segment: number): void {
    if (this.mask < 2 * segmentSlots - 1) this.#lengthen()
    else this.#split(segment)
  }

  /** A table of one segment that is not yet as long as they become. */
  #lengthen(): void {
    const old = this.cells
    this.cells = new Int32Array(2 * old.length)
    this.mask = 2 * old.length - 1
    this.#bits++
    for (let from = 0; from < old.length; from += 2)
      if (old[from + 1] !== 0) this.#place(0, old[from]!, old[from + 1]!)
  }

  /** Half of the segment's hashes, by their first bit that not all of them share, move to a new one. */
  #split(segment: number): void {
    const length = this.mask + 1
    const depth = this.#depths[segment]!
    if (depth === this.#depth) this.#doubleDirectory()
    const added = this.#segments++
    const start = segment * length
    const addedStart = added * length
    if (added >= this.#sizes.length) {
      this.#sizes = grown(this.#sizes, added)
      this.#depths = grown(this.#depths, added)
    }
    if (addedStart >= this.cells.length) this.cells = grown(this.cells, addedStart + length - 1)
    this.#depths[segment] = this.#depths[added] = depth + 1
    this.#point(segment, depth, addedStart)
    const { cells } = this
    moving.set(cells.subarray(start, start + length))
    cells.fill(0, start, start + length)
    let moved = 0
    for (let from = 0; from < length; from += 2) {
      const entry = moving[from + 1]!
      if (entry === 0) continue
      const hash = moving[from]!
      const goes = ((hash >>> (31 - depth)) & 1) === 1
      if (goes) moved++
      this.#place(goes ? addedStart : start, hash, entry)
    }
    this.#sizes[added] = moved
    this.#sizes[segment]! -= moved
  }

  /** The second half of the directory's places for the segment point to the new one. */
  #point(segment: number, depth: number, addedStart: number): void {
    const places = 1 << (this.#depth - depth)
    const start = segment * (this.mask + 1)
    const half = this.#directory.indexOf(start) + (places >> 1)
    this.#directory.fill(addedStart, half, half + (places >> 1))
  }

  #doubleDirectory(): void {
    const old = this.#directory
    this.#directory = new Int32Array(2 * old.length)
    for (let i = 0; i < old.length; i++) this.#directory.fill(old[i]!, 2 * i, 2 * i + 2)
    this.#depth++
  }

  #place(base: number, hash: number, entry: number): void {
    const { cells, mask } = this
    let at = (hash << 1) & mask
    while (cells[base + at + 1] !== 0) at = (at + 2) & mask
    cells[base + at] = hash
    cells[base + at + 1] = entry
  }
}

const initialSlots = 16
const initialBits = 5
/** 8 KiB. */
const segmentSlots = 1024
/** Scratch: the segment that is being split. */
const moving = new Int32Array(2 * segmentSlots)
