import type { ControlNode } from '../../control-node.js'
import { dumpTables } from '../../mrt/node-tables.js'
import type * as view from '../view/rib.js'
import { explainRoute } from './explain.js'
import { instanceOfTable, instancesFrom, tablesOf } from './instance-order.js'
import { pathResolvers } from './path-resolvers.js'
import { messagesTold, ribOutViews, updateDelays } from './rib-outs.js'
import { passingRoute } from './route-cursor.js'
import { routeTargetGroups } from './route-targets.js'
import { RouteViews } from './routes.js'
import { tableView } from './tables.js'

export function ribView(node: ControlNode): view.RibView {
  const { instances } = node
  const routes = new RouteViews(node)
  return {
    *tables(startInstance) {
      for (const instance of instancesFrom(node, startInstance))
        for (const table of tablesOf(instance)) yield tableView(node, instance, table)
    },
    table: name => {
      const table = instances.table(name)
      const instance = table && instanceOfTable(node, table)
      return instance && tableView(node, instance, table!)
    },
    routes: (name, selection) => {
      const table = instances.table(name)
      return table && routes.cursor(table, selection)
    },
    route: (name, prefix) => {
      const table = instances.table(name)
      const key = table?.family.parse(prefix)
      const route = key && passingRoute(table!, key)
      return route && routes.of(route)
    },
    explain: (name, prefix, to) => {
      const table = instances.table(name)
      const key = table?.family.parse(prefix)
      const route = key && passingRoute(table!, key)
      return route && explainRoute(node, routes, route, to)
    },
    dump: name => dumpTables(node, name),
    ribOuts: () => ribOutViews(node),
    messagesTold: () => messagesTold(node),
    updateDelays: () => updateDelays(node),
    routeTargetGroups: start => routeTargetGroups(node, start),
    pathResolvers: () => pathResolvers(node, routes),
    limitedNextHops: () => [...node.resolvers].reduce((sum, { limited }) => sum + limited, 0)
  }
}
