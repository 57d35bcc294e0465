/** The process's scheduler: the event loop's timers and immediates. */
import { performance } from 'node:perf_hooks'
import type { Scheduler, Timer } from './scheduler.js'

export class NodeScheduler implements Scheduler {
  now(): number {
    return performance.now()
  }

  wallClock(): number {
    return Date.now()
  }

  after(ms: number, task: () => void): Timer {
    return new NodeTimer(performance.now() + ms, task)
  }

  /** An immediate runs after the poll phase, and what it adds waits for the next one: one slice per turn. */
  soon(task: () => void): void {
    setImmediate(task)
  }
}

/** `setTimeout` fires at once beyond this. */
const longestTimeout = 2 ** 31 - 1

class NodeTimer implements Timer {
  #timeout: NodeJS.Timeout

  constructor(
    private readonly due: number,
    private readonly task: () => void
  ) {
    this.#timeout = this.#arm()
  }

  cancel(): void {
    clearTimeout(this.#timeout)
  }

  #arm(): NodeJS.Timeout {
    return setTimeout(() => this.#fire(), Math.min(Math.max(1, this.due - performance.now()), longestTimeout))
  }

  /** The loop counts whole milliseconds, so a timeout may come up to one early. */
  #fire(): void {
    if (performance.now() < this.due) this.#timeout = this.#arm()
    else this.task()
  }
}
