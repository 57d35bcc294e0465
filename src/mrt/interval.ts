import type { Scheduler, Timer } from '../runtime/scheduler.js'

/** Calls at the full multiples of an interval of the wall clock, as files of many nodes are compared by time. */
export class Interval {
  #timer: Timer | undefined

  constructor(
    private readonly scheduler: Scheduler,
    private readonly seconds: number,
    /** Milliseconds since 1970: the multiple, whatever the timer made of it. */
    private readonly reached: (time: number) => void
  ) {}

  start(): void {
    const every = this.seconds * 1000
    const now = this.scheduler.wallClock()
    const next = (Math.floor(now / every) + 1) * every
    this.#timer = this.scheduler.after(next - now, () => {
      const reached = this.scheduler.wallClock()
      // The wall clock may have been set meanwhile, and timers go by another one.
      const isNear = Math.abs(reached - next) < every / 2
      if (isNear && reached < next) return this.start()
      this.start()
      this.reached(isNear ? next : reached)
    })
  }

  stop(): void {
    this.#timer?.cancel()
  }
}
