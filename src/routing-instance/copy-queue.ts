import type { Route } from '../bgp/rib/route.js'
import type { Scheduler } from '../runtime/scheduler.js'

/** Makes and removes the copies of a route as the route now demands. */
export interface Copier {
  replicate(route: Route): void
}

/**
 * One route at a time. A copy may displace a path of the table that it goes to, whose own copies then have to
 * change: such routes wait until the one at hand is done, instead of nesting ever deeper. They are still done in the
 * same turn (spec routing 8.6), unless there are very many.
 */
export class CopyQueue {
  readonly #scheduler: Scheduler
  /** Held while they wait. */
  readonly #waiting = new Map<Route, Copier>()
  #busy = false
  #scheduled = false

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler
  }

  run(copier: Copier, route: Route): void {
    if (this.#busy) {
      if (this.#waiting.has(route)) return
      route.table.hold(route)
      this.#waiting.set(route, copier)
      return
    }
    this.#busy = true
    try {
      copier.replicate(route)
      if (this.#waiting.size > 0) this.#drain()
    } finally {
      this.#busy = false
    }
  }

  #drain(): void {
    let left = routesPerTurn
    for (const [route, copier] of this.#waiting) {
      if (left-- === 0) {
        this.#schedule()
        return
      }
      this.#waiting.delete(route)
      copier.replicate(route)
      route.table.letGo(route)
    }
  }

  #schedule(): void {
    if (this.#scheduled) return
    this.#scheduled = true
    this.#scheduler.soon(() => {
      this.#scheduled = false
      this.#busy = true
      try {
        this.#drain()
      } finally {
        this.#busy = false
      }
    })
  }
}

const routesPerTurn = 4096
