/** What a BGP receiver may be told, and what that depends on. What it then sees of a path is `bgp-rewrite.ts`. */
import { type AttributeSet, attributeOf, Trait } from '../rib/attribute-set.js'
import { type Path, PathFlag } from '../rib/path.js'
import { Protocol } from '../rib/source.js'
import { containsAs, type PrivateAsAction } from '../wire/as-path.js'
import { u32At, valueEnd, valueStart } from '../wire/attributes.js'
import { AttributeCode } from '../wire/canonical.js'
import { Role } from '../wire/capabilities.js'
import type { FamilyName } from '../wire/family.js'

/** All that decides what a BGP receiver is told, besides encoding (routing.md 4.1). */
export interface BgpExportSettings {
  readonly family: FamilyName
  readonly internal: boolean
  /** Receivers of another member of our confederation (RFC 5065); not internal. */
  readonly member?: boolean
  readonly peerAs: number
  /** The AS that the session speaks with. */
  readonly localAs: number
  /** Own BGP identifier. */
  readonly routerId: number
  /** 0: this node is no route reflector. */
  readonly clusterId: number
  /** The node's own, where `clusterId` is one that it has towards some neighbours alone; 0: it has none. */
  readonly nodeClusterId?: number
  /** The receiver is no client of this reflector (RFC 4456 §4). */
  readonly nonClient: boolean
  /** The receiver is a control node: it gets what contrail-control would send it. */
  readonly controlNode: boolean
  /** Ours towards the receiver, where roles hold (RFC 9234): IPv4 and IPv6 unicast between AS. */
  readonly role?: Role
  readonly asOverride: boolean
  readonly privateAsAction: PrivateAsAction | undefined
  /** The receiver understands LLGR_STALE (RFC 9494). */
  readonly longLived: boolean
  /** Replace the encapsulations of what is sent; empty: leave them (routing.md 4.8). Type numbers (RFC 5512). */
  readonly tunnelEncapsulations: readonly number[]
  /** Next hop of everything sent, 4 or 16 bytes, or 32 (global, link-local); undefined: as it is. */
  readonly nextHop: Uint8Array | undefined
  /** But for reflected routes (RFC 4456 §10: a reflector leaves next hops alone). */
  readonly keepsReflectedNextHop?: boolean
  /** The receiver is a client of BGP as a service: it is told of its network, with `nextHop` or not at all. */
  readonly tenant?: boolean
  /** Nothing is told: the export policy, or the want of one (RFC 8212 §2). */
  readonly exportsNothing?: boolean
  /** An AS that goes in front of the AS path before `localAs` does. */
  readonly behindAs?: number
  /** `CommunityKind` bits of what is not sent. */
  readonly withheldCommunities?: number
  /** Our routes are about to go: GRACEFUL_SHUTDOWN between AS, the least preference within (RFC 8326 §4). */
  readonly gracefulShutdown?: boolean
  /** AIGP is sent (RFC 7311 §3.3: to nobody with whom it was not agreed on). */
  readonly aigp?: boolean
}

/** Rules by which a path is not told, in words for operators. */
export type Refusal =
  | 'nothing is exported to the neighbour: its export option, or no policy between AS (RFC 8212)'
  | 'no gateway address of the family for the client of BGP as a service'
  | 'community no-advertise'
  | 'community no-export'
  | 'community no-export-subconfed'
  | 'learnt over iBGP and this node is no route reflector'
  | 'learnt over iBGP from no client, and the neighbour is none'
  | 'own cluster id in the cluster list'
  | 'the AS of the neighbour is in the AS path'
  | 'only to customers (OTC), and the neighbour is none'
  | 'long-lived stale, and the neighbour does not know LLGR'

/** Whether the path may be told to receivers with these settings at all (routing.md 4.2 to 4.4). */
export function refusal(path: Path, settings: BgpExportSettings): Refusal | undefined {
  const { attributes } = path
  const { traits } = attributes
  if (settings.exportsNothing === true) {
    return 'nothing is exported to the neighbour: its export option, or no policy between AS (RFC 8212)'
  }
  if (settings.tenant === true && settings.nextHop === undefined) {
    return 'no gateway address of the family for the client of BGP as a service'
  }
  if ((traits & Trait.noAdvertise) !== 0) return 'community no-advertise'
  if (settings.internal) {
    if (settings.clusterId === 0) {
      return isFromInternal(path) ? 'learnt over iBGP and this node is no route reflector' : undefined
    }
    // RFC 4456 §6: between non-clients nothing is reflected.
    if (settings.nonClient && isFromInternal(path) && !path.source.reflectorClient) {
      return 'learnt over iBGP from no client, and the neighbour is none'
    }
    return (traits & Trait.clusterList) !== 0 && hasCluster(attributes, settings.clusterId)
      ? 'own cluster id in the cluster list'
      : undefined
  }
  const { member = false } = settings
  if (member) {
    if ((traits & Trait.noExportSubconfed) !== 0) return 'community no-export-subconfed'
  } else if ((traits & Trait.noExport) !== 0) return 'community no-export'
  if (
    settings.role !== undefined &&
    !leadsDown(settings.role) &&
    attributeOf(attributes, AttributeCode.onlyToCustomer) >= 0
  ) {
    return 'only to customers (OTC), and the neighbour is none'
  }
  // RFC 9494 §4.3; within the AS and its confederation, and between control nodes, it goes out as a last resort.
  if (!settings.longLived && !settings.controlNode && !member && isLongLivedStale(path, settings)) {
    return 'long-lived stale, and the neighbour does not know LLGR'
  }
  return !settings.asOverride &&
    (traits & (member ? anySegment : Trait.hops)) !== 0 &&
    hasAs(attributes, settings.peerAs, member)
    ? 'the AS of the neighbour is in the AS path'
    : undefined
}

const anySegment = Trait.hops | Trait.confederation

/** Learnt over iBGP. */
export function isFromInternal(path: Path): boolean {
  return path.source.protocol === Protocol.bgp && path.source.internal
}

/** RFC 9234 §5, egress rule 2: the neighbour is a customer or a client of a route server. */
export const leadsDown = (role: Role): boolean => role === Role.provider || role === Role.routeServer

/**
 * Its source, or a router before it, keeps it beyond its session (RFC 9494); route targets have no such state
 * (routing.md 4.7).
 */
export function isLongLivedStale({ attributes, flags }: Path, { family }: BgpExportSettings): boolean {
  if (family === 'route-target') return false
  return (attributes.traits & Trait.llgrStale) !== 0 || (flags & PathFlag.llgrStale) !== 0
}

function hasCluster(attributes: AttributeSet, clusterId: number): boolean {
  const { memory } = attributes
  const at = attributeOf(attributes, AttributeCode.clusterList)
  if (at >= 0) {
    for (let i = valueStart(memory, at); i < valueEnd(memory, at); i += 4)
      if (u32At(memory, i) === clusterId) return true
  }
  return false
}

/** Outside the confederation its segments are not seen (RFC 5065 §4.1 c). */
function hasAs(attributes: AttributeSet, as: number, withConfederation: boolean): boolean {
  const { memory } = attributes
  const at = attributeOf(attributes, AttributeCode.asPath)
  return at >= 0 && containsAs(memory, valueStart(memory, at), valueEnd(memory, at), as, withConfederation)
}
