import type { Table } from '../rib/table.js'

/**
 * What a receiver was told by the rib-out that it leaves for another of the same table: whatever the new one does
 * not tell it must be withdrawn. The routes are held until then.
 */
export class ToldRoutes {
  readonly #table: Table
  #indexes: number[] = []

  constructor(table: Table) {
    this.#table = table
  }

  get size(): number {
    return this.#indexes.length
  }

  add(index: number): void {
    this.#table.holdAt(index)
    this.#indexes.push(index)
  }

  /** Takes some out; the caller lets go of them. */
  take(count: number): number[] {
    return this.#indexes.splice(-count)
  }

  release(): void {
    for (const index of this.#indexes) this.#table.letGoAt(index)
    this.#indexes = []
  }
}
