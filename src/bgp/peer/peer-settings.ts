import type { GlobalSettings, PeerSettings } from '../../config/settings.js'
import { offer } from '../session/offer.js'
import { defaultSettings, type SessionSettings } from '../session/settings.js'
import { familyNamed } from '../wire/families.js'
import type { Family } from '../wire/family.js'
import type { PeerPolicy } from './peer-policy.js'
import type { PrefixLimit } from './prefix-guard.js'

/** Encapsulation types of the tunnel encapsulation community (IANA; routing.md 5.3). */
const encapsulationTypes = { gre: 2, vxlan: 8, mpls: 10, udp: 13 } as const

/** How long a node counts as starting: a fifth of the End-of-RIB timeout (spec bgp 3.1). */
export const startingMilliseconds = ({ gracefulRestart }: GlobalSettings): number =>
  gracefulRestart.endOfRibTimeoutSeconds * 200

/** What the session is told about a neighbour (spec bgp 3.3, 16.2). `startedAt` is on the scheduler's clock. */
export function sessionSettings(
  peer: PeerSettings,
  globals: GlobalSettings,
  startedAt: number
): SessionSettings {
  const families = familiesOf(peer)
  const controlNode = isControlNode(peer)
  const { gracefulRestart, self } = globals
  const key = peer.keys[0]?.key
  return {
    ...defaultSettings,
    localAs: peer.localAs,
    peerAs: peer.peerAs,
    routerId: peer.localIdentifier,
    families,
    holdTimeSeconds: peer.holdTimeSeconds,
    openForm: controlNode ? 'control-node' : 'standard',
    capabilities: offer({
      localAs: peer.localAs,
      families: families.map(family => ({ family })),
      // contrail-control speaks 4-byte AS numbers only where it is told to (spec bgp 3.1).
      fourByteAs: !controlNode || globals.enable4ByteAs || peer.localAs > 65535,
      routeRefresh: !controlNode,
      gracefulRestart: {
        keepsRoutes: gracefulRestart.enabled,
        restartTimeSeconds: gracefulRestart.restartTimeSeconds
      },
      longLivedStaleSeconds: gracefulRestart.enabled ? gracefulRestart.longLivedRestartTimeSeconds : 0
    }),
    restartingUntil: gracefulRestart.enabled || controlNode ? startedAt + startingMilliseconds(globals) : 0,
    remote: peer.address === undefined ? undefined : { address: peer.address, port: peer.port },
    localAddress: self?.address,
    socket: {
      ...(key !== undefined && { md5Key: key }),
      ...(globals.dscp.control !== 0 && { dscp: globals.dscp.control })
    },
    passive: peer.passive || peer.address === undefined,
    adminDown: peer.adminDown || self?.adminDown === true
  }
}

/** What is applied to the running session. */
export function peerPolicy(peer: PeerSettings, globals: GlobalSettings): PeerPolicy {
  const prefixLimits = new Map<string, PrefixLimit>()
  const tunnelEncapsulations = new Map<string, readonly number[]>()
  const loopCounts = new Map<string, number>()
  for (const family of peer.families) {
    const name = familyNamed(family.family)?.name ?? family.family
    if (family.prefixLimit > 0) {
      prefixLimits.set(name, { maximum: family.prefixLimit, idleSeconds: family.idleTimeoutSeconds })
    }
    if (family.defaultTunnelEncapsulations.length > 0) {
      tunnelEncapsulations.set(
        name,
        family.defaultTunnelEncapsulations.map(text => encapsulationTypes[text])
      )
    }
    if (family.loopCount > 0) loopCounts.set(name, family.loopCount)
  }
  const controlNode = isControlNode(peer)
  return {
    receive: {
      internal: peer.internal,
      peerAs: peer.peerAs,
      localAs: peer.localAs,
      nodeAs: globals.self?.as ?? peer.localAs,
      routerId: peer.localIdentifier,
      clusterId: peer.clusterId,
      controlNode,
      originOverride: peer.originOverride,
      loopCount: peer.loopCount,
      ...(loopCounts.size > 0 && { familyLoopCounts: loopCounts })
    },
    helpsRestart: globals.gracefulRestart.bgpHelperEnabled,
    endOfRibSeconds: globals.gracefulRestart.endOfRibTimeoutSeconds,
    decode: { controlNode, loopbackNextHop: isLoopback(peer.address) },
    reflectorClient: undefined,
    asOverride: peer.asOverride,
    privateAsAction: peer.privateAsAction,
    prefixLimits,
    tunnelEncapsulations
  }
}

export function isControlNode(peer: PeerSettings): boolean {
  return peer.routerType === 'control-node' || peer.routerType === 'external-control-node'
}

function familiesOf(peer: PeerSettings): Family[] {
  const families: Family[] = []
  for (const { family: name } of peer.families) {
    const family = familyNamed(name)
    if (family !== undefined) families.push(family)
  }
  return families
}

/** The session itself runs over the loopback interface, so next hops on it can be reached. */
function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (address.startsWith('127.') || address === '::1')
}
