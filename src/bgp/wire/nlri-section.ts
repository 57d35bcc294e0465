import { type DecodeError, Reaction } from './decode-error.js'
import type { Family } from './family.js'
import type { Nlri } from './nlri.js'
import { Reader } from './reader.js'

/** A run of NLRI of one family in an UPDATE, and where the attributes are that go with it. */
export class NlriSection {
  family!: Family
  /** Announced (else withdrawn). */
  reach = false
  /** Each NLRI has a path identifier in front (RFC 7911 §3). */
  addPath = false
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  /** Number of NLRI, without those that are skipped. */
  count = 0
  /** Canonical attributes (canonical.ts): of an announcement; empty for a withdrawal. */
  attributes: Uint8Array = new Uint8Array(0)
  attributesStart = 0
  attributesEnd = 0
}

/** RFC 4271 §6.3: Invalid Network Field. */
export const invalidNetworkField = { code: 3, subcode: 10, reaction: Reaction.resetSession } as const

/**
 * Walks the NLRI of a section.
 *
 * A family's `read` may leave an error with the reaction `discardAttribute` and the cursor behind the NLRI: framing
 * is intact and only this NLRI is of no use (an unknown route type, a MAC of 40 bits; RFC 7606 §5.4). It is skipped
 * and counted. Any other error ends the walk.
 */
export class NlriReader {
  readonly #from = new Reader(invalidNetworkField)
  #section!: NlriSection
  /** NLRI that were skipped since `over`. */
  skipped = 0
  /** Why the last one was skipped. */
  skipError: DecodeError | undefined

  over(section: NlriSection, origin = section.start): this {
    this.#section = section
    this.#from.over(section.bytes, section.start, section.end, origin)
    this.skipped = 0
    this.skipError = undefined
    return this
  }

  /** The error that ended the walk. In a section that `UpdateDecoder` reports there is none. */
  get error(): DecodeError | undefined {
    return this.#from.error
  }

  /** Reads the next NLRI into `into`; false at the end or at an error. */
  next(into: Nlri): boolean {
    const from = this.#from
    const { family, addPath, reach, end } = this.#section
    while (from.at < end) {
      const start = from.at
      into.pathId = addPath ? from.u32() : 0
      if (from.at + 1 > end) return false
      family.read(from, into, !reach)
      from.end = end
      const { error } = from
      if (error === undefined) return true
      if (error.reaction !== Reaction.discardAttribute || from.at <= start) return false
      this.skipped++
      this.skipError = error
      from.error = undefined
    }
    return false
  }
}
