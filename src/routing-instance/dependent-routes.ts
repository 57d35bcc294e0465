import type { Route } from '../bgp/rib/route.js'
import type { Table } from '../bgp/rib/table.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { endOfCommunities, startOfCommunities } from './communities.js'
import { Sweep } from './sweep.js'
import { everyTarget, isTarget, type TargetKey, targetKeyAt } from './target-key.js'

/**
 * Announces again the routes of a VPN table that carry certain targets, in slices: only the best path counts, as
 * only it is advertised (spec routing 3.3).
 */
export class DependentRoutes {
  readonly #table: Table
  readonly #sweep: Sweep
  /** For the pass that is under way, and for the one behind it. */
  #targets: ReadonlySet<TargetKey> = new Set()
  #next = new Set<TargetKey>()

  constructor(table: Table, scheduler: Scheduler) {
    this.#table = table
    this.#sweep = new Sweep(
      table,
      scheduler,
      route => this.#visit(route),
      () => {
        this.#targets = this.#next
        this.#next = new Set()
      }
    )
  }

  announceAgain(target: TargetKey): void {
    if (this.#table.size === 0) return
    this.#next.add(target)
    this.#sweep.request()
  }

  #visit(route: Route): void {
    const best = route.usable
    if (best === undefined) return
    const { bytes } = best.attributes
    const start = startOfCommunities(bytes)
    if (start < 0) return
    if (this.#targets.has(everyTarget)) {
      this.#table.touch(route)
      return
    }
    const end = endOfCommunities(bytes, start)
    for (let at = start; at < end; at += 8) {
      if (!isTarget(bytes, at) || !this.#targets.has(targetKeyAt(bytes, at))) continue
      this.#table.touch(route)
      return
    }
  }
}
