import { isDeepStrictEqual } from 'node:util'
import type { Scheduler } from '../../runtime/scheduler.js'
import type { RibOuts } from '../export/rib-outs.js'
import type { AdjIn } from '../rib/adj-in.js'
import type { AttributeDb } from '../rib/attribute-db.js'
import { Protocol, Source, SourceKind } from '../rib/source.js'
import type { SubclusterMark } from '../rib/subcluster-mark.js'
import type { Table } from '../rib/table.js'
import {
  type Cease,
  CeaseSubcode,
  type CloseReason,
  type Log,
  type SessionHandler
} from '../session/handler.js'
import { BgpSession } from '../session/session.js'
import type { SessionSettings } from '../session/settings.js'
import type { DecodeError } from '../wire/decode-error.js'
import { familyOf } from '../wire/families.js'
import type { Family } from '../wire/family.js'
import type { Negotiated } from '../wire/negotiate.js'
import { RefreshKind } from '../wire/route-refresh.js'
import { answerRefresh } from './answer-refresh.js'
import { FaultReports } from './fault-reports.js'
import { judgeAgain, type KeptRoutesOwner } from './kept-routes.js'
import { ownAddressesBeside } from './own-next-hop.js'
import type { PeerEnvironment } from './peer-environment.js'
import { PeerExports } from './peer-exports.js'
import { PeerFamily, type PeerFamilyOwner } from './peer-family.js'
import { PeerInput, type PeerInputOwner } from './peer-input.js'
import { type LimitedPeer, PeerLimits } from './peer-limits.js'
import { type PeerPolicy, receiveSettings, routesAgain } from './peer-policy.js'
import { mostTaken } from './prefix-guard.js'
import type { ReceiveSettings } from './receive-policy.js'
import { Retention, type RetentionOwner } from './retention.js'
import { SessionLife } from './session-life.js'

/** A BGP neighbour: its session, what it has told us, and what it is told. */
export class BgpPeer
  implements PeerFamilyOwner, PeerInputOwner, RetentionOwner, LimitedPeer, KeptRoutesOwner
{
  readonly name: string
  readonly instance: string
  readonly source: Source
  readonly session: BgpSession
  readonly faults: FaultReports
  readonly input = new PeerInput(this)
  /** What becomes of its routes when the session is lost. */
  readonly retention = new Retention(this)
  readonly #limits = new PeerLimits(this)
  readonly #exports: PeerExports
  readonly #environment: PeerEnvironment
  #policy: PeerPolicy
  /** What the policy says, with what the session that is up has found out. */
  #receive: ReceiveSettings
  /** Of the session that is up. */
  #life: SessionLife | undefined
  #deleted: (() => void) | undefined

  constructor(
    name: string,
    instance: string,
    sortKey: string,
    settings: SessionSettings,
    policy: PeerPolicy,
    environment: PeerEnvironment
  ) {
    this.name = name
    this.instance = instance
    this.#environment = environment
    this.faults = new FaultReports(name, environment.scheduler, environment.log)
    this.#policy = policy
    this.#receive = receiveSettings(policy, undefined)
    this.source = new Source(name, SourceKind.peer, Protocol.bgp, sortKey)
    this.source.internal = policy.receive.internal
    this.source.member = policy.receive.member
    this.source.as = policy.receive.peerAs
    this.source.staleIsLast = !policy.receive.controlNode
    this.source.reflectorClient = policy.reflectorClient === true
    this.source.clusterId = policy.clusterId
    this.session = new BgpSession(name, settings, this.#handler(), environment)
    this.#exports = new PeerExports(this, environment)
  }

  get scheduler(): Scheduler {
    return this.#environment.scheduler
  }

  get log(): Log {
    return this.#environment.log
  }

  get ribOuts(): RibOuts {
    return this.#environment.ribOuts
  }

  get attributes(): AttributeDb {
    return this.#environment.attributes
  }

  get subcluster(): SubclusterMark | undefined {
    return this.#environment.subcluster
  }

  get policy(): PeerPolicy {
    return this.#policy
  }

  get adjIns(): Map<Table, AdjIn> {
    return this.input.adjIns
  }

  get restartHelp(): { readonly enabled: boolean; readonly controlNode: boolean } {
    return { enabled: this.#policy.helpsRestart, controlNode: this.#policy.receive.controlNode }
  }

  get receive(): ReceiveSettings {
    return this.#receive
  }

  /** Of the session that is up; empty while it is down. */
  get families(): ReadonlyMap<Family, PeerFamily> {
    return this.#life?.families ?? noFamilies
  }

  /** Paths that the peer has in all tables. */
  get paths(): number {
    let paths = 0
    for (const adjIn of this.input.adjIns.values()) paths += adjIn.paths
    return paths
  }

  start(): void {
    this.session.start()
  }

  /** Applies settings to the running session, which is reset only where the protocol asks for it (spec bgp 16.2). */
  update(settings: SessionSettings, policy: PeerPolicy): void {
    const [before, receivedUnder] = [this.#policy, this.#receive]
    this.#policy = policy
    this.#receive = this.#receiveSettings(this.#life?.negotiated)
    this.#life?.setDecoding(policy.decode)
    const wasUp = this.#life !== undefined
    const resets = this.session.update(settings)
    if (resets.length > 0 && wasUp) {
      this.#environment.log.info(
        { peer: this.name, settings: resets },
        'BGP session reset: settings of its OPEN or connection changed'
      )
    }
    if (this.#life === undefined && (settings.adminDown || !policy.helpsRestart)) this.retention.abandon()
    const keptOut: Family[] = []
    for (const family of this.families.values()) {
      if (family.guard.setLimit(policy.prefixLimits.get(family.family.name))) keptOut.push(family.family)
      if (family.ribOut !== undefined) this.#changeExporter(family)
      const paths = this.input.adjIns.get(family.table)?.freshPaths ?? 0
      if (paths > 0) this.routesCounted(family, paths)
    }
    if (before.reflectorClient !== policy.reflectorClient || before.clusterId !== policy.clusterId) {
      this.source.clusterId = policy.clusterId
      this.source.reflectorClient = policy.reflectorClient === true
      for (const adjIn of this.input.adjIns.values()) adjIn.touch(this.scheduler)
    }
    const limitsOf = ({ prefixLimits, prefixLimitsOut }: PeerPolicy) => [prefixLimits, prefixLimitsOut]
    if (!isDeepStrictEqual(limitsOf(before), limitsOf(policy))) this.session.endLimitPause()
    for (const family of this.families.values()) this.told(family)
    judgeAgain(this, receivedUnder)
    if (this.#life === undefined) return
    const again = routesAgain(
      { receive: receivedUnder, decode: before.decode },
      { receive: this.#receive, decode: policy.decode }
    )
    const isAsked = again === 'no' ? keptOut.every(family => this.clearSoftIn(family)) : this.clearSoftIn()
    if (!isAsked && (again === 'needed' || keptOut.length > 0))
      this.session.clear({ subcode: CeaseSubcode.otherConfigurationChange })
  }

  #changeExporter(family: PeerFamily): void {
    family.changeExporter(this.#exports.exporter(family.family, this.#life!.negotiated))
  }

  /** Ends the session for good; `done` is called when nothing of the peer is left in any table. */
  delete(cause: Cease | 'silent', done: () => void): void {
    this.#deleted = done
    this.session.stop(cause)
    this.retention.abandon()
    if (this.retention.idle) this.settled()
  }

  /** Asks for everything of a family (all by default) again. False: the peer cannot, or the session is down. */
  clearSoftIn(family?: Family): boolean {
    if (this.#life?.negotiated.routeRefresh !== true) return false
    for (const each of this.families.values()) {
      if (family !== undefined && each.family !== family) continue
      each.counts.refreshRequestsSent++
      this.sendRefresh(each.family, RefreshKind.request)
    }
    return true
  }

  /** Sends everything of a family (all by default) again. */
  clearSoftOut(family?: Family): void {
    for (const each of this.families.values())
      if (family === undefined || each.family === family) each.repeat()
  }

  sendUpdates(chunks: readonly Uint8Array[], updates: number): boolean {
    const list = this.#environment.monitors?.list
    if (list !== undefined) for (const each of list) each.sent?.(this, chunks)
    return this.session.sendUpdates(chunks, updates)
  }

  get isBlocked(): boolean {
    return this.session.isBlocked
  }

  get enhancedRefresh(): boolean {
    return this.#life?.negotiated.enhancedRouteRefresh === true
  }

  sendRefresh({ afi, safi }: Family, kind: number): void {
    this.session.sendRouteRefresh({ afi, safi, kind })
  }

  sendEndOfRib(family: PeerFamily): void {
    this.sendUpdates([this.#exports.endOfRib(family.family, this.#life!.negotiated)], 1)
  }

  mayEndRib(family: Family): boolean {
    return this.#environment.mayEndRib(family, this.scheduler.now() - this.#life!.since)
  }

  endOfRib(family: PeerFamily): void {
    family.counts.endOfRibReceived++
    this.#endOfRibOver(family)
  }

  endOfRibGivenUp(family: Family): void {
    const peerFamily = this.families.get(family)
    if (peerFamily !== undefined) this.#endOfRibOver(peerFamily)
  }

  #endOfRibOver(family: PeerFamily): void {
    if (!family.endOfRibOver()) return
    this.retention.endOfRib(family.family)
    this.#environment.selection?.changed()
    if (family.family.name === 'route-target') this.#startSending()
  }

  /** What was held back after the node's start, is not any more, or not all of it. */
  selectionBegins(): void {
    this.#startSending()
  }

  #startSending(): void {
    if (this.#life !== undefined) this.#exports.begin(this.#life)
  }

  unfitToReturn(): void {
    this.#environment.log.warn(
      { peer: this.name },
      'the neighbour is back with other families than its routes are kept for: closing, and dropping them'
    )
    // Not from within the session's own call.
    this.scheduler.soon(() => this.session.clear({ subcode: CeaseSubcode.otherConfigurationChange }))
  }

  /** Its instance is there: it may come later than its neighbours, and go before them. */
  get #isHoused(): boolean {
    const { families } = this.session.settings
    return families.some(family => this.#environment.tableOf(this.instance, family) !== undefined)
  }

  /** Ends a session whose instance is gone, or is another one of the same name; no route stays or is kept. */
  leaveLostTables(): void {
    const isLost = (table: Table): boolean => this.#environment.tableOf(this.instance, table.family) !== table
    const isUpInOne = [...this.families.values()].some(({ table }) => isLost(table))
    if (isUpInOne) this.session.clear({ subcode: CeaseSubcode.otherConfigurationChange })
    // A neighbour that is away has no families, and may have routes that are kept for its return.
    if (isUpInOne || [...this.input.adjIns.keys()].some(isLost)) this.retention.abandon()
  }

  settled(): void {
    if (this.#life === undefined) this.#environment.departed?.(this)
    const deleted = this.#deleted
    this.#deleted = undefined
    deleted?.()
  }

  routesCounted(family: PeerFamily, paths: number): void {
    this.#limits.have(family, paths)
  }

  routesRemoved(family: PeerFamily): void {
    // The walk that removed them may have ended after its session.
    if (this.families.get(family.family) !== family || family.guard.blocked === 0) return
    this.routesCounted(family, this.input.adjIns.get(family.table)?.freshPaths ?? 0)
  }

  mostKept(family: Family): number {
    return mostTaken(this.#policy.prefixLimits.get(family.name))
  }

  told(family: PeerFamily): void {
    this.#limits.told(family)
  }

  maximumTold({ family }: PeerFamily): number | undefined {
    return this.#policy.prefixLimitsOut.get(family.name)
  }

  disableFamily(family: Family, error: DecodeError): void {
    this.#environment.log.warn(
      { peer: this.name, family: family.name, error: error.what },
      'family disabled after an error (RFC 7606 5.3)'
    )
    const life = this.#life!
    life.disable(family, this.#policy.decode)
    const peerFamily = life.families.get(family)
    if (peerFamily === undefined) return
    peerFamily.stop()
    life.families.delete(family)
    this.input.adjIn(peerFamily.table).sweep(this.scheduler, () => {})
    // Of what was kept for its return nothing comes again.
    this.retention.endOfRib(family)
    // What has waited for its End-of-RIB waits for nothing any more.
    this.#environment.selection?.changed()
    this.#startSending()
  }

  #handler(): SessionHandler {
    const { monitors } = this.#environment
    return {
      ready: () => this.retention.ready && this.#isHoused,
      keepsRoutes: () => !this.retention.idle,
      established: negotiated => this.#established(negotiated),
      update: (bytes, start, end) => {
        const list = monitors?.list
        if (list !== undefined) for (const each of list) each.update?.(this, bytes, start, end)
        try {
          return this.input.update(bytes, start, end, this.#life!.context)
        } catch (error) {
          this.faults.broken(error, bytes.subarray(start, end))
          throw error // to the session, which it ends
        }
      },
      stateChanged: (state, before) => {
        const list = monitors?.list
        if (list !== undefined) for (const each of list) each.stateChanged?.(this, state, before)
      },
      routeRefresh: (afi, safi, subtype) => this.#routeRefresh(afi, safi, subtype),
      keyInUse: key => this.#environment.keyInUse?.(this.name, key),
      closed: reason => this.#closed(reason),
      writable: () => {
        for (const family of this.families.values()) family.resume()
      }
    }
  }

  #receiveSettings(negotiated: Negotiated | undefined): ReceiveSettings {
    const settings = receiveSettings(this.#policy, negotiated)
    // A tenant's addresses are those of its network, whatever they are outside of it.
    if (settings.tenant) return settings
    const { local, remote } = this.session
    return {
      ...settings,
      ownAddresses: ownAddressesBeside(this.#policy.ownAddresses, local?.address, remote?.address)
    }
  }

  #established(negotiated: Negotiated): void {
    const { log, selection } = this.#environment
    const life = new SessionLife(negotiated, this.scheduler.now(), this.#policy.decode)
    this.#life = life
    this.#receive = this.#receiveSettings(negotiated)
    this.source.routerId = negotiated.peerRouterId
    this.source.as = negotiated.peerAs
    this.source.internal = !negotiated.external
    this.source.member = negotiated.member === true
    this.source.staleIsLast = !this.#policy.receive.controlNode
    this.source.severalPaths = negotiated.families.some(family => family.addPathReceive)
    this.source.address = this.#policy.tenant?.address ?? this.session.remote?.address ?? ''
    for (const { family } of negotiated.families) {
      const table = this.#environment.tableOf(this.instance, family)
      if (table === undefined) continue
      const limit = this.#policy.prefixLimits.get(family.name)
      life.families.set(family, new PeerFamily(family, table, limit, this))
    }
    this.retention.returned(negotiated)
    const families = [...life.families.keys()]
    log.info({ peer: this.name, families: families.map(family => family.name) }, 'BGP session established')
    this.#environment.sessionChanged(this, families)
    for (const each of this.#environment.monitors?.list ?? []) each.established?.(this, negotiated)
    this.#startSending()
    for (const family of this.families.values()) {
      const { endOfRibSeconds } = this.#policy
      const seconds =
        family.family.name === 'route-target'
          ? Math.min(targetsWaitSeconds, endOfRibSeconds)
          : endOfRibSeconds
      family.awaitEndOfRib(seconds, () => this.#endOfRibOver(family))
    }
    selection?.changed()
  }

  #routeRefresh(afi: number, safi: number, subtype: number): void {
    const { name, log, enhancedRefresh } = this
    const family = familyOf(afi, safi)
    const peerFamily = family === undefined ? undefined : this.families.get(family)
    if (peerFamily === undefined) {
      log.info({ peer: name, afi, safi }, 'route refresh for a family that was not negotiated')
      return
    }
    const adjIn = (): AdjIn => this.input.adjIn(peerFamily.table)
    answerRefresh(peerFamily, subtype, { peer: name, adjIn, enhanced: enhancedRefresh, log })
  }

  #closed(reason: CloseReason): void {
    const { log, sessionChanged, selection } = this.#environment
    log.warn(
      { peer: this.name, cause: reason.cause, notification: reason.notification?.text },
      `BGP session closed: ${reason.what}`
    )
    const { families, negotiated } = this.#life!
    for (const family of families.values()) family.stop()
    this.#life = undefined
    sessionChanged(this, undefined)
    selection?.changed()
    for (const each of this.#environment.monitors?.list ?? []) each.closed?.(this, reason)
    this.retention.closed(reason, negotiated)
  }
}

/** How long a peer may take to say which route targets it wants. */
const targetsWaitSeconds = 30
const noFamilies: ReadonlyMap<Family, PeerFamily> = new Map()
