import type { FamilyName } from './family.js'

/** RFC 7606 §2, weakest first: of several errors in one UPDATE the strongest reaction is taken (§3 h). */
export const Reaction = {
  discardAttribute: 1,
  treatAsWithdraw: 2,
  disableFamily: 3,
  resetSession: 4
} as const
export type Reaction = (typeof Reaction)[keyof typeof Reaction]

/** The code, subcode and reaction that a kind of error always has. */
export interface ErrorKind {
  /** RFC 4271 §4.5, as a NOTIFICATION carries it. */
  readonly code: number
  readonly subcode: number
  readonly reaction: Reaction
  /** No error of the peer: the operator wants it so. It is counted, and that is all. */
  readonly isWanted?: true
  /** Nothing is malformed: the message can be read, and what it says is not accepted. */
  readonly isRefusal?: true
}

/** What is wrong with a message. It is returned, counted, logged and perhaps sent; it is never thrown. */
export interface DecodeError extends ErrorKind {
  /** Bytes from the start of the message. */
  readonly offset: number
  /** For people, with the value found: 'prefix length 33 exceeds 32'. */
  readonly what: string
  /** The type code of the path attribute that is wrong, where one is. */
  readonly attribute?: number
  /** The family whose NLRI or next hop is wrong, where one is. */
  readonly family?: FamilyName
  /** The data field of the NOTIFICATION, where the RFC asks for one (RFC 4271 §6). */
  readonly data?: Uint8Array
}
