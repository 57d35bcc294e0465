/** T-SUB-1: which routes carry the number of the node's subcluster, in a whole node. */
import t from 'tap'
import { noNeighbourConfig } from '../../src/config/neighbour-config.js'
import { nodeView } from '../../src/introspect/from-node/node-view.js'
import { type ApiObject, fabric, instanceOf, masterInstance } from '../support/cluster-objects.js'
import { type Client, nodeAddress, TenantScene } from '../support/tenants.js'

const red = instanceOf('red')
const compute = '10.61.0.21'
const client: Client = {
  name: 'one',
  as: 65001,
  address: '10.1.0.3',
  sourcePort: 50000,
  gateway: '10.1.0.1'
}

/** The node's own router, in a subcluster with that number, and the subcluster. */
function subcluster(id: number, as = 64512): ApiObject[] {
  return [
    { type: 'sub_cluster', fq_name: ['rack-3'], sub_cluster_id: id, sub_cluster_asn: 65000 },
    {
      type: 'bgp_router',
      fq_name: [...fabric, '__default__', 'cn-a'],
      parent_type: 'routing-instance',
      bgp_router_parameters: {
        router_type: 'control-node',
        autonomous_system: as,
        identifier: nodeAddress,
        address: nodeAddress,
        port: 179,
        address_families: { family: ['inet-vpn', 'inet6-vpn', 'inet'] }
      },
      sub_cluster_refs: [{ to: ['rack-3'] }],
      bgp_router_refs: [
        {
          to: [...fabric, '__default__', 'gateway'],
          attr: {
            session: [
              {
                attributes: [
                  { bgp_router: null, address_families: { family: ['inet-vpn', 'inet6-vpn', 'inet'] } }
                ]
              }
            ]
          }
        }
      ]
    }
  ]
}

function scene(id: number, as = 64512) {
  const scene = new TenantScene({ clients: [client], objects: subcluster(id, as) })
  const agent = scene.world.agent(scene.lab, {
    name: 'vr-01',
    address: compute,
    nextHop: compute,
    subcluster: 'rack-3'
  })
  agent.subscribe(red, 4)
  agent.subscribe(masterInstance, 0)
  agent.publish(red, { prefix: '10.1.0.3/32', label: 33, securityGroups: [8000001] })
  agent.publish(red, { prefix: 'fd00:1::3/128', label: 34 })
  agent.publish(masterInstance, { prefix: '10.61.64.9/32' })
  const gateway = scene.world.router({
    name: 'gateway',
    as: 64512,
    address: '10.0.0.12',
    families: ['inet-vpn', 'inet6-vpn', 'inet'],
    neighbors: [{ address: nodeAddress, as }]
  })
  const router = scene.router({ ...client }, compute, undefined, {
    neighbors: [{ address: nodeAddress, as }]
  })
  router.announce('inet', '203.0.113.0/24', { nextHop: '10.1.0.3' })
  scene.until('all are up', () => agent.isEstablished && gateway.isEstablished && router.isEstablished)
  scene.run(60)
  /** By prefix without RD: the communities that say a subcluster, of what the gateway is told. */
  const marks = (): Record<string, string[]> => {
    const found: Record<string, string[]> = {}
    for (const family of ['inet-vpn', 'inet6-vpn', 'inet'] as const)
      for (const [key, { extendedCommunities = [] }] of gateway.routes(family)) {
        const prefix = /(?:^|:)((?:[0-9.]+|fd00:1::3)\/\d+)$/.exec(key)![1]!
        found[prefix] = extendedCommunities.filter(community => community.startsWith('subcluster'))
      }
    return found
  }
  return Object.assign(scene, { agent, gateway, client: router, marks })
}
const allWith = (...marks: string[]) => ({
  '10.1.0.3/32': marks,
  'fd00:1::3/128': marks,
  '203.0.113.0/24': marks,
  '10.61.64.9/32': marks
})

t.test('T-SUB-1 routes of agents and of clients carry it, in instances and in the master', async t => {
  const { marks, gateway } = scene(9)
  t.same(marks(), allWith('subcluster:64512:9'))
  t.match(gateway.routes('inet-vpn').get(`10.61.0.21:4:10.1.0.3/32`)?.extendedCommunities, [
    'target:64512:8000021'
  ])
})

t.test('T-SUB-1 an AS of four bytes', async t => {
  t.same(scene(9, 400000).marks(), allWith('subcluster:400000:9'))
})

t.test('T-SUB-1 a number that there is no room for adds none, and is a problem', async t => {
  const cases: [id: number, as: number, most?: number][] = [
    [65535, 400000],
    [65536, 400000, 65535],
    [-1, 400000, 65535],
    [65536, 64512],
    [4294967295, 64512],
    [-1, 64512, 4294967295]
  ]
  for (const [id, as, most] of cases) {
    const world = scene(id, as)
    const what = `sub_cluster_id ${id} is not from 0 to ${most}: routes are not marked`
    const problems = () =>
      nodeView(world.node, '')
        .process.configProblems()
        .filter(({ object }) => object === 'sub-cluster')
    const isGood = most === undefined
    t.same(world.marks(), isGood ? allWith(`subcluster:${as}:${id}`) : allWith(), `${id} in ${as}`)
    t.match(problems(), isGood ? [] : [{ where: 'rack-3', what }])
    t.equal(world.lines.filter(line => line.startsWith('sub_cluster_id')).length, isGood ? 0 : 1)
    world.configure({ clients: [client], objects: subcluster(5, as) })
    world.run(5)
    t.same(problems(), [])
    t.same(world.marks(), allWith(`subcluster:${as}:5`))
  }
})

t.test('T-SUB-1 number 0 adds none', async t => {
  t.same(scene(0).marks(), allWith())
})

t.test('T-SUB-1 a change of the number tells the routes again, and sessions stay', async t => {
  const world = scene(9)
  for (const id of [7, 0, 12]) {
    world.configure({ clients: [client], objects: subcluster(id) })
    world.run(5)
    t.same(world.marks(), id === 0 ? allWith() : allWith(`subcluster:64512:${id}`))
  }
  t.same(world.gateway.sessions.get(nodeAddress)!.closes, [])
  t.equal(world.agent.statistics.sessions, 1)
  world.agent.publish(red, { prefix: '10.1.0.9/32', label: 40 })
  world.run(2)
  t.same(world.marks()['10.1.0.9/32'], ['subcluster:64512:12'])
})

t.test('routes that a neighbour tells are not from here', async t => {
  const world = scene(9)
  world.gateway.announce('inet-vpn', '64512:9:198.51.100.0/24', {
    label: 55,
    extendedCommunities: ['target:64512:8000021', 'subcluster:64512:4']
  })
  world.gateway.announce('inet', '192.0.2.0/24', {})
  world.configure({ clients: [client], objects: subcluster(7) })
  world.run(5)
  const marksIn = (family: 'inet' | 'inet-vpn', prefix: string): string[] => {
    const table = world.node.instances.master.table(family)!
    const path = table.find(table.family.parse(prefix)!)!.paths!
    return (
      Buffer.from(path.attributes.bytes)
        .toString('hex')
        .match(/8085fc00[0-9a-f]{8}/g) ?? []
    )
  }
  t.same(marksIn('inet-vpn', '64512:9:198.51.100.0/24'), ['8085fc0000000004'])
  t.same(marksIn('inet', '192.0.2.0/24'), [])
})

for (const trust of [false, true]) {
  t.test(`a client's own subcluster is none, whatever the number was before (trust: ${trust})`, async t => {
    for (const history of [[0], [0, 7, 0], [7, 0]]) {
      const world = scene(history[0]!)
      world.node.configureNeighbours({ ...noNeighbourConfig, trustsTenants: trust })
      world.client.announce('inet', '203.0.113.0/24', {
        nextHop: '10.1.0.3',
        extendedCommunities: ['subcluster:64512:9', 'subcluster:400000:9', 'subcluster:64512:7']
      })
      world.run(60)
      for (const id of history.slice(1)) {
        world.configure({ clients: [client], objects: subcluster(id) })
        world.run(5)
      }
      t.same(world.marks()['203.0.113.0/24'], [], history.join())
    }
  })
}

t.test('what an instance that went away had is marked anew when it returns', async t => {
  const world = scene(9)
  world.store.withhold(red)
  world.configure({ clients: [client], objects: subcluster(0) })
  world.store.release(red)
  world.run(30)
  t.same(world.marks()['10.1.0.3/32'], [])
})

t.test('nothing is left behind', async t => {
  const world = scene(9)
  world.configure({ clients: [client], objects: subcluster(7) })
  world.agent.stop()
  world.client.stop()
  world.gateway.stop()
  world.run(10)
  t.same(
    [...world.node.instances]
      .flatMap(instance =>
        [...instance.tables.values()]
          .filter(table => table.family.name !== 'route-target')
          .map(({ size }) => size)
      )
      .filter(size => size > 0),
    []
  )
})
