import type { BgpPeer } from '../../bgp/peer/bgp-peer.js'
import type { PeerFamily } from '../../bgp/peer/peer-family.js'
import type { ControlNode } from '../../control-node.js'
import type { SocketCounts } from '../view/common.js'
import type * as view from '../view/neighbor.js'
import { inOrder } from './in-order.js'
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

/** In order of instance and name; who wants one page has neither all sorted nor those in front of it drawn. */
function* neighbors({ peers }: ControlNode, start?: view.NeighborPosition): Generator<view.BgpNeighbor> {
  const positionOf = ({ instance, name }: view.NeighborPosition): string => `${instance}\0${name}`
  const from = start && positionOf({ instance: start.instance, name: `${start.instance}:${start.name}` })
  const wanted = function* (): Generator<BgpPeer> {
    for (const peer of peers) if (from === undefined || positionOf(peer) >= from) yield peer
  }
  for (const peer of inOrder(wanted, positionOf, undefined)) {
    const settings = peers.settingsOf(peer.name)
    if (settings !== undefined) yield neighborView(peer, settings, peers.optionsOf(peer.name))
  }
}

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
