/** Configuration: the settings that the BGP side sees, and the graph behind them (introspect §3.8, §3.12). */
import type { FamilyName, Time } from './common.js'

export interface InstanceConfig {
  readonly name: string
  readonly virtualNetwork: string
  readonly virtualNetworkIndex: number
  readonly vxlanId: number
  /** Sorted as text. */
  readonly importTargets: readonly string[]
  readonly exportTargets: readonly string[]
  readonly hasPnf: boolean
  readonly allowTransit: boolean
  readonly pbbEvpn: boolean
  readonly lastChangeAt: Time | undefined
  /** Full names, sorted. */
  readonly neighbors: readonly string[]
  readonly serviceChains: readonly {
    family: string
    routingInstance: string
    chainAddress: string
    prefixes: readonly string[]
    serviceInstance: string
  }[]
  readonly staticRoutes: readonly {
    prefix: string
    nextHop: string
    communities: readonly string[]
    targets: readonly string[]
  }[]
  readonly aggregates: readonly { prefix: string; nextHop: string }[]
  readonly routingPolicies: readonly { name: string; sequence: string }[]
}

export interface NeighborFamilyConfig {
  readonly family: FamilyName
  readonly loopCount: number
  readonly prefixLimit: number
  readonly idleTimeoutSeconds: number
  readonly gatewayAddress: string
  readonly defaultTunnelEncapsulations: readonly string[]
}

export interface NeighborConfig {
  readonly instance: string
  /** Full: `<instance>:<router>`. */
  readonly name: string
  readonly adminDown: boolean
  readonly passive: boolean
  readonly asOverride: boolean
  readonly originOverride: 'igp' | 'egp' | 'incomplete' | undefined
  readonly privateAsAction: string
  readonly routerType: string
  readonly localIdentifier: string
  readonly localAs: number
  readonly peerAs: number
  readonly identifier: string
  readonly address: string
  readonly clusterId: string
  readonly sourcePort: number
  /** 0 where not configured. */
  readonly holdTimeSeconds: number
  readonly loopCount: number
  readonly lastChangeAt: Time | undefined
  readonly authType: 'NIL' | 'MD5'
  readonly addressFamilies: readonly FamilyName[]
  readonly families: readonly NeighborFamilyConfig[]
}

export interface PeeringConfig {
  readonly instance: string
  /** `attr(<left fq name>,<right fq name>)` */
  readonly name: string
  readonly neighborCount: number
  readonly sessions: readonly {
    uuid: string
    attributes: readonly { router: string; addressFamilies: readonly string[] }[]
  }[]
}

export interface RoutingPolicyConfig {
  readonly name: string
  /** Multi-line text of each term. */
  readonly terms: readonly { match: string; action: string }[]
}

export interface GlobalSystemConfig {
  readonly gracefulRestartTimeSeconds: number
  readonly longLivedGracefulRestartTimeSeconds: number
  readonly endOfRibTimeoutSeconds: number
  readonly gracefulRestartEnable: boolean
  readonly gracefulRestartBgpHelper: boolean
  readonly gracefulRestartXmppHelper: boolean
  readonly alwaysCompareMed: boolean
  readonly allTagsAreGlobal: boolean
  readonly rdClusterSeed: number
  readonly bgpaasPortStart: number
  readonly bgpaasPortEnd: number
  readonly lastChangeAt: Time | undefined
}

export interface ConfigView {
  /** All in order of name. */
  instances(): Iterable<InstanceConfig>
  neighbors(): Iterable<NeighborConfig>
  peerings(): Iterable<PeeringConfig>
  routingPolicies(): Iterable<RoutingPolicyConfig>
  global(): GlobalSystemConfig | undefined
  source(): ConfigSource
}

/** A connection that configuration comes through. */
export interface SourceConnection {
  /** Addresses joined by `, `, or a URL without credentials. */
  readonly where: string
  readonly up: boolean
  readonly changedAt: Time | undefined
}

/** Where configuration comes from; both undefined for files. */
export interface ConfigSource {
  readonly database: SourceConnection | undefined
  readonly messageBus: SourceConnection | undefined
}

/** A node of the graph. */
export interface GraphNode {
  /** Dash form: `virtual-network`. */
  readonly type: string
  /** Colon-joined name, without the type. */
  readonly name: string
  /** Client indexes that want it, and that have been sent it. */
  readonly interests: readonly number[]
  readonly advertised: readonly number[]
  readonly deleted: boolean
  readonly origin: 'Cassandra' | 'Xmpp' | 'Local' | 'MapServer' | 'Unknown'
  /** Properties as indented XML text under `<iq>`; undefined for a node known only from links. */
  readonly properties: string | undefined
  /** `type:name` of each, sorted. */
  readonly neighbors: readonly string[]
  readonly lastModified: Time
}

export interface GraphLink {
  /** `virtual-network-routing-instance` */
  readonly metadata: string
  /** `type:name` */
  readonly left: string
  readonly right: string
  readonly interests: readonly number[]
  readonly advertised: readonly number[]
  readonly deleted: boolean
  readonly origins: readonly GraphNode['origin'][]
  readonly lastModified: Time
}

/** An agent as the receiver of a part of the graph. */
export interface GraphClient {
  /** Virtual-router fq name. */
  readonly name: string
  readonly index: number
  readonly virtualMachines: readonly string[]
  readonly messagesSent: number
  readonly messagesBlocked: number
  readonly nodesUpdated: number
  readonly nodesDeleted: number
  readonly linksUpdated: number
  readonly linksDeleted: number
  readonly bytesSent: number
  readonly blocked: boolean
  /** Nodes and links that it wants, and that it has been sent. */
  readonly interestCount: number
  readonly advertisedCount: number
  readonly hostName: string
  /** `<node>:<agent address>` */
  readonly channel: string
  readonly since: Time
}

/** What one client knows of a node or link. */
export interface Interest {
  readonly sent: boolean
  readonly interested: boolean
  readonly advertised: boolean
}

/** Subscriptions that made no sense, by kind, in the order of IFMapChannelManagerStats. */
export interface ChannelManagerCounts {
  readonly unknownSubscribe: number
  readonly unknownUnsubscribe: number
  readonly duplicateChannelReady: number
  readonly invalidChannelNotReady: number
  readonly invalidChannelState: number
  readonly invalidVmSubscribe: number
  readonly vmSubscribeWithoutVr: number
  readonly vmUnsubscribeWithoutVr: number
  readonly vmUnsubscribeWithoutVm: number
  readonly duplicateVrSubscribe: number
  readonly duplicateVmSubscribe: number
}

/** An object as the store gave it. */
export interface StoredObject {
  readonly uuid: string
  readonly type: string
  readonly fqName: string
  readonly changedAt: Time
  readonly deleted: boolean
  /** The object as JSON text. */
  readonly json: string
}

export interface GraphView {
  /** Types with nodes, in order, with their numbers. */
  tables(): readonly { name: string; size: number }[]
  /** In order of name, those after `after`. */
  nodes(type: string, after?: string): Iterable<GraphNode>
  node(type: string, name: string): GraphNode | undefined
  linkCount(): number
  /** In order of `metadata(left,right)`, those after `after` in this form. */
  links(after?: string): Iterable<GraphLink>
  /** In order of index. */
  clients(): Iterable<GraphClient>
  nodeInterest(client: number, type: string, name: string): Interest
  linkInterest(client: number, link: GraphLink): Interest
  /** Former and present clients, newest last. */
  clientHistory(): readonly { name: string; index: number; createdAt: Time; deletedAt: Time | undefined }[]
  channelManagerCounts(): ChannelManagerCounts
  /** Virtual machines asked for before they were known. */
  pendingVirtualMachines(): readonly { uuid: string; virtualRouter: string }[]
  /** Updates waiting to be sent to agents. */
  updateQueue(): Iterable<{
    name: string
    kind: 'Update' | 'Delete' | 'Marker'
    clients: readonly number[]
    since: Time
    sequence: number
  }>
  /** In order of uuid, those after `after`. */
  storedObjects(after?: string): Iterable<StoredObject>
}
