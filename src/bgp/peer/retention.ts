import type { Scheduler } from '../../runtime/scheduler.js'
import type { AdjIn } from '../rib/adj-in.js'
import type { CloseState } from '../rib/close-machine.js'
import {
  CloseCounts,
  type KeepTimes,
  PeerClose,
  type PeerCloseOwner,
  type SourcePaths
} from '../rib/peer-close.js'
import type { Table } from '../rib/table.js'
import type { CloseReason } from '../session/handler.js'
import type { Family } from '../wire/family.js'
import type { Negotiated } from '../wire/negotiate.js'
import { hasPreserved, hasPreservedAll, isGraceful, isRebuilt, keptFamilies } from './graceful.js'

export interface RetentionOwner {
  readonly scheduler: Scheduler
  /** All that the peer has; tables of which nothing is left are taken out. */
  readonly adjIns: Map<Table, AdjIn>
  /** This node helps neighbours to restart, and whether the neighbour is a control node. */
  readonly restartHelp: { readonly enabled: boolean; readonly controlNode: boolean }
  /** The most routes of the family that may be kept while it is away. */
  mostKept(family: Family): number
  /** What the session has agreed on does not go with the routes that are kept. */
  unfitToReturn(): void
  /** An End-of-RIB is not waited for any more. */
  endOfRibGivenUp(family: Family): void
  /** No routes of an earlier session are left. */
  settled(): void
}

/**
 * The routes of a peer beyond the life of its session: kept while it restarts, or taken out. One close machine for each
 * family, or a single one for all towards control nodes, where it is all or nothing (spec bgp 12.4).
 */
export class Retention implements PeerCloseOwner {
  readonly closeCounts = new CloseCounts()
  readonly #owner: RetentionOwner
  /** Machines under way, and the families that must come back for each. */
  readonly #closes = new Map<PeerClose, readonly Family[]>()
  /** Of the session that is up: its families, and those that have said everything. */
  #up: readonly Family[] | undefined
  readonly #ended = new Set<Family>()

  constructor(owner: RetentionOwner) {
    this.#owner = owner
  }

  get scheduler(): Scheduler {
    return this.#owner.scheduler
  }

  /** A new session may come up. */
  get ready(): boolean {
    for (const close of this.#closes.keys()) if (!close.mayReturn) return false
    return true
  }

  /** No routes of an earlier session are left. */
  get idle(): boolean {
    return this.#closes.size === 0
  }

  /** How far each table is, for operators. */
  *states(): IterableIterator<[table: Table, state: CloseState]> {
    for (const close of this.#closes.keys()) for (const { table } of close.adjIns) yield [table, close.state]
  }

  /** The session that agreed on this is lost. */
  closed(reason: CloseReason, negotiated: Negotiated): void {
    this.#up = undefined
    const { enabled, controlNode } = this.#owner.restartHelp
    // What the neighbour would not do for us, we do not do for it (RFC 8538 §4); contrail-control asks for its bit alone.
    const keepsOnNotification = controlNode
      ? negotiated.peerGracefulRestart?.notification === true
      : negotiated.gracefulNotification
    const kept =
      enabled && isGraceful(reason, keepsOnNotification) ? keptFamilies(negotiated, controlNode) : nothing
    const loose = this.#looseAdjIns()
    for (const [close, families] of this.#closes) close.close(timesOf(families, kept))
    const families = negotiated.families.map(({ family }) => family)
    if (kept.size === 0) this.#begin(loose, [], undefined)
    else if (controlNode) this.#beginTogether(loose, families, kept)
    else for (const adjIn of loose) this.#begin([adjIn], [adjIn.table.family], kept.get(adjIn.table.family))
    if (this.idle) this.#owner.settled()
  }

  /** Nothing is kept any more for a peer that is away. */
  abandon(): void {
    for (const close of this.#closes.keys()) if (close.state !== 'delete') close.close(undefined)
  }

  /** A new session is up. */
  returned(negotiated: Negotiated): void {
    this.#up = negotiated.families.map(({ family }) => family)
    this.#ended.clear()
    const { controlNode } = this.#owner.restartHelp
    for (const [close, families] of this.#closes) {
      if (controlNode) {
        if (hasPreservedAll(negotiated, families)) close.returned()
        else close.returnedUnfit()
        continue
      }
      const longLived = close.state === 'llgrStale' || close.state === 'llgrTimer'
      close.returned()
      if (!families.every(family => hasPreserved(negotiated, family, longLived))) close.synchronised()
    }
  }

  /** The session has said everything about the family, or is not waited for any more. */
  endOfRib(family: Family): void {
    this.#ended.add(family)
    for (const [close, families] of this.#closes) {
      if (families.includes(family) && families.every(each => this.#hasEnded(each))) close.synchronised()
    }
  }

  #hasEnded(family: Family): boolean {
    return this.#ended.has(family) || this.#up?.includes(family) !== true
  }

  // ---- PeerCloseOwner

  keepsAll({ table, paths }: SourcePaths): boolean {
    return paths <= this.#owner.mostKept(table.family)
  }

  closeSession(): void {
    this.#owner.unfitToReturn()
  }

  gaveUpWaiting(close: PeerClose): void {
    for (const family of this.#closes.get(close) ?? [])
      if (!this.#hasEnded(family)) this.#owner.endOfRibGivenUp(family)
  }

  finished(close: PeerClose): void {
    this.#closes.delete(close)
    if (this.#up === undefined) for (const { table } of close.adjIns) this.#owner.adjIns.delete(table)
    if (this.idle) this.#owner.settled()
  }

  /** Those with routes that no machine has yet; empty ones are taken out. */
  #looseAdjIns(): AdjIn[] {
    const { adjIns } = this.#owner
    const bound = new Set<SourcePaths>()
    for (const close of this.#closes.keys()) for (const adjIn of close.adjIns) bound.add(adjIn)
    const loose: AdjIn[] = []
    for (const [table, adjIn] of adjIns) {
      if (bound.has(adjIn)) continue
      if (adjIn.paths === 0) adjIns.delete(table)
      else loose.push(adjIn)
    }
    return loose
  }

  #beginTogether(
    adjIns: readonly AdjIn[],
    families: readonly Family[],
    kept: ReadonlyMap<Family, KeepTimes>
  ): void {
    this.#begin(
      adjIns.filter(adjIn => isRebuilt(adjIn.table.family)),
      [],
      undefined
    )
    this.#begin(
      adjIns.filter(adjIn => !isRebuilt(adjIn.table.family)),
      families,
      timesOf(families, kept)
    )
  }

  #begin(adjIns: readonly AdjIn[], families: readonly Family[], times: KeepTimes | undefined): void {
    if (adjIns.length === 0) return
    const close = new PeerClose(adjIns, this.#owner.restartHelp.controlNode, this)
    this.#closes.set(close, families)
    close.close(times)
  }
}

/** Undefined when one of the families that must be kept together is not. */
function timesOf(families: readonly Family[], kept: ReadonlyMap<Family, KeepTimes>): KeepTimes | undefined {
  let times: KeepTimes | undefined
  for (const family of families) {
    if (isRebuilt(family)) continue
    const own = kept.get(family)
    if (own === undefined) return undefined
    times = own
  }
  return times
}

const nothing: ReadonlyMap<Family, KeepTimes> = new Map()
