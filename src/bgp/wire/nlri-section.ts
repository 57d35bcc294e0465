import { type DecodeError, type ErrorKind, Reaction } from './decode-error.js'
import type { Family } from './family.js'
import { Nlri } from './nlri.js'
import { Reader } from './reader.js'

/** So many NLRI of a section are kept as they are checked, which is all of them in most messages. */
export const keptNlri = 32

/** A run of NLRI of one family in an UPDATE, and where the attributes are that go with it. */
export class NlriSection {
  family!: Family
  /** It is encoded as an announcement (else as a withdrawal). */
  reach = false
  /** It is to be applied as a withdrawal: because it is one, or because of an error (RFC 7606 §2). */
  withdraw = false
  /** Each NLRI has a path identifier in front (RFC 7911 §3). */
  addPath = false
  /** Labels that an NLRI may carry (RFC 8277 §2.1). */
  maximumLabels = 1
  /** Typed NLRI of unknown type are kept as opaque keys. */
  keepUnknown = false
  /** What bad NLRI mean: the classic fields and the multiprotocol attributes have different codes. */
  kind: ErrorKind = invalidNetworkField
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  end = 0
  /** Number of NLRI, without those that are skipped. */
  count = 0
  readonly #kept: Nlri[] = []
  /** Canonical attributes (canonical.ts): empty where `withdraw`. */
  attributes: Uint8Array = new Uint8Array(0)
  attributesStart = 0
  attributesEnd = 0

  /** All NLRI, ready to be taken, up to `count`; undefined: there are too many, and `NlriReader` reads them again. */
  get nlri(): readonly Nlri[] | undefined {
    return this.count <= keptNlri ? this.#kept : undefined
  }

  /** Sets `count`. `reader` is over this section; behind it, it has the error, if there is one. */
  check(reader: NlriReader): void {
    const kept = this.#kept
    let count = 0
    while (reader.next(count < keptNlri ? (kept[count] ??= new Nlri()) : surplus)) count++
    this.count = count
  }
}

/** Scratch: NLRI that are checked and not kept. */
const surplus = new Nlri()

/** RFC 4271 §6.3: Invalid Network Field. */
export const invalidNetworkField = { code: 3, subcode: 10, reaction: Reaction.resetSession } as const

/** Walks the NLRI of a section, without those that a family says are to be passed over (RFC 7606 §5.4). */
export class NlriReader {
  readonly #from = new Reader(invalidNetworkField)
  #section!: NlriSection
  /** NLRI that were passed over since `over`. */
  skipped = 0
  /** Why the last one was. */
  skippedWhat = ''

  /** `origin`: where the message starts, from which the offset of an error counts. */
  over(section: NlriSection, origin = section.start): this {
    this.#section = section
    this.#from.over(section.bytes, section.start, section.end, origin)
    this.#from.short = section.kind
    this.skipped = 0
    return this
  }

  /** The error that ended the walk. In a section that `UpdateDecoder` reports there is none. */
  get error(): DecodeError | undefined {
    return this.#from.error
  }

  /** Reads the next NLRI into `into`; false at the end or at an error. */
  next(into: Nlri): boolean {
    const from = this.#from
    const { family, addPath, reach, end, maximumLabels, keepUnknown } = this.#section
    into.maximumLabels = maximumLabels
    into.keepUnknown = keepUnknown
    while (from.at < end) {
      into.pathId = addPath ? from.u32() : 0
      family.read(from, into, !reach)
      if (this.error !== undefined) return false
      if (into.keyLength !== 0) return true
      this.skipped++
      this.skippedWhat = into.skipped
    }
    return false
  }
}
