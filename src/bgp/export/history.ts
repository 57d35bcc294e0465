import type { Route } from '../rib/route.js'
import type { Table } from '../rib/table.js'

/**
 * The routes that were told to the receivers in step while others were out of step, oldest first. A route stands
 * here once: told again, it moves to the end. So a receiver that catches up skips intermediate states, and the
 * history never holds more entries than twice the table (docs/decisions/0004).
 */
export class History {
  #entries: (Route | undefined)[] = []
  /** Route index -> position, or -1. */
  #positions = new Int32Array(0)
  #live = 0

  constructor(private readonly table: Table) {}

  /** One behind the last position. */
  get end(): number {
    return this.#entries.length
  }

  at(position: number): Route | undefined {
    return this.#entries[position]
  }

  append(route: Route): void {
    const { index } = route
    if (index >= this.#positions.length) this.#growPositions(index)
    const before = this.#positions[index]!
    if (before >= 0) {
      this.#entries[before] = undefined
    } else {
      this.table.hold(route)
      this.#live++
    }
    this.#positions[index] = this.#entries.length
    this.#entries.push(route)
  }

  /** More gaps than entries: worth a `compact`. */
  get sparse(): boolean {
    return this.#entries.length > 2 * this.#live + 1024
  }

  /**
   * Drops the gaps and all in front of `oldest`, the first position that anyone still needs; gives where each old
   * position lies now.
   */
  compact(oldest: number): (position: number) => number {
    const moved = new Int32Array(this.#entries.length + 1)
    const kept: (Route | undefined)[] = []
    for (let position = 0; position < this.#entries.length; position++) {
      moved[position] = kept.length
      const route = this.#entries[position]
      if (route === undefined) continue
      if (position < oldest) {
        this.#drop(route)
      } else {
        this.#positions[route.index] = kept.length
        kept.push(route)
      }
    }
    moved[this.#entries.length] = kept.length
    this.#entries = kept
    return position => moved[position]!
  }

  clear(): void {
    for (const route of this.#entries) if (route !== undefined) this.#drop(route)
    this.#entries = []
  }

  #drop(route: Route): void {
    this.#positions[route.index] = -1
    this.#live--
    this.table.letGo(route)
  }

  #growPositions(index: number): void {
    const grown = new Int32Array(Math.max(index + 1, this.#positions.length * 2, 64)).fill(-1)
    grown.set(this.#positions)
    this.#positions = grown
  }
}
