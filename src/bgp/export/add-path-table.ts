import type { Scheduler } from '../../runtime/scheduler.js'
import type { Path } from '../rib/path.js'
import { Change, type RibContext, Table, type TableListener } from '../rib/table.js'
import { TableWalk } from '../rib/table-walk.js'
import { u32At } from '../wire/attributes.js'
import type { Family } from '../wire/family.js'
import { maximumKeyLength } from '../wire/nlri.js'
import { isSelected, type PathSelection, usable } from './path-selection.js'

/** Bytes of the path identifier in front of a key (RFC 7911 §3). */
export const pathIdLength = 4

/**
 * The usable paths of a table, each as a route of its own under (path id, prefix): what receivers with ADD-PATH
 * (RFC 7911) are told. To rib-outs it is a table like any other, so packing, split horizon and slow receivers are
 * the same; it exists while somebody is told from it.
 *
 * A path id says something for its prefix alone (RFC 7911 §3), so it is the lowest that no other path of the prefix
 * has, from 1. A path keeps it while it is told; its row is all that remembers it, and goes with it.
 */
export class AddPathTable implements TableListener {
  readonly table: Table
  /** How many are told a selection, for which a change of one path is a change of all. */
  selecting = 0
  readonly #of: Table
  readonly #scheduler: Scheduler
  readonly #walk: TableWalk
  /** By index of the original: the rows of its paths, in their order; the route is held while there are any. */
  readonly #told: (number[] | undefined)[] = []
  /** Where `#placeOf` goes on. */
  #place = 0
  readonly #key = new Uint8Array(maximumKeyLength + pathIdLength)

  constructor(of: Table, context: RibContext, scheduler: Scheduler) {
    this.#of = of
    this.#scheduler = scheduler
    this.table = new Table(`${of.name} (all paths)`, withPathId(of.family), context)
    of.addListener(this)
    this.#walk = new TableWalk(of, scheduler, index => this.routeChanged(index)).start()
  }

  routeChanged(index: number): void {
    const before = this.#told[index] ?? none
    const { length } = before
    const now = this.#keep(index, before)
    let changes = false
    // First, so that their ids are free.
    for (const row of before) {
      if (row === notTold) continue
      this.#withdraw(row)
      changes = true
    }
    if (this.#announce(index, now)) changes = true
    // Nothing of it is new to us: it is to be looked at again, for what receivers ask, sources are, or places are.
    if (!changes || this.selecting > 0) for (const row of now) this.table.touchAt(row)
    if (length === 0 && now.length > 0) this.#of.holdAt(index)
    while (this.#told.length <= index) this.#told.push(undefined)
    this.#told[index] = now.length > 0 ? now : undefined
    if (length > 0 && now.length === 0) this.#of.letGoAt(index)
  }

  /** The rows of the route's paths, `notTold` for new ones; they are taken out of `before`. */
  #keep(index: number, before: number[]): number[] {
    const now: number[] = []
    this.#place = 0
    for (let path = usable(this.#of.pathsAt(index)); path !== undefined; path = usable(path.next)) {
      const place = this.#placeOf(before, path)
      now.push(place < 0 ? notTold : before[place]!)
      if (place >= 0) before[place] = notTold
    }
    return now
  }

  /** Brings the route's paths to their rows, and gives new ones theirs; true when that changed any. */
  #announce(index: number, rows: number[]): boolean {
    const taken = this.#idsOf(rows)
    let changes = false
    let lowest = 1
    let n = 0
    for (let path = usable(this.#of.pathsAt(index)); path !== undefined; path = usable(path.next), n++) {
      const isNew = rows[n] === notTold
      if (isNew) while (taken[lowest]) lowest++
      const end = this.#loadKey(index, isNew ? lowest++ : this.#idOf(rows[n]!))
      const { source, attributes, flags, pathId, label, l3Label, origin } = path
      const key = this.#key
      const change = this.table.update(key, 0, end, source, attributes, flags, pathId, label, l3Label, origin)
      if (change !== Change.none) changes = true
      if (isNew) rows[n] = this.table.indexOf(key, 0, end)
    }
    return changes
  }

  /** The row under which the path of the route at `index` stands, and its id; undefined: it is not told. */
  rowOf(index: number, path: Path): { readonly id: number; readonly row: number } | undefined {
    const told = this.#told[index] ?? none
    const place = this.#placeOf(told, path)
    return place < 0 ? undefined : { id: this.#idOf(told[place]!), row: told[place]! }
  }

  /** The path that stands in `row` is one of the selection. */
  selects(row: number, path: Path, selection: PathSelection): boolean {
    const { keys } = this.table
    const index = this.#of.indexOf(keys, this.table.keyStart(row) + pathIdLength, this.table.keyEnd(row))
    return index >= 0 && isSelected(this.#of.pathsAt(index), path, selection)
  }

  /** Nobody is told from it any more: it empties itself, in slices. */
  stop(): void {
    this.#walk.stop()
    this.#of.removeListener(this)
    new TableWalk(this.#of, this.#scheduler, index => {
      const told = this.#told[index]
      if (told === undefined) return
      for (const row of told) this.#withdraw(row)
      this.#told[index] = undefined
      this.#of.letGoAt(index)
    }).start()
  }

  /**
   * Where among `rows` the path stands; -1: nowhere. It looks behind the place that it found last, and then from the
   * start: paths that are asked for in their order are found at once, be they thousands.
   */
  #placeOf(rows: readonly number[], { source, pathId, origin }: Path): number {
    for (let n = 0; n < rows.length; n++) {
      const place = (this.#place + n) % rows.length
      const row = rows[place]!
      if (row === notTold) continue
      const told = this.table.pathsAt(row)!
      if (told.source !== source || told.pathId !== pathId || told.origin !== origin) continue
      this.#place = place + 1
      return place
    }
    return -1
  }

  #idOf(row: number): number {
    return u32At(this.table.keys, this.table.keyStart(row))
  }

  /** By id: new paths may not have it. Ids above the number of paths are left out: no new one comes to them. */
  #idsOf(rows: readonly number[]): readonly boolean[] {
    const taken: boolean[] = []
    if (!rows.includes(notTold)) return taken
    for (let id = 0; id <= rows.length; id++) taken.push(false)
    for (const row of rows) {
      const id = row === notTold ? 0 : this.#idOf(row)
      if (id <= rows.length) taken[id] = true
    }
    return taken
  }

  #withdraw(row: number): void {
    this.table.removeAt(row, this.table.pathsAt(row)!)
  }

  #loadKey(index: number, id: number): number {
    const key = this.#key
    key[0] = id >>> 24
    key[1] = id >>> 16
    key[2] = id >>> 8
    key[3] = id
    const { keys } = this.#of
    let to = pathIdLength
    for (let at = this.#of.keyStart(index), end = this.#of.keyEnd(index); at < end; at++)
      key[to++] = keys[at]!
    return to
  }
}

/** The tables of all paths that somebody is told from. */
export class AddPathTables {
  readonly #tables = new Map<Table, { readonly all: AddPathTable; users: number }>()

  constructor(
    private readonly context: RibContext,
    private readonly scheduler: Scheduler
  ) {}

  /** The table of all paths of `of`, while somebody uses it. */
  find(of: Table): Table | undefined {
    return this.#tables.get(of)?.all.table
  }

  /** As `AddPathTable.rowOf`. */
  rowOf(of: Table, index: number, path: Path): { readonly id: number; readonly row: number } | undefined {
    return this.#tables.get(of)?.all.rowOf(index, path)
  }

  /** As `AddPathTable.selects`. */
  selects(of: Table, row: number, path: Path, selection: PathSelection): boolean {
    return this.#tables.get(of)?.all.selects(row, path, selection) ?? false
  }

  /** Every `use` is paired with one `leave`. `selecting`: for a selection of the paths. */
  use(of: Table, selecting = false): Table {
    let entry = this.#tables.get(of)
    if (entry === undefined) {
      entry = { all: new AddPathTable(of, this.context, this.scheduler), users: 0 }
      this.#tables.set(of, entry)
    }
    entry.users++
    if (selecting) entry.all.selecting++
    return entry.all.table
  }

  leave(of: Table, selecting = false): void {
    const entry = this.#tables.get(of)
    if (entry !== undefined && selecting) entry.all.selecting--
    if (entry === undefined || --entry.users > 0) return
    this.#tables.delete(of)
    entry.all.stop()
  }
}

function withPathId(family: Family): Family {
  return {
    ...family,
    keyLength: family.keyLength + pathIdLength,
    print: (key, start, end) => {
      const id = new DataView(key.buffer, key.byteOffset + start).getUint32(0)
      return `${family.print(key, start + pathIdLength, end)} (path ${id})`
    }
  }
}

/** In place of a row. */
const notTold = -1
const none: number[] = []
