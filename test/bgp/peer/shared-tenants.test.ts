/** Machines that share a client of BGP as a service (spec bgp 17.1), in a whole node. */
import t from 'tap'
import { nodeView } from '../../../src/introspect/from-node/node-view.js'
import type { ApiObject } from '../../support/cluster-objects.js'
import { instanceOf } from '../../support/cluster-objects.js'
import { type Client, nodeAddress, portRange, TenantScene } from '../../support/tenants.js'

const one: Client = { name: 'one', as: 65001, address: '10.1.0.3', sourcePort: 50000 }
const last: Client = { name: 'last', network: 'blue', as: 65003, address: '10.1.0.5', sourcePort: 50512 }
const [compute, other] = ['10.61.0.21', '10.61.0.22']

/** The service as the API has it, which refers to the client's bgp-router. */
const service = (shared: boolean, client: Client = one): ApiObject => ({
  type: 'bgp_as_a_service',
  fq_name: ['default-domain', 'demo', 'service'],
  bgpaas_shared: shared,
  autonomous_system: client.as,
  bgp_router_refs: [{ to: [...instanceOf(client.network ?? 'red').split(':'), client.name] }]
})

/** A machine behind that compute node and port, with a route of its own. */
function machine(scene: TenantScene, client: Client, computeNode: string, port: number, prefix: string) {
  const router = scene.router({ ...client, name: `${computeNode} ${port}` }, computeNode, port)
  scene.until(`${computeNode} ${port} is up`, () => router.isEstablished)
  router.announce('inet', prefix)
  scene.run(1)
  return router
}

const closes = (router: ReturnType<typeof machine>) => router.sessions.get(nodeAddress)!.closes
const names = (scene: TenantScene): string[] =>
  [...nodeView(scene.node, '1').bgp.neighbors()].map(({ name }) => name).filter(name => /one|last/.test(name))

t.test('T-BAAS-1 machines that call from ports above the range have sessions of their own', async t => {
  const scene = new TenantScene({ clients: [one, last] })
  const routers = [
    machine(scene, one, compute, 50000, '203.0.113.0/32'),
    machine(scene, one, compute, 50513, '203.0.113.1/32'),
    machine(scene, one, compute, 51026, '203.0.113.2/32'),
    machine(scene, one, other, 50513, '203.0.113.3/32'),
    machine(scene, last, compute, 51025, '203.0.113.4/32')
  ]
  scene.run(600)
  for (const router of routers) t.same([router.isEstablished, closes(router)], [true, []])
  t.same(names(scene), [
    'last',
    'last@10.61.0.21/51025',
    'one',
    'one@10.61.0.21/50513',
    'one@10.61.0.21/51026',
    'one@10.61.0.22/50513'
  ])
  t.equal(scene.table('inet').size, 4)
  t.equal(scene.table('inet', 'blue').size, 1)
  routers[1]!.stop()
  scene.run(1)
  t.equal(scene.table('inet').size, 3, 'its routes alone go')
})

t.test('T-BAAS-3 the same machine calls again: its own old session makes way, no other', async t => {
  const scene = new TenantScene({ clients: [one] })
  const first = machine(scene, one, compute, 50000, '203.0.113.0/32')
  const second = machine(scene, one, compute, 50513, '203.0.113.1/32')
  const again = machine(scene, one, compute, 50513, '203.0.113.2/32')
  t.equal(closes(second).length, 1)
  second.stop('silent')
  scene.until('it stays', () => again.isEstablished)
  t.same(closes(first), [])
})

t.test(
  'of a shared client machines of two compute nodes call from one port, and none is thrown out',
  async t => {
    const scene = new TenantScene({ clients: [one], objects: [service(true)] })
    t.same(names(scene), [], 'nobody has called yet')
    const routers = [compute, other].map((at, i) => machine(scene, one, at, 50000, `203.0.113.${i}/32`))
    const both = '198.51.100.0/24'
    for (const router of routers) router.announce('inet', both)
    scene.run(600)
    for (const router of routers) t.same([router.isEstablished, closes(router)], [true, []])
    t.same(names(scene), ['one@10.61.0.21/50000', 'one@10.61.0.22/50000'])
    const paths = () =>
      nodeView(scene.node, '1').rib.route(`${instanceOf('red')}.inet.0`, both)?.paths.length ?? 0
    t.equal(paths(), 2, 'each has its own path')
    routers[0]!.stop()
    scene.run(1)
    t.equal(paths(), 1)
    t.ok(routers[1]!.isEstablished)
  }
)

t.test('a machine that is gone is forgotten, and so are all with their client', async t => {
  const scene = new TenantScene({ clients: [one], objects: [service(true)] })
  const first = machine(scene, one, compute, 50000, '203.0.113.0/32')
  const second = machine(scene, one, other, 50513, '203.0.113.1/32')
  first.stop()
  scene.run(180)
  t.same(names(scene), ['one@10.61.0.22/50513'])
  scene.configure({ clients: [] })
  scene.run(1)
  t.match(closes(second), [{ notification: { code: 6, subcode: 3 } }])
  t.same(names(scene), [])
  t.equal(scene.table('inet').size, 0)
})

t.test('nobody is taken while the bgp-router of the node is missing', async t => {
  const scene = new TenantScene({ clients: [one], objects: [service(true)] })
  const { peers, config } = scene.node
  const { globals } = config
  peers.setGlobals({ ...globals, self: undefined })
  t.equal(peers.called({ address: compute, port: 50513 }), undefined)
  peers.setGlobals(globals)
  t.same(names(scene), [])
})

t.test('changes of a client are changes of all its machines', async t => {
  const scene = new TenantScene({ clients: [one] })
  const routers = [
    machine(scene, one, compute, 50000, '203.0.113.0/32'),
    machine(scene, one, compute, 50513, '203.0.113.1/32')
  ]
  scene.configure({ clients: [{ ...one, session: { hold_time: 33 } }] })
  scene.run(60)
  for (const router of routers) {
    t.match(closes(router), [{ notification: { code: 6, subcode: 6 } }])
    t.ok(router.isEstablished, 'and they are back')
  }
  for (const peer of scene.node.peers.sessionsOf(`${instanceOf('red')}:one`))
    t.equal(peer.session.settings.holdTimeSeconds, 33)
  scene.configure({
    clients: [{ ...one, session: { hold_time: 33 } }],
    system: { bgpaas_parameters: { ...portRange, port_end: 50600 } }
  })
  scene.run(2)
  for (const router of routers) t.equal(closes(router).length, 2)
})

t.test('a client that becomes shared, and is not shared any more', async t => {
  const scene = new TenantScene({ clients: [one], objects: [service(false)] })
  const router = machine(scene, one, compute, 50000, '203.0.113.0/32')
  t.same(names(scene), ['one'])
  for (const [shared, name] of [
    [true, 'one@10.61.0.21/50000'],
    [false, 'one']
  ] as const) {
    const before = closes(router).length
    scene.configure({ clients: [one], objects: [service(shared)] })
    scene.until('it is back', () => closes(router).length > before && router.isEstablished, 300)
    t.same(names(scene), [name])
  }
})

t.test('however many compute nodes are made up, a client has so many machines', async t => {
  const scene = new TenantScene({ clients: [one], objects: [service(true)] })
  for (let i = 0; i < 200; i++) {
    const address = `10.62.${i >> 7}.${i & 127}`
    scene.world.host(address).connect({
      remote: { address: nodeAddress, port: 179 },
      localPort: 50000,
      localAddress: address,
      connected: tcp => tcp?.attach({ received() {}, writable() {}, closed() {} })
    })
  }
  scene.run(2)
  t.equal(names(scene).length, 128)
  t.match(scene.lines.filter(line => line.includes('no more machines')).length, 72)
  scene.run(600)
  t.same(names(scene), [], 'and they are forgotten')
})
