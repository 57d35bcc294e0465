/** The process's scheduler: the event loop's timers and immediates. */
import { performance } from 'node:perf_hooks'
import type { Scheduler, Timer } from './scheduler.js'

/** What all slices together may take of a turn of the event loop, behind the sockets and in front of the timers. */
const turnMilliseconds = 2

export class NodeScheduler implements Scheduler {
  #tasks: (() => void)[] = []
  #next = 0
  #isArmed = false
  /** Of the turn under way, or the last one. */
  #turnEndsAt = 0

  now(): number {
    return performance.now()
  }

  wallClock(): number {
    return Date.now()
  }

  after(ms: number, task: () => void): Timer {
    return new NodeTimer(performance.now() + ms, task)
  }

  get isTurnOver(): boolean {
    return performance.now() >= this.#turnEndsAt
  }

  soon(task: () => void): void {
    this.#tasks.push(task)
    this.#arm()
  }

  /** An immediate runs after the poll phase, and one that it adds waits for the next. */
  #arm(): void {
    if (this.#isArmed) return
    this.#isArmed = true
    setImmediate(this.#turn)
  }

  /** What is added meanwhile waits for the next turn, and so does what there is no time for. */
  readonly #turn = (): void => {
    this.#isArmed = false
    this.#turnEndsAt = performance.now() + turnMilliseconds
    const last = this.#tasks.length
    try {
      do this.#tasks[this.#next++]!()
      while (this.#next < last && !this.isTurnOver)
    } finally {
      if (this.#next === this.#tasks.length || this.#next > 1024) {
        this.#tasks = this.#tasks.slice(this.#next)
        this.#next = 0
      }
      if (this.#tasks.length > 0) this.#arm()
    }
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
