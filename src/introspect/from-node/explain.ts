/** Why a route is as it is: what ranks its paths, what bars them, and whether a neighbour or agent is told. */
import type { Receiver } from '../../bgp/export/receiver.js'
import type { RibOut } from '../../bgp/export/rib-out.js'
import type { BgpPeer } from '../../bgp/peer/bgp-peer.js'
import { comparePaths, Step, stepNames } from '../../bgp/rib/best-path.js'
import { type Path, PathFlag } from '../../bgp/rib/path.js'
import type { Route } from '../../bgp/rib/route.js'
import type { ControlNode } from '../../control-node.js'
import type { AgentPeer } from '../../xmpp/agent-peer.js'
import type * as view from '../view/rib.js'
import { instanceOfTable } from './instance-order.js'
import { shortName } from './names.js'
import type { RouteViews } from './routes.js'

export function explainRoute(
  node: ControlNode,
  views: RouteViews,
  route: Route,
  to: string | undefined
): view.RouteExplanation {
  const { table, best } = route
  const drawn = views.of(route).paths
  const paths: view.ExplainedPath[] = []
  let at = 0
  for (let path = route.paths; path !== undefined; path = path.next)
    paths.push({ ...drawn[at++]!, ...standing(route, path, best!), ...barriers(path) })
  return {
    table: table.name,
    instance: instanceOfTable(node, table)?.name ?? '',
    prefix: table.print(route),
    paths,
    advertisement: to === undefined ? undefined : advertisement(node, route, to)
  }
}

/** By the comparison that chose the best path, so that choice and explanation cannot drift apart. */
function standing({ table }: Route, path: Path, best: Path): Pick<view.ExplainedPath, 'standing' | 'lostAt'> {
  if (path === best) return { standing: 'best', lostAt: '' }
  const step = Math.abs(comparePaths(best, path, table.bestPathSettings))
  const shares = best.feasible && (step === 0 || step > Step.med)
  return { standing: shares ? 'shares load' : 'lost', lostAt: stepNames[step] ?? 'order of sources' }
}

function barriers(path: Path): Pick<view.ExplainedPath, 'unusable' | 'copyOf'> {
  const { origin, flags } = path
  return {
    unusable: barrierTexts.filter(([bit]) => (flags & bit) !== 0).map(([, text]) => text),
    copyOf: origin && { table: origin.table.name, prefix: origin.table.print(origin) }
  }
}

/** Every bit of `infeasibleFlags` (bgp/rib/path.ts). */
export const barrierTexts: readonly (readonly [number, string])[] = [
  [PathFlag.asPathLooped, 'the own AS is in the AS path'],
  [PathFlag.noNeighborAs, 'the AS path does not begin with the neighbour AS'],
  [PathFlag.noTunnelEncap, 'no tunnel encapsulation that this node knows'],
  [PathFlag.originatorIdLooped, 'ORIGINATOR_ID is that of this node'],
  [PathFlag.resolveNextHop, 'the next hop is not resolved'],
  [PathFlag.routingPolicyReject, 'a routing policy rejects it'],
  [PathFlag.clusterListLooped, 'the own cluster is in CLUSTER_LIST'],
  [PathFlag.checkGlobalErmVpnRoute, 'there is no global ERM-VPN route for it'],
  [PathFlag.routeLeak, 'a route leak by the roles of RFC 9234'],
  [PathFlag.ownNextHop, 'the next hop is an address of this node']
]

function advertisement(node: ControlNode, route: Route, to: string): view.Advertisement {
  for (const peer of node.peers) {
    const address = node.peers.settingsOf(peer.name)?.address
    if (peer.name === to || shortName(peer.name, peer.instance) === to || address === to)
      return toPeer(node, route, peer, shortName(peer.name, peer.instance))
  }
  for (const agent of node.agents.peers.values())
    if (agent.name === to || agent.source.address === to) return toAgent(node, route, agent)
  return untold(to, 'it has no session with this node')
}

function toPeer(node: ControlNode, route: Route, peer: BgpPeer, name: string): view.Advertisement {
  if (peer.session.state !== 'established') return untold(name, 'the session is down')
  const own = toPeerOf(node, route, peer, name)
  if (own !== undefined) return own
  // What is told is a copy in a VPN table, or what this is a copy of.
  for (let path = route.paths; path !== undefined; path = path.next) {
    const others =
      path.origin === undefined ? node.instances.replication.copiesOf(route, path) : [path.origin]
    for (const other of others) {
      const told = toPeerOf(node, other, peer, name)
      if (told === undefined) continue
      const as = { table: other.table.name, prefix: other.table.print(other) }
      return { ...told, as }
    }
  }
  return untold(name, `${route.table.name} is not exchanged with the neighbour`)
}

/** Undefined: the table is not exchanged with the neighbour. */
function toPeerOf(
  node: ControlNode,
  route: Route,
  peer: BgpPeer,
  name: string
): view.Advertisement | undefined {
  for (const family of peer.families.values()) {
    if (family.table !== route.table) continue
    return family.ribOut === undefined
      ? untold(name, 'the route targets that the neighbour wants are waited for')
      : verdict(node, family.ribOut, route, family, name)
  }
  return undefined
}

function toAgent(node: ControlNode, route: Route, agent: AgentPeer): view.Advertisement {
  const { table } = route
  const instance = instanceOfTable(node, table)
  const registration = agent.subscriptions.get(instance?.name ?? '')?.registrations.get(table.family.name)
  if (registration === undefined) return untold(agent.name, 'the agent is not subscribed to the instance')
  const { ribOut, receiver } = registration
  if (ribOut === undefined) return untold(agent.name, 'the agent takes no routes of the instance')
  return verdict(node, ribOut, route, receiver, agent.name)
}

function verdict<S>(
  node: ControlNode,
  ribOut: RibOut<S>,
  route: Route,
  receiver: Receiver,
  to: string
): view.Advertisement {
  const { advertised, reason, paths } = ribOut.explain(route, receiver)
  const pending = !ribOut.isInSync(receiver)
  const common = { to, advertised, reason, pending, as: undefined }
  if (paths === undefined) return { ...common, sent: ribOut.isAdvertised(route, receiver), paths: undefined }
  const each: view.PathAdvertisement[] = []
  for (let path = route.paths; path !== undefined; path = path.next) {
    const { advertised, reason } = paths[each.length]!
    const row = node.ribOuts.pathIdOf(route.table, route.index, path)
    const sent = row !== undefined && ribOut.isTold(row.row, receiver)
    each.push({ advertised, reason, sent, pathId: sent ? row.id : 0 })
  }
  return { ...common, sent: each.some(({ sent }) => sent), paths: each }
}

const untold = (to: string, reason: string): view.Advertisement => ({
  to,
  advertised: false,
  reason,
  sent: false,
  pending: false,
  as: undefined,
  paths: undefined
})
