/**
 * Keeps the settings that a graph yields (spec config 7, 8). Changes of the graph are collected; in the next
 * slices the settings that they reach are derived again, and those that came out different are told. What is told
 * depends only on what the graph holds at the end, however the changes came and were cut into slices.
 */
import { isDeepStrictEqual } from 'node:util'
import { DependencyTracker } from '../ifmap/dependency-tracker.js'
import type { Graph } from '../ifmap/graph.js'
import { reactionMap } from '../ifmap/reaction-map.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { ChangeTimes } from './change-times.js'
import { deriveGlobals, ownRouterName } from './globals.js'
import { deriveInstance, emptyMaster } from './instances.js'
import { derivePeers } from './peers.js'
import {
  type GlobalSettings,
  type InstanceSettings,
  masterInstance,
  type PeerSettings,
  type SettingsChange
} from './settings.js'

export interface ConfigModelOptions {
  readonly graph: Graph
  readonly scheduler: Scheduler
  /** Picks the own bgp-router: the last component of its name. */
  readonly hostname: string
  /** Told of every change, the first time of everything. */
  readonly changed: (change: SettingsChange) => void
  /** Settings derived in one slice, 500 by default. */
  readonly derivationsPerSlice?: number
}

export class ConfigModel {
  readonly changeTimes = new ChangeTimes()
  readonly #instances = new Map<string, InstanceSettings>()
  readonly #peers = new Map<string, PeerSettings>()
  /** Peer name -> peering -> settings: two peerings may claim one name, the first by name has it. */
  readonly #peerClaims = new Map<string, Map<string, PeerSettings>>()
  readonly #peersOfPeering = new Map<string, readonly string[]>()
  #globals: GlobalSettings | undefined
  readonly #tracker: DependencyTracker
  #scheduled = false
  #stopped = false
  #endOfConfig: 'no' | 'reached' | 'told' = 'no'
  #globalsPending = true
  readonly #pending = { peerings: new Set<string>(), instances: new Set<string>([masterInstance]) }

  constructor(private readonly options: ConfigModelOptions) {
    this.#tracker = new DependencyTracker(options.graph, reactionMap, () => this.#schedule())
    this.#addAll()
    this.#schedule()
  }

  get globals(): GlobalSettings {
    return this.#globals ?? deriveGlobals(this.options.graph, this.options.hostname)
  }

  get peers(): ReadonlyMap<string, PeerSettings> {
    return this.#peers
  }

  get instances(): ReadonlyMap<string, InstanceSettings> {
    return this.#instances
  }

  /** True from the change on that says so. */
  get endOfConfig(): boolean {
    return this.#endOfConfig === 'told'
  }

  /** The store's first reading is in the graph (spec config 6.1). */
  endConfig(): void {
    if (this.#endOfConfig !== 'no') return
    this.#endOfConfig = 'reached'
    this.#schedule()
  }

  stop(): void {
    this.#stopped = true
    this.#tracker.stop()
  }

  /** A graph that was filled before the model was made. */
  #addAll(): void {
    for (const node of this.options.graph.nodes('routing-instance')) this.#pending.instances.add(node.name)
    for (const node of this.options.graph.nodes('bgp-peering')) this.#pending.peerings.add(node.name)
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return
    this.#scheduled = true
    this.options.scheduler.soon(() => this.#slice())
  }

  #slice(): void {
    this.#scheduled = false
    if (this.#stopped) return
    this.#sortChanges()
    const globals = this.#deriveGlobals()
    const peers = new Map<string, PeerSettings | undefined>()
    const instances = new Map<string, InstanceSettings | undefined>()
    let left = this.options.derivationsPerSlice ?? 500
    for (const name of this.#pending.peerings) {
      if (left-- <= 0) break
      this.#pending.peerings.delete(name)
      this.#derivePeering(name, peers)
    }
    for (const name of this.#pending.instances) {
      if (left-- <= 0) break
      this.#pending.instances.delete(name)
      this.#deriveInstance(name, instances)
    }
    const more = this.#pending.peerings.size + this.#pending.instances.size > 0
    const ended = !more && this.#endOfConfig === 'reached'
    if (ended) this.#endOfConfig = 'told'
    if (more) this.#schedule()
    if (globals !== undefined || peers.size > 0 || instances.size > 0 || ended) {
      const change = { globals, peers, instances, endOfConfig: this.endOfConfig }
      this.changeTimes.note(change, this.options.scheduler.wallClock())
      this.options.changed(change)
    }
  }

  #sortChanges(): void {
    for (const node of this.#tracker.take()) {
      switch (node.type) {
        case 'routing-instance':
          this.#pending.instances.add(node.name)
          break
        case 'bgp-peering':
          this.#pending.peerings.add(node.name)
          break
        case 'bgp-router':
          if (node.name === ownRouterName(this.options.hostname)) this.#globalsPending = true
          break
        case 'global-system-config':
        case 'global-qos-config':
          this.#globalsPending = true
      }
    }
  }

  /** Peers copy much of the own bgp-router: when it changes, all peerings are derived again (spec config 7.3). */
  #deriveGlobals(): GlobalSettings | undefined {
    if (!this.#globalsPending) return undefined
    this.#globalsPending = false
    const globals = deriveGlobals(this.options.graph, this.options.hostname)
    if (isDeepStrictEqual(globals, this.#globals)) return undefined
    if (!isDeepStrictEqual(globals.self, this.#globals?.self)) {
      for (const node of this.options.graph.nodes('bgp-peering')) this.#pending.peerings.add(node.name)
    }
    this.#globals = globals
    return globals
  }

  #derivePeering(name: string, changes: Map<string, PeerSettings | undefined>): void {
    const peering = this.options.graph.node('bgp-peering', name)
    const derived =
      peering === undefined ? [] : derivePeers(peering, this.options.hostname, this.#globals?.self)
    const touched = new Set(this.#peersOfPeering.get(name))
    for (const peer of touched) this.#claimsOf(peer).delete(name)
    for (const peer of derived) {
      this.#claimsOf(peer.name).set(name, peer)
      touched.add(peer.name)
    }
    if (derived.length === 0) this.#peersOfPeering.delete(name)
    else
      this.#peersOfPeering.set(
        name,
        derived.map(peer => peer.name)
      )
    for (const peer of touched) this.#settlePeer(peer, changes)
  }

  #claimsOf(peer: string): Map<string, PeerSettings> {
    const claims = this.#peerClaims.get(peer) ?? new Map<string, PeerSettings>()
    this.#peerClaims.set(peer, claims)
    return claims
  }

  #settlePeer(name: string, changes: Map<string, PeerSettings | undefined>): void {
    const claims = this.#claimsOf(name)
    const [winner] = [...claims.keys()].sort()
    if (winner === undefined) this.#peerClaims.delete(name)
    replace(this.#peers, name, winner === undefined ? undefined : claims.get(winner), changes)
  }

  /** An instance is there while its object is, and the master always: a link to an unknown one makes none. */
  #deriveInstance(name: string, changes: Map<string, InstanceSettings | undefined>): void {
    const node = this.options.graph.node('routing-instance', name)
    const settings =
      node?.object !== undefined ? deriveInstance(node) : name === masterInstance ? emptyMaster : undefined
    replace(this.#instances, name, settings, changes)
  }
}

/** Notes a difference, if there is one. */
function replace<T>(
  all: Map<string, T>,
  name: string,
  settings: T | undefined,
  changes: Map<string, T | undefined>
): void {
  if (isDeepStrictEqual(all.get(name), settings)) return
  if (settings === undefined) all.delete(name)
  else all.set(name, settings)
  changes.set(name, settings)
}
