/** NodeStatus and BgpRouterState: the node itself (introspect §4.2, §5.3, §5.4). */
import { processState } from '../process-state.js'
import { bool, one, type Struct, struct, structs, text, texts, u32, u64 } from '../sandesh/schema.js'
import type { NodeView, ServiceConnection } from '../view.js'
import { databaseInfo, messageBusInfo } from './graph.js'
import { peerKey } from './uve-keys.js'
import { uveKind } from './uve-kind.js'

const connectionInfo = struct<ServiceConnection>('ConnectionInfo', [
  text('type', 1, c => c.type),
  text('name', 2, c => c.name),
  texts('server_addrs', 3, c => c.addresses),
  text('status', 4, c => c.status),
  text('description', 5, c => c.description)
])

const flagInfo = struct<never>('FlagInfo', [])

const processStatus = struct<NodeView>('ProcessStatus', [
  text('module_id', 1, () => 'contrail-control'),
  text('instance_id', 2, () => '0'),
  text('state', 3, view => (processState(view).functional ? 'Functional' : 'Non-Functional')),
  // Never an empty list: contrail-status trips over it (introspect §0.16).
  structs('connection_infos', 4, connectionInfo, view => {
    const connections = view.process.connections()
    return connections.length === 0 ? undefined : connections
  }),
  structs('flag_infos', 5, flagInfo, () => []),
  text('description', 6, view => processState(view).description)
])

const hostname = (view: NodeView): string => view.process.node().hostname
const nodeOnly = function* (view: NodeView, after: string | undefined): Iterable<NodeView> {
  if (after === undefined) yield view
}

export const nodeStatusUve = uveKind<NodeView>({
  message: 'NodeStatusUVE',
  struct: struct('NodeStatus', [
    text('name', 1, hostname, { key: 'ObjectBgpRouter' }),
    structs('process_status', 4, processStatus, view => [view], { aggtype: 'union' })
  ]),
  key: hostname,
  position: hostname,
  objects: nodeOnly
})

/** What BgpRouterState counts, in one pass over the view. */
interface RouterState {
  readonly view: NodeView
  readonly bgp: SessionCount
  readonly bgpaas: SessionCount
  readonly xmpp: SessionCount
  readonly instances: number
  readonly deletedInstances: number
  readonly pendingUpdates: number
  readonly operNames: readonly string[]
}
interface SessionCount {
  all: number
  up: number
  deleting: number
}

function routerState(view: NodeView): RouterState {
  const counts = { bgp: count(), bgpaas: count(), xmpp: count() }
  const operNames: string[] = []
  for (const neighbor of view.bgp.neighbors()) {
    add(neighbor.routerType === 'bgpaas-client' ? counts.bgpaas : counts.bgp, neighbor)
    operNames.push(peerKey(view, neighbor))
  }
  for (const agent of view.xmpp.agents()) add(counts.xmpp, agent)
  let instances = 0
  let deletedInstances = 0
  for (const instance of view.instances.instances()) {
    instances++
    if (instance.deleted) deletedInstances++
  }
  let pendingUpdates = 0
  for (const table of view.rib.tables()) pendingUpdates += table.pendingUpdates
  return { view, ...counts, instances, deletedInstances, pendingUpdates, operNames: operNames.sort() }
}

const count = (): SessionCount => ({ all: 0, up: 0, deleting: 0 })
function add(to: SessionCount, session: { state: string; deleted: boolean }): void {
  to.all++
  if (session.state === 'Established') to.up++
  if (session.deleted) to.deleting++
}

const graphClients = struct<NodeView>('IFMapServerInfoUI', [
  u64('num_peer_clients', 1, view => [...view.graph.clients()].length)
])

const buildInfo = (view: NodeView): string => {
  const { version } = view.process.node()
  return JSON.stringify({
    'build-info': [{ 'build-version': version, 'build-id': version, 'build-number': '0' }]
  })
}

/** A source that is there, or no field. */
const present = <T>(of: Struct<T | undefined>): Struct<T> => of

export const routerStateUve = uveKind<RouterState>({
  message: 'BGPRouterInfo',
  struct: struct('BgpRouterState', [
    text('name', 1, s => hostname(s.view), { key: 'ObjectBgpRouter' }),
    text('router_id', 27, s => s.view.process.node().routerId ?? '0.0.0.0'),
    u32('local_asn', 28, s => s.view.process.node().localAs),
    u32('global_asn', 29, s => s.view.process.node().globalAs),
    bool('admin_down', 30, s => s.view.process.node().adminDown),
    // The time of the start, not how long ago it was.
    u64('uptime', 3, s => Math.round(s.view.process.node().startTime * 1000)),
    u32('output_queue_depth', 7, s => s.pendingUpdates, { tags: '' }),
    u32('num_bgp_peer', 8, s => s.bgp.all),
    u32('num_up_bgp_peer', 9, s => s.bgp.up),
    u32('num_deleting_bgp_peer', 20, s => s.bgp.deleting),
    u32('num_bgpaas_peer', 31, s => s.bgpaas.all),
    u32('num_up_bgpaas_peer', 32, s => s.bgpaas.up),
    u32('num_deleting_bgpaas_peer', 33, s => s.bgpaas.deleting),
    u32('num_xmpp_peer', 10, s => s.xmpp.all),
    u32('num_up_xmpp_peer', 11, s => s.xmpp.up),
    u32('num_deleting_xmpp_peer', 21, s => s.xmpp.deleting),
    u32('num_routing_instance', 12, s => s.instances),
    u32('num_deleted_routing_instance', 22, s => s.deletedInstances),
    u32('num_service_chains', 23, s => [...s.view.instances.serviceChains()].length),
    u32(
      'num_down_service_chains',
      24,
      s => [...s.view.instances.serviceChains()].filter(c => c.state !== 'active').length
    ),
    u32('num_static_routes', 25, s => staticRoutes(s).length),
    u32('num_down_static_routes', 26, s => staticRoutes(s).filter(route => !route.active).length),
    text('build_info', 13, s => buildInfo(s.view)),
    texts('bgp_router_ip_list', 15, s => s.view.process.node().hostAddresses),
    texts('bgp_config_peer_list', 36, s =>
      Array.from(s.view.config.neighbors(), n => `${n.instance}:${hostname(s.view)}:${n.name}`).sort()
    ),
    texts('bgp_oper_peer_list', 37, s => s.operNames),
    one('ifmap_server_info', 18, graphClients, s => s.view),
    one('db_conn_info', 34, present(databaseInfo), s => s.view.config.source().database),
    one('amqp_conn_info', 35, present(messageBusInfo), s => s.view.config.source().messageBus)
  ]),
  key: s => hostname(s.view),
  position: s => hostname(s.view),
  objects: function* (view, after) {
    if (after === undefined) yield routerState(view)
  }
})

const staticRoutes = (s: RouterState) => [...s.view.instances.staticRoutes()].flatMap(entry => entry.routes)
