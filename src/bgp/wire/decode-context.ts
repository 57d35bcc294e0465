import { codeOf } from './families.js'
import type { Family } from './family.js'
import type { Negotiated } from './negotiate.js'

/** A family that the peer may send us. */
export interface ReceiveFamily {
  readonly family: Family
  readonly addPath: boolean
  readonly extendedNextHop: boolean
  /** Labels that an NLRI may carry (RFC 8277 §2.1). */
  readonly maximumLabels: number
}

/** What an attribute filter does with an attribute before anything else looks at it (spec bgp 8.3). */
export const FilterAction = { none: 0, discard: 1, treatAsWithdraw: 2 } as const

/** What a session has agreed on, as far as reading its UPDATEs depends on it. */
export interface DecodeContext {
  readonly fourByteAs: boolean
  readonly external: boolean
  /** External, and within our confederation (RFC 5065). */
  readonly member?: boolean
  readonly peerAs: number
  /** Negotiated families by `codeOf`; one that is not here is ignored and counted (spec bgp 2.2). */
  readonly families: ReadonlyMap<number, ReceiveFamily>
  /** The leftmost AS must be the peer's (RFC 4271 §6.3); external sessions only. */
  readonly enforceFirstAs: boolean
  readonly allowEmptyAsPath: boolean
  /** AS_SET and AS_CONFED_SET are errors (RFC 9774 §3). */
  readonly rejectAsSets: boolean
  /** This node is in a confederation: neighbours that are too may send its segments (RFC 5065 §5). */
  readonly confederation: boolean
  /** 127/8 and ::1 are usable next hops: for sessions that run over the loopback interface themselves. */
  readonly loopbackNextHop: boolean
  /** The peer is a control node: malformed private attributes take their route with them (spec bgp 8.2). */
  readonly controlNode: boolean
  /** AIGP is accepted (RFC 7311 §3.1). */
  readonly aigp: boolean
  /** Bad NLRI of a multiprotocol family turns off the family and not the session (RFC 7606 §5.3). */
  readonly disableFamilyOnError: boolean
  /** Typed NLRI of unknown type are kept, to be reflected (spec bgp 7.2). */
  readonly keepUnknownNlri: boolean
  /** 256 values of `FilterAction`, by attribute code. */
  readonly attributeFilter?: Uint8Array
}

export type DecodeSettings = Omit<DecodeContext, 'fourByteAs' | 'external' | 'member' | 'peerAs' | 'families'>

/** The settings of an ordinary session. */
export const defaultDecodeSettings: DecodeSettings = {
  enforceFirstAs: true,
  allowEmptyAsPath: false,
  rejectAsSets: false,
  confederation: false,
  loopbackNextHop: false,
  controlNode: false,
  aigp: false,
  disableFamilyOnError: false,
  keepUnknownNlri: false
}

/** `without` are families that were turned off after an error. */
export function decodeContext(
  session: Negotiated,
  settings: Partial<DecodeSettings> = {},
  without: readonly Family[] = []
): DecodeContext {
  const families = new Map<number, ReceiveFamily>()
  for (const { family, addPathReceive, extendedNextHop, maximumLabels } of session.families) {
    if (without.includes(family)) continue
    families.set(codeOf(family.afi, family.safi), {
      family,
      addPath: addPathReceive,
      extendedNextHop,
      maximumLabels
    })
  }
  const { fourByteAs, external, member = false, peerAs } = session
  return { ...defaultDecodeSettings, ...settings, fourByteAs, external, member, peerAs, families }
}
