/** BgpNeighborReq and ShowBgpNeighborSummaryReq: BGP neighbors first, then agents (introspect §3.2). */
import { Search } from '../sandesh/query.js'
import { body, nextBatch, type Request, searchField, tokenParts } from '../sandesh/request.js'
import {
  bool,
  type Field,
  i16,
  i32,
  one,
  struct,
  structs,
  text,
  texts,
  time,
  u16,
  u32,
  u64,
  writeStruct,
  written
} from '../sandesh/schema.js'
import type {
  Agent,
  AgentInstance,
  BgpNeighbor,
  Inet6Errors,
  Neighbor,
  NeighborFamily,
  NeighborTable,
  NodeView
} from '../view.js'
import { closeInfo, peerSocketStats, protoStats, updateStats } from './sessions.js'

const neighborFamily = struct<NeighborFamily>('ShowBgpNeighborFamily', [
  text('family', 1, f => f.family),
  u32('loop_count', 2, f => f.loopCount),
  u32('prefix_limit', 3, f => f.prefixLimit),
  i32('idle_timeout', 5, f => f.idleTimeoutSeconds),
  text('gateway_address', 4, f => f.gatewayAddress)
])

const neighborInstance = struct<AgentInstance>('BgpNeighborRoutingInstance', [
  text('name', 1, i => i.name),
  text('state', 2, i => i.state),
  u32('index', 3, i => i.index),
  texts('import_targets', 4, i => i.importTargets)
])

const neighborTable = struct<NeighborTable>('BgpNeighborRoutingTable', [
  text('name', 1, t => t.name),
  text('current_state', 2, t => (t.subscribed ? 'subscribed' : '')),
  text('current_request', 3, t => t.currentRequest),
  text('pending_request', 4, t => t.pendingRequest)
])

const inet6Errors = struct<Inet6Errors>('PeerRxInet6ErrorStats', [
  u64('bad_inet6_xml_token_count', 1, e => e.badToken),
  u64('bad_inet6_prefix_count', 2, e => e.badPrefix),
  u64('bad_inet6_nexthop_count', 3, e => e.badNextHop),
  u64('bad_inet6_afi_safi_count', 4, e => e.badFamily)
])
const rxErrors = struct<Inet6Errors>('PeerRxErrorStats', [one('inet6_error_stats', 1, inet6Errors, e => e)])

/** A value that only BGP neighbors have, and what an agent shows in its place. */
const bgp =
  <V>(value: (neighbor: BgpNeighbor) => V, otherwise: V) =>
  (neighbor: Neighbor): V =>
    neighbor.encoding === 'BGP' ? value(neighbor) : otherwise
const onlyBgp = <V>(value: (neighbor: BgpNeighbor) => V): ((neighbor: Neighbor) => V | undefined) =>
  bgp<V | undefined>(value, undefined)
const onlyAgent =
  <V>(value: (agent: Agent) => V) =>
  (neighbor: Neighbor): V | undefined =>
    neighbor.encoding === 'XMPP' ? value(neighbor) : undefined

const identity: readonly Field<Neighbor>[] = [
  text(
    'instance_name',
    53,
    bgp(n => n.instance, '')
  ),
  text('peer', 1, n => n.name, { link: 'BgpNeighborReq' }),
  bool('deleted', 36, n => n.deleted),
  text('peer_address', 2, n => n.address, { link: 'BgpNeighborReq' }),
  text(
    'peer_id',
    25,
    bgp(n => n.identifier, '')
  ),
  u32(
    'peer_asn',
    3,
    bgp(n => n.peerAs, 0)
  ),
  text('encoding', 6, n => n.encoding),
  text(
    'peer_type',
    7,
    bgp<string>(n => n.peerType, 'internal')
  ),
  text('state', 8, n => n.state),
  time('closed_at', 43, n => n.closedAt),
  text(
    'router_type',
    52,
    bgp(n => n.routerType, '')
  ),
  bool(
    'admin_down',
    47,
    bgp(n => n.adminDown, false)
  ),
  bool(
    'passive',
    48,
    bgp(n => n.passive, false)
  ),
  bool(
    'as_override',
    55,
    bgp(n => n.asOverride, false)
  ),
  bool(
    'origin_override',
    65,
    bgp(n => n.originOverride !== undefined, false)
  ),
  text(
    'route_origin',
    66,
    bgp<string>(n => n.originOverride ?? '-', '')
  ),
  bool(
    'as4_supported',
    67,
    bgp(n => n.as4, false)
  ),
  text(
    'private_as_action',
    61,
    bgp<string>(n => n.privateAsAction, '')
  ),
  bool('send_ready', 62, n => n.sendReady),
  u32(
    'peer_port',
    50,
    bgp(n => n.port, 0)
  ),
  text('transport_address', 51, n => n.remoteEndpoint),
  // The router identifier, not the socket, for BGP (introspect §3.2).
  text('local_address', 4, n => (n.encoding === 'BGP' ? n.localIdentifier : withoutPort(n.localEndpoint))),
  text(
    'local_id',
    26,
    bgp(n => n.localIdentifier, '')
  ),
  u32(
    'local_asn',
    5,
    bgp(n => n.localAs, 0)
  ),
  text(
    'cluster_id',
    64,
    bgp(n => n.clusterId, '')
  ),
  u32('task_instance', 56, () => 0)
]
const withoutPort = (endpoint: string): string => endpoint.replace(/:\d+$/, '')

const authType = text<Neighbor>('auth_type', 44, n => n.authType)
const negotiatedHoldTime = u32<Neighbor>('negotiated_hold_time', 41, n => n.negotiatedHoldTimeSeconds)
const counts: readonly Field<Neighbor>[] = [
  u32('primary_path_count', 46, n => n.primaryPathCount),
  u64('flap_count', 23, n => n.flapCount),
  time('flap_time', 24, n => n.flapTime)
]
const dscp = i16<Neighbor>(
  'dscp_value',
  63,
  onlyAgent(a => a.dscp)
)

const summary = struct<Neighbor>('BgpNeighborResp', [
  ...identity,
  authType,
  negotiatedHoldTime,
  ...counts,
  dscp
])

const full = struct<Neighbor>('BgpNeighborResp', [
  ...identity,
  one('peer_close_info', 54, closeInfo, n => n.closeInfo),
  text('send_state', 9, n => n.sendState),
  text('last_event', 10, n => n.lastEvent),
  text('last_state', 11, n => n.lastState),
  time('last_state_at', 12, n => n.lastStateAt),
  text(
    'last_error',
    13,
    bgp(n => n.notificationIn?.text ?? 'Unknown', '')
  ),
  authType,
  texts(
    'configured_address_families',
    38,
    bgp<readonly string[]>(n => n.configuredFamilies, [])
  ),
  texts(
    'negotiated_address_families',
    39,
    bgp<readonly string[]>(n => n.negotiatedFamilies, [])
  ),
  texts(
    'graceful_restart_address_families',
    57,
    onlyBgp<readonly string[]>(n => n.gracefulRestartFamilies)
  ),
  texts(
    'long_lived_graceful_restart_address_families',
    58,
    onlyBgp<readonly string[]>(n => n.longLivedGracefulRestartFamilies)
  ),
  structs(
    'family_attributes_list',
    49,
    neighborFamily,
    onlyBgp(n => n.families)
  ),
  u16(
    'graceful_restart_time',
    59,
    onlyBgp(n => n.gracefulRestartTimeSeconds)
  ),
  u32(
    'long_lived_graceful_restart_time',
    60,
    onlyBgp(n => n.longLivedGracefulRestartTimeSeconds)
  ),
  u32('configured_hold_time', 40, n => n.configuredHoldTimeSeconds),
  negotiatedHoldTime,
  ...counts,
  structs('routing_instances', 37, neighborInstance, n => (n.encoding === 'XMPP' ? n.instances : [])),
  structs('routing_tables', 29, neighborTable, n => (n.tables.length === 0 ? undefined : n.tables)),
  one('rx_proto_stats', 30, protoStats, n => n.received.messages),
  one('tx_proto_stats', 31, protoStats, n => n.sent.messages),
  one('rx_update_stats', 32, updateStats, n => n.received.updates),
  one('tx_update_stats', 33, updateStats, n => n.sent.updates),
  one('rx_socket_stats', 34, peerSocketStats, n => n.received.socket),
  one('tx_socket_stats', 35, peerSocketStats, n => n.sent.socket),
  one('rx_error_stats', 42, rxErrors, n =>
    Object.values(n.inet6Errors).some(Boolean) ? n.inet6Errors : undefined
  ),
  dscp
])

interface NeighborPage {
  readonly neighbors: readonly string[]
  readonly next: string | undefined
}

const pageSize = 64

const selects = (neighbor: Neighbor, search: Search): boolean =>
  search.selects(neighbor.name, 'deleted', neighbor.deleted) || search.matches(neighbor.address)

/** All BGP neighbors are on the first page; agents fill pages up to 64, at least one to a page (introspect §1.8). */
function neighborRequests(name: string, response: string, of: typeof full): Request[] {
  const message = struct<NeighborPage>(response, [
    written('neighbors', 1, page => page.neighbors),
    nextBatch(name, 2, page => page.next)
  ])
  const page = (view: NodeView, bgpToo: boolean, firstAgent: string, searchText: string): string => {
    const search = new Search(searchText)
    const neighbors: string[] = []
    if (bgpToo) {
      for (const neighbor of view.bgp.neighbors()) {
        if (selects(neighbor, search)) neighbors.push(writeStruct(of, neighbor))
      }
    }
    let agents = 0
    for (const agent of view.xmpp.agents(firstAgent)) {
      if (!selects(agent, search)) continue
      if (agents > 0 && neighbors.length >= pageSize) {
        return body(message, { neighbors, next: `${agent.name}||${searchText}` })
      }
      neighbors.push(writeStruct(of, agent))
      agents++
    }
    return body(message, { neighbors, next: undefined })
  }
  return [
    {
      module: 'bgp_peer',
      name,
      fields: [searchField],
      answer: (view, query) => page(view, true, '', query.text('search_string'))
    },
    {
      module: undefined,
      name: `${name}Iterate`,
      fields: [{ name: 'iterate_info', type: 'string' }],
      answer: (view, query) => {
        const parts = tokenParts(query.text('iterate_info'), 2)
        if (parts === undefined) return body(message, { neighbors: [], next: undefined })
        return page(view, false, parts[0]!, parts[1]!)
      }
    }
  ]
}

export const neighborPages: readonly Request[] = [
  ...neighborRequests('BgpNeighborReq', 'BgpNeighborListResp', full),
  ...neighborRequests('ShowBgpNeighborSummaryReq', 'ShowBgpNeighborSummaryResp', summary)
]
