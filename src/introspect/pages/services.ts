/** Service chains, static routes, aggregates, path resolvers and routing policies (introspect §3.9, §3.13). */
import { printTime } from '../sandesh/format.js'
import { pagedRequest, type Request, startingAt } from '../sandesh/request.js'
import { bool, type Field, one, struct, structs, text, texts, u32 } from '../sandesh/schema.js'
import type {
  InstanceAggregates,
  InstanceStaticRoutes,
  PathResolver,
  RouteAggregate,
  RoutingPolicy,
  ServiceChain,
  StaticRoute
} from '../view.js'
import { routeBrief, routeStruct } from './route-structs.js'

const route = routeStruct(printTime)

// The routes of a chain are left out where there is none: clients trip over an empty time (introspect §2).
const connectedRoute = struct<ServiceChain>('ConnectedRouteInfo', [
  text('service_chain_addr', 1, c => c.chainAddress),
  one('connected_rt', 2, route, c => c.connectedRoute)
])

const aggregateOf = struct<ServiceChain['aggregates'][number]>('PrefixToRouteListInfo', [
  text('prefix', 1, a => a.prefix),
  bool('aggregate', 2, a => a.aggregate),
  one('aggregate_rt', 4, route, a => a.route),
  texts('more_specific_list', 3, a => a.moreSpecifics)
])

const externalRoute = struct<ServiceChain['externalRoutes'][number]>('ExtConnectRouteInfo', [
  text('ext_rt_prefix', 1, e => e.prefix),
  one('ext_rt_svc_rt', 2, route, e => e.route)
])

const serviceChain = struct<ServiceChain>('ShowServicechainInfo', [
  text('src_virtual_network', 7, c => c.sourceVirtualNetwork),
  text('dest_virtual_network', 8, c => c.destinationVirtualNetwork),
  text('service_instance', 9, c => c.serviceInstance),
  text('family', 12, c => c.family),
  text('src_rt_instance', 1, c => c.sourceInstance),
  text('connected_rt_instance', 11, c => c.connectedInstance),
  text('dest_rt_instance', 2, c => c.destinationInstance),
  text('service_chain_addr', 13, c => c.chainAddress),
  text('state', 10, c => c.state),
  text('pending_reason', 14, c => c.pendingReason),
  text('service_chain_id', 15, c => c.chainId),
  one('connected_route', 3, connectedRoute, c => c),
  structs('more_specifics', 4, aggregateOf, c => c.aggregates),
  structs('ext_connecting_rt_info_list', 5, externalRoute, c => c.externalRoutes),
  bool('aggregate_enable', 6, c => c.aggregateEnable)
])

const staticRoute = struct<StaticRoute>('StaticRouteInfo', [
  text('prefix', 1, r => r.prefix),
  bool('static_rt', 2, r => r.active),
  text('nexthop', 3, r => r.nextHop),
  texts('community_list', 7, r => r.communities),
  texts('route_target_list', 5, r => r.routeTargets),
  texts('secondary_tables', 6, r => r.secondaryTables),
  one('nexthop_rt', 4, routeBrief, r => ({ value: r.nextHopRoute }))
])

const staticRoutes = struct<InstanceStaticRoutes>('StaticRouteEntriesInfo', [
  text('ri_name', 1, e => e.instance),
  structs('static_route_list', 2, staticRoute, e => e.routes)
])

const aggregateFields: readonly Field<RouteAggregate>[] = [
  text('prefix', 1, a => a.prefix),
  one('aggregate_rt', 2, routeBrief, a => ({ value: a.route })),
  text('nexthop', 3, a => a.nextHop),
  bool('deleted', 4, a => a.deleted)
]

/** The full form, and the summary, which is without contributors. */
const aggregates = (fields: readonly Field<RouteAggregate>[]) =>
  struct<InstanceAggregates>('AggregateRouteEntriesInfo', [
    text('str1', 1, () => 'VirtualNetwork'),
    text('name', 2, e => e.table, { link: 'ShowRouteAggregateReq' }),
    text('str3', 3, () => 'Routing Instance'),
    text('instance_name', 4, e => e.instance),
    structs('aggregate_route_list', 5, struct('AggregateRouteInfo', fields), e => e.aggregates)
  ])

const resolverPath = struct<PathResolver['paths'][number]>('ShowPathResolverPath', [
  text('prefix', 1, p => p.prefix),
  text('nexthop', 2, p => p.nextHop),
  u32('resolved_path_count', 3, p => p.resolvedPathCount)
])

const resolverNextHop = struct<PathResolver['nextHops'][number]>('ShowPathResolverNexthop', [
  text('address', 1, n => n.address),
  text('table', 2, n => n.table),
  one('nexthop_route', 3, routeBrief, n => ({ value: n.route }))
])

const resolverFields: readonly Field<PathResolver>[] = [
  text('name', 1, r => r.table, { link: 'ShowPathResolverReq' }),
  u32('path_count', 2, r => r.pathCount),
  u32('modified_path_count', 3, r => r.modifiedPathCount),
  u32('nexthop_count', 4, r => r.nextHopCount),
  u32('modified_nexthop_count', 5, r => r.modifiedNextHopCount)
]

const policyTerm = struct<RoutingPolicy['terms'][number]>('PolicyTermInfo', [
  bool('terminal', 1, t => t.terminal),
  texts('matches', 2, t => t.matches),
  texts('actions', 3, t => t.actions)
])

const routingPolicy = struct<RoutingPolicy>('ShowRoutingPolicyInfo', [
  text('name', 1, p => p.name),
  u32('generation', 2, p => p.generation),
  u32('ref_count', 3, p => p.holders),
  structs('terms', 4, policyTerm, p => p.terms),
  bool('deleted', 5, p => p.deleted)
])

const aggregateRequest = (name: string, response: string, of: ReturnType<typeof aggregates>): Request[] =>
  pagedRequest({
    module: 'route_aggregate',
    name,
    response,
    list: 'aggregate_route_entries',
    struct: of,
    items: (view, start) => startingAt(view.instances.aggregates(), e => e.instance, start),
    key: entry => entry.instance,
    selects: (entry, search) => search.matches(entry.table)
  })

const resolverRequest = (name: string, response: string, fields: readonly Field<PathResolver>[]): Request[] =>
  pagedRequest({
    module: 'bgp_peer',
    name,
    response,
    list: 'resolvers',
    struct: struct('ShowPathResolver', fields),
    items: (view, start) => startingAt(view.rib.pathResolvers(), r => r.table, start),
    key: resolver => resolver.table,
    selects: (resolver, search) =>
      search.matches(resolver.table) &&
      resolver.pathCount +
        resolver.modifiedPathCount +
        resolver.nextHopCount +
        resolver.modifiedNextHopCount >
        0
  })

export const servicePages: readonly Request[] = [
  ...pagedRequest({
    module: 'service_chaining',
    name: 'ShowServiceChainReq',
    response: 'ShowServiceChainResp',
    list: 'service_chain_list',
    struct: serviceChain,
    items: (view, start) => startingAt(view.instances.serviceChains(), c => c.sourceInstance, start),
    key: chain => chain.sourceInstance,
    // `pending`, `down` and `deleted` select by state.
    selects: (chain, search) =>
      search.selects(chain.table, chain.state, chain.state !== 'active' && chain.state !== 'group down')
  }),
  ...pagedRequest({
    module: 'static_route',
    name: 'ShowStaticRouteReq',
    response: 'ShowStaticRouteResp',
    list: 'static_route_entries',
    struct: staticRoutes,
    items: (view, start) => startingAt(view.instances.staticRoutes(), e => e.instance, start),
    key: entry => entry.instance,
    selects: (entry, search) => search.matches(entry.instance)
  }),
  ...aggregateRequest(
    'ShowRouteAggregateReq',
    'ShowRouteAggregateResp',
    aggregates([...aggregateFields, texts('contributors', 5, a => a.contributors)])
  ),
  ...aggregateRequest(
    'ShowRouteAggregateSummaryReq',
    'ShowRouteAggregateSummaryResp',
    aggregates(aggregateFields)
  ),
  ...resolverRequest('ShowPathResolverReq', 'ShowPathResolverResp', [
    ...resolverFields,
    structs('paths', 6, resolverPath, r => r.paths),
    structs('nexthops', 7, resolverNextHop, r => r.nextHops)
  ]),
  ...resolverRequest('ShowPathResolverSummaryReq', 'ShowPathResolverSummaryResp', resolverFields),
  ...pagedRequest<RoutingPolicy>({
    module: 'routing_policy',
    name: 'ShowRoutingPolicyReq',
    response: 'ShowRoutingPolicyResp',
    list: 'routing_policies',
    struct: routingPolicy,
    items: (view, start) => startingAt(view.instances.routingPolicies(), p => p.name, start),
    key: policy => policy.name,
    // A plain substring here (introspect §3.13).
    selects: (policy, search) => policy.name.includes(search.text)
  })
]
