/** Settings of routing instances (spec config 8.2). */
import type { JsonObject } from '../ifmap/config-object.js'
import { type Node, otherEnd } from '../ifmap/node.js'
import { parseRouteTarget, type RouteTarget } from '../net/route-target.js'
import { firstByName } from './globals.js'
import {
  address,
  canonicalPrefix,
  child,
  children,
  flag,
  integer,
  sameFamily,
  text,
  texts
} from './members.js'
import { derivePolicies } from './routing-policies.js'
import {
  type AggregateSettings,
  type InstanceSettings,
  masterInstance,
  type ServiceChainSettings,
  type StaticRouteSettings
} from './settings.js'

/** What the master instance is before any of its objects is known (spec config 8.1). */
export const emptyMaster: InstanceSettings = {
  name: masterInstance,
  isMaster: true,
  importTargets: [],
  exportTargets: [],
  virtualNetwork: parentName(masterInstance),
  virtualNetworkIndex: 0,
  allowTransit: false,
  pbbEvpn: false,
  vxlanId: 0,
  vxlanParent: undefined,
  hasPnf: false,
  staticRoutes: [],
  aggregates: [],
  serviceChains: [],
  routingPolicies: []
}

export function deriveInstance(instance: Node): InstanceSettings {
  const properties = instance.object?.properties
  const network = firstByName(instance.neighbours('virtual-network-routing-instance'))
  const networkProperties = network?.object?.properties
  const detail = child(networkProperties, 'virtual_network_properties')
  const networkId = integer(detail, 'network_id')
  return {
    name: instance.name,
    isMaster: instance.name === masterInstance,
    importTargets: importTargetsOf(instance),
    exportTargets: sorted(ownTargets(instance).filter(own => own.direction !== 'import')),
    virtualNetwork: network?.name ?? parentName(instance.name),
    virtualNetworkIndex: integer(networkProperties, 'virtual_network_network_id', networkId),
    allowTransit: flag(detail, 'allow_transit'),
    pbbEvpn: flag(networkProperties, 'pbb_evpn_enable'),
    vxlanId: integer(detail, 'vxlan_network_identifier') || networkId,
    vxlanParent: network === undefined ? undefined : vxlanParentOf(network),
    hasPnf: flag(properties, 'routing_instance_has_pnf'),
    staticRoutes: staticRoutesOf(properties),
    aggregates: aggregatesOf(instance),
    serviceChains: serviceChainsOf(instance.name, properties),
    routingPolicies: derivePolicies(instance)
  }
}

interface OwnTarget {
  readonly target: RouteTarget
  /** Empty: both, and handed on over connections. Any other text: both, but not handed on. */
  readonly direction: string
}

/** Targets whose text is malformed, or whose AS is 0, are left out. */
function ownTargets(instance: Node): OwnTarget[] {
  const targets: OwnTarget[] = []
  for (const middle of instance.neighbours('instance-target')) {
    const direction = text(middle.attribute, 'import_export')
    for (const link of middle.links('instance-target')) {
      const end = otherEnd(link, middle)
      const target = end.type === 'route-target' ? parseRouteTarget(end.name) : undefined
      if (target !== undefined) targets.push({ target, direction })
    }
  }
  return targets
}

/** Own targets, and over each connection, one hop, the other instance's symmetric ones. */
function importTargetsOf(instance: Node): RouteTarget[] {
  const targets = ownTargets(instance).filter(own => own.direction !== 'export')
  for (const connection of instance.neighbours('connection')) {
    const destination = text(connection.attribute, 'destination_instance')
    if (destination !== '' && destination !== instance.name) continue
    for (const other of connection.neighbours('connection')) {
      if (other !== instance) targets.push(...ownTargets(other).filter(theirs => theirs.direction === ''))
    }
  }
  return sorted(targets)
}

function sorted(targets: readonly OwnTarget[]): RouteTarget[] {
  const byKey = new Map(targets.map(({ target }) => [target.key, target]))
  return [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
}

/**
 * The network's interfaces -> their logical router -> the router's internal network -> its instance. There is one
 * in a working configuration; of several the first by name counts.
 */
function vxlanParentOf(network: Node): string | undefined {
  const found = new Set<Node>()
  for (const vmi of network.neighbours('virtual-machine-interface-virtual-network')) {
    for (const router of vmi.neighbours('logical-router-interface')) {
      for (const middle of router.neighbours('logical-router-virtual-network')) {
        for (const internal of middle.neighbours('logical-router-virtual-network')) {
          if (internal.type !== 'virtual-network') continue
          for (const instance of internal.neighbours('virtual-network-routing-instance')) {
            if (instance.object !== undefined) found.add(instance)
          }
        }
      }
    }
  }
  return firstByName(found)?.name
}

/** Entries with a malformed prefix or next hop are left out; of equal (prefix, next hop) the first counts. */
function staticRoutesOf(properties: JsonObject | undefined): StaticRouteSettings[] {
  const routes = new Map<string, StaticRouteSettings>()
  for (const entry of children(child(properties, 'static_route_entries'), 'route')) {
    const prefix = canonicalPrefix(text(entry, 'prefix'))
    const nextHop = address(entry, 'next_hop')
    if (prefix === undefined || nextHop === undefined || !sameFamily(prefix, nextHop)) continue
    const key = `${prefix} ${nextHop}`
    if (routes.has(key)) continue
    routes.set(key, {
      prefix,
      nextHop,
      routeTargets: texts(entry, 'route_target').flatMap(target => parseRouteTarget(target) ?? []),
      communities: texts(entry, 'community')
    })
  }
  return [...routes.values()]
}

/** A bad next hop disables the whole object; entries of the other family are left out. */
function aggregatesOf(instance: Node): AggregateSettings[] {
  const aggregates: AggregateSettings[] = []
  const nodes = [...instance.neighbours('route-aggregate-routing-instance')]
  for (const node of nodes.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const properties = node.object?.properties
    const nextHop = address(properties, 'aggregate_route_nexthop')
    if (nextHop === undefined) continue
    for (const entry of texts(child(properties, 'aggregate_route_entries'), 'route')) {
      const prefix = canonicalPrefix(entry)
      if (prefix !== undefined && sameFamily(prefix, nextHop))
        aggregates.push({ name: node.name, prefix, nextHop })
    }
  }
  return aggregates
}

const chainMembers = [
  ['inet', 'service_chain_information'],
  ['inet6', 'ipv6_service_chain_information'],
  ['evpn', 'evpn_service_chain_information'],
  ['evpn-inet6', 'evpn_ipv6_service_chain_information']
] as const

function serviceChainsOf(instance: string, properties: JsonObject | undefined): ServiceChainSettings[] {
  return chainMembers.flatMap(([family, member]) => {
    const chain = child(properties, member)
    const destinationInstance = text(chain, 'routing_instance')
    if (destinationInstance === '') return []
    return {
      family,
      destinationInstance,
      connectedInstance: text(chain, 'source_routing_instance') || instance,
      prefixes: texts(chain, 'prefix').flatMap(prefix => canonicalPrefix(prefix) ?? []),
      address: text(chain, 'service_chain_address'),
      serviceInstance: text(chain, 'service_instance'),
      chainId: text(chain, 'service_chain_id'),
      isHead: flag(chain, 'sc_head'),
      retainAsPath: flag(chain, 'retain_as_path')
    }
  })
}

function parentName(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(':')))
}
