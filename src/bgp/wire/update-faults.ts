import { type DecodeError, type ErrorKind, Reaction } from './decode-error.js'
import type { Family } from './family.js'

/** How many bytes of an offending attribute a NOTIFICATION repeats. */
const maximumData = 1024

/** A message can hold thousands of bad attributes; these tell enough. */
const maximumErrors = 64

/** The errors of one UPDATE; the strongest reaction is taken (RFC 7606 §3 h). */
export class UpdateFaults {
  /** The strongest reaction; 0 where there is no error. */
  reaction: Reaction | 0 = 0
  /** The first error that asked for it. */
  error: DecodeError | undefined
  /** In the order in which they were met; the first 64. */
  readonly errors: DecodeError[] = []
  /** Codes of the attributes that were left out: malformed, unwanted, or unknown and non-transitive. */
  readonly discarded: number[] = []
  /** Some error asks for it to treat announcements as withdrawals, whatever else a stronger one asks for. */
  withdraws = false
  /** The first of these errors that is of malformed attributes, and not of what they say. */
  #malformed: DecodeError | undefined
  #bytes: Uint8Array = new Uint8Array(0)
  #start = 0

  /** Starts on the message at `bytes[start..)`. */
  begin(bytes: Uint8Array, start: number): void {
    this.#bytes = bytes
    this.#start = start
    if (this.discarded.length > 0) this.discarded.length = 0
    if (this.reaction === 0) return
    this.reaction = 0
    this.withdraws = false
    this.#malformed = undefined
    this.error = undefined
    this.errors.length = 0
  }

  /** `family`: whose NLRI or next hop is wrong. */
  add(kind: ErrorKind, what: string, at: number, attribute = 0, family?: Family): void {
    this.#keep({
      ...this.#error(kind, what, at),
      ...(attribute !== 0 && { attribute }),
      ...(family !== undefined && { family: family.name })
    })
  }

  /** Likewise, with the bytes up to `end` as the data of the NOTIFICATION. */
  addWithData(
    kind: ErrorKind,
    what: string,
    at: number,
    attribute: number,
    end: number,
    family?: Family
  ): void {
    const data = this.#bytes.slice(at, Math.min(end, at + maximumData))
    const ofFamily = family !== undefined && { family: family.name }
    this.#keep({ ...this.#error(kind, what, at), attribute, data, ...ofFamily })
  }

  /**
   * Malformed attributes become an error that ends the session (RFC 7606 §5.2). An attribute that can be read and is
   * not accepted is no hint that anything was lost: such a withdrawal is as good as any other.
   */
  escalate(): void {
    if (this.#malformed !== undefined) this.#keep({ ...this.#malformed, reaction: Reaction.resetSession })
  }

  #error(kind: ErrorKind, what: string, at: number): DecodeError {
    return { ...kind, offset: at - this.#start, what }
  }

  #keep(error: DecodeError): void {
    if (this.errors.length < maximumErrors) this.errors.push(error)
    if (error.reaction === Reaction.treatAsWithdraw) {
      this.withdraws = true
      if (error.isRefusal !== true) this.#malformed ??= error
    }
    if (error.reaction <= this.reaction) return
    this.reaction = error.reaction
    this.error = error
  }
}
