import type { Scheduler } from '../../runtime/scheduler.js'
import type { Path } from '../rib/path.js'
import type { Table } from '../rib/table.js'
import type { Family } from '../wire/family.js'
import type { AddPathTables } from './add-path-table.js'
import { DelayCounts } from './delay-counts.js'
import type { Departed } from './departed.js'
import type { Exporter } from './exporter.js'
import type { PathSelection } from './path-selection.js'
import type { Receiver } from './receiver.js'
import { RibOut } from './rib-out.js'

/** All rib-outs of a node: receivers of one table whose exporters have the same key share one. */
export class RibOuts {
  /** By family: how long changes have waited until those in step had been told; of all rib-outs there ever were. */
  readonly delays = new Map<Family, DelayCounts>()
  /** Messages of rib-outs that are over, by the class of their exporter: what was counted once stays counted. */
  readonly ended = new Map<unknown, { built: number; sent: number }>()
  readonly #byTable = new Map<Table, Map<string, RibOut<unknown>>>()
  readonly #scheduler: Scheduler
  readonly #allPaths: AddPathTables | undefined

  /** Without `allPaths`, exporters that tell all paths cannot join. */
  constructor(scheduler: Scheduler, allPaths?: AddPathTables) {
    this.#scheduler = scheduler
    this.#allPaths = allPaths
  }

  /** Joins the receiver to the rib-out of this table and policy, which is made when there is none. */
  join<State>(
    table: Table,
    receiver: Receiver,
    exporter: Exporter<State>,
    before?: readonly Departed[]
  ): RibOut<State> {
    const from = exporter.allPaths === true ? this.#allPaths!.use(table, exporter.selectsPaths) : table
    let ribOuts = this.#byTable.get(from)
    if (ribOuts === undefined) this.#byTable.set(from, (ribOuts = new Map()))
    let ribOut = ribOuts.get(exporter.key) as RibOut<State> | undefined
    if (ribOut === undefined) {
      ribOut = new RibOut(from, exporter, this.#scheduler, this.#delaysOf(table))
      ribOuts.set(exporter.key, ribOut as RibOut<unknown>)
    }
    ribOut.join(receiver, before)
    return ribOut
  }

  /** `table` is the one that the receiver joined with. */
  leave<State>(table: Table, ribOut: RibOut<State>, receiver: Receiver): void {
    ribOut.leave(receiver)
    this.#left(table, ribOut)
  }

  /** Moves the receiver to the rib-out of another policy: it is told what differs, and loses what that one refuses. */
  move<State>(
    table: Table,
    from: RibOut<State>,
    receiver: Receiver,
    exporter: Exporter<State>
  ): RibOut<State> {
    const told = from.depart(receiver)
    // In this order, or the table of all paths would go and come again.
    const keepsAll = exporter.allPaths === true
    if (keepsAll) this.#allPaths!.use(table)
    this.#left(table, from)
    const ribOut = this.join(table, receiver, exporter, told)
    if (keepsAll) this.#allPaths!.leave(table)
    return ribOut
  }

  /** The id under which a path is told to receivers with ADD-PATH, and its place in their table. */
  pathIdOf(
    table: Table,
    index: number,
    path: Path
  ): { readonly id: number; readonly row: number } | undefined {
    return this.#allPaths?.rowOf(table, index, path)
  }

  /** As `AddPathTable.selects`, of the table that has all paths of `of`. */
  selects(of: Table, row: number, path: Path, selection: PathSelection): boolean {
    return this.#allPaths?.selects(of, row, path, selection) ?? false
  }

  /** Those that tell what is in the table, be it the best paths or all. */
  *of(table: Table): IterableIterator<RibOut<unknown>> {
    yield* this.#byTable.get(table)?.values() ?? []
    const all = this.#allPaths?.find(table)
    if (all !== undefined) yield* this.#byTable.get(all)?.values() ?? []
  }

  *all(): IterableIterator<RibOut<unknown>> {
    for (const ribOuts of this.#byTable.values()) yield* ribOuts.values()
  }

  #delaysOf({ family }: Table): DelayCounts {
    let delays = this.delays.get(family)
    if (delays === undefined) this.delays.set(family, (delays = new DelayCounts()))
    return delays
  }

  #left<State>(table: Table, ribOut: RibOut<State>): void {
    if (ribOut.receiverCount === 0) {
      const ribOuts = this.#byTable.get(ribOut.table)
      ribOuts?.delete(ribOut.exporter.key)
      if (ribOuts?.size === 0) this.#byTable.delete(ribOut.table)
      this.#noteEnded(ribOut)
    }
    const { allPaths, selectsPaths } = ribOut.exporter
    if (allPaths === true) this.#allPaths!.leave(table, selectsPaths)
  }

  #noteEnded<State>({ exporter, counts, laggardCounts }: RibOut<State>): void {
    const total = this.ended.get(exporter.constructor) ?? { built: 0, sent: 0 }
    total.built += counts.messagesBuilt + laggardCounts.messagesBuilt
    total.sent += counts.messagesSent + laggardCounts.messagesSent
    this.ended.set(exporter.constructor, total)
  }
}
