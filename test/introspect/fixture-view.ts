/**
 * A small node to draw pages from: one control-node neighbor, one router that is down, two agents, the master
 * instance and one VRF, a handful of routes. Tests override what they are about.
 */
import type {
  Agent,
  BgpNeighbor,
  CloseInfo,
  GraphClient,
  GraphNode,
  NeighborSession,
  NodeView,
  Path,
  RibOutQueue,
  Route,
  RouteCursor,
  RouteSelection,
  RoutingInstance,
  SessionCounts,
  Table,
  TableFamilyName
} from '../../src/introspect/view.js'

/** 2026-03-05 09:15:42 UTC, with microseconds. */
export const now = Date.UTC(2026, 2, 5, 9, 15, 42) + 118.23
export const master = 'default-domain:default-project:ip-fabric:__default__'
export const blue = 'default-domain:acme:blue:blue'

const lifetimeMessages = {
  open: 2,
  update: 30,
  notification: 1,
  keepalive: 400,
  routeRefresh: 1,
  total: 434,
  bytes: 12_345,
  calls: 420
}
const neighborSession: NeighborSession = {
  capabilitiesSent: ['multiprotocol inet-vpn', 'route refresh'],
  capabilitiesReceived: ['multiprotocol inet-vpn'],
  establishedAt: now - 60_000,
  keepaliveSeconds: 30,
  pendingBytes: 17,
  tcp: {
    rttMicroseconds: 12_345,
    rttVariationMicroseconds: 678,
    retransmitTimeoutMicroseconds: 204_000,
    retransmits: 2,
    retransmitsUnderWay: 0,
    congestionWindow: 10,
    unacknowledged: 1,
    maximumSegmentSize: 1448
  },
  lastError: { text: 'hold timer expired', at: now - 120_000 },
  received: lifetimeMessages,
  sent: lifetimeMessages,
  blockedCount: 3,
  blockedMs: 250,
  connections: {
    dials: 5,
    connectErrors: 2,
    connectTimeouts: 1,
    accepted: 1,
    refused: 1,
    collisions: 1,
    establishments: 2
  },
  errors: { header: 0, open: 1, update: 2, holdExpired: 1, sendHoldExpired: 0 },
  loops: { asPath: 4, originatorId: 0, clusterList: 0 },
  families: [
    {
      family: 'inet-vpn',
      table: 'bgp.l3vpn.0',
      prefixLimit: 1000,
      blocked: 0,
      endOfRibReceived: true,
      endOfRibSent: true,
      pathIdsReceived: false,
      pathIdsSent: false,
      restartState: 'NONE',
      groupSize: 2,
      inStep: true,
      pendingRoutes: 0,
      oldestChangeMs: undefined,
      reachReceived: 12,
      unreachReceived: 3,
      reachSent: 9,
      unreachSent: 1,
      refreshRequestsReceived: 1,
      refreshRequestsSent: 0,
      refreshesReceived: 0,
      refreshesSent: 1,
      refreshesTimedOut: 0,
      refreshRemoved: 0
    }
  ]
}

const noClose: CloseInfo = {
  state: 'NONE',
  membershipState: 'NONE',
  closeAgain: false,
  graceful: true,
  init: 1,
  close: 0,
  nested: 0,
  deletes: 0,
  stale: 0,
  llgrStale: 0,
  sweep: 0,
  grTimer: 0,
  llgrTimer: 0,
  routes: new Map([['inet', { staled: 1, llgrStaled: 0, refreshed: 1, fresh: 0, deleted: 0 }]])
}

const counts = (n: number): SessionCounts => ({
  messages: { open: 1, keepalive: 10 * n, notification: 0, update: n, close: 0 },
  updates: { reach: 2 * n, unreach: n, endOfRib: 1 },
  socket: {
    bytes: 1000 * n,
    calls: 11 * n,
    blockedMs: n === 3 ? 4.5 : 0,
    blockedCount: n === 3 ? 2 : 0,
    errors: 0
  }
})

export const neighbor = (over: Partial<BgpNeighbor> = {}): BgpNeighbor => ({
  encoding: 'BGP',
  instance: master,
  name: 'ctrl-b.lab.example',
  pathSource: '198.51.100.12',
  deleted: false,
  closedAt: undefined,
  address: '198.51.100.12',
  state: 'Established',
  remoteEndpoint: '198.51.100.12:40112',
  localEndpoint: '198.51.100.11:179',
  sendReady: true,
  sendState: 'in sync',
  lastEvent: 'fsm::EvBgpKeepalive',
  lastState: 'OpenConfirm',
  lastStateAt: now - 60_000,
  configuredHoldTimeSeconds: 90,
  inet6Errors: { badToken: 0, badPrefix: 0, badNextHop: 0, badFamily: 0 },
  negotiatedHoldTimeSeconds: 90,
  primaryPathCount: 2,
  flapCount: 0,
  flapTime: undefined,
  closeReason: '',
  closeInfo: noClose,
  tables: [{ name: 'bgp.l3vpn.0', subscribed: true, currentRequest: '', pendingRequest: '' }],
  received: counts(2),
  sent: counts(3),
  peerType: 'internal',
  isMember: false,
  identifier: '198.51.100.12',
  peerAs: 65010,
  localAs: 65010,
  localIdentifier: '198.51.100.11',
  clusterId: '0.0.0.0',
  routerType: 'control-node',
  adminDown: false,
  passive: false,
  asOverride: false,
  originOverride: undefined,
  as4: true,
  privateAsAction: '',
  port: 179,
  authType: 'NIL',
  configuredFamilies: ['e-vpn', 'inet-vpn', 'route-target'],
  offeredFamilies: ['inet-vpn', 'route-target'],
  negotiatedFamilies: ['inet-vpn', 'route-target'],
  gracefulRestartFamilies: [],
  gracefulRestartTimeSeconds: 0,
  longLivedGracefulRestartFamilies: [],
  longLivedGracefulRestartTimeSeconds: 0,
  families: [{ family: 'inet-vpn', loopCount: 0, prefixLimit: 0, idleTimeoutSeconds: 0, gatewayAddress: '' }],
  options: [
    { option: 'multihop', value: '5' },
    { option: 'md5_key', value: '2 keys' }
  ],
  familyCounts: [{ family: 'inet-vpn', received: 2, accepted: 2, advertised: 1 }],
  session: neighborSession,
  notificationIn: undefined,
  notificationOut: {
    text: 'Cease:Administrative Shutdown',
    detail: 'Cease/Administrative Shutdown "maintenance"',
    code: 6,
    subcode: 2,
    data: '0b6d61696e74656e616e6365',
    at: now - 90_000
  },
  otherCapabilities: [{ code: 200, value: '0102030405' }],
  malformedCapabilities: [],
  saidName: 'edge.example',
  saidVersion: '',
  updateErrors: [{ attribute: 'COMMUNITIES', reaction: 'treat-as-withdraw', count: 17 }],
  offendingMessages: [
    {
      at: now - 60_000,
      error: 'UPDATE Message Error/Attribute Length Error',
      code: 3,
      subcode: 5,
      reaction: 'treat-as-withdraw',
      attribute: 'COMMUNITIES',
      offset: 43,
      what: 'COMMUNITIES of 3 bytes',
      bytes: `${'ff'.repeat(16)}001702${'00'.repeat(400)}`
    }
  ],
  skippedNlri: 0,
  ignoredFamilies: 0,
  ...over
})

export const agent = (over: Partial<Agent> = {}): Agent => ({
  encoding: 'XMPP',
  name: 'vrouter-07.lab.example',
  deleted: false,
  closedAt: undefined,
  address: '198.51.100.27',
  state: 'Established',
  remoteEndpoint: '198.51.100.27:43512',
  localEndpoint: '198.51.100.11:5269',
  sendReady: true,
  sendState: 'in sync',
  lastEvent: 'xmsm::EvXmppKeepalive',
  lastState: 'OpenConfirm',
  lastStateAt: now - 120_000,
  configuredHoldTimeSeconds: 90,
  negotiatedHoldTimeSeconds: 90,
  primaryPathCount: 1,
  flapCount: 2,
  flapTime: now - 3_600_000.5,
  closeReason: 'Hold timer expired',
  closeInfo: noClose,
  tables: [{ name: `${blue}.inet.0`, subscribed: true, currentRequest: '', pendingRequest: '' }],
  received: counts(1),
  sent: counts(2),
  authType: 'NIL',
  dscp: 0,
  instances: [{ name: blue, state: 'subscribed', index: 4, importTargets: ['target:65010:8000004'] }],
  receivers: ['IFMap', 'BGP'],
  inet6Errors: { badToken: 0, badPrefix: 0, badNextHop: 0, badFamily: 0 },
  ...over
})

export const path = (over: Partial<Path> = {}): Path => ({
  protocol: 'XMPP',
  subProtocol: 'interface',
  source: 'vrouter-07.lab.example',
  lastModified: now - 30_000,
  localPreference: 200,
  med: 100,
  localAs: 0,
  peerAs: 0,
  peerRouterId: '',
  asPath: '',
  as4Path: '',
  nextHop: '198.51.100.27',
  label: 25,
  origin: 'incomplete',
  replicated: false,
  primaryTable: '',
  secondaryTables: ['bgp.l3vpn.0'],
  communities: ['encapsulation:gre', 'encapsulation:udp', 'secgroup:65010:8000001'],
  originVn: 'default-domain:acme:blue',
  originVnPath: [],
  flags: [],
  tunnelEncapsulations: ['gre', 'udp'],
  securityGroups: [8000001],
  tags: [],
  aigp: undefined,
  sequence: undefined,
  pmsiTunnel: undefined,
  loadBalance: undefined,
  clusterList: [],
  originatorId: '',
  edgeDiscovery: [],
  edgeForwarding: [],
  rankedBy: '',
  ...over
})

const bgpPath = path({
  protocol: 'BGP',
  subProtocol: '',
  source: '198.51.100.12',
  localAs: 65010,
  peerAs: 65010,
  peerRouterId: '198.51.100.12',
  nextHop: '198.51.100.28',
  label: 31,
  secondaryTables: [],
  rankedBy: 'source'
})
const rich = path({
  sequence: 3,
  flags: ['Stale'],
  pmsiTunnel: {
    type: 'IngressReplication',
    arType: 'RegularNVE',
    identifier: '198.51.100.27',
    label: 25,
    flags: ['None']
  },
  loadBalance: { decision: 'field-hash', fields: ['l3-source-address'] },
  edgeDiscovery: [{ address: '198.51.100.27', labels: '1000-1999' }],
  edgeForwarding: [{ inAddressLabel: '198.51.100.27:1000', outAddressLabel: '198.51.100.28:2000' }]
})

export const route = (prefix: string, ...paths: Path[]): Route => ({
  prefix,
  lastModified: now - 30_000,
  paths: paths.length === 0 ? [path()] : paths
})

const walks = { requested: 2, requestedAgain: 0, completed: 2, actual: 1, cancelled: 0 }
export const table = (instance: string, family: TableFamilyName, routes: readonly Route[]): Table => {
  const all = routes.flatMap(r => r.paths)
  return {
    name:
      instance === master
        ? family.startsWith('inet')
          ? `${family}.0`
          : `bgp.${family}.0`
        : `${instance}.${family}.0`,
    instance,
    family,
    deleted: false,
    deletedAt: undefined,
    counts: {
      prefixes: routes.length,
      primaryPaths: all.filter(p => !p.replicated).length,
      secondaryPaths: all.filter(p => p.replicated).length,
      infeasiblePaths: 0,
      stalePaths: 0,
      llgrStalePaths: 0
    },
    walks,
    walkers: 0,
    pendingUpdates: 0,
    markers: 0,
    listeners: [{ id: 0, name: 'RoutePathReplicator', stateCount: routes.length }],
    membershipRequests: 1,
    membershipWalks: 1,
    members: [
      { neighbor: 'vrouter-07.lab.example', sending: true, receiving: true, instanceId: 4, generationId: 1 }
    ]
  }
}

const queue: RibOutQueue = {
  pendingUpdates: 0,
  markers: 0,
  messagesBuilt: 4,
  messagesSent: 4,
  reach: 4,
  unreach: 0,
  tailDequeues: 4,
  peerDequeues: 0,
  markerSplits: 0,
  markerMerges: 0,
  markerMoves: 0,
  oldestChangeMs: undefined
}

const graphNode = (type: string, name: string, neighbors: readonly string[]): GraphNode => ({
  type,
  name,
  interests: [0, 2, 3, 4],
  advertised: [],
  deleted: false,
  origin: 'Cassandra',
  properties: '<iq>\n\t<enable>true</enable>\n</iq>\n',
  neighbors,
  lastModified: now - 114_895.581
})

const client: GraphClient = {
  name: 'default-global-system-config:vrouter-07.lab.example',
  index: 0,
  virtualMachines: ['7d1ee9d2-3c2c-4d2a-9a8f-0a9f8f1a0001'],
  messagesSent: 6,
  messagesBlocked: 0,
  nodesUpdated: 11,
  nodesDeleted: 8,
  linksUpdated: 10,
  linksDeleted: 9,
  bytesSent: 15272,
  blocked: false,
  interestCount: 12,
  advertisedCount: 11,
  hostName: 'vrouter-07.lab.example',
  channel: 'ctrl-a.lab.example:198.51.100.27',
  since: now - 120_000
}

/** Sorted as the test wrote them; `budget` per slice, so that every test crosses slices. */
export class ListCursor implements RouteCursor {
  #at: number
  constructor(
    private readonly routes: readonly Route[],
    selection: RouteSelection
  ) {
    const start = routes.findIndex(r => r.prefix === selection.start)
    this.#at = Math.max(0, start)
  }
  next(budget: number): readonly Route[] | undefined {
    if (this.#at >= this.routes.length) return undefined
    const slice = this.routes.slice(this.#at, this.#at + Math.min(budget, 100))
    this.#at += slice.length
    return slice
  }
}

const told = { advertised: true, reason: 'best path', sent: true, pending: false }

export interface Fixture {
  neighbors?: BgpNeighbor[]
  agents?: Agent[]
  /** By table name. */
  routes?: Record<string, Route[]>
  instances?: RoutingInstance[]
}

export function fixtureView(fixture: Fixture = {}): NodeView {
  const neighbors = fixture.neighbors ?? [
    neighbor(),
    neighbor({
      name: 'edge-1',
      address: '198.51.100.41',
      state: 'Active',
      peerType: 'external',
      peerAs: 65020,
      routerType: 'router',
      negotiatedFamilies: [],
      identifier: '0.0.0.0',
      tables: [],
      sendState: 'not advertising',
      notificationIn: {
        text: 'Hold Timer Expired',
        detail: 'Hold Timer Expired',
        code: 4,
        subcode: 0,
        data: '',
        at: now - 100_000
      }
    })
  ]
  const agents = fixture.agents ?? [
    agent(),
    agent({ name: 'vrouter-08.lab.example', address: '198.51.100.28' })
  ]
  const routes: Record<string, Route[]> = fixture.routes ?? {
    [`${blue}.inet.0`]: [
      route('10.20.30.4/32', path(), { ...bgpPath, replicated: true, primaryTable: 'bgp.l3vpn.0' }),
      route('10.20.31.0/24', rich)
    ],
    'bgp.l3vpn.0': [
      route('198.51.100.27:4:10.20.30.4/32', path({ replicated: true, primaryTable: `${blue}.inet.0` })),
      route('198.51.100.28:4:10.20.30.4/32', bgpPath)
    ]
  }
  const of = (instance: string, family: TableFamilyName): Table => {
    const empty = table(instance, family, [])
    return table(instance, family, routes[empty.name] ?? [])
  }
  const instances: RoutingInstance[] = fixture.instances ?? [
    {
      name: blue,
      virtualNetwork: 'default-domain:acme:blue',
      virtualNetworkIndex: 4,
      vxlanId: 0,
      importTargets: ['target:65010:8000004'],
      exportTargets: ['target:65010:8000004'],
      alwaysSubscribe: false,
      allowTransit: false,
      pbbEvpn: false,
      deleted: false,
      deletedAt: undefined,
      tables: [of(blue, 'evpn'), of(blue, 'inet'), of(blue, 'inet6')],
      routingPolicies: [{ name: 'default-domain:acme:pol1', generation: 1 }],
      neighbors: undefined
    },
    {
      name: master,
      virtualNetwork: 'default-domain:default-project:ip-fabric',
      virtualNetworkIndex: 0,
      vxlanId: 0,
      importTargets: [],
      exportTargets: [],
      alwaysSubscribe: false,
      allowTransit: false,
      pbbEvpn: false,
      deleted: false,
      deletedAt: undefined,
      tables: [of(master, 'evpn'), of(master, 'l3vpn'), of(master, 'rtarget'), of(master, 'inet')],
      routingPolicies: [],
      neighbors: [`${master}:ctrl-b.lab.example`, `${master}:edge-1`]
    }
  ]
  const tables = instances.flatMap(i => i.tables)
  const socket = counts(3).socket
  const nodes = [
    graphNode('project', 'default-domain:acme', ['virtual-network:default-domain:acme:blue']),
    graphNode('virtual-network', 'default-domain:acme:blue', ['project:default-domain:acme'])
  ]
  const link = {
    metadata: 'project-virtual-network',
    left: 'project:default-domain:acme',
    right: 'virtual-network:default-domain:acme:blue',
    interests: [0],
    advertised: [0],
    deleted: false,
    origins: ['Cassandra' as const],
    lastModified: now - 5_000
  }
  return {
    watch: { neighbors: () => () => {}, agents: () => () => {}, routes: () => () => {} },
    process: {
      now: () => now,
      node: () => ({
        hostname: 'ctrl-a.lab.example',
        hostAddresses: ['198.51.100.11'],
        version: '1.0',
        startTime: now - 7_200_000,
        routerId: '198.51.100.11',
        localAs: 65010,
        globalAs: 65010,
        confederation: undefined,
        adminDown: false,
        bgpListen: '0.0.0.0:179',
        bgpListeners: [
          { address: '0.0.0.0:179', isOpen: true, failures: 0, error: '' },
          {
            address: '198.51.100.12:179',
            isOpen: false,
            failures: 3,
            error: 'listen EADDRNOTAVAIL: address not available 198.51.100.12:179'
          }
        ],
        xmppListen: '0.0.0.0:5269',
        selectionDeferral: []
      }),
      exports: () => [
        {
          kind: 'bmp',
          target: '198.51.100.99:11019',
          isUp: false,
          sent: 120,
          dropped: 1,
          lastError: 'connection refused'
        },
        { kind: 'mrt-updates', target: '/mrt/updates.%s', isUp: true, sent: 77, dropped: 4, lastError: '' }
      ],
      connections: () => [
        {
          type: 'Collector',
          name: '',
          addresses: ['198.51.100.31:8086'],
          status: 'Up',
          description: 'Established'
        },
        {
          type: 'Database',
          name: 'RabbitMQ',
          addresses: ['198.51.100.41:5673'],
          status: 'Up',
          description: 'RabbitMQ connection established'
        }
      ],
      expectedConnections: () => [
        { type: 'Collector', name: '' },
        { type: 'Database', name: 'RabbitMQ' }
      ],
      configReadAt: () => now - 7_100_000,
      configProblems: () => [
        { object: 'bgp-router:edge-9', where: 'hold_time', what: '2 is less than 3', since: now - 60_000 }
      ]
    },
    bgp: {
      neighbors: start =>
        neighbors.filter(
          n =>
            start === undefined ||
            n.instance > start.instance ||
            (n.instance === start.instance && n.name >= start.name)
        ),
      calls: () => ({ accepted: 8, refused: 2, dropped: 3, unauthenticated: 1, distant: 4 }),
      listenErrors: () => 3,
      received: () => socket,
      sent: () => socket
    },
    xmpp: {
      agents: (start = '') => agents.filter(a => a.name >= start),
      connections: () => ({
        accepted: 9,
        established: 5,
        refusedByLimit: 1,
        refusedByGate: 2,
        refusedSubCluster: 0,
        refusedDuplicate: 1
      }),
      currentConnections: () => agents.length,
      maximumConnections: () => agents.length,
      received: () => socket,
      sent: () => socket
    },
    rib: {
      tables: (start = '') => tables.filter(t => t.instance >= start),
      table: name => tables.find(t => t.name === name),
      routes: (name, selection) =>
        tables.some(t => t.name === name) ? new ListCursor(routes[name] ?? [], selection) : undefined,
      route: (name, prefix) => routes[name]?.find(r => r.prefix === prefix),
      dump: () => undefined,
      messagesTold: () => [{ encoding: 'BGP', built: 8, sent: 8 }],
      updateDelays: () => [
        {
          family: 'inet-vpn',
          count: 3,
          sumMs: 21,
          buckets: [
            { upToMs: 10, changes: 2 },
            { upToMs: undefined, changes: 1 }
          ]
        }
      ],
      explain: (name, prefix, to) => {
        const found = routes[name]?.find(r => r.prefix === prefix)
        return (
          found && {
            table: name,
            instance: blue,
            prefix,
            paths: found.paths.map((each, at) => ({
              ...each,
              standing: at === 0 ? ('best' as const) : ('lost' as const),
              lostAt: each.rankedBy,
              unusable: [],
              copyOf: undefined
            })),
            advertisement: to === undefined ? undefined : { to, ...told, as: undefined, paths: undefined }
          }
        )
      },
      ribOuts: () => [
        {
          table: 'bgp.l3vpn.0',
          encoding: 'BGP',
          peerType: 'IBGP',
          peerAs: 65010,
          receivers: ['ctrl-b.lab.example'],
          bulk: queue,
          update: queue
        }
      ],
      routeTargetGroups: (start = '') =>
        [
          {
            target: 'target:65010:8000004',
            importMembers: [{ family: 'inet-vpn' as const, tables: ['bgp.l3vpn.0', `${blue}.inet.0`] }],
            exportMembers: [{ family: 'inet-vpn' as const, tables: ['bgp.l3vpn.0', `${blue}.inet.0`] }],
            peersInterested: ['ctrl-b.lab.example'],
            dependentRoutes: ['198.51.100.27:4:10.20.30.4/32']
          }
        ].filter(g => g.target >= start),
      pathResolvers: () => [
        {
          table: `${blue}.inet.0`,
          pathCount: 1,
          modifiedPathCount: 0,
          nextHopCount: 1,
          modifiedNextHopCount: 0,
          paths: [{ prefix: '10.20.31.0/24', nextHop: '10.20.30.4', resolvedPathCount: 1 }],
          nextHops: [{ address: '10.20.30.4', table: `${blue}.inet.0`, route: route('10.20.30.4/32') }]
        }
      ],
      limitedNextHops: () => 3
    },
    instances: {
      instances: (start = '') => instances.filter(i => i.name >= start),
      evpnTables: () => [
        {
          table: `${blue}.evpn.0`,
          isVpn: false,
          macRoutes: 2,
          uniqueMacRoutes: 2,
          inclusiveMulticastRoutes: 1,
          ipRoutes: 0,
          deleted: false,
          deletedAt: undefined,
          regularNves: ['198.51.100.27'],
          arReplicators: [],
          arLeafs: [{ address: '198.51.100.28', replicator: '198.51.100.27' }]
        }
      ],
      multicastManagers: () => [
        { table: `${blue}.ermvpn.0`, treeCount: 1, deleted: false, deletedAt: undefined }
      ],
      multicastTrees: name =>
        name !== `${blue}.ermvpn.0`
          ? []
          : [
              {
                group: '255.255.255.255',
                source: '0.0.0.0',
                localForwarders: [
                  {
                    address: '198.51.100.27',
                    labelBlock: '1000-1999',
                    label: 1001,
                    routerId: '0.0.0.0',
                    links: [{ address: '198.51.100.28', label: 2000 }]
                  }
                ],
                globalForwarders: []
              }
            ],
      mvpnManagers: () => [
        {
          table: `${blue}.mvpn.0`,
          projectManager: '',
          neighbors: [{ rd: '198.51.100.27:4', originator: '198.51.100.12', sourceAs: 0 }],
          deleted: false,
          deletedAt: undefined
        }
      ],
      mvpnProjectManagers: () => [
        {
          table: 'default-domain:default-project:ip-fabric:ip-fabric.ermvpn.0',
          managerCount: 1,
          states: [
            {
              group: '224.1.2.3',
              source: '192.0.2.9',
              globalTreeRoute: '',
              spmsiRoute: '',
              sourceActiveRoute: '',
              spmsiRoutesReceived: [],
              leafAdRoutesReceived: [],
              holders: 1
            }
          ],
          deleted: false,
          deletedAt: undefined
        }
      ],
      serviceChains: () => [
        {
          sourceVirtualNetwork: 'default-domain:acme:left',
          destinationVirtualNetwork: 'default-domain:acme:right',
          serviceInstance: 'default-domain:acme:fw',
          family: 'inet',
          sourceInstance: 'default-domain:acme:left:service-1',
          connectedInstance: 'default-domain:acme:left:left',
          destinationInstance: 'default-domain:acme:right:right',
          table: 'default-domain:acme:left:service-1.inet.0',
          chainAddress: '10.1.1.9',
          state: 'active',
          pendingReason: '',
          chainId: 'chain-1',
          connectedRoute: route('10.1.1.9/32'),
          aggregates: [
            {
              prefix: '10.2.0.0/16',
              aggregate: true,
              route: route('10.2.0.0/16'),
              moreSpecifics: ['10.2.3.4/32']
            }
          ],
          externalRoutes: [{ prefix: '172.16.0.0/12', route: route('172.16.0.0/12') }],
          aggregateEnable: false
        }
      ],
      staticRoutes: () => [
        {
          instance: blue,
          family: 'inet',
          routes: [
            {
              prefix: '192.0.2.0/24',
              active: true,
              nextHop: '10.20.30.4',
              communities: ['65010:7'],
              routeTargets: ['target:65010:9'],
              secondaryTables: ['bgp.l3vpn.0'],
              nextHopRoute: route('10.20.30.4/32')
            }
          ]
        }
      ],
      aggregates: () => [
        {
          instance: blue,
          table: `${blue}.inet.0`,
          aggregates: [
            {
              prefix: '10.20.0.0/16',
              route: undefined,
              nextHop: '10.20.0.1',
              deleted: false,
              contributors: ['10.20.30.4/32']
            }
          ]
        }
      ],
      routingPolicies: () => [
        {
          name: 'default-domain:acme:pol1',
          generation: 1,
          holders: 2,
          terms: [{ terminal: true, matches: ['prefix [10.0.0.0/8 orlonger]'], actions: ['accept'] }],
          deleted: false
        }
      ]
    },
    config: {
      instances: () => [
        {
          name: blue,
          virtualNetwork: 'default-domain:acme:blue',
          virtualNetworkIndex: 4,
          vxlanId: 0,
          importTargets: ['target:65010:8000004'],
          exportTargets: ['target:65010:8000004'],
          hasPnf: false,
          allowTransit: false,
          pbbEvpn: false,
          lastChangeAt: now - 7_000_000,
          neighbors: [],
          serviceChains: [
            {
              family: 'inet',
              routingInstance: 'r',
              chainAddress: '10.1.1.9',
              prefixes: ['10.2.0.0/16'],
              serviceInstance: 's'
            }
          ],
          staticRoutes: [
            { prefix: '192.0.2.0/24', nextHop: '10.20.30.4', communities: [], targets: ['target:65010:9'] }
          ],
          aggregates: [{ prefix: '10.20.0.0/16', nextHop: '10.20.0.1' }],
          routingPolicies: [{ name: 'default-domain:acme:pol1', sequence: '1.0' }]
        }
      ],
      neighbors: () => [
        {
          instance: master,
          name: `${master}:ctrl-b.lab.example`,
          adminDown: false,
          passive: false,
          asOverride: false,
          originOverride: undefined,
          privateAsAction: '',
          routerType: '',
          localIdentifier: '198.51.100.11',
          localAs: 65010,
          peerAs: 65010,
          identifier: '198.51.100.12',
          address: '198.51.100.12',
          clusterId: '0.0.0.0',
          sourcePort: 0,
          holdTimeSeconds: 90,
          loopCount: 0,
          lastChangeAt: now - 7_000_000,
          authType: 'NIL',
          addressFamilies: ['inet-vpn'],
          families: [
            {
              family: 'inet-vpn',
              loopCount: 0,
              prefixLimit: 0,
              idleTimeoutSeconds: 0,
              gatewayAddress: '',
              defaultTunnelEncapsulations: []
            }
          ]
        }
      ],
      peerings: () => [
        {
          instance: master,
          name: `attr(${master}:ctrl-a.lab.example,${master}:ctrl-b.lab.example)`,
          neighborCount: 1,
          sessions: [{ uuid: '1', attributes: [{ router: 'ctrl-a.lab.example', addressFamilies: [] }] }]
        }
      ],
      routingPolicies: () => [
        {
          name: 'default-domain:acme:pol1',
          terms: [{ match: 'from {\n    prefix 10/8\n}', action: 'then {\n    accept\n}' }]
        }
      ],
      global: () => undefined,
      source: () => ({
        database: { where: '198.51.100.41', up: true, changedAt: now - 7_100_000 },
        messageBus: {
          where: 'amqp://********:********@198.51.100.41:5673',
          up: true,
          changedAt: now - 7_100_000
        }
      })
    },
    graph: {
      tables: () => [
        { name: 'project', size: 1 },
        { name: 'virtual-network', size: 1 }
      ],
      nodes: (type, after = '') => nodes.filter(n => n.type === type && n.name > after),
      node: (type, name) => nodes.find(n => n.type === type && n.name === name),
      linkCount: () => 1,
      links: (after = '') => (`${link.metadata}(${link.left},${link.right})` > after ? [link] : []),
      clients: () => [client],
      nodeInterest: () => ({ sent: true, interested: true, advertised: true }),
      linkInterest: () => ({ sent: true, interested: true, advertised: false }),
      clientHistory: () => [{ name: client.name, index: 0, createdAt: now - 120_000, deletedAt: undefined }],
      channelManagerCounts: () => ({
        unknownSubscribe: 0,
        unknownUnsubscribe: 0,
        duplicateChannelReady: 0,
        invalidChannelNotReady: 0,
        invalidChannelState: 0,
        invalidVmSubscribe: 0,
        vmSubscribeWithoutVr: 0,
        vmUnsubscribeWithoutVr: 0,
        vmUnsubscribeWithoutVm: 0,
        duplicateVrSubscribe: 0,
        duplicateVmSubscribe: 1
      }),
      pendingVirtualMachines: () => [
        { uuid: '7d1ee9d2-3c2c-4d2a-9a8f-0a9f8f1a0002', virtualRouter: client.name }
      ],
      updateQueue: () => [
        {
          name: 'virtual-network:default-domain:acme:blue',
          kind: 'Update',
          clients: [0],
          since: now - 20,
          sequence: 7
        }
      ],
      storedObjects: (after = '') =>
        [
          {
            uuid: '0001',
            type: 'virtual_network',
            fqName: 'default-domain:acme:blue',
            changedAt: now - 9_000_000,
            deleted: false,
            json: '{}'
          }
        ].filter(o => o.uuid > after)
    },
    trace: {
      buffers: () => [
        { name: 'BgpTraceBuf', capacity: 1000, enabled: true },
        { name: 'XmppMessageTrace', capacity: 5000, enabled: true }
      ],
      entries: name =>
        name !== 'XmppMessageTrace'
          ? []
          : [
              { time: now - 2, message: 'XmppRxStream', text: "<iq type='set'/>" },
              { time: now - 1, message: 'XmppTxStream', text: "<iq type='result'/>" }
            ]
    }
  }
}
