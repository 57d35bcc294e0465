/** ShowRouteReq, its pages, and ShowRouteVrfReq (introspect §3.3). */
import { type RouteDrawing, type RoutePosition, type RouteQuery, searchRoutes } from '../route-search.js'
import { printDuration, printTime } from '../sandesh/format.js'
import type { RequestField } from '../sandesh/query.js'
import { body, nextBatch, type Request, tokenParts } from '../sandesh/request.js'
import {
  bool,
  one,
  type Struct,
  struct,
  structs,
  text,
  time,
  u32,
  u64,
  writeStruct,
  written
} from '../sandesh/schema.js'
import type { NodeView, Table, TableListener } from '../view.js'
import { routeStruct, type ShownRoute } from './route-structs.js'

/** The public client always sends all of them, in another order. */
const fields: readonly RequestField[] = [
  { name: 'routing_table', type: 'string' },
  { name: 'routing_instance', type: 'string' },
  { name: 'prefix', type: 'string' },
  { name: 'longer_match', type: 'bool' },
  { name: 'shorter_match', type: 'bool' },
  { name: 'count', type: 'u32' },
  { name: 'start_routing_table', type: 'string' },
  { name: 'start_routing_instance', type: 'string' },
  { name: 'start_prefix', type: 'string' },
  { name: 'source', type: 'string' },
  { name: 'protocol', type: 'string' },
  { name: 'family', type: 'string' }
]

const listener = struct<TableListener>('ShowTableListener', [
  u32('id', 1, l => l.id),
  text('name', 2, l => l.name),
  u64('state_count', 3, l => l.stateCount)
])

interface ShownTable {
  readonly table: Table
  readonly routes: readonly string[]
}

const shownTable = struct<ShownTable>('ShowRouteTable', [
  text('routing_instance', 1, s => s.table.instance, { link: 'ShowRoutingInstanceReq' }),
  text('routing_table_name', 2, s => s.table.name, { link: 'ShowRouteReq' }),
  bool('deleted', 9, s => s.table.deleted),
  time('deleted_at', 11, s => s.table.deletedAt),
  u64('prefixes', 3, s => s.table.counts.prefixes),
  u64('paths', 4, s => s.table.counts.primaryPaths + s.table.counts.secondaryPaths),
  u64('primary_paths', 5, s => s.table.counts.primaryPaths),
  u64('secondary_paths', 6, s => s.table.counts.secondaryPaths),
  u64('infeasible_paths', 7, s => s.table.counts.infeasiblePaths),
  u64('stale_paths', 12, s => s.table.counts.stalePaths),
  u64('llgr_stale_paths', 13, s => s.table.counts.llgrStalePaths),
  written('routes', 8, s => s.routes),
  structs('listeners', 10, listener, s => s.table.listeners)
])

const route = routeStruct(printTime)

const drawing: RouteDrawing<string, string> = {
  route: ({ prefix, lastModified }, paths) => writeStruct(route, { prefix, lastModified, paths }),
  table: (table, routes) => writeStruct(shownTable, { table, routes })
}

interface Page {
  readonly tables: readonly string[]
  readonly token: string
}

const response = struct<Page>('ShowRouteResp', [
  written('tables', 1, page => page.tables),
  nextBatch<Page>('ShowRouteReq', 2, page => page.token)
])

/** The most routes in one answer, whatever `count` asks for; the rest follows through `next_batch`. */
const routesPerPage = 1000

/** `count` 0: no limit. */
async function page(
  view: NodeView,
  query: RouteQuery,
  start: RoutePosition | undefined,
  count: number,
  abandoned: () => boolean
): Promise<string> {
  const limit = count === 0 ? routesPerPage : Math.min(count, routesPerPage)
  const found = await searchRoutes(view, query, start, limit, drawing, abandoned)
  const remaining = count === 0 ? 0 : count - found.count
  const ended = found.next === undefined || (count > 0 && remaining === 0)
  return body(response, {
    tables: found.tables,
    token: ended ? '' : printToken(query, found.next!, remaining)
  })
}

/** Twelve parts: what was asked, the first route not shown, what is left to show, and the filters (introspect §3.3). */
const printToken = (query: RouteQuery, next: RoutePosition, remaining: number): string =>
  [
    query.instance,
    query.table,
    query.prefix,
    next.instance,
    next.table,
    next.prefix,
    remaining,
    query.source,
    query.protocol,
    query.family,
    query.longer,
    query.shorter
  ].join('||')

/** An age each, unlike in ShowRouteResp. */
const vrfResponse = (now: number): Struct<ShownRoute> => {
  const aged = routeStruct(at => (at === undefined ? '' : printDuration(now - at)))
  return struct('ShowRouteVrfResp', [one('route', 1, aged, found => found)])
}

export const routePages: readonly Request[] = [
  {
    module: 'bgp_peer',
    name: 'ShowRouteReq',
    fields,
    answer: (view, query) => {
      const start = {
        instance: query.text('start_routing_instance'),
        table: query.text('start_routing_table'),
        prefix: query.text('start_prefix')
      }
      const asked: RouteQuery = {
        table: query.text('routing_table'),
        instance: query.text('routing_instance'),
        family: query.text('family'),
        prefix: query.text('prefix'),
        longer: query.flag('longer_match'),
        shorter: query.flag('shorter_match'),
        source: query.text('source'),
        protocol: query.text('protocol')
      }
      return page(
        view,
        asked,
        start.instance === '' ? undefined : start,
        query.number('count'),
        query.abandoned
      )
    }
  },
  {
    module: undefined,
    name: 'ShowRouteReqIterate',
    fields: [{ name: 'route_info', type: 'string' }],
    answer: (view, query) => {
      const parts = tokenParts(query.text('route_info'), 12)
      if (parts === undefined) return body(response, { tables: [], token: '' })
      const [instance, table, prefix, nextInstance, nextTable, nextPrefix, count, source, protocol, family] =
        parts as [string, string, string, string, string, string, string, string, string, string]
      return page(
        view,
        {
          instance,
          table,
          prefix,
          source,
          protocol,
          family,
          longer: parts[10] === 'true',
          shorter: parts[11] === 'true'
        },
        { instance: nextInstance, table: nextTable, prefix: nextPrefix },
        Number.parseInt(count, 10) || 0,
        query.abandoned
      )
    }
  },
  {
    module: undefined,
    name: 'ShowRouteVrfReq',
    fields: [
      { name: 'vrf', type: 'string' },
      { name: 'prefix', type: 'string' }
    ],
    answer: (view, query) => {
      const found = view.rib.route(`${query.text('vrf')}.inet.0`, query.text('prefix'))
      return body(
        vrfResponse(view.process.now()),
        found ?? { prefix: '', lastModified: undefined, paths: [] }
      )
    }
  }
]
