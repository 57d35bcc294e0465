/** What a BGP session tells its owner, and what it needs from the world. */

import type { Scheduler } from '../../runtime/scheduler.js'
import type { Transport } from '../../runtime/transport.js'
import type { State } from '../fsm.js'
import type { DecodeError } from '../wire/decode-error.js'
import type { Negotiated } from '../wire/negotiate.js'

export { CeaseSubcode } from '../wire/notification.js'

export interface SessionHandler {
  /** The session is up: UPDATEs come and may be sent from now on. */
  established(negotiated: Negotiated): void
  /**
   * One UPDATE, header included, at `bytes[start..end)`; the bytes are valid only during the call. An error is one
   * that ends the session: the peer is told and `closed` follows. Weaker errors are the owner's to handle.
   */
  update(bytes: Uint8Array, start: number, end: number): DecodeError | undefined
  /** A ROUTE-REFRESH; `subtype` 0: a request, 1: BoRR, 2: EoRR (RFC 7313 §3.2). */
  routeRefresh(afi: number, safi: number, subtype: number): void
  /** The session has left Established, and why. Exactly once for each `established`. */
  closed(reason: CloseReason): void
  /** What `send` returned false for has drained to the low-water mark. */
  writable(): void
  /**
   * False while the routes of the session's last life are being cleaned up, or new ones have no table to go to: no
   * connection is opened or accepted, and an OPEN exchange under way does not reach Established (spec bgp 5.3). Absent: always ready.
   */
  ready?(): boolean
  /** Routes of the neighbour are kept until it is back (RFC 4724): a call in the pause after the loss is taken. */
  keepsRoutes?(): boolean
  stateChanged?(state: State, before: State): void
  /** Callers must carry this TCP MD5 key from now on; undefined: none. Also told before the constructor is over. */
  keyInUse?(key: string | undefined): void
}

/** Why a session left Established; with the peer's GR capability it decides whether routes are kept (spec bgp 12.3). */
export interface CloseReason {
  readonly cause:
    | 'connection-lost' //       TCP closed or reset, or replaced by a new connection: no NOTIFICATION either way
    | 'notification-received'
    | 'notification-sent'
    | 'silent' //                closed by us without a word (`stop('silent')`)
  /** The NOTIFICATION, received or sent; a Hard Reset is given as it is on the wire (6, 9). */
  readonly notification: NotificationRecord | undefined
  /** For people. */
  readonly what: string
}

/** A NOTIFICATION as operators see it. */
export interface NotificationRecord {
  readonly code: number
  readonly subcode: number
  /** `Cease/Administrative Shutdown "maintenance"`, escaped. */
  readonly text: string
  /** At most 512 bytes of its data: whole shutdown communications, for those who pass it on. */
  readonly data: Uint8Array
  /** Wall clock, milliseconds. */
  readonly at: number
}

export interface Log {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  debug(fields: object, message: string): void
}

export interface SessionEnvironment {
  readonly scheduler: Scheduler
  readonly transport: Transport
  /** 0 <= x < 1, for jitter. */
  readonly random: () => number
  readonly log: Log
}

/** A Cease that we send. The session wraps 1 to 3 in a Hard Reset towards a peer that keeps routes on NOTIFICATIONs. */
export interface Cease {
  readonly subcode: number
  /** Shutdown communication (RFC 9003), for subcodes 2 and 4. */
  readonly text?: string
  /** Data otherwise: family and limit of subcode 1 (RFC 4486 §4). */
  readonly data?: Uint8Array
}
