import type { Receiver } from '../bgp/export/receiver.js'
import type { RibOut } from '../bgp/export/rib-out.js'
import type { Scheduler, Timer } from '../runtime/scheduler.js'

/** An agent is told what goes with an instance, but no longer than this if nobody waits for it. */
const longestMs = 1_000
const pollMs = 10

/**
 * An agent that leaves a table of an instance that is gone, and is told first what it must forget. Should the instance
 * come back meanwhile, what is in its new tables may be told only afterwards: a retraction says no more than the name
 * of a route, which is the same in both.
 */
export class Leaving {
  readonly #scheduler: Scheduler
  readonly #ribOut: RibOut<unknown>
  readonly #receiver: Receiver
  readonly #left: () => void
  readonly #until: number
  #isAwaited = false
  #timer: Timer | undefined

  /** `left` is called once, when it has been told all, or is to be told nothing more. */
  constructor(scheduler: Scheduler, ribOut: RibOut<unknown>, receiver: Receiver, left: () => void) {
    this.#scheduler = scheduler
    this.#ribOut = ribOut
    this.#receiver = receiver
    this.#left = left
    this.#until = scheduler.now() + longestMs
    this.#wait()
  }

  /** Somebody waits for it: the agent is told all, however long it takes. */
  await(): void {
    this.#isAwaited = true
  }

  /** The agent takes more. */
  resume(): void {
    this.#ribOut.resume(this.#receiver)
  }

  /** Nothing more is told. */
  end(): void {
    if (this.#timer === undefined) return
    this.#timer.cancel()
    this.#timer = undefined
    this.#left()
  }

  get #hasToldAll(): boolean {
    return this.#ribOut.table.size === 0 && this.#ribOut.isInSync(this.#receiver)
  }

  #wait(): void {
    this.#timer = this.#scheduler.after(pollMs, () => {
      if (this.#hasToldAll || (!this.#isAwaited && this.#scheduler.now() >= this.#until)) this.end()
      else this.#wait()
    })
  }
}
