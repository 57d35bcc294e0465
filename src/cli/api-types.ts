/** The parts of the API's answers that the command line reads (openapi.json describes them whole). */

export interface StatusAnswer {
  readonly hostname: string
  readonly version: string
  readonly startTime: string
  readonly routerId?: string
  readonly localAs: number
  readonly confederation?: { readonly identifier: number; readonly members: readonly number[] }
  readonly functional: boolean
  readonly description: string
  readonly configReadAt?: string
  readonly configProblems: number
  readonly connections: readonly {
    type: string
    name: string
    addresses: readonly string[]
    status: string
    description: string
  }[]
  readonly neighbors: { readonly total: number; readonly established: number }
  readonly agents: { readonly total: number; readonly established: number }
  readonly instances: number
  readonly bgpListen?: string
  readonly bgpListeners: readonly {
    readonly address: string
    readonly isOpen: boolean
    readonly failures: number
    readonly error: string
  }[]
  readonly xmppListen?: string
  readonly selectionDeferral: readonly {
    readonly family: string
    readonly waitsFor: readonly string[]
    readonly until: string
  }[]
}

export interface SessionAnswer {
  readonly name: string
  readonly encoding: string
  readonly address: string
  readonly state: string
  readonly sendState: string
  readonly flapCount: number
  readonly flapTime?: string
  readonly lastStateAt?: string
  readonly lastEvent: string
  readonly primaryPathCount: number
  readonly negotiatedHoldTimeSeconds: number
}

export interface NeighborAnswer extends SessionAnswer {
  readonly instance: string
  readonly peerType: string
  readonly isMember: boolean
  readonly peerAs: number
  readonly localAs: number
  readonly identifier: string
  readonly routerType: string
}

interface Counts {
  readonly messages: Readonly<Record<string, number>>
  readonly updates: { readonly reach: number; readonly unreach: number; readonly endOfRib: number }
}

export interface SessionDetail {
  readonly remoteEndpoint: string
  readonly localEndpoint: string
  readonly configuredHoldTimeSeconds: number
  readonly closeReason: string
  readonly authType: string
  readonly tables: readonly { name: string; subscribed: boolean }[]
  readonly received: Counts
  readonly sent: Counts
}

export interface TcpAnswer {
  readonly rttMicroseconds: number
  readonly rttVariationMicroseconds: number
  readonly retransmits: number
  readonly congestionWindow: number
  readonly unacknowledged: number
}

export interface NeighborSessionAnswer {
  readonly capabilitiesSent: readonly string[]
  readonly capabilitiesReceived: readonly string[]
  readonly establishedAt?: string
  readonly keepaliveSeconds: number
  readonly pendingBytes: number
  readonly tcp?: TcpAnswer
  readonly lastError?: { readonly text: string; readonly at: string }
  readonly received: Readonly<Record<string, number>>
  readonly sent: Readonly<Record<string, number>>
  readonly blockedCount: number
  readonly blockedMs: number
  readonly connections: Readonly<Record<string, number>>
  readonly errors: Readonly<Record<string, number>>
  readonly loops: Readonly<Record<string, number>>
  readonly families: readonly {
    family: string
    prefixLimit: number
    endOfRibReceived: boolean
    endOfRibSent: boolean
    pathIdsReceived: boolean
    pathIdsSent: boolean
    restartState: string
    groupSize: number
    inStep: boolean
    pendingRoutes: number
    oldestChangeMs?: number
  }[]
}

export interface NeighborDetail extends NeighborAnswer, SessionDetail {
  readonly configuredFamilies: readonly string[]
  readonly negotiatedFamilies: readonly string[]
  readonly options: readonly { readonly option: string; readonly value: string }[]
  readonly session: NeighborSessionAnswer
  readonly familyCounts: readonly { family: string; received: number; accepted: number; advertised: number }[]
  readonly notificationIn?: { readonly detail: string; readonly at: string }
  readonly notificationOut?: { readonly detail: string; readonly at: string }
  readonly otherCapabilities: readonly { readonly code: number; readonly value: string }[]
  readonly malformedCapabilities: readonly number[]
  readonly saidName: string
  readonly saidVersion: string
  readonly updateErrors: readonly { attribute: string; reaction: string; count: number }[]
  readonly offendingMessages: readonly OffendingMessage[]
}

export interface OffendingMessage {
  readonly at: string
  readonly error: string
  readonly reaction: string
  readonly offset: number
  readonly what: string
  readonly bytes: string
}

export interface AgentDetail extends SessionAnswer, SessionDetail {
  readonly instances: readonly {
    name: string
    state: string
    index: number
    importTargets: readonly string[]
  }[]
}

export interface TableCounts {
  readonly prefixes: number
  readonly primaryPaths: number
  readonly secondaryPaths: number
  readonly infeasiblePaths: number
}

export interface TableAnswer {
  readonly name: string
  readonly instance: string
  readonly family: string
  readonly counts: TableCounts
  readonly pendingUpdates: number
}

export interface InstanceAnswer {
  readonly name: string
  readonly virtualNetwork: string
  readonly virtualNetworkIndex: number
  readonly vxlanId: number
  readonly importTargets: readonly string[]
  readonly exportTargets: readonly string[]
  readonly tables: readonly { name: string; family: string; counts: TableCounts }[]
  readonly routingPolicies: readonly { name: string }[]
  readonly neighbors?: readonly string[]
}

export interface PathAnswer {
  readonly protocol: string
  readonly subProtocol: string
  readonly source: string
  readonly lastModified: string
  readonly localPreference: number
  readonly med: number
  readonly aigp?: string
  readonly asPath: string
  readonly nextHop: string
  readonly label: number
  readonly origin: string
  readonly replicated: boolean
  readonly primaryTable: string
  readonly secondaryTables: readonly string[]
  readonly communities: readonly string[]
  readonly originVn: string
  readonly flags: readonly string[]
  readonly tunnelEncapsulations: readonly string[]
  readonly rankedBy: string
}

export interface RouteTableAnswer {
  readonly name: string
  readonly counts: TableCounts
  readonly routes: readonly { prefix: string; lastModified: string; paths: readonly PathAnswer[] }[]
}

export interface ExplainedPathAnswer extends PathAnswer {
  readonly standing: 'best' | 'shares load' | 'lost'
  readonly lostAt: string
  readonly unusable: readonly string[]
  readonly copyOf?: { readonly table: string; readonly prefix: string }
}

export interface ExplainAnswer {
  readonly routes: readonly {
    readonly table: string
    readonly prefix: string
    readonly paths: readonly ExplainedPathAnswer[]
    readonly advertisement?: {
      readonly to: string
      readonly advertised: boolean
      readonly reason: string
      readonly sent: boolean
      readonly pending: boolean
      readonly as?: { readonly table: string; readonly prefix: string }
      readonly paths?: readonly {
        readonly advertised: boolean
        readonly reason: string
        readonly sent: boolean
        readonly pathId: number
      }[]
    }
  }[]
  readonly isCut: boolean
}

export interface ClearAnswer {
  readonly dryRun: boolean
  readonly neighbors: readonly { neighbor: string; address: string; acts: boolean; what: string }[]
}

export interface ExportsAnswer {
  readonly exports: readonly {
    kind: string
    target: string
    isUp: boolean
    sent: number
    dropped: number
    lastError: string
  }[]
}

export interface GracefulShutdownAnswer {
  readonly on: boolean
  readonly what: string
}
