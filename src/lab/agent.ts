/**
 * A vRouter agent as far as a control node sees one (spec xmpp 2.7, 11.2): it connects, subscribes to instances,
 * publishes routes and keeps what it is told. What it should subscribe and publish is its own state: it sends all of
 * it again whenever a session begins, as real agents do.
 */
import type { Scheduler, Timer } from '../runtime/scheduler.js'
import { SeededRandom } from '../runtime/seeded-random.js'
import type { Connection, Dial, Endpoint, Transport } from '../runtime/transport.js'
import { Framer } from '../xmpp/framer.js'
import { type AgentMessage, type LearnedRoute, parseAgentMessage } from './agent-message.js'
import {
  type AgentFamily,
  AgentStanzas,
  familyNumbers,
  familyOf,
  keepalive,
  openStream,
  type PublishedRoute,
  type UnicastName
} from './agent-text.js'

export interface LabAgentOptions {
  readonly scheduler: Scheduler
  readonly transport: Transport
  /** The control node. */
  readonly server: Endpoint
  /** The agent's identity. */
  readonly name: string
  /** To dial from; absent: the system chooses. */
  readonly localAddress?: string
  /** Next hop of what it publishes: its address in the underlay. */
  readonly nextHop: string
  /** 0 switches keepalives off. */
  readonly holdTimeSeconds?: number
  readonly subcluster?: string
  /** Told after it has been taken in. */
  readonly onEvent?: (event: AgentEvent) => void
}

export type AgentEvent =
  | { readonly kind: 'established' }
  /** A session, or an attempt at one, is over. */
  | { readonly kind: 'closed'; readonly error: Error | undefined; readonly wasEstablished: boolean }
  | { readonly kind: 'message'; readonly message: AgentMessage }

export type AgentState = 'stopped' | 'waiting' | 'connecting' | 'openSent' | 'established'

export interface AgentStatistics {
  sessions: number
  failedAttempts: number
  messages: number
  items: number
  retracts: number
  endOfRibs: number
  /** What the control node should not have sent. */
  malformed: string[]
}

interface Subscription {
  readonly instanceId: number | undefined
  readonly noRibOut: boolean
}

const connectTimeout = 30_000
const noRoutes: ReadonlyMap<string, LearnedRoute> = new Map()

export class LabAgent {
  readonly statistics: AgentStatistics = {
    sessions: 0,
    failedAttempts: 0,
    messages: 0,
    items: 0,
    retracts: 0,
    endOfRibs: 0,
    malformed: []
  }
  readonly #stanzas: AgentStanzas
  readonly #random: SeededRandom
  readonly #subscriptions = new Map<string, Subscription>()
  /** Instance, then family and prefix. */
  readonly #published = new Map<string, Map<string, PublishedRoute>>()
  /** AFI/SAFI/instance, then item id. */
  readonly #learned = new Map<string, Map<string, LearnedRoute>>()
  #state: AgentState = 'stopped'
  #attempts = 0
  #dial: Dial | undefined
  #connection: Connection | undefined
  #framer = new Framer()
  #outbox: string[] = []
  #blocked = false
  /** Of the state: retry, connect timeout, or keepalive. */
  #timer: Timer | undefined
  #holdTimer: Timer | undefined

  constructor(readonly options: LabAgentOptions) {
    this.#stanzas = new AgentStanzas(options.name, options.nextHop)
    this.#random = new SeededRandom([...options.name].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7))
  }

  get name(): string {
    return this.options.name
  }

  get state(): AgentState {
    return this.#state
  }

  get isEstablished(): boolean {
    return this.#state === 'established'
  }

  /** Connects, and from then on always again. */
  start(): void {
    if (this.#state !== 'stopped') return
    this.#attempts = 0
    this.#wait(0)
  }

  /** Closes the connection in order and stays away. */
  stop(): void {
    this.#leave(connection => connection.end())
    this.#state = 'stopped'
  }

  /** Loses the connection (RST) and stays away: the agent's process died. */
  kill(): void {
    this.#leave(connection => connection.destroy())
    this.#state = 'stopped'
  }

  /** Loses the connection and comes back. */
  reconnect(): void {
    if (this.#state === 'stopped') return
    this.#leave(connection => connection.destroy())
    this.#wait(1)
  }

  subscribe(instance: string, instanceId?: number, options: { noRibOut?: boolean } = {}): void {
    const subscription = { instanceId, noRibOut: options.noRibOut ?? false }
    this.#subscriptions.set(instance, subscription)
    this.#send(() => this.#stanzas.subscribe(instance, instanceId, subscription.noRibOut))
  }

  /** What was published there is forgotten, and what was learned (spec xmpp 3.2). */
  unsubscribe(instance: string): void {
    const subscription = this.#subscriptions.get(instance)
    this.#subscriptions.delete(instance)
    this.#published.delete(instance)
    for (const numbers of Object.values(familyNumbers)) this.#learned.delete(`${numbers}/${instance}`)
    this.#send(() => this.#stanzas.unsubscribe(instance, subscription?.instanceId))
  }

  publish(instance: string, route: PublishedRoute): void {
    let routes = this.#published.get(instance)
    if (routes === undefined) this.#published.set(instance, (routes = new Map()))
    routes.set(`${familyOf(route)} ${route.prefix}`, route)
    this.#send(() => this.#stanzas.associate(instance, route))
  }

  withdraw(instance: string, prefix: string, family: UnicastName = familyOf({ prefix })): void {
    const key = `${family} ${prefix}`
    const route = this.#published.get(instance)?.get(key) ?? { prefix, family }
    this.#published.get(instance)?.delete(key)
    this.#send(() => this.#stanzas.dissociate(instance, route))
  }

  /** What the control node has told about an instance, by item id; a snapshot of nothing: it changes. */
  routes(instance: string, family: AgentFamily = 'inet'): ReadonlyMap<string, LearnedRoute> {
    return this.#learned.get(`${familyNumbers[family]}/${instance}`) ?? noRoutes
  }

  /** Every table that has been told of, as 'AFI/SAFI/instance'. */
  get tables(): ReadonlyMap<string, ReadonlyMap<string, LearnedRoute>> {
    return this.#learned
  }

  // ---- the session

  #wait(attempts: number): void {
    this.#state = 'waiting'
    this.#attempts = attempts
    // Spec xmpp 2.7: at once, then after 1, 2, 4 … 30 s, give or take a tenth.
    const seconds = attempts === 0 ? 0 : Math.min(2 ** (Math.min(attempts, 6) - 1), 30)
    this.#setTimer(seconds * 1000 * this.#random.between(0.9, 1.1), () => this.#connect())
  }

  #connect(): void {
    const { transport, server, localAddress } = this.options
    this.#state = 'connecting'
    this.#setTimer(connectTimeout, () => this.#failed(new Error('connect timed out')))
    this.#dial = transport.connect({
      remote: server,
      ...(localAddress !== undefined && { localAddress }),
      connected: (connection, error) => {
        this.#dial = undefined
        if (connection === undefined) this.#failed(error)
        else this.#open(connection)
      }
    })
  }

  #open(connection: Connection): void {
    this.#state = 'openSent'
    this.#connection = connection
    this.#framer = new Framer()
    this.#outbox = []
    this.#blocked = false
    this.#timer?.cancel()
    connection.attach({
      received: bytes => {
        if (connection === this.#connection) this.#received(bytes)
      },
      writable: () => {
        this.#blocked = false
        this.#flush()
      },
      closed: error => {
        if (connection === this.#connection) this.#failed(error)
      }
    })
    this.#restartHoldTimer()
    connection.write(Buffer.from(openStream(this.name, this.options.subcluster)))
  }

  #received(bytes: Uint8Array): void {
    this.#restartHoldTimer()
    this.#framer.push(bytes)
    for (let frame = this.#framer.next(); frame !== undefined; frame = this.#framer.next()) {
      if (frame.kind === 'header') this.#established()
      else if (frame.kind === 'stanza') this.#message(parseAgentMessage(frame.text))
      else if (frame.kind === 'oversized') this.statistics.malformed.push(frame.what)
    }
  }

  #established(): void {
    if (this.#state !== 'openSent') return
    this.#state = 'established'
    this.#attempts = 0
    this.statistics.sessions++
    this.#sendKeepalive()
    for (const [instance, { instanceId, noRibOut }] of this.#subscriptions) {
      this.#send(() => this.#stanzas.subscribe(instance, instanceId, noRibOut))
    }
    for (const [instance, routes] of this.#published) {
      for (const route of routes.values()) this.#send(() => this.#stanzas.associate(instance, route))
    }
    this.options.onEvent?.({ kind: 'established' })
  }

  #message(message: AgentMessage): void {
    const { statistics } = this
    statistics.messages++
    switch (message.kind) {
      case 'items': {
        const table = this.#table(`${message.numbers}/${message.instance}`)
        for (const route of message.routes) table.set(route.id, route)
        statistics.items += message.routes.length
        break
      }
      case 'retracts': {
        const table = this.#table(`${message.numbers}/${message.instance}`)
        for (const id of message.ids) table.delete(id)
        statistics.retracts += message.ids.length
        break
      }
      case 'endOfRib':
        statistics.endOfRibs++
        break
      case 'malformed':
        statistics.malformed.push(message.what)
        break
      case 'other':
        break
    }
    this.options.onEvent?.({ kind: 'message', message })
  }

  #table(name: string): Map<string, LearnedRoute> {
    let table = this.#learned.get(name)
    if (table === undefined) this.#learned.set(name, (table = new Map()))
    return table
  }

  #send(text: () => string): void {
    if (this.#state !== 'established') return
    this.#outbox.push(text())
    this.#flush()
  }

  #flush(): void {
    if (this.#blocked || this.#connection === undefined || this.#outbox.length === 0) return
    const chunks = this.#outbox.map(text => Buffer.from(text))
    this.#outbox = []
    this.#blocked = !this.#connection.write(...chunks)
  }

  #sendKeepalive(): void {
    this.#connection?.write(keepalive)
    const holdTime = this.#holdTime
    if (holdTime > 0) this.#setTimer(holdTime / 3, () => this.#sendKeepalive())
  }

  #restartHoldTimer(): void {
    this.#holdTimer?.cancel()
    if (this.#holdTime === 0) return
    this.#holdTimer = this.options.scheduler.after(this.#holdTime, () => {
      this.#failed(new Error('hold timer expired'))
    })
  }

  get #holdTime(): number {
    return (this.options.holdTimeSeconds ?? 90) * 1000
  }

  #failed(error: Error | undefined): void {
    const wasEstablished = this.#state === 'established'
    if (!wasEstablished) this.statistics.failedAttempts++
    this.#leave(connection => connection.destroy())
    this.#wait(this.#attempts + 1)
    this.options.onEvent?.({ kind: 'closed', error, wasEstablished })
  }

  /** Routes of a control node go with its session: graceful restart is off in the lab's agents. */
  #leave(close: (connection: Connection) => void): void {
    this.#dial?.cancel()
    this.#dial = undefined
    this.#timer?.cancel()
    this.#holdTimer?.cancel()
    const connection = this.#connection
    this.#connection = undefined
    this.#learned.clear()
    if (connection !== undefined) close(connection)
  }

  #setTimer(ms: number, task: () => void): void {
    this.#timer?.cancel()
    this.#timer = this.options.scheduler.after(ms, task)
  }
}
