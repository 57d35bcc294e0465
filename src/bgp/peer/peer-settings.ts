import type { Confederation } from '../../config/confederation.js'
import type { NeighbourConfig } from '../../config/neighbour-config.js'
import type { NeighbourOptions } from '../../config/neighbour-options.js'
import type { GlobalSettings, PeerSettings } from '../../config/settings.js'
import { parseIp } from '../../net/ip.js'
import { bytesOf, isLinkLocalAddress } from '../../net/scoped-ip.js'
import type { LaterOptions } from '../../runtime/transport.js'
import { offer } from '../session/offer.js'
import { defaultSettings, type SessionSettings } from '../session/settings.js'
import { familyNamed } from '../wire/families.js'
import type { Family, FamilyName } from '../wire/family.js'
import { isWithinConfederation } from '../wire/negotiate.js'
import { membershipOf, ownNumbers } from './confederation.js'
import {
  decodeOptions,
  minimumTtl,
  prefixLimits,
  prefixLimitsOut,
  sessionOptions,
  withheldCommunities,
  withOptionalCapabilities,
  withOptions
} from './peer-options.js'
import type { PeerPolicy, TenantPolicy } from './peer-policy.js'
import { isTenant } from './tenants.js'

/** Encapsulation types of the tunnel encapsulation community (IANA; routing.md 5.3). */
const encapsulationTypes = { gre: 2, vxlan: 8, mpls: 10, udp: 13 } as const

/** How long a node counts as starting: a fifth of the End-of-RIB timeout (spec bgp 3.1). */
export const startingMilliseconds = ({ gracefulRestart }: GlobalSettings): number =>
  gracefulRestart.endOfRibTimeoutSeconds * 200

/** What bears on all neighbours of the node, and is not in the graph. */
export interface NodePolicy {
  /** RFC 8212: without a word on `import` and `export`, nothing passes between AS. */
  readonly requiresPolicy: boolean
  /** What clients of BGP as a service say about the overlay counts. */
  readonly trustsTenants: boolean
  /** Some neighbour is a client by its options: without a cluster id, the identifier is it (RFC 4456 §7). */
  readonly reflects: boolean
  /** The node is about to go: everybody is told so (RFC 8326). */
  readonly gracefulShutdown: boolean
  /** Cluster ids that the node has towards some of them. */
  readonly clusterIds: readonly number[]
  /** Absent: the node is in none. */
  readonly confederation?: Confederation
}

export function nodePolicy({
  neighbours,
  dynamicNeighbours,
  ebgpRequiresPolicy,
  trustsTenants,
  gracefulShutdown,
  confederation
}: NeighbourConfig): NodePolicy {
  const all = [...neighbours.values(), ...dynamicNeighbours.map(({ options }) => options)]
  return {
    requiresPolicy: ebgpRequiresPolicy,
    trustsTenants,
    gracefulShutdown,
    ...(confederation !== undefined && { confederation }),
    reflects: all.some(options => options.routeReflectorClient === true),
    clusterIds: [...new Set(all.flatMap(({ clusterId }) => clusterId ?? []))].sort()
  }
}

/**
 * What the session is told about a neighbour (spec bgp 3.3, 16.2): as the graph says (`ordinary`, made by
 * `withConfederation`), and its options. `startedAt` is on the scheduler's clock.
 */
export function sessionSettings(
  ordinary: PeerSettings,
  options: NeighbourOptions,
  globals: GlobalSettings,
  startedAt: number,
  { confederation }: NodePolicy
): SessionSettings {
  const peer = withOptions(ordinary, options)
  const families = familiesOf(peer)
  const controlNode = isControlNode(peer)
  const { gracefulRestart, self } = globals
  const members = membershipOf(confederation, self)?.members
  const capabilities = offer({
    localAs: peer.localAs,
    families: families.map(family => ({ family })),
    // contrail-control speaks 4-byte AS numbers only where it is told to (spec bgp 3.1).
    fourByteAs: !controlNode || globals.enable4ByteAs || peer.localAs > 65535,
    routeRefresh: !controlNode,
    gracefulRestart: {
      keepsRoutes: gracefulRestart.enabled,
      restartTimeSeconds: gracefulRestart.restartTimeSeconds
    },
    longLivedStaleSeconds: gracefulRestart.enabled ? gracefulRestart.longLivedRestartTimeSeconds : 0
  })
  return {
    ...defaultSettings,
    localAs: peer.localAs,
    peerAs: peer.peerAs,
    ...(members !== undefined && { members }),
    routerId: peer.localIdentifier,
    families,
    holdTimeSeconds: peer.holdTimeSeconds,
    openForm: controlNode ? 'control-node' : 'standard',
    capabilities: withOptionalCapabilities(
      capabilities,
      isWithinConfederation(peer.localAs, peer.peerAs, members) ? withoutRole(options) : options
    ),
    restartingUntil: gracefulRestart.enabled || controlNode ? startedAt + startingMilliseconds(globals) : 0,
    remote: peer.address === undefined ? undefined : { address: peer.address, port: peer.port },
    localAddress: dialledFrom(self?.address, peer.address),
    socket: socketOptions(options, globals),
    md5Keys: peer.keys.map(({ key }) => key),
    passive: peer.passive || peer.address === undefined,
    // Without a family there is nothing to come up for (spec bgp 2.2).
    adminDown: peer.adminDown || self?.adminDown === true || families.length === 0,
    openDelaySeconds: controlNode ? controlNodeOpenDelaySeconds : 0,
    ...(isTenant(peer) && tenantSession(peer)),
    ...sessionOptions(options, ordinary.localAs)
  }
}

/** Members of a confederation have no roles towards each other: they are those of AS (RFC 9234 §3). */
function withoutRole({ role: _, ...rest }: NeighbourOptions): NeighbourOptions {
  return rest
}

/** A client of BGP as a service, which its compute node leads here, from a port that says who it is (spec bgp 17.1). */
function tenantSession({ address, sourcePort, internal }: PeerSettings): Partial<SessionSettings> {
  return {
    remote: address === undefined ? undefined : { address, port: sourcePort },
    passive: true,
    // Its machine was started anew, or moved: what was there is not heard of any more.
    replaceEstablished: true,
    turnsAway: internal ? 'a client of BGP as a service in the AS of this node is not served' : undefined
  }
}

/**
 * The node's own address where it can be dialled from; undefined: the system chooses. A link-local neighbour sees nothing
 * but what its link has.
 */
function dialledFrom(own: string | undefined, remote: string | undefined): string | undefined {
  if (own === undefined || remote === undefined || own.includes(':') !== remote.includes(':'))
    return undefined
  return isLinkLocalAddress(remote) ? undefined : own
}

function socketOptions(
  { ttlSecurity, multihop, dscp }: NeighbourOptions,
  globals: GlobalSettings
): LaterOptions {
  const codePoint = dscp ?? (globals.dscp.control || undefined)
  return {
    ...(ttlSecurity !== undefined && { minimumTtl: minimumTtl(ttlSecurity) }),
    ...(multihop !== undefined && { ttl: multihop }),
    ...(codePoint !== undefined && { dscp: codePoint })
  }
}

/** contrail-control lets a caller speak first; among others that wait too it only costs time (spec bgp 5.5). */
const controlNodeOpenDelaySeconds = 15

/** What is applied to the running session. */
export function peerPolicy(
  ordinary: PeerSettings,
  options: NeighbourOptions,
  globals: GlobalSettings,
  { requiresPolicy, trustsTenants, reflects, clusterIds, gracefulShutdown, confederation }: NodePolicy
): PeerPolicy {
  const peer = withOptions(ordinary, options)
  const tunnelEncapsulations = new Map<string, readonly number[]>()
  const loopCounts = new Map<string, number>()
  for (const family of peer.families) {
    const name = familyNamed(family.family)?.name ?? family.family
    if (family.defaultTunnelEncapsulations.length > 0) {
      tunnelEncapsulations.set(
        name,
        family.defaultTunnelEncapsulations.map(text => encapsulationTypes[text])
      )
    }
    if (family.loopCount > 0) loopCounts.set(name, family.loopCount)
  }
  const controlNode = isControlNode(peer)
  const { localAs } = peer
  const nodeClusterId = peer.clusterId || (reflects ? peer.localIdentifier : 0)
  const clusterId = options.clusterId ?? nodeClusterId
  const otherClusterIds = [nodeClusterId, ...clusterIds].filter(id => id !== 0 && id !== clusterId)
  const nodeAs = globals.self?.as ?? localAs
  const membership = membershipOf(confederation, globals.self)
  const changesAs = options.localAs !== undefined && options.localAs !== ordinary.localAs
  const ownAddresses = [options.localAddress, globals.self?.address].filter(text => text !== undefined)
  return {
    receive: {
      internal: peer.internal,
      member: isWithinConfederation(localAs, peer.peerAs, membership?.members),
      ...(membership !== undefined && { confederationAs: ownNumbers(membership, globals.self!) }),
      peerAs: peer.peerAs,
      localAs,
      nodeAs,
      routerId: peer.localIdentifier,
      clusterId,
      controlNode,
      originOverride: peer.originOverride,
      loopCount: peer.loopCount,
      ...(loopCounts.size > 0 && { familyLoopCounts: loopCounts }),
      enforcesFirstAs: options.enforceFirstAs ?? true,
      ...(options.allowEmptyAsPath === true && { allowsEmptyAsPath: true }),
      ...(options.gracefulShutdown === true && { leaving: true }),
      ...(options.acceptGracefulShutdown === false && { ignoresGracefulShutdown: true }),
      ...(clusterIds.length > 0 && { otherClusterIds }),
      prepends: changesAs && options.localAsNoPrepend !== true,
      tenant: isTenant(peer),
      ...(isTenant(peer) && trustsTenants && { trusted: true }),
      rejects: false
    },
    imports: options.import,
    exports: options.export,
    // It is there because a service was ordered, and no option of the node's file can name it.
    requiresPolicy: requiresPolicy && !isTenant(peer),
    behindAs: changesAs && options.localAsReplaceAs !== true ? ordinary.localAs : 0,
    nextHop: options.nextHop ?? 'unchanged',
    tenant: isTenant(peer) ? tenantPolicy(peer) : undefined,
    ownAddresses: ownAddresses.map(text => bytesOf(text)!),
    gracefulShutdown: gracefulShutdown || options.gracefulShutdown === true,
    advertisementIntervalMs: (options.advertisementInterval ?? 0) * 1000,
    paths: options.addPathSelect === 'all' ? undefined : options.addPathSelect,
    withheldCommunities: withheldCommunities(options),
    helpsRestart: globals.gracefulRestart.bgpHelperEnabled,
    endOfRibSeconds: globals.gracefulRestart.endOfRibTimeoutSeconds,
    decode: {
      controlNode,
      loopbackNextHop: isLoopback(peer.address),
      enforceFirstAs: options.enforceFirstAs ?? true,
      ...(membership !== undefined && { confederation: true }),
      ...decodeOptions(options),
      // A reflector must not lose routes that it does not understand (spec bgp 7.2); contrail-control passes over them.
      keepUnknownNlri: !controlNode
    },
    reflectorClient: options.routeReflectorClient,
    nodeClusterId,
    clusterId: options.clusterId === nodeClusterId ? 0 : (options.clusterId ?? 0),
    asOverride: peer.asOverride,
    privateAsAction: peer.privateAsAction,
    prefixLimits: prefixLimits(peer, options),
    prefixLimitsOut: prefixLimitsOut(peer, options),
    tunnelEncapsulations
  }
}

function tenantPolicy({ address = '', gatewayInet, gatewayInet6 }: PeerSettings): TenantPolicy {
  const gateways = new Map<FamilyName, Uint8Array>()
  for (const [family, text] of [
    ['inet', gatewayInet],
    ['inet6', gatewayInet6]
  ] as const) {
    const gateway = parseIp(text ?? '')
    if (gateway !== undefined) gateways.set(family, gateway)
  }
  return { address, gateways }
}

export function isControlNode(peer: PeerSettings): boolean {
  return peer.routerType === 'control-node' || peer.routerType === 'external-control-node'
}

function familiesOf(peer: PeerSettings): Family[] {
  const families: Family[] = []
  for (const { family: name } of peer.families) {
    const family = familyNamed(name)
    if (family !== undefined) families.push(family)
  }
  return families
}

/** The session itself runs over the loopback interface, so next hops on it can be reached. */
function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address.startsWith('127.') || address === '::1')
}
