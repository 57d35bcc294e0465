/** What a BGP neighbour's session and its families have counted since the node started (spec bgp 18.1). */
import type { FamilyName, Time } from './common.js'

/** Of all sessions with the neighbour: they never go back, as a metrics system wants them. */
export interface LifetimeMessages {
  readonly open: number
  readonly update: number
  readonly notification: number
  readonly keepalive: number
  readonly routeRefresh: number
  /** With what has no valid type. */
  readonly total: number
  readonly bytes: number
  /** Calls into or out of the socket. */
  readonly calls: number
}

export interface ConnectionCounts {
  readonly dials: number
  readonly connectErrors: number
  readonly connectTimeouts: number
  readonly accepted: number
  readonly refused: number
  readonly collisions: number
  /** Times that the session came up. */
  readonly establishments: number
}

export interface SessionErrors {
  readonly header: number
  readonly open: number
  readonly update: number
  readonly holdExpired: number
  readonly sendHoldExpired: number
}

/** Announcements whose paths cannot be used because they came round. */
export interface LoopCounts {
  readonly asPath: number
  readonly originatorId: number
  readonly clusterList: number
}

/** One family: of the session that is up, or with paths that are kept for one that is not. */
export interface NeighborFamilyState {
  readonly family: FamilyName
  readonly table: string
  /** 0: none. */
  readonly prefixLimit: number
  /** Announcements that the limit kept out. */
  readonly blocked: number
  readonly endOfRibReceived: boolean
  readonly endOfRibSent: boolean
  readonly pathIdsReceived: boolean
  readonly pathIdsSent: boolean
  /** What becomes of its paths without a session (graceful restart). */
  readonly restartState: 'NONE' | 'GR_TIMER' | 'STALE' | 'LLGR_STALE' | 'LLGR_TIMER' | 'SWEEP' | 'DELETE'
  /** Receivers that are told the same, this one included; 0: it is told nothing. */
  readonly groupSize: number
  /** It is told each change as it is encoded, and not at a pace of its own. */
  readonly inStep: boolean
  /** Routes whose change has not been told yet, to it or to others of the group. */
  readonly pendingRoutes: number
  /** For how long it, or others of its group, have not been told the oldest of them; undefined: there is none. */
  readonly oldestChangeMs: number | undefined
  readonly reachReceived: number
  readonly unreachReceived: number
  readonly reachSent: number
  readonly unreachSent: number
  /** Requests for everything again, and answers to them that began, were given up on, and paths they left out. */
  readonly refreshRequestsReceived: number
  readonly refreshRequestsSent: number
  readonly refreshesReceived: number
  readonly refreshesSent: number
  readonly refreshesTimedOut: number
  readonly refreshRemoved: number
}

/** How a TCP connection fares (Linux TCP_INFO). */
export interface TcpState {
  readonly rttMicroseconds: number
  readonly rttVariationMicroseconds: number
  readonly retransmitTimeoutMicroseconds: number
  /** Segments sent again since the session is there, and those under way again now. */
  readonly retransmits: number
  readonly retransmitsUnderWay: number
  /** In segments. */
  readonly congestionWindow: number
  readonly unacknowledged: number
  /** Of what is sent, in bytes. */
  readonly maximumSegmentSize: number
}

export interface NeighborSession {
  /** As text: `multiprotocol inet`, `add-path inet send`. */
  readonly capabilitiesSent: readonly string[]
  /** Empty before an OPEN has come. */
  readonly capabilitiesReceived: readonly string[]
  /** When it came up; undefined: it is not up. */
  readonly establishedAt: Time | undefined
  /** 0: none. */
  readonly keepaliveSeconds: number
  /** Bytes that the system has not taken yet. */
  readonly pendingBytes: number
  /** Of the TCP connection; undefined: the session is not up, or the system does not say. */
  readonly tcp: TcpState | undefined
  readonly lastError: { readonly text: string; readonly at: Time } | undefined
  readonly received: LifetimeMessages
  readonly sent: LifetimeMessages
  readonly blockedCount: number
  readonly blockedMs: number
  readonly connections: ConnectionCounts
  readonly errors: SessionErrors
  readonly loops: LoopCounts
  readonly families: readonly NeighborFamilyState[]
}
