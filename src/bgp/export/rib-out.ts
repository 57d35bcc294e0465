import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import type { Path } from '../rib/path.js'
import type { Route } from '../rib/route.js'
import type { Source } from '../rib/source.js'
import type { Table, TableListener } from '../rib/table.js'
import { TableWalk } from '../rib/table-walk.js'
import { type Audience, Audiences } from './audience.js'
import type { Exporter, ReceiverLookup, Verdict } from './exporter.js'
import { Laggards } from './laggards.js'
import { Lanes } from './lanes.js'
import type { Receiver } from './receiver.js'
import { RibOutCounts } from './rib-out-counts.js'
import { SentState } from './sent-state.js'
import { ToldRoutes } from './told-routes.js'

/** How long those in step wait for one whose socket is full, before they go on without it. */
export const patienceMs = 100

/** Who left the step stays impatiently watched for so long: it is not waited for again. */
const impatienceMs = 10_000

interface Member {
  /** Its socket is full. */
  blocked: boolean
  /** When it last fell out of step, on the scheduler's clock. */
  laggedAt: number
  /** In step: told of each change as it is encoded. */
  inStep: boolean
  /** Not yet told that all the table was delivered. */
  joining: boolean
  /** What another rib-out told it before: what is not told here is withdrawn before it counts as synchronised. */
  before: ToldRoutes | undefined
}

/**
 * The advertised state of one table towards a group of receivers that share an export policy, BGP or XMPP. A change
 * is computed, packed and encoded once, and the same buffers go to all receivers in step. One whose socket stays
 * full falls out of step and catches up by itself (`Laggards`), holding no one back; what changes meanwhile is told
 * in its last state only. (routing.md 4.1, 4.12; docs/decisions/0004)
 */
export class RibOut<State> implements TableListener, ReceiverLookup {
  readonly table: Table
  readonly exporter: Exporter<State>
  readonly audiences = new Audiences()
  readonly sent: SentState<State>
  /** Of those in step. */
  readonly counts = new RibOutCounts()
  readonly #scheduler: Scheduler
  readonly #members = new Map<Receiver, Member>()
  readonly #bySource = new Map<Source, Receiver>()
  readonly #lanes: Lanes<State>
  readonly #laggards: Laggards<State>
  /** Routes to look at, oldest first, from `#next` on; each is held and stands here once. */
  #changed: number[] = []
  #next = 0
  #isChanged = new Uint8Array(64)
  /** Looked at in this slice; held until it is encoded, because that reads their keys. */
  readonly #settled: number[] = []
  #scheduled = false
  #patience: Timer | undefined
  #firstWalk: TableWalk | undefined
  /** No route has been looked at: whoever joins now is told all by the first walk. */
  #isNew = true
  #blockedInStep = 0

  constructor(table: Table, exporter: Exporter<State>, scheduler: Scheduler) {
    this.table = table
    this.exporter = exporter
    this.#scheduler = scheduler
    this.sent = new SentState(table, this.audiences.everyone)
    this.#lanes = new Lanes(exporter, table, this.counts)
    this.#laggards = new Laggards(this, scheduler, receiver => this.#backInStep(receiver))
    table.addListener(this)
    this.#firstWalk = new TableWalk(
      table,
      scheduler,
      index => this.routeChanged(index),
      () => {
        this.#firstWalk = undefined
        this.#schedule()
      }
    ).start()
  }

  get receivers(): IterableIterator<Receiver> {
    return this.#members.keys()
  }

  get receiverCount(): number {
    return this.#members.size
  }

  /** Routes whose change has not been told to those in step. */
  get pending(): number {
    return this.#changed.length - this.#next
  }

  /** Receivers that are out of step: their number is that of the queue's markers. */
  get laggardCount(): number {
    return this.#laggards.size
  }

  /** Of those out of step, and what the one furthest behind has still to be told. */
  get laggardCounts(): RibOutCounts {
    return this.#laggards.counts
  }

  get laggardPending(): number {
    return this.#laggards.pending
  }

  /** Nothing is left that the receiver has to be told. */
  isInSync(receiver: Receiver): boolean {
    const member = this.#members.get(receiver)
    if (member === undefined) return false
    return member.inStep && !member.blocked && !member.joining && this.pending === 0
  }

  receiverOf(path: Path): Receiver | undefined {
    return this.#bySource.get(path.source)
  }

  /** The receiver is told the whole table, then each change. `before`: what it was told by the rib-out it comes from. */
  join(receiver: Receiver, before?: ToldRoutes): void {
    const inStep = this.#isNew
    const laggedAt = Number.NEGATIVE_INFINITY
    this.#members.set(receiver, { blocked: false, laggedAt, inStep, joining: true, before })
    this.audiences.welcome(receiver)
    if (receiver.source !== undefined) this.#bySource.set(receiver.source, receiver)
    if (!inStep) this.#laggards.add(receiver, 'joins')
  }

  /** Tells the receiver everything again, as a route refresh asks; `synchronised` follows. */
  repeat(receiver: Receiver): void {
    const member = this.#members.get(receiver)
    if (member === undefined) return
    member.joining = true
    this.#leaveStep(member)
    this.#laggards.add(receiver, 'repeats')
  }

  /** What the receiver has been told, or would be told next while it is out of step. */
  toldTo(receiver: Receiver): ToldRoutes {
    const told = new ToldRoutes(this.table)
    for (let index = 0; index < this.sent.end; index++) {
      if (this.sent.state(index) !== undefined && this.sent.audience(index).includes(receiver))
        told.add(index)
    }
    return told
  }

  /** The receiver is told nothing more. The last one to leave ends the rib-out. */
  leave(receiver: Receiver): void {
    const member = this.#members.get(receiver)
    if (member === undefined) return
    this.#leaveStep(member)
    this.#laggards.remove(receiver)
    this.#members.delete(receiver)
    if (receiver.source !== undefined) this.#bySource.delete(receiver.source)
    this.audiences.forget(receiver)
    member.before?.release()
    if (this.#members.size === 0) this.#end()
    else this.#schedule()
  }

  /** The receiver's socket has room again. */
  resume(receiver: Receiver): void {
    const member = this.#members.get(receiver)
    if (member === undefined) return
    if (!member.inStep) {
      this.#laggards.resume(receiver)
    } else if (member.blocked) {
      member.blocked = false
      if (--this.#blockedInStep === 0) this.#schedule()
    }
  }

  routeChanged(index: number): void {
    if (index >= this.#isChanged.length) {
      const grown = new Uint8Array(Math.max(index + 1, this.#isChanged.length * 2))
      grown.set(this.#isChanged)
      this.#isChanged = grown
    }
    if (this.#isChanged[index] === 1) return
    if (this.table.pathsAt(index) === undefined && this.sent.state(index) === undefined) return
    this.#isChanged[index] = 1
    this.table.holdAt(index)
    this.#changed.push(index)
    this.#schedule()
  }

  /** Whether and why the route is told to the receiver, by the rules and not by what was sent. */
  explain(route: Route, receiver: Receiver): Verdict {
    return this.exporter.explain(route, receiver)
  }

  /** The route has been announced to the receiver, or is about to be when it is out of step. */
  isAdvertised(route: Route, receiver: Receiver): boolean {
    // Of all its paths, some have been told.
    if (route.table !== this.table) return this.explain(route, receiver).advertised
    return this.sent.state(route.index) !== undefined && this.sent.audience(route.index).includes(receiver)
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#scheduler.soon(this.#slice)
  }

  readonly #slice = (): void => {
    this.#scheduled = false
    if (this.#members.size === 0 || this.#waitForBlocked()) return
    this.#isNew = false
    const { routesPerSlice } = this.exporter
    const end = Math.min(this.#next + routesPerSlice, this.#changed.length)
    for (let i = this.#next; i < end; i++) this.#take(this.#changed[i]!)
    this.#next = end
    if (end === this.#changed.length || end >= 16 * routesPerSlice) {
      this.#changed = this.#changed.slice(end)
      this.#next = 0
    }
    this.#deliver()
    if (this.#next < this.#changed.length) this.#schedule()
    else if (this.#firstWalk === undefined) this.#synchronise()
  }

  /** Compares what is to be told about a route with what was told, and queues the difference. */
  #take(index: number): void {
    const { sent, exporter, table } = this
    this.#isChanged[index] = 0
    const best = table.usableAt(index)
    const state = best === undefined ? undefined : exporter.evaluate(table, index, best)
    const before = sent.state(index)
    if (state === undefined) {
      if (before !== undefined) {
        this.#lanes.withdraw(sent.audience(index), index, sent.label(index))
        sent.clear(index)
        exporter.release(before)
        this.#laggards.noteChange(index)
        this.table.letGoAt(index)
      }
    } else {
      this.#announce(index, best!, state, before)
    }
    this.#settled.push(index)
  }

  #announce(index: number, best: Path, state: State, before: State | undefined): void {
    const { sent, exporter, table } = this
    const { label, l3Label } = best
    const audience = exporter.audience(table, index, best, this.audiences, this)
    if (before === undefined) {
      if (audience.empty) {
        exporter.release(state)
        return
      }
      table.holdAt(index)
      this.#lanes.announce(audience, index, state, label, l3Label)
    } else {
      const audienceBefore = sent.audience(index)
      const unchanged = exporter.same(before, state) && sent.labelsAre(index, label, l3Label)
      if (audience !== audienceBefore) {
        const leaving = this.audiences.minus(audienceBefore, audience)
        if (!leaving.empty) this.#lanes.withdraw(leaving, index, sent.label(index))
        if (audience.empty) {
          sent.clear(index)
          exporter.release(before)
          exporter.release(state)
          this.#laggards.noteChange(index)
          this.table.letGoAt(index)
          return
        }
      }
      const hearers: Audience = unchanged ? this.audiences.minus(audience, audienceBefore) : audience
      if (unchanged && hearers.empty && audience === audienceBefore) {
        exporter.release(state)
        return
      }
      if (!hearers.empty) this.#lanes.announce(hearers, index, state, label, l3Label)
      exporter.release(before)
    }
    sent.set(index, state, audience, label, l3Label)
    this.#laggards.noteChange(index)
  }

  #deliver(): void {
    const delivery = this.#lanes.encode()
    for (let i = 0; i < this.#settled.length; i++) this.table.letGoAt(this.#settled[i]!)
    this.#settled.length = 0
    for (const [receiver, member] of this.#members) {
      if (!member.inStep || delivery.to(receiver)) continue
      member.blocked = true
      this.#blockedInStep++
    }
  }

  /** True: someone in step is blocked and worth waiting for. */
  #waitForBlocked(): boolean {
    for (const [receiver, member] of this.#members) {
      if (receiver.isBlocked !== true || !member.inStep || member.blocked) continue
      member.blocked = true
      this.#blockedInStep++
    }
    if (this.#blockedInStep === 0) return false
    const now = this.#scheduler.now()
    for (const [receiver, member] of this.#members) {
      if (member.inStep && member.blocked && now - member.laggedAt < impatienceMs)
        this.#eject(receiver, member)
    }
    if (this.#blockedInStep === 0) return false
    this.#patience ??= this.#scheduler.after(patienceMs, () => {
      this.#patience = undefined
      for (const [receiver, member] of this.#members) {
        if (member.inStep && member.blocked) this.#eject(receiver, member)
      }
      this.#schedule()
    })
    return true
  }

  #eject(receiver: Receiver, member: Member): void {
    member.laggedAt = this.#scheduler.now()
    this.#leaveStep(member)
    this.#laggards.add(receiver, 'lags')
  }

  #leaveStep(member: Member): void {
    if (member.inStep && member.blocked) this.#blockedInStep--
    member.inStep = false
    member.blocked = false
    if (this.#blockedInStep === 0) this.#schedule()
  }

  #backInStep(receiver: Receiver): void {
    const member = this.#members.get(receiver)
    if (member === undefined) return
    member.inStep = true
    if (this.#next >= this.#changed.length && this.#firstWalk === undefined) this.#synchronise()
  }

  #synchronise(): void {
    for (const [receiver, member] of this.#members) {
      if (!member.joining || !member.inStep) continue
      if (member.before !== undefined) {
        this.#withdrawRest(receiver, member, member.before)
        continue
      }
      member.joining = false
      receiver.synchronised()
    }
  }

  /** Withdraws, in slices, what the receiver was told elsewhere and is not told here. */
  #withdrawRest(receiver: Receiver, member: Member, before: ToldRoutes): void {
    const only = this.audiences.only(new Set([receiver]))
    const indexes = before.take(this.exporter.routesPerSlice)
    for (const index of indexes) {
      const isTold = this.sent.state(index) !== undefined && this.sent.audience(index).includes(receiver)
      if (!isTold) this.#lanes.withdraw(only, index, 0)
    }
    this.#lanes.encode().to(receiver)
    for (const index of indexes) this.table.letGoAt(index)
    if (before.size === 0) member.before = undefined
    this.#schedule()
  }

  #end(): void {
    this.table.removeListener(this)
    this.#firstWalk?.stop()
    this.#patience?.cancel()
    this.#laggards.end()
    for (let i = this.#next; i < this.#changed.length; i++) this.table.letGoAt(this.#changed[i]!)
    this.#changed = []
    this.#next = 0
    new TableWalk(this.table, this.#scheduler, index => this.#forget(index)).start()
  }

  #forget(index: number): void {
    const state = this.sent.state(index)
    if (state === undefined) return
    this.sent.clear(index)
    this.exporter.release(state)
    this.table.letGoAt(index)
  }
}
