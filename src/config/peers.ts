/** From a bgp-peering to neighbours (spec config 8.5). */
import type { JsonObject } from '../ifmap/config-object.js'
import type { Node } from '../ifmap/node.js'
import { familiesOf } from './families.js'
import { keysOf, parametersOf, routerTypeOf } from './globals.js'
import { address, child, children, flag, inet4, integer, neighbourAddress, text, texts } from './members.js'
import {
  type FamilyName,
  masterInstance,
  type OwnRouterSettings,
  type PeerFamilySettings,
  type PeerSettings,
  type PrivateAsAction,
  type RouterType,
  type TunnelEncapsulation
} from './settings.js'

/** One end of a peering. */
interface End {
  readonly name: string
  readonly instance: string
  readonly hostname: string
  readonly type: RouterType
  readonly parameters: JsonObject
  readonly shared: boolean
}

/**
 * The neighbours of one peering: one per session, one without sessions, none when the peering does not concern
 * this node or an end is not known yet. Of sessions that would share a name the first counts.
 */
export function derivePeers(
  peering: Node,
  hostname: string,
  self: OwnRouterSettings | undefined
): PeerSettings[] {
  const ends = [...peering.neighbours('bgp-peering')].map(endOf)
  if (self === undefined || ends.length !== 2) return []
  const known = ends.filter(end => end !== undefined)
  const local = known.find(end => isLocal(end, hostname))
  const remote = known.find(end => !isLocal(end, hostname))
  if (local === undefined || remote === undefined || local.instance !== remote.instance) return []
  if ((local.type === 'bgpaas-server') !== (remote.type === 'bgpaas-client')) return []
  const sessions = children(peering.attribute, 'session')
  const peers = new Map<string, PeerSettings>()
  for (const session of sessions.length === 0 ? [undefined] : sessions) {
    const peer = derivePeer(local, remote, session, hostname, self)
    if (!peers.has(peer.name)) peers.set(peer.name, peer)
  }
  return [...peers.values()]
}

function endOf(router: Node): End | undefined {
  const parameters = parametersOf(router)
  const cut = router.name.lastIndexOf(':')
  if (parameters === undefined || cut < 0) return undefined
  return {
    name: router.name,
    instance: router.name.slice(0, cut),
    hostname: router.name.slice(cut + 1),
    type: routerTypeOf(parameters),
    parameters,
    shared: [...router.neighbours('bgpaas-bgp-router')].some(service =>
      flag(service.object?.properties, 'bgpaas_shared')
    )
  }
}

function isLocal(end: End, hostname: string): boolean {
  if (end.hostname === hostname && end.type !== 'bgpaas-client') return true
  return end.instance !== masterInstance && end.type === 'bgpaas-server'
}

function derivePeer(
  local: End,
  remote: End,
  session: JsonObject | undefined,
  hostname: string,
  self: OwnRouterSettings
): PeerSettings {
  const inMaster = local.instance === masterInstance
  const scope = local.type === 'bgpaas-server' ? 'bgpaas-server' : hostname
  const attributes = attributesOf(session, scope)
  const uuid = text(session, 'uuid')
  const peerAs =
    integer(remote.parameters, 'local_autonomous_system') || integer(remote.parameters, 'autonomous_system')
  const localAs = integer(attributes, 'local_autonomous_system') || self.localAs
  const ownKeys = keysOf(attributes)
  const isClient = remote.type === 'bgpaas-client'
  return {
    name: uuid === '' ? remote.name : `${remote.name}:${uuid}`,
    instance: local.instance,
    routerType: remote.type,
    peerAs,
    localAs,
    internal: peerAs === localAs,
    localIdentifier: self.identifier,
    peerIdentifier: inet4(remote.parameters, 'identifier'),
    address: neighbourAddress(remote.parameters, 'address'),
    port: integer(remote.parameters, 'port', 179),
    sourcePort: integer(remote.parameters, 'source_port'),
    shared: isClient && remote.shared,
    holdTimeSeconds:
      integer(attributes, 'hold_time') ||
      integer(remote.parameters, 'hold_time') ||
      self.holdTimeSeconds ||
      defaultHoldTimeSeconds,
    passive: !inMaster || flag(attributes, 'passive'),
    adminDown: flag(remote.parameters, 'admin_down') || flag(attributes, 'admin_down') || self.adminDown,
    asOverride: flag(attributes, 'as_override'),
    privateAsAction: privateAsActionOf(attributes),
    loopCount: loopCountOf(attributes),
    originOverride: originOverrideOf(attributes),
    keys: ownKeys.length === 0 && inMaster ? self.keys : ownKeys,
    families: sessionFamilies(attributes, inMaster) ?? routerFamilies(remote, self.families, inMaster),
    clusterId: self.clusterId,
    gatewayInet: isClient ? address(remote.parameters, 'gateway_address') : undefined,
    gatewayInet6: isClient ? address(remote.parameters, 'ipv6_gateway_address') : undefined
  }
}

const defaultHoldTimeSeconds = 90

/** The common attributes hide the local ones; they are not merged (spec config 11, 8: copied on purpose). */
function attributesOf(session: JsonObject | undefined, scope: string): JsonObject | undefined {
  const all = children(session, 'attributes')
  return all.find(one => text(one, 'bgp_router') === '') ?? all.find(one => text(one, 'bgp_router') === scope)
}

/**
 * A session's own list, which is not intersected with the routers' lists; undefined: it has none. A neighbour of an
 * ordinary instance can have inet and inet6; one that lists others alone gets none.
 */
function sessionFamilies(
  attributes: JsonObject | undefined,
  inMaster: boolean
): PeerFamilySettings[] | undefined {
  const families = new Map<FamilyName, PeerFamilySettings>()
  for (const entry of children(attributes, 'family_attributes')) {
    const [family] = familiesOf([text(entry, 'address_family')])
    if (family === undefined || families.has(family)) continue
    const limit = child(entry, 'prefix_limit')
    families.set(family, {
      family,
      loopCount: loopCountOf(entry),
      prefixLimit: integer(limit, 'maximum'),
      idleTimeoutSeconds: integer(limit, 'idle_timeout'),
      defaultTunnelEncapsulations: encapsulationsOf(entry)
    })
  }
  for (const family of familiesOf(texts(child(attributes, 'address_families'), 'family'))) {
    if (!families.has(family)) families.set(family, plainFamily(family))
  }
  if (families.size === 0) return undefined
  return [...families.values()].filter(({ family }) => inMaster || clientFamilies.includes(family))
}

const clientFamilies: readonly FamilyName[] = ['inet', 'inet6']

/** What both routers list, in our order; a router without a list limits nothing. */
function routerFamilies(remote: End, own: readonly FamilyName[], inMaster: boolean): PeerFamilySettings[] {
  const theirs = familiesOf(texts(child(remote.parameters, 'address_families'), 'family'))
  const shared = (list: readonly FamilyName[]) =>
    theirs.length === 0 ? list : list.filter(family => theirs.includes(family))
  if (!inMaster)
    return (theirs.length === 0 ? defaultClientFamilies : shared(clientFamilies)).map(plainFamily)
  const both = shared(own)
  return (both.length > 0 ? both : shared(['inet', 'inet-vpn'])).map(plainFamily)
}

const defaultClientFamilies: readonly FamilyName[] = ['inet']

const plainFamily = (family: FamilyName): PeerFamilySettings => ({
  family,
  loopCount: 0,
  prefixLimit: 0,
  idleTimeoutSeconds: 0,
  defaultTunnelEncapsulations: []
})

const loopCountOf = (holder: JsonObject | undefined): number =>
  Math.min(16, Math.max(0, integer(holder, 'loop_count')))

const isEncapsulation = (name: string): name is TunnelEncapsulation =>
  name === 'gre' || name === 'mpls' || name === 'udp' || name === 'vxlan'

const encapsulationsOf = (entry: JsonObject): TunnelEncapsulation[] =>
  texts(entry, 'default_tunnel_encap').filter(isEncapsulation)

function privateAsActionOf(attributes: JsonObject | undefined): PrivateAsAction | undefined {
  const action = text(attributes, 'private_as_action')
  return action === 'remove' || action === 'remove-all' || action === 'replace-all' ? action : undefined
}

function originOverrideOf(attributes: JsonObject | undefined): PeerSettings['originOverride'] {
  const override = child(attributes, 'route_origin_override')
  if (!flag(override, 'origin_override')) return undefined
  switch (text(override, 'origin')) {
    case 'EGP':
      return 1
    case 'INCOMPLETE':
      return 2
    default:
      return 0
  }
}
