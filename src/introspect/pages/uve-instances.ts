/** UVEs of virtual networks: what their routing instances' tables hold (introspect §5.7). */
import { type Field, map, struct, text, u64 } from '../sandesh/schema.js'
import type { Table, TableFamilyName } from '../view.js'
import { uveKind } from './uve-kind.js'

/** Tables of the instances of one virtual network. */
interface NetworkTables {
  readonly network: string
  readonly tables: readonly Table[]
}

const tableStats = struct<Table>('RoutingTableStats', [
  u64('prefixes', 2, t => t.counts.prefixes),
  u64('primary_paths', 3, t => t.counts.primaryPaths),
  u64('secondary_paths', 4, t => t.counts.secondaryPaths),
  u64('infeasible_paths', 5, t => t.counts.infeasiblePaths),
  // Infeasible paths are counted in once more, unlike on the pages (introspect §0.18).
  u64('total_paths', 6, t => t.counts.primaryPaths + t.counts.secondaryPaths + t.counts.infeasiblePaths)
])

const familyStats = (name: string, identifier: number, family: TableFamilyName): Field<NetworkTables> =>
  map(
    name,
    identifier,
    tableStats,
    n => new Map(n.tables.filter(t => t.family === family).map(t => [t.instance, t])),
    { aggtype: 'union', tags: '.__key' }
  )

export const instanceStatsUve = uveKind<NetworkTables>({
  message: 'RoutingInstanceStats',
  struct: struct('RoutingInstanceStatsData', [
    text('name', 1, n => n.network, { key: 'ObjectVNTable' }),
    familyStats('raw_ipv4_stats', 3, 'inet'),
    familyStats('raw_ipv6_stats', 5, 'inet6'),
    familyStats('raw_inetvpn_stats', 7, 'l3vpn'),
    familyStats('raw_inet6vpn_stats', 9, 'l3vpn-inet6'),
    familyStats('raw_rtarget_stats', 11, 'rtarget'),
    familyStats('raw_evpn_stats', 13, 'evpn'),
    familyStats('raw_ermvpn_stats', 15, 'ermvpn'),
    familyStats('raw_mvpn_stats', 17, 'mvpn')
  ]),
  key: n => n.network,
  position: n => n.network,
  objects: function* (view, after) {
    const networks = new Map<string, Table[]>()
    for (const instance of view.instances.instances()) {
      const tables = networks.get(instance.virtualNetwork)
      if (tables === undefined) networks.set(instance.virtualNetwork, [...instance.tables])
      else tables.push(...instance.tables)
    }
    const names = [...networks.keys()].sort()
    for (const network of names) {
      if (after === undefined || network > after) yield { network, tables: networks.get(network)! }
    }
  }
})
