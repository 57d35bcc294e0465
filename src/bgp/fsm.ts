/**
 * The BGP state machine of RFC 4271 §8, with the delayed OPEN of §8.1.1, the subcodes of RFC 6608 and the send hold
 * timer of RFC 9687: a row per state, a cell per event, no clock, socket or configuration. What depends on data is
 * settled before: `negotiate` says whether an OPEN is `openAccepted` or `openRejected`, the session whether a
 * connection is `tcpUp` or `tcpUpDelayed` and which of two collides.
 *
 * As §8.2.1 has it, each connection has a machine of its own until it is known which one survives; the session
 * (`session/session.ts`) holds them together. The one that dials outlives its connections, an accepted one goes
 * with its connection.
 *
 * Where it leaves RFC 4271 (spec bgp 5.5): a start waits in Active for the first ConnectRetry interval before it
 * dials, as contrail-control does, instead of dialling at once; a dial that fails or takes too long waits in Active
 * too; a peer that says "collision" (Cease 7) keeps its other connection, which is no fault to wait for in Idle.
 */
export const states = ['idle', 'active', 'connect', 'openSent', 'openConfirm', 'established'] as const
export type State = (typeof states)[number]

/** RFC 4271 §8.1; the numbers are the RFC's events. */
export const events = [
  'start', //                1  a start that dials
  'startPassive', //         4  a start that only waits to be called
  'stop', //                 2, 8  with the Cease that the session was given
  'connectRetryExpired', //  9
  'holdExpired', //         10
  'keepaliveExpired', //    11
  'delayOpenExpired', //    12
  'tcpUp', //               16, 17  connected: the OPEN is sent at once
  'tcpUpDelayed', //        16, 17  connected: the peer is given time to send its OPEN first
  'tcpFailed', //           18  could not connect, or the connection is gone
  'openAccepted', //        19, 20
  'headerError', //         21
  'openRejected', //        22
  'collisionLost', //       23  the other connection survives (§6.8)
  'notification', //        24, 25
  'collisionNotified', //   25  a NOTIFICATION Cease, connection collision resolution (RFC 4486 §4)
  'keepalive', //           26
  'update', //              27
  'updateError', //         28  one that the peer must be told of and that ends the session (RFC 7606)
  'sendHoldExpired', //     29  RFC 9687 §3.1
  'routeRefresh', //        RFC 2918, RFC 7313
  'routeRefreshError' //    RFC 7313 §5
] as const
export type FsmEvent = (typeof events)[number]

/** A NOTIFICATION whose code the table knows. */
export interface Notify {
  readonly code: number
  readonly subcode: number
}

export type Action =
  | Notify
  | 'notifyError' //         send the NOTIFICATION of the error that raised the event
  | 'notifyCease' //         send the NOTIFICATION that came with `stop`
  | 'close' //               stop all timers; close the connection or give up the dial
  | 'startConnectRetry' //   wait before dialling; the interval grows with the attempts
  | 'startConnectTimeout' // the same timer while a dial is under way
  | 'stopConnectRetry'
  | 'dial' //                count the attempt, open a TCP connection
  | 'startDelayOpen'
  | 'stopDelayOpen'
  | 'sendOpen'
  | 'startOpenHold' //       the large hold time while nothing is negotiated (§8.2.2: 4 minutes)
  | 'startHold' //           the negotiated hold time
  | 'restartHold'
  | 'startKeepalive' //      with the negotiated interval
  | 'sendKeepalive'
  | 'deliver' //             the message is for the session's owner

export interface Outcome {
  readonly next: State
  readonly actions: readonly Action[]
}

type Row = Partial<Record<FsmEvent, Outcome>> & { readonly otherwise: Outcome }

const to = (next: State, ...actions: Action[]): Outcome => ({ next, actions })
const notify = (code: number, subcode: number): Notify => ({ code, subcode })

/** RFC 4271 §8.2.2, state by state. An event without a cell takes `otherwise`. */
const rows: Record<State, Row> = {
  idle: {
    start: to('active', 'startConnectRetry'),
    startPassive: to('active'),
    otherwise: to('idle')
  },
  active: {
    start: to('active'),
    startPassive: to('active'),
    stop: to('idle', 'notifyCease', 'close'),
    connectRetryExpired: to('connect', 'dial', 'startConnectTimeout'),
    tcpUp: to('openSent', 'stopConnectRetry', 'sendOpen', 'startOpenHold'),
    tcpUpDelayed: to('active', 'stopConnectRetry', 'startDelayOpen'),
    delayOpenExpired: to('openSent', 'sendOpen', 'startOpenHold'),
    tcpFailed: to('active', 'close', 'startConnectRetry'),
    openAccepted: to(
      'openConfirm',
      'stopDelayOpen',
      'sendOpen',
      'sendKeepalive',
      'startKeepalive',
      'startHold'
    ),
    openRejected: to('idle', 'notifyError', 'close'),
    headerError: to('idle', 'notifyError', 'close'),
    collisionLost: to('idle', notify(6, 7), 'close'),
    notification: to('idle', 'close'),
    collisionNotified: to('active', 'close', 'startConnectRetry'),
    otherwise: to('idle', notify(5, 0), 'close')
  },
  connect: {
    start: to('connect'),
    startPassive: to('connect'),
    stop: to('idle', 'close'),
    connectRetryExpired: to('active', 'close', 'startConnectRetry'),
    tcpUp: to('openSent', 'stopConnectRetry', 'sendOpen', 'startOpenHold'),
    tcpUpDelayed: to('active', 'stopConnectRetry', 'startDelayOpen'),
    tcpFailed: to('active', 'close', 'startConnectRetry'),
    collisionLost: to('idle', 'close'),
    otherwise: to('idle', 'close')
  },
  openSent: {
    start: to('openSent'),
    startPassive: to('openSent'),
    stop: to('idle', 'notifyCease', 'close'),
    holdExpired: to('idle', notify(4, 0), 'close'),
    tcpFailed: to('active', 'close', 'startConnectRetry'),
    openAccepted: to('openConfirm', 'sendKeepalive', 'startKeepalive', 'startHold'),
    openRejected: to('idle', 'notifyError', 'close'),
    headerError: to('idle', 'notifyError', 'close'),
    collisionLost: to('idle', notify(6, 7), 'close'),
    notification: to('idle', 'close'),
    collisionNotified: to('active', 'close', 'startConnectRetry'),
    otherwise: to('idle', notify(5, 1), 'close') // RFC 6608 §3: unexpected message in OpenSent
  },
  openConfirm: {
    start: to('openConfirm'),
    startPassive: to('openConfirm'),
    stop: to('idle', 'notifyCease', 'close'),
    holdExpired: to('idle', notify(4, 0), 'close'),
    keepaliveExpired: to('openConfirm', 'sendKeepalive', 'startKeepalive'),
    tcpFailed: to('idle', 'close'),
    openRejected: to('idle', 'notifyError', 'close'),
    headerError: to('idle', 'notifyError', 'close'),
    collisionLost: to('idle', notify(6, 7), 'close'),
    notification: to('idle', 'close'),
    collisionNotified: to('active', 'close', 'startConnectRetry'),
    keepalive: to('established', 'restartHold'),
    sendHoldExpired: to('idle', notify(8, 0), 'close'),
    otherwise: to('idle', notify(5, 2), 'close') // RFC 6608 §3: unexpected message in OpenConfirm
  },
  established: {
    start: to('established'),
    startPassive: to('established'),
    stop: to('idle', 'notifyCease', 'close'),
    holdExpired: to('idle', notify(4, 0), 'close'),
    keepaliveExpired: to('established', 'sendKeepalive', 'startKeepalive'),
    tcpFailed: to('idle', 'close'),
    headerError: to('idle', 'notifyError', 'close'),
    collisionLost: to('idle', notify(6, 7), 'close'),
    notification: to('idle', 'close'),
    collisionNotified: to('idle', 'close'),
    keepalive: to('established', 'restartHold'),
    update: to('established', 'restartHold', 'deliver'),
    updateError: to('idle', 'notifyError', 'close'),
    routeRefresh: to('established', 'restartHold', 'deliver'),
    routeRefreshError: to('idle', 'notifyError', 'close'),
    sendHoldExpired: to('idle', notify(8, 0), 'close'), // RFC 9687 §3.2
    otherwise: to('idle', notify(5, 3), 'close') // RFC 6608 §3: unexpected message in Established
  }
}

export const step = (state: State, event: FsmEvent): Outcome => rows[state][event] ?? rows[state].otherwise
