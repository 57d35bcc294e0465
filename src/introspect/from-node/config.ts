/** The settings that the configuration yields (introspect §3.8). */
import { derivePeers } from '../../config/peers.js'
import type { InstanceSettings, PeerSettings } from '../../config/settings.js'
import type { ControlNode } from '../../control-node.js'
import type { JsonObject } from '../../ifmap/config-object.js'
import type { Node } from '../../ifmap/node.js'
import { printInet4 } from '../../net/inet.js'
import type * as view from '../view/config.js'
import { byName, namesOfConfigured } from './names.js'
import { originNames } from './neighbor.js'
import { policyTerms } from './policy-text.js'

export function configView(node: ControlNode): view.ConfigView {
  return {
    *instances() {
      const peers = [...node.config.peers.values()].sort(byName)
      for (const settings of [...node.config.instances.values()].sort(byName))
        yield instanceConfig(node, settings, peers)
    },
    *neighbors() {
      for (const settings of [...node.config.peers.values()].sort(byName))
        yield neighborConfig(node, settings)
    },
    *peerings() {
      for (const peering of [...node.graph.nodes('bgp-peering')].sort(byName)) {
        const peers = derivePeers(peering, node.options.hostname, node.globals?.self)
        if (peers.length > 0) yield peeringConfig(peering, peers)
      }
    },
    *routingPolicies() {
      const policies = new Map(
        [...node.config.instances.values()].flatMap(({ routingPolicies }) =>
          routingPolicies.map(policy => [policy.name, policy] as const)
        )
      )
      for (const { name, terms } of [...policies.values()].sort(byName))
        yield { name, terms: policyTerms(terms) }
    },
    global: () => globalConfig(node),
    source: () => ({ database: undefined, messageBus: undefined })
  }
}

function instanceConfig(
  node: ControlNode,
  settings: InstanceSettings,
  peers: readonly PeerSettings[]
): view.InstanceConfig {
  const { name, virtualNetwork, virtualNetworkIndex, vxlanId, hasPnf, allowTransit, pbbEvpn } = settings
  return {
    name,
    virtualNetwork,
    virtualNetworkIndex,
    vxlanId,
    importTargets: settings.importTargets.map(({ text }) => text).sort(),
    exportTargets: settings.exportTargets.map(({ text }) => text).sort(),
    hasPnf,
    allowTransit,
    pbbEvpn,
    lastChangeAt: node.config.changeTimes.instance(name),
    neighbors: peers.filter(peer => peer.instance === name).map(peer => peer.name),
    serviceChains: settings.serviceChains.map(chain => ({
      family: chain.family,
      routingInstance: chain.destinationInstance,
      chainAddress: chain.address,
      prefixes: chain.prefixes,
      serviceInstance: chain.serviceInstance
    })),
    staticRoutes: settings.staticRoutes.map(({ prefix, nextHop, communities, routeTargets }) => ({
      prefix,
      nextHop,
      communities,
      targets: routeTargets.map(({ text }) => text)
    })),
    aggregates: settings.aggregates.map(({ prefix, nextHop }) => ({ prefix, nextHop })),
    routingPolicies: settings.routingPolicies.map(({ name, sequence }) => ({ name, sequence }))
  }
}

function neighborConfig(node: ControlNode, settings: PeerSettings): view.NeighborConfig {
  const { name, instance, families, gatewayInet, gatewayInet6 } = settings
  return {
    instance,
    name,
    adminDown: settings.adminDown,
    passive: settings.passive,
    asOverride: settings.asOverride,
    originOverride: settings.originOverride === undefined ? undefined : originNames[settings.originOverride],
    privateAsAction: settings.privateAsAction ?? '',
    routerType: settings.routerType === 'other' ? '' : settings.routerType,
    localIdentifier: printInet4(settings.localIdentifier),
    localAs: settings.localAs,
    peerAs: settings.peerAs,
    identifier: printInet4(settings.peerIdentifier),
    address: settings.address ?? '',
    clusterId: printInet4(settings.clusterId),
    sourcePort: settings.sourcePort,
    holdTimeSeconds: settings.holdTimeSeconds,
    loopCount: settings.loopCount,
    lastChangeAt: node.config.changeTimes.peer(name),
    authType: settings.keys.length === 0 ? 'NIL' : 'MD5',
    addressFamilies: namesOfConfigured(families.map(({ family }) => family)),
    families: families.flatMap(({ family, ...each }) =>
      namesOfConfigured([family]).map(name => ({
        family: name,
        loopCount: each.loopCount,
        prefixLimit: each.prefixLimit,
        idleTimeoutSeconds: each.idleTimeoutSeconds,
        gatewayAddress: (family === 'inet' ? gatewayInet : family === 'inet6' ? gatewayInet6 : '') ?? '',
        defaultTunnelEncapsulations: each.defaultTunnelEncapsulations
      }))
    )
  }
}

function peeringConfig({ name, attribute }: Node, peers: readonly PeerSettings[]): view.PeeringConfig {
  return {
    instance: peers[0]!.instance,
    name,
    neighborCount: peers.length,
    sessions: list(attribute?.session).map(session => ({
      uuid: String(session.uuid ?? ''),
      attributes: list(session.attributes).map(one => ({
        router: String(one.bgp_router ?? ''),
        addressFamilies: familiesIn(one.address_families)
      }))
    }))
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const list = (value: unknown): JsonObject[] => (Array.isArray(value) ? value.filter(isObject) : [])

const familiesIn = (value: unknown): string[] =>
  isObject(value) && Array.isArray(value.family) ? value.family.map(String) : []

/** Undefined while there is no global-system-config object. */
function globalConfig(node: ControlNode): view.GlobalSystemConfig | undefined {
  const { globals } = node
  const hasObject = [...node.graph.nodes('global-system-config')].some(({ object }) => object !== undefined)
  if (globals === undefined || !hasObject) return undefined
  const { gracefulRestart, bgpaasPorts } = globals
  return {
    gracefulRestartTimeSeconds: gracefulRestart.restartTimeSeconds,
    longLivedGracefulRestartTimeSeconds: gracefulRestart.longLivedRestartTimeSeconds,
    endOfRibTimeoutSeconds: gracefulRestart.endOfRibTimeoutSeconds,
    gracefulRestartEnable: gracefulRestart.enabled,
    gracefulRestartBgpHelper: gracefulRestart.bgpHelperEnabled,
    gracefulRestartXmppHelper: gracefulRestart.xmppHelperEnabled,
    alwaysCompareMed: globals.alwaysCompareMed,
    allTagsAreGlobal: globals.allTagsAreGlobal,
    rdClusterSeed: globals.rdClusterSeed,
    bgpaasPortStart: bgpaasPorts.first,
    bgpaasPortEnd: bgpaasPorts.last,
    lastChangeAt: node.config.changeTimes.globals
  }
}
