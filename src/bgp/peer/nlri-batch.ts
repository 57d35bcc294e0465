import { lookAhead } from '../rib/key-index.js'
import type { Table } from '../rib/table.js'
import { Nlri } from '../wire/nlri.js'
import type { NlriReader } from '../wire/nlri-section.js'

/**
 * Some NLRI of a section at a time, for a table that has looked ahead for all of them: to find a prefix in a large
 * table is to wait for memory, and the waits of a batch overlap.
 */
export class NlriBatch {
  readonly nlri: readonly Nlri[] = Array.from({ length: lookAhead }, () => new Nlri())
  /** By NLRI: the hash of its key in the table. */
  readonly hashes = new Int32Array(lookAhead)

  /** Reads the next ones; how many, 0 at the end. */
  read(reader: NlriReader, table: Table): number {
    const { nlri, hashes } = this
    let count = 0
    for (; count < lookAhead && reader.next(nlri[count]!); count++) {
      const { key, keyLength } = nlri[count]!
      hashes[count] = table.hashOf(key, 0, keyLength)
    }
    table.lookAhead(hashes, count)
    return count
  }
}
