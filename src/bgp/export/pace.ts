import type { Scheduler, Timer } from '../../runtime/scheduler.js'

/**
 * The minimum route advertisement interval of a rib-out (RFC 4271 §9.2.1.1): changes go out in bursts, and between the
 * end of one and the start of the next is an interval, so that no route is told twice within it. The first change after
 * a quiet time goes at once, and so does the first table of a rib-out, which is none of its changes.
 */
export class Pace {
  /** Of the burst under way: changes that are still to be taken. */
  #left = 0
  #pause: Timer | undefined

  /** `goOn`: the interval is over. */
  constructor(
    private readonly scheduler: Scheduler,
    private readonly intervalMs: number,
    private readonly goOn: () => void
  ) {}

  /** How many of the changes that wait may be taken now; what comes during a burst is for the next one. */
  admits(waiting: number): number {
    if (this.#pause !== undefined) return 0
    if (this.#left === 0) this.#left = waiting
    return Math.min(this.#left, waiting)
  }

  took(changes: number): void {
    this.#left = Math.max(0, this.#left - changes)
    if (this.#left > 0) return
    this.#pause = this.scheduler.after(this.intervalMs, () => {
      this.#pause = undefined
      this.goOn()
    })
  }

  end(): void {
    this.#pause?.cancel()
  }
}
