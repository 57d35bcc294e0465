/**
 * The capabilities of an OPEN as typed values (RFC 5492; spec bgp 3). Unknown ones are kept for display and change
 * nothing.
 */

export const CapabilityCode = {
  multiprotocol: 1,
  routeRefresh: 2,
  extendedNextHop: 5,
  extendedMessage: 6,
  multipleLabels: 8,
  role: 9,
  gracefulRestart: 64,
  fourByteAs: 65,
  addPath: 69,
  enhancedRouteRefresh: 70,
  longLivedGracefulRestart: 71,
  fqdn: 73,
  softwareVersion: 75,
  oldRouteRefresh: 128
} as const

/** RFC 9234 §4.1. */
export const Role = { provider: 0, routeServer: 1, routeServerClient: 2, customer: 3, peer: 4 } as const
export type Role = (typeof Role)[keyof typeof Role]

export interface FamilyCode {
  readonly afi: number
  readonly safi: number
}

/** RFC 4724 §3; the N bit is RFC 8538 §2. */
export interface GracefulRestartCapability {
  readonly restarting: boolean
  readonly notification: boolean
  readonly restartTimeSeconds: number
  readonly families: readonly (FamilyCode & { readonly forwardingPreserved: boolean })[]
}

/** RFC 9494 §3. */
export interface LongLivedFamily extends FamilyCode {
  readonly forwardingPreserved: boolean
  readonly staleTimeSeconds: number
}

/** RFC 7911 §4, as the sender of the capability says it about itself. */
export interface AddPathFamily extends FamilyCode {
  readonly receive: boolean
  readonly send: boolean
}

/** RFC 8950 §4. */
export interface ExtendedNextHopFamily extends FamilyCode {
  readonly nextHopAfi: number
}

/** RFC 8277 §2.1. */
export interface MultipleLabelsFamily extends FamilyCode {
  readonly count: number
}

export interface Capabilities {
  readonly multiprotocol: readonly FamilyCode[]
  readonly routeRefresh: boolean
  readonly enhancedRouteRefresh: boolean
  readonly extendedMessage: boolean
  readonly extendedNextHop: readonly ExtendedNextHopFamily[]
  readonly multipleLabels: readonly MultipleLabelsFamily[]
  readonly addPath: readonly AddPathFamily[]
  /** The full AS number of the sender (RFC 6793 §3). */
  readonly fourByteAs?: number
  readonly role?: Role
  readonly gracefulRestart?: GracefulRestartCapability
  readonly longLived?: readonly LongLivedFamily[]
  readonly fqdn?: { readonly host: string; readonly domain: string }
  readonly softwareVersion?: string
  readonly unknown: readonly { readonly code: number; readonly value: Uint8Array }[]
  /** Codes that were ignored because their length is wrong. */
  readonly malformed: readonly number[]
}

export const noCapabilities: Capabilities = {
  multiprotocol: [],
  routeRefresh: false,
  enhancedRouteRefresh: false,
  extendedMessage: false,
  extendedNextHop: [],
  multipleLabels: [],
  addPath: [],
  unknown: [],
  malformed: []
}
