/** What the JSON API answers with. Names are those of the view; times are RFC 3339. */
import {
  array,
  boolean,
  dateTime,
  described,
  integer,
  type JsonSchema,
  object,
  string,
  strings
} from './schema.js'

const socketCounts = object('SocketCounts', {
  bytes: integer,
  calls: integer,
  blockedMs: { type: 'number' },
  blockedCount: integer,
  errors: integer
})
const sessionCounts = object('SessionCounts', {
  messages: object('MessageCounts', {
    open: integer,
    keepalive: integer,
    notification: integer,
    update: integer,
    close: integer
  }),
  updates: object('UpdateCounts', { reach: integer, unreach: integer, endOfRib: integer }),
  socket: socketCounts
})

const connection = object('ServiceConnection', {
  type: string,
  name: string,
  addresses: strings,
  status: { type: 'string', enum: ['Initializing', 'Up', 'Down'] },
  description: string
})

const sessionTotals = object('SessionTotals', { total: integer, established: integer })

export const status = object(
  'Status',
  {
    hostname: string,
    version: string,
    startTime: dateTime,
    routerId: string,
    localAs: integer,
    globalAs: integer,
    adminDown: boolean,
    functional: described(boolean, 'The node has all it needs to serve'),
    description: described(string, 'What is missing; empty when functional'),
    configReadAt: dateTime,
    configProblems: integer,
    connections: array(connection),
    neighbors: sessionTotals,
    agents: sessionTotals,
    instances: integer,
    bgpListen: described(string, 'Every address and port that is listened on for BGP, by commas'),
    bgpListeners: described(
      array(object('BgpListener', { address: string, isOpen: boolean, failures: integer, error: string })),
      'Every configured one; one that cannot be opened is tried again'
    ),
    xmppListen: string,
    selectionDeferral: described(
      array(object('DeferredSelection', { family: string, waitsFor: strings, until: dateTime })),
      'Families that ordinary neighbors are told nothing of yet after a start (RFC 4724 4.1), and who is waited for'
    )
  },
  ['routerId', 'configReadAt', 'bgpListen', 'xmppListen']
)

const sessionProperties = {
  name: string,
  encoding: { type: 'string', enum: ['BGP', 'XMPP'] },
  address: string,
  state: string,
  sendState: string,
  deleted: boolean,
  flapCount: integer,
  flapTime: dateTime,
  lastState: string,
  lastStateAt: dateTime,
  lastEvent: string,
  primaryPathCount: integer,
  negotiatedHoldTimeSeconds: integer
} as const
const sessionOptional = ['flapTime', 'lastStateAt']

const detailProperties = {
  closedAt: dateTime,
  remoteEndpoint: string,
  localEndpoint: string,
  sendReady: boolean,
  configuredHoldTimeSeconds: integer,
  closeReason: string,
  authType: string,
  tables: array(
    object('NeighborTable', {
      name: string,
      subscribed: boolean,
      currentRequest: string,
      pendingRequest: string
    })
  ),
  received: sessionCounts,
  sent: sessionCounts
} as const
const detailOptional = ['closedAt']

const neighborProperties = {
  ...sessionProperties,
  instance: string,
  peerType: string,
  peerAs: integer,
  localAs: integer,
  identifier: string,
  routerType: string,
  adminDown: boolean
} as const
export const neighborSummary = object('NeighborSummary', neighborProperties, sessionOptional)

const integers = <T extends string>(...names: readonly T[]): Record<T, typeof integer> =>
  Object.fromEntries(names.map(name => [name, integer])) as Record<T, typeof integer>

const lifetimeMessages = object(
  'LifetimeMessages',
  integers('open', 'update', 'notification', 'keepalive', 'routeRefresh', 'total', 'bytes', 'calls')
)
const neighborFamilyState = object(
  'NeighborFamilyState',
  {
    family: string,
    table: string,
    prefixLimit: described(integer, '0: none'),
    blocked: described(integer, 'Announcements that the limit kept out'),
    endOfRibReceived: boolean,
    endOfRibSent: boolean,
    pathIdsReceived: boolean,
    pathIdsSent: boolean,
    restartState: described(
      string,
      'What becomes of its paths without a session; NONE, GR_TIMER, LLGR_STALE …'
    ),
    groupSize: described(integer, 'Receivers that are told the same, this one included'),
    inStep: boolean,
    pendingRoutes: described(integer, 'Routes whose change has not been told to the group yet'),
    oldestChangeMs: described(integer, 'How long the oldest of them has waited; absent: there is none'),
    ...integers('reachReceived', 'unreachReceived', 'reachSent', 'unreachSent'),
    ...integers('refreshRequestsReceived', 'refreshRequestsSent', 'refreshesReceived', 'refreshesSent'),
    ...integers('refreshesTimedOut', 'refreshRemoved')
  },
  ['oldestChangeMs']
)
/** Counters that never go back, since the node started. */
const neighborSession = object(
  'NeighborSession',
  {
    capabilitiesSent: strings,
    capabilitiesReceived: strings,
    establishedAt: dateTime,
    keepaliveSeconds: { type: 'number' },
    pendingBytes: integer,
    tcp: described(
      object(
        'TcpState',
        integers(
          'rttMicroseconds',
          'rttVariationMicroseconds',
          'retransmitTimeoutMicroseconds',
          'retransmits',
          'retransmitsUnderWay',
          'congestionWindow',
          'unacknowledged',
          'maximumSegmentSize'
        )
      ),
      'How the TCP connection fares, where the system says it; windows in segments'
    ),
    lastError: object('LastError', { text: string, at: dateTime }),
    received: lifetimeMessages,
    sent: lifetimeMessages,
    blockedCount: integer,
    blockedMs: { type: 'number' },
    connections: object(
      'ConnectionCounts',
      integers(
        'dials',
        'connectErrors',
        'connectTimeouts',
        'accepted',
        'refused',
        'collisions',
        'establishments'
      )
    ),
    errors: object('SessionErrors', integers('header', 'open', 'update', 'holdExpired', 'sendHoldExpired')),
    loops: object('LoopCounts', integers('asPath', 'originatorId', 'clusterList')),
    families: array(neighborFamilyState)
  },
  ['establishedAt', 'tcp', 'lastError']
)

const notification = object('Notification', {
  text: string,
  detail: described(string, 'With what was said (RFC 9003) or enclosed (RFC 8538)'),
  code: integer,
  subcode: integer,
  data: described(string, 'At most 64 bytes, in hexadecimal digits'),
  at: dateTime
})
const reaction: JsonSchema = {
  type: 'string',
  enum: ['attribute-discard', 'treat-as-withdraw', 'family-disable', 'session-reset'],
  description: 'What was done about it (RFC 7606)'
}
const attribute = described(string, 'Path attribute; empty: the NLRI, or the message as a whole')
export const neighbor = object(
  'Neighbor',
  {
    ...neighborProperties,
    ...detailProperties,
    localIdentifier: string,
    clusterId: string,
    passive: boolean,
    asOverride: boolean,
    originOverride: string,
    as4: boolean,
    privateAsAction: string,
    port: integer,
    configuredFamilies: strings,
    offeredFamilies: strings,
    negotiatedFamilies: strings,
    gracefulRestartFamilies: strings,
    gracefulRestartTimeSeconds: integer,
    longLivedGracefulRestartFamilies: strings,
    longLivedGracefulRestartTimeSeconds: integer,
    families: array(
      object('NeighborFamily', {
        family: string,
        loopCount: integer,
        prefixLimit: integer,
        idleTimeoutSeconds: integer,
        gatewayAddress: string
      })
    ),
    options: described(
      array(object('ConfiguredOption', { option: string, value: string })),
      "Options of the node's own file that differ from what holds without them; of keys, their number"
    ),
    session: neighborSession,
    familyCounts: array(
      object('NeighborFamilyCounts', {
        family: string,
        received: integer,
        accepted: integer,
        advertised: integer
      })
    ),
    notificationIn: notification,
    notificationOut: notification,
    otherCapabilities: described(
      array(object('Capability', { code: integer, value: described(string, 'Hexadecimal digits') })),
      'Capabilities of its OPEN that mean nothing here'
    ),
    malformedCapabilities: described(array(integer), 'Codes of capabilities left out for their length'),
    saidName: described(string, 'Name that the neighbor gives itself (capability 73)'),
    saidVersion: described(string, 'Software that the neighbor says it runs (capability 75)'),
    updateErrors: described(
      array(object('UpdateErrorCount', { attribute, reaction, count: integer })),
      'Errors in UPDATEs since the start of the node'
    ),
    offendingMessages: described(
      array(
        object('OffendingMessage', {
          at: dateTime,
          error: string,
          code: integer,
          subcode: integer,
          reaction,
          attribute,
          offset: described(integer, 'Of the error, in bytes from the start of the message'),
          what: string,
          bytes: described(string, 'The whole message, in hexadecimal digits')
        })
      ),
      'The last 16 UPDATEs with an error, oldest first'
    ),
    skippedNlri: described(integer, 'NLRI passed over because they could not be read or are of unknown type'),
    ignoredFamilies: described(integer, 'Times that routes of a family not agreed on were ignored')
  },
  [...sessionOptional, ...detailOptional, 'originOverride', 'notificationIn', 'notificationOut']
)

export const agentSummary = object('AgentSummary', sessionProperties, sessionOptional)
export const agent = object(
  'Agent',
  {
    ...sessionProperties,
    ...detailProperties,
    dscp: integer,
    receivers: strings,
    instances: array(
      object('AgentInstance', { name: string, state: string, index: integer, importTargets: strings })
    )
  },
  [...sessionOptional, ...detailOptional]
)

const tableCounts = object('TableCounts', {
  prefixes: integer,
  primaryPaths: integer,
  secondaryPaths: integer,
  infeasiblePaths: integer,
  stalePaths: integer,
  llgrStalePaths: integer
})
export const table = object(
  'Table',
  {
    name: string,
    instance: string,
    family: string,
    deleted: boolean,
    deletedAt: dateTime,
    counts: tableCounts,
    pendingUpdates: integer,
    markers: integer,
    walkers: integer,
    listeners: array(object('TableListener', { id: integer, name: string, stateCount: integer })),
    members: array(
      object('TableMember', {
        neighbor: string,
        sending: boolean,
        receiving: boolean,
        instanceId: integer,
        generationId: integer
      })
    )
  },
  ['deletedAt']
)

export const instance = object(
  'RoutingInstance',
  {
    name: string,
    virtualNetwork: string,
    virtualNetworkIndex: integer,
    vxlanId: integer,
    importTargets: strings,
    exportTargets: strings,
    alwaysSubscribe: boolean,
    allowTransit: boolean,
    pbbEvpn: boolean,
    deleted: boolean,
    deletedAt: dateTime,
    routingPolicies: array(object('InstancePolicy', { name: string, generation: integer })),
    neighbors: strings,
    tables: array(object('InstanceTable', { name: string, family: string, counts: tableCounts }))
  },
  ['deletedAt', 'neighbors']
)

export const path = object(
  'Path',
  {
    protocol: string,
    subProtocol: string,
    source: string,
    lastModified: dateTime,
    localPreference: integer,
    med: integer,
    localAs: integer,
    peerAs: integer,
    peerRouterId: string,
    asPath: string,
    as4Path: string,
    nextHop: string,
    label: integer,
    origin: string,
    replicated: boolean,
    primaryTable: string,
    secondaryTables: strings,
    communities: strings,
    originVn: string,
    originVnPath: strings,
    flags: strings,
    tunnelEncapsulations: strings,
    securityGroups: array(integer),
    tags: array(integer),
    sequence: integer,
    pmsiTunnel: object('PmsiTunnel', {
      type: string,
      arType: string,
      identifier: string,
      label: integer,
      flags: strings
    }),
    loadBalance: object('LoadBalance', { decision: string, fields: strings }),
    clusterList: strings,
    originatorId: string,
    edgeDiscovery: array(object('EdgeDiscovery', { address: string, labels: string })),
    edgeForwarding: array(object('EdgeForwarding', { inAddressLabel: string, outAddressLabel: string })),
    rankedBy: described(string, 'The step of best-path selection that ranks it below the path before it')
  },
  ['sequence', 'pmsiTunnel', 'loadBalance']
)
export const route = object('Route', { prefix: string, lastModified: dateTime, paths: array(path) })
export const routeTable = object('RouteTable', {
  name: string,
  instance: string,
  family: string,
  counts: tableCounts,
  routes: array(route)
})

const queue = object(
  'RibOutQueue',
  {
    pendingUpdates: integer,
    markers: integer,
    messagesBuilt: integer,
    messagesSent: integer,
    reach: integer,
    unreach: integer,
    tailDequeues: integer,
    peerDequeues: integer,
    markerSplits: integer,
    markerMerges: integer,
    markerMoves: integer,
    oldestChangeMs: described(integer, 'How long the oldest change has waited; absent: there is none')
  },
  ['oldestChangeMs']
)
export const ribOut = object('RibOut', {
  table: string,
  encoding: string,
  peerType: string,
  peerAs: integer,
  receivers: strings,
  bulk: queue,
  update: queue
})

export const updateDelays = object('UpdateDelays', {
  family: string,
  count: described(integer, 'Observations: one for all that changed together in a turn of the event loop'),
  sumMs: { type: 'number' },
  buckets: array(
    object(
      'DelayBucket',
      {
        upToMs: described(integer, 'And above the bound before it; absent: longer than all bounds'),
        changes: integer
      },
      ['upToMs']
    )
  )
})

export const exportState = object('Export', {
  kind: { type: 'string', enum: ['bmp', 'mrt-updates', 'mrt-tables'] },
  target: described(string, 'A station, or the name of files'),
  isUp: boolean,
  sent: described(integer, 'Messages, records or files of tables'),
  dropped: described(
    integer,
    'Records or files that were lost, or connections cut off because a station did not read'
  ),
  lastError: string
})

export const configProblem = object('ConfigProblem', {
  object: string,
  where: string,
  what: string,
  since: dateTime
})
export const error = object('Error', { error: string })
