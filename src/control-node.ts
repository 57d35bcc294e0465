import { AddPathTables } from './bgp/export/add-path-table.js'
import { RibOuts } from './bgp/export/rib-outs.js'
import type { BgpPeer } from './bgp/peer/bgp-peer.js'
import { BgpPeers } from './bgp/peer/bgp-peers.js'
import { mayEndRib } from './bgp/peer/may-end-rib.js'
import type { PeerMonitor } from './bgp/peer/peer-monitor.js'
import { startingMilliseconds } from './bgp/peer/peer-settings.js'
import { SelectionDeferral } from './bgp/peer/selection-deferral.js'
import { AttributeDb } from './bgp/rib/attribute-db.js'
import type { HashKey } from './bgp/rib/keyed-hash.js'
import { SubclusterMark } from './bgp/rib/subcluster-mark.js'
import type { RibContext } from './bgp/rib/table.js'
import {
  BgpListener,
  type BgpListenerOptions,
  type ListenAddress,
  type ListenerStatistics
} from './bgp/session/acceptor.js'
import { CeaseSubcode, type Log } from './bgp/session/handler.js'
import type { ForcedTimers } from './bgp/session/settings.js'
import { type LogLine, tracedLog } from './bgp/session/traced-log.js'
import { vpnFamilyNames } from './bgp/wire/families.js'
import type { Family } from './bgp/wire/family.js'
import { agentsMustReturn } from './config/agents-must-return.js'
import { ConfigModel } from './config/config-model.js'
import type { NeighbourConfig } from './config/neighbour-config.js'
import { defaultSelectionDeferral, type SelectionDeferralSettings } from './config/selection-deferral.js'
import type { GlobalSettings, SettingsChange } from './config/settings.js'
import type { ConfigProblem, ConfigStore } from './config-store/config-store.js'
import { CurrentProblems, warnOfProblems } from './config-store/current-problems.js'
import { GraphFeed } from './config-store/graph-feed.js'
import { Graph } from './ifmap/graph.js'
import { PathResolvers } from './path-resolver/path-resolvers.js'
import { RoutingInstances } from './routing-instance/instances.js'
import { markAgain } from './routing-instance/subcluster-change.js'
import { Listeners } from './runtime/listeners.js'
import type { Scheduler } from './runtime/scheduler.js'
import { sliceClock } from './runtime/slice-clock.js'
import { TraceRing } from './runtime/trace-ring.js'
import type { Endpoint, Transport } from './runtime/transport.js'
import { Agents } from './xmpp/agents.js'
import { EndedLog } from './xmpp/ended-log.js'
import { MessageTrace } from './xmpp/message-trace.js'
import { XmppServer } from './xmpp/server.js'

/** No address: all; no port: that of the own bgp-router object, once it is known. */
export interface BgpListenPlace {
  readonly address?: string | undefined
  readonly port?: number | undefined
}

export interface ControlNodeOptions {
  /** Picks the own bgp-router object: the last component of its name. */
  readonly hostname: string
  readonly store: ConfigStore
  readonly scheduler: Scheduler
  readonly transport: Transport
  readonly bgp: {
    /** Absent: all addresses, and the port of the own bgp-router object. */
    readonly listen?: readonly BgpListenPlace[]
    readonly neighbourConfig?: NeighbourConfig
    /** Before whatever the graph and the file say. */
    readonly forcedTimers?: ForcedTimers
    readonly selectionDeferral?: SelectionDeferralSettings
  }
  readonly xmpp: { readonly address?: string; readonly port?: number }
  readonly log: Log
  /** 0 <= x < 1; the seed of everything that is left to chance. */
  readonly random: () => number
  /** A socket cannot be opened: what for, and why. The node goes on without it, and tries BGP's again. */
  readonly failed?: (what: 'BGP' | 'XMPP', error: Error) => void
}

/**
 * A control node: builds every part from one options object, starts and stops them in order, and carries settings
 * from the configuration to each. It knows all rooms and none knows it.
 */
export class ControlNode {
  readonly options: ControlNodeOptions
  readonly attributes: AttributeDb
  readonly ribOuts: RibOuts
  /** What unicast routes born here carry. */
  readonly subcluster = new SubclusterMark()
  readonly instances: RoutingInstances
  readonly peers: BgpPeers
  /** Of the instances that have clients of BGP as a service, whose next hops are addresses of their network. */
  readonly resolvers: PathResolvers
  /** Holds back, after the start, what ordinary neighbours are told. */
  readonly selection: SelectionDeferral
  #subclusterProblem: { readonly name: string; readonly what: string; readonly since: number } | undefined
  readonly agents: Agents
  readonly xmpp: XmppServer
  readonly graph = new Graph()
  /** Who looks on while neighbours, or agents, come and go. */
  readonly peerMonitors = new Listeners<PeerMonitor>()
  readonly agentMonitors = new Listeners<(name: string) => void>()
  readonly config: ConfigModel
  readonly bgpTrace = new TraceRing<LogLine>('BgpTraceBuf', 1000)
  readonly xmppTrace: MessageTrace
  /** Without a place until the configuration says, of one at least, which port it has. */
  readonly bgpListener: BgpListener
  /** Of the scheduler's clock. */
  readonly startedAt: number
  readonly #feed: GraphFeed
  readonly #bestPath = { alwaysCompareMed: false, ignoreAsPath: false }
  #globals: GlobalSettings | undefined
  readonly #problems = new CurrentProblems()
  #configReadAt: number | undefined
  #listenPlaces: readonly BgpListenPlace[]
  /** Of places without a port of their own; undefined: nobody has said yet. */
  #bgpPort: number | undefined
  #stopped = false

  constructor(options: ControlNodeOptions) {
    this.options = options
    const { scheduler, random } = options
    this.startedAt = scheduler.now()
    this.xmppTrace = new MessageTrace(scheduler)
    const hashKey: HashKey = { k0: (random() * 2 ** 32) | 0, k1: (random() * 2 ** 32) | 0 }
    this.attributes = new AttributeDb(hashKey)
    const rib: RibContext = {
      attributes: this.attributes,
      hashKey,
      bestPath: this.#bestPath,
      scheduler,
      wallClock: sliceClock(scheduler)
    }
    this.ribOuts = new RibOuts(scheduler, new AddPathTables(rib, scheduler))
    this.instances = new RoutingInstances({
      rib,
      scheduler,
      clientPort: ({ name }) => this.peers.settingsOf(name)?.sourcePort ?? 0
    })
    const { instances, attributes } = this
    this.resolvers = new PathResolvers(name => instances.get(name), { attributes, hashKey, scheduler })
    this.selection = this.#makeSelectionDeferral()
    this.#listenPlaces = options.bgp.listen ?? [{}]
    this.bgpListener = this.#makeBgpListener()
    this.peers = this.#makePeers()
    this.agents = this.#makeAgents()
    this.xmpp = this.#makeXmppServer()
    this.config = new ConfigModel({
      graph: this.graph,
      scheduler,
      hostname: options.hostname,
      changed: change => this.#apply(change)
    })
    this.#feed = new GraphFeed({
      graph: this.graph,
      scheduler,
      endOfConfig: () => this.config.endConfig(),
      problemsChanged: problems => this.#noteProblems(problems)
    })
    this.instances.addListener({
      instanceAdded: instance => this.agents.instanceAdded(instance),
      instanceRemoved: instance => this.agents.instanceRemoved(instance.name)
    })
  }

  get globals(): GlobalSettings | undefined {
    return this.#globals
  }

  /** What is wrong with the configuration now, and since when (wall clock, milliseconds). */
  get problems(): ReadonlyMap<ConfigProblem, number> {
    return this.#problems.since
  }

  /** When the first reading of the configuration was in force (wall clock, milliseconds). */
  get configReadAt(): number | undefined {
    return this.#configReadAt
  }

  /** Of callers, whichever port they called since the start. */
  get bgpCalls(): ListenerStatistics {
    return this.bgpListener.statistics
  }

  start(): void {
    const { options } = this
    this.xmpp.start(error => {
      if (error === undefined) return
      options.log.warn({ error: error.message }, 'cannot listen for XMPP')
      options.failed?.('XMPP', error)
    })
    this.#listenForBgp()
    this.bgpListener.start()
    options.store.start(this.#feed)
  }

  /**
   * Ends all sessions, BGP's with Cease, administrative shutdown; `silent`: without a word, so that neighbours that
   * help a restart keep the routes.
   */
  stop(how: 'shutdown' | 'silent' = 'shutdown'): void {
    if (this.#stopped) return
    this.#stopped = true
    this.options.store.stop()
    this.config.stop()
    this.bgpListener.stop()
    this.selection.stop()
    this.peers.stop(
      how === 'silent'
        ? 'silent'
        : { subcode: CeaseSubcode.administrativeShutdown, text: 'control node stops' }
    )
    this.xmpp.stop()
  }

  /** What the node's own file says of neighbours from now on. */
  configureNeighbours(config: NeighbourConfig): void {
    this.peers.configure(config)
    if (this.config.endOfConfig) this.peers.lookForUnmatched()
    this.#markSockets()
  }

  /**
   * Where BGP is listened for from now on. Sessions stand, those that were called at a place that is gone too: who
   * listens has to do with new calls alone.
   */
  listenForBgp(places: readonly BgpListenPlace[]): void {
    this.#listenPlaces = places
    this.#listenForBgp()
  }

  #makeSelectionDeferral(): SelectionDeferral {
    const { scheduler, bgp, log } = this.options
    const node = this
    return new SelectionDeferral(bgp.selectionDeferral ?? defaultSelectionDeferral, {
      scheduler,
      log: tracedLog(log, this.bgpTrace, scheduler),
      get enabled() {
        return node.#globals?.gracefulRestart.enabled === true
      },
      get startingSeconds() {
        return node.#globals === undefined ? 0 : startingMilliseconds(node.#globals) / 1000
      },
      get configured() {
        return node.config.endOfConfig
      },
      get peers() {
        return node.peers
      }
    })
  }

  #makePeers(): BgpPeers {
    const { scheduler, transport, random } = this.options
    const { instances, attributes, ribOuts, selection } = this
    const log = tracedLog(this.options.log, this.bgpTrace, scheduler)
    const { interest } = instances
    const environment = {
      scheduler,
      transport,
      random,
      log,
      attributes,
      ribOuts,
      subcluster: this.subcluster,
      selection,
      tableOf: (instance: string, family: Family) => instances.get(instance)?.table(family.name),
      targetFilter: (family: Family) => (vpnFamilyNames.has(family.name) ? interest : undefined),
      mayEndRib: (family: Family, sessionMs: number) =>
        mayEndRib(family, sessionMs, {
          globals: this.#globals,
          configured: this.config.endOfConfig,
          uptimeMs: scheduler.now() - this.startedAt
        }),
      sessionChanged: (peer: BgpPeer, families: readonly Family[] | undefined) => {
        const filtered = families?.some(family => family.name === 'route-target') === true
        interest.negotiated(peer.source, filtered)
        if (families !== undefined) this.#subscribe(peer)
      },
      departed: (peer: BgpPeer) => instances.membership.unsubscribeAll(peer.source),
      monitors: this.peerMonitors
    }
    const keyChanged = (peer: string, key: string | undefined): void => this.bgpListener.setPeerKey(peer, key)
    const { neighbourConfig, forcedTimers } = this.options.bgp
    return new BgpPeers(environment, this.startedAt, keyChanged, neighbourConfig, forcedTimers)
  }

  /** The session of a client of BGP as a service asks for the routes that its instance imports (spec routing 3.2). */
  #subscribe(peer: BgpPeer): void {
    const instance = peer.policy.tenant === undefined ? undefined : this.instances.get(peer.instance)
    if (instance !== undefined) this.instances.membership.subscribe(peer.source, instance)
  }

  #makeAgents(): Agents {
    const { instances, attributes, ribOuts } = this
    return new Agents({
      scheduler: this.options.scheduler,
      attributes,
      ribOuts,
      subcluster: this.subcluster,
      directory: {
        find: name => instances.get(name),
        virtualNetworkName: index => instances.originNames.tell(index)
      },
      interest: {
        subscribed: (agent, instance) => {
          const found = instances.get(instance.name)
          if (found !== undefined) instances.membership.subscribe(agent, found)
        },
        unsubscribed: (agent, instance) => {
          const found = instances.get(instance.name)
          if (found !== undefined) instances.membership.unsubscribe(agent, found)
        }
      },
      up: ({ name, source }) => {
        this.options.log.info({ agent: name, address: source.address }, 'agent connected')
        for (const changed of this.agentMonitors.list ?? []) changed(name)
      },
      ended: ({ name }) => {
        for (const changed of this.agentMonitors.list ?? []) changed(name)
      }
    })
  }

  #makeXmppServer(): XmppServer {
    const { scheduler, transport, xmpp, log } = this.options
    const endedLog = new EndedLog({ log, scheduler })
    return new XmppServer({
      transport,
      scheduler,
      layer: this.agents,
      hostName: this.options.hostname,
      // An agent whose host has died is found well before its hold time (spec xmpp 1.1).
      socket: { keepAliveSeconds: 5 },
      trace: this.xmppTrace,
      unset: error => log.warn({ error: error.message }, "cannot mark agents' sockets with the DSCP"),
      ...(xmpp.address !== undefined && { address: xmpp.address }),
      ...(xmpp.port !== undefined && { port: xmpp.port }),
      ended: (session, cause) => endedLog.ended(session, cause)
    })
  }

  /** Carries what has changed to everyone whom it concerns, in the order in which they depend on each other. */
  #apply(change: SettingsChange): void {
    if (change.globals !== undefined) this.#applyGlobals(change.globals)
    this.instances.apply(change.instances)
    this.peers.apply(change.peers)
    if (change.instances.size > 0) this.peers.instancesChanged()
    if (change.peers.size + change.instances.size > 0) this.resolvers.keep(this.peers.tenantInstances())
    this.selection.changed()
    if (!change.endOfConfig) return
    this.peers.lookForUnmatched()
    this.#configReadAt ??= this.options.scheduler.wallClock()
    this.#openGate()
  }

  #applyGlobals(globals: GlobalSettings): void {
    const before = this.#globals
    this.#globals = globals
    const { self } = globals
    const bestPathChanged = this.#bestPath.alwaysCompareMed !== globals.alwaysCompareMed
    this.#bestPath.alwaysCompareMed = globals.alwaysCompareMed
    if (bestPathChanged && before !== undefined) this.#rankAgain()
    if (self !== undefined) {
      this.instances.setIdentity({ as: self.as, localAs: self.localAs, identifier: self.identifier })
      this.#bgpPort = self.port
      this.#listenForBgp()
    }
    if (this.subcluster.configure(self?.as ?? 0, self?.subCluster?.id ?? 0))
      markAgain(this.instances, this.subcluster, this.attributes, this.options.scheduler)
    this.#noteSubcluster(self?.subCluster?.name)
    this.agents.apply({
      as: self?.as ?? 0,
      rdClusterSeed: globals.rdClusterSeed,
      allTagsAreGlobal: globals.allTagsAreGlobal,
      endOfRibTimeoutSeconds: globals.gracefulRestart.endOfRibTimeoutSeconds
    })
    this.xmpp.apply({
      holdTimeSeconds: globals.xmppHoldTimeSeconds,
      subCluster: self?.subCluster?.name ?? '',
      helperMode: false
    })
    // Routes of agents are made with these: they come again with new sessions (spec xmpp 2.10).
    if (before?.self !== undefined && agentsMustReturn(before, globals)) {
      this.xmpp.closeAll('administrative', 'AS number, router id or RD seed changed')
    }
    this.peers.setGlobals(globals)
    this.#markSockets()
    if (this.config.endOfConfig) this.#openGate()
  }

  /** Why the number of the own subcluster cannot be used; `since` is on the wall clock, in milliseconds. */
  get subclusterProblem() {
    return this.#subclusterProblem
  }

  #noteSubcluster(name = ''): void {
    const { problem } = this.subcluster
    if (problem === this.#subclusterProblem?.what && name === this.#subclusterProblem?.name) return
    const { scheduler, log } = this.options
    this.#subclusterProblem =
      problem === undefined ? undefined : { name, what: problem, since: scheduler.wallClock() }
    if (problem !== undefined) log.warn({ subcluster: name }, problem)
  }

  /** Agents are welcome once the node knows its configuration and itself (spec xmpp 2.8). */
  #openGate(): void {
    const self = this.#globals?.self
    const reason =
      self?.complete !== true
        ? `no bgp-router object for '${this.options.hostname}' with AS, address and identifier`
        : self.adminDown
          ? 'the node is administratively down'
          : undefined
    if (reason !== undefined && this.xmpp.gate !== reason)
      this.options.log.warn({}, `agents are turned away: ${reason}`)
    this.xmpp.setGate(reason)
  }

  #makeBgpListener(): BgpListener {
    const { scheduler, transport, log } = this.options
    return new BgpListener({
      scheduler,
      transport,
      log,
      addresses: [],
      find: remote => this.#sessionOf(remote),
      callerOf: remote => this.peers.callerOf(remote),
      failed: (_, error) => this.options.failed?.('BGP', error)
    })
  }

  /** Nowhere before it can be everywhere: of a node that starts it is asked whether some place could be opened. */
  #listenForBgp(): void {
    const addresses: ListenAddress[] = []
    for (const { address, port = this.#bgpPort } of this.#listenPlaces) {
      if (port === undefined) return
      addresses.push({ ...(address !== undefined && { address }), port })
    }
    this.bgpListener.setAddresses(addresses)
  }

  #sessionOf(remote: Endpoint): ReturnType<BgpListenerOptions['find']> {
    const peer = this.peers.called(remote)
    if (peer === undefined) return this.config.endOfConfig ? 'unknown' : 'not-yet'
    return peer.session
  }

  /** Socket options of what is accepted, before it is known whose it is; those of its session follow. */
  #markSockets(): void {
    const control = this.#globals?.dscp.control || undefined
    const dscp = control === undefined ? {} : { dscp: control }
    // A neighbour with GTSM must see our SYN-ACK come with enough too, and we how far its SYN came (RFC 5082 §3).
    this.bgpListener.setOptions({
      ...dscp,
      ...(this.peers.usesTtl && { ttl: 255 }),
      ...(this.peers.usesGtsm && { noteTtl: true })
    })
    this.xmpp.setOptions(dscp)
  }

  #rankAgain(): void {
    for (const instance of this.instances)
      for (const table of instance.tables.values()) table.rankAll(this.options.scheduler)
  }

  #noteProblems(problems: readonly ConfigProblem[]): void {
    const { scheduler, log } = this.options
    warnOfProblems(this.#problems.update(problems, scheduler.wallClock()), log)
  }
}
