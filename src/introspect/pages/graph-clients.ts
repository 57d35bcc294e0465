/** Agents as receivers of the configuration graph (introspect §3.12). */
import { printDuration, printIndexSet } from '../sandesh/format.js'
import { Search } from '../sandesh/query.js'
import { body, nextBatch, type Request, request, searchField } from '../sandesh/request.js'
import { bool, i32, one, type Struct, struct, structs, text, texts, u64 } from '../sandesh/schema.js'
import type { ChannelManagerCounts, GraphClient, GraphLink, GraphNode, Interest, NodeView } from '../view.js'
import { iterated, linkName, nodesAfter, pageSize } from './graph.js'
import { batches } from './messages.js'

const machines = struct<GraphClient>('VmRegInfo', [
  i32('vm_count', 1, c => c.virtualMachines.length),
  texts('vm_list', 2, c => c.virtualMachines)
])

const client = struct<GraphClient>('IFMapXmppClientInfo', [
  text('client_name', 1, c => c.name),
  i32('client_index', 2, c => c.index),
  one('vm_reg_info', 9, machines, c => c),
  u64('msgs_sent', 3, c => c.messagesSent),
  u64('msgs_blocked', 4, c => c.messagesBlocked),
  u64('update_nodes_sent', 5, c => c.nodesUpdated),
  u64('delete_nodes_sent', 10, c => c.nodesDeleted),
  u64('update_links_sent', 6, c => c.linksUpdated),
  u64('delete_links_sent', 11, c => c.linksDeleted),
  u64('bytes_sent', 7, c => c.bytesSent),
  bool('is_blocked', 8, c => c.blocked)
])

const clients = struct<readonly GraphClient[]>('IFMapXmppClientInfoShowResp', [
  structs('client_stats', 1, client, c => c)
])

/** The three lists of IFMapServerClientShowReq have one shape: what there is, what is shown, and the entries. */
const counted = <T>(name: string, entry: Struct<T>): Struct<Counted<T>> =>
  struct(name, [
    i32('table_count', 1, c => c.total),
    i32('print_count', 2, c => c.shown.length),
    structs('clients', 3, entry, c => c.shown)
  ])
interface Counted<T> {
  readonly total: number
  readonly shown: readonly T[]
}

interface Tracked {
  readonly client: GraphClient
  readonly interests: number
  readonly advertised: number
}
interface Former {
  readonly name: string
  readonly index: number
  readonly createdAgo: number
  readonly deletedAgo: number | undefined
}

const clientMap = counted<Tracked>(
  'IFMapServerShowClientMap',
  struct('IFMapServerClientMapShowEntry', [
    text('client_name', 1, t => t.client.name),
    u64('interest_tracker_entries', 2, t => t.interests),
    u64('advertised_tracker_entries', 3, t => t.advertised)
  ])
)
const indexMap = counted<GraphClient>(
  'IFMapServerShowIndexMap',
  struct('IFMapServerIndexMapShowEntry', [
    i32('client_index', 1, c => c.index),
    text('client_name', 2, c => c.name)
  ])
)
const history = counted<Former>(
  'IFMapServerClientHistoryList',
  struct('IFMapServerClientHistoryEntry', [
    text('client_name', 1, f => f.name),
    i32('client_index', 2, f => f.index),
    text('creation_time_ago', 3, f => printDuration(f.createdAgo)),
    text('deletion_time_ago', 4, f => (f.deletedAgo === undefined ? '' : printDuration(f.deletedAgo)))
  ])
)

interface ServerClients {
  readonly names: Counted<Tracked>
  readonly indexes: Counted<GraphClient>
  readonly history: Counted<Former>
}
const serverClients = struct<ServerClients>('IFMapServerClientShowResp', [
  one('name_list', 1, clientMap, s => s.names),
  one('index_list', 2, indexMap, s => s.indexes),
  one('history_list', 3, history, s => s.history)
])

function showServerClients(view: NodeView, search: Search): ServerClients {
  const all = [...view.graph.clients()]
  const shown = all.filter(c => search.matches(c.name))
  const former = view.graph.clientHistory()
  const now = view.process.now()
  const formerShown = former
    .filter(f => search.matches(f.name))
    .map(f => ({
      name: f.name,
      index: f.index,
      createdAgo: now - f.createdAt,
      deletedAgo: f.deletedAt === undefined ? undefined : now - f.deletedAt
    }))
  const tracked = shown.map(c => ({ client: c, interests: c.interestCount, advertised: c.advertisedCount }))
  return {
    names: { total: all.length, shown: tracked.sort((a, b) => (a.client.name < b.client.name ? -1 : 1)) },
    indexes: { total: all.length, shown },
    history: { total: former.length, shown: formerShown }
  }
}

const yesNo = (value: boolean): string => (value ? 'Yes' : 'No')

interface Known<T> {
  readonly of: T
  readonly interest: Interest
}
const knownNode = struct<Known<GraphNode>>('IFMapPerClientNodesShowInfo', [
  text('node_name', 1, k => `${k.of.type}:${k.of.name}`, { link: 'IFMapNodeShowReq' }),
  text('sent', 2, k => yesNo(k.interest.sent)),
  text('interest_tracked', 3, k => yesNo(k.interest.interested)),
  text('advertised_tracked', 4, k => yesNo(k.interest.advertised))
])
const knownLink = struct<Known<GraphLink>>('IFMapPerClientLinksShowInfo', [
  text('metadata', 1, k => k.of.metadata),
  text('left', 2, k => k.of.left, { link: 'IFMapNodeShowReq' }),
  text('right', 3, k => k.of.right, { link: 'IFMapNodeShowReq' }),
  text('sent', 4, k => yesNo(k.interest.sent)),
  text('interest_tracked', 5, k => yesNo(k.interest.interested)),
  text('advertised_tracked', 6, k => yesNo(k.interest.advertised))
])

interface KnownPage<T> {
  readonly known: readonly Known<T>[]
  readonly token: string
}
const nodesResponse = struct<KnownPage<GraphNode>>('IFMapPerClientNodesShowResp', [
  structs('node_db', 1, knownNode, page => page.known),
  nextBatch('IFMapPerClientNodesShowReq', 2, page => page.token)
])
const linksResponse = struct<KnownPage<GraphLink>>('IFMapPerClientLinksShowResp', [
  structs('link_db', 1, knownLink, page => page.known),
  nextBatch('IFMapPerClientLinksShowReq', 2, page => page.token)
])

/** Digits are an index, everything else is a name. */
function findClient(view: NodeView, indexOrName: string): number | undefined {
  const index = /^\d+$/.test(indexOrName) ? Number(indexOrName) : undefined
  for (const c of view.graph.clients()) if (c.index === index || c.name === indexOrName) return c.index
  return undefined
}

// The search is a plain substring in these two (introspect §3.12).
function showNodes(view: NodeView, asked: string, search: string, lastTable = '', lastName = ''): string {
  const known: Known<GraphNode>[] = []
  const index = findClient(view, asked)
  if (index !== undefined) {
    for (const of of nodesAfter(view, '', lastTable, lastName)) {
      if (!`${of.type}:${of.name}`.includes(search)) continue
      known.push({ of, interest: view.graph.nodeInterest(index, of.type, of.name) })
      if (known.length === pageSize) {
        return body(nodesResponse, { known, token: [asked, search, of.type, of.name].join('||') })
      }
    }
  }
  return body(nodesResponse, { known, token: '' })
}

function showLinks(view: NodeView, asked: string, search: string, after?: string): string {
  const known: Known<GraphLink>[] = []
  const index = findClient(view, asked)
  if (index !== undefined) {
    for (const of of view.graph.links(after)) {
      if (!linkName(of).includes(search)) continue
      known.push({ of, interest: view.graph.linkInterest(index, of) })
      if (known.length === pageSize) {
        return body(linksResponse, { known, token: [asked, search, linkName(of)].join('||') })
      }
    }
  }
  return body(linksResponse, { known, token: '' })
}

const channelStats = struct<ChannelManagerCounts>('IFMapChannelManagerStats', [
  u64('unknown_subscribe_messages', 1, c => c.unknownSubscribe),
  u64('unknown_unsubscribe_messages', 2, c => c.unknownUnsubscribe),
  u64('duplicate_channel_ready_messages', 3, c => c.duplicateChannelReady),
  u64('invalid_channel_not_ready_messages', 4, c => c.invalidChannelNotReady),
  u64('invalid_channel_state_messages', 5, c => c.invalidChannelState),
  u64('invalid_vm_subscribe_messages', 6, c => c.invalidVmSubscribe),
  u64('vmsub_novrsub_messages', 7, c => c.vmSubscribeWithoutVr),
  u64('vmunsub_novrsub_messages', 8, c => c.vmUnsubscribeWithoutVr),
  u64('vmunsub_novmsub_messages', 9, c => c.vmUnsubscribeWithoutVm),
  u64('duplicate_vrsub_messages', 10, c => c.duplicateVrSubscribe),
  u64('duplicate_vmsub_messages', 11, c => c.duplicateVmSubscribe)
])
const channel = struct<GraphClient>('IFMapXmppChannelMapEntry', [
  text('client_name', 1, c => c.name),
  text('host_name', 4, c => c.hostName),
  text('channel_name', 3, c => c.channel),
  bool('client_added', 2, () => true)
])
const channelList = struct<readonly GraphClient[]>('IFMapXmppChannelMapList', [
  i32('channel_count', 1, c => c.length),
  structs('channel_list', 2, channel, c => c)
])
const channelManager = struct<NodeView>('IFMapChannelManagerInfo', [
  one('channel_manager_stats', 1, channelStats, view => view.graph.channelManagerCounts()),
  one('channel_manager_map', 2, channelList, view => [...view.graph.clients()])
])
const xmppShow = struct<NodeView>('IFMapXmppShowResp', [
  one('channel_manager_info', 1, channelManager, view => view)
])

type PendingMachine = ReturnType<NodeView['graph']['pendingVirtualMachines']>[number]
const pendingMachine = struct<PendingMachine>('IFMapPendingVmRegEntry', [
  text('vm_uuid', 1, m => m.uuid),
  text('vr_name', 2, m => m.virtualRouter)
])
const pendingMachines = struct<readonly PendingMachine[]>('IFMapPendingVmRegResp', [
  i32('map_count', 1, m => m.length),
  structs('vm_reg_map', 2, pendingMachine, m => m)
])

type Queued = ReturnType<NodeView['graph']['updateQueue']> extends Iterable<infer Q> ? Q : never
const queued = (now: number): Struct<Queued> =>
  struct('UpdateQueueShowEntry', [
    text('node_name', 1, q => q.name),
    text('qe_type', 2, q => q.kind),
    text('qe_bitset', 3, q => printIndexSet(q.clients)),
    text('queue_insert_ago', 4, q => printDuration(now - q.since)),
    u64('sequence', 5, q => q.sequence)
  ])
const updateQueue = (now: number): Struct<readonly Queued[]> =>
  struct('IFMapUpdateQueueShowResp', [structs('queue', 1, queued(now), q => q)])

const module = 'ifmap_server_show'

export const graphClientPages: readonly Request[] = [
  {
    module,
    name: 'IFMapXmppClientInfoShowReq',
    fields: [],
    answer: view => batches(clients, [...view.graph.clients()])
  },
  request(module, 'IFMapServerClientShowReq', [searchField], serverClients, (view, query) =>
    showServerClients(view, new Search(query.text('search_string')))
  ),
  ...iterated(
    module,
    'IFMapPerClientNodesShowReq',
    ['client_index_or_name', 'search_string'],
    4,
    nodesResponse,
    { known: [], token: '' },
    {
      first: (view, [asked, search]) => showNodes(view, asked!, search!),
      next: (view, [asked, search, table, name]) => showNodes(view, asked!, search!, table, name)
    }
  ),
  ...iterated(
    module,
    'IFMapPerClientLinksShowReq',
    ['client_index_or_name', 'search_string'],
    3,
    linksResponse,
    { known: [], token: '' },
    {
      first: (view, [asked, search]) => showLinks(view, asked!, search!),
      next: (view, [asked, search, after]) => showLinks(view, asked!, search!, after)
    }
  ),
  request(module, 'IFMapXmppShowReq', [], xmppShow, view => view),
  {
    module,
    name: 'IFMapPendingVmRegReq',
    fields: [],
    answer: view => batches(pendingMachines, view.graph.pendingVirtualMachines())
  },
  {
    module,
    name: 'IFMapUpdateQueueShowReq',
    fields: [],
    answer: view => batches(updateQueue(view.process.now()), [...view.graph.updateQueue()])
  }
]
