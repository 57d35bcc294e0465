import type { Scheduler } from '../../runtime/scheduler.js'
import type { History } from './history.js'
import type { Receiver } from './receiver.js'
import type { SentState } from './sent-state.js'

/** Routes that are looked at between two looks at the clock. */
const stepsPerLook = 256

/**
 * What a receiver was told by the rib-out that it has left for another of the same table: whatever the new one does
 * not tell it must be withdrawn. Nothing is copied: it reads what that rib-out has told, as it is by then, and the
 * history of what has changed since.
 */
export class Departed {
  /** The next place in the history. */
  place: number
  readonly #receiver: Receiver
  readonly #sent: SentState<unknown>
  readonly #history: History
  readonly #over: (departed: Departed) => void
  /** The next route index to look at. */
  #index = 0

  /** `over` is called by `release`. */
  constructor(
    receiver: Receiver,
    sent: SentState<unknown>,
    history: History,
    place: number,
    over: (departed: Departed) => void
  ) {
    this.#receiver = receiver
    this.#sent = sent
    this.#history = history
    this.place = place
    this.#over = over
  }

  /**
   * Visits up to `most` routes that the receiver may have been told, as long as the turn lasts; their keys are valid
   * until the next call. False: that was all.
   */
  read(most: number, scheduler: Scheduler, visit: (index: number) => void): boolean {
    let left = most
    for (let steps = 1; left > 0; steps++) {
      const index = this.#next()
      if (index === undefined) return false
      if (index >= 0) {
        visit(index)
        left--
      }
      if (steps % stepsPerLook === 0 && scheduler.isTurnOver) break
    }
    return true
  }

  /** It is not read any more. */
  release(): void {
    this.#over(this)
  }

  /** -1: the receiver was not told of the route at hand; undefined: there are no more. */
  #next(): number | undefined {
    if (this.#index < this.#sent.end) {
      const index = this.#index++
      const wasTold =
        this.#sent.state(index) !== undefined && this.#sent.audience(index).includes(this.#receiver)
      return wasTold ? index : -1
    }
    return this.place < this.#history.end ? this.#history.at(this.place++) : undefined
  }
}
