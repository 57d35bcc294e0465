/** What clients of BGP as a service are told, and whom the node asks because of them; in a whole node. */
import t from 'tap'
import type { LabRouter } from '../../../src/lab/router.js'
import { type ApiObject, instanceOf, masterInstance } from '../../support/cluster-objects.js'
import { type Client, nodeAddress, TenantScene } from '../../support/tenants.js'

const compute = '10.61.0.21'
const red = instanceOf('red')
const blue = instanceOf('blue')
const client = (more: Partial<Client> = {}): Client => ({
  name: 'one',
  as: 65001,
  address: '10.1.0.3',
  sourcePort: 50000,
  ...more
})
const gateways = { gateway: '10.1.0.1', gateway6: 'fd00:1::1' }

/** An agent with a machine in red, and a router that the client runs; both up. */
function scene(one: Client, more: object = {}) {
  const scene = new TenantScene({ clients: [one] })
  const agent = scene.world.agent(scene.lab, { name: 'vr-01', address: compute, nextHop: compute })
  agent.subscribe(red, 4)
  agent.publish(red, { prefix: '10.1.0.9/32', label: 33, securityGroups: [8000001] })
  agent.publish(red, { prefix: 'fd00:1::9/128', label: 34 })
  agent.subscribe(blue, 5)
  agent.publish(blue, { prefix: '10.2.0.9/32', label: 35 })
  const router = scene.router(one, compute, one.sourcePort, more)
  scene.until('both are up', () => agent.isEstablished && router.isEstablished)
  scene.run(5)
  return Object.assign(scene, { agent, client: router })
}
const told = (router: LabRouter, family: 'inet' | 'inet6' = 'inet') => router.routes(family, nodeAddress)

t.test('T-BAAS-2 next hop on send is the gateway of the family', async t => {
  const { client: router } = scene(client(gateways))
  t.match(told(router).get('10.1.0.9/32'), {
    nextHop: '10.1.0.1',
    asPath: '64512'
  })
  t.equal(
    told(router).get('10.1.0.9/32')?.extendedCommunities,
    undefined,
    'no security groups, no encapsulations'
  )
  t.match(told(router).get('10.2.0.9/32'), {
    nextHop: '10.1.0.1',
    extendedCommunities: ['originvn:64512:22']
  })
  t.match(told(router, 'inet6').get('fd00:1::9/128'), { nextHop: 'fd00:1::1', asPath: '64512' })
  t.same(told(router, 'inet6').get('fd00:1::9/128')?.extendedCommunities ?? [], [])
})

t.test('T-BAAS-2 a family without a gateway is told nothing, and operators are told why', async t => {
  const { client: router, node } = scene(client({ gateway: '10.1.0.1' }))
  t.same([...told(router).keys()].sort(), ['10.1.0.9/32', '10.2.0.9/32'])
  t.same([...told(router, 'inet6').keys()], [])
  const peer = node.peers.get(`${red}:one`)!
  const family = [...peer.families.values()].find(each => each.family.name === 'inet6')!
  const route = family.table.find(family.family.parse('fd00:1::9/128')!)!
  t.match(family.ribOut!.exporter.explain(route, family), {
    advertised: false,
    reason: 'no gateway address of the family for the client of BGP as a service'
  })
  t.equal(family.counts.endOfRibSent, 1, 'but that this was all')
})

t.test('an IPv4-mapped gateway of IPv6 is said as such', async t => {
  const { client: router } = scene(client({ gateway6: '::ffff:10.1.0.1' }))
  t.match(told(router, 'inet6').get('fd00:1::9/128'), { nextHop: '10.1.0.1' })
  t.same([...told(router).keys()], [])
})

t.test('a gateway that comes, changes and goes is applied to the session that is up', async t => {
  const world = scene(client())
  const nextHop = () => told(world.client).get('10.1.0.9/32')?.nextHop
  t.equal(nextHop(), undefined)
  for (const gateway of ['10.1.0.1', '10.1.0.2', undefined]) {
    world.configure({ clients: [client(gateway === undefined ? {} : { gateway })] })
    world.run(2)
    t.equal(nextHop(), gateway)
  }
  t.same(world.client.sessions.get(nodeAddress)!.closes, [])
})

t.test('as-override: routes of another site of the client have our AS in the place of its own', async t => {
  const overridden = scene(client({ ...gateways, session: { as_override: true } }))
  const plain = scene(client(gateways))
  for (const { world, client: router } of [overridden, plain]) {
    const site = world.router({
      name: 'gateway',
      as: 64512,
      address: '10.0.0.12',
      families: ['inet-vpn'],
      neighbors: [{ address: nodeAddress, as: 64512 }]
    })
    site.announce('inet-vpn', '64512:9:198.51.100.0/24', {
      label: 55,
      asPath: '65001',
      extendedCommunities: ['target:64512:8000021']
    })
    world.run(60_000)
    t.ok(site.isEstablished)
    const route = told(router).get('198.51.100.0/24')
    t.equal(route?.asPath, router === overridden.client ? '64512 64512' : undefined)
  }
})

t.test("T-BAAS-4 the instance's route targets are asked for while the session is up", async t => {
  const world = new TenantScene({ clients: [client()] })
  const neighbour = world.world.router({
    name: 'gateway',
    as: 64512,
    address: '10.0.0.12',
    families: ['route-target', 'inet-vpn'],
    neighbors: [{ address: nodeAddress, as: 64512 }]
  })
  world.until('it is up', () => neighbour.isEstablished)
  world.run(30)
  const asked = (): string[] =>
    [...neighbour.routes('route-target', nodeAddress).keys()].filter(key => key.includes('80000')).sort()
  t.same(asked(), [])
  const router = world.router(client(), compute)
  world.until('its session is up', () => router.isEstablished)
  world.run(5)
  const both = ['64512:target:64512:8000021', '64512:target:64512:8000022']
  t.same(asked(), both, 'its own, and that of the network it is connected with')

  const [own] = world.node.instances.membership.subscribersOf(world.node.instances.get(red)!)
  t.equal(own, world.peer(client()).source)

  const targeted: ApiObject = {
    type: 'routing_instance',
    fq_name: red.split(':'),
    parent_type: 'virtual-network',
    route_target_refs: [{ to: ['target:64512:8000099'], attr: { import_export: null } }]
  }
  world.configure({ clients: [client()], objects: [targeted] })
  world.run(5)
  // Its connection with the other network went with the object's references.
  t.ok(asked().includes('64512:target:64512:8000099'))
  t.notOk(asked().includes('64512:target:64512:8000021'))
  world.configure({ clients: [client()] })
  world.run(5)
  t.same(asked(), both)

  router.stop()
  world.run(5)
  t.same(asked(), [])
  router.start()
  world.until('it is back', () => router.isEstablished)
  world.run(5)
  t.same(asked(), both)
})

t.test('T-BAAS-4 while the client restarts, its targets stay with its routes', async t => {
  const restart = { graceful_restart_parameters: { enable: true, bgp_helper_enable: true, restart_time: 20 } }
  const world = new TenantScene({ clients: [client()], system: restart })
  const { offer } = await import('../../../src/bgp/session/offer.js')
  const { familyNamed } = await import('../../../src/bgp/wire/families.js')
  const families = ['inet', 'inet6'].map(name => ({ family: familyNamed(name)! }))
  const capabilities = offer({
    localAs: 65001,
    families,
    gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 20 }
  })
  const router = world.router(client(), compute, undefined, { session: { capabilities } })
  world.until('it is up', () => router.isEstablished)
  router.announce('inet', '203.0.113.0/24')
  world.run(5)
  const instance = world.node.instances.get(red)!
  const subscribed = () => [...world.node.instances.membership.subscribersOf(instance)].length
  t.equal(subscribed(), 1)
  router.stop('silent')
  world.run(5)
  t.equal(world.table('inet').counts.stale, 1)
  t.equal(subscribed(), 1)
  world.run(60)
  t.equal(world.table('inet').size, 0)
  t.equal(subscribed(), 0)
})

t.test('a client is told nothing of the master instance', async t => {
  const world = scene(client(gateways))
  world.agent.subscribe(masterInstance, 0)
  world.agent.publish(masterInstance, { prefix: '10.61.64.9/32' })
  world.run(5)
  t.same([...told(world.client).keys()].sort(), ['10.1.0.9/32', '10.2.0.9/32'])
})
