/**
 * The routing instances of a node: made, changed and removed as the difference between the settings they have and
 * the settings given (spec routing 8.1, config 8.2 to 8.4). Removal follows the configuration at once: name, index
 * and route targets are free again in the same call, and what is left in the tables goes in slices.
 */
import type { Path } from '../bgp/rib/path.js'
import { type RibContext, Table } from '../bgp/rib/table.js'
import { families, familyNamed } from '../bgp/wire/families.js'
import type { FamilyName } from '../bgp/wire/family.js'
import { rdOfAddress } from '../net/rd.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { followTwins } from './fabric-origin.js'
import { IndexPool } from './index-pool.js'
import { type InstanceListener, RoutingInstance } from './instance.js'
import {
  bareMaster,
  type InstanceConfig,
  implicitImports,
  masterInstance,
  type NodeIdentity
} from './instance-settings.js'
import { OriginNames } from './origin-names.js'
import { Replication } from './replication.js'
import type { ClientPort } from './route-rd.js'
import { RtGroups } from './rt-group.js'
import { Sweep } from './sweep.js'
import { TargetInterest } from './target-interest.js'
import { type TargetKey, targetKeyAt } from './target-key.js'
import { TargetMembership } from './target-membership.js'
import { VirtualNetworks } from './virtual-networks.js'
import { vpnFamilies } from './vpn-family.js'

export interface InstancesOptions {
  readonly rib: RibContext
  readonly scheduler: Scheduler
  /** Source port of a BGP-as-a-service client, part of its IPv6 route distinguishers (spec routing 2.7). */
  readonly clientPort?: ClientPort
}

export class RoutingInstances {
  readonly master: RoutingInstance
  readonly groups = new RtGroups()
  readonly networks = new VirtualNetworks()
  readonly originNames: OriginNames
  readonly replication: Replication
  readonly membership: TargetMembership
  readonly interest: TargetInterest
  readonly #rib: RibContext
  readonly #scheduler: Scheduler
  readonly #byName = new Map<string, RoutingInstance>()
  readonly #indexes = new IndexPool()
  #identity: NodeIdentity = { as: 0, localAs: 0, identifier: 0 }
  #listeners: InstanceListener[] = []

  constructor({ rib, scheduler, clientPort = () => 0 }: InstancesOptions) {
    this.#rib = rib
    this.#scheduler = scheduler
    const tables = new Map(families.map(family => [family.name, new Table(family.masterTable, family, rib)]))
    this.master = new RoutingInstance(bareMaster, this.#indexes.take(), tables)
    this.#byName.set(masterInstance, this.master)
    const { groups, networks, master } = this
    this.originNames = new OriginNames(networks, this, scheduler)
    this.replication = new Replication({ rib, scheduler, groups, networks, master, clientPort })
    this.membership = new TargetMembership(rib, master)
    this.interest = new TargetInterest(scheduler, master, source => this.membership.has(source))
    for (const { family, vpn, replicated } of vpnFamilies) {
      const [plain, ofAll] = [master.table(family), master.table(vpn)]
      if (replicated && plain !== undefined && ofAll !== undefined) followTwins(plain, ofAll, rib.attributes)
    }
  }

  get(name: string): RoutingInstance | undefined {
    return this.#byName.get(name)
  }

  /** In order of arrival. */
  [Symbol.iterator](): IterableIterator<RoutingInstance> {
    return this.#byName.values()
  }

  /** By its whole name, `bgp.l3vpn.0` or `<instance>.inet.0`. */
  table(name: string): Table | undefined {
    const owner = this.#byName.get(name.split('.').slice(0, -2).join('.')) ?? this.master
    for (const table of owner.tables.values()) if (table.name === name) return table
    return undefined
  }

  addListener(listener: InstanceListener): void {
    this.#listeners = [...this.#listeners, listener]
  }

  removeListener(listener: InstanceListener): void {
    this.#listeners = this.#listeners.filter(other => other !== listener)
  }

  /** Implicit route targets, route distinguishers and memberships are made of it (spec config 8.2). */
  setIdentity(identity: NodeIdentity): void {
    const { as, localAs, identifier } = this.#identity
    if (identity.as === as && identity.localAs === localAs && identity.identifier === identifier) return
    this.#identity = identity
    this.membership.setIdentity(identity)
    this.replication.setIdentity(identity)
    for (const instance of this) {
      instance.rd = rdOfAddress(identity.identifier, instance.index)
      this.#configure(instance, instance.config)
    }
  }

  /** `undefined`: gone. Instances that are not named stay as they are. */
  apply(changes: ReadonlyMap<string, InstanceConfig | undefined>): void {
    const names = [...changes.keys()].sort()
    // Removal first, so that indexes and names are free for those that come.
    for (const name of names) if (changes.get(name) === undefined) this.#remove(name)
    for (const name of names) {
      const config = changes.get(name)
      if (config === undefined) continue
      const instance = this.#byName.get(name)
      if (instance === undefined) this.#add(config)
      else this.#change(instance, config)
    }
  }

  #add(config: InstanceConfig): void {
    const tables = new Map<FamilyName, Table>()
    for (const { family: familyName } of vpnFamilies) {
      const family = familyNamed(familyName)
      if (family === undefined) continue
      tables.set(familyName, new Table(`${config.name}.${family.tableSuffix}`, family, this.#rib))
    }
    const instance = new RoutingInstance(config, this.#indexes.take(), tables)
    instance.rd = rdOfAddress(this.#identity.identifier, instance.index)
    this.#byName.set(config.name, instance)
    this.networks.add(instance)
    this.replication.add(instance)
    this.#configure(instance, config)
    for (const listener of this.#listeners) listener.instanceAdded?.(instance)
  }

  #change(instance: RoutingInstance, config: InstanceConfig): void {
    const before = instance.config
    this.#configure(instance, config)
    if (looksDifferent(before, config)) this.#announceAgain(instance)
    for (const listener of this.#listeners) listener.instanceChanged?.(instance, before)
  }

  #remove(name: string): void {
    const instance = this.#byName.get(name)
    if (instance === undefined) return
    if (instance.isMaster) {
      this.#change(instance, bareMaster)
      return
    }
    this.#byName.delete(name)
    instance.removed = true
    this.#setLists(instance, instance.config, new Set(), new Set())
    this.networks.remove(instance)
    this.originNames.changed(instance.virtualNetworkIndex)
    this.membership.remove(instance)
    this.#indexes.giveBack(instance.index)
    for (const listener of this.#listeners) listener.instanceRemoved?.(instance)
    this.replication.remove(instance)
    for (const table of instance.tables.values()) this.#drain(table)
  }

  #configure(instance: RoutingInstance, config: InstanceConfig): void {
    const imports = new Set<TargetKey>()
    const exports = new Set<TargetKey>()
    if (!instance.isMaster) {
      for (const { bytes } of config.importTargets) imports.add(targetKeyAt(bytes, 0))
      for (const { bytes } of config.exportTargets) exports.add(targetKeyAt(bytes, 0))
    }
    for (const target of implicitImports(this.#identity, instance)) imports.add(target)
    this.#setLists(instance, config, imports, exports)
  }

  #setLists(
    instance: RoutingInstance,
    config: InstanceConfig,
    imports: ReadonlySet<TargetKey>,
    exports: ReadonlySet<TargetKey>
  ): void {
    const { imports: importsBefore, exports: exportsBefore } = instance
    this.networks.remove(instance)
    const networkBefore = instance.virtualNetworkIndex
    const networkChanged = networkBefore !== config.virtualNetworkIndex
    instance.config = config
    instance.imports = imports
    instance.exports = exports
    this.networks.add(instance)
    for (const index of new Set([networkBefore, config.virtualNetworkIndex])) this.originNames.changed(index)
    this.membership.importsChanged(instance, importsBefore)
    if (instance.isMaster) return
    this.replication.listsChanged(instance, importsBefore, exportsBefore, networkChanged)
  }

  /** Agents and introspection show what has changed with every route of the instance (spec routing 2.8). */
  #announceAgain(instance: RoutingInstance): void {
    for (const table of instance.tables.values()) {
      if (table.size > 0) new Sweep(table, this.#scheduler, route => table.touch(route)).request()
    }
  }

  /** Takes away the paths that their sources left behind; copies go with what they are copies of. */
  #drain(table: Table): void {
    if (table.size === 0) return
    // Removal may rank the rest anew, so a route's paths are picked before the first goes.
    const left: Path[] = []
    const sweep = new Sweep(table, this.#scheduler, route => {
      left.length = 0
      for (let path = route.paths; path !== undefined; path = path.next) {
        if (path.origin === undefined) left.push(path)
      }
      for (const path of left) table.remove(route, path)
    })
    sweep.request()
  }
}

function looksDifferent(before: InstanceConfig, after: InstanceConfig): boolean {
  return (
    before.virtualNetwork !== after.virtualNetwork ||
    before.virtualNetworkIndex !== after.virtualNetworkIndex ||
    before.allowTransit !== after.allowTransit ||
    before.pbbEvpn !== after.pbbEvpn
  )
}
