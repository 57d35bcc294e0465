/**
 * A scheduler whose clock moves only when a test says so. Hours of timers pass in milliseconds, and everything that
 * the real event loop leaves open (which of several due timers runs first) is drawn from a seed: one seed, one run.
 */
import type { Scheduler, Timer } from './scheduler.js'
import { SeededRandom } from './seeded-random.js'

export interface VirtualTimeOptions {
  /** Wall clock at virtual time 0, in milliseconds since 1970. */
  readonly startedAt?: number
  /** Virtual time that each `soon` task costs. With 0, a table walk of any length happens at one instant. */
  readonly sliceMilliseconds?: number
  /** How likely `isTurnOver` is, each time somebody looks; drawn from the seed. 0: slices are as long as they can be. */
  readonly turnOverChance?: number
}

export class VirtualScheduler implements Scheduler {
  /** For whatever else should follow from the same seed. */
  readonly random: SeededRandom
  readonly #startedAt: number
  readonly #sliceMilliseconds: number
  readonly #turnOverChance: number
  readonly #timers = new TimerHeap()
  #soon: (() => void)[] = []
  #soonNext = 0
  #now = 0
  #created = 0
  #tasksAtThisInstant = 0
  #thrown: unknown[] = []

  constructor(seed = 1, options: VirtualTimeOptions = {}) {
    this.random = new SeededRandom(seed)
    this.#startedAt = options.startedAt ?? Date.UTC(2026, 0, 1)
    this.#sliceMilliseconds = options.sliceMilliseconds ?? 0
    this.#turnOverChance = options.turnOverChance ?? 0
  }

  now(): number {
    return this.#now
  }

  wallClock(): number {
    return Math.floor(this.#startedAt + this.#now)
  }

  after(ms: number, task: () => void): Timer {
    const due = this.#now + Math.max(0, ms)
    return this.#timers.add(new VirtualTimer(due, this.random.u32(), this.#created++, task, this.#timers))
  }

  soon(task: () => void): void {
    this.#soon.push(task)
  }

  get isTurnOver(): boolean {
    return this.#turnOverChance > 0 && this.random.chance(this.#turnOverChance)
  }

  /** Timers and `soon` tasks that wait; 0 means that nothing will ever happen again by itself. */
  get waiting(): number {
    return this.#timers.size + this.#soon.length - this.#soonNext
  }

  /** Lets `ms` milliseconds pass, with all that falls due in them; then throws what tasks threw, if any did. */
  run(ms: number): void {
    const until = this.#now + ms
    while (this.#step(until));
    this.#now = Math.max(this.#now, until)
    this.#tasksAtThisInstant = 0
    this.#rethrow()
  }

  /** Runs up to the task that makes the condition true. False: it did not come true within `limitMs`. */
  runUntil(condition: () => boolean, limitMs: number): boolean {
    const until = this.#now + limitMs
    while (!condition()) {
      if (!this.#step(until)) {
        this.#now = Math.max(this.#now, until)
        return condition()
      }
      this.#rethrow()
    }
    return true
  }

  /** Runs one task that is due by `until`, moving the clock to it. */
  #step(until: number): boolean {
    const timer = this.#timers.first
    const soonWaits = this.#soonNext < this.#soon.length
    const timerIsDue = timer !== undefined && timer.due <= this.#now
    if (soonWaits && !(timerIsDue && this.random.chance(0.5))) {
      this.#moveTo(this.#now + this.#sliceMilliseconds)
      this.#call(this.#takeSoon())
      return true
    }
    if (timer === undefined || timer.due > until) return false
    this.#moveTo(Math.max(this.#now, timer.due))
    this.#timers.removeFirst()
    this.#call(timer.task)
    return true
  }

  #takeSoon(): () => void {
    const task = this.#soon[this.#soonNext++]!
    if (this.#soonNext > 1024 && this.#soonNext * 2 > this.#soon.length) {
      this.#soon = this.#soon.slice(this.#soonNext)
      this.#soonNext = 0
    }
    return task
  }

  #moveTo(time: number): void {
    if (time > this.#now) this.#tasksAtThisInstant = 0
    else if (++this.#tasksAtThisInstant > tasksPerInstant) {
      throw new Error(`${tasksPerInstant} tasks ran at ${this.#now} ms and there are more: something spins`)
    }
    this.#now = time
  }

  #call(task: () => void): void {
    try {
      task()
    } catch (error) {
      this.#thrown.push(error)
    }
  }

  #rethrow(): void {
    if (this.#thrown.length === 0) return
    const thrown = this.#thrown
    this.#thrown = []
    if (thrown.length === 1) throw thrown[0]
    throw new AggregateError(thrown, `${thrown.length} tasks threw, first: ${String(thrown[0])}`)
  }
}

const tasksPerInstant = 5_000_000

class VirtualTimer implements Timer {
  pending = true
  constructor(
    readonly due: number,
    /** Drawn: the order among timers that are due at once. */
    readonly rank: number,
    readonly serial: number,
    readonly task: () => void,
    private readonly heap: TimerHeap
  ) {}

  cancel(): void {
    if (!this.pending) return
    this.pending = false
    this.heap.cancelled()
  }
}

/** A binary heap; cancelled timers stay in it until they come up or make up most of it. */
class TimerHeap {
  #heap: VirtualTimer[] = []
  #cancelled = 0

  get size(): number {
    return this.#heap.length - this.#cancelled
  }

  get first(): VirtualTimer | undefined {
    while (this.#heap.length > 0 && !this.#heap[0]!.pending) {
      this.#pop()
      this.#cancelled--
    }
    return this.#heap[0]
  }

  add(timer: VirtualTimer): VirtualTimer {
    const heap = this.#heap
    let at = heap.length
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!isBefore(timer, heap[parent]!)) break
      heap[at] = heap[parent]!
      at = parent
    }
    heap[at] = timer
    return timer
  }

  removeFirst(): void {
    this.#heap[0]!.pending = false
    this.#pop()
  }

  cancelled(): void {
    if (++this.#cancelled < 1024 || this.#cancelled * 2 < this.#heap.length) return
    const pending = this.#heap.filter(timer => timer.pending)
    this.#heap = []
    this.#cancelled = 0
    for (const timer of pending) this.add(timer)
  }

  #pop(): void {
    const heap = this.#heap
    const last = heap.pop()!
    if (heap.length === 0) return
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++
      if (!isBefore(heap[child]!, last)) break
      heap[at] = heap[child]!
      at = child
    }
    heap[at] = last
  }
}

const isBefore = (a: VirtualTimer, b: VirtualTimer): boolean =>
  a.due !== b.due ? a.due < b.due : a.rank !== b.rank ? a.rank < b.rank : a.serial < b.serial
