import type { Table } from '../rib/table.js'
import { Nlri } from '../wire/nlri.js'
import { keptNlri, NlriReader, type NlriSection } from '../wire/nlri-section.js'

/** So many, for the table to look ahead for; those that a section has kept are one batch. */
const batchSize = keptNlri

/**
 * Some NLRI of a section at a time, for a table that has looked ahead for all of them: to find a prefix in a large
 * table is to wait for memory, and the waits of a batch overlap.
 */
export class NlriBatch {
  /** Those at hand; valid up to what `next` gave. */
  nlri: readonly Nlri[] = []
  /** By NLRI: the hash of its key in the table. */
  readonly hashes = new Int32Array(batchSize)
  readonly #own: readonly Nlri[] = Array.from({ length: batchSize }, () => new Nlri())
  readonly #reader = new NlriReader()
  #table!: Table
  #section!: NlriSection
  /** How many have been given. */
  #given = 0

  /** Begins with the section's first. */
  over(section: NlriSection, table: Table): this {
    this.#table = table
    this.#section = section
    this.#given = 0
    this.nlri = section.nlri ?? this.#own
    if (this.nlri === this.#own) this.#reader.over(section)
    return this
  }

  /** The next ones; how many, 0 at the end. */
  next(): number {
    const { nlri, hashes } = this
    const table = this.#table
    const most = Math.min(this.#section.count - this.#given, batchSize)
    const isRead = nlri === this.#own
    for (let i = 0; i < most; i++) {
      if (isRead) this.#reader.next(nlri[i]!)
      const { key, keyLength } = nlri[i]!
      hashes[i] = table.hashOf(key, 0, keyLength)
    }
    this.#given += most
    table.lookAhead(hashes, most)
    return most
  }
}
