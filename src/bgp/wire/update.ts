/**
 * UPDATE, from bytes to sections of NLRI and canonical attributes (RFC 4271 §4.3, RFC 4760; errors RFC 7606 and
 * spec bgp 8). Everything is checked before anything is reported, so that nothing is half applied.
 *
 * The common message (classic NLRI, ascending attributes, 4-byte AS numbers) is canonical as it arrives: its sections
 * then point into the received bytes. All others are rewritten into a scratch buffer.
 */
import { AttributeBlock } from './attribute-block.js'
import {
  attributeName,
  badMultiprotocol,
  badNextHop,
  disabledFamily,
  missingWellKnown,
  overlongPath,
  unreadable
} from './attribute-rules.js'
import { copyBytes, u16At } from './attributes.js'
import { AttributeCode } from './canonical.js'
import { canonicalRoom, writeCanonical } from './canonical-writer.js'
import type { DecodeContext, ReceiveFamily } from './decode-context.js'
import { type DecodeError, type ErrorKind, Reaction } from './decode-error.js'
import { codeOf } from './families.js'
import type { Family } from './family.js'
import { headerLength } from './message.js'
import { isNextHopLength, isUsableNextHop, writeCanonicalNextHop } from './next-hop.js'
import { invalidNetworkField, NlriReader, NlriSection } from './nlri-section.js'
import { UpdateFaults } from './update-faults.js'

const inetCode = codeOf(1, 1)

/**
 * One decoder serves any number of sessions, one message at a time; what it reports is valid until the next
 * `decode` or until the received bytes change.
 */
export class UpdateDecoder {
  /** The first `sectionCount` are valid; withdrawals come first, so an announcement wins (RFC 4271 §4.3). */
  readonly sections: readonly NlriSection[] = [0, 1, 2, 3].map(() => new NlriSection())
  sectionCount = 0
  /** The family whose End-of-RIB the message is, in either form (RFC 4724 §2, spec bgp 13.1). */
  endOfRib: Family | undefined
  /** The family that `disableFamily` is about. */
  errorFamily: Family | undefined
  /** `codeOf` the families that were met but not negotiated. */
  readonly ignoredFamilies: number[] = []
  /** NLRI that were passed over (RFC 7606 §5.4), and why the last one was. */
  skippedNlri = 0
  skippedWhat = ''

  readonly #faults = new UpdateFaults()
  readonly #block = new AttributeBlock(this.#faults)
  #bytes: Uint8Array = new Uint8Array(0)
  #start = 0
  #context!: DecodeContext
  #scratch = new Uint8Array(2 * canonicalRoom(4096))
  #scratchEnd = 0
  /** The canonical next hop of MP_REACH_NLRI. */
  readonly #hop = new Uint8Array(32)
  #hopEnd = 0
  readonly #reader = new NlriReader()

  /** The strongest reaction to an error (RFC 7606 §3 h); 0 where there is none. */
  get reaction(): Reaction | 0 {
    return this.#faults.reaction
  }

  /** The error that asked for it. */
  get error(): DecodeError | undefined {
    return this.#faults.error
  }

  /** All errors met, in order. */
  get errors(): readonly DecodeError[] {
    return this.#faults.errors
  }

  /** Codes of the attributes that were left out: malformed, unwanted, or unknown and non-transitive. */
  get discarded(): readonly number[] {
    return this.#faults.discarded
  }

  /** The message has the attribute, and it was not left out. Not for the multiprotocol ones. */
  has(code: number): boolean {
    return this.#block.has(code)
  }

  /**
   * Decodes the message at `bytes[start..end)`, header included.
   * Up to `disableFamily`: apply the sections, each as its `withdraw` says; those of a family to disable are not among
   * them. `resetSession`: there are none.
   */
  decode(bytes: Uint8Array, start: number, end: number, context: DecodeContext): Reaction | 0 {
    const faults = this.#faults
    const block = this.#block
    this.#begin(bytes, start, context)
    const withdrawn = start + headerLength + 2
    const withdrawnEnd = withdrawn + (withdrawn <= end ? u16At(bytes, withdrawn - 2) : 0)
    const attributes = withdrawnEnd + 2
    if (attributes > end) return this.#unreadable('withdrawn routes run past the message', withdrawn - 2)
    const attributesEnd = attributes + u16At(bytes, withdrawnEnd)
    if (attributesEnd > end) return this.#unreadable('attributes run past the message', withdrawnEnd)
    if (attributes < attributesEnd) {
      block.read(bytes, attributes, attributesEnd, context)
    } else if (withdrawn === withdrawnEnd && attributesEnd === end) {
      this.endOfRib = context.families.get(inetCode)?.family
      return 0
    }
    if (withdrawn < withdrawnEnd) this.#classic(withdrawn, withdrawnEnd, false)
    if (block.mpUnreach >= 0) this.#mpUnreach(withdrawn === withdrawnEnd && attributesEnd === end)
    const firstReach = this.sectionCount
    const announces = block.mpReach >= 0 && this.#mpReach()
    const classicReach = this.sectionCount
    if (attributesEnd < end) this.#classic(attributesEnd, end, true)
    if (this.sectionCount > firstReach) this.#mandatory(this.sectionCount > classicReach)
    if (!announces && attributesEnd === end && faults.reaction >= Reaction.treatAsWithdraw) {
      // RFC 7606 §5.2: attributes but no NLRI hint that the NLRI were lost, and there is nothing to withdraw.
      if (faults.reaction === Reaction.treatAsWithdraw) faults.escalate()
    }
    for (let i = firstReach; i < this.sectionCount && !this.#withdraws(); i++) {
      const section = this.sections[i]!
      if (i < classicReach) this.#place(section, this.#hop, 0, this.#hopEnd)
      else if (block.canonical) locate(section, bytes, attributes, attributesEnd)
      else
        this.#place(section, bytes, block.starts[AttributeCode.nextHop]!, block.ends[AttributeCode.nextHop]!)
    }
    if (faults.reaction >= Reaction.treatAsWithdraw) this.#settle(firstReach)
    return faults.reaction
  }

  #begin(bytes: Uint8Array, start: number, context: DecodeContext): void {
    this.#bytes = bytes
    this.#start = start
    this.#context = context
    this.#faults.begin(bytes, start)
    this.#block.clear()
    this.sectionCount = 0
    this.#scratchEnd = 0
    this.endOfRib = undefined
    this.errorFamily = undefined
    this.skippedNlri = 0
    if (this.ignoredFamilies.length > 0) this.ignoredFamilies.length = 0
  }

  #unreadable(what: string, at: number): Reaction | 0 {
    this.#faults.add(unreadable, what, at)
    return this.#faults.reaction
  }

  /** The announcements of this message count as withdrawals, or for nothing. */
  #withdraws(): boolean {
    return this.#faults.withdraws
  }

  /** The fields of RFC 4271 §4.3. */
  #classic(start: number, end: number, reach: boolean): void {
    const received = this.#context.families.get(inetCode)
    if (received === undefined) this.#ignore(inetCode)
    else this.#section(received, start, end, reach, invalidNetworkField)
  }

  /** RFC 4760 §3. False: it announces nothing. */
  #mpReach(): boolean {
    const { mpReach: start, mpReachEnd: end } = this.#block
    const bytes = this.#bytes
    if (end - start < 5) return this.#mpFault(undefined, `MP_REACH_NLRI of ${end - start} bytes`, true)
    const received = this.#family(start)
    if (received === undefined) {
      this.#ignore(codeOf(u16At(bytes, start), bytes[start + 2]!))
      return true
    }
    const hop = start + 4
    const hopLength = bytes[start + 3]!
    const nlri = hop + hopLength < end ? skipSnpa(bytes, hop + hopLength, end) : -1
    if (nlri < 0)
      return this.#mpFault(received, `next hop of ${hopLength} bytes runs past MP_REACH_NLRI`, true)
    const { family, extendedNextHop } = received
    if (!isNextHopLength(family, hopLength, extendedNextHop)) {
      return this.#mpFault(received, `${family.name} next hop of ${hopLength} bytes`, true)
    }
    this.#hopEnd = writeCanonicalNextHop(bytes, hop, hopLength, this.#hop, 0)
    if (nlri === end) return false
    if (!isUsableNextHop(this.#hop, 0, this.#hopEnd, this.#context.loopbackNextHop)) {
      const what = `${family.name} next hop cannot be used`
      this.#faults.add(badNextHop, what, hop, AttributeCode.mpReachNlri, family)
    }
    this.#section(received, nlri, end, true, this.#mpKind())
    return true
  }

  /** RFC 4760 §4; `alone`: nothing is in the classic fields. */
  #mpUnreach(alone: boolean): void {
    const { mpUnreach: start, mpUnreachEnd: end, size } = this.#block
    if (end - start < 3) {
      this.#mpFault(undefined, `MP_UNREACH_NLRI of ${end - start} bytes`, false)
      return
    }
    const received = this.#family(start)
    if (received === undefined) this.#ignore(codeOf(u16At(this.#bytes, start), this.#bytes[start + 2]!))
    else if (start + 3 < end) this.#section(received, start + 3, end, false, this.#mpKind())
    else if (alone && size === 1) this.endOfRib = received.family
  }

  /** The negotiated family whose AFI and SAFI are at `at`. */
  #family(at: number): ReceiveFamily | undefined {
    return this.#context.families.get(codeOf(u16At(this.#bytes, at), this.#bytes[at + 2]!))
  }

  #mpKind(): ErrorKind {
    return this.#context.disableFamilyOnError ? disabledFamily : badMultiprotocol
  }

  /** A multiprotocol attribute that cannot be read: the family goes, or the session (RFC 7606 §5.3, §7.11). */
  #mpFault(received: ReceiveFamily | undefined, what: string, reach: boolean): true {
    const { mpReachAt, mpReachEnd, mpUnreachAt, mpUnreachEnd } = this.#block
    const code = reach ? AttributeCode.mpReachNlri : AttributeCode.mpUnreachNlri
    const kind = received === undefined ? badMultiprotocol : this.#mpKind()
    this.#faults.addWithData(
      kind,
      what,
      reach ? mpReachAt : mpUnreachAt,
      code,
      reach ? mpReachEnd : mpUnreachEnd,
      received?.family
    )
    this.errorFamily ??= received?.family
    return true
  }

  /** Takes up a run of NLRI if all of them can be read. */
  #section(received: ReceiveFamily, start: number, end: number, reach: boolean, kind: ErrorKind): void {
    const section = this.sections[this.sectionCount]!
    section.family = received.family
    section.addPath = received.addPath
    section.maximumLabels = received.maximumLabels
    section.keepUnknown = this.#context.keepUnknownNlri
    section.reach = reach
    section.withdraw = !reach
    section.kind = kind
    section.bytes = this.#bytes
    section.start = start
    section.end = end
    section.attributesStart = 0
    section.attributesEnd = 0
    const reader = this.#reader.over(section, this.#start)
    section.check(reader)
    const { error } = reader
    if (reader.skipped > 0) {
      this.skippedNlri += reader.skipped
      this.skippedWhat = reader.skippedWhat
    }
    if (error === undefined) {
      this.sectionCount++
      return
    }
    const { family } = received
    this.#faults.add(error, `${family.name}: ${error.what}`, this.#start + error.offset, 0, family)
    if (error.reaction === Reaction.disableFamily) this.errorFamily ??= received.family
  }

  #ignore(code: number): void {
    if (!this.ignoredFamilies.includes(code)) this.ignoredFamilies.push(code)
  }

  /** RFC 4271 §6.3, RFC 7606 §3 d: what an announcement must have. */
  #mandatory(classic: boolean): void {
    this.#require(AttributeCode.origin)
    this.#require(AttributeCode.asPath)
    if (!this.#context.external) this.#require(AttributeCode.localPref)
    if (!classic) return
    this.#require(AttributeCode.nextHop)
    const start = this.#block.starts[AttributeCode.nextHop]!
    if (start < 0 || isUsableNextHop(this.#bytes, start, start + 4, this.#context.loopbackNextHop)) return
    this.#faults.add(badNextHop, 'next hop cannot be used', start, AttributeCode.nextHop)
  }

  #require(code: number): void {
    if (this.#block.sees(code)) return
    this.#faults.add(missingWellKnown, `${attributeName(code)} is missing`, this.#start, code)
  }

  /** Writes the canonical attributes of a section, with its own next hop. */
  #place(section: NlriSection, hops: Uint8Array, hop: number, hopEnd: number): void {
    const bytes = this.#bytes
    const block = this.#block
    const room = this.#scratchEnd + canonicalRoom(u16At(bytes, this.#start + 16))
    if (room > this.#scratch.length) this.#grow(room)
    block.sort()
    const start = this.#scratchEnd
    const end = writeCanonical(
      bytes,
      block,
      this.#context.fourByteAs,
      hops,
      hop,
      hopEnd,
      this.#scratch,
      start
    )
    if (end < 0) {
      this.#faults.add(
        overlongPath,
        'AS_PATH too long with 4-byte numbers',
        this.#start,
        AttributeCode.asPath
      )
      return
    }
    this.#scratchEnd = end
    locate(section, this.#scratch, start, end)
  }

  /** A section already placed keeps the old buffer, which stays as it is. */
  #grow(room: number): void {
    const scratch = new Uint8Array(room * 2)
    copyBytes(scratch, 0, this.#scratch, 0, this.#scratchEnd)
    this.#scratch = scratch
  }

  /** After an error: announcements become withdrawals, or nothing is left. */
  #settle(firstReach: number): void {
    if (this.#faults.reaction === Reaction.resetSession) {
      this.sectionCount = 0
      return
    }
    if (!this.#withdraws()) return
    for (let i = firstReach; i < this.sectionCount; i++) {
      const section = this.sections[i]!
      section.withdraw = true
      locate(section, this.#bytes, 0, 0)
    }
  }
}

function locate(section: NlriSection, bytes: Uint8Array, start: number, end: number): void {
  section.attributes = bytes
  section.attributesStart = start
  section.attributesEnd = end
}

/** Passes over the SNPAs of RFC 2858 §2, obsolete and normally 0 of them; -1 where they run past the end. */
function skipSnpa(bytes: Uint8Array, at: number, end: number): number {
  let left = bytes[at++]!
  for (; left > 0 && at < end; left--) at += 1 + ((bytes[at]! + 1) >> 1)
  return left > 0 || at > end ? -1 : at
}
