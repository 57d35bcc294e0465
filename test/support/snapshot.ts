/**
 * All that a cluster has come to, as lines of text: tables of the nodes as operators see them, and what agents and
 * routers hold. Without what may depend on the order of events by design: times, and indexes of instances, which are
 * the lowest free ones (spec config 8.3) and part of targets like `target:10.0.0.1:3`.
 */
import type { NodeView, Path } from '../../src/introspect/view.js'
import type { LabAgent } from '../../src/lab/agent.js'
import type { LabRouter } from '../../src/lab/router.js'
import { type Cluster, nodeNames } from './cluster.js'
import { routers } from './cluster-objects.js'

export function snapshot(cluster: Cluster): string[] {
  const lines = [
    ...nodeNames.flatMap(name => tableLines(name, cluster.view(name))),
    ...[...cluster.agents.values()].flatMap(agentLines),
    ...[cluster.edge, cluster.gateway].flatMap(routerLines)
  ]
  return lines.map(line => cluster.withoutIndexes(line)).sort()
}

/** Every route of a table, whatever the number. */
export function routesOf(view: NodeView, table: string): { prefix: string; paths: readonly Path[] }[] {
  const cursor = view.rib.routes(table, {})
  const routes: { prefix: string; paths: readonly Path[] }[] = []
  for (let some = cursor?.next(100); some !== undefined; some = cursor!.next(100))
    for (const { prefix, paths } of some) routes.push({ prefix, paths })
  return routes
}

function tableLines(node: string, view: NodeView): string[] {
  const lines: string[] = []
  for (const { name, counts } of view.rib.tables()) {
    lines.push(`${node} ${name}: ${JSON.stringify(counts)}`)
    for (const { prefix, paths } of routesOf(view, name)) {
      paths.forEach((path, rank) => {
        const { lastModified: _, ...rest } = path
        lines.push(`${node} ${name} ${prefix} path ${rank + 1}: ${JSON.stringify(rest)}`)
      })
    }
  }
  return lines
}

function agentLines({ name, tables }: LabAgent): string[] {
  return [...tables].flatMap(([table, routes]) =>
    [...routes.values()].map(({ entry: _, ...route }) => `${name} ${table}: ${JSON.stringify(route)}`)
  )
}

function routerLines(router: LabRouter): string[] {
  const { name } = router.options
  return Object.values(routers).flatMap(({ address }) =>
    router.sessions.has(address)
      ? router.families.flatMap(family =>
          [...router.routes(family.name, address).values()].map(
            route => `${name} from ${address} ${family.name}: ${JSON.stringify(route)}`
          )
        )
      : []
  )
}
