import { isDeepStrictEqual } from 'node:util'
import { isLinkLocalBytes } from '../../net/scoped-ip.js'
import type { BgpExportGroup } from '../export/bgp-export-group.js'
import type { PathSelection } from '../export/path-selection.js'
import type { PrivateAsAction } from '../wire/as-path.js'
import type { DecodeSettings } from '../wire/decode-context.js'
import type { Family, FamilyName } from '../wire/family.js'
import type { Negotiated } from '../wire/negotiate.js'
import { canSayNextHop } from '../wire/next-hop.js'
import { keptSettings } from './kept-routes.js'
import { isPlainUnicast } from './peer-family.js'
import type { PrefixLimit } from './prefix-guard.js'
import type { ReceiveSettings } from './receive-policy.js'

/** What makes a neighbour a client of BGP as a service (spec bgp 17.1). */
export interface TenantPolicy {
  /** Of its interface, as configured: it calls from that of its compute node. Empty: not given. */
  readonly address: string
  /** Next hop of what it is told, 4 or 16 bytes; a family without one is not told anything. */
  readonly gateways: ReadonlyMap<FamilyName, Uint8Array>
}

/** What of a peer's configuration is applied to a running session without a reset (spec bgp 16.2). */
export interface PeerPolicy {
  readonly receive: ReceiveSettings
  readonly decode: Partial<DecodeSettings>
  /** Routes of the peer are kept while it restarts (RFC 4724, RFC 9494), as far as it announced that it can. */
  readonly helpsRestart: boolean
  /** How long its End-of-RIBs are waited for (spec bgp 12.7). */
  readonly endOfRibSeconds: number
  /**
   * The neighbour's part in reflection (RFC 4456 §4). Undefined: it gets everything like a client, and what it tells
   * does not go to non-clients (spec bgp 10.3).
   */
  readonly reflectorClient: boolean | undefined
  /** The cluster that it is in, where that is not the node's own; 0: it is. */
  readonly clusterId: number
  /** The node's own; 0: it is no reflector. */
  readonly nodeClusterId: number
  /** What the operator says of what is taken and told; undefined: nothing. */
  readonly imports: 'all' | 'none' | undefined
  readonly exports: 'all' | 'none' | undefined
  /** RFC 8212: where the operator says nothing, nothing passes between AS. */
  readonly requiresPolicy: boolean
  /** The AS that stands behind `localAs` in what is told, 0: none. */
  readonly behindAs: number
  /** Of IPv4 and IPv6 unicast: ours instead, of all or of all but reflected routes. */
  readonly nextHop: 'unchanged' | 'self' | 'self-always'
  /** Undefined: an ordinary neighbour. */
  readonly tenant: TenantPolicy | undefined
  /** Beside that of the session, for a next hop of our own: 4 or 16 bytes each. */
  readonly ownAddresses: readonly Uint8Array[]
  /** It is told that our routes are about to go (RFC 8326). */
  readonly gracefulShutdown: boolean
  /** Least time between two updates of one route; 0: none (RFC 4271 §9.2.1.1). */
  readonly advertisementIntervalMs: number
  /** Which paths it is told where it takes several; undefined: all. */
  readonly paths: PathSelection | undefined
  /** `CommunityKind` bits. */
  readonly withheldCommunities: number
  readonly asOverride: boolean
  readonly privateAsAction: PrivateAsAction | undefined
  /** By family name. */
  readonly prefixLimits: ReadonlyMap<string, PrefixLimit>
  /** By family name: more prefixes than that are not told, the session ends. */
  readonly prefixLimitsOut: ReadonlyMap<string, number>
  /** Encapsulation types by family name (routing.md 4.8). */
  readonly tunnelEncapsulations: ReadonlyMap<string, readonly number[]>
}

/**
 * What of the policy holds for received routes. The AS numbers and the role are those that were agreed on: the
 * configuration may leave them open.
 */
export function receiveSettings(policy: PeerPolicy, negotiated: Negotiated | undefined): ReceiveSettings {
  const { receive, imports } = policy
  const internal = negotiated === undefined ? receive.internal : !negotiated.external
  const rejects = !allows(imports, policy, internal)
  if (negotiated === undefined) return { ...receive, rejects }
  const { peerAs, localAs, localRole: role, member = false } = negotiated
  const prepends = receive.prepends && localAs === receive.localAs
  return {
    ...receive,
    internal,
    member,
    peerAs,
    localAs,
    prepends,
    rejects,
    ...(role !== undefined && { role })
  }
}

function allows(said: 'all' | 'none' | undefined, policy: PeerPolicy, internal: boolean): boolean {
  return said === undefined ? internal || !policy.requiresPolicy : said === 'all'
}

/** What routes are received under. */
export interface Reception {
  readonly receive: ReceiveSettings
  readonly decode: Partial<DecodeSettings>
}

/**
 * Whether what was received under the one has to be said again to become what it is under the other (RFC 2918 §1).
 * 'useful': it does not have to, the neighbour is only asked.
 */
export function routesAgain(before: Reception, after: Reception): 'no' | 'useful' | 'needed' {
  const asRead = ({ decode }: Reception) => ({ ...decode, disableFamilyOnError: false })
  if (!isDeepStrictEqual(asRead(before), asRead(after))) return 'needed'
  const [was, is] = [before.receive, after.receive]
  const asSaid = (settings: ReceiveSettings) =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => !keptNames.has(name)))
  if (isDeepStrictEqual(asSaid(was), asSaid(is))) return 'no'
  return asked.some(name => !isDeepStrictEqual(was[name], is[name])) ? 'needed' : 'useful'
}

const keptNames: ReadonlySet<string> = new Set(keptSettings)

const asked = [
  'originOverride',
  'loopCount',
  'confederationAs',
  'familyLoopCounts',
  'enforcesFirstAs',
  'prepends',
  'trusted'
] as const satisfies readonly (keyof ReceiveSettings)[]

/** Of a peer that nothing is said about. */
export const plainPolicy = {
  imports: undefined,
  exports: undefined,
  requiresPolicy: false,
  behindAs: 0,
  nextHop: 'unchanged',
  tenant: undefined,
  ownAddresses: [],
  withheldCommunities: 0,
  reflectorClient: undefined,
  advertisementIntervalMs: 0,
  paths: undefined,
  gracefulShutdown: false,
  clusterId: 0,
  nodeClusterId: 0,
  asOverride: false,
  privateAsAction: undefined,
  prefixLimits: new Map(),
  prefixLimitsOut: new Map(),
  tunnelEncapsulations: new Map()
} as const satisfies Partial<PeerPolicy>

/** Which rib-out of a family's table the session belongs to. */
export function exportGroup(
  family: Family,
  policy: PeerPolicy,
  negotiated: Negotiated,
  /** Ours of the session, 4 or 16 bytes. */
  localAddress?: Uint8Array
): BgpExportGroup {
  const { receive, withheldCommunities } = policy
  const internal = !negotiated.external
  const isMember = negotiated.member === true
  const behindAs = !internal && negotiated.localAs === receive.localAs ? policy.behindAs : 0
  const agreed = negotiated.families.find(other => other.family === family)
  const longLived = negotiated.peerLongLived?.some(
    other => other.afi === family.afi && other.safi === family.safi
  )
  return {
    policy: {
      family: family.name,
      internal,
      ...(isMember && { member: true }),
      // Within an AS nothing depends on the number, and equal keys share a rib-out.
      peerAs: negotiated.external || policy.privateAsAction !== undefined ? negotiated.peerAs : 0,
      localAs: negotiated.localAs,
      routerId: receive.routerId,
      clusterId: receive.clusterId,
      ...(policy.clusterId !== 0 && { nodeClusterId: policy.nodeClusterId }),
      nonClient: policy.reflectorClient === false,
      controlNode: receive.controlNode,
      ...(negotiated.localRole !== undefined && isPlainUnicast(family) && { role: negotiated.localRole }),
      // Members find their loops by the AS that it would take away.
      asOverride: policy.asOverride && !isMember,
      privateAsAction: policy.privateAsAction,
      ...(!allows(policy.exports, policy, internal) && { exportsNothing: true }),
      ...(behindAs !== 0 && { behindAs }),
      ...(withheldCommunities !== 0 && { withheldCommunities }),
      ...(policy.decode.aigp === true && { aigp: true }),
      ...(policy.gracefulShutdown && { gracefulShutdown: true }),
      longLived: longLived === true,
      tunnelEncapsulations: policy.tunnelEncapsulations.get(family.name) ?? [],
      nextHop:
        policy.tenant === undefined
          ? ownNextHop(family, policy, localAddress, agreed?.extendedNextHop === true)
          : gatewayOf(family, policy.tenant, agreed?.extendedNextHop === true),
      ...(policy.tenant !== undefined && { tenant: true }),
      ...(policy.nextHop === 'self' && { keepsReflectedNextHop: true })
    },
    encoding: {
      fourByteAs: negotiated.fourByteAs,
      addPath: agreed?.addPathSend === true,
      extendedNextHop: agreed?.extendedNextHop === true,
      maximumLength: negotiated.maximumLength,
      form: receive.controlNode ? 'control-node' : 'standard'
    },
    ...(policy.advertisementIntervalMs > 0 && { intervalMs: policy.advertisementIntervalMs }),
    ...(agreed?.addPathSend === true && policy.paths !== undefined && { paths: policy.paths })
  }
}

/** Undefined: there is none, or not one that the family's next hop can say. */
function gatewayOf(family: Family, { gateways }: TenantPolicy, extended: boolean): Uint8Array | undefined {
  const gateway = gateways.get(family.name)
  return gateway !== undefined && canSayNextHop(family, gateway.length, extended) ? gateway : undefined
}

/** Undefined: next hops stay as they are. A label is the next hop's own (RFC 8277), so labelled families keep theirs. */
function ownNextHop(
  family: Family,
  { nextHop, ownAddresses }: PeerPolicy,
  localAddress: Uint8Array | undefined,
  extended: boolean
): Uint8Array | undefined {
  if (nextHop === 'unchanged' || !isPlainUnicast(family)) return undefined
  const candidates = localAddress === undefined ? ownAddresses : [localAddress, ...ownAddresses]
  const bytes = family.name === 'inet' ? 4 : 16
  const own = candidates.find(
    ({ length }, i) =>
      length === bytes || (extended && i === 0 && localAddress !== undefined && length === 16)
  )
  if (own === undefined || !isLinkLocalBytes(own)) return own
  // RFC 2545 §3: the link-local address stands behind a global one; without any it stands alone.
  const global = ownAddresses.find(address => address.length === 16 && !isLinkLocalBytes(address))
  return global === undefined ? own : Uint8Array.from([...global, ...own])
}
