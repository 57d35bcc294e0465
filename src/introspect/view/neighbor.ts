/** Sessions: BGP neighbors and XMPP agents (introspect §3.2, §3.11). */
import type { FamilyName, SessionCounts, SessionState, SocketCounts, Time } from './common.js'
import type { NeighborSession } from './neighbor-session.js'

/** What the close of a session went through (graceful restart included). */
export interface CloseInfo {
  readonly state: 'NONE' | 'GR_TIMER' | 'STALE' | 'LLGR_STALE' | 'LLGR_TIMER' | 'SWEEP' | 'DELETE'
  readonly membershipState: 'NONE' | 'IN_USE' | 'IN_WAIT'
  readonly closeAgain: boolean
  readonly graceful: boolean
  readonly init: number
  readonly close: number
  readonly nested: number
  readonly deletes: number
  readonly stale: number
  readonly llgrStale: number
  readonly sweep: number
  readonly grTimer: number
  readonly llgrTimer: number
  /** By family; undefined when no close ever was. */
  readonly routes: ReadonlyMap<string, CloseRouteCounts> | undefined
}

export interface CloseRouteCounts {
  readonly staled: number
  readonly llgrStaled: number
  readonly refreshed: number
  readonly fresh: number
  readonly deleted: number
}

/** A table that the neighbor is registered to. */
export interface NeighborTable {
  readonly name: string
  readonly subscribed: boolean
  readonly currentRequest: '' | 'subscribe' | 'unsubscribe'
  readonly pendingRequest: '' | 'subscribe' | 'unsubscribe'
}

/** `not advertising`: no table is registered for sending; `in sync`: nothing is pending for the neighbor. */
export type SendState = 'not advertising' | 'in sync' | 'not in sync'

/** What was wrong with routes of IPv6, by cause (PeerRxInet6ErrorStats). */
export interface Inet6Errors {
  /** XML of an agent. */
  readonly badToken: number
  readonly badPrefix: number
  readonly badNextHop: number
  /** An item of another family than its node; of a BGP neighbor messages with a family not agreed on. */
  readonly badFamily: number
}

interface Session {
  readonly deleted: boolean
  /** When deletion began, or the agent's channel closed. */
  readonly closedAt: Time | undefined
  /** Remote address without port: configured (BGP) or seen (agent). */
  readonly address: string
  readonly state: SessionState
  /** Endpoints of the TCP session, `address:port`; `0.0.0.0:0` without a session. */
  readonly remoteEndpoint: string
  readonly localEndpoint: string
  /** False while the socket is write-blocked. */
  readonly sendReady: boolean
  readonly sendState: SendState
  /** `fsm::Ev…` or `xmsm::Ev…` (introspect §3.1); empty before the first. */
  readonly lastEvent: string
  readonly lastState: SessionState
  readonly lastStateAt: Time | undefined
  readonly configuredHoldTimeSeconds: number
  readonly inet6Errors: Inet6Errors
  /** 0 before negotiation. */
  readonly negotiatedHoldTimeSeconds: number
  /** Paths that the neighbor contributed itself, over all tables, without replicas. */
  readonly primaryPathCount: number
  /** Times the session left Established, and the last of them. */
  readonly flapCount: number
  readonly flapTime: Time | undefined
  /** Why the session last ended (introspect §5.6); empty if it never did. */
  readonly closeReason: string
  readonly closeInfo: CloseInfo
  readonly tables: readonly NeighborTable[]
  readonly received: SessionCounts
  readonly sent: SessionCounts
}

export interface NeighborFamily {
  readonly family: FamilyName
  readonly loopCount: number
  /** 0: no limit. */
  readonly prefixLimit: number
  readonly idleTimeoutSeconds: number
  /** Gateway (next hop to advertise); empty if not configured. */
  readonly gatewayAddress: string
}

/** Paths exchanged in one negotiated family. */
export interface NeighborFamilyCounts {
  readonly family: FamilyName
  /** Paths held from the neighbor. */
  readonly received: number
  /** Of these, usable ones. */
  readonly accepted: number
  /** Routes that the neighbor has been told and not yet been told to forget. */
  readonly advertised: number
}

export interface NotificationRecord {
  /** As text of introspect §3.2: `Cease:Administrative Shutdown`. */
  readonly text: string
  /** With what was said or enclosed: `Cease/Administrative Shutdown "maintenance"`, escaped. */
  readonly detail: string
  readonly code: number
  readonly subcode: number
  /** At most 512 bytes, in hexadecimal digits. */
  readonly data: string
  readonly at: Time
}

/** What is done about an error in an UPDATE (RFC 7606 §2). */
export type UpdateReaction = 'attribute-discard' | 'treat-as-withdraw' | 'family-disable' | 'session-reset'

export interface UpdateErrorCount {
  /** `COMMUNITIES`; empty: the NLRI, or the message as a whole. */
  readonly attribute: string
  readonly reaction: UpdateReaction
  readonly count: number
}

/** A message with an error, whole. */
export interface OffendingMessage {
  readonly at: Time
  /** `UPDATE Message Error/Attribute Length Error` */
  readonly error: string
  readonly code: number
  readonly subcode: number
  readonly reaction: UpdateReaction
  readonly attribute: string
  /** Of the error, in bytes from the start of the message. */
  readonly offset: number
  readonly what: string
  /** Hexadecimal digits. */
  readonly bytes: string
}

/** An option of the node's own file: `prefix_limit`, `inet 10000 (block)`. */
export interface ConfiguredOption {
  readonly option: string
  readonly value: string
}

/** A capability that means nothing here. */
export interface OtherCapability {
  readonly code: number
  /** Hexadecimal digits. */
  readonly value: string
}

export interface BgpNeighbor extends Session {
  readonly encoding: 'BGP'
  /** Routing instance of the peering. */
  readonly instance: string
  /** Configured name without the leading `<instance>:`. */
  readonly name: string
  /** Text that paths from this neighbor carry as source: the address, and `:port` when it is not 179. */
  readonly pathSource: string
  readonly peerType: 'internal' | 'external'
  /** External, and a member of our confederation (RFC 5065). */
  readonly isMember: boolean
  /** Dotted; `0.0.0.0` before an OPEN was seen. */
  readonly identifier: string
  readonly peerAs: number
  readonly localAs: number
  readonly localIdentifier: string
  /** Dotted; `0.0.0.0` when none. */
  readonly clusterId: string
  /** `control-node`, `router`, `bgpaas-client` … or empty. */
  readonly routerType: string
  readonly adminDown: boolean
  readonly passive: boolean
  readonly asOverride: boolean
  /** Overriding origin; undefined: not overridden. */
  readonly originOverride: 'igp' | 'egp' | 'incomplete' | undefined
  /** Four-octet AS numbers are in use with this neighbor. */
  readonly as4: boolean
  readonly privateAsAction: '' | 'remove' | 'remove-all' | 'replace-all'
  /** Configured remote port. */
  readonly port: number
  readonly authType: 'NIL' | 'MD5'
  readonly configuredFamilies: readonly FamilyName[]
  /** What the neighbor's OPEN offers; empty before. */
  readonly offeredFamilies: readonly FamilyName[]
  /** Empty until Established. */
  readonly negotiatedFamilies: readonly FamilyName[]
  /** What the neighbor's OPEN says about graceful restart. */
  readonly gracefulRestartFamilies: readonly FamilyName[]
  readonly gracefulRestartTimeSeconds: number
  readonly longLivedGracefulRestartFamilies: readonly FamilyName[]
  readonly longLivedGracefulRestartTimeSeconds: number
  readonly families: readonly NeighborFamily[]
  readonly familyCounts: readonly NeighborFamilyCounts[]
  /** Of the node's own file, in its words: those that differ from what holds without them. No keys. */
  readonly options: readonly ConfiguredOption[]
  readonly session: NeighborSession
  readonly notificationIn: NotificationRecord | undefined
  readonly notificationOut: NotificationRecord | undefined
  /** What else its OPEN says: capabilities unknown here, and codes of those left out for their length. */
  readonly otherCapabilities: readonly OtherCapability[]
  readonly malformedCapabilities: readonly number[]
  /** Host and domain name (capability 73) and software version (75) that it gives; empty: none. */
  readonly saidName: string
  readonly saidVersion: string
  /** Errors in its UPDATEs since the start, and the last 16 messages with one, oldest first. */
  readonly updateErrors: readonly UpdateErrorCount[]
  readonly offendingMessages: readonly OffendingMessage[]
  /** NLRI passed over (RFC 7606 §5.4), and messages with routes of families not agreed on. */
  readonly skippedNlri: number
  readonly ignoredFamilies: number
}

export interface AgentInstance {
  readonly name: string
  readonly state: 'subscribed' | 'subscribed-gr-stale' | 'subscribed-llgr-stale' | 'pending'
  /** The instance id that the agent gave when it subscribed. */
  readonly index: number
  readonly importTargets: readonly string[]
}

export interface Agent extends Session {
  readonly encoding: 'XMPP'
  /** Name the agent gave in its stream header. */
  readonly name: string
  readonly authType: 'NIL' | 'TLS'
  readonly dscp: number
  readonly instances: readonly AgentInstance[]
  /** What the channel carries: `IFMap`, `BGP`, … */
  readonly receivers: readonly string[]
}

export type Neighbor = BgpNeighbor | Agent

/** Calls of BGP neighbours, and of who is none, since the node listens. */
export interface CallCounts {
  readonly accepted: number
  /** Told why: no neighbour of ours, or one that takes none now. */
  readonly refused: number
  /** Without a word, because a limit is exceeded. */
  readonly dropped: number
  /** Without a word: the neighbour has a TCP MD5 key, and the system did not check it. */
  readonly unauthenticated: number
  /** Without a word: the neighbour is further away than `ttl_security` allows. */
  readonly distant: number
}

/** A place in the order of neighbors; there need be none of that name. */
export interface NeighborPosition {
  readonly instance: string
  readonly name: string
}

export interface BgpView {
  /** In order of instance and name, from the first at or after `start`. */
  neighbors(start?: NeighborPosition): Iterable<BgpNeighbor>
  calls(): CallCounts
  /** Attempts to listen that failed since the start of the node. */
  listenErrors(): number
  /** All BGP sockets together. */
  received(): SocketCounts
  sent(): SocketCounts
}

/** Connections of agents since the node started. */
export interface AgentConnectionCounts {
  readonly accepted: number
  readonly established: number
  /** Too many at once, or from one address. */
  readonly refusedByLimit: number
  /** The node did not know its configuration. */
  readonly refusedByGate: number
  readonly refusedSubCluster: number
  /** An agent of that name is connected. */
  readonly refusedDuplicate: number
}

export interface XmppView {
  connections(): AgentConnectionCounts
  /** In order of name, from the first at or after `start`. */
  agents(start?: string): Iterable<Agent>
  currentConnections(): number
  /** The most there ever were at once. */
  maximumConnections(): number
  received(): SocketCounts
  sent(): SocketCounts
}
