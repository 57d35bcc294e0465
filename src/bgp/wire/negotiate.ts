/** What two OPENs make of a session: a pure function (spec bgp 2.2, 3.3, 4.2; RFC 5492, RFC 6793, RFC 9234). */
import { asTrans } from '../../net/as-number.js'
import {
  type Capabilities,
  CapabilityCode,
  type FamilyCode,
  type GracefulRestartCapability,
  type LongLivedFamily,
  Role
} from './capabilities.js'
import { type DecodeError, Reaction } from './decode-error.js'
import { codeOf } from './families.js'
import type { Family } from './family.js'
import { extendedMaximumLength, maximumLength } from './message.js'
import { type Open, openAs } from './open.js'

export interface NegotiateSettings {
  /** Which AS the peer may have. */
  readonly peerAs: number | 'external' | 'internal' | readonly number[]
  /** Of the confederation that this node is in, the AS of the node too (RFC 5065); absent or empty: in none. */
  readonly members?: readonly number[]
  /** The configured families, whose codecs the session will use. */
  readonly families: readonly Family[]
  /** A lower offer is refused with 2/6; so is 0, which means no timers, where this is not 0. */
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
  /** Another AS; of another member of the confederation too. */
  readonly external: boolean
  /** External, and both AS are members of one confederation (RFC 5065). */
  readonly member?: true
  readonly peerRouterId: number
  readonly holdTimeSeconds: number
  /** 0: no timers (RFC 4271 §4.4). */
  readonly keepaliveSeconds: number
  readonly fourByteAs: boolean
  /** 4096, or 65535 where both sides sent the capability (RFC 8654 §4). */
  readonly maximumLength: number
  /** We may ask the peer for a refresh (RFC 2918 §4). */
  readonly routeRefresh: boolean
  readonly enhancedRouteRefresh: boolean
  readonly families: readonly NegotiatedFamily[]
  readonly localRole?: Role
  readonly peerRole?: Role
  /** What the peer announced, for helping it restart (spec bgp 3.4). */
  readonly peerGracefulRestart?: GracefulRestartCapability
  /** Both keep routes over a NOTIFICATION that is no Hard Reset (RFC 8538 §4). */
  readonly gracefulNotification: boolean
  readonly peerLongLived?: readonly LongLivedFamily[]
}

export type NegotiateResult =
  | { readonly ok: Negotiated; readonly error?: undefined }
  | { readonly ok?: undefined; readonly error: DecodeError }

const reset = Reaction.resetSession
const error = (subcode: number, offset: number, what: string, data?: Uint8Array): { error: DecodeError } => ({
  error: { code: 2, subcode, reaction: reset, offset, what, ...(data && { data }) }
})

/** Checks 4 to 7 of spec bgp 4.2, in its order: which error wins is visible to the peer. */
export function negotiate(local: Open, peer: Open, settings: NegotiateSettings): NegotiateResult {
  const ours = local.capabilities
  const theirs = peer.capabilities
  const localAs = openAs(local)
  const minimum = settings.minimumHoldTimeSeconds ?? 0
  if (peer.holdTimeSeconds < minimum) {
    const data = Uint8Array.of(peer.holdTimeSeconds >>> 8, peer.holdTimeSeconds)
    return error(6, 22, `hold time ${peer.holdTimeSeconds} is below ${minimum}`, data)
  }
  const fourByteAs = ours.fourByteAs !== undefined && theirs.fourByteAs !== undefined
  const peerAs = fourByteAs ? openAs(peer) : peer.myAs
  const external = peerAs !== localAs
  const member = isWithinConfederation(localAs, peerAs, settings.members)
  const idData = u32(peer.routerId)
  if (peer.routerId === 0) return error(3, 24, 'identifier 0', idData)
  // Between different AS numbers equal identifiers are legal (RFC 6286 §2.1).
  if (peer.routerId === local.routerId && !external) return error(3, 24, 'identifier is our own', idData)
  const asFault = checkAs(peer, fourByteAs, peerAs, localAs, settings)
  if (asFault !== undefined) return asFault
  const families = commonFamilies(ours, theirs, settings.families)
  if (families.length === 0) {
    const data = Uint8Array.from(
      settings.families.flatMap(({ afi, safi }) => [
        CapabilityCode.multiprotocol,
        4,
        afi >>> 8,
        afi & 0xff,
        0,
        safi
      ])
    )
    return error(7, 28, 'no family in common', data)
  }
  const hasRoles = external && !member
  if (hasRoles && ours.role !== undefined) {
    const roleFault = checkRoles(ours.role, theirs.role, settings.strictRole === true)
    if (roleFault !== undefined) return error(11, 28, roleFault)
  }
  const holdTimeSeconds = Math.min(local.holdTimeSeconds, peer.holdTimeSeconds)
  return {
    ok: {
      localAs,
      peerAs,
      external,
      ...(member && { member }),
      peerRouterId: peer.routerId,
      holdTimeSeconds,
      keepaliveSeconds: holdTimeSeconds === 0 ? 0 : Math.max(1, holdTimeSeconds / 3),
      fourByteAs,
      maximumLength: ours.extendedMessage && theirs.extendedMessage ? extendedMaximumLength : maximumLength,
      routeRefresh: theirs.routeRefresh,
      enhancedRouteRefresh: ours.enhancedRouteRefresh && theirs.enhancedRouteRefresh,
      families,
      ...(hasRoles && ours.role !== undefined && { localRole: ours.role }),
      ...(hasRoles && theirs.role !== undefined && { peerRole: theirs.role }),
      gracefulNotification:
        ours.gracefulRestart?.notification === true && theirs.gracefulRestart?.notification === true,
      ...(theirs.gracefulRestart && { peerGracefulRestart: theirs.gracefulRestart }),
      ...(theirs.longLived && { peerLongLived: theirs.longLived })
    }
  }
}

/** A session with these AS is one between two members of the confederation: external, and within it (RFC 5065 §2). */
export function isWithinConfederation(
  localAs: number,
  peerAs: number,
  members: readonly number[] | undefined
): boolean {
  return members !== undefined && localAs !== peerAs && members.includes(localAs) && members.includes(peerAs)
}

/** RFC 4271 §6.2, RFC 6793 §9, RFC 7607 §2. */
function checkAs(
  { myAs, capabilities }: Open,
  fourByteAs: boolean,
  as: number,
  localAs: number,
  { peerAs: wanted, members }: NegotiateSettings
): { error: DecodeError } | undefined {
  const data = fourByteAs ? u32(as) : Uint8Array.of(myAs >>> 8, myAs)
  if (myAs === 0 || as === 0 || capabilities.fourByteAs === 0) return error(2, 20, 'AS 0', data)
  if (members !== undefined && typeof wanted !== 'number') {
    // Of whom nobody knows beforehand whether it is a member: we said one AS to members and another to all else.
    const isMember = members.includes(as)
    if (isMember !== members.includes(localAs)) {
      const what = isMember ? 'a member' : 'no member'
      return error(2, 20, `AS ${as} is ${what} of the confederation, and we spoke as AS ${localAs}`, data)
    }
  }
  if (members !== undefined && as === localAs && !members.includes(as)) {
    return error(2, 20, `AS ${as} is the confederation's own, and no member of it`, data)
  }
  const expected =
    wanted === 'external'
      ? as !== localAs
      : wanted === 'internal'
        ? as === localAs
        : typeof wanted === 'number'
          ? as === wanted
          : wanted.includes(as)
  // The fixed part is looked at where it says an AS of its own.
  if (expected && (myAs === as || myAs === asTrans)) return undefined
  return error(2, 20, `AS ${expected ? myAs : as} is not the one configured`, data)
}

function commonFamilies(
  ours: Capabilities,
  theirs: Capabilities,
  configured: readonly Family[]
): NegotiatedFamily[] {
  const peer = announced(theirs)
  const local = announced(ours)
  return configured
    .filter(({ afi, safi }) => peer.has(codeOf(afi, safi)) && local.has(codeOf(afi, safi)))
    .map(family => ({
      family,
      addPathReceive: adds(ours, family, 'receive') && adds(theirs, family, 'send'),
      addPathSend: adds(ours, family, 'send') && adds(theirs, family, 'receive'),
      extendedNextHop: takesInet6NextHop(ours, family) && takesInet6NextHop(theirs, family),
      maximumLabels: labels(theirs, family) > 1 ? labels(ours, family) : 1
    }))
}

/** A speaker without Multiprotocol capability has IPv4 unicast (RFC 4760 §8). */
function announced({ multiprotocol }: Capabilities): Set<number> {
  if (multiprotocol.length === 0) return new Set([codeOf(1, 1)])
  return new Set(multiprotocol.map(({ afi, safi }) => codeOf(afi, safi)))
}

const same = (one: FamilyCode, other: FamilyCode): boolean => one.afi === other.afi && one.safi === other.safi

function adds({ addPath }: Capabilities, family: Family, direction: 'receive' | 'send'): boolean {
  return addPath.findLast(entry => same(entry, family))?.[direction] ?? false
}

function takesInet6NextHop({ extendedNextHop }: Capabilities, family: Family): boolean {
  return extendedNextHop.some(entry => same(entry, family) && entry.nextHopAfi === 2)
}

/** What a speaker can take; 0 and 1 are no valid announcement (RFC 8277 §2.1). */
function labels({ multipleLabels }: Capabilities, family: Family): number {
  const count = multipleLabels.findLast(entry => same(entry, family))?.count ?? 1
  return Math.max(1, count)
}

/** RFC 9234 §4.2, table 2. */
const counterparts: Record<Role, Role> = {
  [Role.provider]: Role.customer,
  [Role.customer]: Role.provider,
  [Role.routeServer]: Role.routeServerClient,
  [Role.routeServerClient]: Role.routeServer,
  [Role.peer]: Role.peer
}

function checkRoles(ours: Role, theirs: Role | undefined, strict: boolean): string | undefined {
  if (theirs === undefined) return strict ? 'the peer sent no role' : undefined
  return counterparts[ours] === theirs ? undefined : `role ${theirs} does not pair with our ${ours}`
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}
