/**
 * One machine of the session (RFC 4271 §8.2.1) and the TCP connection that it has, if any. The dialling machine
 * lives as long as the session is started, one for an accepted connection as long as that connection. It carries
 * out the actions of the table; what concerns both machines is the session's (`ConnectionOwner`).
 *
 * Stimuli are handled to their end, one after the other, and a timer or stream that was given up says nothing more:
 * so no event of a replaced connection is ever seen (spec bgp 5.1).
 */
import type { TcpInfo } from '../../runtime/tcp-info.js'
import type { Connection, Endpoint, LaterOptions } from '../../runtime/transport.js'
import { type Action, type FsmEvent, type Notify, type State, step } from '../fsm.js'
import type { DecodeError } from '../wire/decode-error.js'
import { MessageType } from '../wire/message.js'
import type { Negotiated } from '../wire/negotiate.js'
import { CeaseSubcode, ErrorCode } from '../wire/notification.js'
import { type Open, openAs } from '../wire/open.js'
import { readRouteRefresh } from '../wire/route-refresh.js'
import { Dialling, type DiallingOwner } from './dialling.js'
import type { CloseReason, SessionHandler } from './handler.js'
import { LastWords, wordFor } from './last-words.js'
import { HoldTimer } from './liveness.js'
import { ceaseWord, notReady, type Word, withHardReset } from './messages.js'
import { OpenExchange } from './open-exchange.js'
import { Sender, type SenderOwner } from './sender.js'
import { MessageStream, type StreamOwner } from './stream.js'

export interface ConnectionOwner extends DiallingOwner {
  readonly name: string
  readonly handler: SessionHandler
  /** No other connection is open and the neighbour may be dialled. */
  mayDial(): boolean
  /** Its OPEN is good: settles collisions with the session's other connections. False: it is the one in excess. */
  settle(connection: BgpConnection): boolean
  /** The neighbour does not take the AS that our OPEN said (2/2). */
  asRefused(said: number): void
  /** The machine has stepped into another state, or has lost its TCP connection. */
  stepped(connection: BgpConnection, before: State): void
}

type PlainAction = Exclude<Action, Notify | 'notifyError' | 'notifyCease'>

/** RFC 4271 §8.2.2: 4 minutes for the OPEN. */
const openHoldMilliseconds = 240_000
/** Of an OPEN error (RFC 4271 §6.2). */
const badPeerAs = 2

export class BgpConnection implements StreamOwner, SenderOwner {
  state: State = 'idle'
  /** Why it left Established; set before the owner's `stepped`. */
  reason: CloseReason = { cause: 'connection-lost', notification: undefined, what: '' }
  #stream: MessageStream | undefined
  #sender: Sender | undefined
  readonly #dialling: Dialling
  readonly #hold: HoldTimer
  /** Of the TCP connection that there is, or was last. */
  #opens: OpenExchange | undefined
  #words = new LastWords()
  // the message that is being handled; type 0: none
  #type: MessageType | 0 = 0
  #bytes: Uint8Array = new Uint8Array(0)
  #start = 0
  #end = 0

  constructor(
    private readonly owner: ConnectionOwner,
    readonly dialled: boolean,
    readonly serial: number
  ) {
    this.#dialling = new Dialling(owner)
    this.#hold = new HoldTimer(
      owner.environment.scheduler,
      () => {
        owner.statistics.holdExpirations++
        this.raise('holdExpired', undefined, 'hold timer expired')
      },
      () => this.#stream?.hasUnread === true
    )
  }

  get opens(): OpenExchange | undefined {
    return this.#opens
  }

  get negotiated(): Negotiated | undefined {
    return this.#opens?.negotiated
  }

  /** It has a TCP connection. */
  get isOpen(): boolean {
    return this.#stream !== undefined
  }

  get pendingBytes(): number {
    return this.#stream?.pendingBytes ?? 0
  }

  get tcpInfo(): TcpInfo | undefined {
    return this.#stream?.tcpInfo
  }

  /** The socket takes no more for now. */
  get isBlocked(): boolean {
    return this.#sender?.isBlocked === true
  }

  get local(): Endpoint | undefined {
    return this.#stream?.local
  }

  get remote(): Endpoint | undefined {
    return this.#stream?.remote
  }

  /** `word`: the NOTIFICATION of an error or a Cease; `what`: the reason for people, where there is no word. */
  raise(event: FsmEvent, word?: Word, what = word?.what ?? ''): void {
    const before = this.state
    const { statistics, environment } = this.owner
    const { next, actions } = step(before, event)
    this.state = next
    statistics.lastEvent = event
    for (const action of actions) this.#perform(action, word, what)
    const closes = actions.includes('close')
    if (next === before && !closes) return
    if (closes && what !== '') statistics.lastError = { what, at: environment.scheduler.wallClock() }
    if (before === 'established') this.reason = this.#words.reasonFor(event, what)
    this.owner.stepped(this, before)
  }

  // ---- for the session

  /** A connection that the neighbour opened. */
  accept(tcp: Connection, openDelaySeconds: number): void {
    this.#attach(tcp)
    this.raise('startPassive')
    this.raise(openDelaySeconds > 0 ? 'tcpUpDelayed' : 'tcpUp')
  }

  /** The other connection is gone: waits before it dials again (spec bgp 5.3, TCP close of a passive connection). */
  retryLater(): void {
    if (this.state === 'active' && !this.#dialling.isWaiting) this.#startConnectRetry()
  }

  /** The delay of the OPEN is over, because this connection won a collision. */
  hurry(): void {
    if (this.state !== 'active' || !this.isOpen) return
    this.#dialling.stopWaiting()
    this.raise('delayOpenExpired')
  }

  /** Whole messages; false: above the high-water mark. `updates`: as `MessageStream.write` has it. */
  send(chunks: readonly Uint8Array[], updates?: number): boolean {
    return this.#sender?.send(chunks, updates) ?? false
  }

  /** Settings of these timers have changed; the others go on, for a restart puts off what is due. */
  setTimers({ keepalive, sendHold }: { readonly keepalive: boolean; readonly sendHold: boolean }): void {
    if (this.state !== 'established') return
    if (keepalive) this.#startKeepalive()
    if (sendHold) this.#startSendHold()
  }

  /** Throws where the system cannot do it. */
  setOptions(options: LaterOptions): void {
    this.#stream?.setOptions(options)
  }

  /** From now on with this TCP MD5 key. Throws where the system cannot do it. */
  setKey(key: string | undefined): void {
    this.#stream?.setKey(key)
  }

  /** When something came last (`Scheduler.now`); 0: nothing yet. */
  get heardAt(): number {
    return this.#stream?.readAt ?? 0
  }

  // ---- actions

  #perform(action: Action, word: Word | undefined, what: string): void {
    if (typeof action !== 'string') this.#notify(wordFor(action, this.#type, what))
    else if (action !== 'notifyError' && action !== 'notifyCease') BgpConnection.#actions[action](this)
    else if (word !== undefined) this.#notify(word)
  }

  static readonly #actions: Readonly<Record<PlainAction, (on: BgpConnection) => void>> = {
    deliver: on => on.#deliver(),
    restartHold: on => on.#hold.heard(on.#stream!.readAt),
    sendKeepalive: on => on.#sender!.sendKeepalive(),
    startKeepalive: on => on.#startKeepalive(),
    startHold: on => on.#startHold(),
    startOpenHold: on => on.#hold.start(openHoldMilliseconds),
    sendOpen: on => on.#sendOpen(),
    close: on => on.#close(),
    dial: on => on.#connect(),
    startConnectRetry: on => on.#startConnectRetry(),
    startConnectTimeout: on => on.#startConnectTimeout(),
    stopConnectRetry: on => on.#dialling.stopWaiting(),
    startDelayOpen: on => on.#startDelayOpen(),
    stopDelayOpen: on => on.#dialling.stopWaiting()
  }

  #sendOpen(): void {
    this.send([this.#opens!.say(this.owner.settings)])
  }

  #connect(): void {
    this.#dialling.dial((tcp, error) => {
      if (tcp === undefined) {
        this.raise('tcpFailed', undefined, error?.message ?? 'connection failed')
      } else {
        this.#attach(tcp)
        this.raise('tcpUp')
      }
    })
  }

  #attach(tcp: Connection): void {
    const { settings, environment, statistics } = this.owner
    const { scheduler, random } = environment
    this.#opens = new OpenExchange(settings, scheduler.now())
    this.#words = new LastWords()
    this.#stream = new MessageStream(tcp, scheduler, statistics, this)
    this.#sender = new Sender(this.#stream, scheduler, statistics, random, this)
  }

  #startHold(): void {
    this.#hold.start(this.negotiated!.holdTimeSeconds * 1000)
    this.#startSendHold()
  }

  #startSendHold(): void {
    const { sendHoldSeconds } = this.owner.settings
    const { holdTimeSeconds } = this.negotiated!
    this.#sender!.startSendHold(sendHoldSeconds ?? Math.max(480, 2 * holdTimeSeconds))
  }

  #startKeepalive(): void {
    const { maximumKeepaliveSeconds = Number.POSITIVE_INFINITY } = this.owner.settings
    this.#sender!.startKeepalive(Math.min(this.negotiated!.keepaliveSeconds, maximumKeepaliveSeconds))
  }

  #startConnectRetry(): void {
    if (this.dialled) this.#dialling.waitToRetry(() => this.#waited('connectRetryExpired'))
  }

  #startConnectTimeout(): void {
    // else the dial has already failed
    if (this.state === 'connect') this.#dialling.limitDial(() => this.#waited('connectRetryExpired'))
  }

  #startDelayOpen(): void {
    const { openDelaySeconds } = this.owner.settings
    this.#dialling.wait(openDelaySeconds * 1000, () => this.#waited('delayOpenExpired'))
  }

  #waited(event: FsmEvent): void {
    if (this.state === 'connect') {
      this.owner.statistics.connectTimeouts++
      this.raise(event, undefined, 'dial timed out')
    } else if (event !== 'connectRetryExpired' || this.owner.mayDial()) this.raise(event)
  }

  #close(): void {
    this.#dialling.stop()
    this.#hold.stop()
    this.#sender?.stop()
    this.#sender = undefined
    this.#stream?.finish(this.#words.take())
    this.#stream = undefined
  }

  // ---- NOTIFICATIONs

  #notify(cause: Word): void {
    const { environment, statistics } = this.owner
    if (this.#stream === undefined) return
    const word = this.negotiated?.gracefulNotification === true ? withHardReset(cause) : cause
    this.#words.say(word, environment.scheduler.wallClock(), statistics)
  }

  // ---- what stream and sender say

  keepaliveDue(): void {
    this.raise('keepaliveExpired')
  }

  sendHoldExpired(): void {
    this.owner.statistics.sendHoldExpirations++
    this.raise('sendHoldExpired', undefined, 'send hold timer expired: the peer takes nothing')
  }

  writable(): void {
    this.#sender?.writable()
    if (this.state === 'established') this.owner.handler.writable()
  }

  lost(error: Error | undefined): void {
    this.raise('tcpFailed', undefined, error?.message ?? 'closed by the peer')
  }

  malformed(error: DecodeError): void {
    this.owner.statistics.headerErrors++
    this.raise('headerError', error)
  }

  /** It closes like any other: a NOTIFICATION is never answered (RFC 4271 §6.4). */
  malformedNotification(error: DecodeError): void {
    this.owner.statistics.headerErrors++
    this.raise('notification', undefined, `malformed NOTIFICATION: ${error.what}`)
  }

  /** A defect of ours must not take the process, nor any other session (spec bgp 8.4). */
  message(type: MessageType, bytes: Uint8Array, start: number, end: number): void {
    this.#type = type
    this.#bytes = bytes
    this.#start = start
    this.#end = end
    try {
      this.#handle(type)
    } catch (error) {
      const message = Buffer.from(bytes.subarray(start, end)).toString('hex')
      this.owner.environment.log.warn(
        { session: this.owner.name, error, message },
        'exception while handling'
      )
      this.raise('updateError', { code: 3, subcode: 0, what: 'internal error while handling a message' })
    }
    this.#type = 0
  }

  #handle(type: MessageType): void {
    if (type === MessageType.update) this.raise('update')
    else if (type === MessageType.keepalive) this.#keepaliveReceived()
    else if (type === MessageType.open) this.#openReceived()
    else if (type === MessageType.notification) this.#notificationReceived()
    else this.#routeRefreshReceived()
  }

  #openReceived(): void {
    const opens = this.#opens!
    const result = opens.hear(this.#bytes, this.#start, this.#end, this.owner.settings)
    this.#noteMalformed(opens.theirs)
    if (result.error !== undefined) this.#openRejected(result.error)
    else if (this.state !== 'active' && this.state !== 'openSent') this.raise('openAccepted')
    else {
      opens.negotiated = result.ok
      this.#stream!.maximumLength = result.ok.maximumLength
      if (this.owner.settle(this)) this.raise('openAccepted')
      else this.raise('collisionLost', undefined, 'connection collision')
    }
  }

  /** They are left out, which the peer cannot know (spec bgp 3.3). */
  #noteMalformed(open: Open | undefined): void {
    const { statistics, environment, name } = this.owner
    const codes = open?.capabilities.malformed ?? []
    if (codes.length === 0) return
    statistics.malformedCapabilities += codes.length
    environment.log.warn({ session: name, codes }, 'capabilities of a wrong length left out')
  }

  #openRejected(error: DecodeError): void {
    this.owner.statistics.openErrors++
    this.raise('openRejected', error)
  }

  #keepaliveReceived(): void {
    if (this.state === 'openConfirm' && this.owner.handler.ready?.() === false) {
      this.raise('stop', ceaseWord({ subcode: CeaseSubcode.connectionRejected }, notReady))
    } else this.raise('keepalive')
  }

  #routeRefreshReceived(): void {
    const { error } = readRouteRefresh(this.#bytes, this.#start, this.#end)
    if (error === undefined) this.raise('routeRefresh')
    else this.raise('routeRefreshError', error)
  }

  #notificationReceived(): void {
    const { statistics, environment } = this.owner
    const now = environment.scheduler.wallClock()
    const { code, subcode, text } = this.#words.hear(this.#bytes, this.#start, this.#end, now, statistics)
    if (code === ErrorCode.open && subcode === badPeerAs) this.owner.asRefused(openAs(this.#opens!.ours))
    const collision = code === ErrorCode.cease && subcode === CeaseSubcode.connectionCollision
    this.raise(collision ? 'collisionNotified' : 'notification', undefined, text)
  }

  #deliver(): void {
    const { handler, statistics } = this.owner
    if (this.#type === MessageType.update) {
      const error = handler.update(this.#bytes, this.#start, this.#end)
      if (error === undefined) return
      statistics.updateErrors++
      this.raise('updateError', error)
    } else {
      const { refresh } = readRouteRefresh(this.#bytes, this.#start, this.#end)
      if (refresh !== undefined) handler.routeRefresh(refresh.afi, refresh.safi, refresh.kind)
    }
  }
}
