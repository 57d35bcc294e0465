/**
 * A BGP session with one neighbour (spec bgp 5): its dialling machine, the connections that the neighbour opened,
 * which of them survives, and the pauses between its lives. Nothing from the network throws past it.
 *
 * In Idle it holds no machine. Otherwise there is always the dialling one, though it may only wait: while another
 * connection is open, or because the session is passive.
 */
import { socketChange } from '../../runtime/socket-change.js'
import type { TcpInfo } from '../../runtime/tcp-info.js'
import type { Connection, Endpoint, LaterOptions } from '../../runtime/transport.js'
import type { State } from '../fsm.js'
import type { Negotiated } from '../wire/negotiate.js'
import type { Open } from '../wire/open.js'
import type { RouteRefresh } from '../wire/route-refresh.js'
import { settleCollisions } from './collision.js'
import type { BgpConnection, ConnectionOwner } from './connection.js'
import { type Cease, CeaseSubcode, type SessionEnvironment, type SessionHandler } from './handler.js'
import { IdleHold } from './idle-hold.js'
import { KeyRing } from './key-ring.js'
import { ceaseWord, notReady, refreshMessage, refuse, type Word } from './messages.js'
import { SessionConnections } from './session-connections.js'
import { type ResettingSetting, resetsBetween, type SessionSettings } from './settings.js'
import { SpokenAs } from './spoken-as.js'
import { SessionStatistics } from './statistics.js'
import { applyOptions } from './stream.js'

/** While the owner is not ready for a new life, how often it is asked. */
const readyPollMilliseconds = 1000

export class BgpSession implements ConnectionOwner {
  readonly statistics = new SessionStatistics()
  readonly #spoken: SpokenAs
  readonly #keys: KeyRing
  /** Since then (`Scheduler.now`) the key of the live connection is another one. */
  #keyChangedAt = Number.NEGATIVE_INFINITY
  #started = false
  readonly #connections = new SessionConnections(this)
  #established: BgpConnection | undefined
  #establishedAt = 0
  #state: State = 'idle'
  readonly #idleHold: IdleHold

  constructor(
    readonly name: string,
    settings: SessionSettings,
    readonly handler: SessionHandler,
    readonly environment: SessionEnvironment
  ) {
    this.#spoken = new SpokenAs(settings)
    this.#keys = new KeyRing(
      environment.scheduler,
      key => this.handler.keyInUse?.(key),
      () => this.#connections.hasOpen
    )
    this.#idleHold = new IdleHold(environment.scheduler, () => {
      if (this.#isUp) this.#leaveIdle()
    })
    this.#keys.update(settings.md5Keys)
    this.statistics.stateChangedAt = environment.scheduler.wallClock()
  }

  /** With the AS that is spoken now. */
  get settings(): SessionSettings {
    return this.#spoken.settings
  }

  /** The TCP MD5 key in use: connections that are made or taken now have it. */
  get key(): string | undefined {
    return this.#keys.current
  }

  /** That of the connection that has come furthest. */
  get state(): State {
    return this.#state
  }

  /** What was agreed on, while established. */
  get negotiated(): Negotiated | undefined {
    return this.#established?.negotiated
  }

  /** The neighbour's OPEN, as soon as it has come. */
  get peerOpen(): Open | undefined {
    return this.#connections.furthest?.opens?.theirs
  }

  /** Ours and the neighbour's OPEN as they were on the wire, while established. */
  get openMessages(): { readonly sent: Uint8Array; readonly received: Uint8Array } | undefined {
    const { sent, received } = this.#established?.opens ?? {}
    return sent === undefined || received === undefined ? undefined : { sent, received }
  }

  /** The neighbour takes no more for now. */
  get isBlocked(): boolean {
    return this.#established?.isBlocked === true
  }

  /** Bytes given to `send` that the kernel has not taken. */
  get pendingBytes(): number {
    return this.#established?.pendingBytes ?? 0
  }

  /** How the TCP connection of the session that is up fares, where the system says it. */
  get tcpInfo(): TcpInfo | undefined {
    return this.#established?.tcpInfo
  }

  get local(): Endpoint | undefined {
    return this.#connections.furthest?.local
  }

  get remote(): Endpoint | undefined {
    return this.#connections.furthest?.remote
  }

  // ---- for the operator and the configuration

  start(): void {
    if (this.#started) return
    this.#started = true
    this.#keys.update(this.settings.md5Keys)
    if (!this.settings.adminDown) this.#leaveIdle()
  }

  /** Closes and stays down until `start`. 'silent': without a NOTIFICATION, so that helpers keep the routes. */
  stop(cause: Cease | 'silent'): void {
    this.#started = false
    this.#keys.stop()
    this.#fallIdle(cause === 'silent' ? undefined : ceaseWord(cause))
  }

  /** Closes and comes back by itself, after `idleHoldSeconds` where given. */
  clear(cause: Cease, idleHoldSeconds = this.settings.idleHoldSeconds): void {
    if (!this.#isUp) return
    this.#fallIdle(ceaseWord(cause))
    this.#idleHold.start(idleHoldSeconds * 1000, cause.subcode === CeaseSubcode.maximumPrefixes)
  }

  /** Ends a pause for too many prefixes: the limit is another one now. */
  endLimitPause(): void {
    if (this.#idleHold.isForLimit && this.#isUp) this.#leaveIdle()
  }

  /** Applies settings; gives those for which it had to reset the connection (Cease 6). */
  update(settings: SessionSettings): ResettingSetting[] {
    const before = this.#spoken.configured
    const reasons = resetsBetween(before, settings, this.#connections.furthest?.negotiated?.peerAs)
    const wasUp = this.#isUp
    const hadConnection = this.#connections.hasOpen
    if (this.#spoken.configure(settings) && !reasons.includes('localAs')) reasons.push('localAs')
    this.#changeKeys(settings, reasons)
    this.#changeSockets(socketChange(before.socket, settings.socket), reasons)
    if (wasUp && settings.adminDown) {
      const { shutdownText: text } = settings
      this.#fallIdle(ceaseWord({ subcode: CeaseSubcode.administrativeShutdown, text }))
    } else if (this.#isUp && !wasUp) {
      this.statistics.flaps = 0
      this.#leaveIdle()
    } else if (wasUp && reasons.length > 0 && this.#connections.dialler !== undefined) {
      const what = `settings changed: ${reasons.join(', ')}`
      this.#fallIdle(ceaseWord({ subcode: CeaseSubcode.otherConfigurationChange }, what))
      if (hadConnection) this.#idleHold.start(settings.idleHoldSeconds * 1000)
      else this.#leaveIdle()
    } else {
      if (before.passive && !settings.passive) this.#connections.dialler?.retryLater()
      this.#established?.setTimers({
        keepalive: before.maximumKeepaliveSeconds !== settings.maximumKeepaliveSeconds,
        sendHold: before.sendHoldSeconds !== settings.sendHoldSeconds
      })
    }
    return reasons
  }

  /** What came up with a key that is still good stays as it is; everything else goes on with the new one. */
  #changeKeys({ md5Keys }: SessionSettings, reasons: ResettingSetting[]): void {
    const before = this.#keys.current
    this.#keys.update(md5Keys)
    const key = this.#keys.current
    if (key === before) return
    this.#keyChangedAt = this.environment.scheduler.now()
    this.#toConnections('md5Keys', reasons, connection => connection.setKey(key))
  }

  #changeSockets(change: LaterOptions, reasons: ResettingSetting[]): void {
    if (Object.keys(change).length === 0) return
    this.#toConnections('socket', reasons, connection => connection.setOptions(change))
  }

  /** What cannot be applied to a connection ends it. */
  #toConnections(
    setting: ResettingSetting,
    reasons: ResettingSetting[],
    apply: (connection: BgpConnection) => void
  ): void {
    for (const connection of this.#connections.all) {
      try {
        apply(connection)
      } catch (error) {
        this.environment.log.warn({ session: this.name, error }, 'cannot change an option of the connection')
        if (!reasons.includes(setting)) reasons.push(setting)
      }
    }
  }

  get #isUp(): boolean {
    return this.#started && !this.settings.adminDown
  }

  // ---- for the listener

  /** Takes a connection from the neighbour, or refuses and closes it. */
  accept(tcp: Connection): boolean {
    const refusal = this.refusal()
    if (refusal !== undefined) {
      this.statistics.refused++
      this.environment.log.debug({ session: this.name, why: refusal.what }, 'connection refused')
      refuse(tcp, this.environment.scheduler, refusal)
      return false
    }
    try {
      applyOptions(tcp, this.settings.socket)
    } catch (error) {
      this.statistics.refused++
      this.environment.log.warn({ session: this.name, error }, 'connection refused: an option cannot be set')
      tcp.attach({ received() {}, writable() {}, closed() {} })
      tcp.destroy()
      return false
    }
    if (this.#connections.dialler === undefined) {
      this.#idleHold.yieldToCall()
      this.#connections.addDialler().raise('startPassive')
    }
    this.statistics.accepted++
    this.#connections.accept(tcp, this.#openDelaySeconds)
    this.#refreshState()
    return true
  }

  /** Why a connection is not taken now (spec bgp 1.1, 5.3). Code 0: closed without a word. */
  refusal(): Word | undefined {
    const cease = (subcode: number, what: string): Word => ceaseWord({ subcode }, what)
    const { adminDown, turnsAway } = this.settings
    if (adminDown) return cease(CeaseSubcode.administrativeShutdown, 'administratively down')
    if (!this.#started) return cease(CeaseSubcode.connectionRejected, 'not started')
    if (turnsAway !== undefined) return cease(CeaseSubcode.connectionRejected, turnsAway)
    if (this.#idleHold.isForLimit)
      return cease(CeaseSubcode.maximumPrefixes, 'sitting out an exceeded prefix limit')
    if (this.handler.ready?.() === false) {
      return cease(CeaseSubcode.connectionRejected, notReady)
    }
    if (this.#connections.dialler === undefined && !this.#takesCallInHold)
      return { code: 0, subcode: 0, what: 'idle hold' }
    if (this.#established !== undefined && !this.#givesWay(this.#established)) {
      return cease(CeaseSubcode.connectionCollision, 'already established')
    }
    return undefined
  }

  /**
   * The hold damps what we do (RFC 4271 §8.1.1); a neighbour for whose return the clock runs must not find the door
   * shut until its routes are gone (RFC 4724 §4.2).
   */
  get #takesCallInHold(): boolean {
    return this.#idleHold.mayYield && this.handler.keepsRoutes?.() === true
  }

  #givesWay(established: BgpConnection): boolean {
    const { replaceEstablished, capabilities } = this.settings
    const theirs = established.negotiated?.peerGracefulRestart
    return (
      replaceEstablished ||
      // It does not know the new key on this one, or it has restarted for it: it cannot be told apart from here.
      established.heardAt < this.#keyChangedAt ||
      (theirs !== undefined && theirs.families.length > 0 && capabilities.gracefulRestart !== undefined)
    )
  }

  get #openDelaySeconds(): number {
    const { passive, remote, openDelaySeconds } = this.settings
    return passive || remote === undefined ? 0 : openDelaySeconds
  }

  // ---- for the owner of the routes

  /** Sends whole messages; false: above the high-water mark (or not established), wait for `writable`. */
  send(...chunks: readonly Uint8Array[]): boolean {
    return this.#established?.send(chunks) ?? false
  }

  /** As `send`, for chunks that hold so many UPDATEs and nothing else: they are not counted again for each neighbour. */
  sendUpdates(chunks: readonly Uint8Array[], updates: number): boolean {
    return this.#established?.send(chunks, updates) ?? false
  }

  /** Asks for the family's routes again, or brackets ours (RFC 7313 §4). */
  sendRouteRefresh(refresh: RouteRefresh): boolean {
    return this.send(refreshMessage(refresh))
  }

  // ---- ConnectionOwner

  keyProved(key: string | undefined): void {
    this.#keys.prove(key)
  }

  asRefused(said: number): void {
    this.#spoken.refused(said)
  }

  mayDial(): boolean {
    const { passive, remote } = this.settings
    return !passive && remote !== undefined && !this.#connections.hasOpen
  }

  settle(connection: BgpConnection): boolean {
    const { peerRouterId, peerAs } = connection.negotiated!
    const local = { routerId: this.settings.routerId, as: this.settings.localAs }
    const peer = { routerId: peerRouterId, as: peerAs }
    const others = this.#connections.all.filter(other => other !== connection)
    return settleCollisions(connection, others, local, peer, this.statistics)
  }

  stepped(connection: BgpConnection, before: State): void {
    const { state } = connection
    const isOurs = this.#connections.all.includes(connection)
    if (before === 'established') this.#noteLoss(connection)
    if (state === 'established') this.#noteEstablished(connection)
    if (isOurs && !connection.isOpen) this.#released(connection)
    this.#refreshState()
    if (before === 'established') this.handler.closed(connection.reason)
    if (state === 'established') this.handler.established(connection.negotiated!)
  }

  /** A machine of ours has no connection, or none any more. */
  #released(connection: BgpConnection): void {
    if (!connection.dialled) this.#connections.removeAccepted(connection)
    const anotherLives = this.#connections.hasOpen
    if (connection.state !== 'idle') {
      if (!anotherLives) this.#connections.dialler?.retryLater()
    } else if (anotherLives) {
      if (connection.dialled) this.#startDialler(connection)
    } else {
      this.#fallIdle(undefined)
      this.#idleHold.startAfterLoss(this.settings)
    }
  }

  #noteEstablished(connection: BgpConnection): void {
    const { scheduler, log } = this.environment
    const { statistics } = this
    this.#established = connection
    this.#establishedAt = scheduler.now()
    statistics.establishments++
    statistics.establishedAt = scheduler.wallClock()
    statistics.connectRetries = 0
    log.info({ session: this.name, remote: connection.remote?.address }, 'session established')
    for (const other of this.#connections.all) {
      if (other === connection) continue
      if (other.isOpen || other.state === 'connect')
        other.raise('collisionLost', undefined, 'connection collision')
    }
  }

  #noteLoss(connection: BgpConnection): void {
    const { scheduler, log } = this.environment
    const { statistics } = this
    const holdMilliseconds = connection.negotiated!.holdTimeSeconds * 1000
    const wasUpBriefly = scheduler.now() - this.#establishedAt < 2 * holdMilliseconds
    this.#established = undefined
    this.#idleHold.lost(this.settings, wasUpBriefly)
    statistics.flaps++
    statistics.lastFlapAt = scheduler.wallClock()
    statistics.reset()
    const { cause, what } = connection.reason
    statistics.lastLoss = what
    log.info({ session: this.name, cause, what }, 'session lost')
  }

  // ---- Idle

  #leaveIdle(): void {
    if (this.handler.ready?.() === false) {
      this.#idleHold.start(readyPollMilliseconds)
      return
    }
    this.#idleHold.end()
    this.#startDialler(this.#connections.addDialler())
    this.#refreshState()
  }

  #startDialler(dialler: BgpConnection): void {
    const { passive, remote } = this.settings
    dialler.raise(passive || remote === undefined ? 'startPassive' : 'start')
  }

  #fallIdle(word: Word | undefined): void {
    this.#idleHold.end()
    for (const connection of this.#connections.takeAll()) connection.raise('stop', word)
    this.#refreshState()
  }

  #refreshState(): void {
    const state = this.#connections.furthest?.state ?? 'idle'
    const before = this.#state
    if (state === before) return
    const { statistics, environment } = this
    this.#state = state
    statistics.stateBefore = before
    statistics.stateChangedAt = environment.scheduler.wallClock()
    environment.log.debug({ session: this.name, state, before, event: statistics.lastEvent }, 'state')
    this.handler.stateChanged?.(state, before)
  }
}
