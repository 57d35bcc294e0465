import type { Scheduler } from '../runtime/scheduler.js'
import { socketChange } from '../runtime/socket-change.js'
import type { Connection, LaterOptions, Listener, SocketOptions, Transport } from '../runtime/transport.js'
import type { CloseCause, CloseKind } from './close-cause.js'
import { judgeDuplicate, type Standing } from './duplicate-agent.js'
import { Farewell } from './farewell.js'
import { defaultFramerLimits, type FramerLimits } from './framer.js'
import type { MessageTrace } from './message-trace.js'
import { OpeningSessions } from './opening.js'
import { type AgentHandler, AgentSession, type SessionOwner } from './session.js'
import { ServerStatistics, Traffic } from './statistics.js'
import type { StreamHeader } from './stream-header.js'
import { UnfinishedInput } from './unfinished-input.js'

export const xmppPort = 5269

/** The rest of the node, as the server sees it. */
export interface AgentLayer {
  /** A session is about to be established; the result handles it until its `down`. */
  agentUp(session: AgentSession): AgentHandler
  /** An agent without session of which something is kept (helper mode), and where it connected from. */
  retained(name: string): { readonly standing: 'closing' | 'waiting'; readonly address: string } | undefined
}

export interface ServerLimits {
  /** Connections at a time; more are closed at once. */
  readonly maximumConnections: number
  /** Of these, the ones that have not sent their stream header. */
  readonly maximumOpening: number
  /** Of these, from one address; several agents may share one. */
  readonly maximumOpeningPerAddress: number
  /** Of what all agents together have said in part, as an estimate of memory. */
  readonly unfinishedBytes: number
  readonly framer: FramerLimits
}

export const defaultServerLimits: ServerLimits = {
  maximumConnections: 10_000,
  maximumOpening: 4_000,
  maximumOpeningPerAddress: 1_000,
  unfinishedBytes: 128 * 1024 * 1024,
  framer: defaultFramerLimits
}

export interface ServerOptions {
  readonly transport: Transport
  readonly scheduler: Scheduler
  readonly layer: AgentLayer
  /** What the server calls itself in its stream header. */
  readonly hostName: string
  /** Absent: all addresses. */
  readonly address?: string
  readonly port?: number
  /** TCP keepalive of accepted connections (spec xmpp 1.1). */
  readonly socket?: SocketOptions
  /** Options of sockets cannot be set; the server goes on without. */
  readonly unset?: (error: Error) => void
  readonly limits?: ServerLimits
  /** Keeps what agents say and are told. */
  readonly trace?: MessageTrace
  /** Told of every session that ends or is refused, for the log. */
  readonly ended?: (session: AgentSession, cause: CloseCause) => void
}

/** What the configuration says about agents' sessions. */
export interface ServerSettings {
  readonly holdTimeSeconds: number
  /** Empty: none. Agents of another sub-cluster are refused (spec xmpp 2.9, case 1). */
  readonly subCluster: string
  /** Graceful-restart helper mode for agents. */
  readonly helperMode: boolean
}

export const defaultServerSettings: ServerSettings = {
  holdTimeSeconds: 90,
  subCluster: '',
  helperMode: false
}

/** Listens for agents and keeps their sessions, one per agent name (spec xmpp 1.1, 2.8, 2.9). */
export class XmppServer implements SessionOwner {
  readonly statistics = new ServerStatistics()
  readonly #options: ServerOptions
  readonly #limits: ServerLimits
  #settings: ServerSettings = defaultServerSettings
  #listener: Listener | undefined
  #isListening = false
  #later: LaterOptions = {}
  /** All connections, those without stream header included. */
  readonly #sessions = new Set<AgentSession>()
  readonly #opening = new OpeningSessions()
  readonly #unfinished: UnfinishedInput
  readonly #endpoints = new Set<string>()
  readonly #agents = new Map<string, AgentSession>()
  /** Of connections that are gone. */
  readonly #pastTraffic = new Traffic()
  #gate: string | undefined = 'configuration is not read yet'

  constructor(options: ServerOptions) {
    this.#options = options
    this.#limits = options.limits ?? defaultServerLimits
    this.#unfinished = new UnfinishedInput(this.#limits.unfinishedBytes)
  }

  get hostName(): string {
    return this.#options.hostName
  }

  get trace(): MessageTrace | undefined {
    return this.#options.trace
  }

  get holdTimeSeconds(): number {
    return this.#settings.holdTimeSeconds
  }

  get settings(): ServerSettings {
    return this.#settings
  }

  /** Why agents are turned away; undefined: they are welcome. */
  get gate(): string | undefined {
    return this.#gate
  }

  /** Established sessions by agent name. */
  get agents(): ReadonlyMap<string, AgentSession> {
    return this.#agents
  }

  get connectionCount(): number {
    return this.#sessions.size
  }

  /** Of all connections there ever were. */
  get traffic(): Traffic {
    const traffic = new Traffic().add(this.#pastTraffic)
    for (const session of this.#sessions) traffic.add(session.statistics)
    return traffic
  }

  /** Where it listens; undefined before `start`. */
  get endpoint() {
    return this.#listener?.endpoint
  }

  start(listening: (error: Error | undefined) => void = () => {}): void {
    const { transport, address, port, socket } = this.#options
    this.#listener = transport.listen({
      ...socket,
      ...(address === undefined ? {} : { address }),
      port: port ?? xmppPort,
      accepted: connection => this.#accept(connection),
      listening: error => {
        if (error === undefined) this.#isListening = true
        if (error === undefined) this.#mark(this.#later, [])
        listening(error)
      }
    })
  }

  /** DSCP of the listener, and of every connection there is (spec xmpp 1.1). */
  setOptions(options: LaterOptions): void {
    const change = socketChange(this.#later, options)
    this.#later = options
    this.#mark(change, this.#sessions)
  }

  #mark(change: LaterOptions, sessions: Iterable<AgentSession>): void {
    if (!this.#isListening || Object.keys(change).length === 0) return
    try {
      this.#listener?.setOptions?.(change)
      for (const session of sessions) session.setOptions(change)
    } catch (error) {
      this.#options.unset?.(error as Error)
    }
  }

  stop(): void {
    this.#listener?.close()
    this.#listener = undefined
    this.#isListening = false
    this.closeAll('shutdown', 'the node stops')
  }

  /**
   * Opens the gate (`undefined`) or shuts it and says why: while configuration is incomplete, agents would take
   * what is missing for deleted (spec xmpp 2.8). Shutting it closes all sessions.
   */
  setGate(reason: string | undefined): void {
    if (this.#gate === reason) return
    this.#gate = reason
    if (reason !== undefined) this.closeAll('not-ready', reason)
  }

  apply(settings: ServerSettings): void {
    const before = this.#settings
    this.#settings = settings
    if (settings.subCluster !== before.subCluster && settings.subCluster !== '')
      for (const session of [...this.#agents.values()])
        if (session.subCluster !== settings.subCluster) session.close('administrative', 'sub-cluster changed')
    if (settings.holdTimeSeconds !== before.holdTimeSeconds)
      for (const session of this.#agents.values()) session.setHoldTime(settings.holdTimeSeconds)
  }

  /** For changes of settings that agents must follow with new sessions (spec xmpp 2.10), and for operators. */
  closeAll(kind: CloseKind, what: string): void {
    for (const session of [...this.#sessions]) session.close(kind, what)
  }

  opened(session: AgentSession, { from, subCluster }: StreamHeader): AgentHandler | CloseCause {
    const { subCluster: own, helperMode } = this.#settings
    if (this.#gate !== undefined) return { kind: 'not-ready', what: this.#gate }
    if (own !== '' && own !== subCluster) {
      const what = `Subcluster mismatch: Agent subcluster ${subCluster}, Control subcluster ${own}`
      return { kind: 'sub-cluster', what }
    }
    const other = this.#agents.get(from)
    const retained = other === undefined ? this.#options.layer.retained(from) : undefined
    const standing: Standing = other === undefined ? (retained?.standing ?? 'unknown') : 'up'
    const address = other?.remote.address ?? retained?.address
    const verdict = judgeDuplicate(standing, address === session.remote.address, helperMode)
    if (verdict === 'refuse' || verdict === 'refuse-and-close-old') {
      if (verdict === 'refuse-and-close-old') other?.close('duplicate-agent', 'the agent has connected again')
      return { kind: 'duplicate-agent', what: `agent ${from} is connected from ${address}` }
    }
    this.#opening.delete(session)
    this.#agents.set(from, session)
    this.statistics.established++
    return this.#options.layer.agentUp(session)
  }

  unfinished(session: AgentSession, bytes: number): void {
    this.#unfinished.hold(session, bytes)
  }

  closed(session: AgentSession, cause: CloseCause): void {
    this.#unfinished.hold(session, 0)
    if (this.#sessions.delete(session)) this.#pastTraffic.add(session.statistics)
    this.#opening.delete(session)
    this.#endpoints.delete(endpointKey(session.remote))
    if (this.#agents.get(session.name) === session) this.#agents.delete(session.name)
    this.#count(cause.kind)
    this.#options.ended?.(session, cause)
  }

  #accept(connection: Connection): void {
    const { scheduler } = this.#options
    const { statistics } = this
    const key = endpointKey(connection.remote)
    statistics.accepted++
    const { maximumConnections, maximumOpening, maximumOpeningPerAddress } = this.#limits
    const full =
      this.#sessions.size >= maximumConnections ||
      this.#opening.size >= maximumOpening ||
      this.#opening.from(connection.remote.address) >= maximumOpeningPerAddress
    if (full || this.#gate !== undefined || this.#endpoints.has(key)) {
      if (full) statistics.refusedByLimit++
      else if (this.#gate !== undefined) statistics.refusedByGate++
      else statistics.refusedDuplicate++
      const farewell = new Farewell(connection, scheduler)
      connection.attach(farewell)
      // Above the limit not even the time of an orderly end is spent.
      if (full) connection.destroy()
      return
    }
    const session = new AgentSession(connection, scheduler, this, this.#limits.framer)
    this.#sessions.add(session)
    this.#opening.add(session)
    this.#endpoints.add(key)
    statistics.maximumConnections = Math.max(statistics.maximumConnections, this.#sessions.size)
    connection.attach(session)
  }

  #count(kind: CloseKind): void {
    const { statistics } = this
    if (kind === 'not-ready') statistics.refusedByGate++
    else if (kind === 'sub-cluster') statistics.refusedSubCluster++
    else if (kind === 'duplicate-agent') statistics.refusedDuplicate++
    else if (kind === 'open-expired') statistics.openExpired++
    else if (kind === 'hold-expired') statistics.holdExpired++
    else if (kind === 'malformed') statistics.malformed++
    else if (kind === 'oversized') statistics.oversized++
    else if (kind === 'violation') statistics.violations++
    else if (kind === 'internal-error') statistics.internalErrors++
  }
}

const endpointKey = ({ address, port }: { address: string; port: number }): string => `${address} ${port}`
