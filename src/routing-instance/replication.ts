/**
 * Keeps all copies of a node as its route targets demand: a replicator per table, and what has to be looked at again
 * when lists, networks or the node's identity change (spec routing 2.8).
 */
import type { Path } from '../bgp/rib/path.js'
import type { Route } from '../bgp/rib/route.js'
import type { RibContext, Table } from '../bgp/rib/table.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { CopyPlanner } from './copy-planner.js'
import { CopyQueue } from './copy-queue.js'
import type { RoutingInstance } from './instance.js'
import type { NodeIdentity } from './instance-settings.js'
import { Replicator, type ReplicatorContext } from './replicator.js'
import type { ClientPort } from './route-rd.js'
import type { RtGroups, TargetUser } from './rt-group.js'
import type { TargetKey } from './target-key.js'
import type { VirtualNetworks } from './virtual-networks.js'
import { vpnFamilies } from './vpn-family.js'

export interface ReplicationOptions {
  readonly rib: RibContext
  readonly scheduler: Scheduler
  readonly groups: RtGroups
  readonly networks: VirtualNetworks
  readonly master: RoutingInstance
  readonly clientPort: ClientPort
}

export class Replication {
  readonly #context: ReplicatorContext
  readonly #master: RoutingInstance
  readonly #replicators = new Map<Table, Replicator>()
  readonly #byInstance = new Map<RoutingInstance, readonly Replicator[]>()

  constructor({ rib, scheduler, groups, networks, master, clientPort }: ReplicationOptions) {
    const planner = new CopyPlanner(rib.attributes, groups, networks)
    const queue = new CopyQueue(scheduler)
    this.#context = { rib, scheduler, groups, planner, queue, clientPort }
    this.#master = master
    this.#open(master)
  }

  /** The tables that the path's copies are in. */
  tablesOf(route: Route, path: Path): Table[] {
    return this.#replicators.get(route.table)?.tablesOf(route, path) ?? []
  }

  /** The routes that the path's copies are on. */
  copiesOf(route: Route, path: Path): Route[] {
    return this.#replicators.get(route.table)?.copiesOf(route, path) ?? []
  }

  setIdentity({ as }: NodeIdentity): void {
    this.#context.planner.as = as
    for (const replicator of this.#replicators.values()) replicator.invalidate()
  }

  /** Its lists are empty yet. */
  add(instance: RoutingInstance): void {
    this.#open(instance)
    if (this.#byInstance.size === 2) this.#exportFromVpn(true)
  }

  /** Its lists are empty again. Its copies go in slices. */
  remove(instance: RoutingInstance): void {
    for (const replicator of this.#byInstance.get(instance) ?? []) {
      this.#replicators.delete(replicator.table)
      replicator.exporting = false
      replicator.invalidate()
    }
    this.#byInstance.delete(instance)
    if (this.#byInstance.size === 1) this.#exportFromVpn(false)
  }

  /** Import and export lists, or the virtual network, are no longer as before. */
  listsChanged(
    instance: RoutingInstance,
    importsBefore: ReadonlySet<TargetKey>,
    exportsBefore: ReadonlySet<TargetKey>,
    networkChanged: boolean
  ): void {
    const { imports, exports } = instance
    const { groups } = this.#context
    const importsGained = without(imports, importsBefore)
    const importsLost = without(importsBefore, imports)
    const exportsGained = without(exports, exportsBefore)
    const exportsLost = without(exportsBefore, exports)
    const changed = new Set([...importsGained, ...importsLost, ...exportsGained, ...exportsLost])
    const affected = new Set<TargetUser>()
    // Exports and network also tell what copies into the instance, and copies of its targets, have as their origin.
    const originsChange = networkChanged || exportsGained.length > 0 || exportsLost.length > 0
    if (originsChange) for (const target of [...imports, ...importsBefore]) changed.add(target)
    this.#usersOf(changed, affected)
    for (const target of importsGained) groups.addImporter(target, instance)
    for (const target of exportsGained) groups.addExporter(target, instance)
    for (const target of importsLost) groups.removeImporter(target, instance)
    for (const target of exportsLost) groups.removeExporter(target, instance)
    for (const replicator of this.#byInstance.get(instance) ?? []) {
      replicator.exporting = exports.size > 0
      if (originsChange) affected.add(replicator)
    }
    for (const user of affected) user.invalidate()
  }

  #open(instance: RoutingInstance): void {
    const replicators: Replicator[] = []
    for (const row of vpnFamilies) {
      const vpnTable = this.#master.table(row.vpn)
      const table = instance.isMaster ? vpnTable : instance.table(row.family)
      if (!row.replicated || table === undefined || vpnTable === undefined) continue
      const replicator = new Replicator(table, instance, row, vpnTable, this.#context)
      replicators.push(replicator)
      this.#replicators.set(table, replicator)
    }
    this.#byInstance.set(instance, replicators)
  }

  /** Without instances a VPN table is only passed on, and nothing is worked out per route. */
  #exportFromVpn(exporting: boolean): void {
    for (const replicator of this.#byInstance.get(this.#master) ?? []) {
      replicator.exporting = exporting
      replicator.invalidate()
    }
  }

  /** Tables with paths that have one of the targets, be it of themselves or from their instance's export list. */
  #usersOf(targets: Iterable<TargetKey>, users: Set<TargetUser>): void {
    for (const target of targets) {
      const group = this.#context.groups.get(target)
      if (group === undefined) continue
      for (const user of group.carriers.keys()) users.add(user)
      for (const exporter of group.exporters) {
        for (const replicator of this.#byInstance.get(exporter) ?? []) users.add(replicator)
      }
    }
  }
}

function without(targets: ReadonlySet<TargetKey>, others: ReadonlySet<TargetKey>): TargetKey[] {
  return [...targets].filter(target => !others.has(target))
}
