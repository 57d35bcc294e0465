/** Which paths wait for which next hops (introspect §3.9). */
import type { Table } from '../../bgp/rib/table.js'
import type { ControlNode } from '../../control-node.js'
import { printIp } from '../../net/ip.js'
import type { NextHop } from '../../path-resolver/next-hops.js'
import type { PathResolver } from '../../path-resolver/path-resolver.js'
import type { Resolution } from '../../path-resolver/resolution.js'
import type * as view from '../view/rib.js'
import type { RouteViews } from './routes.js'

/** Of every table that has a resolver, in order of table. */
export function pathResolvers(node: ControlNode, routes: RouteViews): view.PathResolver[] {
  const views = [...node.resolvers].flatMap(resolver =>
    [...resolver.tables].map(table => resolverView(resolver, table, routes))
  )
  return views.sort((a, b) => (a.table < b.table ? -1 : 1))
}

function resolverView(resolver: PathResolver, table: Table, routes: RouteViews): view.PathResolver {
  const resolutions = [...resolver.resolutions(table)]
  const nextHops = new Set(resolutions.flatMap(({ nextHops }) => [...nextHops.keys()]))
  const { pending } = resolver
  return {
    table: table.name,
    pathCount: resolutions.reduce((sum, resolution) => sum + resolution.nextHops.size, 0),
    modifiedPathCount: pending.routes,
    nextHopCount: nextHops.size,
    modifiedNextHopCount: pending.nextHops,
    get paths() {
      return resolutions.flatMap(resolution => pathViews(resolution))
    },
    get nextHops() {
      return [...nextHops].map(nextHop => {
        const route = nextHop.table.find(nextHop.key)
        return {
          address: addressOf(nextHop),
          table: nextHop.table.name,
          route: route?.paths === undefined ? undefined : routes.of(route)
        }
      })
    }
  }
}

function pathViews({ table, index, nextHops }: Resolution): view.PathResolver['paths'][number][] {
  const route = table.at(index)
  if (route === undefined) return []
  return [...nextHops].map(([nextHop, { copies }]) => ({
    prefix: table.print(route),
    nextHop: addressOf(nextHop),
    resolvedPathCount: copies
  }))
}

const addressOf = ({ key }: NextHop<Resolution>): string => printIp(key, 0, key.length - 1)
