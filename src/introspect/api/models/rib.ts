/** Tables, routes and rib-outs. */
import { array, boolean, dateTime, described, integer, object, string, strings } from '../schema.js'

export const tableCounts = object('TableCounts', {
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

export const path = object(
  'Path',
  {
    protocol: string,
    subProtocol: string,
    source: string,
    lastModified: dateTime,
    localPreference: integer,
    med: integer,
    aigp: described(string, 'Accumulated IGP metric (RFC 7311), 64 bits in decimal digits; absent: none'),
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
  ['aigp', 'sequence', 'pmsiTunnel', 'loadBalance']
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
