import type { Route } from '../bgp/rib/route.js'
import type { Table } from '../bgp/rib/table.js'
import { TableWalk } from '../bgp/rib/table-walk.js'
import type { Scheduler } from '../runtime/scheduler.js'

/**
 * Walks a table whenever asked to, once for all who ask before the walk begins; asked while it walks, it walks once
 * more (spec routing 8.4). `begin` is called when a walk begins: what is asked for later belongs to the next one.
 */
export class Sweep {
  #walk: TableWalk | undefined
  /** A walk is to come. */
  #asked = false

  constructor(
    private readonly table: Table,
    private readonly scheduler: Scheduler,
    private readonly visit: (route: Route) => void,
    private readonly begin: () => void = () => {},
    private readonly done: () => void = () => {}
  ) {}

  get running(): boolean {
    return this.#asked || this.#walk !== undefined
  }

  request(): void {
    if (this.#asked) return
    this.#asked = true
    if (this.#walk === undefined) this.scheduler.soon(this.#start)
  }

  stop(): void {
    this.#walk?.stop()
    this.#walk = undefined
    this.#asked = false
  }

  readonly #start = (): void => {
    if (!this.#asked) return
    this.#asked = false
    this.begin()
    this.#walk = new TableWalk(
      this.table,
      this.scheduler,
      index => this.visit(this.table.at(index)!),
      this.#finished
    ).start()
  }

  readonly #finished = (): void => {
    this.#walk = undefined
    if (this.#asked) this.#start()
    else this.done()
  }
}
