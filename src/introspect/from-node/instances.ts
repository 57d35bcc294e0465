import type { ControlNode } from '../../control-node.js'
import type { RoutingInstance } from '../../routing-instance/instance.js'
import { printTarget } from '../../routing-instance/target-key.js'
import type * as view from '../view/instance.js'
import { instancesFrom, tablesOf } from './instance-order.js'
import { tableView } from './tables.js'

export function instanceViews(node: ControlNode): view.InstanceView {
  return {
    *instances(start) {
      for (const instance of instancesFrom(node, start)) yield instanceView(node, instance)
    },
    // What runs inside instances has no managers in this node yet.
    evpnTables: () => [],
    multicastManagers: () => [],
    multicastTrees: () => [],
    mvpnManagers: () => [],
    mvpnProjectManagers: () => [],
    serviceChains: () => [],
    staticRoutes: () => [],
    aggregates: () => [],
    routingPolicies: () => []
  }
}

function instanceView(node: ControlNode, instance: RoutingInstance): view.RoutingInstance {
  const { config, imports, exports } = instance
  return {
    name: instance.name,
    virtualNetwork: config.virtualNetwork,
    virtualNetworkIndex: config.virtualNetworkIndex,
    vxlanId: config.vxlanId,
    importTargets: [...imports].sort((a, b) => a - b).map(printTarget),
    exportTargets: [...exports].sort((a, b) => a - b).map(printTarget),
    alwaysSubscribe: config.hasPnf,
    allowTransit: config.allowTransit,
    pbbEvpn: config.pbbEvpn,
    deleted: instance.removed,
    deletedAt: undefined,
    get tables() {
      return tablesOf(instance).map(table => tableView(node, instance, table))
    },
    routingPolicies: [],
    get neighbors() {
      const names = [...node.peers].filter(peer => peer.instance === instance.name).map(({ name }) => name)
      return instance.isMaster || names.length > 0 ? names.sort() : undefined
    }
  }
}
