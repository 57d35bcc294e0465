import type { Scheduler } from '../../runtime/scheduler.js'
import { type Path, PathFlag } from '../rib/path.js'
import type { Source } from '../rib/source.js'
import { Change, type RibContext, Table, type TableListener } from '../rib/table.js'
import { TableWalk } from '../rib/table-walk.js'
import type { Family } from '../wire/family.js'
import { maximumKeyLength } from '../wire/nlri.js'

/** Bytes of the path identifier in front of a key (RFC 7911 §3). */
export const pathIdLength = 4

/**
 * The usable paths of a table, each as a route of its own under (path id, prefix): what receivers with ADD-PATH
 * (RFC 7911) are told. To rib-outs it is a table like any other, so packing, split horizon and slow receivers are
 * the same; it exists while somebody is told from it.
 */
export class AddPathTable implements TableListener {
  readonly table: Table
  readonly #of: Table
  readonly #scheduler: Scheduler
  readonly #ids: PathIds
  readonly #walk: TableWalk
  /** By index of the original: the path ids told; the route is held while there are any. */
  readonly #told: (readonly number[] | undefined)[] = []
  readonly #key = new Uint8Array(maximumKeyLength + pathIdLength)

  constructor(of: Table, context: RibContext, scheduler: Scheduler, ids: PathIds) {
    this.#of = of
    this.#scheduler = scheduler
    this.#ids = ids
    this.table = new Table(`${of.name} (all paths)`, withPathId(of.family), context)
    of.addListener(this)
    this.#walk = new TableWalk(of, scheduler, index => this.routeChanged(index)).start()
  }

  routeChanged(index: number): void {
    const before = this.#told[index] ?? none
    const now: number[] = []
    let changes = false
    for (let path = this.#of.pathsAt(index); path !== undefined; path = path.next) {
      if (!path.feasible || (path.flags & PathFlag.aliasedPath) !== 0) continue
      let id = this.#ids.of(path)
      // Copies of several routes of one source may meet on one prefix.
      while (now.includes(id)) id = (id + 1) >>> 0
      now.push(id)
      const end = this.#loadKey(index, id)
      const { source, attributes, flags, label, l3Label } = path
      this.#withdrawOther(end, source)
      const change = this.table.update(this.#key, 0, end, source, attributes, flags, 0, label, l3Label)
      if (change !== Change.none) changes = true
    }
    for (const id of before) {
      if (now.includes(id)) continue
      this.#withdrawOther(this.#loadKey(index, id), undefined)
      changes = true
    }
    // Nothing of it is new to us: it is to be looked at again, for what receivers ask or sources are.
    if (!changes)
      for (const id of now) this.table.touchAt(this.table.indexOf(this.#key, 0, this.#loadKey(index, id)))
    if (before.length === 0 && now.length > 0) this.#of.holdAt(index)
    while (this.#told.length <= index) this.#told.push(undefined)
    this.#told[index] = now.length > 0 ? now : undefined
    if (before.length > 0 && now.length === 0) this.#of.letGoAt(index)
  }

  /** The row under which the path of the route at `index` stands, and its id; undefined: it is not told. */
  rowOf(index: number, path: Path): { readonly id: number; readonly row: number } | undefined {
    const id = this.#ids.of(path)
    const row = this.table.indexOf(this.#key, 0, this.#loadKey(index, id))
    return row >= 0 && this.table.pathsAt(row)?.source === path.source ? { id, row } : undefined
  }

  /** Nobody is told from it any more: it empties itself, in slices. */
  stop(): void {
    this.#walk.stop()
    this.#of.removeListener(this)
    new TableWalk(this.#of, this.#scheduler, index => {
      const told = this.#told[index]
      if (told === undefined) return
      for (const id of told) this.#withdrawOther(this.#loadKey(index, id), undefined)
      this.#told[index] = undefined
      this.#of.letGoAt(index)
    }).start()
  }

  /** Takes out what stands under the key, unless it is `source`'s. */
  #withdrawOther(end: number, source: Source | undefined): void {
    const row = this.table.indexOf(this.#key, 0, end)
    const path = row < 0 ? undefined : this.table.pathsAt(row)
    if (path !== undefined && path.source !== source) this.table.removeAt(row, path)
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

/** Path identifiers: the same for a source and the id that it gave its path, as long as the node runs; never 0. */
export class PathIds {
  readonly #bySource = new WeakMap<Source, Map<number, number>>()
  #last = 0

  of({ source, pathId }: Path): number {
    let ids = this.#bySource.get(source)
    if (ids === undefined) this.#bySource.set(source, (ids = new Map()))
    let id = ids.get(pathId)
    if (id === undefined) ids.set(pathId, (id = this.#last = (this.#last % 0xffffffff) + 1))
    return id
  }
}

/** The tables of all paths that somebody is told from. */
export class AddPathTables {
  readonly #ids = new PathIds()
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

  /** Every `use` is paired with one `leave`. */
  use(of: Table): Table {
    let entry = this.#tables.get(of)
    if (entry === undefined) {
      entry = { all: new AddPathTable(of, this.context, this.scheduler, this.#ids), users: 0 }
      this.#tables.set(of, entry)
    }
    entry.users++
    return entry.all.table
  }

  leave(of: Table): void {
    const entry = this.#tables.get(of)
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

const none: readonly number[] = []
