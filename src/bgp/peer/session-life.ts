import { type DecodeContext, type DecodeSettings, decodeContext } from '../wire/decode-context.js'
import type { Family } from '../wire/family.js'
import type { Negotiated } from '../wire/negotiate.js'
import type { PeerFamily } from './peer-family.js'

/** What there is of a neighbour while its session is up, and gone with it. */
export class SessionLife {
  readonly families = new Map<Family, PeerFamily>()
  /** Families that are not taken any more (RFC 7606 §5.3). */
  readonly #disabled: Family[] = []
  #context: DecodeContext

  /** `since`: on the scheduler's clock. */
  constructor(
    readonly negotiated: Negotiated,
    readonly since: number,
    decode: Partial<DecodeSettings>
  ) {
    this.#context = decodeContext(negotiated, decode)
  }

  /** How its UPDATEs are read. */
  get context(): DecodeContext {
    return this.#context
  }

  /** From now on they are read with these settings. */
  setDecoding(decode: Partial<DecodeSettings>): void {
    this.#context = decodeContext(this.negotiated, decode, this.#disabled)
  }

  /** The family is not taken any more as long as this session lives. */
  disable(family: Family, decode: Partial<DecodeSettings>): void {
    this.#disabled.push(family)
    this.setDecoding(decode)
  }
}
