/** Listens to neighbours, agents and tables for as long as somebody watches, and no longer. */
import type { Table, TableListener } from '../../bgp/rib/table.js'
import type { ControlNode } from '../../control-node.js'
import type { Scheduler } from '../../runtime/scheduler.js'
import type * as view from '../view.js'
import { neighborView } from './neighbor.js'
import { type KeyRange, keyRangeInside } from './prefix-range.js'
import { RouteViews } from './routes.js'
import { agentView } from './xmpp.js'

export function watchView(node: ControlNode): view.WatchView {
  const { scheduler } = node.options
  const routes = new RouteViews(node)
  return {
    neighbors: changed => {
      const names = new ChangedNames(scheduler, name => changed({ name, now: neighborNamed(node, name) }))
      const end = node.peerMonitors.add({ stateChanged: ({ name }) => names.add(name) })
      return () => names.stop(end)
    },
    agents: changed => {
      const names = new ChangedNames(scheduler, name => {
        const agent = node.agents.peers.get(name)
        changed({ name, now: agent && agentView(node, agent) })
      })
      const end = node.agentMonitors.add(name => names.add(name))
      return () => names.stop(end)
    },
    routes: ({ table: name, inside }, changed, lost) => {
      const table = node.instances.table(name)
      const range = table && inside !== undefined ? keyRangeInside(table.family, inside) : undefined
      if (table === undefined || (inside !== undefined && range === undefined)) return undefined
      const watch = new TableWatch(table, range, scheduler, routes, changed, lost)
      return () => watch.stop()
    }
  }
}

function neighborNamed(node: ControlNode, name: string): view.BgpNeighbor | undefined {
  const peer = node.peers.get(name)
  const settings = node.peers.settingsOf(name)
  return peer && settings && neighborView(peer, settings, node.peers.optionsOf(peer.name))
}

/** Neighbours are as many as are configured, and agents as may connect: that bounds what waits here. */
class ChangedNames {
  readonly #names = new Set<string>()
  #stopped = false

  constructor(
    private readonly scheduler: Scheduler,
    private readonly tell: (name: string) => void
  ) {}

  add(name: string): void {
    if (this.#names.size === 0) this.scheduler.soon(this.#slice)
    this.#names.add(name)
  }

  stop(end: () => void): void {
    this.#stopped = true
    end()
  }

  readonly #slice = (): void => {
    let left = changesPerSlice
    for (const name of this.#names) {
      if (this.#stopped) return
      this.#names.delete(name)
      this.tell(name)
      if (--left === 0) break
    }
    if (this.#names.size > 0) this.scheduler.soon(this.#slice)
  }
}

const changesPerSlice = 64
/** Routes that have changed and are not told yet; more are lost. */
const mostWaiting = 16_384

/** One watcher of one table. A route that changes while it waits is told once, in its last state. */
class TableWatch implements TableListener {
  /** Each is held in the table. */
  #waiting = new Set<number>()
  #lost = 0
  #scheduled = false
  #stopped = false

  constructor(
    private readonly table: Table,
    private readonly range: KeyRange | undefined,
    private readonly scheduler: Scheduler,
    private readonly views: RouteViews,
    private readonly changed: (change: view.Change<view.Route>) => void,
    private readonly lost: (count: number) => void
  ) {
    table.addListener(this)
  }

  routeChanged(index: number): void {
    const { table, range } = this
    if (this.#waiting.has(index)) return
    const start = table.keyStart(index)
    if (range !== undefined && !range.includes(table.keys.subarray(start, table.keyEnd(index)))) return
    if (this.#waiting.size >= mostWaiting) {
      this.#lost++
    } else {
      table.holdAt(index)
      this.#waiting.add(index)
    }
    if (this.#scheduled) return
    this.#scheduled = true
    this.scheduler.soon(this.#slice)
  }

  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.table.removeListener(this)
    const held = this.#waiting
    this.#waiting = new Set()
    for (const index of held) this.table.letGoAt(index)
  }

  readonly #slice = (): void => {
    this.#scheduled = false
    let left = changesPerSlice
    for (const index of this.#waiting) {
      if (left-- === 0) break
      this.#waiting.delete(index)
      const route = this.table.at(index)!
      const now = this.table.pathsAt(index) === undefined ? undefined : this.views.of(route)
      this.changed({ name: this.table.print(route), now })
      this.table.letGoAt(index)
      if (this.#stopped) return
    }
    if (this.#lost > 0) {
      this.lost(this.#lost)
      this.#lost = 0
    }
    if (this.#waiting.size === 0 || this.#scheduled || this.#stopped) return
    this.#scheduled = true
    this.scheduler.soon(this.#slice)
  }
}
