import type { Scheduler } from '../../runtime/scheduler.js'
import type { Audience } from './audience.js'
import type { Delivery } from './delivery.js'
import { Departed } from './departed.js'
import { History } from './history.js'
import { Lanes } from './lanes.js'
import { QueueTimes } from './queue-times.js'
import type { Receiver } from './receiver.js'
import type { RibOut } from './rib-out.js'

interface Position {
  /** The next route index of the table to tell; the walk is over when it reaches the table's end. */
  index: number
  walking: boolean
  /** The next place in the history. */
  place: number
  blocked: boolean
  /** When it came to be walking (`Scheduler.now`). */
  readonly since: number
}

/**
 * The receivers of a rib-out that are out of step: those that have just joined, and those whose socket was full for
 * too long. Each has a position: first in the table, if it is to be told everything, then in the history of what
 * changed meanwhile. Receivers at the same position go on together, so a thousand that join at once cost one walk.
 */
export class Laggards<State> {
  /** Of the history. */
  readonly times: QueueTimes
  readonly #ribOut: RibOut<State>
  readonly #scheduler: Scheduler
  readonly #caughtUp: (receiver: Receiver) => void
  readonly #over: () => void
  readonly #positions = new Map<Receiver, Position>()
  /** Those that were not told anything before. */
  readonly #newcomers = new Set<Receiver>()
  /**
   * Newcomers that may have been told routes that are not meant for them: by a walk before they asked for a repetition,
   * or by this rib-out before they left it for another. Their walk takes those back.
   */
  readonly #perhapsTold = new Set<Receiver>()
  /** Those that have left, and may have been told what they must lose. */
  readonly #departed = new Set<Departed>()
  readonly #history: History
  readonly #lanes: Lanes<State>
  /** On its way, and where those stand who have got it. */
  #delivery: Delivery | undefined
  #target: Position | undefined
  #scheduled = false

  /** `over`: nobody is out of step any more, and nothing is read of what those were told that have left. */
  constructor(
    ribOut: RibOut<State>,
    scheduler: Scheduler,
    caughtUp: (receiver: Receiver) => void,
    over: () => void
  ) {
    this.#ribOut = ribOut
    this.#scheduler = scheduler
    this.#caughtUp = caughtUp
    this.#over = over
    this.#history = new History(ribOut.table)
    this.times = new QueueTimes(scheduler)
    this.#lanes = new Lanes(ribOut.exporter, ribOut.table, ribOut.laggardCounts)
  }

  get size(): number {
    return this.#positions.size
  }

  /** Changes that the one furthest behind has still to be told, beside the rest of its walk. */
  get pending(): number {
    let oldest = this.#history.end
    for (const { place } of this.#positions.values()) oldest = Math.min(oldest, place)
    return this.#history.end - oldest
  }

  /** Since when the receiver has something to be told (`Scheduler.now`); undefined: it has nothing. */
  waitsSince(receiver: Receiver): number | undefined {
    const position = this.#positions.get(receiver)
    if (position === undefined) return undefined
    if (position.walking) return position.since
    return position.place < this.#history.end ? this.times.at(position.place) : undefined
  }

  /** The earliest of all of them. */
  get waitingSince(): number | undefined {
    let earliest: number | undefined
    for (const receiver of this.#positions.keys()) {
      const since = this.waitsSince(receiver)
      if (since !== undefined && (earliest === undefined || since < earliest)) earliest = since
    }
    return earliest
  }

  /**
   * Who joins, comes from another rib-out or repeats is told the whole table first. Who lags has a full socket, and
   * `resume` follows. Who repeats while it lags keeps its place: routes that have gone meanwhile stand in the history
   * alone.
   */
  add(receiver: Receiver, why: 'joins' | 'moves' | 'repeats' | 'lags'): void {
    const place = this.#positions.get(receiver)?.place ?? this.#history.end
    const blocked = why === 'lags'
    this.#ribOut.laggardCounts.left++
    this.#delivery?.drop(receiver)
    if (why === 'joins' || why === 'moves') this.#newcomers.add(receiver)
    if (why !== 'joins' && this.#newcomers.has(receiver)) this.#perhapsTold.add(receiver)
    const since = this.#scheduler.now()
    this.#positions.set(receiver, { index: 0, walking: !blocked, place, blocked, since })
    if (!blocked) this.#schedule()
  }

  remove(receiver: Receiver): void {
    this.#newcomers.delete(receiver)
    this.#perhapsTold.delete(receiver)
    this.#delivery?.drop(receiver)
    if (this.#positions.delete(receiver)) this.#clearIfAlone()
  }

  /** Any receiver of the rib-out, before it is removed: what it has been told stays readable. `over`: no more. */
  depart(receiver: Receiver, over: () => void): Departed {
    const place = this.#positions.get(receiver)?.place ?? this.#history.end
    const departed = new Departed(receiver, this.#ribOut.sent, this.#history, place, () => {
      this.#departed.delete(departed)
      this.#clearIfAlone()
      over()
    })
    this.#departed.add(departed)
    return departed
  }

  /** What some who have left were told is still being read. */
  get isRead(): boolean {
    return this.#departed.size > 0
  }

  resume(receiver: Receiver): void {
    const position = this.#positions.get(receiver)
    if (position === undefined) return
    position.blocked = false
    this.#schedule()
  }

  /** The receivers in step have just been told about the route. */
  noteChange(index: number): void {
    if (this.#positions.size === 0 && this.#departed.size === 0) return
    if (!this.times.isStamped) this.times.stamp(this.#history.end)
    this.#history.append(index)
    if (this.#history.sparse) this.#compact()
  }

  #clearIfAlone(): void {
    if (this.#positions.size > 0 || this.#departed.size > 0) return
    this.#history.clear(this.#scheduler)
    this.times.clear()
    this.#delivery = this.#target = undefined
    this.#over()
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#scheduler.soon(this.#slice)
  }

  /** Takes the one furthest behind, and all that stand where it stands, one slice on. */
  readonly #slice = (): void => {
    this.#scheduled = false
    if (this.#delivery === undefined) this.#prepare()
    this.#handOut()
  }

  #prepare(): void {
    const group = this.#furthestBehind()
    if (group.length === 0) return
    const target = { ...this.#positions.get(group[0]!)! }
    if (target.walking) this.#walk(target, group)
    else this.#replay(target)
    this.#target = target
    this.#delivery = this.#lanes.encode()
    for (const receiver of group) this.#delivery.address(receiver)
  }

  /** Whoever is passed over stays where it stands. */
  #handOut(): void {
    if (this.#delivery === undefined) return
    if (this.#delivery.handOut(this.#scheduler, this.#handed)) this.#delivery = this.#target = undefined
    if (this.#positions.size > 0) this.#schedule()
  }

  readonly #handed = (receiver: Receiver, writable: boolean): void => {
    const target = this.#target!
    const since = this.#positions.get(receiver)?.since ?? target.since
    this.#positions.set(receiver, { ...target, blocked: !writable, since })
    if (!target.walking && target.place >= this.#history.end && writable) this.#finish(receiver)
  }

  #walk(position: Position, group: readonly Receiver[]): void {
    const { sent, exporter } = this.#ribOut
    const begin = position.index
    let room = exporter.routesPerSlice
    const end = Math.min(sent.end, begin + 4 * room)
    while (position.index < end && room > 0) {
      if (this.#isTimeToStop(position.index - begin)) break
      const index = position.index++
      const state = sent.state(index)
      if (state === undefined) continue
      const hearers = this.#hearers(index)
      this.#lanes.announce(hearers, index, state, sent.label(index), sent.l3Label(index))
      if (hearers !== sent.audience(index)) this.#leaveOut(index, hearers, group)
      room--
    }
    if (position.index >= sent.end) position.walking = false
  }

  /** When the route was told, the one who joins may not have been there to be left out. */
  #hearers(index: number): Audience {
    const { sent, table, exporter, audiences } = this.#ribOut
    const best = table.usableAt(index)
    if (best === undefined) return sent.audience(index)
    return audiences.both(
      sent.audience(index),
      exporter.audience(table, index, best, audiences, this.#ribOut)
    )
  }

  /** Newcomers that are not told of the route are none of its audience: should that change, they must be told. */
  #leaveOut(index: number, hearers: Audience, group: readonly Receiver[]): void {
    const { sent, audiences } = this.#ribOut
    const told = sent.audience(index)
    const untold = group.filter(
      receiver => this.#newcomers.has(receiver) && told.includes(receiver) && !hearers.includes(receiver)
    )
    if (untold.length === 0) return
    sent.setAudience(index, audiences.minus(told, audiences.only(new Set(untold))))
    const perhapsTold = untold.filter(receiver => this.#perhapsTold.has(receiver))
    if (perhapsTold.length > 0)
      this.#lanes.withdraw(audiences.only(new Set(perhapsTold)), index, sent.label(index))
  }

  #replay(position: Position): void {
    const { sent, exporter, audiences } = this.#ribOut
    const begin = position.place
    let room = exporter.routesPerSlice
    while (position.place < this.#history.end && room > 0) {
      if (this.#isTimeToStop(position.place - begin)) break
      const index = this.#history.at(position.place++)
      if (index < 0) continue
      const state = sent.state(index)
      const audience = state === undefined ? audiences.nobody : sent.audience(index)
      if (state !== undefined)
        this.#lanes.announce(audience, index, state, sent.label(index), sent.l3Label(index))
      const others = audiences.minus(audiences.everyone, audience)
      if (!others.empty) this.#lanes.withdraw(others, index, sent.label(index))
      room--
    }
  }

  #isTimeToStop(steps: number): boolean {
    return steps > 0 && steps % stepsPerLook === 0 && this.#scheduler.isTurnOver
  }

  #furthestBehind(): Receiver[] {
    let group: Receiver[] = []
    let behind: Position | undefined
    for (const [receiver, position] of this.#positions) {
      if (position.blocked || receiver.isBlocked === true) continue
      const order = behind === undefined ? -1 : compare(position, behind)
      if (order < 0) {
        behind = position
        group = [receiver]
      } else if (order === 0) {
        group.push(receiver)
      }
    }
    return group
  }

  #finish(receiver: Receiver): void {
    this.#ribOut.laggardCounts.returned++
    this.#positions.delete(receiver)
    this.#newcomers.delete(receiver)
    this.#perhapsTold.delete(receiver)
    this.#clearIfAlone()
    this.#caughtUp(receiver)
  }

  #compact(): void {
    let oldest = this.#history.end
    for (const { place } of this.#positions.values()) oldest = Math.min(oldest, place)
    for (const { place } of this.#departed) oldest = Math.min(oldest, place)
    const moved = this.#history.compact(oldest)
    this.times.move(moved)
    for (const position of this.#positions.values()) position.place = moved(position.place)
    for (const departed of this.#departed) departed.place = moved(departed.place)
    if (this.#target !== undefined) this.#target.place = moved(this.#target.place)
  }
}

/** Routes and gaps that are looked at between two looks at the clock. */
const stepsPerLook = 32

/** Negative: `a` has more to do. */
function compare(a: Position, b: Position): number {
  if (a.place !== b.place) return a.place - b.place
  if (a.walking !== b.walking) return a.walking ? -1 : 1
  return a.index - b.index
}
