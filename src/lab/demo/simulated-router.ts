/** A router of the lab's own, for machines that have none. */
import { printTable } from '../../cli/table.js'
import { NodeScheduler } from '../../runtime/node-scheduler.js'
import { NodeTransport } from '../../runtime/node-transport.js'
import { LabRouter } from '../router.js'
import type { DemoRouter, DemoRouterOptions } from './router.js'

export async function startSimulated({ as, local, node, nodeAs }: DemoRouterOptions): Promise<DemoRouter> {
  const router = new LabRouter({
    scheduler: new NodeScheduler(),
    transport: new NodeTransport(),
    name: 'edge',
    as,
    address: local.address,
    listenPort: local.port,
    families: ['inet'],
    neighbors: [{ address: node.address, as: nodeAs, port: node.port }]
  })
  router.start()
  const routes = () => [...router.routes('inet').values()]
  return {
    kind: "a simulated router (Weft's own BGP)",
    isEstablished: async () => router.isEstablished,
    routes: async () => new Map(routes().map(({ prefix, nextHop }) => [prefix, [nextHop]])),
    announce: async prefix => router.announce('inet', prefix),
    withdraw: async prefix => router.withdraw('inet', prefix),
    table: async () => ({
      command: 'what it was told',
      text: printTable(
        [
          { title: 'PREFIX', cell: ({ prefix }) => prefix },
          { title: 'NEXT HOP', cell: ({ nextHop }) => nextHop },
          { title: 'AS PATH', cell: ({ asPath }) => asPath },
          { title: 'MED', cell: ({ med = '' }) => String(med), align: 'right' },
          { title: 'COMMUNITIES', cell: ({ extendedCommunities = [] }) => extendedCommunities.join(' ') }
        ],
        routes(),
        undefined
      )
    }),
    stop: async () => router.stop()
  }
}
