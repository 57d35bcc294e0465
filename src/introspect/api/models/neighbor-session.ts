/** What there is of the session with a neighbor, and of its families. */
import { array, boolean, dateTime, described, integer, object, string, strings } from '../schema.js'

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
export const neighborSession = object(
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
