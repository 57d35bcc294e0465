/** Why a route is as it is (`weft route explain`). */
import { explainRoutes } from '../route-explain.js'
import type { NodeView } from '../view.js'
import { type Endpoint, exact, Missing } from './endpoint.js'
import { path } from './models.js'
import {
  array,
  boolean,
  described,
  integer,
  type JsonSchema,
  object,
  project,
  string,
  strings
} from './schema.js'

const explainedPath = object(
  'ExplainedPath',
  {
    ...path.properties!,
    standing: described(
      { type: 'string', enum: ['best', 'shares load', 'lost'] },
      'Best, as good up to and including MED, or neither'
    ),
    lostAt: described(string, 'The step of best-path selection at which it falls behind the best one'),
    unusable: described(strings, 'Why it cannot be used'),
    copyOf: object('CopyOrigin', { table: string, prefix: string })
  },
  [...optionalOf(path), 'copyOf']
)

const explanation = object(
  'RouteExplanation',
  {
    table: string,
    instance: string,
    prefix: string,
    paths: array(explainedPath),
    advertisement: object(
      'Advertisement',
      {
        to: string,
        advertised: described(boolean, 'By the rules'),
        reason: string,
        sent: described(boolean, 'In fact, or about to be'),
        pending: described(boolean, 'Something of this table is still to be sent to the receiver'),
        as: object('AdvertisedAs', { table: string, prefix: string }),
        paths: array(
          object('PathAdvertisement', {
            advertised: boolean,
            reason: string,
            sent: boolean,
            pathId: described(integer, 'As the receiver sees it; 0: none')
          })
        )
      },
      ['as', 'paths']
    )
  },
  ['advertisement']
)

function optionalOf({ properties, required }: JsonSchema): string[] {
  return Object.keys(properties!).filter(name => !required!.includes(name))
}

export const explain: Endpoint = {
  path: '/routes/explain',
  summary: 'What ranks and bars the paths of a route, and why a neighbor or agent is told of it or not',
  query: {
    prefix: exact('Prefix as printed; an address stands for the longest prefix that covers it in each table'),
    table: exact('Table name; absent: all that have the prefix'),
    to: exact('Neighbor or agent, by name or address')
  },
  answer: object('RouteExplanations', {
    routes: array(explanation),
    isCut: described(boolean, 'More tables have the prefix')
  }),
  read: async (view, parameters, abandoned) => {
    const [prefix, table, to] = ['prefix', 'table', 'to'].map(name => String(parameters[name] ?? ''))
    if (to !== '' && !isKnown(view, to!)) return new Missing(`no such neighbor or agent: ${to}`)
    if (table !== '' && view.rib.table(table!) === undefined) return new Missing(`no such table: ${table}`)
    const { routes, isCut } = await explainRoutes(
      view,
      { prefix: prefix!, table: table!, to: to! },
      abandoned
    )
    return { routes: project(array(explanation), routes), isCut }
  }
}

function isKnown(view: NodeView, to: string): boolean {
  for (const { name, address, instance } of view.bgp.neighbors())
    if (name === to || address === to || `${instance}:${name}` === to) return true
  for (const { name, address } of view.xmpp.agents()) if (name === to || address === to) return true
  return false
}
