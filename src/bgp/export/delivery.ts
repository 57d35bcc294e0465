import type { Scheduler } from '../../runtime/scheduler.js'
import type { Audience } from './audience.js'
import type { Receiver, Segment } from './receiver.js'
import type { RibOutCounts } from './rib-out-counts.js'

/**
 * What a slice has to say, on its way to the receivers: to as many in a turn of the event loop as there is time for,
 * because a thousand sockets cost more than a turn may.
 */
export class Delivery {
  readonly #audiences: Audience[] = []
  readonly #segments: Segment[] = []
  readonly #counts: RibOutCounts
  /** Of all segments. */
  bytes = 0
  /** Those that have not got it yet. */
  readonly #owed = new Set<Receiver>()

  constructor(counts: RibOutCounts) {
    this.#counts = counts
  }

  add(audience: Audience, segment: Segment): void {
    this.#counts.messagesBuilt += segment.messages
    this.#counts.reach += segment.announced
    this.#counts.unreach += segment.withdrawn
    this.bytes += segment.bytes
    this.#audiences.push(audience)
    this.#segments.push(segment)
  }

  /** From now on it is on its way to the receiver. */
  address(receiver: Receiver): void {
    this.#owed.add(receiver)
  }

  owes(receiver: Receiver): boolean {
    return this.#owed.has(receiver)
  }

  /** The receiver gets nothing of it any more; false: it has had it, or was never to have it. */
  drop(receiver: Receiver): boolean {
    return this.#owed.delete(receiver)
  }

  /** It says nothing. */
  get isEmpty(): boolean {
    return this.#segments.length === 0
  }

  /** No one is owed it any more. */
  get isOver(): boolean {
    return this.#owed.size === 0
  }

  /**
   * Hands it out as long as the turn lasts; those whose session is full are passed over. `handed` hears of everyone
   * who has got it; `writable` is false where that made it too much. False: there was no time for all.
   */
  handOut(scheduler: Scheduler, handed: (receiver: Receiver, writable: boolean) => void): boolean {
    let isFirst = true
    for (const receiver of this.#owed) {
      if (receiver.isBlocked === true) continue
      if (!isFirst && scheduler.isTurnOver) return false
      isFirst = false
      this.#owed.delete(receiver)
      handed(receiver, this.#to(receiver))
    }
    return true
  }

  #to(receiver: Receiver): boolean {
    const mine: Segment[] = []
    for (let i = 0; i < this.#segments.length; i++) {
      if (!this.#audiences[i]!.includes(receiver)) continue
      mine.push(this.#segments[i]!)
      this.#counts.messagesSent += this.#segments[i]!.messages
    }
    return mine.length === 0 || receiver.deliver(mine)
  }
}
