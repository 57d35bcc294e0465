/** EVPN tables, ERM-VPN trees and MVPN managers (introspect §3.6, §3.7, §3.13). */
import { pagedRequest, type Request, request, startingAt } from '../sandesh/request.js'
import { bool, type Field, struct, structs, text, texts, time, u32, u64 } from '../sandesh/schema.js'
import type {
  EvpnTable,
  MulticastForwarder,
  MulticastManager,
  MulticastTree,
  MvpnManager,
  MvpnProjectManager,
  MvpnState
} from '../view.js'

const evpnFields: readonly Field<EvpnTable>[] = [
  text('name', 1, t => t.table, { link: 'ShowRouteReq' }),
  u64('mac_routes', 2, t => t.macRoutes),
  u64('unique_mac_routes', 3, t => t.uniqueMacRoutes),
  u64('im_routes', 4, t => t.inclusiveMulticastRoutes),
  u64('ip_routes', 10, t => t.ipRoutes),
  bool('deleted', 5, t => t.deleted),
  time('deleted_at', 6, t => t.deletedAt)
]

const leaf = struct<EvpnTable['arLeafs'][number]>('ShowEvpnMcastLeaf', [
  text('address', 1, l => l.address),
  text('replicator', 2, l => l.replicator)
])

const evpnSummary = struct<EvpnTable>('ShowEvpnTable', evpnFields)
const evpnTable = struct<EvpnTable>('ShowEvpnTable', [
  ...evpnFields,
  texts('regular_nves', 7, t => (t.isVpn ? undefined : t.regularNves)),
  texts('ar_replicators', 8, t => (t.isVpn ? undefined : t.arReplicators)),
  structs('ar_leafs', 9, leaf, t => (t.isVpn ? undefined : t.arLeafs))
])

const treeLink = struct<MulticastForwarder['links'][number]>('ShowMulticastTreeLink', [
  text('address', 1, l => l.address),
  u32('label', 2, l => l.label)
])

const forwarder = struct<MulticastForwarder>('ShowMulticastForwarder', [
  text('address', 1, f => f.address),
  text('label_block', 2, f => f.labelBlock),
  u32('label', 3, f => f.label),
  text('router_id', 5, f => f.routerId),
  structs('links', 4, treeLink, f => f.links)
])

const tree = struct<MulticastTree>('ShowMulticastTree', [
  text('group', 1, t => t.group),
  text('source', 2, t => t.source),
  structs('level0_forwarders', 3, forwarder, t => t.localForwarders),
  structs('level1_forwarders', 4, forwarder, t => t.globalForwarders)
])

const multicastManager = struct<MulticastManager>('ShowMulticastManager', [
  text('name', 1, m => m.table, { link: 'ShowMulticastManagerDetailReq' }),
  u32('total_trees', 2, m => m.treeCount),
  bool('deleted', 3, m => m.deleted),
  time('deleted_at', 4, m => m.deletedAt)
])

const mvpnManager = struct<MvpnManager>('ShowMvpnManager', [
  text('name', 1, m => m.table, { link: 'ShowMvpnManagerDetailReq' }),
  text('project_manager', 2, m => m.projectManager),
  bool('deleted', 3, m => m.deleted),
  time('deleted_at', 4, m => m.deletedAt)
])

const mvpnNeighbor = struct<MvpnManager['neighbors'][number]>('ShowMvpnNeighbor', [
  text('rd', 1, n => n.rd),
  text('originator', 2, n => n.originator),
  u32('source_as', 3, n => n.sourceAs)
])

const mvpnProjectManager = struct<MvpnProjectManager>('ShowMvpnProjectManager', [
  text('name', 1, m => m.table, { link: 'ShowMvpnProjectManagerDetailReq' }),
  u32('total_managers', 2, m => m.managerCount),
  u32('total_sg_states', 3, m => m.states.length),
  bool('deleted', 4, m => m.deleted),
  time('deleted_at', 5, m => m.deletedAt)
])

interface StateOf {
  readonly manager: MvpnProjectManager
  readonly state: MvpnState
}

const mvpnState = struct<StateOf>('ShowMvpnState', [
  text('source', 1, s => s.state.source),
  text('group', 2, s => s.state.group),
  text('global_ermvpn_tree_rt', 3, s => s.state.globalTreeRoute),
  text('spmsi_rt', 4, s => s.state.spmsiRoute),
  text('source_active_rt', 5, s => s.state.sourceActiveRoute),
  texts('spmsi_routes_received', 6, s => s.state.spmsiRoutesReceived),
  texts('leafad_routes_attr_received', 7, s => s.state.leafAdRoutesReceived),
  u64('total_states', 8, s => s.manager.states.length),
  text('project_manager', 9, s => s.manager.table),
  u64('refcount', 10, s => s.state.holders)
])

/** One row of a manager page: all of them have a table and may be on their way out. */
interface Managed {
  readonly table: string
  readonly deleted: boolean
}

const instanceOf = (table: string): string => table.replace(/\.[^.]+\.\d+$/, '')

const managers = <T extends Managed>(
  base: Pick<Parameters<typeof pagedRequest<T>>[0], 'name' | 'response' | 'struct' | 'items'>,
  list = 'managers'
): Request[] =>
  pagedRequest<T>({
    ...base,
    module: 'bgp_peer',
    list,
    key: item => instanceOf(item.table),
    selects: (item, search) => search.selects(item.table, 'deleted', item.deleted)
  })

/** The page of one manager, by the exact name of its table. */
const detail = <T>(
  name: string,
  response: string,
  list: string,
  of: ReturnType<typeof struct<T>>,
  find: DetailOf<T>
) =>
  request(
    undefined,
    name,
    [{ name: 'name', type: 'string' }],
    struct<readonly T[]>(response, [structs(list, 1, of, found => found)]),
    (view, query) => [...find(view, query.text('name'))]
  )
type DetailOf<T> = (view: Parameters<Request['answer']>[0], table: string) => Iterable<T>

const from = <T extends Managed>(items: Iterable<T>, start: string): Iterable<T> =>
  startingAt(items, item => instanceOf(item.table), start)

export const multicastPages: readonly Request[] = [
  ...managers<EvpnTable>(
    {
      name: 'ShowEvpnTableReq',
      response: 'ShowEvpnTableResp',
      struct: evpnTable,
      items: (view, start) => from(view.instances.evpnTables(), start)
    },
    'tables'
  ),
  ...managers<EvpnTable>(
    {
      name: 'ShowEvpnTableSummaryReq',
      response: 'ShowEvpnTableSummaryResp',
      struct: evpnSummary,
      items: (view, start) => from(view.instances.evpnTables(), start)
    },
    'tables'
  ),
  ...managers<MulticastManager>({
    name: 'ShowMulticastManagerReq',
    response: 'ShowMulticastManagerResp',
    struct: multicastManager,
    items: (view, start) => from(view.instances.multicastManagers(), start)
  }),
  detail('ShowMulticastManagerDetailReq', 'ShowMulticastManagerDetailResp', 'trees', tree, (view, table) =>
    view.instances.multicastTrees(table)
  ),
  ...managers<MvpnManager>({
    name: 'ShowMvpnManagerReq',
    response: 'ShowMvpnManagerResp',
    struct: mvpnManager,
    items: (view, start) => from(view.instances.mvpnManagers(), start)
  }),
  detail('ShowMvpnManagerDetailReq', 'ShowMvpnManagerDetailResp', 'neighbors', mvpnNeighbor, (view, table) =>
    [...view.instances.mvpnManagers()].filter(m => m.table === table).flatMap(m => m.neighbors)
  ),
  ...managers<MvpnProjectManager>({
    name: 'ShowMvpnProjectManagerReq',
    response: 'ShowMvpnProjectManagerResp',
    struct: mvpnProjectManager,
    items: (view, start) => from(view.instances.mvpnProjectManagers(), start)
  }),
  detail(
    'ShowMvpnProjectManagerDetailReq',
    'ShowMvpnProjectManagerDetailResp',
    'states',
    mvpnState,
    (view, table) =>
      [...view.instances.mvpnProjectManagers()]
        .filter(manager => manager.table === table)
        .flatMap(manager => manager.states.map(state => ({ manager, state })))
  )
]
