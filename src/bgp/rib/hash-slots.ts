/**
 * The slots of a hash table whose entries, numbers above 0, live elsewhere: open addressing with linear probing. Each
 * slot has the hash and the entry side by side, so a probe reads one line of memory and growing reads no entry.
 *
 *   for (let slot = slots.home(hash); slots.entry(slot) !== 0; slot = slots.next(slot)) …
 *
 * ends at the free slot where the entry belongs. At most three quarters are full.
 */
export class HashSlots {
  #slots: Int32Array = new Int32Array(2 * initialSlots)
  /** Entries held. */
  size = 0

  /** The first slot in which an entry with this hash may be. */
  home(hash: number): number {
    return (hash << 1) & (this.#slots.length - 1)
  }

  next(slot: number): number {
    return (slot + 2) & (this.#slots.length - 1)
  }

  /** 0: the slot is free. */
  entry(slot: number): number {
    return this.#slots[slot + 1]!
  }

  hash(slot: number): number {
    return this.#slots[slot]!
  }

  /** Takes a free slot, which is valid until then: the slots may be laid out anew. */
  fill(slot: number, hash: number, entry: number): void {
    this.#slots[slot] = hash
    this.#slots[slot + 1] = entry
    if (++this.size * 8 > this.#slots.length * 3) this.#grow()
  }

  /** Takes out an entry that is there. */
  remove(hash: number, entry: number): void {
    const slots = this.#slots
    const mask = slots.length - 1
    let hole = (hash << 1) & mask
    while (slots[hole + 1] !== entry) hole = (hole + 2) & mask
    // Later entries of the run move up, so that no probe ever stops short (Knuth, vol. 3, 6.4, algorithm R).
    for (let slot = (hole + 2) & mask; slots[slot + 1] !== 0; slot = (slot + 2) & mask) {
      const home = (slots[slot]! << 1) & mask
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        slots[hole] = slots[slot]!
        slots[hole + 1] = slots[slot + 1]!
        hole = slot
      }
    }
    slots[hole + 1] = 0
    // What is empty gives its memory back.
    if (--this.size === 0) this.#slots = new Int32Array(2 * initialSlots)
  }

  /** An entry moves to its own place or one table's length behind it, so memory is read and written in order. */
  #grow(): void {
    const old = this.#slots
    const slots = new Int32Array(old.length * 2)
    const mask = slots.length - 1
    for (let from = 0; from < old.length; from += 2) {
      const entry = old[from + 1]!
      if (entry === 0) continue
      const hash = old[from]!
      let slot = (hash << 1) & mask
      while (slots[slot + 1] !== 0) slot = (slot + 2) & mask
      slots[slot] = hash
      slots[slot + 1] = entry
    }
    this.#slots = slots
  }
}

const initialSlots = 16
