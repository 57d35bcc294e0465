/** The configuration graph: nodes, links and where configuration comes from (introspect §3.12). */
import { printDuration, printIndexSet } from '../sandesh/format.js'
import { Search } from '../sandesh/query.js'
import { body, nextBatch, type Request, request, tokenParts } from '../sandesh/request.js'
import { bool, one, type Struct, struct, structs, text, texts, time, u32, u64 } from '../sandesh/schema.js'
import type { GraphLink, GraphNode, NodeView, SourceConnection, StoredObject } from '../view.js'

const tableEntry = struct<{ name: string; size: number }>('IFMapNodeTableListShowEntry', [
  text('table_name', 1, t => t.name, { link: 'IFMapTableShowReq' }),
  u32('size', 2, t => t.size)
])

const tableList = struct<NodeView>('IFMapNodeTableListShowResp', [
  structs('table_list', 1, tableEntry, view => view.graph.tables())
])

/** A node, and the time that its age is counted to. */
interface Aged<T> {
  readonly of: T
  readonly now: number
}

const object = struct<GraphNode>('IFMapObjectShowInfo', [
  u64('sequence_number', 1, () => 0),
  text('origin', 2, n => n.origin),
  text('data', 3, n => n.properties ?? '')
])

const flags = (item: { deleted: boolean }): string => (item.deleted ? 'Deleted, ' : '')

const node = struct<Aged<GraphNode> | undefined>('IFMapNodeShowInfo', [
  text('node_name', 1, n => (n === undefined ? '' : nodeName(n.of))),
  text('interests', 2, n => (n === undefined ? '' : printIndexSet(n.of.interests))),
  text('advertised', 3, n => (n === undefined ? '' : printIndexSet(n.of.advertised))),
  text('dbentryflags', 4, n => (n === undefined ? '' : flags(n.of))),
  structs('obj_info', 5, object, n => (n?.of.properties === undefined ? [] : [n.of])),
  texts('neighbors', 6, n => n?.of.neighbors ?? []),
  // How long ago, not when.
  text('last_modified', 7, n => (n === undefined ? '' : printDuration(n.now - n.of.lastModified)))
])

const nodeName = (of: GraphNode): string => `${of.type}:${of.name}`

const linkOrigin = struct<string>('IFMapLinkOriginShowInfo', [
  u64('sequence_number', 1, () => 0),
  text('origin', 2, origin => origin)
])

const link = struct<Aged<GraphLink>>('IFMapLinkShowInfo', [
  text('metadata', 1, l => l.of.metadata),
  text('left', 2, l => l.of.left, { link: 'IFMapNodeShowReq' }),
  text('right', 3, l => l.of.right, { link: 'IFMapNodeShowReq' }),
  text('interests', 4, l => printIndexSet(l.of.interests)),
  text('advertised', 5, l => printIndexSet(l.of.advertised)),
  text('dbentryflags', 6, l => flags(l.of)),
  text('last_modified', 7, l => printDuration(l.now - l.of.lastModified)),
  structs('origins', 8, linkOrigin, l => l.of.origins)
])

export const linkName = (l: GraphLink): string => `${l.metadata}(${l.left},${l.right})`

export const pageSize = 50

interface NodePage {
  readonly nodes: readonly Aged<GraphNode>[]
  readonly token: string
}

const nodePage = struct<NodePage>('IFMapTableShowResp', [
  structs('ifmap_db', 1, node, page => page.nodes),
  nextBatch('IFMapTableShowReq', 2, page => page.token)
])

/** Nodes of one type, or of all, in order of type and name, from behind the last of the page before. */
export function* nodesAfter(
  view: NodeView,
  table: string,
  lastTable: string,
  lastName: string
): Generator<GraphNode> {
  for (const { name } of view.graph.tables()) {
    if ((table !== '' && name !== table) || name < lastTable) continue
    yield* view.graph.nodes(name, name === lastTable ? lastName : undefined)
  }
}

/** Token: `table||search||table of the last node||its name`; sent whenever the page is full (introspect §1.8). */
function showNodes(view: NodeView, table: string, searchText: string, lastTable = '', lastName = ''): string {
  const search = new Search(searchText)
  const nodes: Aged<GraphNode>[] = []
  const now = view.process.now()
  for (const of of nodesAfter(view, table, lastTable, lastName)) {
    if (!search.matches(nodeName(of))) continue
    nodes.push({ of, now })
    if (nodes.length === pageSize) {
      return body(nodePage, { nodes, token: [table, searchText, of.type, of.name].join('||') })
    }
  }
  return body(nodePage, { nodes, token: '' })
}

interface LinkPage {
  readonly size: number
  readonly links: readonly Aged<GraphLink>[]
  readonly token: string
}

const linkPage = struct<LinkPage>('IFMapLinkTableShowResp', [
  u32('table_size', 1, page => page.size),
  structs('ifmap_db', 2, link, page => page.links),
  nextBatch('IFMapLinkTableShowReq', 3, page => page.token)
])

function showLinks(view: NodeView, searchText: string, metadataText: string, after?: string): string {
  const search = new Search(searchText)
  const metadata = new Search(metadataText)
  const links: Aged<GraphLink>[] = []
  const size = view.graph.linkCount()
  const now = view.process.now()
  for (const of of view.graph.links(after)) {
    if (!metadata.matches(of.metadata) || !(search.matches(of.left) || search.matches(of.right))) continue
    links.push({ of, now })
    if (links.length === pageSize) {
      return body(linkPage, { size, links, token: [searchText, metadataText, linkName(of)].join('||') })
    }
  }
  return body(linkPage, { size, links, token: '' })
}

/** `type:name` or undefined. */
function splitName(text: string): [type: string, name: string] | undefined {
  const colon = text.indexOf(':')
  return colon < 0 ? undefined : [text.slice(0, colon), text.slice(colon + 1)]
}

const oneNode = struct<Aged<GraphNode> | undefined>('IFMapNodeShowResp', [
  one('node_info', 1, wrap(node), n => ({ n }))
])

function wrap<T>(of: Struct<T>): Struct<{ readonly n: T }> {
  return { name: of.name, fields: of.fields.map(field => from => field(from.n)) }
}

const manager = struct<NodeView>('ConfigClientManagerInfo', [
  bool('end_of_rib_computed', 1, view => view.process.configReadAt() !== undefined),
  time('end_of_rib_computed_at', 2, view => view.process.configReadAt())
])

const connectionFields = (where: string) => [
  text<SourceConnection | undefined>(where, 1, c => c?.where ?? ''),
  bool<SourceConnection | undefined>('connection_status', 2, c => c?.up ?? false),
  time<SourceConnection | undefined>('connection_status_change_at', 3, c => c?.changedAt)
]
export const databaseInfo = struct('ConfigDBConnInfo', connectionFields('cluster'))
export const messageBusInfo = struct('ConfigAmqpConnInfo', connectionFields('url'))

const clientInfo = struct<NodeView>('ConfigClientInfoResp', [
  one('client_manager_info', 1, manager, view => view),
  one('db_conn_info', 2, wrap(databaseInfo), view => ({ n: view.config.source().database })),
  one('amqp_conn_info', 3, wrap(messageBusInfo), view => ({ n: view.config.source().messageBus }))
])

interface ObjectPage {
  readonly objects: readonly StoredObject[]
  readonly token: string
}

const nameCacheEntry = struct<StoredObject>('ConfigDBFQNameCacheEntry', [
  text('uuid', 1, o => o.uuid),
  text('obj_type', 2, o => o.type),
  text('fq_name', 3, o => o.fqName),
  bool('deleted', 4, o => o.deleted)
])

const objectCacheEntry = struct<StoredObject>('ConfigDBUUIDCacheEntry', [
  text('uuid', 1, o => o.uuid),
  text('obj_type', 2, o => o.type),
  text('fq_name', 3, o => o.fqName),
  time('timestamp', 4, o => o.changedAt),
  text('json_str', 9, o => o.json)
])

function objectRequests(name: string, response: string, list: string, of: Struct<StoredObject>): Request[] {
  const message = struct<ObjectPage>(response, [
    structs(list, 1, of, page => page.objects),
    nextBatch(name, 2, page => page.token)
  ])
  const show = (view: NodeView, searchText: string, after?: string): string => {
    const search = new Search(searchText)
    const objects: StoredObject[] = []
    for (const item of view.graph.storedObjects(after)) {
      if (![item.uuid, item.type, item.fqName].some(value => search.matches(value))) continue
      objects.push(item)
      if (objects.length === pageSize) return body(message, { objects, token: `${searchText}||${item.uuid}` })
    }
    return body(message, { objects, token: '' })
  }
  return iterated(
    'config_client_show',
    name,
    ['search_string'],
    2,
    message,
    { objects: [], token: '' },
    {
      first: (view, [search]) => show(view, search!),
      next: (view, [search, after]) => show(view, search!, after)
    }
  )
}

/** A request whose token is made of what was asked and of where the page before ended. */
export function iterated<T>(
  module: string,
  name: string,
  fields: readonly string[],
  partCount: number,
  message: Struct<T>,
  empty: T,
  show: {
    first(view: NodeView, asked: readonly string[]): string
    next(view: NodeView, parts: readonly string[]): string
  }
): Request[] {
  return [
    {
      module,
      name,
      fields: fields.map(field => ({ name: field, type: 'string' })),
      answer: (view, query) =>
        show.first(
          view,
          fields.map(field => query.text(field))
        )
    },
    {
      module: undefined,
      name: `${name}Iterate`,
      fields: [{ name: 'iterate_info', type: 'string' }],
      answer: (view, query) => {
        const parts = tokenParts(query.text('iterate_info'), partCount)
        return parts === undefined ? body(message, empty) : show.next(view, parts)
      }
    }
  ]
}

const module = 'ifmap_server_show'

export const graphPages: readonly Request[] = [
  request(module, 'IFMapNodeTableListShowReq', [], tableList, view => view),
  ...iterated(
    module,
    'IFMapTableShowReq',
    ['table_name', 'search_string'],
    4,
    nodePage,
    { nodes: [], token: '' },
    {
      first: (view, [table, search]) => showNodes(view, table!, search!),
      next: (view, [table, search, lastTable, lastName]) =>
        showNodes(view, table!, search!, lastTable, lastName)
    }
  ),
  request(module, 'IFMapNodeShowReq', [{ name: 'fq_node_name', type: 'string' }], oneNode, (view, query) => {
    const name = splitName(query.text('fq_node_name'))
    const of = name && view.graph.node(name[0], name[1])
    return of && { of, now: view.process.now() }
  }),
  ...iterated(
    module,
    'IFMapLinkTableShowReq',
    ['search_string', 'metadata'],
    3,
    linkPage,
    { size: 0, links: [], token: '' },
    {
      first: (view, [search, metadata]) => showLinks(view, search!, metadata!),
      next: (view, [search, metadata, after]) => showLinks(view, search!, metadata!, after)
    }
  ),
  request('config_client_show', 'ConfigClientInfoReq', [], clientInfo, view => view),
  ...objectRequests('ConfigDBUUIDToFQNameReq', 'ConfigDBUUIDToFQNameResp', 'fqname_cache', nameCacheEntry),
  ...objectRequests('ConfigDBUUIDCacheReq', 'ConfigDBUUIDCacheResp', 'uuid_cache', objectCacheEntry)
]
