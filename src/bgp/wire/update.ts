/** UPDATE, from bytes to sections of NLRI and canonical attributes (RFC 4271 §4.3, RFC 4760, RFC 7606). */
import type { DecodeContext, ReceiveFamily } from './decode-context.js'
import type { DecodeError, Reaction } from './decode-error.js'
import type { Family } from './family.js'
import { NlriSection } from './nlri-section.js'

/**
 * One decoder serves any number of sessions, one message at a time; what it reports is valid until the next
 * `decode` or until the received bytes change.
 */
export class UpdateDecoder {
  /** The first `sectionCount` are valid; withdrawals come first (RFC 4271 §4.3: an announcement wins). */
  readonly sections: readonly NlriSection[] = [
    new NlriSection(),
    new NlriSection(),
    new NlriSection(),
    new NlriSection()
  ]
  sectionCount = 0
  /** The family whose End-of-RIB the message is, in either form (RFC 4724 §2, spec bgp 13.1). */
  endOfRib: Family | undefined
  /** The strongest error (RFC 7606 §3 h); on `disableFamily`, `errorFamily` says which. */
  error: DecodeError | undefined
  errorFamily: Family | undefined
  /** All errors met, in order. */
  readonly errors: DecodeError[] = []
  /** Codes of the attributes that were left out: the malformed, the unwanted, unknown non-transitive ones. */
  readonly discarded: number[] = []
  /** `familyCode`s of families that were met but not negotiated. */
  readonly ignoredFamilies: number[] = []
  /** NLRI that were skipped, as NlriReader says. */
  skippedNlri = 0

  /**
   * Decodes the message at `bytes[start..end)`, header included. 0: all well. `discardAttribute`: apply the sections.
   * `treatAsWithdraw`: apply all sections as withdrawals. `disableFamily`: apply the sections (those of the family
   * are left out). `resetSession`: apply nothing.
   */
  decode(_bytes: Uint8Array, _start: number, _end: number, _context: DecodeContext): Reaction | 0 {
    throw new Error('not yet')
  }
}
export type { ReceiveFamily }
