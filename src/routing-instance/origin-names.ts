/**
 * Agents are told the name of the network that a route comes from (spec xmpp 5.2). What stands for it in the route
 * is an index, and the network may become known, be renamed or go after they were told: then the routes concerned
 * are told again, in slices, so that the order in which routes and configuration came makes no difference.
 */
import type { Route } from '../bgp/rib/route.js'
import type { Table } from '../bgp/rib/table.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { endOfCommunities, startOfCommunities } from './communities.js'
import type { RoutingInstance } from './instance.js'
import { originVnOf } from './origin-vn.js'
import { Sweep } from './sweep.js'
import type { VirtualNetworks } from './virtual-networks.js'

export class OriginNames {
  readonly #networks: VirtualNetworks
  readonly #instances: Iterable<RoutingInstance>
  readonly #scheduler: Scheduler
  /** What was last told for each index. */
  readonly #told = new Map<number, string | undefined>()
  /** Indexes whose name may have changed. */
  readonly #changed = new Set<number>()
  #scheduled = false

  constructor(networks: VirtualNetworks, instances: Iterable<RoutingInstance>, scheduler: Scheduler) {
    this.#networks = networks
    this.#instances = instances
    this.#scheduler = scheduler
  }

  /** The network with this index, for a route that is about to be told; undefined when unknown. */
  tell(index: number): string | undefined {
    const name = this.#networks.nameOf(index)
    this.#told.set(index, name)
    return name
  }

  /** An instance of the network with this index has come, changed or gone. */
  changed(index: number): void {
    if (!this.#told.has(index)) return
    this.#changed.add(index)
    if (this.#scheduled) return
    this.#scheduled = true
    this.#scheduler.soon(() => this.#tellAgain())
  }

  #tellAgain(): void {
    this.#scheduled = false
    const indexes = new Set<number>()
    for (const index of this.#changed) {
      const name = this.#networks.nameOf(index)
      if (name === this.#told.get(index)) continue
      indexes.add(index)
      // Until a route asks for it again nobody needs to be told.
      this.#told.delete(index)
    }
    this.#changed.clear()
    if (indexes.size === 0) return
    for (const instance of this.#instances) {
      for (const table of instance.tables.values()) {
        if (table.size > 0) this.#sweep(table, indexes)
      }
    }
  }

  #sweep(table: Table, indexes: ReadonlySet<number>): void {
    const visit = (route: Route): void => {
      if (hasOrigin(route, indexes)) table.touch(route)
    }
    new Sweep(table, this.#scheduler, visit).request()
  }
}

function hasOrigin(route: Route, indexes: ReadonlySet<number>): boolean {
  for (let path = route.paths; path !== undefined; path = path.next) {
    const { bytes } = path.attributes
    const start = startOfCommunities(bytes)
    if (start < 0) continue
    const origin = originVnOf(bytes, start, endOfCommunities(bytes, start))
    if (origin !== undefined && indexes.has(origin.index)) return true
  }
  return false
}
