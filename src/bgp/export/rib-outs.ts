import type { Scheduler } from '../../runtime/scheduler.js'
import type { Table } from '../rib/table.js'
import type { Exporter } from './exporter.js'
import type { Receiver } from './receiver.js'
import { RibOut } from './rib-out.js'
import type { ToldRoutes } from './told-routes.js'

/** All rib-outs of a node: receivers of one table whose exporters have the same key share one. */
export class RibOuts {
  readonly #byTable = new Map<Table, Map<string, RibOut<unknown>>>()
  readonly #scheduler: Scheduler

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  /** Joins the receiver to the rib-out of this table and policy, which is made when there is none. */
  join<State>(
    table: Table,
    receiver: Receiver,
    exporter: Exporter<State>,
    before?: ToldRoutes
  ): RibOut<State> {
    let ribOuts = this.#byTable.get(table)
    if (ribOuts === undefined) this.#byTable.set(table, (ribOuts = new Map()))
    let ribOut = ribOuts.get(exporter.key) as RibOut<State> | undefined
    if (ribOut === undefined) {
      ribOut = new RibOut(table, exporter, this.#scheduler)
      ribOuts.set(exporter.key, ribOut as RibOut<unknown>)
    }
    ribOut.join(receiver, before)
    return ribOut
  }

  /** Moves the receiver to the rib-out of another policy: it is told what differs, and loses what that one refuses. */
  move<State>(from: RibOut<State>, receiver: Receiver, exporter: Exporter<State>): RibOut<State> {
    const told = from.toldTo(receiver)
    this.leave(from, receiver)
    return this.join(from.table, receiver, exporter, told)
  }

  leave<State>(ribOut: RibOut<State>, receiver: Receiver): void {
    ribOut.leave(receiver)
    if (ribOut.receiverCount > 0) return
    const ribOuts = this.#byTable.get(ribOut.table)
    ribOuts?.delete(ribOut.exporter.key)
    if (ribOuts?.size === 0) this.#byTable.delete(ribOut.table)
  }

  of(table: Table): Iterable<RibOut<unknown>> {
    return this.#byTable.get(table)?.values() ?? []
  }

  *all(): IterableIterator<RibOut<unknown>> {
    for (const ribOuts of this.#byTable.values()) yield* ribOuts.values()
  }
}
