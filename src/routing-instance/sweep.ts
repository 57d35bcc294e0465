import type { Route } from '../bgp/rib/route.js'
import type { Table } from '../bgp/rib/table.js'
import { TableWalk } from '../bgp/rib/table-walk.js'
import type { Scheduler } from '../runtime/scheduler.js'

/**
 * Walks a table whenever asked to, once for all who ask before it starts; asked while it walks, it walks once more
 * (spec routing 8.4). `begin` is called when a pass starts: what is asked for later belongs to the next one.
 */
export class Sweep {
  #walk: TableWalk | undefined
  #again = false

  constructor(
    private readonly table: Table,
    private readonly scheduler: Scheduler,
    private readonly visit: (route: Route) => void,
    private readonly begin: () => void = () => {},
    private readonly done: () => void = () => {}
  ) {}

  get running(): boolean {
    return this.#walk !== undefined
  }

  request(): void {
    if (this.#walk !== undefined) {
      this.#again = true
      return
    }
    this.begin()
    this.#walk = new TableWalk(this.table, this.scheduler, this.visit, this.#finished).start()
  }

  stop(): void {
    this.#walk?.stop()
    this.#walk = undefined
    this.#again = false
  }

  readonly #finished = (): void => {
    this.#walk = undefined
    if (this.#again) {
      this.#again = false
      this.request()
    } else {
      this.done()
    }
  }
}
