import type { Path } from '../bgp/rib/path.js'
import type { Route } from '../bgp/rib/route.js'
import type { Table } from '../bgp/rib/table.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { endOfCommunities, startOfCommunities } from './communities.js'
import { Sweep } from './sweep.js'
import { everyTarget, isTarget, type TargetKey, targetKeyAt } from './target-key.js'

/**
 * Announces again the routes of a VPN table that carry certain targets, in slices (spec routing 3.3). Any path that can
 * be used counts, and not the best alone: receivers with ADD-PATH are told others too (RFC 7911).
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
    // Those that cannot be used are behind those that can.
    for (let path = route.paths; path?.feasible === true; path = path.next) {
      if (!this.#concerns(path)) continue
      this.#table.touch(route)
      return
    }
  }

  #concerns({ attributes: { bytes } }: Path): boolean {
    const start = startOfCommunities(bytes)
    if (start < 0) return false
    if (this.#targets.has(everyTarget)) return true
    const end = endOfCommunities(bytes, start)
    for (let at = start; at < end; at += 8)
      if (isTarget(bytes, at) && this.#targets.has(targetKeyAt(bytes, at))) return true
    return false
  }
}
