/** Configuration as the BGP side sees it (introspect §3.8). */
import { pagedRequest, type Request, request, startingAt } from '../sandesh/request.js'
import { bool, i16, i32, i64, struct, structs, text, texts, time, u32 } from '../sandesh/schema.js'
import type {
  GlobalSystemConfig,
  InstanceConfig,
  NeighborConfig,
  NeighborFamilyConfig,
  PeeringConfig,
  RoutingPolicyConfig
} from '../view.js'

const serviceChain = struct<InstanceConfig['serviceChains'][number]>('ShowBgpServiceChainConfig', [
  text('family', 5, c => c.family),
  text('routing_instance', 1, c => c.routingInstance),
  text('chain_address', 2, c => c.chainAddress),
  texts('prefixes', 3, c => c.prefixes),
  text('service_instance', 4, c => c.serviceInstance)
])

const staticRoute = struct<InstanceConfig['staticRoutes'][number]>('ShowBgpStaticRouteConfig', [
  text('prefix', 1, r => r.prefix),
  text('nexthop', 3, r => r.nextHop),
  texts('communities', 4, r => r.communities),
  texts('targets', 2, r => r.targets)
])

const aggregate = struct<InstanceConfig['aggregates'][number]>('ShowBgpRouteAggregateConfig', [
  text('prefix', 1, a => a.prefix),
  text('nexthop', 2, a => a.nextHop)
])

const instancePolicy = struct<InstanceConfig['routingPolicies'][number]>(
  'ShowBgpInstanceRoutingPolicyConfig',
  [
    text('policy_name', 1, p => p.name, { link: 'ShowBgpRoutingPolicyConfigReq' }),
    text('sequence', 2, p => p.sequence)
  ]
)

const instance = struct<InstanceConfig>('ShowBgpInstanceConfig', [
  text('name', 1, i => i.name),
  text('virtual_network', 2, i => i.virtualNetwork),
  i32('virtual_network_index', 7, i => i.virtualNetworkIndex),
  i32('vxlan_id', 8, i => i.vxlanId),
  texts('import_target', 3, i => i.importTargets),
  texts('export_target', 4, i => i.exportTargets),
  bool('has_pnf', 10, i => i.hasPnf),
  bool('allow_transit', 13, i => i.allowTransit),
  bool('pbb_evpn_enable', 14, i => i.pbbEvpn),
  time('last_change_at', 9, i => i.lastChangeAt),
  texts('neighbors', 15, i => i.neighbors),
  structs('service_chain_infos', 5, serviceChain, i => i.serviceChains),
  structs('static_routes', 6, staticRoute, i => i.staticRoutes),
  structs('aggregate_routes', 11, aggregate, i => i.aggregates),
  structs('routing_policies', 12, instancePolicy, i => i.routingPolicies)
])

const neighborFamily = struct<NeighborFamilyConfig>('ShowBgpNeighborFamilyConfig', [
  text('family', 1, f => f.family),
  i32('loop_count', 2, f => f.loopCount),
  i32('prefix_limit', 3, f => f.prefixLimit),
  i32('idle_timeout', 5, f => f.idleTimeoutSeconds),
  text('gateway_address', 4, f => f.gatewayAddress),
  texts('default_tunnel_encap_list', 6, f => f.defaultTunnelEncapsulations)
])

const neighbor = struct<NeighborConfig>('ShowBgpNeighborConfig', [
  text('instance_name', 1, n => n.instance),
  text('name', 2, n => n.name),
  bool('admin_down', 13, n => n.adminDown),
  bool('passive', 15, n => n.passive),
  bool('as_override', 20, n => n.asOverride),
  bool('origin_override', 23, n => n.originOverride !== undefined),
  text('route_origin', 24, n => n.originOverride ?? '-'),
  text('private_as_action', 21, n => n.privateAsAction),
  text('router_type', 18, n => n.routerType),
  text('local_identifier', 8, n => n.localIdentifier),
  u32('local_as', 9, n => n.localAs),
  text('vendor', 3, () => ''),
  u32('autonomous_system', 4, n => n.peerAs),
  text('identifier', 5, n => n.identifier),
  text('address', 6, n => n.address),
  text('cluster_id', 22, n => n.clusterId),
  u32('source_port', 19, n => n.sourcePort),
  i32('hold_time', 14, n => n.holdTimeSeconds),
  i32('loop_count', 16, n => n.loopCount),
  time('last_change_at', 10, n => n.lastChangeAt),
  text('auth_type', 11, n => n.authType),
  texts('address_families', 7, n => n.addressFamilies),
  structs('family_attributes_list', 17, neighborFamily, n => n.families)
])

type Session = PeeringConfig['sessions'][number]

const sessionAttributes = struct<Session['attributes'][number]>('ShowBgpSessionAttributesConfig', [
  text('bgp_router', 1, a => a.router),
  texts('address_families', 2, a => a.addressFamilies)
])

const session = struct<Session>('ShowBgpSessionConfig', [
  text('uuid', 1, s => s.uuid),
  structs('attributes', 2, sessionAttributes, s => s.attributes)
])

const peering = struct<PeeringConfig>('ShowBgpPeeringConfig', [
  text('instance_name', 1, p => p.instance),
  text('name', 2, p => p.name),
  u32('neighbor_count', 3, p => p.neighborCount),
  structs('sessions', 4, session, p => p.sessions)
])

const policyTerm = struct<RoutingPolicyConfig['terms'][number]>('ShowBgpRoutingPolicyTermConfig', [
  text('match', 1, t => t.match),
  text('action', 2, t => t.action)
])

const policy = struct<RoutingPolicyConfig>('ShowBgpRoutingPolicyConfig', [
  text('name', 1, p => p.name),
  structs('terms', 2, policyTerm, p => p.terms)
])

const global = struct<GlobalSystemConfig>('ShowBgpGlobalSystemConfig', [
  i16('gr_time', 1, g => g.gracefulRestartTimeSeconds),
  i32('llgr_time', 2, g => g.longLivedGracefulRestartTimeSeconds),
  i64('last_change_at', 7, g => Math.round((g.lastChangeAt ?? 0) * 1000)),
  i16('end_of_rib_timeout', 8, g => g.endOfRibTimeoutSeconds),
  bool('gr_bgp_helper', 3, g => g.gracefulRestartBgpHelper),
  bool('gr_xmpp_helper', 4, g => g.gracefulRestartXmppHelper),
  bool('gr_enable', 11, g => g.gracefulRestartEnable),
  bool('always_compare_med', 6, g => g.alwaysCompareMed),
  bool('all_tags_are_global', 12, g => g.allTagsAreGlobal),
  i16('rd_cluster_seed', 10, g => g.rdClusterSeed),
  // Ports above 32767 print as themselves; the original wraps them round to negative numbers.
  i16('bgpaas_port_start', 9, g => g.bgpaasPortStart),
  i16('bgpaas_port_end', 5, g => g.bgpaasPortEnd)
])

const globalResponse = struct<readonly GlobalSystemConfig[]>('ShowBgpGlobalSystemConfigResp', [
  structs('global_instances', 1, global, g => g)
])

const module = 'bgp_peer'

export const configPages: readonly Request[] = [
  request(module, 'ShowBgpGlobalSystemConfigReq', [], globalResponse, view => {
    const found = view.config.global()
    return found === undefined ? [] : [found]
  }),
  ...pagedRequest<InstanceConfig>({
    module,
    name: 'ShowBgpInstanceConfigReq',
    response: 'ShowBgpInstanceConfigResp',
    list: 'instances',
    struct: instance,
    items: (view, start) => startingAt(view.config.instances(), i => i.name, start),
    key: item => item.name,
    selects: (item, search) => search.matches(item.name)
  }),
  ...pagedRequest<PeeringConfig>({
    module,
    name: 'ShowBgpPeeringConfigReq',
    response: 'ShowBgpPeeringConfigResp',
    list: 'peerings',
    struct: peering,
    items: (view, start) => startingAt(view.config.peerings(), p => p.instance, start),
    key: item => item.instance,
    selects: (item, search) => search.matches(item.name)
  }),
  ...pagedRequest<NeighborConfig>({
    module,
    name: 'ShowBgpNeighborConfigReq',
    response: 'ShowBgpNeighborConfigResp',
    list: 'neighbors',
    struct: neighbor,
    items: (view, start) => startingAt(view.config.neighbors(), n => n.instance, start),
    key: item => item.instance,
    selects: (item, search) => search.matches(item.name)
  }),
  ...pagedRequest<RoutingPolicyConfig>({
    module,
    name: 'ShowBgpRoutingPolicyConfigReq',
    response: 'ShowBgpRoutingPolicyConfigResp',
    list: 'routing_policies',
    struct: policy,
    items: (view, start) => startingAt(view.config.routingPolicies(), p => p.name, start),
    key: item => item.name,
    selects: (item, search) => search.matches(item.name)
  })
]
