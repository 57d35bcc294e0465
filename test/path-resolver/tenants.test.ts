/** T-BAAS-2: routes of clients of BGP as a service on their way through a whole node. */
import t from 'tap'
import { nodeView } from '../../src/introspect/from-node/node-view.js'
import { instanceOf } from '../support/cluster-objects.js'
import { type Client, nodeAddress, TenantScene } from '../support/tenants.js'

const red = instanceOf('red')
const blue = instanceOf('blue')
const compute = '10.61.0.21'
const site = '203.0.113.0/24'
const one: Client = {
  name: 'one',
  as: 65001,
  address: '10.1.0.3',
  sourcePort: 50000,
  gateway: '10.1.0.1',
  gateway6: 'fd00:1::1'
}
const two: Client = { ...one, name: 'two', as: 65002, address: '10.1.0.4', sourcePort: 50001 }

/** Two clients on one compute node, whose agent has their machines; a gateway that asks for red and blue. */
function scene(...clients: Client[]) {
  const scene = new TenantScene({ clients })
  const agent = scene.world.agent(scene.lab, { name: 'vr-01', address: compute, nextHop: compute })
  agent.subscribe(red, 4)
  agent.subscribe(blue, 5)
  agent.publish(red, { prefix: '10.1.0.3/32', label: 33, securityGroups: [8000001], encapsulations: ['udp'] })
  agent.publish(red, { prefix: '10.1.0.4/32', label: 34 })
  agent.publish(red, { prefix: 'fd00:1::3/128', label: 35 })
  const gateway = scene.world.router({
    name: 'gateway',
    as: 64512,
    address: '10.0.0.12',
    families: ['inet-vpn', 'inet6-vpn'],
    neighbors: [{ address: nodeAddress, as: 64512 }]
  })
  const routers = clients.map(client => scene.router(client, compute))
  scene.until('all are up', () => gateway.isEstablished && routers.every(router => router.isEstablished))
  scene.run(40)
  return Object.assign(scene, { agent, gateway, routers })
}

t.test(
  'a route of a client reaches agents, gateways and other clients while its machine is there',
  async t => {
    const { agent, gateway, routers, run, node, ...rest } = scene(one, two)
    const world = { run: (seconds: number) => rest.world.run(seconds * 1000) }
    const [first, second] = routers
    first!.announce('inet', site, { nextHop: '10.1.0.3', communities: ['65001:7'] })
    world.run(2000)
    for (const instance of [red, blue]) {
      t.match(agent.routes(instance).get(site), {
        nextHops: [{ address: compute, label: 33 }],
        communities: ['65001:7'],
        virtualNetwork: 'default-domain:demo:red'
      })
    }
    t.match(
      gateway.routes('inet-vpn').get(`10.1.0.3:0:${site}`),
      {
        nextHop: compute,
        label: 33,
        asPath: '65001'
      },
      'under the RD of the client'
    )
    t.match(second!.routes('inet', nodeAddress).get(site), { nextHop: '10.1.0.1', asPath: '64512 65001' })
    t.equal(first!.routes('inet', nodeAddress).get(site), undefined)

    agent.withdraw(red, '10.1.0.3/32')
    world.run(2000)
    for (const instance of [red, blue]) t.equal(agent.routes(instance).get(site), undefined)
    t.equal(gateway.routes('inet-vpn').get(`10.1.0.3:0:${site}`), undefined)
    t.equal(second!.routes('inet', nodeAddress).get(site), undefined)

    agent.publish(red, { prefix: '10.1.0.3/32', label: 44 })
    world.run(2000)
    t.match(agent.routes(blue).get(site), { nextHops: [{ address: compute, label: 44 }] })
    first!.stop()
    world.run(5000)
    t.equal(agent.routes(blue).get(site), undefined)
    t.equal(
      node.instances
        .get(red)!
        .table('inet')!
        .find(Buffer.from([203, 0, 113, 0, 24]))?.paths,
      undefined
    )
  }
)

t.test('two clients with one prefix share the load, each under a route distinguisher of its own', async t => {
  const { agent, gateway, routers, world } = scene(one, two)
  for (const [i, router] of routers.entries()) router.announce('inet', site, { nextHop: `10.1.0.${3 + i}` })
  world.run(2000)
  t.same([...gateway.routes('inet-vpn').keys()].filter(key => key.endsWith(site)).sort(), [
    `10.1.0.3:0:${site}`,
    `10.1.0.4:0:${site}`
  ])
  t.ok(agent.routes(red).has(site))
})

t.test('two clients in connected instances that lead through each other leave nothing behind', async t => {
  const three: Client = {
    name: 'three',
    network: 'blue',
    as: 65003,
    address: '10.2.0.3',
    sourcePort: 50003,
    gateway: '10.2.0.1'
  }
  const [near, far] = ['192.0.2.1/32', '192.0.2.2/32'] as const
  const all = scene(one, three)
  const { agent, routers, world } = all
  agent.publish(blue, { prefix: far, label: 33 })
  routers[0]!.announce('inet', near, { nextHop: '192.0.2.2' })
  routers[1]!.announce('inet', far, { nextHop: '192.0.2.1' })
  world.run(2000)
  t.match(agent.routes(red).get(near), { nextHops: [{ label: 33 }] }, 'over the machine in the other')
  agent.withdraw(blue, far)
  world.run(5000)
  for (const instance of [red, blue])
    for (const prefix of [near, far])
      t.equal(agent.routes(instance).get(prefix), undefined, `${instance} ${prefix}`)
  for (const name of ['red', 'blue']) {
    const routes = all.table('inet', name)
    for (let index = 0; index < routes.indexEnd; index++)
      if (routes.at(index)?.usable !== undefined)
        t.notMatch(routes.print(routes.at(index)!), /^192\.0\.2\./, `unused in ${name}`)
  }
})

t.test('IPv6: the route distinguisher is made of AS and port', async t => {
  const { node, routers, world } = scene(one)
  routers[0]!.announce('inet6', '2001:db8::/32', { nextHop: 'fd00:1::3' })
  world.run(2000)
  const table = node.instances.master.table('inet6-vpn')!
  const prefixes: string[] = []
  for (let index = 0; index < table.indexEnd; index++)
    if (table.pathsAt(index) !== undefined) prefixes.push(table.print(table.at(index)!))
  t.same(prefixes.sort(), ['10.61.0.21:4:fd00:1::3/128', '65001:50000:2001:db8::/32'])
})

t.test('operators see what waits for what, and why a path is not used', async t => {
  const { agent, node, routers, world } = scene(one)
  routers[0]!.announce('inet', site, { nextHop: '10.1.0.9' })
  world.run(2000)
  const view = nodeView(node, '0')
  const resolver = () => [...view.rib.pathResolvers()].find(({ table }) => table === `${red}.inet.0`)
  t.match(resolver(), {
    pathCount: 1,
    modifiedPathCount: 0,
    nextHopCount: 1,
    paths: [{ prefix: site, nextHop: '10.1.0.9', resolvedPathCount: 0 }],
    nextHops: [{ address: '10.1.0.9', table: `${red}.inet.0`, route: undefined }]
  })
  agent.publish(red, { prefix: '10.1.0.9/32', label: 50 })
  world.run(2000)
  t.match(resolver(), { paths: [{ resolvedPathCount: 1 }], nextHops: [{ route: { prefix: '10.1.0.9/32' } }] })
  const paths = [...view.rib.route(`${red}.inet.0`, site)!.paths]
  t.match(paths, [
    { flags: ['ResolvedPath'], nextHop: compute, source: '10.1.0.3' },
    { flags: ['ResolveNexthop'], nextHop: '10.1.0.9', source: '10.1.0.3' }
  ])
  const [neighbor] = [...view.bgp.neighbors()].filter(({ name }) => name === 'one')
  t.match(neighbor, {
    instance: red,
    routerType: 'bgpaas-client',
    port: 50000,
    passive: true,
    address: '10.1.0.3',
    remoteEndpoint: `${compute}:50000`,
    familyCounts: [{ family: 'inet', received: 1, accepted: 1 }, { family: 'inet6' }],
    tables: [{ name: `${red}.inet.0` }, { name: `${red}.inet6.0` }]
  })
})

t.test('there is a resolver where there are clients, and none elsewhere', async t => {
  const { node } = new TenantScene({ clients: [one] })
  const tables = () => [...node.resolvers].flatMap(resolver => [...resolver.tables].map(({ name }) => name))
  t.same(tables(), [`${red}.inet.0`, `${red}.inet6.0`])
})

t.test('the last client goes, and with it the resolver and all that it made', async t => {
  const world = scene(one)
  world.routers[0]!.announce('inet', site, { nextHop: '10.1.0.3' })
  world.run(2)
  t.ok(world.agent.routes(red).has(site))
  world.configure({ clients: [] })
  world.run(2)
  t.same([...world.node.resolvers], [])
  t.notOk(world.agent.routes(red).has(site))
  t.equal(world.table('inet').size, 2, 'the machines are there')
})

t.test('a client that restarts gracefully is reached all the while', async t => {
  const { offer } = await import('../../src/bgp/session/offer.js')
  const { familyNamed } = await import('../../src/bgp/wire/families.js')
  const restart = { graceful_restart_parameters: { enable: true, bgp_helper_enable: true, restart_time: 60 } }
  const world = new TenantScene({ clients: [one], system: restart })
  const agent = world.world.agent(world.lab, { name: 'vr-01', address: compute, nextHop: compute })
  agent.subscribe(red, 4)
  agent.publish(red, { prefix: '10.1.0.3/32', label: 33 })
  const capabilities = offer({
    localAs: 65001,
    families: ['inet', 'inet6'].map(name => ({ family: familyNamed(name)! })),
    gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 60 }
  })
  const router = world.router(one, compute, undefined, { session: { capabilities } })
  router.announce('inet', site, { nextHop: '10.1.0.3' })
  world.until('it is known', () => agent.routes(red).has(site))
  router.stop('silent')
  world.run(5)
  t.equal(world.table('inet').counts.stale, 2, 'the path, and what was made of it')
  t.ok(agent.routes(red).has(site))
  router.start()
  world.until('it is back', () => router.isEstablished)
  world.run(5)
  t.equal(world.table('inet').counts.stale, 0)
  t.ok(agent.routes(red).has(site))
})
