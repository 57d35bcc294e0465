import type { BgpPeer } from '../../bgp/peer/bgp-peer.js'
import type { PeerFamily } from '../../bgp/peer/peer-family.js'
import type { ControlNode } from '../../control-node.js'
import type { SocketCounts } from '../view/common.js'
import type * as view from '../view/neighbor.js'
import { neighborView } from './neighbor.js'

export function bgpView(node: ControlNode): view.BgpView {
  return {
    neighbors: start => neighbors(node, start),
    calls: () => {
      const { accepted, refused, dropped, unauthenticated, distant } = node.bgpCalls
      return { accepted, refused, dropped, unauthenticated, distant }
    },
    listenErrors: () => node.bgpCalls.listenErrors,
    received: () => traffic(node, 'received'),
    sent: () => traffic(node, 'sent')
  }
}

/** In order of instance and name, which is that of the full names within an instance. */
function* neighbors(node: ControlNode, start?: view.NeighborPosition): Generator<view.BgpNeighbor> {
  const order = (a: view.NeighborPosition, b: view.NeighborPosition): number =>
    compare(a.instance, b.instance) || compare(a.name, b.name)
  const from = start && { instance: start.instance, name: `${start.instance}:${start.name}` }
  const peers = [...node.peers].filter(peer => from === undefined || order(peer, from) >= 0)
  for (const peer of peers.sort(order)) {
    const settings = node.peers.settingsOf(peer.name)
    if (settings !== undefined) yield neighborView(peer, settings, node.peers.optionsOf(peer.name))
  }
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function traffic(node: ControlNode, direction: 'received' | 'sent'): SocketCounts {
  const total = { bytes: 0, calls: 0, blockedMs: 0, blockedCount: 0, errors: 0 }
  for (const { session } of node.peers) {
    const { statistics } = session
    total.bytes += statistics[direction].bytes
    total.calls += statistics[direction].calls
    if (direction === 'received') continue
    total.blockedMs += statistics.blockedMilliseconds
    total.blockedCount += statistics.blocked
  }
  return total
}

/** The families of sessions that are up, by table: who is registered to it. */
export function* familiesOf(
  peers: Iterable<BgpPeer>,
  tableName: string
): Generator<readonly [BgpPeer, PeerFamily]> {
  for (const peer of peers) {
    for (const family of peer.families.values()) if (family.table.name === tableName) yield [peer, family]
  }
}
