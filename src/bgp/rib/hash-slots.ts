/**
 * The slots of a hash table whose entries, numbers above 0, live elsewhere: open addressing with linear probing. Each
 * slot has the hash and the entry side by side, so a probe reads one line of memory and growing reads no entry.
 *
 *   const { cells } = slots
 *   const mask = cells.length - 1
 *   for (let slot = (hash << 1) & mask; cells[slot + 1] !== 0; slot = (slot + 2) & mask) // cells[slot] is the hash
 *
 * ends at the free slot where the entry belongs. Probing is written out where it is done, because the compiler would
 * not do so by itself beside the hash function. At most three quarters are full.
 */
export class HashSlots {
  /** By slot, which are the even offsets: the hash, and the entry, 0 where the slot is free. */
  cells: Int32Array = new Int32Array(2 * initialSlots)
  /** Entries held. */
  size = 0

  /** Takes a free slot, which is valid until then: the slots may be laid out anew. */
  fill(slot: number, hash: number, entry: number): void {
    this.cells[slot] = hash
    this.cells[slot + 1] = entry
    if (++this.size * 8 > this.cells.length * 3) this.#grow()
  }

  /** Takes out an entry that is there. */
  remove(hash: number, entry: number): void {
    const cells = this.cells
    const mask = cells.length - 1
    let hole = (hash << 1) & mask
    while (cells[hole + 1] !== entry) hole = (hole + 2) & mask
    // Later entries of the run move up, so that no probe ever stops short (Knuth, vol. 3, 6.4, algorithm R).
    for (let slot = (hole + 2) & mask; cells[slot + 1] !== 0; slot = (slot + 2) & mask) {
      const home = (cells[slot]! << 1) & mask
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        cells[hole] = cells[slot]!
        cells[hole + 1] = cells[slot + 1]!
        hole = slot
      }
    }
    cells[hole + 1] = 0
    // What is empty gives its memory back.
    if (--this.size === 0) this.cells = new Int32Array(2 * initialSlots)
  }

  /** An entry moves to its own place or one table's length behind it, so memory is read and written in order. */
  #grow(): void {
    const old = this.cells
    const cells = new Int32Array(old.length * 2)
    const mask = cells.length - 1
    for (let from = 0; from < old.length; from += 2) {
      const entry = old[from + 1]!
      if (entry === 0) continue
      const hash = old[from]!
      let slot = (hash << 1) & mask
      while (cells[slot + 1] !== 0) slot = (slot + 2) & mask
      cells[slot] = hash
      cells[slot + 1] = entry
    }
    this.cells = cells
  }
}

const initialSlots = 16
