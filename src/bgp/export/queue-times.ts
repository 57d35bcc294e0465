import type { Scheduler } from '../../runtime/scheduler.js'

/** What comes within so many milliseconds of a stamp counts as come with it. */
const grainMs = 1

/**
 * When the entries of a queue came, by position: one stamp for all that came together, so that it costs next to
 * nothing per entry. Positions only grow, until all `move` together.
 */
export class QueueTimes {
  /** What comes now comes with what came last. Whoever takes from the queue sets it to false. */
  isStamped = false
  #positions: number[] = []
  #times: number[] = []
  #first = 0

  constructor(private readonly scheduler: Scheduler) {}

  /** Something comes at that position, and more may, up to the next stamp. */
  stamp(position: number): void {
    this.isStamped = true
    const now = this.scheduler.now()
    const last = this.#times.length - 1
    if (last >= this.#first && now - this.#times[last]! < grainMs) return
    this.#positions.push(position)
    this.#times.push(now)
  }

  /** When the entry at the position came, or one that came with it (`Scheduler.now`); undefined: nothing is there. */
  at(position: number): number | undefined {
    let [low, high] = [this.#first, this.#positions.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#positions[middle]! <= position) low = middle + 1
      else high = middle
    }
    return this.#times[Math.max(low - 1, this.#first)]
  }

  /** Everything in front of the position is done with; `done` hears when it came. `end`: that of the queue. */
  dropTo(position: number, end: number, done: (since: number) => void): void {
    if (this.#first === this.#positions.length) return
    while (this.#first < this.#positions.length) {
      const behind = this.#positions[this.#first + 1] ?? end
      if (behind > position) break
      done(this.#times[this.#first++]!)
    }
    if (this.#first < this.#positions.length && this.#first < 1024) return
    this.#positions = this.#positions.slice(this.#first)
    this.#times = this.#times.slice(this.#first)
    this.#first = 0
  }

  /** Entries have moved together, in order. */
  move(moved: (position: number) => number): void {
    const [positions, times] = [this.#positions.slice(this.#first), this.#times.slice(this.#first)]
    this.clear()
    for (let i = 0; i < positions.length; i++) {
      const position = moved(positions[i]!)
      // Nothing is left between two stamps at one position: what lies there came with the later one.
      const last = this.#positions.length - 1
      if (position === this.#positions[last]) this.#times[last] = times[i]!
      else {
        this.#positions.push(position)
        this.#times.push(times[i]!)
      }
    }
  }

  clear(): void {
    this.#positions = []
    this.#times = []
    this.#first = 0
    this.isStamped = false
  }
}
