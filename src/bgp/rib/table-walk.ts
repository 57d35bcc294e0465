import type { Scheduler } from '../../runtime/scheduler.js'
import type { Table } from './table.js'

export const routesPerSlice = 2048
/** So many are visited between two looks at the clock. */
const routesPerLook = 32

/**
 * Visits every route of a table, some at a time, so that keepalives, accepts and HTTP answers run in between.
 * Routes that come or go during the walk may or may not be visited: whoever needs them listens to the table too.
 */
export class TableWalk {
  #next = 0
  #stopped = false

  constructor(
    private readonly table: Table,
    private readonly scheduler: Scheduler,
    private readonly visit: (index: number) => void,
    private readonly done: () => void = () => {}
  ) {}

  start(): this {
    this.scheduler.soon(this.#slice)
    return this
  }

  /** No route is visited any more and `done` is not called. */
  stop(): void {
    this.#stopped = true
  }

  readonly #slice = (): void => {
    if (this.#stopped) return
    let left = routesPerSlice
    do {
      const end = Math.min(this.#next + routesPerLook, this.table.indexEnd)
      for (; this.#next < end; this.#next++) if (this.table.isUsed(this.#next)) this.visit(this.#next)
      left -= routesPerLook
    } while (left > 0 && this.#next < this.table.indexEnd && !this.scheduler.isTurnOver)
    if (this.#stopped) return
    if (this.#next >= this.table.indexEnd) this.done()
    else this.scheduler.soon(this.#slice)
  }
}
