/** UVEs of sessions and of routing instances (introspect §5.5, §5.6, §5.7). */
import { parseInet4 } from '../../net/inet.js'
import { bool, type Field, map, one, struct, text, texts, u16, u32, u64 } from '../sandesh/schema.js'
import type { Agent, BgpNeighbor, Neighbor, NodeView, Table, TableFamilyName, Time } from '../view.js'
import { peerSocketStats, protoStats, updateStats } from './sessions.js'
import { agentKey, peerKey } from './uve-keys.js'
import { uveKind } from './uve-kind.js'

/** A session, its key, and where it stands among all: neighbors come before agents. */
interface Keyed<T> {
  readonly key: string
  readonly position: string
  readonly session: T
}

/** Times here are numbers of microseconds; 0 for never. */
const microseconds = (time: Time | undefined): number => Math.round((time ?? 0) * 1000)

const flapInfo = struct<Neighbor>('PeerFlapInfo', [
  u64('flap_count', 1, n => n.flapCount),
  u64('flap_time', 2, n => microseconds(n.flapTime))
])
const stateInfo = struct<Neighbor>('PeerStateInfo', [
  text('state', 1, n => n.state),
  text('last_state', 2, n => n.lastState),
  u64('last_state_at', 3, n => microseconds(n.lastStateAt))
])
const eventInfo = struct<Neighbor>('PeerEventInfo', [
  text('last_event', 1, n => n.lastEvent),
  u64('last_event_at', 2, n => microseconds(n.lastStateAt))
])
const routeStats = struct<Neighbor>('PeerRouteStats', [
  u64('total_path_count', 1, n => n.primaryPathCount),
  u64('primary_path_count', 2, n => n.primaryPathCount)
])
const statsInfo = struct<Neighbor>('PeerStatsInfo', [
  one('rx_proto_stats', 1, protoStats, n => n.received.messages),
  one('tx_proto_stats', 2, protoStats, n => n.sent.messages),
  one('rx_update_stats', 3, updateStats, n => n.received.updates),
  one('tx_update_stats', 4, updateStats, n => n.sent.updates),
  one('rx_socket_stats', 5, peerSocketStats, n => n.received.socket),
  one('tx_socket_stats', 6, peerSocketStats, n => n.sent.socket),
  one('rx_route_stats', 8, routeStats, n => n)
])

/** The address bytes in network order, read as a little-endian number: 10.0.0.1 is 16777226. */
function identifierNumber(dotted: string): number {
  const address = parseInet4(dotted) ?? 0
  return (
    (((address & 0xff) << 24) | ((address & 0xff00) << 8) | ((address >>> 8) & 0xff00) | (address >>> 24)) >>>
    0
  )
}

const of =
  <T, V>(get: (session: T) => V) =>
  (keyed: Keyed<T>): V =>
    get(keyed.session)

const bgpPeer = struct<Keyed<BgpNeighbor>>('BgpPeerInfoData', [
  text('name', 1, k => k.key, { key: 'ObjectBgpPeer' }),
  bool(
    'admin_down',
    23,
    of(n => n.adminDown)
  ),
  bool(
    'passive',
    24,
    of(n => n.passive)
  ),
  bool(
    'as_override',
    27,
    of(n => n.asOverride)
  ),
  bool(
    'origin_override',
    33,
    of(n => n.originOverride !== undefined)
  ),
  text(
    'route_origin',
    34,
    of(n => n.originOverride ?? '-')
  ),
  text(
    'router_type',
    25,
    of(n => n.routerType)
  ),
  text(
    'cluster_id',
    32,
    of(n => n.clusterId)
  ),
  text(
    'peer_type',
    3,
    of(n => n.peerType)
  ),
  text(
    'peer_address',
    20,
    of(n => n.address)
  ),
  u32(
    'local_asn',
    4,
    of(n => n.localAs)
  ),
  u32(
    'peer_asn',
    5,
    of(n => n.peerAs)
  ),
  u32(
    'peer_port',
    26,
    of(n => n.port)
  ),
  u32(
    'hold_time',
    6,
    of(n => n.configuredHoldTimeSeconds)
  ),
  text(
    'notification_in',
    7,
    of(n => n.notificationIn?.text)
  ),
  u64(
    'notification_in_at',
    8,
    of(n => n.notificationIn && microseconds(n.notificationIn.at))
  ),
  text(
    'notification_out',
    9,
    of(n => n.notificationOut?.text)
  ),
  u64(
    'notification_out_at',
    10,
    of(n => n.notificationOut && microseconds(n.notificationOut.at))
  ),
  u32(
    'local_id',
    11,
    of(n => identifierNumber(n.localIdentifier))
  ),
  u32(
    'peer_id',
    12,
    of(n => identifierNumber(n.identifier))
  ),
  texts(
    'configured_families',
    21,
    of(n => n.configuredFamilies)
  ),
  texts(
    'families',
    14,
    of(n => n.offeredFamilies)
  ),
  texts(
    'negotiated_families',
    22,
    of(n => n.negotiatedFamilies)
  ),
  texts(
    'graceful_restart_families',
    28,
    of(n => n.gracefulRestartFamilies)
  ),
  texts(
    'long_lived_graceful_restart_families',
    29,
    of(n => n.longLivedGracefulRestartFamilies)
  ),
  u16(
    'graceful_restart_time',
    30,
    of(n => n.gracefulRestartTimeSeconds)
  ),
  u32(
    'long_lived_graceful_restart_time',
    31,
    of(n => n.longLivedGracefulRestartTimeSeconds)
  ),
  one(
    'flap_info',
    15,
    flapInfo,
    of(n => n)
  ),
  one(
    'state_info',
    16,
    stateInfo,
    of(n => n)
  ),
  one(
    'event_info',
    17,
    eventInfo,
    of(n => n)
  ),
  text(
    'close_reason',
    18,
    of(n => n.closeReason)
  ),
  one(
    'peer_stats_info',
    19,
    statsInfo,
    of(n => n)
  )
])

const xmppPeer = struct<Keyed<Agent>>('XmppPeerInfoData', [
  text('name', 1, k => k.key, { key: 'ObjectXmppPeerInfo' }),
  texts(
    'routing_tables',
    4,
    of(a => a.tables.map(table => table.name))
  ),
  one(
    'flap_info',
    5,
    flapInfo,
    of(a => a)
  ),
  one(
    'state_info',
    6,
    stateInfo,
    of(a => a)
  ),
  one(
    'event_info',
    7,
    eventInfo,
    of(a => a)
  ),
  one(
    'peer_stats_info',
    8,
    statsInfo,
    of(a => a)
  ),
  text(
    'close_reason',
    9,
    of(a => a.closeReason)
  ),
  text(
    'identifier',
    10,
    of(a => a.name)
  )
])

function* neighborsAfter(view: NodeView, after = ''): Generator<Keyed<BgpNeighbor>> {
  for (const session of view.bgp.neighbors()) {
    const position = `B ${session.instance} ${session.name}`
    if (position > after) yield { key: peerKey(view, session), position, session }
  }
}
function* agentsAfter(view: NodeView, after = ''): Generator<Keyed<Agent>> {
  for (const session of view.xmpp.agents(after.startsWith('X ') ? after.slice(2) : '')) {
    const position = `X ${session.name}`
    if (position > after) yield { key: agentKey(view, session), position, session }
  }
}
function* sessionsAfter(view: NodeView, after: string | undefined): Generator<Keyed<Neighbor>> {
  yield* neighborsAfter(view, after)
  yield* agentsAfter(view, after)
}

export const bgpPeerUve = uveKind<Keyed<BgpNeighbor>>({
  message: 'BGPPeerInfo',
  struct: bgpPeer,
  key: k => k.key,
  position: k => k.position,
  objects: neighborsAfter
})

export const xmppPeerUve = uveKind<Keyed<Agent>>({
  message: 'XMPPPeerInfo',
  struct: xmppPeer,
  key: k => k.key,
  position: k => k.position,
  objects: agentsAfter
})

const rateAttributes = { metric: 'agg', tags: '' }

export const peerStatsUve = uveKind<Keyed<Neighbor>>({
  message: 'PeerStatsUve',
  struct: struct('PeerStatsData', [
    text('name', 1, k => k.key, { key: 'ObjectBgpPeer' }),
    text(
      'encoding',
      11,
      of(n => n.encoding)
    ),
    one(
      'raw_rx_update_stats',
      3,
      updateStats,
      of(n => n.received.updates),
      rateAttributes
    ),
    one(
      'raw_tx_update_stats',
      4,
      updateStats,
      of(n => n.sent.updates),
      rateAttributes
    )
  ]),
  key: k => k.key,
  position: k => k.position,
  objects: sessionsAfter
})

export const flapUve = uveKind<Keyed<Neighbor>>({
  message: 'PeerFlap',
  struct: struct('PeerFlapData', [
    text('name', 1, k => k.key, { key: 'ObjectBgpPeer' }),
    text(
      'encoding',
      6,
      of(n => n.encoding)
    ),
    one(
      'flap_info',
      3,
      flapInfo,
      of(n => n)
    )
  ]),
  key: k => k.key,
  position: k => k.position,
  objects: sessionsAfter
})

/** Tables of the instances of one virtual network. */
interface NetworkTables {
  readonly network: string
  readonly tables: readonly Table[]
}

const tableStats = struct<Table>('RoutingTableStats', [
  u64('prefixes', 2, t => t.counts.prefixes),
  u64('primary_paths', 3, t => t.counts.primaryPaths),
  u64('secondary_paths', 4, t => t.counts.secondaryPaths),
  u64('infeasible_paths', 5, t => t.counts.infeasiblePaths),
  // Infeasible paths are counted in once more, unlike on the pages (introspect §0.18).
  u64('total_paths', 6, t => t.counts.primaryPaths + t.counts.secondaryPaths + t.counts.infeasiblePaths)
])

const familyStats = (name: string, identifier: number, family: TableFamilyName): Field<NetworkTables> =>
  map(
    name,
    identifier,
    tableStats,
    n => new Map(n.tables.filter(t => t.family === family).map(t => [t.instance, t])),
    { aggtype: 'union', tags: '.__key' }
  )

export const instanceStatsUve = uveKind<NetworkTables>({
  message: 'RoutingInstanceStats',
  struct: struct('RoutingInstanceStatsData', [
    text('name', 1, n => n.network, { key: 'ObjectVNTable' }),
    familyStats('raw_ipv4_stats', 3, 'inet'),
    familyStats('raw_ipv6_stats', 5, 'inet6'),
    familyStats('raw_inetvpn_stats', 7, 'l3vpn'),
    familyStats('raw_inet6vpn_stats', 9, 'l3vpn-inet6'),
    familyStats('raw_rtarget_stats', 11, 'rtarget'),
    familyStats('raw_evpn_stats', 13, 'evpn'),
    familyStats('raw_ermvpn_stats', 15, 'ermvpn'),
    familyStats('raw_mvpn_stats', 17, 'mvpn')
  ]),
  key: n => n.network,
  position: n => n.network,
  objects: function* (view, after) {
    const networks = new Map<string, Table[]>()
    for (const instance of view.instances.instances()) {
      const tables = networks.get(instance.virtualNetwork)
      if (tables === undefined) networks.set(instance.virtualNetwork, [...instance.tables])
      else tables.push(...instance.tables)
    }
    const names = [...networks.keys()].sort()
    for (const network of names) {
      if (after === undefined || network > after) yield { network, tables: networks.get(network)! }
    }
  }
})
