/** The paths of /api/v1. */
import { processState } from '../process-state.js'
import { Search } from '../sandesh/query.js'
import type { NeighborPosition, NodeView } from '../view.js'
import { listed } from './answer-stream.js'
import {
  type Endpoint,
  exact,
  limit,
  Missing,
  type Parameters,
  pageOf,
  search,
  start,
  takePage
} from './endpoint.js'
import { explain } from './explain.js'
import * as models from './models.js'
import { printPosition, routePosition, routes } from './routes-endpoint.js'
import { array, type JsonSchema, object, project } from './schema.js'

const text = (parameters: Parameters, name: string): string => String(parameters[name] ?? '')
const number = (parameters: Parameters, name: string): number => Number(parameters[name])

const status: Endpoint = {
  path: '/status',
  summary: 'The node as a whole',
  query: {},
  answer: models.status,
  read: view => {
    const { functional, description } = processState(view)
    let instances = 0
    for (const _ of view.instances.instances()) instances++
    return project(models.status, {
      ...view.process.node(),
      functional,
      description,
      configReadAt: view.process.configReadAt(),
      configProblems: view.process.configProblems().length,
      connections: view.process.connections(),
      neighbors: totals(view.bgp.neighbors()),
      agents: totals(view.xmpp.agents()),
      instances
    })
  }
}

function totals(sessions: Iterable<{ state: string }>): { total: number; established: number } {
  const count = { total: 0, established: 0 }
  for (const { state } of sessions) {
    count.total++
    if (state === 'Established') count.established++
  }
  return count
}

/** A list that goes page by page, in order of `key`. */
function list<T>(
  path: string,
  summary: string,
  model: JsonSchema,
  listName: string,
  query: Endpoint['query'],
  items: (view: NodeView, from: string, parameters: Parameters) => Iterable<T>,
  key: (item: T) => string
): Endpoint {
  return {
    path,
    summary,
    query: { ...query, limit, start },
    answer: pageOf(`${model.title}Page`, listName, model),
    read: (view, parameters) => {
      const found = items(view, text(parameters, 'start'), parameters)
      const { items: drawn, next } = takePage(found, number(parameters, 'limit'), key, item =>
        project(model, item)
      )
      return listed({ [listName]: drawn, ...(next !== undefined && { next }) })
    }
  }
}

function* where<T>(items: Iterable<T>, selects: (item: T) => boolean): Generator<T> {
  for (const item of items) if (selects(item)) yield item
}

/** One object by name. */
const named = <T>(
  path: string,
  summary: string,
  model: JsonSchema,
  find: (view: NodeView, name: string) => T | undefined
): Endpoint => ({
  path,
  summary,
  query: {},
  answer: model,
  read: (view, parameters) => {
    const name = text(parameters, 'name')
    const found = find(view, name)
    return found === undefined
      ? new Missing(`no such ${path.split('/')[1]!.replace(/s$/, '')}: ${name}`)
      : project(model, found)
  }
})

const first = <T>(items: Iterable<T>, matches: (item: T) => boolean): T | undefined => {
  for (const item of items) if (matches(item)) return item
  return undefined
}

const neighborKey = (n: { instance: string; name: string }): string => `${n.instance}:${n.name}`

/** Instances and names have colons: the two are kept apart. */
const neighborPosition = (token: string): NeighborPosition | undefined => {
  const [instance, name] = token.split(' ').map(decodeURIComponent)
  return instance && name ? { instance, name } : undefined
}
const printNeighborPosition = ({ instance, name }: NeighborPosition): string =>
  [instance, name].map(encodeURIComponent).join(' ')

export const endpoints: readonly Endpoint[] = [
  status,
  list(
    '/neighbors',
    'BGP neighbors',
    models.neighborSummary,
    'neighbors',
    { search },
    (view, from, parameters) => {
      const wanted = new Search(text(parameters, 'search'))
      return where(
        view.bgp.neighbors(neighborPosition(from)),
        n => wanted.matches(n.name) || wanted.matches(n.address)
      )
    },
    printNeighborPosition
  ),
  named(
    '/neighbors/{name}',
    'One BGP neighbor, by name, instance and name, or address',
    models.neighbor,
    (view, name) =>
      first(view.bgp.neighbors(), n => n.name === name || neighborKey(n) === name || n.address === name)
  ),
  list(
    '/agents',
    'vRouter agents',
    models.agentSummary,
    'agents',
    { search },
    (view, from, parameters) => {
      const wanted = new Search(text(parameters, 'search'))
      return where(view.xmpp.agents(from), a => wanted.matches(a.name) || wanted.matches(a.address))
    },
    a => a.name
  ),
  named('/agents/{name}', 'One agent, by name or address', models.agent, (view, name) =>
    first(view.xmpp.agents(), a => a.name === name || a.address === name)
  ),
  list(
    '/instances',
    'Routing instances',
    models.instance,
    'instances',
    { search },
    (view, from, parameters) => {
      const wanted = new Search(text(parameters, 'search'))
      return where(view.instances.instances(from), i => wanted.matches(i.name))
    },
    i => i.name
  ),
  named('/instances/{name}', 'One routing instance', models.instance, (view, name) =>
    first(view.instances.instances(name), i => i.name === name)
  ),
  list(
    '/tables',
    'Tables',
    models.table,
    'tables',
    { search, instance: exact('Routing instance'), family: exact('Table family') },
    (view, from, parameters) => {
      const wanted = new Search(text(parameters, 'search'))
      const instance = text(parameters, 'instance')
      const family = text(parameters, 'family')
      const position = routePosition(from)
      return where(
        view.rib.tables(position?.instance),
        t =>
          (position === undefined || t.instance !== position.instance || t.name >= position.table) &&
          (instance === '' || t.instance === instance) &&
          (family === '' || t.family === family) &&
          wanted.matches(t.name)
      )
    },
    t => printPosition({ instance: t.instance, table: t.name, prefix: '' })
  ),
  routes,
  explain,
  {
    path: '/rib-outs',
    summary: 'What is advertised: one entry per table and group of receivers with one export policy',
    query: { table: exact('Table name') },
    answer: object('RibOuts', { ribOuts: array(models.ribOut) }),
    read: (view, parameters) => {
      const wanted = text(parameters, 'table')
      const found = where(view.rib.ribOuts(), r => wanted === '' || r.table === wanted)
      return listed({ ribOuts: project(array(models.ribOut), found) })
    }
  },
  {
    path: '/update-delays',
    summary: 'How long changes of routes waited until the neighbors and agents that keep step had been told',
    query: {},
    answer: object('UpdateDelaysAnswer', { families: array(models.updateDelays) }),
    read: view => ({ families: project(array(models.updateDelays), view.rib.updateDelays()) })
  },
  {
    path: '/exports',
    summary: 'Monitoring stations (BMP) and files (MRT), and how they keep up',
    query: {},
    answer: object('Exports', { exports: array(models.exportState) }),
    read: view => ({ exports: project(array(models.exportState), view.process.exports()) })
  },
  {
    path: '/config/problems',
    summary: 'Configuration objects that are refused or used in part',
    query: {},
    answer: object('ConfigProblems', { problems: array(models.configProblem) }),
    read: view => listed({ problems: project(array(models.configProblem), view.process.configProblems()) })
  }
]
