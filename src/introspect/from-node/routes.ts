/** Routes of a table as operators see them, one by one or in key order (introspect §3.3). */
import type { Path } from '../../bgp/rib/path.js'
import type { Route } from '../../bgp/rib/route.js'
import { Protocol } from '../../bgp/rib/source.js'
import type { Table } from '../../bgp/rib/table.js'
import type { ControlNode } from '../../control-node.js'
import type * as view from '../view/rib.js'
import { instanceOfTable } from './instance-order.js'
import { pathSourceOf } from './neighbor.js'
import { type PathContext, pathView } from './paths.js'
import { coveringKeys, KeyRange, keyRangeInside } from './prefix-range.js'
import { OrderedRoutes, passingRoute } from './route-cursor.js'

export class RouteViews {
  readonly #context: PathContext

  constructor(node: ControlNode) {
    const { instances, peers } = node
    this.#context = {
      get localAs() {
        return node.globals?.self?.localAs ?? 0
      },
      get bestPath() {
        return instances.master.table('inet')!.bestPathSettings
      },
      sourceText: ({ source }) => {
        if (source.protocol === Protocol.xmpp) return source.name
        if (source.protocol !== Protocol.bgp) return ''
        const settings = peers.settingsOf(source.name)
        return settings === undefined ? source.address : pathSourceOf(settings)
      },
      peerAs: ({ source }) => source.as,
      localAsOf: ({ source }) => peers.settingsOf(source.name)?.localAs ?? this.#context.localAs,
      virtualNetworkName: index => instances.networks.nameOf(index),
      ownNetwork: ({ table }) => instanceOfTable(node, table)?.virtualNetwork ?? 'unresolved',
      secondaryTables: (route, path) =>
        instances.replication
          .tablesOf(route, path)
          .map(({ name }) => name)
          .sort()
    }
  }

  of(route: Route): view.Route {
    const context = this.#context
    const { table } = route
    return {
      prefix: table.print(route),
      lastModified: lastModified(route),
      get paths() {
        return pathViews(route, context)
      }
    }
  }

  /** Undefined: `start` is no prefix of the family. */
  cursor(table: Table, { start, inside, covering }: view.RouteSelection): view.RouteCursor | undefined {
    const startKey = start === undefined ? undefined : table.family.parse(start)
    if (start !== undefined && startKey === undefined) return undefined
    const keys = covering === undefined ? undefined : coveringKeys(table.family, covering)
    if (keys !== undefined) return new ListedRoutes(table, new KeyRange(startKey), keys, this)
    const range = inside === undefined ? undefined : keyRangeInside(table.family, inside)
    return new RouteCursor(new OrderedRoutes(table, (range ?? new KeyRange()).from(startKey)), this)
  }
}

function lastModified(route: Route): number {
  let seconds = 0
  for (let path = route.paths; path !== undefined; path = path.next)
    seconds = Math.max(seconds, path.changedAt)
  return seconds * 1000
}

function pathViews(route: Route, context: PathContext): view.Path[] {
  const views: view.Path[] = []
  let before: Path | undefined
  for (let path = route.paths; path !== undefined; path = path.next) {
    views.push(pathView(route, path, before, context))
    before = path
  }
  return views
}

class RouteCursor implements view.RouteCursor {
  constructor(
    private readonly routes: OrderedRoutes,
    private readonly views: RouteViews
  ) {}

  next(budget: number): readonly view.Route[] | undefined {
    return this.routes.next(budget)?.map(route => this.views.of(route))
  }
}

/** Few routes that are looked up by their keys. */
class ListedRoutes implements view.RouteCursor {
  #isDone = false

  constructor(
    private readonly table: Table,
    private readonly range: KeyRange,
    private readonly keys: readonly Uint8Array[],
    private readonly views: RouteViews
  ) {}

  next(): readonly view.Route[] | undefined {
    if (this.#isDone) return undefined
    this.#isDone = true
    return this.keys.flatMap(key => {
      const route = this.range.includes(key) ? passingRoute(this.table, key) : undefined
      return route === undefined ? [] : this.views.of(route)
    })
  }
}
