/** Tables with their counts, listeners and members (introspect §3.3 to §3.5). */
import { RibOut } from '../../bgp/export/rib-out.js'
import type { Table, TableListener } from '../../bgp/rib/table.js'
import type { ControlNode } from '../../control-node.js'
import type { RoutingInstance } from '../../routing-instance/instance.js'
import { Replicator } from '../../routing-instance/replicator.js'
import { TargetInterest } from '../../routing-instance/target-interest.js'
import type * as view from '../view/rib.js'
import { familiesOf } from './bgp.js'
import { shortName, tableFamilyName } from './names.js'

/** A table walk is nobody's before it ends, so there are none to count. */
const noWalks: view.WalkCounts = { requested: 0, requestedAgain: 0, completed: 0, actual: 0, cancelled: 0 }

export function tableView(node: ControlNode, instance: RoutingInstance, table: Table): view.Table {
  return {
    name: table.name,
    instance: instance.name,
    family: tableFamilyName(table.family),
    deleted: instance.removed,
    deletedAt: undefined,
    counts: {
      prefixes: table.size,
      primaryPaths: table.counts.primary,
      secondaryPaths: table.counts.secondary,
      infeasiblePaths: table.counts.infeasible,
      stalePaths: table.counts.stale,
      llgrStalePaths: table.counts.longLivedStale
    },
    walks: noWalks,
    walkers: 0,
    get pendingUpdates() {
      let pending = 0
      for (const ribOut of node.ribOuts.of(table)) pending += ribOut.pending + ribOut.laggardPending
      return pending
    },
    get markers() {
      let markers = 0
      for (const ribOut of node.ribOuts.of(table)) markers += ribOut.laggardCount
      return markers
    },
    get listeners() {
      return table.listeners.map((listener, id) => ({ id, ...describe(listener) }))
    },
    membershipRequests: 0,
    membershipWalks: 0,
    get members() {
      return members(node, instance, table)
    }
  }
}

/** What contrail-control calls such a listener. */
function describe(listener: TableListener): { name: string; stateCount: number } {
  if (listener instanceof Replicator)
    return { name: 'RoutePathReplicator', stateCount: listener.recordedRoutes }
  if (listener instanceof RibOut) return { name: 'BgpExport', stateCount: listener.sent.count }
  if (listener instanceof TargetInterest)
    return { name: 'RTargetGroupMgr', stateCount: [...listener.targets].length }
  return { name: listener.constructor.name, stateCount: 0 }
}

function members(node: ControlNode, instance: RoutingInstance, table: Table): view.TableMember[] {
  const found: view.TableMember[] = []
  for (const [peer, family] of familiesOf(node.peers, table.name)) {
    found.push({
      neighbor: shortName(peer.name, peer.instance),
      sending: family.ribOut !== undefined,
      receiving: true,
      instanceId: 0,
      generationId: 0
    })
  }
  for (const { name } of node.instances.membership.subscribersOf(instance)) {
    const subscription = node.agents.peers.get(name)?.subscriptions.get(instance.name)
    const registration = subscription?.registrations.get(table.family.name)
    if (subscription === undefined || registration === undefined) continue
    found.push({
      neighbor: name,
      sending: registration.ribOut !== undefined,
      receiving: true,
      instanceId: Math.max(0, subscription.instanceId),
      generationId: 0
    })
  }
  return found
}
