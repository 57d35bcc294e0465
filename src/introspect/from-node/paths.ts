import { comparePaths, stepNames } from '../../bgp/rib/best-path.js'
import { type Path, PathFlag } from '../../bgp/rib/path.js'
import type { Route } from '../../bgp/rib/route.js'
import { Protocol, SourceKind } from '../../bgp/rib/source.js'
import { printAsPath } from '../../bgp/wire/as-path-text.js'
import { originVnOf, securityGroupsOf } from '../../bgp/wire/as-scoped-communities.js'
import { findAttribute, findInternal, u32At, valueEnd, valueStart } from '../../bgp/wire/attributes.js'
import { AttributeCode, InternalCode } from '../../bgp/wire/canonical.js'
import { printCommunities } from '../../bgp/wire/communities.js'
import {
  ExtendedKind,
  encapsulationsOf,
  findExtended,
  isVxlan,
  LoadBalanceField,
  loadBalanceOf,
  macMobilityOf
} from '../../bgp/wire/ext-communities.js'
import {
  printExtendedCommunities,
  printExtendedCommunity,
  printTunnelType
} from '../../bgp/wire/ext-community-text.js'
import { classicOfTag, isTag, printLargeCommunities, tagAt } from '../../bgp/wire/large-communities.js'
import { assistedRole, PmsiFlag, readPmsiTunnel, TunnelType } from '../../bgp/wire/pmsi-tunnel.js'
import { printInet4 } from '../../net/inet.js'
import { printIp } from '../../net/ip.js'
import type * as view from '../view/rib.js'

/** What printing a path needs from the rest of the node. */
export interface PathContext {
  readonly localAs: number
  /** Text that paths of this source carry. */
  sourceText(path: Path): string
  peerAs(path: Path): number
  localAsOf(path: Path): number
  /** Name of the virtual network with this index. */
  virtualNetworkName(index: number): string | undefined
  /** Name of the virtual network of the table's instance, for paths that originate there. */
  ownNetwork(route: Route): string
  /** Tables that hold copies of the path. */
  secondaryTables(route: Route, path: Path): readonly string[]
  readonly bestPath: { alwaysCompareMed: boolean; ignoreAsPath: boolean }
}

/** A path as operators see it (introspect §3.3); `before` is the one that is ranked above it. */
export function pathView(
  route: Route,
  path: Path,
  before: Path | undefined,
  context: PathContext
): view.Path {
  const { bytes, facts } = path.attributes
  const range = (code: number): { start: number; end: number } | undefined => {
    const at = findAttribute(bytes, 0, bytes.length, code)
    return at < 0 ? undefined : { start: valueStart(bytes, at), end: valueEnd(bytes, at) }
  }
  const extended = range(AttributeCode.extendedCommunities) ?? nowhere
  const nextHop = range(AttributeCode.nextHop)
  const asPath = range(AttributeCode.asPath)
  const clusters = range(AttributeCode.clusterList)
  const vxlan = isVxlan(bytes, extended.start, extended.end)
  const isBgp = path.source.protocol === Protocol.bgp
  const mobility = macMobilityOf(bytes, extended.start, extended.end)
  return {
    protocol: protocolOf(path),
    subProtocol: subProtocolOf(bytes),
    source: context.sourceText(path),
    lastModified: path.changedAt * 1000,
    localPreference: facts.localPref,
    med: facts.med,
    aigp: facts.aigp?.toString(),
    localAs: isBgp ? context.localAsOf(path) : 0,
    peerAs: isBgp ? context.peerAs(path) : 0,
    peerRouterId: isBgp ? printInet4(path.source.routerId) : '',
    asPath: asPath === undefined ? '' : printAsPath(bytes, asPath.start, asPath.end),
    as4Path: '',
    nextHop:
      nextHop === undefined ? '' : printIp(bytes, nextHop.start, Math.min(16, nextHop.end - nextHop.start)),
    label: vxlan ? path.label : path.label >>> 4,
    origin: (['igp', 'egp', 'incomplete'] as const)[facts.origin] ?? 'unknown',
    replicated: path.origin !== undefined,
    primaryTable: path.origin?.table.name ?? '',
    secondaryTables: path.origin === undefined ? context.secondaryTables(route, path) : [],
    communities: communitiesOf(bytes, range),
    originVn: originVn(route, path, extended, context),
    originVnPath: originVnPath(bytes, range(AttributeCode.originVnPath)),
    flags: flagNames(path.flags),
    tunnelEncapsulations: encapsulationsOf(bytes, extended.start, extended.end).map(printTunnelType),
    securityGroups: securityGroupsOf(bytes, extended.start, extended.end).map(group => group.number),
    tags: tagsOf(bytes, range(AttributeCode.largeCommunities)),
    sequence: mobility?.sequence,
    pmsiTunnel: pmsiTunnel(bytes, range(AttributeCode.pmsiTunnel), vxlan),
    loadBalance: loadBalance(bytes, extended),
    clusterList: clusters === undefined ? [] : addresses(bytes, clusters),
    originatorId: facts.originatorId === 0 ? '' : printInet4(facts.originatorId),
    edgeDiscovery: [],
    edgeForwarding: [],
    rankedBy: before === undefined ? '' : rankedBy(before, path, context)
  }
}

interface Range {
  readonly start: number
  readonly end: number
}

const nowhere: Range = { start: 0, end: 0 }

function protocolOf(path: Path): view.PathProtocol {
  if (path.source.protocol === Protocol.bgp) return 'BGP'
  if (path.source.protocol === Protocol.xmpp) return 'XMPP'
  switch (path.source.kind) {
    case SourceKind.serviceChain:
      return 'ServiceChain'
    case SourceKind.staticRoute:
      return 'StaticRoute'
    case SourceKind.aggregate:
      return 'Aggregate'
    case SourceKind.local:
      return 'Local'
    default:
      return 'None'
  }
}

function subProtocolOf(bytes: Uint8Array): string {
  const at = findInternal(bytes, 0, bytes.length, InternalCode.subProtocol)
  return at < 0 ? '' : Buffer.from(bytes.subarray(valueStart(bytes, at), valueEnd(bytes, at))).toString()
}

function communitiesOf(bytes: Uint8Array, range: (code: number) => Range | undefined): string[] {
  const standard = range(AttributeCode.communities)
  const extended = range(AttributeCode.extendedCommunities)
  const large = range(AttributeCode.largeCommunities)
  return [
    ...(standard === undefined ? [] : printCommunities(bytes, standard.start, standard.end)),
    ...(extended === undefined ? [] : printExtendedCommunities(bytes, extended.start, extended.end)),
    ...(large === undefined ? [] : printLargeCommunities(bytes, large.start, large.end))
  ]
}

/** The network that the community names; of a path born in the instance itself, the instance's own. */
function originVn(route: Route, path: Path, { start, end }: Range, context: PathContext): string {
  const origin = originVnOf(path.attributes.bytes, start, end)
  if (origin !== undefined) return context.virtualNetworkName(origin.number) ?? 'unresolved'
  const bornHere =
    path.origin === undefined &&
    path.source.kind !== SourceKind.serviceChain &&
    path.source.kind !== SourceKind.staticRoute
  return bornHere ? context.ownNetwork(route) : 'unresolved'
}

function originVnPath(bytes: Uint8Array, range: Range | undefined): string[] {
  const texts: string[] = []
  if (range !== undefined)
    for (let at = range.start; at < range.end; at += 8) texts.push(printExtendedCommunity(bytes, at))
  return texts
}

function tagsOf(bytes: Uint8Array, range: Range | undefined): number[] {
  const tags: number[] = []
  if (range === undefined) return tags
  for (let at = range.start; at < range.end; at += 12) {
    if (isTag(bytes, at)) tags.push(classicOfTag(tagAt(bytes, at)) ?? Number(tagAt(bytes, at)))
  }
  return tags
}

const flagWords: readonly [bit: number, word: string][] = [
  [PathFlag.asPathLooped, 'AsPathLooped'],
  [PathFlag.noNeighborAs, 'NoNeighborAs'],
  [PathFlag.stale, 'Stale'],
  [PathFlag.noTunnelEncap, 'NoTunnelEncap'],
  [PathFlag.originatorIdLooped, 'OriginatorIdLooped'],
  [PathFlag.resolveNextHop, 'ResolveNexthop'],
  [PathFlag.resolvedPath, 'ResolvedPath'],
  [PathFlag.routingPolicyReject, 'RoutingPolicyReject'],
  [PathFlag.llgrStale, 'LlgrStale'],
  [PathFlag.clusterListLooped, 'ClusterListLooped'],
  [PathFlag.aliasedPath, 'AliasedPath'],
  [PathFlag.checkGlobalErmVpnRoute, 'CheckGlobalErmVpnRoute'],
  [PathFlag.routeLeak, 'RouteLeak'],
  [PathFlag.ownNextHop, 'OwnNextHop']
]

function flagNames(flags: number): string[] {
  return flagWords.filter(([bit]) => (flags & bit) !== 0).map(([, word]) => word)
}

const tunnelTypes: Readonly<Record<number, string>> = {
  [TunnelType.rsvpTe]: 'RsvpP2mpLsp',
  [TunnelType.mldpP2mp]: 'LdpP2mpLsp',
  [TunnelType.pimSsm]: 'PimSsmTree',
  [TunnelType.pimSm]: 'PimSmTree',
  [TunnelType.bidirPim]: 'BidirPimTree',
  [TunnelType.ingressReplication]: 'IngressReplication',
  [TunnelType.mldpMp2mp]: 'MldpMp2mpLsp',
  [TunnelType.assistedReplication]: 'AssistedReplication'
}
const assistedRoles = ['RegularNVE', 'ARReplicator', 'ARLeaf'] as const

function pmsiTunnel(
  bytes: Uint8Array,
  range: Range | undefined,
  vxlan: boolean
): view.PmsiTunnel | undefined {
  if (range === undefined) return undefined
  const tunnel = readPmsiTunnel(bytes, range.start, range.end)
  const { type, label, flags, identifier } = tunnel
  const words = [
    ...((flags & PmsiFlag.leafInformationRequired) !== 0 ? ['LeafInfoRequired'] : []),
    ...((flags & PmsiFlag.edgeReplication) !== 0 ? ['EdgeReplicationSupported'] : [])
  ]
  return {
    type: tunnelTypes[type] ?? `Unknown(${type})`,
    arType: assistedRoles[assistedRole(tunnel)] ?? 'Unknown',
    identifier: identifier.length === 4 || identifier.length === 16 ? printIp(identifier) : '',
    label: vxlan ? label : label >>> 4,
    flags: words
  }
}

const fieldWords: readonly [bit: number, word: string][] = [
  [LoadBalanceField.l3Source, 'l3-source-address'],
  [LoadBalanceField.l3Destination, 'l3-destination-address'],
  [LoadBalanceField.l4Protocol, 'l4-protocol'],
  [LoadBalanceField.l4SourcePort, 'l4-source-port'],
  [LoadBalanceField.l4DestinationPort, 'l4-destination-port']
]

/** Only what the path itself says: without the community there is nothing to show. */
function loadBalance(bytes: Uint8Array, { start, end }: Range): view.LoadBalance | undefined {
  if (findExtended(bytes, start, end, ExtendedKind.loadBalance) < 0) return undefined
  const { fields, sourceBias } = loadBalanceOf(bytes, start, end)
  return {
    decision: sourceBias ? 'source-bias' : 'field-hash',
    fields: fieldWords.filter(([bit]) => (fields & bit) !== 0).map(([, word]) => word)
  }
}

function addresses(bytes: Uint8Array, { start, end }: Range): string[] {
  const texts: string[] = []
  for (let at = start; at < end; at += 4) texts.push(printInet4(u32At(bytes, at)))
  return texts
}

function rankedBy(before: Path, path: Path, context: PathContext): string {
  return stepNames[Math.abs(comparePaths(before, path, context.bestPath))] ?? 'order of sources'
}
