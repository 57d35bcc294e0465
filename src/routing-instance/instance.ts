import type { Table } from '../bgp/rib/table.js'
import type { FamilyName } from '../bgp/wire/family.js'
import { zeroRd } from '../net/rd.js'
import type { InstanceConfig } from './instance-settings.js'
import type { TargetKey } from './target-key.js'

/**
 * A VRF, or the master: its tables and what configuration says about it. It lives from its configuration's arrival
 * to its removal; one that comes back under the same name is another object with tables of its own.
 */
export class RoutingInstance {
  readonly name: string
  readonly isMaster: boolean
  /** Local to this node, lowest free at the time; 0 is the master's (spec config 8.3). */
  readonly index: number
  /** By family, in the order of `vpnFamilies`; the master's in that of `families`. */
  readonly tables: ReadonlyMap<FamilyName, Table>
  config: InstanceConfig
  /** With the two implicit ones; empty in the master (spec config 8.2). */
  imports: ReadonlySet<TargetKey> = new Set()
  exports: ReadonlySet<TargetKey> = new Set()
  /** Type 1, own identifier and index: for routes that bring none (spec routing 2.7). */
  rd: Uint8Array = zeroRd
  /** No longer configured: nobody may add paths, and what is left is being taken away. */
  removed = false

  constructor(config: InstanceConfig, index: number, tables: ReadonlyMap<FamilyName, Table>) {
    this.name = config.name
    this.isMaster = config.isMaster
    this.index = index
    this.config = config
    this.tables = tables
  }

  table(family: FamilyName): Table | undefined {
    return this.tables.get(family)
  }

  /** Name of the virtual network. */
  get virtualNetwork(): string {
    return this.config.virtualNetwork
  }

  get virtualNetworkIndex(): number {
    return this.config.virtualNetworkIndex
  }
}

/** What others do when instances come, change and go. Told when groups and tables are as configured. */
export interface InstanceListener {
  instanceAdded?(instance: RoutingInstance): void
  /** `imports` and `exports` too may differ from before. */
  instanceChanged?(instance: RoutingInstance, before: InstanceConfig): void
  /**
   * The instance is not found by name any more. Whoever has paths in its tables takes them back or leaves them to
   * be taken away, and never adds one; whoever listens to its tables stops.
   */
  instanceRemoved?(instance: RoutingInstance): void
}
