/** Tables, instances and rib-outs (introspect §3.4, §3.5, §3.13). */
import { pagedRequest, type Request, startingAt } from '../sandesh/request.js'
import {
  bool,
  type Field,
  i32,
  one,
  struct,
  structs,
  text,
  texts,
  time,
  u32,
  u64
} from '../sandesh/schema.js'
import type { RibOut, RibOutQueue, RoutingInstance, Table, TableMember } from '../view.js'

const pathCounts: readonly Field<Table>[] = [
  u64('prefixes', 3, t => t.counts.prefixes),
  u64('paths', 4, t => t.counts.primaryPaths + t.counts.secondaryPaths),
  u64('primary_paths', 5, t => t.counts.primaryPaths),
  u64('secondary_paths', 6, t => t.counts.secondaryPaths),
  u64('infeasible_paths', 7, t => t.counts.infeasiblePaths)
]
const staleCounts: readonly Field<Table>[] = [
  u64('stale_paths', 18, t => t.counts.stalePaths),
  u64('llgr_stale_paths', 19, t => t.counts.llgrStalePaths)
]
const walkRequests = u64<Table>('walk_requests', 8, t => t.walks.requested)
const walkAgain = u64<Table>('walk_again_requests', 16, t => t.walks.requestedAgain)
const walkCompletes = u64<Table>('walk_completes', 9, t => t.walks.completed)
const actualWalks = u64<Table>('actual_walks', 17, t => t.walks.actual)
const queueCounts: readonly Field<Table>[] = [
  u64('walk_cancels', 10, t => t.walks.cancelled),
  u64('pending_updates', 11, t => t.pendingUpdates),
  u64('markers', 12, t => t.markers),
  u64('listeners', 14, t => t.listeners.length),
  u64('walkers', 15, t => t.walkers)
]

const tableSummary = struct<Table>('ShowRouteTableSummary', [
  text('name', 1, t => t.name, { link: 'ShowRouteReq' }),
  ...pathCounts,
  ...staleCounts,
  walkRequests,
  walkAgain,
  walkCompletes,
  actualWalks,
  ...queueCounts,
  bool('deleted', 2, t => t.deleted),
  time('deleted_at', 13, t => t.deletedAt)
])

const member = struct<TableMember>('ShowMembershipPeerInfo', [
  text('peer', 1, m => m.neighbor),
  bool('ribout_registered', 2, m => m.sending),
  bool('ribin_registered', 3, m => m.receiving),
  u32('instance_id', 4, m => m.instanceId),
  u64('generation_id', 5, m => m.generationId)
])

const membership = struct<Table>('ShowTableMembershipInfo', [
  u32('requests', 1, t => t.membershipRequests),
  u32('walks', 2, t => t.membershipWalks),
  structs('peers', 3, member, t => t.members)
])

const instanceTable = struct<Table>('ShowRoutingInstanceTable', [
  text('name', 1, t => t.name, { link: 'ShowRouteReq' }),
  bool('deleted', 13, t => t.deleted),
  ...pathCounts,
  ...staleCounts,
  walkRequests,
  walkAgain,
  actualWalks,
  walkCompletes,
  ...queueCounts,
  one('membership', 2, membership, t => t)
])

const instancePolicy = struct<RoutingInstance['routingPolicies'][number]>('ShowInstanceRoutingPolicyInfo', [
  text('policy_name', 1, p => p.name, { link: 'ShowRoutingPolicyReq' }),
  u32('generation', 2, p => p.generation)
])

const instanceFields: readonly Field<RoutingInstance>[] = [
  text('name', 1, i => i.name, { link: 'ShowRoutingInstanceReq' }),
  text('virtual_network', 3, i => i.virtualNetwork),
  i32('vn_index', 6, i => i.virtualNetworkIndex),
  i32('vxlan_id', 8, i => i.vxlanId),
  texts('import_target', 4, i => i.importTargets),
  texts('export_target', 5, i => i.exportTargets),
  bool('always_subscribe', 10, i => i.alwaysSubscribe),
  bool('allow_transit', 12, i => i.allowTransit),
  bool('pbb_evpn_enable', 13, i => i.pbbEvpn),
  bool('deleted', 7, i => i.deleted),
  time('deleted_at', 9, i => i.deletedAt)
]

const instanceSummary = struct<RoutingInstance>('ShowRoutingInstance', instanceFields)

const instance = struct<RoutingInstance>('ShowRoutingInstance', [
  ...instanceFields,
  structs('tables', 2, instanceTable, i => i.tables),
  structs('routing_policies', 11, instancePolicy, i => i.routingPolicies),
  texts('neighbors', 14, i => i.neighbors)
])

const instances = (name: string, response: string, of: typeof instance): Request[] =>
  pagedRequest({
    module: 'bgp_peer',
    name,
    response,
    list: 'instances',
    struct: of,
    items: (view, start) => view.instances.instances(start),
    key: item => item.name,
    selects: (item, search) => search.selects(item.name, 'deleted', item.deleted)
  })

interface Queued {
  readonly ribOut: RibOut
  readonly name: 'BULK' | 'UPDATE'
  readonly queue: RibOutQueue
}

const ribOutStatistics = struct<Queued>('ShowRibOutStatistics', [
  text('table', 1, q => q.ribOut.table),
  text('encoding', 2, q => q.ribOut.encoding),
  text('peer_type', 3, q => q.ribOut.peerType),
  u32('peer_as', 4, q => q.ribOut.peerAs),
  text('queue', 5, q => q.name),
  u32('peers', 6, q => q.ribOut.receivers.length),
  u64('pending_updates', 7, q => q.queue.pendingUpdates),
  u64('markers', 8, q => q.queue.markers),
  u64('messages_built', 9, q => q.queue.messagesBuilt),
  u64('messages_sent', 10, q => q.queue.messagesSent),
  u64('reach', 11, q => q.queue.reach),
  u64('unreach', 12, q => q.queue.unreach),
  u64('tail_dequeues', 13, q => q.queue.tailDequeues),
  u64('peer_dequeues', 14, q => q.queue.peerDequeues),
  u64('marker_splits', 15, q => q.queue.markerSplits),
  u64('marker_merges', 16, q => q.queue.markerMerges),
  u64('marker_moves', 17, q => q.queue.markerMoves)
])

function* queues(ribOuts: Iterable<RibOut>): Generator<Queued> {
  for (const ribOut of ribOuts) {
    yield { ribOut, name: 'BULK', queue: ribOut.bulk }
    yield { ribOut, name: 'UPDATE', queue: ribOut.update }
  }
}

export const tablePages: readonly Request[] = [
  ...pagedRequest({
    module: 'bgp_peer',
    name: 'ShowRouteSummaryReq',
    response: 'ShowRouteSummaryResp',
    list: 'tables',
    struct: tableSummary,
    items: (view, start) => view.rib.tables(start),
    key: table => table.instance,
    selects: (table, search) => search.selects(table.name, 'deleted', table.deleted)
  }),
  ...instances('ShowRoutingInstanceReq', 'ShowRoutingInstanceResp', instance),
  ...instances('ShowRoutingInstanceSummaryReq', 'ShowRoutingInstanceSummaryResp', instanceSummary),
  ...pagedRequest({
    module: 'bgp_peer',
    name: 'ShowRibOutStatisticsReq',
    response: 'ShowRibOutStatisticsResp',
    list: 'ribouts',
    struct: ribOutStatistics,
    items: (view, start) => startingAt(queues(view.rib.ribOuts()), q => q.ribOut.table, start),
    key: q => q.ribOut.table,
    selects: (q, search) => search.matches(q.ribOut.table)
  })
]
