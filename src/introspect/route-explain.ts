/** Finding the routes that an operator asks about: a prefix in each table that has it, or what covers an address. */
import { parseIp } from '../net/ip.js'
import { parseMatchPrefix } from './prefix-match.js'
import { nextTurn } from './sandesh/request.js'
import type { NodeView, RouteExplanation, Table } from './view.js'

export interface ExplainQuery {
  readonly prefix: string
  /** Empty: all tables. */
  readonly table: string
  /** Name or address of a neighbour or an agent; empty: no one. */
  readonly to: string
}

/** Tables looked into between two turns of the event loop; for an address each costs a look-up per length. */
const tablesPerSlice = 64
const mostRoutes = 100

/** The names are taken first: an iterator of the view does not outlive its turn. */
export async function explainRoutes(
  view: NodeView,
  query: ExplainQuery,
  abandoned: () => boolean
): Promise<{ readonly routes: readonly RouteExplanation[]; readonly isCut: boolean }> {
  const candidates = query.table === '' ? view.rib.tables() : [view.rib.table(query.table)]
  const tables = [...candidates].flatMap(table => table?.name ?? [])
  const routes: RouteExplanation[] = []
  for (let at = 0; at < tables.length && !abandoned(); at++) {
    if (at % tablesPerSlice === tablesPerSlice - 1) await nextTurn()
    const table = view.rib.table(tables[at]!)
    const prefix = table && prefixIn(view, table, query.prefix)
    const found = prefix && view.rib.explain(table!.name, prefix, query.to === '' ? undefined : query.to)
    if (!found) continue
    if (routes.length === mostRoutes) return { routes, isCut: true }
    routes.push(found)
  }
  return { routes, isCut: false }
}

/** An address stands for the longest prefix that covers it; what has a length, or is of no address, for itself. */
function prefixIn(view: NodeView, table: Table, text: string): string | undefined {
  if (text.includes('/') || !isAddress(text)) return text
  if (parseMatchPrefix(table.family, text) === undefined) return undefined
  // In key order, so the last is the longest.
  return view.rib.routes(table.name, { covering: text })?.next(1)?.at(-1)?.prefix
}

/** With or without a route distinguisher in front. */
const isAddress = (text: string): boolean =>
  parseIp(text) !== undefined || parseIp(text.replace(/^[^:]+:\d+:/, '')) !== undefined
