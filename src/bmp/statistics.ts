/** What statistics reports say (RFC 7854 §4.8): of a neighbour, and of a loc-RIB (RFC 9069 §5.5). */
import type { BgpPeer } from '../bgp/peer/bgp-peer.js'
import type { Table } from '../bgp/rib/table.js'
import type { Statistic } from './messages.js'

/** Types of §4.8; those that say 64 bits are gauges, the others counters. */
const Type = {
  clusterListLoops: 3,
  asPathLoops: 4,
  originatorIdLoops: 5,
  adjInRoutes: 7,
  locRibRoutes: 8,
  familyAdjInRoutes: 9,
  familyLocRibRoutes: 10,
  updatesTreatedAsWithdraw: 11
} as const

export function peerStatistics({ input, families, adjIns, paths }: BgpPeer): Statistic[] {
  const { loops, treatedAsWithdraw } = input.errors
  return [
    { type: Type.clusterListLoops, value: loops.clusterList, bits: 32 },
    { type: Type.asPathLoops, value: loops.asPath, bits: 32 },
    { type: Type.originatorIdLoops, value: loops.originatorId, bits: 32 },
    { type: Type.adjInRoutes, value: paths, bits: 64 },
    ...[...families.values()].map(({ family, table }): Statistic => {
      const value = adjIns.get(table)?.paths ?? 0
      return { type: Type.familyAdjInRoutes, value, bits: 64, family }
    }),
    { type: Type.updatesTreatedAsWithdraw, value: treatedAsWithdraw, bits: 32 }
  ]
}

export function locRibStatistics(tables: Iterable<Table>): Statistic[] {
  let routes = 0
  const byFamily: Statistic[] = []
  for (const { family, size } of tables) {
    routes += size
    byFamily.push({ type: Type.familyLocRibRoutes, value: size, bits: 64, family })
  }
  return [{ type: Type.locRibRoutes, value: routes, bits: 64 }, ...byFamily]
}
