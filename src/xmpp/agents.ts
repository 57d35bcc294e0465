import type { Exporter } from '../bgp/export/exporter.js'
import type { RibOut } from '../bgp/export/rib-out.js'
import type { RibOuts } from '../bgp/export/rib-outs.js'
import type { AttributeDb } from '../bgp/rib/attribute-db.js'
import type { SubclusterMark } from '../bgp/rib/subcluster-mark.js'
import type { Table } from '../bgp/rib/table.js'
import type { Scheduler } from '../runtime/scheduler.js'
import type { AdjIn } from './adj-in.js'
import { AgentHistory } from './agent-history.js'
import { AgentPeer, type TableReceiver } from './agent-peer.js'
import type { CloseCause } from './close-cause.js'
import type { EntryCodec } from './entry/codec.js'
import { type EntryCodecs, entryCodecs } from './entry/codecs.js'
import type { AgentInstance, InstanceDirectory, InterestListener } from './instances.js'
import { Leaving } from './leaving.js'
import type { AgentLayer } from './server.js'
import type { AgentHandler, AgentSession } from './session.js'
import type { XmlElement } from './xml.js'

/** What the configuration says about the routes of agents. */
export interface AgentSettings {
  /** Own AS: of the communities that agents' security groups and tags become. */
  readonly as: number
  /** 16 bits; 0: none. */
  readonly rdClusterSeed: number
  readonly allTagsAreGlobal: boolean
  /** How long an end-of-RIB is held back, at most. */
  readonly endOfRibTimeoutSeconds: number
}

export interface AgentsOptions {
  readonly scheduler: Scheduler
  readonly directory: InstanceDirectory
  readonly attributes: AttributeDb
  readonly ribOuts: RibOuts
  readonly interest: InterestListener
  /** What their unicast routes carry; absent: nothing. */
  readonly subcluster?: SubclusterMark
  /** The route only contributes to an aggregate; absent: none does. */
  readonly suppressed?: (table: Table, index: number) => boolean
  /** A request on the configuration channel. */
  readonly config?: (agent: AgentPeer, iq: XmlElement) => void
  readonly endOfRib?: (agent: AgentPeer) => void
  readonly up?: (agent: AgentPeer) => void
  readonly ended?: (agent: AgentPeer, cause: CloseCause) => void
}

/** What agents' sessions share; for `AgentPeer` alone. */
export interface AgentContext extends AgentsOptions {
  readonly codecs: EntryCodecs
  readonly settings: AgentSettings
  /** When the node started, on the scheduler's clock. */
  readonly startedAt: number
  join(table: Table, instance: AgentInstance, codec: EntryCodec, receiver: TableReceiver): RibOut<unknown>
  leave(ribOut: RibOut<unknown>, receiver: TableReceiver): void
  /** Leaves, and calls `left`, as soon as the agent has been told that nothing is left in the table. */
  leaveWhenTold(ribOut: RibOut<unknown>, receiver: TableReceiver, left: () => void): Leaving
  /** Withdraws the stale routes in slices. */
  sweep(agent: AgentPeer, adjIn: AdjIn): void
  /** Routes of the agent in this table that are still being swept: an add must take its route out of there. */
  adjInOf(agent: AgentPeer, table: Table): AdjIn | undefined
  down(agent: AgentPeer, cause: CloseCause): void
}

const routesPerSlice = 256

/** All agents of the node: joins the sessions of the XMPP server to the tables. */
export class Agents implements AgentLayer {
  readonly history = new AgentHistory()
  readonly #context: AgentContext
  readonly #peers = new Map<string, AgentPeer>()
  readonly #exporters = new WeakMap<Table, Exporter<unknown>>()
  readonly #sweeps = new Map<AgentPeer, Set<AdjIn>>()
  #settings: AgentSettings = {
    as: 0,
    rdClusterSeed: 0,
    allTagsAreGlobal: false,
    endOfRibTimeoutSeconds: 300
  }
  #sweeping = false

  constructor(options: AgentsOptions) {
    const agents = this
    this.#context = {
      ...options,
      codecs: entryCodecs(options.attributes),
      startedAt: options.scheduler.now(),
      get settings() {
        return agents.#settings
      },
      join: (table, instance, codec, receiver) => this.#join(table, instance, codec, receiver),
      leave: (ribOut, receiver) => options.ribOuts.leave(ribOut.table, ribOut, receiver),
      leaveWhenTold: (ribOut, receiver, left) =>
        new Leaving(options.scheduler, ribOut, receiver, () => {
          options.ribOuts.leave(ribOut.table, ribOut, receiver)
          left()
        }),
      sweep: (agent, adjIn) => this.#sweep(agent, adjIn),
      adjInOf: (agent, table) => {
        for (const adjIn of this.#sweeps.get(agent) ?? []) if (adjIn.table === table) return adjIn
        return undefined
      },
      down: (agent, cause) => {
        if (this.#peers.get(agent.name) === agent) this.#peers.delete(agent.name)
        this.history.lost(agent.name, cause, options.scheduler.wallClock())
        options.ended?.(agent, cause)
      }
    }
  }

  /** Agents with an established session, by name. */
  get peers(): ReadonlyMap<string, AgentPeer> {
    return this.#peers
  }

  /** Routes of ended subscriptions that are not withdrawn yet. */
  get pendingSweeps(): number {
    let routes = 0
    for (const adjIns of this.#sweeps.values()) for (const adjIn of adjIns) routes += adjIn.size
    return routes
  }

  /** Sessions whose routes were built with another AS or seed must be closed by the caller (spec xmpp 2.10). */
  apply(settings: AgentSettings): void {
    const { as, allTagsAreGlobal } = settings
    if (as !== this.#settings.as || allTagsAreGlobal !== this.#settings.allTagsAreGlobal)
      this.#context.codecs.unicastText.context = { as, allTagsAreGlobal }
    this.#settings = settings
  }

  agentUp(session: AgentSession): AgentHandler {
    const peer = new AgentPeer(session, this.#context)
    this.#peers.set(peer.name, peer)
    this.#context.up?.(peer)
    return peer
  }

  retained(): undefined {
    return undefined
  }

  /** An instance is configured, its tables are there: pending subscriptions take effect. */
  instanceAdded(instance: AgentInstance): void {
    for (const peer of this.#peers.values()) peer.instanceAdded(instance)
  }

  /** An instance goes: agents leave its tables, their routes are withdrawn and kept for its return. */
  instanceRemoved(name: string): void {
    for (const peer of this.#peers.values()) peer.instanceRemoved(name)
  }

  #join(table: Table, instance: AgentInstance, codec: EntryCodec, receiver: TableReceiver): RibOut<unknown> {
    let exporter = this.#exporters.get(table)
    if (exporter === undefined) {
      const { directory, suppressed } = this.#context
      exporter = codec.exporter(table, instance, {
        virtualNetworkName: index => directory.virtualNetworkName(index),
        suppressed: suppressed ?? (() => false)
      })
      this.#exporters.set(table, exporter)
    }
    return this.#context.ribOuts.join(table, receiver, exporter)
  }

  #sweep(agent: AgentPeer, adjIn: AdjIn): void {
    const adjIns = this.#sweeps.get(agent)
    if (adjIns === undefined) this.#sweeps.set(agent, new Set([adjIn]))
    else adjIns.add(adjIn)
    if (this.#sweeping) return
    this.#sweeping = true
    this.#context.scheduler.soon(this.#sweepSlice)
  }

  readonly #sweepSlice = (): void => {
    let left = routesPerSlice
    for (const [agent, adjIns] of this.#sweeps) {
      for (const adjIn of adjIns) {
        const done = adjIn.sweep(left)
        if (done < left) adjIns.delete(adjIn)
        left -= done
        if (left === 0) break
      }
      if (adjIns.size === 0) this.#sweeps.delete(agent)
      if (left === 0) break
    }
    this.#sweeping = this.#sweeps.size > 0
    if (this.#sweeping) this.#context.scheduler.soon(this.#sweepSlice)
  }
}
