/** Routing instances and what runs inside them (introspect §3.5, §3.6, §3.7, §3.9, §3.13). */
import type { Time } from './common.js'
import type { Route, Table } from './rib.js'

export interface RoutingInstance {
  readonly name: string
  readonly virtualNetwork: string
  readonly virtualNetworkIndex: number
  readonly vxlanId: number
  /** Sorted by value. */
  readonly importTargets: readonly string[]
  readonly exportTargets: readonly string[]
  readonly alwaysSubscribe: boolean
  readonly allowTransit: boolean
  readonly pbbEvpn: boolean
  readonly deleted: boolean
  readonly deletedAt: Time | undefined
  /** In order of table name. */
  readonly tables: readonly Table[]
  readonly routingPolicies: readonly { name: string; generation: number }[]
  /** Full names of BGP neighbors (`<instance>:<name>`); undefined if the instance can have none. */
  readonly neighbors: readonly string[] | undefined
}

export interface MulticastForwarder {
  readonly address: string
  /** `first-last` */
  readonly labelBlock: string
  readonly label: number
  /** Dotted; `0.0.0.0` for local forwarders. */
  readonly routerId: string
  readonly links: readonly { address: string; label: number }[]
}

export interface MulticastTree {
  readonly group: string
  readonly source: string
  /** Agents of this node. */
  readonly localForwarders: readonly MulticastForwarder[]
  /** Control nodes; only where this node computes the tree. */
  readonly globalForwarders: readonly MulticastForwarder[]
}

/** One per ermvpn table, the VPN table included. */
export interface MulticastManager {
  readonly table: string
  readonly treeCount: number
  readonly deleted: boolean
  readonly deletedAt: Time | undefined
}

export interface EvpnTable {
  readonly table: string
  readonly isVpn: boolean
  readonly macRoutes: number
  readonly uniqueMacRoutes: number
  readonly inclusiveMulticastRoutes: number
  readonly ipRoutes: number
  readonly deleted: boolean
  readonly deletedAt: Time | undefined
  /** Addresses, sorted. */
  readonly regularNves: readonly string[]
  readonly arReplicators: readonly string[]
  readonly arLeafs: readonly { address: string; replicator: string }[]
}

export interface MvpnManager {
  readonly table: string
  readonly projectManager: string
  readonly neighbors: readonly { rd: string; originator: string; sourceAs: number }[]
  readonly deleted: boolean
  readonly deletedAt: Time | undefined
}

/** One group and source, as the project manager sees it. */
export interface MvpnState {
  readonly group: string
  readonly source: string
  /** Printed prefixes; empty if there is none. */
  readonly globalTreeRoute: string
  readonly spmsiRoute: string
  readonly sourceActiveRoute: string
  readonly spmsiRoutesReceived: readonly string[]
  readonly leafAdRoutesReceived: readonly string[]
  readonly holders: number
}

export interface MvpnProjectManager {
  readonly table: string
  readonly managerCount: number
  readonly states: readonly MvpnState[]
  readonly deleted: boolean
  readonly deletedAt: Time | undefined
}

/** Words of introspect §3.9. */
export type ServiceChainState = 'pending' | 'deleted' | 'down' | 'group down' | 'active'

export interface ServiceChain {
  readonly sourceVirtualNetwork: string
  readonly destinationVirtualNetwork: string
  readonly serviceInstance: string
  readonly family: string
  readonly sourceInstance: string
  readonly connectedInstance: string
  readonly destinationInstance: string
  /** Table of `sourceInstance` that the chain writes to; the search of the request looks at it. */
  readonly table: string
  readonly chainAddress: string
  readonly state: ServiceChainState
  readonly pendingReason: string
  readonly chainId: string
  readonly connectedRoute: Route | undefined
  readonly aggregates: readonly {
    prefix: string
    aggregate: boolean
    route: Route | undefined
    moreSpecifics: readonly string[]
  }[]
  readonly externalRoutes: readonly { prefix: string; route: Route | undefined }[]
  readonly aggregateEnable: boolean
}

export interface StaticRoute {
  readonly prefix: string
  /** A static path exists now. */
  readonly active: boolean
  readonly nextHop: string
  readonly communities: readonly string[]
  readonly routeTargets: readonly string[]
  readonly secondaryTables: readonly string[]
  readonly nextHopRoute: Route | undefined
}

export interface RouteAggregate {
  readonly prefix: string
  readonly route: Route | undefined
  readonly nextHop: string
  readonly deleted: boolean
  readonly contributors: readonly string[]
}

/** Those of one instance and family. */
export interface InstanceStaticRoutes {
  readonly instance: string
  readonly family: 'inet' | 'inet6' | 'evpn'
  readonly routes: readonly StaticRoute[]
}

export interface InstanceAggregates {
  readonly instance: string
  readonly table: string
  readonly aggregates: readonly RouteAggregate[]
}

export interface RoutingPolicy {
  readonly name: string
  readonly generation: number
  readonly holders: number
  readonly terms: readonly { terminal: boolean; matches: readonly string[]; actions: readonly string[] }[]
  readonly deleted: boolean
}

export interface InstanceView {
  /** In order of name, from the first at or after `start`. */
  instances(start?: string): Iterable<RoutingInstance>
  /** In order of instance and table. */
  evpnTables(): Iterable<EvpnTable>
  multicastManagers(): Iterable<MulticastManager>
  /** Empty for a table that has none. */
  multicastTrees(table: string): Iterable<MulticastTree>
  mvpnManagers(): Iterable<MvpnManager>
  mvpnProjectManagers(): Iterable<MvpnProjectManager>
  serviceChains(): Iterable<ServiceChain>
  /** One entry per instance and family that has any. */
  staticRoutes(): Iterable<InstanceStaticRoutes>
  aggregates(): Iterable<InstanceAggregates>
  routingPolicies(): Iterable<RoutingPolicy>
}
