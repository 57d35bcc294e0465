/**
 * What all parts of the view share. The view is the read-only picture of a node that introspect, the JSON API and
 * the metrics are drawn from: plain values, made when they are asked for. A value may be an object with getters, so
 * that what is not asked for is not computed; it is valid in the turn of the event loop in which it was given.
 */

/** Milliseconds since 1970-01-01T00:00Z; a fraction carries microseconds. */
export type Time = number

/** Families by the names used for sessions and configuration (introspect §3.1). */
export type FamilyName =
  | 'inet'
  | 'inet-labeled'
  | 'inet6'
  | 'inet6-labeled'
  | 'inet-vpn'
  | 'inet6-vpn'
  | 'route-target'
  | 'e-vpn'
  | 'inet-mvpn'
  | 'inet6-mvpn'
  | 'erm-vpn'

/** Families by the names that tables carry: `<instance>.<table family>.0` (introspect §3.1). */
export type TableFamilyName =
  | 'inet'
  | 'inet6'
  | 'l3vpn'
  | 'l3vpn-inet6'
  | 'rtarget'
  | 'evpn'
  | 'mvpn'
  | 'mvpn6'
  | 'ermvpn'

/** BGP and XMPP sessions use the same state words. */
export type SessionState = 'Idle' | 'Active' | 'Connect' | 'OpenSent' | 'OpenConfirm' | 'Established'

/** Bytes through one socket, or through all sockets of a server, in one direction. */
export interface SocketCounts {
  readonly bytes: number
  readonly calls: number
  /** Milliseconds spent write-blocked, and how often. */
  readonly blockedMs: number
  readonly blockedCount: number
  readonly errors: number
}

/** Messages of one session in one direction. */
export interface MessageCounts {
  readonly open: number
  readonly keepalive: number
  readonly notification: number
  readonly update: number
  /** XMPP: ends of stream; BGP: 0. */
  readonly close: number
}

/** Routes in the updates of one session in one direction. */
export interface UpdateCounts {
  readonly reach: number
  readonly unreach: number
  readonly endOfRib: number
}

/** One direction of a session. */
export interface SessionCounts {
  readonly messages: MessageCounts
  readonly updates: UpdateCounts
  readonly socket: SocketCounts
}
