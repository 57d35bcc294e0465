import t from 'tap'
import { nodeView } from '../../../src/introspect/from-node/node-view.js'
import { OptionLab } from '../../bgp/peer/options/option-lab.js'
import { weft } from '../../cli/running-cli.js'
import { Cluster } from '../../support/cluster.js'
import { running } from '../running.js'

t.test('counters of a session and of the neighbor (spec bgp 18.1, T-ST-2)', async t => {
  const cluster = new Cluster()
  cluster.start()
  for (const deed of cluster.deeds) deed()
  cluster.world.run(10_000)
  const view = cluster.view('cn-a')
  const edge = () => [...view.bgp.neighbors()].find(({ name }) => name === 'edge')!
  const before = edge()
  t.match(before.session.connections, { establishments: 1 })
  t.equal(before.session.received.open, 1)
  t.ok(before.session.received.update > 0 && before.session.received.bytes > 0)
  t.ok(before.session.capabilitiesReceived.includes('multiprotocol inet'))
  t.ok(before.session.capabilitiesSent.includes('four-octet AS 64512'))
  t.match(before.session.families, [
    {
      family: 'inet',
      endOfRibReceived: true,
      endOfRibSent: true,
      restartState: 'NONE',
      inStep: true,
      pendingRoutes: 0
    }
  ])
  t.ok(before.session.families[0]!.groupSize >= 1)
  t.equal(before.session.families[0]!.reachReceived, 1)

  cluster.edge.announce('inet', '192.0.2.0/24', { asPath: '65311 64512' })
  cluster.world.run(1_000)
  t.equal(edge().session.loops.asPath, 1)
  cluster.edge.stop()
  cluster.world.run(1_000)
  const down = edge()
  t.equal(down.received.messages.open, 0, 'since the session was last up')
  t.equal(down.session.received.open, 1, 'since the node started')
  t.equal(down.session.received.notification, 1)
  t.equal(down.session.establishedAt, undefined)
  t.same(down.session.families, [])
  cluster.edge.start()
  cluster.world.until('it is back', () => cluster.edge.isEstablished)
  cluster.world.run(2_000)
  t.equal(edge().session.connections.establishments, 2)
  t.equal(edge().session.received.open, 2)

  const { port } = await running(t, view)
  const { code, out } = await weft(['ctr', 'nei', 'edge', '--port', String(port)])
  t.equal(code, 0)
  t.match(out, /^Connections +dials \d.*establishments 2/m)
  t.match(out, /^Came round +as path \d/m)
  t.match(out, /^multiprotocol inet +yes +yes$/m)
  t.match(out, /^inet +2 +1 +- +\d+ +0 +\d+ +in, out +- +-$/m)
})

t.test('options of a neighbor, as they are now; calls of strangers', async t => {
  const it = new OptionLab({ options: { holdTime: 60, md5Key: ['hunter2'] } })
  it.run(20)
  const { port, get } = await running(t, nodeView(it.lab.node, '0'))
  const options = async (name: string): Promise<unknown> => {
    const answer = await (await get(`/api/v1/neighbors/${name}`)).text()
    t.notMatch(answer, 'hunter2')
    return (JSON.parse(answer) as { options: unknown }).options
  }
  t.strictSame(await options('edge'), [
    { option: 'md5_key', value: 'one key' },
    { option: 'hold_time', value: '60' }
  ])
  t.strictSame(await options('other'), [])
  it.change({ allowAsIn: 2 })
  t.strictSame(await options('edge'), [{ option: 'allow_as_in', value: '2' }])
  t.match((await weft(['ctr', 'nei', 'edge', '--port', String(port)])).out, /^Options +allow_as_in: 2$/m)

  const stranger = it.world.network.host('10.9.9.9')
  const call = (): void => {
    stranger.connect({
      remote: { address: '10.0.0.1', port: 179 },
      connected: tcp => tcp?.attach({ received() {}, writable() {}, closed() {} })
    })
  }
  for (let i = 0; i < 10; i++) call()
  it.run(5)
  const metrics = await (await get('/metrics')).text()
  t.match(metrics, 'weft_bgp_calls_total{kind="refused"} 4\n')
  t.match(metrics, 'weft_bgp_calls_total{kind="dropped"} 6\n')
  t.match(metrics, 'weft_bgp_calls_total{kind="unauthenticated"} 0\n')
})
