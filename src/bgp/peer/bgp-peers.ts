import { type NeighbourConfig, noNeighbourConfig, optionChanges } from '../../config/neighbour-config.js'
import { type NeighbourOptions, noNeighbourOptions } from '../../config/neighbour-options.js'
import type { GlobalSettings, PeerSettings } from '../../config/settings.js'
import type { Endpoint } from '../../runtime/transport.js'
import type { State } from '../fsm.js'
import { type Cease, CeaseSubcode } from '../session/handler.js'
import type { ForcedTimers } from '../session/settings.js'
import { BgpPeer } from './bgp-peer.js'
import { isMisnamed, type Membership, membershipOf, withConfederation } from './confederation.js'
import { Departures, withDeparture } from './departures.js'
import { dynamicAddress, dynamicName, dynamicPeer } from './dynamic-neighbours.js'
import { DynamicPeers } from './dynamic-peers.js'
import { fabricAddress } from './fabric-addresses.js'
import { ListenerKeys } from './listener-keys.js'
import { PacedClears } from './paced-clears.js'
import type { PeerEnvironment } from './peer-environment.js'
import { withOptions } from './peer-options.js'
import { nodePolicy, peerPolicy, sessionSettings } from './peer-settings.js'
import { PeersByAddress } from './peers-by-address.js'
import { keyConflicts } from './shared-slots.js'
import {
  machineLimit,
  machineName,
  machineRemovalMs,
  machineSettings,
  TenantMachines
} from './tenant-machines.js'
import { isTenant, Tenants } from './tenants.js'
import { UnmatchedOptions } from './unmatched-options.js'

/** The neighbours of the node, kept as the configuration says: the graph, and the node's own file. */
export class BgpPeers {
  readonly #environment: PeerEnvironment
  readonly #startedAt: number
  readonly #peers = new Map<string, BgpPeer>()
  /** As the graph, or its range, says. */
  readonly #ordinary = new Map<string, PeerSettings>()
  /** With its options. */
  readonly #settings = new Map<string, PeerSettings>()
  /** Peers that are gone from the configuration and still have routes in tables. */
  readonly #leaving = new Set<BgpPeer>()
  readonly #keys: ListenerKeys
  readonly #dynamic: DynamicPeers
  readonly #unmatched: UnmatchedOptions
  #keyConflicts: ReadonlyMap<string, { readonly why: string; readonly since: number }> = new Map()
  readonly #departures = new Departures()
  readonly #tenants = new Tenants()
  readonly #machines = new TenantMachines()
  /** Names that are looked at from time to time, to be forgotten. */
  readonly #watched = new Set<string>()
  readonly #byAddress = new PeersByAddress()
  readonly #clears: PacedClears
  #config: NeighbourConfig = noNeighbourConfig
  #policy = nodePolicy(noNeighbourConfig)
  #globals: GlobalSettings | undefined

  /** `startedAt`, on the scheduler's clock: for a while after it OPENs say that this node has just started. */
  constructor(
    environment: PeerEnvironment,
    startedAt: number,
    /** Connections from the address, or range, must carry this TCP MD5 key from now on; undefined: none. */
    keyChanged: (peer: string, key: string | undefined) => void,
    config: NeighbourConfig = noNeighbourConfig,
    private readonly forcedTimers: ForcedTimers = {}
  ) {
    this.#environment = { ...environment, keyInUse: (name, key) => this.#keyInUse(name, key) }
    this.#startedAt = startedAt
    this.#clears = new PacedClears(environment.scheduler, configurationChange)
    this.#keys = new ListenerKeys(keyChanged)
    this.#dynamic = new DynamicPeers(environment.scheduler, this.#keys)
    this.#unmatched = new UnmatchedOptions(() => environment.scheduler.wallClock(), environment.log)
    this.configure(config)
  }

  get(name: string): BgpPeer | undefined {
    return this.#peers.get(name)
  }

  /** With its options. */
  settingsOf(name: string): PeerSettings | undefined {
    return this.#settings.get(name)
  }

  /** What the node's own file says of it, and operators have said since. */
  optionsOf(name: string): NeighbourOptions {
    return withDeparture(this.#optionsOf(name, this.#config), this.#departures.has(name))
  }

  /** The node's own file says that it, or the node where none is named, is about to go. */
  isLeavingByFile(name: string | undefined): boolean {
    if (name === undefined) return this.#config.gracefulShutdown
    return this.#optionsOf(name, this.#config).gracefulShutdown === true
  }

  /** Who goes by the word of an operator. */
  get departures(): Pick<Departures, 'node' | 'has'> {
    return this.#departures
  }

  /** Addresses of those that are there because they called. */
  get dynamicAddresses(): string[] {
    return [...this.#peers.keys()].filter(name => this.#dynamic.get(name) !== undefined).map(dynamicAddress)
  }

  /** A neighbour, or the node where none is named, is about to go, or stays (RFC 8326); until the node ends. */
  setLeaving(name: string | undefined, leaves: boolean): void {
    if (name === undefined) {
      this.#departures.node = leaves
      this.configure(this.#config)
      return
    }
    this.#departures.set(name, leaves)
    const settings = this.#ordinary.get(name)
    if (settings !== undefined) this.#apply(name, settings)
  }

  [Symbol.iterator](): IterableIterator<BgpPeer> {
    return this.#peers.values()
  }

  get size(): number {
    return this.#peers.size
  }

  /** The neighbour of the master instance at this address: the one to whom a connection from there belongs. */
  byAddress(address: string): BgpPeer | undefined {
    return this.#peers.get(this.#byAddress.at(address) ?? '')
  }

  /**
   * The neighbour that calls, by its address or else, as a client of BGP as a service, by its port (spec bgp 1.1). A
   * dynamic neighbour, or a machine that shares a client, comes into being here.
   */
  called(caller: Endpoint): BgpPeer | undefined {
    const { address } = caller
    return this.byAddress(address) ?? this.#welcome(address) ?? this.#tenant(caller)
  }

  /** Those of the client's machines that are there, or of a client that no machines share itself. */
  sessionsOf(name: string): readonly BgpPeer[] {
    return [name, ...this.#machines.of(name)].flatMap(each => this.#peers.get(each) ?? [])
  }

  /** Whose calls are counted together: all of one address, but each client of BGP as a service for itself. */
  callerOf({ address, port }: Endpoint): string {
    const tenant = this.#tenants.calling(port)
    if (tenant === undefined || this.byAddress(address) !== undefined) return address
    return `${address} ${tenant}`
  }

  /** The confederation that the node is in, with the AS of the node among its members. */
  get membership(): Membership | undefined {
    return membershipOf(this.#policy.confederation, this.#globals?.self)
  }

  /** Some neighbour is only to be heard from near by (RFC 5082). */
  get usesGtsm(): boolean {
    return this.#everyOption().some(({ ttlSecurity }) => ttlSecurity !== undefined)
  }

  /** Some neighbour may look at how far what we send has come: a TTL is configured. */
  get usesTtl(): boolean {
    return this.#everyOption().some(options => (options.ttlSecurity ?? options.multihop) !== undefined)
  }

  /** Addresses of options that are of no neighbour of the graph, since when; as of the last `lookForUnmatched`. */
  get unmatched(): ReadonlyMap<string, number> {
    return this.#unmatched.since
  }

  /** By name, neighbours whose TCP MD5 key cannot be asked of callers, since when, and why; as of the last look. */
  get keyConflicts(): ReadonlyMap<string, { readonly why: string; readonly since: number }> {
    return this.#keyConflicts
  }

  /** For when the graph is complete: before that nobody's options are of anybody. */
  lookForUnmatched(): void {
    this.#lookForKeyConflicts()
    const configured = new Set<string>()
    for (const name of this.#ordinary.keys()) {
      const address = this.#addressOf(name)
      if (address !== undefined && this.#dynamic.get(name) === undefined) configured.add(address)
    }
    this.#unmatched.look(this.#config.neighbours.keys(), configured)
  }

  setGlobals(globals: GlobalSettings): void {
    this.#globals = globals
    this.#lookAtConfederation()
    this.#setTenantPorts(globals)
    for (const [name, settings] of this.#ordinary) this.#apply(name, settings)
  }

  /** What the node's own file says now; sessions feel of it what differs. */
  configure(config: NeighbourConfig): void {
    const before = this.#config
    this.#config = config
    this.#policy = withDeparture(nodePolicy(config), this.#departures.node)
    this.#lookAtConfederation()
    const optionsBefore = new Map([...this.#peers.keys()].map(name => [name, this.#optionsOf(name, before)]))
    for (const name of this.#dynamic.configure(config.dynamicNeighbours)) this.#remove(name)
    for (const name of this.#peers.keys()) this.#logChanges(name, optionsBefore.get(name)!)
    for (const [name, settings] of this.#ordinary) this.#apply(name, settings)
  }

  apply(changes: ReadonlyMap<string, PeerSettings | undefined>): void {
    // What is left goes first: addresses may pass from one neighbour to another in one change.
    for (const [name, settings] of changes) {
      if (settings === undefined) this.#remove(name)
      else this.#leaveAddress(name, settings)
    }
    for (const [name, settings] of changes) {
      if (settings === undefined) continue
      const address = fabricAddress(settings)
      if (address !== undefined) this.#remove(dynamicName(address))
      if (this.#ordinary.get(name)?.shared !== settings.shared)
        for (const machine of this.#machines.of(name)) this.#remove(machine)
      this.#take(name, settings)
      this.#apply(name, settings)
      for (const machine of this.#machines.of(name)) this.#applyMachine(settings, machine)
    }
  }

  /** Those that have clients of BGP as a service. */
  tenantInstances(): Set<string> {
    const instances = new Set<string>()
    for (const name of this.#tenants.names) instances.add(this.#ordinary.get(name)!.instance)
    return instances
  }

  /** Instances have come or gone: sessions whose routes have no place any more end. */
  instancesChanged(): void {
    for (const peer of this.#peers.values()) peer.leaveLostTables()
  }

  /** Closes all sessions; `silent`: without a word, so that peers that help a restart keep the routes. */
  stop(cause: { subcode: number; text?: string } | 'silent'): void {
    for (const peer of this.#peers.values()) peer.session.stop(cause)
    this.#dynamic.stop()
    this.#clears.stop()
  }

  /** Who has come later in order of name gives way, whichever was configured first; sessions that are up stand. */
  #lookForKeyConflicts(): void {
    const keyed = [...this.#peers.values()].map(({ name, session }) => {
      return { name, address: this.#addressOf(name) ?? '', keys: session.settings.md5Keys }
    })
    const before = this.#keyConflicts
    const found = keyConflicts(keyed)
    const { scheduler, log } = this.#environment
    this.#keyConflicts = new Map(
      [...found].map(([name, why]) => {
        const known = before.get(name)
        if (known?.why !== why) log.warn({ peer: name }, why)
        return [name, { why, since: known?.why === why ? known.since : scheduler.wallClock() }]
      })
    )
    for (const name of new Set([...before.keys(), ...found.keys()])) {
      const peer = this.#peers.get(name)
      if (peer !== undefined) this.#keyInUse(name, peer.session.key)
    }
  }

  #apply(name: string, settings: PeerSettings): void {
    const globals = this.#globals
    if (globals?.self === undefined) return
    const dynamic = this.#dynamic.get(name)
    if (dynamic !== undefined) {
      settings = dynamicPeer(dynamic, settings.address!, globals.self)
      this.#take(name, settings)
    }
    const options = this.optionsOf(name)
    settings = withConfederation(settings, options, this.membership, globals.self)
    this.#settings.set(name, withOptions(settings, options))
    const ordinary = sessionSettings(settings, options, globals, this.#startedAt, this.#policy)
    const session = {
      ...ordinary,
      ...(dynamic !== undefined && { peerAs: dynamic.peerAs }),
      ...this.forcedTimers
    }
    const policy = peerPolicy(settings, options, globals, this.#policy)
    const peer = this.#peers.get(name)
    // Whoever calls from the old port is another one from now on.
    if (!this.#machines.has(name) && this.#tenants.set(settings))
      for (const each of this.sessionsOf(name)) this.#clears.add(each)
    // Its machines are neighbours, and it is not.
    if (settings.shared) {
      if (peer !== undefined) this.#remove(name, false)
      return
    }
    if (session.families.length === 0 && peer?.session.settings.families.length !== 0) {
      const fields = { peer: name, instance: settings.instance }
      this.#environment.log.warn(fields, 'kept down: none of its families can be had in its instance')
    }
    if (peer !== undefined && peer.instance === settings.instance) {
      peer.update(session, policy)
      this.#keyInUse(name, peer.session.key)
      return
    }
    if (peer !== undefined) this.#remove(name, false)
    const sortKey = sortKeyOf(settings)
    const added = new BgpPeer(name, settings.instance, sortKey, session, policy, this.#environment)
    this.#peers.set(name, added)
    added.start()
  }

  #take(name: string, settings: PeerSettings): void {
    this.#ordinary.set(name, settings)
    this.#byAddress.set(name, fabricAddress(settings))
  }

  #optionsOf(name: string, config: NeighbourConfig): NeighbourOptions {
    const address = this.#addressOf(name) ?? ''
    return this.#dynamic.get(name)?.options ?? config.neighbours.get(address) ?? noNeighbourOptions
  }

  #everyOption(): NeighbourOptions[] {
    const { neighbours, dynamicNeighbours } = this.#config
    return [...neighbours.values(), ...dynamicNeighbours.map(({ options }) => options)]
  }

  #lookAtConfederation(): void {
    const { confederation } = this.#policy
    const self = this.#globals?.self
    if (confederation === undefined || self === undefined || !isMisnamed(confederation, self)) return
    this.#environment.log.warn(
      { as: self.localAs },
      'not in the confederation of the configuration: its identifier is the AS of this node, and so no member AS'
    )
  }

  #logChanges(name: string, before: NeighbourOptions): void {
    const changed = optionChanges(before, this.#optionsOf(name, this.#config)).map(
      ({ key, effect }) => `${key}: ${effect}`
    )
    if (changed.length > 0)
      this.#environment.log.info({ peer: name, changed }, 'options of a neighbour changed')
  }

  #tenant(caller: Endpoint): BgpPeer | undefined {
    const client = this.#tenants.calling(caller.port)
    const settings = client === undefined ? undefined : this.#ordinary.get(client)
    if (settings === undefined || this.#globals?.self === undefined) return undefined
    if (!settings.shared && this.#tenants.isFirst(caller.port)) return this.#peers.get(settings.name)
    const name = machineName(settings.name, caller)
    const known = this.#peers.get(name)
    if (known !== undefined) return known
    if (!this.#machines.add(settings.name, name)) {
      const fields = { peer: settings.name, remote: caller.address, limit: machineLimit }
      this.#environment.log.warn(fields, 'no more machines that share a client of BGP as a service are taken')
      return undefined
    }
    this.#applyMachine(settings, name)
    this.#watch(name, machineRemovalMs)
    return this.#peers.get(name)
  }

  #applyMachine(client: PeerSettings, name: string): void {
    const settings = machineSettings(client, name)
    this.#take(name, settings)
    this.#apply(name, settings)
  }

  #welcome(address: string): BgpPeer | undefined {
    const neighbours = this.#dynamic.find(address)
    const self = this.#globals?.self
    if (neighbours === undefined || self === undefined) return undefined
    const { range, limit, idleRemovalSeconds } = neighbours
    if (this.#dynamic.count(neighbours) >= limit) {
      this.#environment.log.warn({ remote: address, range, limit }, 'no more dynamic neighbours are taken')
      return undefined
    }
    const name = dynamicName(address)
    this.#dynamic.add(name, neighbours)
    const settings = dynamicPeer(neighbours, address, self)
    this.#take(name, settings)
    // It has come in with the key whose turn it is.
    const key = this.#dynamic.keyOf(neighbours)
    this.#apply(name, settings)
    const peer = this.#peers.get(name)
    peer?.session.keyProved(key)
    this.#watch(name, idleRemovalSeconds * 1000)
    return peer
  }

  /**
   * Forgets a dynamic neighbour, or a machine, that has no session, no routes that are kept for it, and no penalty to
   * sit out. Other settings may meanwhile have made it another peer, or none.
   */
  #watch(name: string, everyMs: number): void {
    if (this.#watched.has(name)) return
    this.#watched.add(name)
    this.#environment.scheduler.after(everyMs, () => {
      this.#watched.delete(name)
      if (!this.#ordinary.has(name)) return
      const peer = this.#peers.get(name)
      if (peer === undefined || isIdle(peer)) this.#remove(name)
      else this.#watch(name, everyMs)
    })
  }

  /** Other ports are other clients' (spec bgp 16.2). */
  #setTenantPorts({ bgpaasPorts }: GlobalSettings): void {
    const { first, last } = this.#tenants.range
    this.#tenants.range = bgpaasPorts
    if (first === bgpaasPorts.first && last === bgpaasPorts.last) return
    for (const name of this.#tenants.names) for (const peer of this.sessionsOf(name)) this.#clears.add(peer)
  }

  #addressOf(name: string): string | undefined {
    const settings = this.#ordinary.get(name)
    return settings === undefined ? undefined : fabricAddress(settings)
  }

  #leaveAddress(name: string, settings: PeerSettings): void {
    const address = this.#addressOf(name)
    if (address !== undefined && address !== fabricAddress(settings)) this.#keys.set(address, undefined)
  }

  #remove(name: string, forget = true): void {
    const address = this.#addressOf(name)
    const peer = this.#peers.get(name)
    if (forget) {
      for (const machine of this.#machines.of(name)) this.#remove(machine)
      this.#machines.delete(name)
      this.#dynamic.delete(name)
      this.#departures.set(name, false)
      this.#tenants.delete(name)
      this.#ordinary.delete(name)
      this.#byAddress.set(name, undefined)
      this.#settings.delete(name)
    }
    if (peer === undefined) return
    this.#peers.delete(name)
    this.#leaving.add(peer)
    peer.delete({ subcode: CeaseSubcode.peerDeconfigured }, () => this.#leaving.delete(peer))
    if (address !== undefined) this.#keys.set(address, undefined)
  }

  #keyInUse(name: string, key: string | undefined): void {
    const address = this.#addressOf(name)
    if (address !== undefined) this.#keys.set(address, this.#keyConflicts.has(name) ? undefined : key)
  }
}

const configurationChange: Cease = { subcode: CeaseSubcode.otherConfigurationChange }

/** Tenants may have the same address in two instances, and best path must not depend on who came first. */
const sortKeyOf = (settings: PeerSettings): string => {
  const { address, name } = settings
  if (address === undefined) return name
  return isTenant(settings) ? `${address} ${name}` : address
}

/** States without a connection on which an OPEN may come. */
const quiet: ReadonlySet<State> = new Set<State>(['idle', 'connect', 'active'])

function isIdle({ session, retention }: BgpPeer): boolean {
  const sitsOut = session.refusal()?.subcode === CeaseSubcode.maximumPrefixes
  return quiet.has(session.state) && retention.idle && !sitsOut
}
