/**
 * The settings that the configuration graph yields: plain immutable values, which their consumers compare
 * structurally (`isDeepStrictEqual` of node:util) and apply as differences. Every value is complete:
 * defaults are filled in, names of the API are translated to Weft's words, and text that does not parse has
 * been reported and left out before a value gets here.
 *
 * Sources: spec config 1.9 (members and defaults), 8.2 (instances), 8.5 (peers), 8.6 (AS numbers).
 */
import type { RouteTarget } from '../net/route-target.js'

/** Families by Weft's names; the API's `e-vpn` is `evpn` and its `inet-mvpn` is `mvpn`. The last two are ours. */
export type FamilyName =
  | 'inet'
  | 'inet-labeled'
  | 'inet-vpn'
  | 'inet6'
  | 'inet6-vpn'
  | 'evpn'
  | 'erm-vpn'
  | 'mvpn'
  | 'route-target'
  | 'inet6-labeled'
  | 'mvpn6'

/** Name of the master instance: index 0, parent of all infrastructure bgp-routers (spec config 8.1). */
export const masterInstance = 'default-domain:default-project:ip-fabric:__default__'

/** What holds for the whole node. */
export interface GlobalSettings {
  /**
   * The own bgp-router; undefined until its object is known. Without it nothing listens for BGP and no agent
   * is accepted (spec config 6.2, 6.3).
   */
  readonly self: OwnRouterSettings | undefined
  readonly gracefulRestart: GracefulRestartSettings
  readonly enable4ByteAs: boolean
  readonly alwaysCompareMed: boolean
  /** 16 bits; 0: route distinguishers are not seeded (spec config 8.3). */
  readonly rdClusterSeed: number
  /** Treat every tag as a global one. */
  readonly allTagsAreGlobal: boolean
  readonly fastConvergence: FastConvergenceSettings
  /** Hold time towards agents, in seconds: that of fast convergence when it is on, otherwise 90. */
  readonly xmppHoldTimeSeconds: number
  /** Source ports of BGP-as-a-service clients, both inclusive; 0 to 0 when nothing is configured. */
  readonly bgpaasPorts: { readonly first: number; readonly last: number }
  /** Differentiated services code points, 0..63: `control` is for BGP and XMPP sockets. */
  readonly dscp: { readonly control: number; readonly analytics: number; readonly dns: number }
}

export interface OwnRouterSettings {
  /** Whole name, `default-domain:default-project:ip-fabric:__default__:<hostname>`. */
  readonly name: string
  /** The AS of generated route targets and communities (spec config 8.6). */
  readonly as: number
  /** The AS spoken on sessions: `local_autonomous_system`, otherwise `as`. */
  readonly localAs: number
  /** Router id as a 32-bit number; 0 when absent or malformed. */
  readonly identifier: number
  /** The same, dotted; `0.0.0.0` when absent. */
  readonly identifierText: string
  /** As printed; undefined when absent or malformed. */
  readonly address: string | undefined
  /** Port to listen on, 179 by default. */
  readonly port: number
  /** Proposed hold time; 0: not given (90 is then used). */
  readonly holdTimeSeconds: number
  /** The whole node is administratively down: all BGP and XMPP sessions closed. */
  readonly adminDown: boolean
  /** Route reflector cluster id; 0: no reflector. A change clears all iBGP sessions. */
  readonly clusterId: number
  /** As configured; may be empty (spec config 8.5, families). */
  readonly families: readonly FamilyName[]
  /** TCP MD5 keys of sessions of the master instance that have none of their own. */
  readonly keys: readonly AuthenticationKey[]
  readonly routerType: RouterType
  /** Sub-cluster that routes originated here are tagged with. */
  readonly subCluster: { readonly name: string; readonly id: number } | undefined
  /** Router id, AS and local AS are all known: the node may take agents (spec config 6.2). */
  readonly complete: boolean
}

/** Times are used only while `enabled`; they are given as configured. */
export interface GracefulRestartSettings {
  readonly enabled: boolean
  readonly restartTimeSeconds: number
  readonly longLivedRestartTimeSeconds: number
  readonly endOfRibTimeoutSeconds: number
  readonly bgpHelperEnabled: boolean
  readonly xmppHelperEnabled: boolean
}

export interface FastConvergenceSettings {
  readonly enabled: boolean
  readonly nextHopReachabilityCheck: boolean
}

export type RouterType =
  | 'control-node'
  | 'external-control-node'
  | 'router'
  | 'bgpaas-server'
  | 'bgpaas-client'
  /** Any other text, or none: peers like `router`. */
  | 'other'

/** One neighbour: a session of one bgp-peering (spec config 8.5). */
export interface PeerSettings {
  /** The neighbour's bgp-router, followed by `:<session uuid>` when the session has one. Unique in the node. */
  readonly name: string
  /** Routing instance of the neighbour: the master's, or that of a BGP-as-a-service client. */
  readonly instance: string
  readonly routerType: RouterType
  readonly peerAs: number
  readonly localAs: number
  /** `peerAs` equals `localAs`: an iBGP session (spec config 8.6). */
  readonly internal: boolean
  /** Own router id, 32 bits. */
  readonly localIdentifier: number
  /** The neighbour's router id as configured, 32 bits; 0: not given. */
  readonly peerIdentifier: number
  /** Printed IPv4 or IPv6 address; undefined when absent or malformed: such a peer can only be passive. */
  readonly address: string | undefined
  readonly port: number
  /** Of a BGP-as-a-service client: the source port that incoming connections are matched by; otherwise 0. */
  readonly sourcePort: number
  /** Several machines are this BGP-as-a-service client, each with a session: `bgpaas_shared` of its service. */
  readonly shared: boolean
  /** Proposed to the neighbour: session, remote router, own router, 90; the first that is not 0. */
  readonly holdTimeSeconds: number
  /** Never dials. Always so outside of the master instance. */
  readonly passive: boolean
  readonly adminDown: boolean
  /** Replace the neighbour's AS by ours in what is advertised to it. */
  readonly asOverride: boolean
  readonly privateAsAction: PrivateAsAction | undefined
  /** How often the local AS may occur in a received AS path, 0..16; a family's own value wins when not 0. */
  readonly loopCount: number
  /** ORIGIN that received routes get, whatever they came with: RFC 4271 code 0 IGP, 1 EGP, 2 INCOMPLETE. */
  readonly originOverride: 0 | 1 | 2 | undefined
  /** TCP MD5 keys (RFC 2385); empty: none. */
  readonly keys: readonly AuthenticationKey[]
  /** In order of preference, no family twice. Never empty for a peer that can come up. */
  readonly families: readonly PeerFamilySettings[]
  /** Own cluster id, so that one object says all of the session; 0: no reflector. */
  readonly clusterId: number
  /** Next hops to advertise to a BGP-as-a-service client. */
  readonly gatewayInet: string | undefined
  readonly gatewayInet6: string | undefined
}

export type PrivateAsAction = 'remove' | 'remove-all' | 'replace-all'

export interface AuthenticationKey {
  readonly id: number
  readonly key: string
}

export interface PeerFamilySettings {
  readonly family: FamilyName
  /** 0: the peer's own `loopCount` holds. */
  readonly loopCount: number
  /** Most prefixes accepted; 0: no limit. */
  readonly prefixLimit: number
  /** After the limit was exceeded: seconds before the session may come back, 0..86400. */
  readonly idleTimeoutSeconds: number
  /** Encapsulations of routes that arrive without a tunnel encapsulation community. */
  readonly defaultTunnelEncapsulations: readonly TunnelEncapsulation[]
}

export type TunnelEncapsulation = 'gre' | 'mpls' | 'udp' | 'vxlan'

/**
 * One routing instance (spec config 8.2). The two implicit import targets that depend on the instance index and
 * on the own AS are not among `importTargets`: they are the instance's own business.
 */
export interface InstanceSettings {
  readonly name: string
  readonly isMaster: boolean
  /** Own targets and those that connections add; sorted by key, none twice. Not applied to the master. */
  readonly importTargets: readonly RouteTarget[]
  readonly exportTargets: readonly RouteTarget[]
  /** Without a virtual network: the instance's name minus its last component. */
  readonly virtualNetwork: string
  /** 0: no virtual network, or none with an index. */
  readonly virtualNetworkIndex: number
  /** The virtual network may transit routes of service chains. */
  readonly allowTransit: boolean
  readonly pbbEvpn: boolean
  /** 0: none. */
  readonly vxlanId: number
  /** Instance of the VXLAN logical router's internal network, when this network hangs on one. */
  readonly vxlanParent: string | undefined
  /** Ask neighbours for all import targets at once (physical network function). */
  readonly hasPnf: boolean
  readonly staticRoutes: readonly StaticRouteSettings[]
  readonly aggregates: readonly AggregateSettings[]
  readonly serviceChains: readonly ServiceChainSettings[]
  /** In the order of application: by `sequence` as text (`"10"` before `"2"`), then by name. */
  readonly routingPolicies: readonly RoutingPolicySettings[]
}

/** Keyed by (prefix, next hop); the family is that of the next hop. */
export interface StaticRouteSettings {
  /** Canonical `address/length`. */
  readonly prefix: string
  readonly nextHop: string
  readonly routeTargets: readonly RouteTarget[]
  /** Communities as written: `no-advertise`, `64512:7`, … */
  readonly communities: readonly string[]
}

/** One prefix of a route-aggregate. */
export interface AggregateSettings {
  /** The route-aggregate's name. */
  readonly name: string
  readonly prefix: string
  readonly nextHop: string
}

/** One chain per kind (spec config 1.9, 8.8); the kind says which tables it joins. */
export interface ServiceChainSettings {
  readonly family: 'inet' | 'inet6' | 'evpn' | 'evpn-inet6'
  /** Instance whose routes are re-originated. */
  readonly destinationInstance: string
  /** Instance with the route towards the service; the chain's own instance by default. */
  readonly connectedInstance: string
  readonly prefixes: readonly string[]
  /** As written; a chain whose address does not parse stays pending. */
  readonly address: string
  readonly serviceInstance: string
  /** Chains with the same id go up and down together; empty: alone. */
  readonly chainId: string
  readonly isHead: boolean
  readonly retainAsPath: boolean
}

/** Spec config 1.9 (routing-policy), spec routing 6.4. */
export interface RoutingPolicySettings {
  readonly name: string
  readonly sequence: string
  readonly terms: readonly PolicyTerm[]
}

export interface PolicyTerm {
  readonly match: PolicyMatch
  readonly update: PolicyUpdate
  /** `next`: go on with the next term. */
  readonly action: 'accept' | 'reject' | 'next'
}

/** An empty list matches everything. */
export interface PolicyMatch {
  readonly protocols: readonly string[]
  readonly prefixes: readonly { readonly prefix: string; readonly type: 'exact' | 'longer' | 'orlonger' }[]
  /** `community` and `community_list` together, as written (regular expressions are allowed). */
  readonly communities: readonly string[]
  readonly communityMatchAll: boolean
  readonly extendedCommunities: readonly string[]
  readonly extendedCommunityMatchAll: boolean
}

export interface PolicyUpdate {
  /** AS numbers to put in front. */
  readonly asPathExpand: readonly number[]
  readonly communities: CommunityUpdate
  readonly extendedCommunities: CommunityUpdate
  readonly localPref: number | undefined
  readonly med: number | undefined
}

export interface CommunityUpdate {
  readonly add: readonly string[]
  readonly remove: readonly string[]
  /** Undefined: not set; an empty list takes all away. */
  readonly set: readonly string[] | undefined
}

/** One batch of changes. The maps name what differs from before; `undefined` as a value: gone. */
export interface SettingsChange {
  /** Undefined: as before. */
  readonly globals: GlobalSettings | undefined
  readonly peers: ReadonlyMap<string, PeerSettings | undefined>
  readonly instances: ReadonlyMap<string, InstanceSettings | undefined>
  /** The store's first reading is complete and all of it has been told (spec config 6); never false again. */
  readonly endOfConfig: boolean
}
