/** The order that operators see: instances by name, tables inside an instance by table name (introspect §3.1). */
import type { Table } from '../../bgp/rib/table.js'
import type { ControlNode } from '../../control-node.js'
import type { RoutingInstance } from '../../routing-instance/instance.js'
import { byName } from './names.js'

export const instancesFrom = (node: ControlNode, start = ''): RoutingInstance[] =>
  [...node.instances].filter(({ name }) => name >= start).sort(byName)

export const tablesOf = (instance: RoutingInstance): Table[] => [...instance.tables.values()].sort(byName)

/** The instance that the table belongs to; the master's tables have other names than their instance. */
export function instanceOfTable(node: ControlNode, table: Table): RoutingInstance | undefined {
  const name = table.name.split('.').slice(0, -2).join('.')
  for (const instance of [node.instances.get(name), node.instances.master]) {
    if (instance?.table(table.family.name) === table) return instance
  }
  return undefined
}
