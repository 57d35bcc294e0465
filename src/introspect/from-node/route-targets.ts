/** Who imports, exports and asks for a route target (introspect §3.10). */
import type { AttributeSet } from '../../bgp/rib/attribute-set.js'
import type { Table } from '../../bgp/rib/table.js'
import { familyNamed } from '../../bgp/wire/families.js'
import type { ControlNode } from '../../control-node.js'
import { endOfCommunities, startOfCommunities } from '../../routing-instance/communities.js'
import type { RoutingInstance } from '../../routing-instance/instance.js'
import {
  everyTarget,
  isTarget,
  printTarget,
  type TargetKey,
  targetKeyAt
} from '../../routing-instance/target-key.js'
import { vpnFamilies } from '../../routing-instance/vpn-family.js'
import type * as view from '../view/rib.js'
import { familyName, shortName } from './names.js'

/** Of targets that an instance has, a path carries, or a neighbour asks for. */
export function* routeTargetGroups(node: ControlNode, start = ''): Generator<view.RouteTargetGroup> {
  const { groups, interest } = node.instances
  const targets = new Set<TargetKey>(interest.targets)
  for (const { target } of groups) targets.add(target)
  targets.delete(everyTarget)
  const named = [...targets].map(target => ({ target, text: printTarget(target) }))
  const dependent = new DependentRoutes(node)
  for (const { target, text } of named
    .filter(({ text }) => text >= start)
    .sort((a, b) => (a.text < b.text ? -1 : 1))) {
    const group = groups.get(target)
    yield {
      target: text,
      importMembers: members(node, group?.importers, group?.hasMembers),
      exportMembers: members(node, group?.exporters, group?.hasMembers),
      peersInterested: interestedPeers(node, target),
      get dependentRoutes() {
        return dependent.of(target)
      }
    }
  }
}

/** Their tables, and the VPN table that takes part as long as one instance does. */
function members(
  node: ControlNode,
  instances: ReadonlySet<RoutingInstance> = new Set(),
  isShared = false
): view.RouteTargetMembers[] {
  if (!isShared) return []
  const { master } = node.instances
  return vpnFamilies.flatMap(({ family, vpn }) => {
    const vpnFamily = familyNamed(vpn)
    if (vpnFamily === undefined) return []
    const tables = [...instances].flatMap(instance => instance.table(family)?.name ?? [])
    const vpnTable = master.table(vpn)
    if (vpnTable !== undefined) tables.push(vpnTable.name)
    return { family: familyName(vpnFamily), tables: tables.sort() }
  })
}

function interestedPeers(node: ControlNode, target: TargetKey): string[] {
  const names: string[] = []
  for (const { name } of node.instances.interest.peersOf(target))
    names.push(shortName(name, node.peers.get(name)?.instance ?? ''))
  return names.sort()
}

/** Which VPN routes carry which target: found by one look at the VPN tables, and only if somebody asks. */
class DependentRoutes {
  #index: Map<TargetKey, string[]> | undefined

  constructor(private readonly node: ControlNode) {}

  of(target: TargetKey): readonly string[] {
    this.#index ??= this.#build()
    return this.#index.get(target) ?? []
  }

  #build(): Map<TargetKey, string[]> {
    const index = new Map<TargetKey, string[]>()
    const targetsOf = new Map<AttributeSet, readonly TargetKey[]>()
    for (const { vpn } of vpnFamilies) {
      const table = this.node.instances.master.table(vpn)
      for (let i = 0; i < (table?.indexEnd ?? 0); i++) {
        for (const target of targetsOfRoute(table!, i, targetsOf)) {
          const prefix = table!.family.print(table!.keys, table!.keyStart(i), table!.keyEnd(i))
          const routes = index.get(target)
          if (routes === undefined) index.set(target, [prefix])
          else routes.push(prefix)
        }
      }
    }
    for (const routes of index.values()) routes.sort()
    return index
  }
}

/** Of its best path, which is the one that is copied and told. */
function targetsOfRoute(
  table: Table,
  index: number,
  known: Map<AttributeSet, readonly TargetKey[]>
): readonly TargetKey[] {
  const attributes = table.bestAt(index)?.attributes
  if (attributes === undefined) return []
  let targets = known.get(attributes)
  if (targets === undefined) known.set(attributes, (targets = readTargets(attributes.bytes)))
  return targets
}

function readTargets(bytes: Uint8Array): TargetKey[] {
  const targets: TargetKey[] = []
  const start = startOfCommunities(bytes)
  if (start < 0) return targets
  const end = endOfCommunities(bytes, start)
  for (let at = start; at < end; at += 8) if (isTarget(bytes, at)) targets.push(targetKeyAt(bytes, at))
  return targets
}
