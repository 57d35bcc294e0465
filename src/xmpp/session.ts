import type { Scheduler, Timer } from '../runtime/scheduler.js'
import type { Connection, ConnectionHandler, LaterOptions } from '../runtime/transport.js'
import type { CloseCause, CloseKind } from './close-cause.js'
import { Farewell } from './farewell.js'
import { Framer, type FramerLimits } from './framer.js'
import { Liveness, type LivenessOwner } from './liveness.js'
import { envelopeFor } from './message.js'
import type { MessageTrace } from './message-trace.js'
import { parseStanza, type Stanza, type Subscribe, type Unsubscribe } from './stanza.js'
import { SessionStatistics } from './statistics.js'
import { parseStreamHeader, printStreamHeader, type StreamHeader } from './stream-header.js'
import { partsOf, type XmlElement } from './xml.js'

/** One route update: a publish and the collection that belongs to it (spec xmpp 4.1). */
export interface RouteUpdate {
  readonly instance: string
  /** `<afi>/<safi>/…`; the key of the routes is in the items. */
  readonly node: string
  readonly items: readonly XmlElement[]
  /** False: the routes are withdrawn. */
  readonly associate: boolean
}

/**
 * What an established session is to the rest of the node. A text as result is a violation of the protocol, in words:
 * the session is closed.
 */
export interface AgentHandler {
  subscribe(request: Subscribe): string | undefined
  unsubscribe(request: Unsubscribe): string | undefined
  update(update: RouteUpdate): string | undefined
  /** All that the agent had to publish after its (re)connect has been published. */
  endOfRib(): void
  /** A request on the configuration channel. */
  config(iq: XmlElement): void
  /** The socket has room again after `send` returned false. */
  writable(): void
  /** The end, exactly once; the session sends nothing more. */
  down(cause: CloseCause): void
}

/** What the session asks of the server that accepted it. */
export interface SessionOwner {
  readonly hostName: string
  readonly holdTimeSeconds: number
  readonly trace: MessageTrace | undefined
  /** The handler of a session that may become established, or why it may not. */
  opened(session: AgentSession, header: StreamHeader): AgentHandler | CloseCause
  closed(session: AgentSession, cause: CloseCause): void
  /** What the session has heard in part takes so many bytes now; it may be closed for it. */
  unfinished(session: AgentSession, bytes: number): void
}

/** How long a connection may be silent before its stream header (spec xmpp 2.7). */
export const openTimeMs = 15_000
/** The two bytes that keep a session alive. */
const keepalive: Uint8Array = Buffer.from([0xc8, 0x80])

/** What an element or an attribute takes in memory, text aside. */
const bytesPerPart = 64

/** Of a stanza at which we failed. */
const loggedCharacters = 500

export type SessionState = 'active' | 'established' | 'closed'

/**
 * One agent's connection (spec xmpp 2.6, 2.7): opening, timers, and the pairing of publish and collection. Nothing
 * that arrives can throw past it.
 */
export class AgentSession implements ConnectionHandler, LivenessOwner {
  readonly statistics = new SessionStatistics()
  readonly #connection: Connection
  readonly #scheduler: Scheduler
  readonly #owner: SessionOwner
  readonly #framer: Framer
  #state: SessionState = 'active'
  #handler: AgentHandler | undefined
  #name = ''
  #subCluster = ''
  #envelope: Uint8Array = keepalive
  #cause: CloseCause | undefined
  #farewell: Farewell | undefined
  #blockedSince = -1
  #publish: (Stanza & { kind: 'publish' }) | undefined
  /** Of the publish, once it waits for another read. */
  #publishBytes = 0
  #unfinishedBytes = 0
  readonly #liveness: Liveness
  #openTimer: Timer | undefined
  /** On the scheduler's clock, -1 before the first: IQs and messages, without keepalives (spec xmpp 5.9). */
  lastReceivedAt = -1
  lastSentAt = -1
  establishedAt = -1
  lastEvent = 'accepted'

  constructor(connection: Connection, scheduler: Scheduler, owner: SessionOwner, limits: FramerLimits) {
    this.#connection = connection
    this.#scheduler = scheduler
    this.#owner = owner
    this.#framer = new Framer(limits)
    this.#liveness = new Liveness(scheduler, this)
    this.#openTimer = scheduler.after(openTimeMs, () => {
      this.close('open-expired', `no stream header within ${openTimeMs / 1000} s`)
    })
  }

  /** As its stream header says; empty where it says none, and before it. */
  get subCluster(): string {
    return this.#subCluster
  }

  /** The agent's name; empty before its stream header. */
  get name(): string {
    return this.#name
  }

  get state(): SessionState {
    return this.#state
  }

  /** Throws where the system cannot do it. */
  setOptions(options: LaterOptions): void {
    this.#connection.setOptions?.(options)
  }

  get remote() {
    return this.#connection.remote
  }

  get local() {
    return this.#connection.local
  }

  get holdTimeSeconds(): number {
    return this.#liveness.holdTimeSeconds
  }

  /** More is waiting for the socket than should be. */
  get blocked(): boolean {
    return this.#blockedSince >= 0
  }

  received(bytes: Uint8Array): void {
    this.statistics.received.bytes += bytes.length
    this.statistics.received.calls++
    this.#framer.push(bytes)
    while (this.#state !== 'closed') {
      const frame = this.#framer.next()
      if (frame === undefined) break
      switch (frame.kind) {
        case 'header':
          this.#open(frame.text)
          break
        case 'whitespace':
          this.statistics.received.keepalive++
          this.lastEvent = 'keepalive'
          this.#liveness.heard()
          break
        case 'stanza':
          this.#owner.trace?.received(this, frame.text)
          this.#handle(frame.text)
          break
        case 'oversized':
          this.close('oversized', frame.what)
          break
      }
    }
    if (this.#state !== 'closed') this.#noteUnfinished()
  }

  /** Most reads end with a collection, and nothing is left. */
  #noteUnfinished(): void {
    const publish = this.#publish
    if (publish === undefined) this.#publishBytes = 0
    else if (this.#publishBytes === 0) {
      this.#publishBytes = publish.length
      for (const item of publish.items) this.#publishBytes += bytesPerPart * partsOf(item)
    }
    const bytes = 2 * this.#framer.pendingBytes + this.#publishBytes
    if (bytes === this.#unfinishedBytes) return
    this.#unfinishedBytes = bytes
    this.#owner.unfinished(this, bytes)
  }

  writable(): void {
    if (this.#blockedSince >= 0) {
      this.statistics.blockedMilliseconds += this.#scheduler.now() - this.#blockedSince
      this.#blockedSince = -1
    }
    this.#handler?.writable()
  }

  closed(error: Error | undefined): void {
    this.#farewell?.closed()
    if (error === undefined) this.#end({ kind: 'closed-by-peer', what: 'connection closed by the agent' })
    else this.#end({ kind: 'connection-error', what: error.message })
  }

  /** Ends the session; the agent sees the end of TCP. */
  close(kind: CloseKind, what: string): void {
    if (this.#state !== 'closed') this.#closeFor({ kind, what })
  }

  #closeFor(cause: CloseCause): void {
    try {
      this.#end(cause)
    } finally {
      this.#farewell = new Farewell(this.#connection, this.#scheduler)
    }
  }

  /**
   * Sends bodies, each behind this agent's own start tag. False: they were taken, but the socket has more waiting
   * than it should, and `writable` will follow.
   */
  send(bodies: readonly Uint8Array[]): boolean {
    if (this.#state !== 'established') return true
    const { sent } = this.statistics
    const chunks: Uint8Array[] = []
    for (const body of bodies) {
      chunks.push(this.#envelope, body)
    }
    sent.update += bodies.length
    this.#owner.trace?.sent(this, chunks)
    this.lastSentAt = this.#scheduler.now()
    return this.#write(chunks)
  }

  /** Applies a changed hold time to the running session (spec xmpp 2.6); 0 turns both timers off. */
  setHoldTime(seconds: number): void {
    if (this.#state === 'established' && seconds !== this.holdTimeSeconds) this.#liveness.start(seconds)
  }

  #open(text: string): void {
    this.statistics.received.open++
    const header = parseStreamHeader(text)
    if ('what' in header) {
      this.close('malformed', header.what)
      return
    }
    this.#name = header.from
    this.#subCluster = header.subCluster
    this.lastEvent = 'stream open'
    const handler = this.#owner.opened(this, header)
    if ('kind' in handler) {
      this.close(handler.kind, handler.what)
      return
    }
    if (this.#cause !== undefined) {
      handler.down(this.#cause)
      return
    }
    this.#openTimer?.cancel()
    this.#openTimer = undefined
    this.#envelope = envelopeFor(this.#name)
    this.#state = 'established'
    this.establishedAt = this.#scheduler.wallClock()
    this.#liveness.heard()
    this.statistics.sent.open++
    this.#write([Buffer.from(printStreamHeader(this.#owner.hostName, this.#name))])
    this.#liveness.start(this.#owner.holdTimeSeconds)
    this.#handler = handler
  }

  // ---- LivenessOwner

  get hasUnread(): boolean {
    return this.#connection.hasUnread === true
  }

  holdExpired(): void {
    this.close('hold-expired', `nothing heard for ${this.holdTimeSeconds} s`)
  }

  keepaliveDue(): void {
    // An agent that takes nothing gets no heap of them; what waits for it says as much when it reads again.
    if (this.blocked) return
    this.statistics.sent.keepalive++
    this.#write([keepalive])
  }

  #write(chunks: readonly Uint8Array[]): boolean {
    const { sent } = this.statistics
    sent.calls++
    for (const chunk of chunks) sent.bytes += chunk.length
    if (this.#connection.write(...chunks)) return true
    if (this.#blockedSince < 0) {
      this.#blockedSince = this.#scheduler.now()
      this.statistics.blockedCount++
    }
    return false
  }

  /** A defect of ours must not take the process, nor any other session. */
  #handle(text: string): void {
    try {
      this.#stanza(parseStanza(text))
    } catch (error) {
      const what = `internal error while handling a stanza: ${JSON.stringify(text.slice(0, loggedCharacters))}`
      if (this.#state !== 'closed') this.#closeFor({ kind: 'internal-error', what, error })
    }
  }

  #stanza(stanza: Stanza): void {
    const { statistics } = this
    const handler = this.#handler!
    statistics.received.update++
    this.lastEvent = 'stanza'
    this.lastReceivedAt = this.#scheduler.now()
    let violation: string | undefined
    switch (stanza.kind) {
      case 'publish':
        // It does not count as heard: only the collection behind it does (spec xmpp 2.6).
        if (this.#publish !== undefined) statistics.unpaired++
        this.#publish = stanza
        this.#publishBytes = 0
        return
      case 'collection':
        this.#liveness.heard()
        violation = this.#pair(stanza)
        break
      case 'subscribe':
        this.#liveness.heard()
        violation = handler.subscribe(stanza)
        break
      case 'unsubscribe':
        this.#liveness.heard()
        violation = handler.unsubscribe(stanza)
        break
      case 'config':
        this.#liveness.heard()
        handler.config(stanza.iq)
        break
      case 'ignored':
        this.#liveness.heard()
        statistics.ignoredStanzas++
        break
      case 'malformed':
        this.close('malformed', stanza.what)
        return
    }
    if (violation !== undefined) this.close('violation', violation)
  }

  #pair(collection: Stanza & { kind: 'collection' }): string | undefined {
    const publish = this.#publish
    this.#publish = undefined
    if (publish === undefined || publish.node !== collection.node) {
      this.statistics.unpaired++
      return undefined
    }
    if (publish.items.length === 0) {
      this.statistics.routesReceived.endOfRib++
      this.#handler!.endOfRib()
      return undefined
    }
    const { instance, node, associate } = collection
    return this.#handler!.update({ instance, node, items: publish.items, associate })
  }

  #end(cause: CloseCause): void {
    if (this.#state === 'closed') return
    this.#state = 'closed'
    this.#cause = cause
    this.lastEvent = cause.what
    this.#openTimer?.cancel()
    this.#liveness.stop()
    this.#publish = undefined
    const handler = this.#handler
    this.#handler = undefined
    this.#owner.closed(this, cause)
    handler?.down(cause)
  }
}
