import type { BgpPeer } from '../../bgp/peer/bgp-peer.js'
import type { ControlNode } from '../../control-node.js'
import { parseIpPrefix } from '../../net/ip-prefix.js'
import { bytesOf } from '../../net/scoped-ip.js'
import type { NeighborGroup, Refused } from '../operations.js'
import { byName } from './names.js'

/** In order of name: the neighbours to which all that the group says applies. */
export function neighborsIn(node: ControlNode, group: NeighborGroup): BgpPeer[] | Refused {
  const { instance, peerAs, peerType, range } = group
  if (instance !== undefined && node.instances.get(instance) === undefined)
    return { refused: 'missing', why: `no such instance: ${instance}` }
  const prefix = range === undefined ? undefined : parseIpPrefix(range)
  if (range !== undefined && prefix === undefined)
    return { refused: 'invalid', why: `range: ${range} is not a prefix of IPv4 or IPv6` }
  const found = [...node.peers].filter(peer => {
    const settings = node.peers.settingsOf(peer.name)
    if (settings === undefined) return false
    const address = bytesOf(settings.address ?? '')
    return (
      (instance === undefined || peer.instance === instance) &&
      (peerAs === undefined || isOfAs(peer, peerAs)) &&
      (peerType === undefined || isOfType(peer, peerType === 'internal')) &&
      (prefix === undefined || (address !== undefined && prefix.contains(address)))
    )
  })
  return found.sort(byName)
}

/** Of a neighbour that is up the AS that was agreed on; else one that it may have: dynamic neighbours leave it open. */
function isOfAs({ session }: BgpPeer, as: number): boolean {
  const { peerAs, localAs } = session.settings
  if (session.negotiated !== undefined) return session.negotiated.peerAs === as
  if (peerAs === 'external') return as !== localAs
  if (peerAs === 'internal') return as === localAs
  return typeof peerAs === 'number' ? peerAs === as : peerAs.includes(as)
}

function isOfType({ session }: BgpPeer, internal: boolean): boolean {
  const { peerAs, localAs } = session.settings
  if (session.negotiated !== undefined) return session.negotiated.external !== internal
  if (peerAs === 'external' || peerAs === 'internal') return (peerAs === 'internal') === internal
  const list = typeof peerAs === 'number' ? [peerAs] : peerAs
  return list.some(as => (as === localAs) === internal)
}
