/** Orders of a graceful shutdown while the node runs (RFC 8326): what neighbours then hear, and who may give them. */
import t from 'tap'
import { nodeOperations } from '../../../src/introspect/from-node/operations.js'
import { IntrospectServer } from '../../../src/introspect/introspect-server.js'
import { weft } from '../../cli/running-cli.js'
import { Cluster } from '../../support/cluster.js'
import { nodeFile } from '../../support/node-file.js'

const community = '65535:0'

async function served(
  t: { teardown(end: () => Promise<void>): void },
  from: 'this-machine' | 'nobody' = 'this-machine'
) {
  const cluster = new Cluster()
  cluster.start()
  for (const deed of cluster.deeds) deed()
  cluster.world.run(10_000)
  const { node } = cluster.nodes.get('cn-a')!
  const server = new IntrospectServer({
    view: cluster.view('cn-a'),
    address: '127.0.0.1',
    port: 0,
    log: { error() {} },
    operations: { operations: nodeOperations(node, () => nodeFile), from }
  })
  const { port } = await server.start()
  t.teardown(() => server.stop())
  const post = async (path: string, headers: Record<string, string> = { 'weft-operator': 'ada' }) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/${path}`, { method: 'POST', headers })
    cluster.world.run(3_000)
    return { status: answer.status, body: (await answer.json()) as { what?: string; error?: string } }
  }
  const cli = async (...words: string[]) => {
    const done = await weft(['ctr', 'graceful-shutdown', ...words, '--port', String(port)])
    cluster.world.run(3_000)
    return done
  }
  /** What this node, of the two, tells the edge of its first route. */
  const told = (): boolean => {
    const [first] = [...cluster.edge.routes('inet', '10.0.0.1').values()]
    return first!.communities?.includes(community) === true
  }
  const flaps = () => [...node.peers].map(({ session }) => session.statistics.flaps)
  return { cluster, node, post, cli, told, flaps }
}

t.test('of a neighbour: on, shown among its options, and off', async t => {
  const { cluster, post, told, flaps } = await served(t)
  t.match(await post('neighbors/edge/graceful-shutdown?on=true'), {
    status: 200,
    body: { on: true, what: /routes of edge are told to be avoided/ }
  })
  t.equal(told(), true)
  const edge = [...cluster.view('cn-a').bgp.neighbors()].find(({ name }) => name === 'edge')!
  t.match(edge.options, [{ option: 'graceful_shutdown', value: 'true' }])
  t.match(await post('neighbors/10.0.0.11/graceful-shutdown?on=false'), { status: 200 })
  t.equal(told(), false)
  t.ok(flaps().every(count => count === 0))
})

t.test('of the node, from the command line', async t => {
  const { cli, told, flaps } = await served(t)
  const on = await cli('on', '--node')
  t.equal(on.code, 0)
  t.match(on.out, /routes of the node are told to be avoided/)
  t.equal(told(), true)
  t.equal((await cli('off', '--node')).code, 0)
  t.equal(told(), false)
  t.equal((await cli('on')).code, 2)
  t.equal((await cli('on', 'edge', '--node')).code, 2)
  t.match(await cli('on', 'nobody'), { code: 1, error: /no such neighbor/ })
  t.ok(flaps().every(count => count === 0))
})

t.test('what the file says stays until it is taken out there', async t => {
  const { node, post, told } = await served(t)
  const config = { dynamicNeighbours: [], ebgpRequiresPolicy: false, trustsTenants: false }
  const neighbours = new Map([['10.0.0.11', { gracefulShutdown: true }]])
  node.configureNeighbours({ ...config, gracefulShutdown: true, neighbours })
  t.match(await post('graceful-shutdown?on=false'), {
    status: 409,
    body: { error: /graceful_shutdown for the node/ }
  })
  t.match(await post('neighbors/edge/graceful-shutdown?on=false'), { status: 409 })
  t.equal(told(), true)
  t.match(await post('graceful-shutdown?on=true'), { status: 200 })
  node.configureNeighbours({ ...config, gracefulShutdown: false, neighbours: new Map() })
  t.match(await post('graceful-shutdown?on=false'), { status: 200 })
  t.equal(told(), false)
})

t.test('who may not', async t => {
  const nobody = await served(t, 'nobody')
  t.match(await nobody.post('graceful-shutdown?on=true'), { status: 403 })
  const { post, told } = await served(t)
  t.match(await post('graceful-shutdown?on=true', {}), { status: 403, body: { error: /weft-operator/ } })
  t.match(await post('graceful-shutdown'), { status: 400 })
  t.match(await post('neighbors/nobody/graceful-shutdown?on=true'), { status: 404 })
  t.equal(told(), false)
})
