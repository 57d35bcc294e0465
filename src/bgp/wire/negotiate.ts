/** What two OPENs make of a session: a pure function (spec bgp 2.2, 3.3, 4.2). */
import type { GracefulRestartCapability, LongLivedFamily, Role } from './capabilities.js'
import type { DecodeError } from './decode-error.js'
import type { Family } from './family.js'
import type { Open } from './open.js'

export interface NegotiateSettings {
  /** Which AS the peer may have. */
  readonly peerAs: number | 'external' | 'internal' | readonly number[]
  /** The configured families, whose codecs the session will use. */
  readonly families: readonly Family[]
  /** An offer below it is refused with 2/6; 0 offers (no timers) are refused too when it is not 0. */
  readonly minimumHoldTimeSeconds?: number
  /** RFC 9234 §4.2: refuse a peer that sends no role. */
  readonly strictRole?: boolean
}

export interface NegotiatedFamily {
  readonly family: Family
  /** The peer sends path identifiers. */
  readonly addPathReceive: boolean
  /** We send path identifiers. */
  readonly addPathSend: boolean
  /** Both may use IPv6 next hops for IPv4 prefixes (RFC 8950). */
  readonly extendedNextHop: boolean
  /** Labels that an NLRI from the peer may carry; 1 unless both announced more (RFC 8277 §2.1). */
  readonly maximumLabels: number
}

export interface Negotiated {
  readonly localAs: number
  readonly peerAs: number
  readonly external: boolean
  readonly peerRouterId: number
  readonly holdTimeSeconds: number
  /** 0: no timers (RFC 4271 §4.4). */
  readonly keepaliveSeconds: number
  readonly fourByteAs: boolean
  /** 4096, or 65535 when both sides sent the capability (RFC 8654). */
  readonly maximumLength: number
  readonly routeRefresh: boolean
  readonly enhancedRouteRefresh: boolean
  readonly families: readonly NegotiatedFamily[]
  readonly localRole?: Role
  readonly peerRole?: Role
  /** What the peer announced, for helping it restart (spec bgp 3.4). */
  readonly peerGracefulRestart?: GracefulRestartCapability
  readonly peerLongLived?: readonly LongLivedFamily[]
}

export type NegotiateResult =
  | { readonly ok: Negotiated; readonly error?: undefined }
  | { readonly ok?: undefined; readonly error: DecodeError }

export function negotiate(_local: Open, _peer: Open, _settings: NegotiateSettings): NegotiateResult {
  throw new Error('not yet')
}
