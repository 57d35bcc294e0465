import type { Scheduler, Timer } from '../runtime/scheduler.js'
import type { Connection, ConnectionHandler } from '../runtime/transport.js'

/** How long the other end has to close its side. */
const lingerMs = 5_000

/**
 * Closes a connection in order, and by force when the other end does not take part: nothing that is not counted as a
 * session any more stays open for long.
 */
export class Farewell implements ConnectionHandler {
  readonly #timer: Timer

  constructor(connection: Connection, scheduler: Scheduler) {
    this.#timer = scheduler.after(lingerMs, () => connection.destroy())
    connection.end()
  }

  received(): void {}
  writable(): void {}

  closed(): void {
    this.#timer.cancel()
  }
}
