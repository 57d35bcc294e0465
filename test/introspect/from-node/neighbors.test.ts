/** Neighbours of a node as its view has them. */
import t from 'tap'
import { nodeOperations } from '../../../src/introspect/from-node/operations.js'
import { IntrospectServer } from '../../../src/introspect/introspect-server.js'
import { Cluster } from '../../support/cluster.js'
import { masterInstance } from '../../support/cluster-objects.js'
import { nodeFile, nodeFileOf } from '../../support/node-file.js'

function settled(): Cluster {
  const cluster = new Cluster()
  cluster.start()
  for (const deed of cluster.deeds) deed()
  cluster.world.run(10_000)
  return cluster
}

t.test('a page draws its own neighbours, whichever page it is', async t => {
  const cluster = settled()
  const { node } = cluster.nodes.get('cn-a')!
  const server = new IntrospectServer({
    view: cluster.view('cn-a'),
    address: '127.0.0.1',
    port: 0,
    log: { error: fields => t.fail(JSON.stringify(fields)) },
    operations: { operations: nodeOperations(node, () => nodeFile), from: 'nobody' }
  })
  const { port } = await server.start()
  t.teardown(() => server.stop())
  const { peers } = node
  const optionsOf = peers.optionsOf.bind(peers)
  let drawn = 0
  peers.optionsOf = name => {
    drawn++
    return optionsOf(name)
  }
  const page = async (query: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/neighbors?${query}`)
    return (await answer.json()) as { neighbors: { name: string }[]; next?: string }
  }
  const names: string[] = []
  let next: string | undefined = ''
  do {
    drawn = 0
    const found = await page(`limit=1${next === '' ? '' : `&start=${encodeURIComponent(next!)}`}`)
    names.push(...found.neighbors.map(({ name }) => name))
    next = found.next
    t.ok(drawn <= 2, `${drawn} drawn for a page of one`)
  } while (next !== undefined)
  t.same(names, ['cn-b', 'edge', 'gateway'])
  t.same(
    [...cluster.view('cn-a').bgp.neighbors({ instance: masterInstance, name: 'edge' })].map(
      ({ name }) => name
    ),
    ['edge', 'gateway']
  )
})

t.test('what a session that is up has agreed on goes before what a range leaves open', async t => {
  const cluster = settled()
  const { node } = cluster.nodes.get('cn-a')!
  const range = 'bgp: { dynamic_neighbours: [{ range: 10.9.0.0/16, peer_as: [65098, 64512, 65099] }] }'
  node.configureNeighbours(nodeFileOf(range).bgp)
  const seen = () => [...cluster.view('cn-a').bgp.neighbors()].find(({ name }) => name === 'dynamic:10.9.0.7')
  const leaf = (as: number) =>
    cluster.world.router({
      name: `leaf ${as}`,
      as,
      address: '10.9.0.7',
      families: ['inet'],
      neighbors: [{ address: '10.0.0.1', as: 64512 }]
    })
  const outside = leaf(65099)
  cluster.world.until('the leaf is up', () => outside.isEstablished)
  t.match(seen(), { peerAs: 65099, peerType: 'external' })
  outside.stop()
  const inside = leaf(64512)
  cluster.world.until('the leaf is up', () => inside.isEstablished)
  t.match(seen(), { peerAs: 64512, peerType: 'internal' })
})

t.test('messages of rib-outs that are over stay counted', async t => {
  const cluster = settled()
  const view = cluster.view('cn-a')
  const told = (): number[] => [...view.rib.messagesTold()].flatMap(({ built, sent }) => [built, sent])
  const before = told()
  cluster.edge.stop()
  cluster.agent('cn-a').stop()
  cluster.world.run(20_000)
  t.ok(
    told().every((count, i) => count >= before[i]!),
    `${before} and then ${told()}`
  )
  t.ok(before.every(count => count > 0))
})
