/** Sessions of clients of BGP as a service, in a whole node. */
import t from 'tap'
import { offer } from '../../../src/bgp/session/offer.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { instanceOf, textOf } from '../../support/cluster-objects.js'
import {
  type Client,
  nodeAddress,
  portRange,
  TenantScene,
  tenantObjects,
  translated
} from '../../support/tenants.js'
import { open, RawPeer } from '../session/nodes.js'

const one: Client = { name: 'one', as: 65001, address: '10.1.0.3', sourcePort: 50000 }
const two: Client = { name: 'two', as: 65002, address: '10.1.0.4', sourcePort: 50001 }
const far: Client = { name: 'far', network: 'blue', as: 65003, address: '10.1.0.3', sourcePort: 50512 }
const compute = '10.61.0.21'

/** A caller that says exactly what a test has it say. */
function caller(scene: TenantScene, address: string, port: number) {
  const { world } = scene
  const until = (condition: () => boolean, seconds = 60): boolean =>
    world.scheduler.runUntil(condition, seconds * 1000)
  const connection = new RawPeer(
    { until },
    translated(world.host(address), address, port) as RawPeer['transport']
  ).dial(nodeAddress)
  scene.run(2)
  return connection
}

t.test('T-BAAS-1 two clients behind one address, told apart by port', async t => {
  const scene = new TenantScene({ clients: [one, two, far] })
  const routers = [one, two, far].map(client => scene.router(client, compute))
  scene.until('all are up', () => routers.every(router => router.isEstablished))
  for (const client of [one, two, far]) {
    const { source, families, instance, session } = scene.peer(client)
    t.match(session.negotiated, { peerAs: client.as, localAs: 64512 })
    t.same(session.remote, { address: compute, port: client.sourcePort })
    t.equal(source.address, client.address, 'its paths are those of its own address')
    t.same(
      [...families.values()].map(({ table }) => table.name),
      [`${instance}.inet.0`, `${instance}.inet6.0`]
    )
  }
})

t.test('T-BAAS-1 a wrong port gets 6/3, and so does one of nobody in the range', async t => {
  const scene = new TenantScene({ clients: [one] })
  for (const port of [50001, 49999, 12345])
    t.equal(caller(scene, compute, port).notification, '6/3', `${port}`)
})

t.test('an address goes before a port', async t => {
  const scene = new TenantScene({ clients: [one] })
  const connection = caller(scene, '10.0.0.11', one.sourcePort)
  t.equal(connection.notification, undefined)
  t.equal(scene.peer(one).session.statistics.accepted, 0)
  t.equal(
    scene.node.peers.byAddress('10.0.0.11')?.session.statistics.accepted,
    1,
    'the router of the underlay'
  )
})

t.test('a tenant with the address of a neighbour of the underlay is another one', async t => {
  const client = {
    ...one,
    address: '10.0.0.11',
    session: { auth_data: { key_type: 'md5', key_items: [{ key_id: 0, key: 'k' }] } }
  }
  const scene = new TenantScene({ clients: [client] })
  t.equal(caller(scene, '10.0.0.11', 40000).notification, undefined, "its key is nobody else's")
  const calls = scene.node.bgpCalls.unauthenticated
  t.ok(caller(scene, compute, client.sourcePort).isClosed)
  t.equal(
    scene.node.bgpCalls.unauthenticated,
    calls + 1,
    'the address that its key signs is not the one that calls'
  )
})

t.test('T-BAAS-3 a client calls again, from another compute node: the old session makes way', async t => {
  const scene = new TenantScene({ clients: [one] })
  const before = scene.router(one, compute)
  scene.until('it is up', () => before.isEstablished)
  const after = scene.router(one, '10.61.0.22')
  const [session] = before.sessions.values()
  scene.until('it has moved', () => after.isEstablished && session!.closes.length > 0)
  t.equal(scene.peer(one).session.remote?.address, '10.61.0.22')
  t.equal(session!.closes[0]?.cause, 'connection-lost', 'without a word')
  before.stop('silent')
  scene.run(60)
  t.ok(scene.isUp(one))
})

t.test('T-BAAS-5 another range of ports ends every session of a client, and no other', async t => {
  const scene = new TenantScene({ clients: [one, far] })
  const routers = [one, far].map(client => scene.router(client, compute))
  const edge = scene.world.router({
    name: 'edge',
    as: 65311,
    address: '10.0.0.11',
    families: ['inet'],
    neighbors: [{ address: nodeAddress, as: 64512 }]
  })
  scene.until('all are up', () => edge.isEstablished && routers.every(router => router.isEstablished))
  scene.configure({ clients: [one, far], system: { bgpaas_parameters: { ...portRange, port_end: 50600 } } })
  scene.run(2)
  for (const router of routers) {
    const [close] = router.sessions.get(nodeAddress)!.closes
    t.match(close, { cause: 'notification-received', notification: { code: 6, subcode: 6 } })
  }
  t.ok(edge.isEstablished)
  t.same(edge.sessions.get(nodeAddress)!.closes, [])
  scene.until('they come back', () => routers.every(router => router.isEstablished))
})

t.test('T-BAAS-5 many sessions end one after the other, none that is new', async t => {
  const clients = Array.from({ length: 60 }, (_, i) => ({
    ...one,
    name: `c${i}`,
    address: `10.1.0.${i + 3}`,
    sourcePort: 50000 + i
  }))
  const scene = new TenantScene({ clients })
  const routers = clients.map(client => scene.router(client, compute))
  scene.until('all are up', () => routers.every(router => router.isEstablished))
  scene.run(5)
  const closes = () => routers.map(router => router.sessions.get(nodeAddress)!.closes.length)
  const system = { bgpaas_parameters: { ...portRange, port_end: 50600 } }
  scene.store.replace(textOf(tenantObjects({ clients, system })))
  scene.until('the first ends', () => closes().includes(1))
  scene.run(0.5)
  const ended = closes().filter(count => count > 0).length
  t.ok(ended > 10 && ended < 40, `${ended} after half a second`)
  scene.run(60)
  t.same(
    closes(),
    clients.map(() => 1),
    'each once'
  )
  t.ok(routers.every(router => router.isEstablished))
})

t.test('another port of a client ends its session; the same content again does not', async t => {
  const scene = new TenantScene({ clients: [one] })
  const router = scene.router(one, compute)
  scene.until('it is up', () => router.isEstablished)
  scene.configure({ clients: [one] })
  t.ok(router.isEstablished)
  scene.configure({ clients: [{ ...one, sourcePort: 50007 }] })
  scene.run(1)
  t.match(router.sessions.get(nodeAddress)!.closes, [{ notification: { code: 6, subcode: 6 } }])
  router.stop()
  const moved = scene.router({ ...one, sourcePort: 50007 }, compute)
  scene.until('it is up from there', () => moved.isEstablished)
})

t.test('of two clients with one port the first by name is called', async t => {
  const same = { ...two, sourcePort: one.sourcePort }
  for (const clients of [
    [one, same],
    [same, one]
  ]) {
    const scene = new TenantScene({ clients })
    caller(scene, compute, one.sourcePort)
    t.equal(scene.peer(one).session.statistics.accepted, 1)
    t.equal(scene.peer(same).session.statistics.accepted, 0)
  }
})

t.test('a client in our own AS is refused with 6/5', async t => {
  const scene = new TenantScene({ clients: [{ ...one, as: 64512 }] })
  t.equal(caller(scene, compute, one.sourcePort).notification, '6/5')
})

t.test('the node never dials a client', async t => {
  const scene = new TenantScene({ clients: [one] })
  let calls = 0
  scene.world.host(one.address).listen({ port: 179, listening() {}, accepted: () => calls++ })
  scene.run(600)
  t.equal(calls, 0)
  t.equal(scene.peer(one).session.state, 'active')
})

t.test('without its instance a client has no place; when the instance goes, so does the session', async t => {
  const red = instanceOf('red')
  const scene = new TenantScene({ clients: [one] }, [red])
  t.equal(caller(scene, compute, one.sourcePort).notification, '6/5')
  t.equal(scene.peer(one).session.state, 'idle')
  const router = scene.router(one, compute)
  scene.run(10)
  t.notOk(router.isEstablished)
  scene.store.release(red)
  scene.until('the instance is there', () => router.isEstablished)
  router.announce('inet', '203.0.113.0/24')
  scene.run(1)
  t.equal(scene.peer(one).paths, 1)
  scene.store.withhold(red)
  scene.run(1)
  t.match(router.sessions.get(nodeAddress)!.closes.at(-1), { notification: { code: 6, subcode: 6 } })
  t.equal(scene.peer(one).paths, 0)
  scene.store.release(red)
  scene.until('it is back', () => router.isEstablished)
  scene.run(1)
  t.equal(scene.table('inet').counts.primary, 1)
})

t.test('a client that is not configured any more is told 6/3', async t => {
  const scene = new TenantScene({ clients: [one] })
  const router = scene.router(one, compute)
  scene.until('it is up', () => router.isEstablished)
  router.announce('inet', '203.0.113.0/24')
  scene.configure({ clients: [] })
  scene.run(1)
  t.match(router.sessions.get(nodeAddress)!.closes, [{ notification: { code: 6, subcode: 3 } }])
  t.equal(scene.table('inet').size, 0)
})

t.test('an instance that is made anew is another one', async t => {
  const red = instanceOf('red')
  const scene = new TenantScene({ clients: [one] })
  const router = scene.router(one, compute)
  scene.until('it is up', () => router.isEstablished)
  router.announce('inet', '203.0.113.0/24')
  scene.run(1)
  const { instances, config, peers } = scene.node
  instances.apply(new Map([[red, undefined]]))
  instances.apply(new Map([[red, config.instances.get(red)!]]))
  peers.instancesChanged()
  scene.run(1)
  t.match(router.sessions.get(nodeAddress)!.closes, [{ notification: { code: 6, subcode: 6 } }])
  scene.until('it is back', () => router.isEstablished)
  scene.run(1)
  t.equal(scene.table('inet').size, 1)
})

t.test(
  'routes kept for a client that is away go with its instance, and are not counted with the next',
  async t => {
    const red = instanceOf('red')
    const restart = {
      graceful_restart_parameters: { enable: true, bgp_helper_enable: true, restart_time: 300 }
    }
    const scene = new TenantScene({ clients: [one], system: restart })
    const capabilities = offer({
      localAs: one.as,
      families: ['inet', 'inet6'].map(name => ({ family: familyNamed(name)! })),
      gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 300 }
    })
    const router = () => {
      const made = scene.router(one, compute, one.sourcePort, { session: { capabilities } })
      scene.until('it is up', () => made.isEstablished)
      made.announce('inet', '203.0.113.0/24')
      scene.run(1)
      return made
    }
    router().stop('silent')
    scene.run(1)
    const peer = scene.peer(one)
    t.equal(peer.paths, 1, 'kept')
    scene.store.withhold(red)
    scene.run(1)
    t.equal(peer.paths, 0)
    t.same([...peer.retention.states()], [])
    scene.store.release(red)
    router()
    t.equal(peer.paths, 1)
    t.equal(peer.adjIns.size, 1)
  }
)

t.test(
  'a hundred clients of one compute node come up at once, and a stranger is still held back',
  async t => {
    const clients = Array.from({ length: 100 }, (_, i) => ({
      name: `c${i}`,
      as: 65001,
      address: `10.1.1.${i}`,
      sourcePort: 50100 + i
    }))
    const scene = new TenantScene({ clients })
    const routers = clients.map(client => scene.router(client, compute))
    scene.run(3)
    t.equal(routers.filter(router => router.isEstablished).length, 100)
    const { statistics } = scene.node.bgpListener!
    t.equal(statistics.dropped, 0)
    for (let i = 0; i < 100; i++) {
      scene.world.host('10.9.9.9').connect({
        remote: { address: nodeAddress, port: 179 },
        localPort: 40000 + i,
        localAddress: '10.9.9.9',
        connected: tcp => tcp?.attach({ received() {}, writable() {}, closed() {} })
      })
    }
    scene.run(1)
    t.ok(statistics.dropped > 30)
  }
)

t.test('another AS in the OPEN than the configured one is refused', async t => {
  const scene = new TenantScene({ clients: [one] })
  const connection = caller(scene, compute, one.sourcePort)
  connection.send(open({ as: 65099, id: '0a010003' }))
  scene.run(1)
  t.match(connection.notification, /^2\/2/)
})
