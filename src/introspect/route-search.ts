/** Finding routes over tables, a bounded slice at a time: behind ShowRouteReq and the JSON API (introspect §3.3). */
import { covers, type MatchPrefix, parseMatchPrefix } from './prefix-match.js'
import { Search } from './sandesh/query.js'
import { nextTurn } from './sandesh/request.js'
import type { NodeView, Path, Route, RouteSelection, Table } from './view.js'

export interface RouteQuery {
  /** Exact names; empty: all. */
  readonly table: string
  readonly instance: string
  readonly family: string
  /** A regular expression, or with `longer` or `shorter` a prefix. */
  readonly prefix: string
  readonly longer: boolean
  readonly shorter: boolean
  /** Exact text of the path's source. */
  readonly source: string
  readonly protocol: string
}

/** Where a page begins: at this route or, if it is gone, at the one after it. */
export interface RoutePosition {
  readonly instance: string
  readonly table: string
  readonly prefix: string
}

export interface RoutePage<T> {
  readonly tables: readonly T[]
  readonly next: RoutePosition | undefined
  readonly count: number
}

/** How routes and tables are drawn; each is called in the turn in which the value was given. */
export interface RouteDrawing<R, T> {
  route(route: Route, paths: readonly Path[], table: Table): R
  table(table: Table, routes: readonly R[]): T
}

/** Routes looked at between two turns of the event loop. */
const routesPerSlice = 256
/** Paths drawn between two turns. A route may have one, or one of each neighbour: routes alone would be no measure. */
const pathsPerSlice = 256
/** Routes asked for at a time, and so what a slice may have beyond its paths. */
const routesPerStep = 8

/**
 * At most `limit` routes in order of instance, table and key. Tables in which no route is left are dropped. A client
 * that has gone stops the search. `turn` is waited for between slices.
 */
export async function searchRoutes<R, T>(
  view: NodeView,
  query: RouteQuery,
  start: RoutePosition | undefined,
  limit: number,
  drawing: RouteDrawing<R, T>,
  abandoned: () => boolean,
  turn: () => Promise<void> = nextTurn
): Promise<RoutePage<T>> {
  const tables: T[] = []
  let count = 0
  for (const position of tablesOf(view, query, start)) {
    const accepts = routeFilter(view, position.table, query)
    const cursor = accepts && view.rib.routes(position.table, selectionOf(query, position.prefix))
    if (cursor === undefined) continue
    const routes: R[] = []
    let next: RoutePosition | undefined
    for (let isMore = true; isMore && next === undefined && !abandoned(); ) {
      const table = view.rib.table(position.table)
      if (table === undefined) break
      let drawn = 0
      for (let looked = 0; looked < routesPerSlice && drawn < pathsPerSlice; looked += routesPerStep) {
        const step = cursor.next(routesPerStep)
        isMore = step !== undefined
        if (step === undefined) break
        for (const route of step) {
          const paths = accepts!(route)
          if (paths === undefined) continue
          if (count === limit) {
            next = { instance: table.instance, table: table.name, prefix: route.prefix }
            break
          }
          routes.push(drawing.route(route, paths, table))
          count++
          drawn += paths.length
        }
        if (next !== undefined) break
      }
      if (next === undefined) await turn()
    }
    const table = view.rib.table(position.table)
    if (table !== undefined && (routes.length > 0 || (table.deleted && query.prefix === ''))) {
      tables.push(drawing.table(table, routes))
    }
    if (next !== undefined || abandoned()) return { tables, next, count }
  }
  return { tables, next: undefined, count }
}

/** The tables to look into, and where to begin in each. */
function tablesOf(view: NodeView, query: RouteQuery, start: RoutePosition | undefined): RoutePosition[] {
  const wanted: RoutePosition[] = []
  const candidates = query.table === '' ? view.rib.tables(start?.instance) : [view.rib.table(query.table)]
  for (const table of candidates) {
    if (table === undefined) continue
    if (query.table === '' && query.instance !== '' && table.instance !== query.instance) continue
    if (query.family !== '' && table.family !== query.family) continue
    if (start !== undefined && table.instance === start.instance && table.name < start.table) continue
    const prefix = table.name === start?.table ? start.prefix : ''
    wanted.push({ instance: table.instance, table: table.name, prefix })
  }
  return wanted
}

function selectionOf(query: RouteQuery, start: string): RouteSelection {
  const onlyLonger = query.longer && !query.shorter
  const onlyShorter = query.shorter && !query.longer
  return {
    ...(start !== '' && { start }),
    ...(onlyLonger && { inside: query.prefix }),
    ...(onlyShorter && { covering: query.prefix })
  }
}

/** The paths of a route that the query asks for, or undefined; no filter when the table cannot match at all. */
function routeFilter(
  view: NodeView,
  tableName: string,
  query: RouteQuery
): ((route: Route) => readonly Path[] | undefined) | undefined {
  const family = view.rib.table(tableName)?.family
  if (family === undefined) return undefined
  const search = new Search(query.prefix)
  let matches = (prefix: string): boolean => search.matches(prefix)
  if (query.prefix !== '' && (query.longer || query.shorter)) {
    const wanted = parseMatchPrefix(family, query.prefix)
    if (wanted === undefined) return undefined
    matches = prefix => prefixMatches(wanted, parseMatchPrefix(family, prefix), query)
  }
  const protocol = protocolAliases[query.protocol.toLowerCase()] ?? query.protocol.toLowerCase()
  return route => {
    if (!matches(route.prefix)) return undefined
    if (query.source === '' && protocol === '') return route.paths.length === 0 ? undefined : route.paths
    const paths = route.paths.filter(
      path =>
        (query.source === '' || path.source === query.source) &&
        (protocol === '' || path.protocol.toLowerCase() === protocol)
    )
    return paths.length === 0 ? undefined : paths
  }
}

/** Words that the public client offers for protocols (introspect §2.1). */
const protocolAliases: Readonly<Record<string, string>> = { static: 'staticroute' }

const prefixMatches = (wanted: MatchPrefix, prefix: MatchPrefix | undefined, query: RouteQuery): boolean =>
  prefix !== undefined &&
  ((query.longer && covers(wanted, prefix)) || (query.shorter && covers(prefix, wanted)))
