import type { Scheduler } from '../../runtime/scheduler.js'
import { ChangedRows } from '../rib/changed-rows.js'
import type { Path } from '../rib/path.js'
import type { Route } from '../rib/route.js'
import { RowList } from '../rib/row-list.js'
import type { Source } from '../rib/source.js'
import type { Table, TableListener } from '../rib/table.js'
import { TableWalk } from '../rib/table-walk.js'
import { type Audience, Audiences } from './audience.js'
import type { DelayCounts } from './delay-counts.js'
import type { Delivery } from './delivery.js'
import type { Departed } from './departed.js'
import type { Exporter, ReceiverLookup, Verdict } from './exporter.js'
import { Laggards } from './laggards.js'
import { Lanes } from './lanes.js'
import { Pace } from './pace.js'
import { QueueTimes } from './queue-times.js'
import type { Receiver } from './receiver.js'
import { RibOutCounts } from './rib-out-counts.js'
import { SentState } from './sent-state.js'
import { Step, type StepOwner } from './step.js'

interface Member {
  /** Not yet told that all the table was delivered. */
  joining: boolean
  /** What other rib-outs told it before: what is not told here is withdrawn before it counts as synchronised. */
  before: readonly Departed[]
}

/**
 * A delivery that is smaller waits for the next slice, where there is more to tell: small writes to a thousand
 * sockets cost more than large ones.
 */
const deliveryBytes = 64 * 1024

/** So many routes are looked at between two looks at the clock. */
const routesPerLook = 16

/**
 * The advertised state of one table towards a group of receivers that share an export policy, BGP or XMPP. A change
 * is computed, packed and encoded once, and the same buffers go to all receivers in step. One whose socket stays
 * full falls out of step and catches up by itself (`Laggards`), holding no one back; what changes meanwhile is told
 * in its last state only. (routing.md 4.1, 4.12; docs/decisions/0004)
 */
export class RibOut<State> implements TableListener, ReceiverLookup, StepOwner {
  readonly table: Table
  readonly exporter: Exporter<State>
  readonly audiences = new Audiences()
  readonly sent: SentState<State>
  /** Of those in step. */
  readonly counts = new RibOutCounts()
  readonly #scheduler: Scheduler
  readonly #members = new Map<Receiver, Member>()
  readonly #bySource = new Map<Source, Receiver>()
  readonly #step: Step
  readonly #lanes: Lanes<State>
  /** There are some, or what those that have left were told is still being read. */
  #laggards: Laggards<State> | undefined
  /** Of those out of step. */
  readonly laggardCounts = new RibOutCounts()
  readonly #delays: DelayCounts
  /** When changes came, by the number of those before them. */
  readonly #times: QueueTimes
  readonly #changed: ChangedRows
  readonly #pace: Pace | undefined
  /** Looked at since the last delivery was over; held until the next one is, for who must leave the step before. */
  readonly #settled = new RowList()
  /** What slices have had to say about them; until it is on its way. */
  #growing: Delivery | undefined
  #scheduled = false
  #firstWalk: TableWalk | undefined
  /** No route has been looked at: whoever joins now is told all by the first walk. */
  #isNew = true

  /** `delays`: how long changes waited, of those in step. */
  constructor(table: Table, exporter: Exporter<State>, scheduler: Scheduler, delays: DelayCounts) {
    this.table = table
    this.exporter = exporter
    this.#scheduler = scheduler
    this.#delays = delays
    this.#times = new QueueTimes(scheduler)
    this.#changed = new ChangedRows(table)
    if (exporter.intervalMs !== undefined)
      this.#pace = new Pace(scheduler, exporter.intervalMs, () => this.#schedule())
    this.sent = new SentState(table, this.audiences.everyone)
    this.#step = new Step(scheduler, this)
    this.#lanes = new Lanes(exporter, table, this.counts)
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

  /** Routes whose change has not been told to all of those in step. */
  get pending(): number {
    return this.#changed.size + this.#settled.count
  }

  /** Receivers that are out of step: their number is that of the queue's markers. */
  get laggardCount(): number {
    return this.#laggards?.size ?? 0
  }

  /** What the one of them furthest behind has still to be told. */
  get laggardPending(): number {
    return this.#laggards?.pending ?? 0
  }

  /** When the oldest change came that those in step have not all been told (`Scheduler.now`); undefined: none. */
  get waitingSince(): number | undefined {
    return this.#times.at(0)
  }

  /** The same of the one furthest behind of those out of step. */
  get laggardsWaitSince(): number | undefined {
    return this.#laggards?.waitingSince
  }

  /** The same of one receiver. */
  waitsSince(receiver: Receiver): number | undefined {
    return this.#step.has(receiver) ? this.waitingSince : this.#laggards?.waitsSince(receiver)
  }

  /** Nothing is left that the receiver has to be told. */
  isInSync(receiver: Receiver): boolean {
    return (
      this.#members.get(receiver)?.joining === false &&
      this.#step.isUpToDate(receiver) &&
      this.#changed.size === 0
    )
  }

  receiverOf(path: Path): Receiver | undefined {
    return this.#bySource.get(path.source)
  }

  /** The receiver is told the whole table, then each change. `before`: what it was told by those it comes from. */
  join(receiver: Receiver, before: readonly Departed[] = []): void {
    this.#members.set(receiver, { joining: true, before })
    this.audiences.welcome(receiver)
    if (receiver.source !== undefined) this.#bySource.set(receiver.source, receiver)
    if (this.#isNew) this.#step.enter(receiver)
    else this.#outOfStep().add(receiver, before.length === 0 ? 'joins' : 'moves')
  }

  /** Tells the receiver everything again, as a route refresh asks; `synchronised` follows. */
  repeat(receiver: Receiver): void {
    const member = this.#members.get(receiver)
    if (member === undefined) return
    member.joining = true
    this.#fallBehind(receiver, 'repeats')
  }

  /** The receiver leaves for another rib-out of the table, which is to `join` it with what comes back from here. */
  depart(receiver: Receiver): readonly Departed[] {
    const member = this.#members.get(receiver)
    if (member === undefined) return []
    const departed = this.#outOfStep().depart(receiver, () => this.#forgetAll())
    if (this.#leaveStep(receiver)) this.#noteSettled()
    const before = [...member.before, departed]
    member.before = []
    this.leave(receiver)
    return before
  }

  /** The receiver is told nothing more. The last one to leave ends the rib-out. */
  leave(receiver: Receiver): void {
    const member = this.#members.get(receiver)
    if (member === undefined) return
    this.#step.leave(receiver)
    this.#laggards?.remove(receiver)
    this.#members.delete(receiver)
    if (receiver.source !== undefined) this.#bySource.delete(receiver.source)
    this.audiences.forget(receiver)
    for (const each of member.before) each.release()
    if (this.#members.size === 0) this.#end()
    else this.#schedule()
  }

  /** The receiver's socket has room again. */
  resume(receiver: Receiver): void {
    if (!this.#step.has(receiver)) this.#laggards?.resume(receiver)
    else {
      this.#step.resume(receiver)
      if (this.#members.get(receiver)?.joining === true) this.#schedule()
    }
  }

  /** Of the step: the receiver holds the others up. */
  leaveBehind(receiver: Receiver): void {
    this.#fallBehind(receiver, 'lags')
  }

  /** Of the step: no one is waited for. */
  goOn(): void {
    this.#schedule()
  }

  routeChanged(index: number): void {
    if (this.#changed.has(index)) return
    if (this.table.pathsAt(index) === undefined && this.sent.state(index) === undefined) return
    if (!this.#times.isStamped) this.#times.stamp(this.#changed.taken + this.#changed.size)
    this.#changed.add(index)
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
    return this.isTold(route.index, receiver)
  }

  /** The same of a row of its table. */
  isTold(row: number, receiver: Receiver): boolean {
    return this.sent.state(row) !== undefined && this.sent.audience(row).includes(receiver)
  }

  /** Most rib-outs have nobody out of step, ever. */
  #outOfStep(): Laggards<State> {
    this.#laggards ??= new Laggards(
      this,
      this.#scheduler,
      receiver => this.#backInStep(receiver),
      () => {
        this.#laggards = undefined
      }
    )
    return this.#laggards
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#scheduler.soon(this.#slice)
  }

  readonly #slice = (): void => {
    this.#scheduled = false
    this.#times.isStamped = false
    if (this.#laggards !== undefined) this.#laggards.times.isStamped = false
    if (this.#members.size === 0 || !this.#handOut() || this.#step.waits()) return
    if (!this.#step.isDelivering) {
      this.#isNew = false
      this.#takeSome()
      this.#growing = this.#lanes.encode(this.#growing)
      if (this.#isWorthWaiting) {
        this.#schedule()
        return
      }
      this.#step.deliver(this.#growing)
      this.#growing = undefined
      if (!this.#handOut()) return
    }
    if (this.#takeable > 0 || this.#step.isDelivering) this.#schedule()
    else if (this.#firstWalk === undefined) this.#synchronise()
  }

  /** Changes that may be looked at now; the first table goes out as fast as it can. */
  get #takeable(): number {
    const { size } = this.#changed
    return this.#pace === undefined || this.#firstWalk !== undefined ? size : this.#pace.admits(size)
  }

  get #isWorthWaiting(): boolean {
    return (
      this.#takeable > 0 &&
      this.#settled.count < this.exporter.routesPerSlice &&
      this.#growing!.bytes < deliveryBytes
    )
  }

  /** False: it goes on in a later slice. */
  #handOut(): boolean {
    if (!this.#step.handOut()) {
      this.#schedule()
      return false
    }
    if (!this.#step.isDelivering && this.#growing === undefined) this.#letGoOfSettled()
    return true
  }

  #takeSome(): void {
    let left = Math.min(this.exporter.routesPerSlice, this.#takeable)
    while (left > 0) {
      const look = Math.min(routesPerLook, left)
      for (let i = 0; i < look; i++) this.#take(this.#changed.take())
      if (this.#firstWalk === undefined) this.#pace?.took(look)
      if (this.#scheduler.isTurnOver) return
      left -= look
    }
  }

  /** Compares what is to be told about a route with what was told, and queues the difference. */
  #take(index: number): void {
    const { sent, exporter, table } = this
    const best = table.usableAt(index)
    const state = best === undefined ? undefined : exporter.evaluate(table, index, best)
    const before = sent.state(index)
    if (state === undefined) {
      if (before !== undefined) {
        this.#lanes.withdraw(sent.audience(index), index, sent.label(index))
        sent.clear(index)
        exporter.release(before)
        this.#laggards?.noteChange(index)
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
          this.#laggards?.noteChange(index)
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
    this.#laggards?.noteChange(index)
  }

  #letGoOfSettled(): void {
    this.table.letGoAll(this.#settled)
    this.#settled.clear()
    const { taken, size } = this.#changed
    this.#times.dropTo(taken, taken + size, this.#told)
  }

  readonly #told = (since: number): void => this.#delays.observe(this.#scheduler.now() - since)

  /** What is on its way and has not reached it, it is told with what changes from now on. */
  #fallBehind(receiver: Receiver, why: 'repeats' | 'lags'): void {
    const hasMissedSome = this.#leaveStep(receiver)
    this.#outOfStep().add(receiver, why)
    if (hasMissedSome) this.#noteSettled()
  }

  /** True: it has missed what is, or is about to be, on its way. */
  #leaveStep(receiver: Receiver): boolean {
    const wouldHear = this.#growing !== undefined && this.#step.has(receiver)
    return this.#step.leave(receiver) || wouldHear
  }

  #noteSettled(): void {
    const { rows, count } = this.#settled
    for (let i = 0; i < count; i++) this.#laggards?.noteChange(rows[i]!)
  }

  #backInStep(receiver: Receiver): void {
    if (this.#growing !== undefined) {
      // It has been told all of this, and who has joined since it was made may not be meant by it.
      this.#step.deliver(this.#growing)
      this.#growing = undefined
      this.#schedule()
    }
    this.#step.enter(receiver)
    if (this.#takeable > 0 || this.#firstWalk !== undefined || this.#step.isDelivering) return
    this.#synchronise()
  }

  #synchronise(): void {
    for (const [receiver, member] of this.#members) {
      if (!member.joining || !this.#step.has(receiver)) continue
      if (member.before.length === 0) {
        member.joining = false
        receiver.synchronised()
      } else if (receiver.isBlocked !== true) this.#withdrawRest(receiver, member)
      if (this.#scheduler.isTurnOver) {
        this.#schedule()
        return
      }
    }
  }

  /** Withdraws, in slices, what the receiver was told elsewhere and is not told here. */
  #withdrawRest(receiver: Receiver, member: Member): void {
    const [before] = member.before
    const only = this.audiences.only(new Set([receiver]))
    const isMore = before!.read(this.exporter.routesPerSlice, this.#scheduler, index => {
      const isTold = this.sent.state(index) !== undefined && this.sent.audience(index).includes(receiver)
      if (!isTold) this.#lanes.withdraw(only, index, 0)
    })
    const delivery = this.#lanes.encode()
    delivery.address(receiver)
    delivery.handOut(this.#scheduler, () => {})
    if (!isMore) {
      before!.release()
      member.before = member.before.slice(1)
    }
    this.#schedule()
  }

  #end(): void {
    this.table.removeListener(this)
    this.#firstWalk?.stop()
    this.#step.end()
    this.#pace?.end()
    this.#growing = undefined
    this.#times.clear()
    this.#letGoOfSettled()
    this.#changed.clear(this.#scheduler)
    this.#forgetAll()
  }

  /** Those that have left for other rib-outs may still have to read what was told here. */
  #forgetAll(): void {
    if (this.#members.size > 0 || this.#laggards?.isRead === true) return
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
