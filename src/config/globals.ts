/** Settings of the whole node: the own bgp-router and the global objects (spec config 1.9, 8.6). */
import type { ConfigObject, JsonObject } from '../ifmap/config-object.js'
import type { Graph } from '../ifmap/graph.js'
import type { Node } from '../ifmap/node.js'
import { printInet4 } from '../net/inet.js'
import { familiesOf } from './families.js'
import { address, child, children, flag, inet4, integer, text, texts } from './members.js'
import {
  type AuthenticationKey,
  type GlobalSettings,
  masterInstance,
  type OwnRouterSettings,
  type RouterType
} from './settings.js'

const routerTypes: readonly string[] = [
  'control-node',
  'external-control-node',
  'router',
  'bgpaas-server',
  'bgpaas-client'
]

export const ownRouterName = (hostname: string): string => `${masterInstance}:${hostname}`

export function deriveGlobals(graph: Graph, hostname: string): GlobalSettings {
  const system = theOne(graph, 'global-system-config', 'default-global-system-config')
  const qos = theOne(graph, 'global-qos-config', 'default-global-system-config:default-global-qos-config')
  const properties = system?.properties
  const restart = child(properties, 'graceful_restart_parameters')
  const convergence = child(properties, 'fast_convergence_parameters')
  const bgpaas = child(properties, 'bgpaas_parameters')
  const dscp = child(qos?.properties, 'control_traffic_dscp')
  // Until the object is known the restart times are 0; its own defaults are the schema's (spec config 1.9).
  const restartTime = system === undefined ? 0 : 300
  return {
    self: deriveOwnRouter(graph, hostname),
    gracefulRestart: {
      enabled: flag(restart, 'enable'),
      restartTimeSeconds: integer(restart, 'restart_time', restartTime),
      longLivedRestartTimeSeconds: integer(restart, 'long_lived_restart_time', restartTime),
      endOfRibTimeoutSeconds: integer(restart, 'end_of_rib_timeout', 300),
      bgpHelperEnabled: flag(restart, 'bgp_helper_enable'),
      xmppHelperEnabled: flag(restart, 'xmpp_helper_enable')
    },
    enable4ByteAs: flag(properties, 'enable_4byte_as'),
    alwaysCompareMed: flag(properties, 'bgp_always_compare_med'),
    rdClusterSeed: integer(properties, 'rd_cluster_seed') & 0xffff,
    allTagsAreGlobal: flag(properties, 'bgp_all_tags_are_global'),
    fastConvergence: {
      enabled: flag(convergence, 'enable'),
      nextHopReachabilityCheck: flag(convergence, 'nh_reachability_check')
    },
    xmppHoldTimeSeconds: flag(convergence, 'enable') ? integer(convergence, 'xmpp_hold_time', 90) & 0xff : 90,
    bgpaasPorts: {
      first: integer(bgpaas, 'port_start', system === undefined ? 0 : 50000),
      last: integer(bgpaas, 'port_end', system === undefined ? 0 : 50512)
    },
    dscp: {
      control: integer(dscp, 'control') & 0x3f,
      analytics: integer(dscp, 'analytics') & 0x3f,
      dns: integer(dscp, 'dns') & 0x3f
    }
  }
}

function deriveOwnRouter(graph: Graph, hostname: string): OwnRouterSettings | undefined {
  const node = graph.node('bgp-router', ownRouterName(hostname))
  const parameters = parametersOf(node)
  if (node === undefined || parameters === undefined) return undefined
  const as = integer(parameters, 'autonomous_system')
  const localAs = integer(parameters, 'local_autonomous_system') || as
  const identifier = inet4(parameters, 'identifier')
  return {
    name: node.name,
    as,
    localAs,
    identifier,
    identifierText: printInet4(identifier),
    address: address(parameters, 'address'),
    port: integer(parameters, 'port', 179),
    holdTimeSeconds: integer(parameters, 'hold_time'),
    adminDown: flag(parameters, 'admin_down'),
    clusterId: integer(parameters, 'cluster_id') >>> 0,
    families: familiesOf(texts(child(parameters, 'address_families'), 'family')),
    keys: keysOf(parameters),
    routerType: routerTypeOf(parameters),
    subCluster: subClusterOf(node),
    complete: as !== 0 && localAs !== 0 && identifier !== 0
  }
}

export const parametersOf = (router: Node | undefined): JsonObject | undefined =>
  child(router?.object?.properties, 'bgp_router_parameters')

export function routerTypeOf(parameters: JsonObject | undefined): RouterType {
  const type = text(parameters, 'router_type')
  return routerTypes.includes(type) ? (type as RouterType) : 'other'
}

/** Keys of type `md5`, whatever its case (spec config 8.5). */
export function keysOf(holder: JsonObject | undefined): readonly AuthenticationKey[] {
  const data = child(holder, 'auth_data')
  if (text(data, 'key_type').toLowerCase() !== 'md5') return []
  return children(data, 'key_items')
    .map(item => ({ id: integer(item, 'key_id'), key: text(item, 'key') }))
    .filter(item => item.key !== '')
}

function subClusterOf(router: Node): OwnRouterSettings['subCluster'] {
  const cluster = firstByName(router.neighbours('bgp-router-sub-cluster'))
  if (cluster === undefined) return undefined
  return { name: cluster.name, id: integer(cluster.object?.properties, 'sub_cluster_id') }
}

/** There should be one object; of several the well-known one counts, then the first by name. */
function theOne(graph: Graph, type: string, wellKnown: string): ConfigObject | undefined {
  const known = graph.node(type, wellKnown)?.object
  return known ?? firstByName([...graph.nodes(type)].filter(node => node.object !== undefined))?.object
}

/** In byte order: which one it is does not depend on the order of arrival. */
export function firstByName(nodes: Iterable<Node>): Node | undefined {
  let first: Node | undefined
  for (const node of nodes) if (first === undefined || node.name < first.name) first = node
  return first
}
