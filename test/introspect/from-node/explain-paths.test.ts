import t from 'tap'
import { noNeighbourOptions } from '../../../src/config/neighbour-options.js'
import { nodeView } from '../../../src/introspect/from-node/node-view.js'
import { LabWorld } from '../../../src/lab/world.js'
import { weft } from '../../cli/running-cli.js'
import { clusterObjects, routers, textOf } from '../../support/cluster-objects.js'
import { running } from '../running.js'

const { 'cn-a': self, edge, gateway } = routers

t.test('towards a neighbor with ADD-PATH each path is explained', async t => {
  const world = new LabWorld()
  const objects = clusterObjects.map(object =>
    JSON.stringify(object.fq_name).includes('"gateway"')
      ? (JSON.parse(JSON.stringify(object).replaceAll('route-target', 'inet')) as typeof object)
      : object
  )
  const addPath = { ...noNeighbourOptions, addPath: 'both' as const }
  const { node } = world.node({
    hostname: 'cn-a',
    address: self.address,
    objects: [textOf(objects)],
    neighbourConfig: { neighbours: new Map([[edge.address, addPath]]) }
  })
  const neighbors = [{ address: self.address, as: 64512 }]
  const router = world.router({
    name: 'edge',
    ...edge,
    families: ['inet'],
    listenPort: 179,
    neighbors,
    addPath: true
  })
  world.until('the router is up', () => router.isEstablished)
  const view = nodeView(node, '0')
  router.announce('inet', '203.0.113.0/24', { pathId: 7 })
  router.announce('inet', '203.0.113.0/24', { pathId: 8, asPath: '65311 64512' })
  world.run(3_000)
  const own = view.rib.explain('inet.0', '203.0.113.0/24', 'edge')!
  t.match(own.advertisement, {
    advertised: false,
    sent: false,
    reason: 'no path that is not its own may be told',
    paths: [
      { advertised: false, reason: 'the AS of the neighbour is in the AS path', sent: false, pathId: 0 },
      { advertised: false, reason: 'it cannot be used', sent: false, pathId: 0 }
    ]
  })

  // A second router of another AS has the prefix too: its path is told, under an id.
  const other = world.router({
    name: 'gateway',
    ...gateway,
    families: ['inet'],
    listenPort: 179,
    neighbors
  })
  world.until('the other is up', () => other.isEstablished)
  other.announce('inet', '203.0.113.0/24')
  world.run(3_000)
  const { advertisement, paths } = view.rib.explain('inet.0', '203.0.113.0/24', 'edge')!
  const at = paths.findIndex(({ source }) => source === gateway.address)
  t.match(advertisement, { advertised: true, sent: true, pending: false })
  const told = [...router.routes('inet').values()].find(({ prefix }) => prefix === '203.0.113.0/24')!
  t.match(advertisement!.paths![at], { advertised: true, sent: true, pathId: told.pathId })
  t.ok(told.pathId > 0)

  const { port } = await running(t, view)
  const { out } = await weft(['route', 'explain', '203.0.113.0/24', '--to', 'edge', '--port', String(port)])
  t.match(out, new RegExp(`path ${at + 1}: sent with path id ${told.pathId}: it can be used`))
  t.match(out, /not sent: the AS of the neighbour is in the AS path/)
})
