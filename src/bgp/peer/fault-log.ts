/**
 * What was wrong with the UPDATEs of one neighbour (spec bgp 8.3): how often, the last messages whole, and which of
 * them are worth a line of log. A message without an error costs nothing here.
 */
import type { DecodeError, Reaction } from '../wire/decode-error.js'

/** One line a minute for each kind of fault: a peer must not be able to flood the log. */
const quietMs = 60_000

/** Of 4096 bytes each, or 65,535 where extended messages were agreed on. */
const keptMessages = 16

export interface FaultCount {
  /** The path attribute that was wrong; 0: the NLRI, or the message as a whole. */
  readonly attribute: number
  readonly reaction: Reaction
  readonly count: number
}

/** The error that decided what became of the message, and the message. */
export interface OffendingMessage extends DecodeError {
  /** Wall clock, milliseconds. */
  readonly at: number
  /** Header included. */
  readonly bytes: Uint8Array
}

interface Kind {
  readonly attribute: number
  readonly reaction: Reaction
  count: number
  loggedAt: number
  /** Since then. */
  suppressed: number
}

/** Kinds of faults, by attribute and reaction, are few: an attribute's code is one byte. */
export class FaultLog {
  readonly #kinds = new Map<number, Kind>()
  readonly #messages: OffendingMessage[] = []

  /** In the order in which they were first met. */
  get counts(): readonly FaultCount[] {
    return [...this.#kinds.values()].map(({ attribute, reaction, count }) => ({ attribute, reaction, count }))
  }

  /** The last 16, oldest first. */
  get messages(): readonly OffendingMessage[] {
    return this.#messages
  }

  count(error: DecodeError): void {
    this.#kindOf(error).count++
  }

  /** `message` is copied. */
  keep(error: DecodeError, message: Uint8Array, at: number): void {
    if (this.#messages.length === keptMessages) this.#messages.shift()
    this.#messages.push({ ...error, at, bytes: new Uint8Array(message) })
  }

  /** How many like it were not logged since the last one that was; undefined: nor is this one. */
  admit(error: DecodeError, now: number): number | undefined {
    const kind = this.#kindOf(error)
    if (now - kind.loggedAt < quietMs) {
      kind.suppressed++
      return undefined
    }
    const { suppressed } = kind
    kind.loggedAt = now
    kind.suppressed = 0
    return suppressed
  }

  #kindOf({ attribute = 0, reaction }: DecodeError): Kind {
    const key = attribute * 16 + reaction
    let kind = this.#kinds.get(key)
    if (kind === undefined) {
      kind = { attribute, reaction, count: 0, loggedAt: Number.NEGATIVE_INFINITY, suppressed: 0 }
      this.#kinds.set(key, kind)
    }
    return kind
  }
}
