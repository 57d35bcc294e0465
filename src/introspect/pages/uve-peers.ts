/** UVEs of sessions (introspect §5.5, §5.6). */
import { parseInet4 } from '../../net/inet.js'
import { bool, type Field, one, type Struct, struct, text, texts, u16, u32, u64 } from '../sandesh/schema.js'
import type { Agent, BgpNeighbor, Neighbor, NodeView, Time } from '../view.js'
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

/** A structure about a session: its key, then fields of the session. */
const sessionStruct = <T>(name: string, table: string, fields: readonly Field<T>[]): Struct<Keyed<T>> =>
  struct<Keyed<T>>(name, [
    text('name', 1, keyed => keyed.key, { key: table }),
    ...fields.map(
      (field): Field<Keyed<T>> =>
        keyed =>
          field(keyed.session)
    )
  ])

const bgpPeer = sessionStruct<BgpNeighbor>('BgpPeerInfoData', 'ObjectBgpPeer', [
  bool('admin_down', 23, n => n.adminDown),
  bool('passive', 24, n => n.passive),
  bool('as_override', 27, n => n.asOverride),
  bool('origin_override', 33, n => n.originOverride !== undefined),
  text('route_origin', 34, n => n.originOverride ?? '-'),
  text('router_type', 25, n => n.routerType),
  text('cluster_id', 32, n => n.clusterId),
  text('peer_type', 3, n => n.peerType),
  text('peer_address', 20, n => n.address),
  u32('local_asn', 4, n => n.localAs),
  u32('peer_asn', 5, n => n.peerAs),
  u32('peer_port', 26, n => n.port),
  u32('hold_time', 6, n => n.configuredHoldTimeSeconds),
  text('notification_in', 7, n => n.notificationIn?.text),
  u64('notification_in_at', 8, n => n.notificationIn && microseconds(n.notificationIn.at)),
  text('notification_out', 9, n => n.notificationOut?.text),
  u64('notification_out_at', 10, n => n.notificationOut && microseconds(n.notificationOut.at)),
  u32('local_id', 11, n => identifierNumber(n.localIdentifier)),
  u32('peer_id', 12, n => identifierNumber(n.identifier)),
  texts('configured_families', 21, n => n.configuredFamilies),
  texts('families', 14, n => n.offeredFamilies),
  texts('negotiated_families', 22, n => n.negotiatedFamilies),
  texts('graceful_restart_families', 28, n => n.gracefulRestartFamilies),
  texts('long_lived_graceful_restart_families', 29, n => n.longLivedGracefulRestartFamilies),
  u16('graceful_restart_time', 30, n => n.gracefulRestartTimeSeconds),
  u32('long_lived_graceful_restart_time', 31, n => n.longLivedGracefulRestartTimeSeconds),
  one('flap_info', 15, flapInfo, n => n),
  one('state_info', 16, stateInfo, n => n),
  one('event_info', 17, eventInfo, n => n),
  text('close_reason', 18, n => n.closeReason),
  one('peer_stats_info', 19, statsInfo, n => n)
])

const xmppPeer = sessionStruct<Agent>('XmppPeerInfoData', 'ObjectXmppPeerInfo', [
  texts('routing_tables', 4, a => a.tables.map(table => table.name)),
  one('flap_info', 5, flapInfo, a => a),
  one('state_info', 6, stateInfo, a => a),
  one('event_info', 7, eventInfo, a => a),
  one('peer_stats_info', 8, statsInfo, a => a),
  text('close_reason', 9, a => a.closeReason),
  text('identifier', 10, a => a.name)
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
  struct: sessionStruct('PeerStatsData', 'ObjectBgpPeer', [
    text('encoding', 11, n => n.encoding),
    one('raw_rx_update_stats', 3, updateStats, n => n.received.updates, rateAttributes),
    one('raw_tx_update_stats', 4, updateStats, n => n.sent.updates, rateAttributes)
  ]),
  key: k => k.key,
  position: k => k.position,
  objects: sessionsAfter
})

export const flapUve = uveKind<Keyed<Neighbor>>({
  message: 'PeerFlap',
  struct: sessionStruct('PeerFlapData', 'ObjectBgpPeer', [
    text('encoding', 6, n => n.encoding),
    one('flap_info', 3, flapInfo, n => n)
  ]),
  key: k => k.key,
  position: k => k.position,
  objects: sessionsAfter
})
