/**
 * What makes the value of each path attribute well formed, and what follows when it is not (RFC 7606 §7; spec bgp
 * 8.2). The names and flags of the codes are here too (RFC 4271 §5; spec bgp 7.1).
 */
import { asTrans } from '../../net/as-number.js'
import { isAigp } from './aigp.js'
import { AsPathFault, checkAsPath, hasSets, SegmentType } from './as-path.js'
import { u16At, u32At } from './attributes.js'
import { AttributeCode, extendedLengthFlag, optionalFlag, transitiveFlag } from './canonical.js'
import type { DecodeContext } from './decode-context.js'
import { type ErrorKind, Reaction } from './decode-error.js'

const wellKnown = transitiveFlag
const optional = optionalFlag
const optionalTransitive = optionalFlag | transitiveFlag

/** Codes that nothing but these checks names. */
const attrSet = 128
const prefixSid = 40
const inet6ExtendedCommunities = 25

const codes: readonly (readonly [code: number, flags: number, name: string])[] = [
  [AttributeCode.origin, wellKnown, 'ORIGIN'],
  [AttributeCode.asPath, wellKnown, 'AS_PATH'],
  [AttributeCode.nextHop, wellKnown, 'NEXT_HOP'],
  [AttributeCode.multiExitDisc, optional, 'MULTI_EXIT_DISC'],
  [AttributeCode.localPref, wellKnown, 'LOCAL_PREF'],
  [AttributeCode.atomicAggregate, wellKnown, 'ATOMIC_AGGREGATE'],
  [AttributeCode.aggregator, optionalTransitive, 'AGGREGATOR'],
  [AttributeCode.communities, optionalTransitive, 'COMMUNITIES'],
  [AttributeCode.originatorId, optional, 'ORIGINATOR_ID'],
  [AttributeCode.clusterList, optional, 'CLUSTER_LIST'],
  [AttributeCode.mpReachNlri, optional, 'MP_REACH_NLRI'],
  [AttributeCode.mpUnreachNlri, optional, 'MP_UNREACH_NLRI'],
  [AttributeCode.extendedCommunities, optionalTransitive, 'EXTENDED_COMMUNITIES'],
  [AttributeCode.as4Path, optionalTransitive, 'AS4_PATH'],
  [AttributeCode.as4Aggregator, optionalTransitive, 'AS4_AGGREGATOR'],
  [AttributeCode.pmsiTunnel, optionalTransitive, 'PMSI_TUNNEL'],
  [inet6ExtendedCommunities, optionalTransitive, 'IPV6_EXTENDED_COMMUNITIES'],
  [AttributeCode.aigp, optional, 'AIGP'],
  [AttributeCode.largeCommunities, optionalTransitive, 'LARGE_COMMUNITIES'],
  [AttributeCode.onlyToCustomer, optionalTransitive, 'ONLY_TO_CUSTOMER'],
  [prefixSid, optionalTransitive, 'PREFIX_SID'],
  [attrSet, optionalTransitive, 'ATTR_SET'],
  [AttributeCode.edgeDiscovery, optionalTransitive, 'EDGE_DISCOVERY'],
  [AttributeCode.edgeForwarding, optionalTransitive, 'EDGE_FORWARDING'],
  [AttributeCode.originVnPath, optionalTransitive, 'ORIGIN_VN_PATH']
]

/** The optional and transitive bits that each code has; 0 where the code is unknown. */
export const attributeFlags = new Uint8Array(256)
const names = new Map<number, string>()
for (const [code, flags, name] of codes) {
  attributeFlags[code] = flags
  names.set(code, name)
}

export function attributeName(code: number): string {
  return names.get(code) ?? `attribute ${code}`
}

/** Lists that contrail-control sends empty too: they then say nothing, and are left out. */
export function isEmptyList(code: number): boolean {
  return code === AttributeCode.largeCommunities || code === AttributeCode.edgeForwarding
}

/** Size of one element of the attributes that are sorted sets; 0 for all others. */
export const sortedWidth = new Uint8Array(256)
sortedWidth[AttributeCode.communities] = 4
sortedWidth[AttributeCode.extendedCommunities] = 8
sortedWidth[AttributeCode.largeCommunities] = 12

/** RFC 4271 §6.3. */
export const unreadable = { code: 3, subcode: 1, reaction: Reaction.resetSession } as const
export const malformedList = { code: 3, subcode: 1, reaction: Reaction.treatAsWithdraw } as const
export const unrecognisedWellKnown = { code: 3, subcode: 2, reaction: Reaction.resetSession } as const
export const missingWellKnown = { code: 3, subcode: 3, reaction: Reaction.treatAsWithdraw } as const
export const wrongFlags = { code: 3, subcode: 4, reaction: Reaction.treatAsWithdraw } as const
export const overlongAttribute = { code: 3, subcode: 5, reaction: Reaction.treatAsWithdraw } as const
export const badNextHop = { code: 3, subcode: 8, reaction: Reaction.treatAsWithdraw } as const
export const badMultiprotocol = { code: 3, subcode: 9, reaction: Reaction.resetSession } as const
export const duplicate = { code: 3, subcode: 1, reaction: Reaction.discardAttribute } as const
export const duplicateMultiprotocol = { code: 3, subcode: 1, reaction: Reaction.resetSession } as const
export const disabledFamily = { code: 3, subcode: 9, reaction: Reaction.disableFamily } as const
export const overlongPath = { code: 3, subcode: 11, reaction: Reaction.treatAsWithdraw } as const
export const filtered = { code: 3, subcode: 0, reaction: Reaction.discardAttribute, isWanted: true } as const
export const filteredWithdraw = {
  code: 3,
  subcode: 0,
  reaction: Reaction.treatAsWithdraw,
  isWanted: true,
  isRefusal: true
} as const
const badLength = { code: 3, subcode: 5, reaction: Reaction.treatAsWithdraw } as const
const badOrigin = { code: 3, subcode: 6, reaction: Reaction.treatAsWithdraw } as const
const badOptional = { code: 3, subcode: 9, reaction: Reaction.treatAsWithdraw } as const
const badAsPath = { code: 3, subcode: 11, reaction: Reaction.treatAsWithdraw } as const
const refusedPath = { ...badAsPath, isRefusal: true } as const
const discardOptional = { code: 3, subcode: 9, reaction: Reaction.discardAttribute } as const
const discardLength = { code: 3, subcode: 5, reaction: Reaction.discardAttribute } as const
const unwanted = { code: 3, subcode: 0, reaction: Reaction.discardAttribute } as const

export interface AttributeFault {
  readonly kind: ErrorKind
  readonly what: string
}

/** Checks the value `bytes[start..end)`; makes nothing when it is well formed. */
export function checkValue(
  code: number,
  bytes: Uint8Array,
  start: number,
  end: number,
  context: DecodeContext
): AttributeFault | undefined {
  const length = end - start
  switch (code) {
    case AttributeCode.origin:
      if (length !== 1) return wrongLength(badLength, code, length)
      return bytes[start]! > 2 ? fault(badOrigin, `ORIGIN ${bytes[start]}`) : undefined
    case AttributeCode.asPath:
      return checkPath(bytes, start, end, context)
    case AttributeCode.nextHop:
    case AttributeCode.multiExitDisc:
    case AttributeCode.onlyToCustomer:
      return length === 4 ? undefined : wrongLength(badLength, code, length)
    case AttributeCode.localPref:
    case AttributeCode.originatorId:
      // Members of a confederation tell each other their preferences (RFC 5065 §5.2), and nothing of their reflectors.
      if (context.external && !(context.member && code === AttributeCode.localPref))
        return fault(unwanted, `${attributeName(code)} from an external peer`)
      return length === 4 ? undefined : wrongLength(badLength, code, length)
    case AttributeCode.clusterList:
      if (context.external) return fault(unwanted, 'CLUSTER_LIST from an external peer')
      return length > 0 && length % 4 === 0 ? undefined : wrongLength(badLength, code, length)
    case AttributeCode.atomicAggregate:
      return length === 0 ? undefined : wrongLength(discardLength, code, length)
    case AttributeCode.aggregator:
      if (length !== (context.fourByteAs ? 8 : 6)) return wrongLength(discardLength, code, length)
      return (context.fourByteAs ? u32At(bytes, start) : u16At(bytes, start)) === 0
        ? fault(discardOptional, 'AGGREGATOR with AS 0')
        : undefined
    case AttributeCode.communities:
      return length > 0 && length % 4 === 0 ? undefined : wrongLength(badLength, code, length)
    case AttributeCode.extendedCommunities:
    case AttributeCode.originVnPath:
      if (length > 0 && length % 8 === 0) return undefined
      return wrongLength(code === AttributeCode.originVnPath ? privateKind(context) : badLength, code, length)
    case inet6ExtendedCommunities:
      return length > 0 && length % 20 === 0 ? undefined : wrongLength(badLength, code, length)
    case AttributeCode.largeCommunities:
      // contrail-control sends an empty one on routes whose tags all became extended communities.
      return length % 12 === 0 ? undefined : wrongLength(badLength, code, length)
    case AttributeCode.as4Path:
      if (context.fourByteAs) return fault(unwanted, 'AS4_PATH on a session with 4-byte AS numbers')
      if (!isAs4Path(bytes, start, end)) return fault(discardOptional, 'malformed AS4_PATH')
      return context.rejectAsSets && hasSets(bytes, start, end, 4)
        ? fault(refusedPath, 'AS4_PATH with a set (RFC 9774)')
        : undefined
    case AttributeCode.as4Aggregator:
      if (context.fourByteAs) return fault(unwanted, 'AS4_AGGREGATOR on a session with 4-byte AS numbers')
      return length !== 8 || u32At(bytes, start) === 0
        ? fault(discardOptional, 'malformed AS4_AGGREGATOR')
        : undefined
    case AttributeCode.pmsiTunnel:
      return checkPmsi(bytes, start, length)
    case AttributeCode.aigp:
      if (!context.aigp) return fault(unwanted, 'AIGP not wanted')
      return isAigp(bytes, start, end) ? undefined : fault(discardOptional, 'malformed AIGP')
    case prefixSid:
      return checkTlvs(bytes, start, end) ? undefined : fault(discardOptional, 'malformed PREFIX_SID')
    case attrSet:
      return checkAttrSet(bytes, start, end) ? undefined : fault(badOptional, 'malformed ATTR_SET')
    case AttributeCode.edgeDiscovery:
      return checkEdges(bytes, start, end)
        ? undefined
        : fault(privateKind(context), 'malformed EDGE_DISCOVERY')
    case AttributeCode.edgeForwarding:
      return checkForwarding(bytes, start, end)
        ? undefined
        : fault(privateKind(context), 'malformed EDGE_FORWARDING')
    default:
      return undefined
  }
}

const fault = (kind: ErrorKind, what: string): AttributeFault => ({ kind, what })

function wrongLength(kind: ErrorKind, code: number, length: number): AttributeFault {
  return fault(kind, `${attributeName(code)} of ${length} bytes`)
}

/** A tree with a missing edge is worse than no tree; a stranger's use of the code is no reason to lose a route. */
function privateKind(context: DecodeContext): ErrorKind {
  return context.controlNode ? badOptional : discardOptional
}

const pathFaults = [
  '',
  'a segment past the end',
  'an unknown segment type',
  'an empty segment',
  'AS 0',
  'a confederation segment'
]

function checkPath(
  bytes: Uint8Array,
  start: number,
  end: number,
  context: DecodeContext
): AttributeFault | undefined {
  const { fourByteAs, external, member } = context
  const found = checkAsPath(bytes, start, end, fourByteAs ? 4 : 2)
  const isOfOurs = found === AsPathFault.confederation && context.confederation && (!external || member)
  if (found !== AsPathFault.none && !isOfOurs) return fault(badAsPath, `AS_PATH with ${pathFaults[found]}`)
  if (context.rejectAsSets && hasSets(bytes, start, end, fourByteAs ? 4 : 2)) {
    return fault(refusedPath, 'AS_PATH with a set (RFC 9774)')
  }
  if (!external) return undefined
  if (start === end)
    return context.allowEmptyAsPath ? undefined : fault(refusedPath, 'empty AS_PATH from an external peer')
  const leading = member ? SegmentType.confederationSequence : SegmentType.sequence
  // RFC 5065 §5, whatever its AS.
  if (member && bytes[start] !== leading)
    return fault(badAsPath, 'AS_PATH of another member that does not begin with an AS_CONFED_SEQUENCE')
  if (!context.enforceFirstAs) return undefined
  // A peer with a large AS that speaks the old form is AS_TRANS there (RFC 6793 §4.2.2).
  const expected = !fourByteAs && context.peerAs > 0xffff ? asTrans : context.peerAs
  const first = fourByteAs ? u32At(bytes, start + 2) : u16At(bytes, start + 2)
  if (bytes[start] === leading && first === expected) return undefined
  return fault(refusedPath, `AS_PATH begins with ${first} and not with the peer's AS ${context.peerAs}`)
}

/** Confederation segments are no error here: they are removed (RFC 6793 §6). */
function isAs4Path(bytes: Uint8Array, start: number, end: number): boolean {
  if (start === end) return false
  const found = checkAsPath(bytes, start, end, 4)
  return found === AsPathFault.none || found === AsPathFault.confederation
}

/** Sizes of the tunnel identifier by tunnel type (RFC 6514 §5; 252 is contrail-control's assisted replication). */
const pmsiIdentifierSizes = new Map<number, readonly number[]>([
  [0, [0]],
  [1, [12, 24]],
  [3, [8, 32]],
  [4, [8, 32]],
  [5, [8, 32]],
  [6, [4, 16]],
  [252, [4, 16]]
])

function checkPmsi(bytes: Uint8Array, start: number, length: number): AttributeFault | undefined {
  if (length < 5) return wrongLength(badLength, AttributeCode.pmsiTunnel, length)
  const type = bytes[start + 1]!
  const sizes = pmsiIdentifierSizes.get(type)
  if (sizes === undefined || sizes.includes(length - 5)) return undefined
  return fault(badOptional, `PMSI_TUNNEL of type ${type} with an identifier of ${length - 5} bytes`)
}

/** RFC 8669 §3: type (1), length (2), value. */
function checkTlvs(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (at + 3 <= end) at += 3 + u16At(bytes, at + 1)
  return at === end && start < end
}

/** RFC 6368 §5: origin AS, then attributes; their framing is looked at, MP_REACH and MP_UNREACH may not be there. */
function checkAttrSet(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start + 4
  while (at + 3 <= end) {
    const extended = (bytes[at]! & extendedLengthFlag) !== 0
    if (extended && at + 4 > end) return false
    const code = bytes[at + 1]!
    if (code === AttributeCode.mpReachNlri || code === AttributeCode.mpUnreachNlri) return false
    at += extended ? 4 + u16At(bytes, at + 2) : 3 + bytes[at + 2]!
  }
  return at === end
}

/** Spec bgp 7.1, attribute 241: edges of address length 4, address, length of label ranges, ranges of 8 bytes. */
function checkEdges(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start
  while (at < end) {
    if (at + 6 > end || bytes[at] !== 4) return false
    const ranges = bytes[at + 5]!
    if (ranges % 8 !== 0) return false
    at += 6 + ranges
  }
  return at === end && start < end
}

/** Spec bgp 7.1, attribute 242: edges of 17 bytes. contrail-control sends an empty one from trees without edges. */
function checkForwarding(bytes: Uint8Array, start: number, end: number): boolean {
  if ((end - start) % 17 !== 0) return false
  for (let at = start; at < end; at += 17) if (bytes[at] !== 4) return false
  return true
}
