/** UPDATE, from canonical attributes and NLRI to messages that lie back to back in one buffer (spec bgp 7.4, 7.5). */
import type { Family } from './family.js'
import type { Nlri } from './nlri.js'
import type { Writer } from './writer.js'

/** How a session wants its UPDATEs of one family. */
export interface EncodeOptions {
  readonly fourByteAs: boolean
  readonly addPath: boolean
  readonly extendedNextHop: boolean
  readonly maximumLength: number
  /**
   * `standard`: inet in the classic fields, all else in MP_REACH_NLRI in front of ascending attributes.
   * `control-node`: the fields and order of contrail-control, inet in MP_REACH_NLRI too (spec bgp 7.4).
   */
  readonly form: 'standard' | 'control-node'
}

export const BeginResult = {
  ok: 0,
  /** The attributes leave no room for an NLRI: withdraw the route from this session (spec bgp 7.5). */
  tooLong: 1,
  /** There is no next hop, or this session has no way to say it (RFC 8950). */
  noNextHop: 2,
  /** The output buffer has no room for a whole message: send it, then begin again. */
  outputFull: 3
} as const
export type BeginResult = (typeof BeginResult)[keyof typeof BeginResult]

export class UpdateWriter {
  /** Messages written since the start. */
  messages = 0
  /** NLRI in the open message. */
  count = 0

  constructor(readonly out: Writer) {}

  /** Opens an announcement with the canonical attributes `attributes[start..end)`; internal ones do not go out. */
  beginReach(
    _attributes: Uint8Array,
    _start: number,
    _end: number,
    _family: Family,
    _options: EncodeOptions
  ): BeginResult {
    throw new Error('not yet')
  }

  beginWithdraw(_family: Family, _options: EncodeOptions): BeginResult {
    throw new Error('not yet')
  }

  /**
   * Adds one NLRI to the open message. False: it does not fit; the message is then finished without it, or taken
   * back when it is empty, and `begin…` may be called again.
   */
  add(_nlri: Nlri): boolean {
    throw new Error('not yet')
  }

  /** Closes the open message; one without NLRI is taken back. */
  finish(): void {
    throw new Error('not yet')
  }

  endOfRib(_family: Family, _options: EncodeOptions): BeginResult {
    throw new Error('not yet')
  }
}
