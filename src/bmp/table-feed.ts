import type { AttributeSet } from '../bgp/rib/attribute-set.js'
import { ChangedRows } from '../bgp/rib/changed-rows.js'
import type { Path } from '../bgp/rib/path.js'
import type { Source } from '../bgp/rib/source.js'
import type { Table, TableListener } from '../bgp/rib/table.js'
import { TableWalk } from '../bgp/rib/table-walk.js'
import type { Scheduler } from '../runtime/scheduler.js'

/** One path as the station has been told it; one object per view and path id, however many routes have it. */
export interface Told {
  readonly pathId: number
  /** What it was told of is down: the station has forgotten it by itself (RFC 7854 §4.9). */
  isOver: boolean
}

/** What the station was told of one route. */
interface Said<T extends Told> {
  readonly told: T
  readonly attributes: AttributeSet
  readonly label: number
  readonly l3Label: number
}

/** What a feed tells, and whether there is room for it. */
export interface FeedOutput<T extends Told> {
  /** The paths of the route that the station is to know, each with what stands for it; `path` as it is now. */
  wanted(table: Table, index: number, tell: (told: T, path: Path) => void): void
  /** False: there is no message for it. */
  announce(table: Table, index: number, told: T, path: Path): boolean
  withdraw(table: Table, index: number, told: T): void
  hasRoom(): boolean
  /** Nothing is left that has to be told. */
  caughtUp(table: Table): void
}

const routesPerSlice = 256

/**
 * Keeps what a station knows of one table in step with it: a change marks its route, and slices tell the difference,
 * in the routes' last state, as fast as the station takes it. What waits is bounded by the table.
 */
export class TableFeed<T extends Told> implements TableListener {
  readonly #changed: ChangedRows
  /** By index: what the station was told; such a route is held. */
  readonly #said: (readonly Said<T>[] | undefined)[] = []
  #walk: TableWalk | undefined
  #scheduled = false
  #stopped = false

  constructor(
    readonly table: Table,
    private readonly scheduler: Scheduler,
    private readonly output: FeedOutput<T>
  ) {
    this.#changed = new ChangedRows(table)
    table.addListener(this)
    this.lookAgain()
  }

  /** Each route is looked at once more, in slices: what of it is wanted is not as it was. */
  lookAgain(): void {
    this.#walk?.stop()
    this.#walk = new TableWalk(
      this.table,
      this.scheduler,
      index => this.routeChanged(index),
      () => {
        this.#walk = undefined
        this.resume()
      }
    ).start()
  }

  routeChanged(index: number): void {
    this.#changed.add(index)
    this.resume()
  }

  /** There may be room again, or something more to say. */
  resume(): void {
    if (this.#scheduled || this.#stopped) return
    this.#scheduled = true
    this.scheduler.soon(this.#slice)
  }

  stop(): void {
    this.#stopped = true
    this.table.removeListener(this)
    this.#walk?.stop()
    this.#changed.clear(this.scheduler)
    const said = this.#said
    new TableWalk(this.table, this.scheduler, index => {
      if (said[index] === undefined) return
      said[index] = undefined
      this.table.letGoAt(index)
    }).start()
  }

  readonly #slice = (): void => {
    this.#scheduled = false
    if (this.#stopped) return
    let left = routesPerSlice
    while (this.#changed.size > 0 && left-- > 0) {
      if (!this.output.hasRoom()) return
      this.#tell(this.#changed.take())
    }
    if (this.#changed.size > 0) {
      this.resume()
      return
    }
    if (this.#walk === undefined) this.output.caughtUp(this.table)
  }

  #tell(index: number): void {
    const { table, output } = this
    const before = this.#said[index]
    const now: Said<T>[] = []
    output.wanted(table, index, (told, path) => {
      const { attributes, label, l3Label } = path
      const same = before?.find(
        said =>
          said.told === told &&
          said.attributes === attributes &&
          said.label === label &&
          said.l3Label === l3Label
      )
      if (same !== undefined) now.push(same)
      // What cannot be said is withdrawn: the station must not keep what was there before it.
      else if (output.announce(table, index, told, path)) now.push({ told, attributes, label, l3Label })
    })
    for (const { told } of before ?? [])
      if (!told.isOver && !now.some(said => said.told === told)) output.withdraw(table, index, told)
    while (this.#said.length < index) this.#said.push(undefined)
    this.#said[index] = now.length === 0 ? undefined : now
    if (before === undefined && now.length > 0) table.holdAt(index)
    if (before !== undefined && now.length === 0) table.letGoAt(index)
    table.letGoAt(index)
  }
}

export const isFrom = (source: Source, path: Path): boolean =>
  path.source === source && path.origin === undefined
