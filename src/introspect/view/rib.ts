/** Tables, routes and paths, and what is advertised from them (introspect §3.3, §3.4, §3.10, §3.13). */
import type { FamilyName, TableFamilyName, Time } from './common.js'

/** Counts of introspect §3.3; `paths` is primaryPaths + secondaryPaths, the others are subsets of it. */
export interface TableCounts {
  readonly prefixes: number
  readonly primaryPaths: number
  /** Replicas put there by route replication. */
  readonly secondaryPaths: number
  readonly infeasiblePaths: number
  readonly stalePaths: number
  readonly llgrStalePaths: number
}

/** Whole-table walks; zero where the table knows no such thing. */
export interface WalkCounts {
  readonly requested: number
  readonly requestedAgain: number
  readonly completed: number
  readonly actual: number
  readonly cancelled: number
}

export interface TableListener {
  readonly id: number
  readonly name: string
  /** Routes for which the listener keeps state. */
  readonly stateCount: number
}

export interface TableMember {
  /** Short name of a BGP neighbor or name of an agent. */
  readonly neighbor: string
  /** Routes are sent to it, taken from it. */
  readonly sending: boolean
  readonly receiving: boolean
  readonly instanceId: number
  readonly generationId: number
}

export interface Table {
  /** `<instance>.<family>.0`; tables of the master instance go without the instance: `bgp.l3vpn.0`, `inet.0`. */
  readonly name: string
  readonly instance: string
  readonly family: TableFamilyName
  readonly deleted: boolean
  readonly deletedAt: Time | undefined
  readonly counts: TableCounts
  readonly walks: WalkCounts
  readonly walkers: number
  /** Queue entries and markers over all rib-outs of the table. */
  readonly pendingUpdates: number
  readonly markers: number
  readonly listeners: readonly TableListener[]
  readonly membershipRequests: number
  readonly membershipWalks: number
  readonly members: readonly TableMember[]
}

export interface PmsiTunnel {
  /** `IngressReplication`, `AssistedReplication` … (introspect §3.3) */
  readonly type: string
  readonly arType: string
  readonly identifier: string
  readonly label: number
  readonly flags: readonly string[]
}

export interface LoadBalance {
  readonly decision: 'source-bias' | 'field-hash'
  readonly fields: readonly string[]
}

export interface EdgeDiscovery {
  readonly address: string
  /** `first-last` */
  readonly labels: string
}

export interface EdgeForwarding {
  /** `address:label` each. */
  readonly inAddressLabel: string
  readonly outAddressLabel: string
}

/** Whom a path came from: the kind of source, without the agent's sub-protocol. */
export type PathProtocol = 'BGP' | 'XMPP' | 'ServiceChain' | 'StaticRoute' | 'Aggregate' | 'Local' | 'None'

export interface Path {
  readonly protocol: PathProtocol
  /** The agent's word for what it announces: `interface`, `bgpaas` …; empty if none. */
  readonly subProtocol: string
  /** Neighbor address (`:port` if not 179) or agent name; empty for local paths. */
  readonly source: string
  readonly lastModified: Time
  readonly localPreference: number
  readonly med: number
  /** The accumulated IGP metric, 64 bits in decimal digits (RFC 7311); undefined: none. */
  readonly aigp: string | undefined
  /** Only for BGP sources, otherwise 0, 0 and empty. */
  readonly localAs: number
  readonly peerAs: number
  readonly peerRouterId: string
  /** Numbers separated by blanks, sets in braces; empty for internal routes. */
  readonly asPath: string
  readonly as4Path: string
  readonly nextHop: string
  /** MPLS label or VXLAN network identifier. */
  readonly label: number
  readonly origin: 'igp' | 'egp' | 'incomplete' | 'unknown'
  /** A replica, and the table it was replicated from. */
  readonly replicated: boolean
  readonly primaryTable: string
  /** Tables that this path was replicated to. */
  readonly secondaryTables: readonly string[]
  /** Standard, then extended, then large, as text (introspect §3.3). */
  readonly communities: readonly string[]
  readonly originVn: string
  readonly originVnPath: readonly string[]
  /** `Stale`, `AsPathLooped` …; empty if none. */
  readonly flags: readonly string[]
  readonly tunnelEncapsulations: readonly string[]
  readonly securityGroups: readonly number[]
  readonly tags: readonly number[]
  /** MAC mobility; undefined if the path has none. */
  readonly sequence: number | undefined
  readonly pmsiTunnel: PmsiTunnel | undefined
  readonly loadBalance: LoadBalance | undefined
  readonly clusterList: readonly string[]
  readonly originatorId: string
  readonly edgeDiscovery: readonly EdgeDiscovery[]
  readonly edgeForwarding: readonly EdgeForwarding[]
  /** The step of best-path selection that ranks it below the path before it; empty for the best. */
  readonly rankedBy: string
}

export interface Route {
  /** Printed prefix (introspect §3.3). */
  readonly prefix: string
  readonly lastModified: Time
  /** Best first. */
  readonly paths: readonly Path[]
}

/** A path with its standing among those of its route. */
export interface ExplainedPath extends Path {
  /** Best; as good up to and including MED, so that traffic is shared; or neither. */
  readonly standing: 'best' | 'shares load' | 'lost'
  /** The step of best-path selection at which it falls behind the best one; empty for the best. */
  readonly lostAt: string
  /** Why it cannot be used, in words; empty: it can. */
  readonly unusable: readonly string[]
  /** The route that it is a copy of. */
  readonly copyOf: { readonly table: string; readonly prefix: string } | undefined
}

/** Whether a route is told to a neighbour or an agent. */
export interface Advertisement {
  readonly to: string
  /** By the rules, and the rule that decides. */
  readonly advertised: boolean
  readonly reason: string
  /** It has been sent, or stands in what a receiver that is behind is still being told. */
  readonly sent: boolean
  /** Something of this table is still to be sent to the receiver. */
  readonly pending: boolean
  /** The route as which it is told where tables of this instance are not exchanged; undefined: as itself. */
  readonly as: { readonly table: string; readonly prefix: string } | undefined
  /** Towards a receiver that is told each path by itself (ADD-PATH): in order of the paths. */
  readonly paths: readonly PathAdvertisement[] | undefined
}

export interface PathAdvertisement {
  readonly advertised: boolean
  readonly reason: string
  readonly sent: boolean
  /** The path identifier that the receiver sees; 0: none. */
  readonly pathId: number
}

export interface RouteExplanation {
  readonly table: string
  readonly instance: string
  readonly prefix: string
  readonly paths: readonly ExplainedPath[]
  readonly advertisement: Advertisement | undefined
}

export interface RouteSelection {
  /** Printed prefix: begin at the first route at or after it in key order. */
  readonly start?: string
  /** Hints for tables with prefix order: only routes inside, or only routes covering, this prefix are wanted. */
  readonly inside?: string
  readonly covering?: string
}

/** A walk through a table in key order that survives changes of the table between calls. */
export interface RouteCursor {
  /**
   * Looks at no more than about `budget` routes and gives those it has in order: an empty array when it needs
   * another turn (to sort, to search), undefined at the end. The caller lets other work run between calls.
   */
  next(budget: number): readonly Route[] | undefined
}

export interface RibOutQueue {
  readonly pendingUpdates: number
  readonly markers: number
  readonly messagesBuilt: number
  readonly messagesSent: number
  readonly reach: number
  readonly unreach: number
  readonly tailDequeues: number
  readonly peerDequeues: number
  readonly markerSplits: number
  readonly markerMerges: number
  readonly markerMoves: number
  /** How long the oldest change has waited that not all have been told; undefined: there is none. */
  readonly oldestChangeMs: number | undefined
}

/** How long changes of routes waited until those who keep step had been told, of one family. */
export interface UpdateDelays {
  readonly family: FamilyName
  /** Observations, one for all that changed together in a turn, and their sum. */
  readonly count: number
  readonly sumMs: number
  /** Those up to a bound and above the one before it; the last has no bound. */
  readonly buckets: readonly { readonly upToMs: number | undefined; readonly changes: number }[]
}

/** Advertised state of one table towards receivers that share an export policy. */
export interface RibOut {
  readonly table: string
  readonly encoding: 'BGP' | 'XMPP'
  /** `IBGP`, `EBGP`, `XMPP`, `BGPaaS`… */
  readonly peerType: string
  readonly peerAs: number
  /** Short names, sorted. */
  readonly receivers: readonly string[]
  readonly bulk: RibOutQueue
  readonly update: RibOutQueue
}

export interface RouteTargetMembers {
  readonly family: FamilyName
  readonly tables: readonly string[]
}

export interface RouteTargetGroup {
  /** `target:65010:7` */
  readonly target: string
  readonly importMembers: readonly RouteTargetMembers[]
  readonly exportMembers: readonly RouteTargetMembers[]
  /** Short names of BGP neighbors whose rtarget routes ask for it. */
  readonly peersInterested: readonly string[]
  /** Printed VPN prefixes of routes that carry the target. */
  readonly dependentRoutes: readonly string[]
}

/** The resolver of recursive next hops of one table. */
export interface PathResolver {
  readonly table: string
  readonly pathCount: number
  readonly modifiedPathCount: number
  readonly nextHopCount: number
  readonly modifiedNextHopCount: number
  readonly paths: readonly { prefix: string; nextHop: string; resolvedPathCount: number }[]
  readonly nextHops: readonly { address: string; table: string; route: Route | undefined }[]
}

/** An MRT file in the making: the next bytes, none perhaps, or undefined at the end. */
export interface TableDump {
  next(): Uint8Array | undefined
}

export interface RibView {
  /** In order of instance, then table name; from the first table of `startInstance` or a later one. */
  tables(startInstance?: string): Iterable<Table>
  table(name: string): Table | undefined
  /** Undefined: no such table, or `start` is not a prefix of its family. */
  routes(table: string, selection: RouteSelection): RouteCursor | undefined
  /** The route of exactly this printed prefix. */
  route(table: string, prefix: string): Route | undefined
  /** As `route`, with why; `to`: name or address of a neighbour or an agent. */
  explain(table: string, prefix: string, to?: string): RouteExplanation | undefined
  /** The tables of the master instance, or one table; undefined: there is no such table. */
  dump(table?: string): TableDump | undefined
  /** In order of table. */
  ribOuts(): Iterable<RibOut>
  /** Messages with routes that were encoded, and copies of them that receivers were given, of present rib-outs. */
  messagesTold(): readonly {
    readonly encoding: RibOut['encoding']
    readonly built: number
    readonly sent: number
  }[]
  /** In order of family name; since the node started. */
  updateDelays(): Iterable<UpdateDelays>
  /** In order of target, from the first at or after `start`. */
  routeTargetGroups(start?: string): Iterable<RouteTargetGroup>
  /** In order of table. */
  pathResolvers(): Iterable<PathResolver>
  /** Next hops of routes, each as often as a route names it, with more ways than are used. */
  limitedNextHops(): number
}
