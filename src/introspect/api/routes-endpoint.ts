/** GET /api/v1/routes: written while it is searched for. */
import { type RouteDrawing, type RoutePosition, searchRoutes } from '../route-search.js'
import type { Path, Route, Table } from '../view.js'
import { type JsonOutput, Streamed } from './answer-stream.js'
import { type Endpoint, exact, limit, type Parameters, pageOf, start } from './endpoint.js'
import * as models from './models.js'
import { boolean, project } from './schema.js'

const text = (parameters: Parameters, name: string): string => String(parameters[name] ?? '')

/** A place in the tables, as `next` has it; undefined for any other text. */
export const routePosition = (token: string): RoutePosition | undefined => {
  const [instance, table, prefix] = token.split(' ').map(decodeURIComponent)
  return instance && table ? { instance, table, prefix: prefix ?? '' } : undefined
}

export const printPosition = ({ instance, table, prefix }: RoutePosition): string =>
  [instance, table, prefix].map(encodeURIComponent).join(' ')

/** Tables and routes in the order in which they are found; a table is closed when the next one comes. */
class TableText implements RouteDrawing<void, void> {
  #open: string | undefined
  #isFirstTable = true

  constructor(private readonly out: JsonOutput) {}

  route({ prefix, lastModified }: Route, paths: readonly Path[], table: Table): void {
    if (this.#open === table.name) this.out.write(',')
    else this.#begin(table)
    this.out.write(JSON.stringify(project(models.route, { prefix, lastModified, paths })))
  }

  table(table: Table): void {
    if (this.#open !== table.name) this.#begin(table)
  }

  end(): void {
    if (this.#open !== undefined) this.out.write(']}')
  }

  #begin({ name, instance, family, counts }: Table): void {
    this.end()
    this.#open = name
    const head = { name, instance, family, counts: project(models.tableCounts, counts) }
    this.out.write(`${this.#isFirstTable ? '' : ','}${JSON.stringify(head).slice(0, -1)},"routes":[`)
    this.#isFirstTable = false
  }
}

export const routes: Endpoint = {
  path: '/routes',
  summary: 'Routes over tables, in order of instance, table and key',
  query: {
    table: exact('Table name'),
    instance: exact('Routing instance'),
    family: exact('Table family: inet, inet6, l3vpn, evpn …'),
    prefix: exact('Regular expression; with longer or shorter a prefix'),
    longer: { ...boolean, description: 'Routes equal to or inside the prefix' },
    shorter: { ...boolean, description: 'Routes equal to or covering the prefix' },
    source: exact('Source of a path: neighbor address or agent name'),
    protocol: exact('BGP, XMPP, Local, StaticRoute, ServiceChain, Aggregate'),
    limit,
    start
  },
  answer: pageOf('RoutePage', 'tables', models.routeTable),
  read: (view, parameters, abandoned) =>
    new Streamed(async out => {
      out.write('{"tables":[')
      const tables = new TableText(out)
      const { next } = await searchRoutes(
        view,
        {
          table: text(parameters, 'table'),
          instance: text(parameters, 'instance'),
          family: text(parameters, 'family'),
          prefix: text(parameters, 'prefix'),
          longer: parameters.longer === true,
          shorter: parameters.shorter === true,
          source: text(parameters, 'source'),
          protocol: text(parameters, 'protocol')
        },
        routePosition(text(parameters, 'start')),
        Number(parameters.limit),
        tables,
        abandoned,
        () => out.turn()
      )
      tables.end()
      out.write(next === undefined ? ']}' : `],"next":${JSON.stringify(printPosition(next))}}`)
    })
}
