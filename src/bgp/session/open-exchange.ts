import { type Negotiated, type NegotiateResult, negotiate } from '../wire/negotiate.js'
import { type Open, readOpen } from '../wire/open.js'
import { localOpen, openMessage } from './messages.js'
import type { SessionSettings } from './settings.js'

/** The OPENs of one TCP connection, and what they agree on (RFC 4271 §4.2, RFC 5492). */
export class OpenExchange {
  readonly ours: Open
  /** What the neighbour said; undefined: nothing yet, or nothing that can be read. */
  theirs: Open | undefined
  /** Both OPENs as they were on the wire. */
  sent: Uint8Array | undefined
  received: Uint8Array | undefined
  negotiated: Negotiated | undefined

  /** `now`: on the scheduler's clock. */
  constructor(settings: SessionSettings, now: number) {
    this.ours = localOpen(settings, now)
  }

  /** Ours, to be sent. */
  say({ openForm }: SessionSettings): Uint8Array {
    this.sent = openMessage(this.ours, openForm)
    return this.sent
  }

  /** Theirs, header included, at `bytes[start..end)`. What it would agree on is in force once it is `negotiated`. */
  hear(bytes: Uint8Array, start: number, end: number, settings: SessionSettings): NegotiateResult {
    const { open, error } = readOpen(bytes, start, end)
    this.theirs = open
    this.received = new Uint8Array(bytes.subarray(start, end))
    return open === undefined ? { error } : negotiate(this.ours, open, settings)
  }
}
