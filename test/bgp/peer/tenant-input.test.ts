/** What clients of BGP as a service cannot say of their routes (docs/decisions/0018), in a whole node. */
import t from 'tap'
import { PathFlag } from '../../../src/bgp/rib/path.js'
import { parseNodeConfig } from '../../../src/config/node-config.js'
import { readAttributes } from '../../../src/lab/route-attributes.js'
import { instanceOf } from '../../support/cluster-objects.js'
import { type Client, TenantScene } from '../../support/tenants.js'

const red = instanceOf('red')
const lonely = instanceOf('lonely')
const compute = '10.61.0.21'
const site = '203.0.113.0/24'
const one: Client = { name: 'one', as: 65001, address: '10.1.0.3', sourcePort: 50000, gateway: '10.1.0.1' }
/** What `lonely` imports; nothing leads there from `red`. */
const target = 'target:64512:8000023'

const config = (trust: boolean) =>
  parseNodeConfig('/weft.yaml', `bgp: { bgpaas_trust: ${trust} }`).config!.bgp

function scene(trust = false) {
  const scene = new TenantScene({ clients: [one] })
  scene.node.configureNeighbours(config(trust))
  const agent = scene.world.agent(scene.lab, { name: 'vr-01', address: compute, nextHop: compute })
  agent.subscribe(red, 4)
  agent.subscribe(lonely, 6)
  agent.publish(red, { prefix: '10.1.0.3/32', label: 33 })
  const router = scene.router(one, compute)
  scene.until('both are up', () => router.isEstablished && agent.isEstablished)
  /** The attributes of the route as it was taken, beside its copy with a way. */
  const said = () => {
    const table = scene.table('inet')
    let path = table.find(table.family.parse(site)!)?.paths
    while (path !== undefined && (path.flags & PathFlag.resolveNextHop) === 0) path = path.next
    const { memory, start, end } = path!.attributes
    return readAttributes(memory, start, end)
  }
  return Object.assign(scene, { agent, client: router, said })
}

t.test('a client has no way into networks that are not connected with its own', async t => {
  const it = scene()
  it.client.announce('inet', '0.0.0.0/0', { nextHop: '10.1.0.3', extendedCommunities: [target] })
  it.run(10)
  t.ok(it.agent.routes(red).has('0.0.0.0/0'), 'the route is taken')
  t.notOk(it.agent.routes(lonely).has('0.0.0.0/0'))
})

t.test('with bgpaas_trust it has, and a change of that holds at once', async t => {
  const it = scene(true)
  it.client.announce('inet', '0.0.0.0/0', { nextHop: '10.1.0.3', extendedCommunities: [target] })
  it.run(10)
  t.ok(it.agent.routes(lonely).has('0.0.0.0/0'))
  it.node.configureNeighbours(config(false))
  it.run(10)
  t.notOk(it.agent.routes(lonely).has('0.0.0.0/0'))
  it.node.configureNeighbours(config(true))
  it.run(10)
  t.ok(it.agent.routes(lonely).has('0.0.0.0/0'))
})

/** Route origin, link bandwidth and color: between the client and routers of its own. */
const kept = ['0003fde900000005', '4004fde900000000', '030b000000000064']

const overlay: readonly [what: string, communities: readonly string[]][] = [
  ['route targets of all three kinds', [target, 'target:10.0.0.1:5', 'target:4200000000:5']],
  ['source AS', ['0009fc0000000000', '0209fa56ea000000']],
  ['VRF route import', ['010b0a0000010005']],
  ['origin VN', ['8071fc0000000017', '8271fa56ea000017']],
  ['security groups', ['8004fc00007a1201', '8204fa56ea000000']],
  ['tags', ['8084fc0000010001', '8284fa56ea000000']],
  ['subclusters', ['8085fc0000000009', '8285fa56ea000009']],
  ['encapsulations', ['030c000000000008']],
  ['load balancing', ['03aa800000000000']],
  ['default gateway', ['030d000000000000']],
  [
    'EVPN',
    ['0600010000000005', '0601010000000010', '0602020000000001', '0603020000000001', '0605010000000010']
  ]
]
for (const [what, communities] of overlay) {
  t.test(`taken off: ${what}`, async t => {
    const it = scene()
    it.client.announce('inet', site, { nextHop: '10.1.0.3', extendedCommunities: kept })
    it.run(10)
    const before = it.said().extendedCommunities
    t.equal(before?.length, kept.length)
    it.client.announce('inet', site, { nextHop: '10.1.0.3', extendedCommunities: [...kept, ...communities] })
    it.run(10)
    t.same(it.said().extendedCommunities, before)
  })
}

t.test('taken off: tags in large communities, and attributes of the overlay; others stay', async t => {
  const it = scene()
  it.client.announce('inet', site, {
    nextHop: '10.1.0.3',
    communities: ['65001:7'],
    largeCommunities: ['65001:1:2', 'tagLC:64512:4294967297', 'tagLC:65001:8000001'],
    pmsiTunnel: '0000000000',
    others: {
      23: '0008000c01040a000001',
      25: '0002200100000000000000000000000000010005',
      40: '01000700000000000064',
      99: '01',
      128: '0000fde9',
      243: '8071fc0000000017'
    }
  })
  it.run(10)
  t.match(it.said(), { communities: ['65001:7'], largeCommunities: ['65001:1:2'] })
  t.equal(it.said().largeCommunities?.length, 1)
  t.equal(it.said().pmsiTunnel, undefined)
  t.same(Object.keys(it.said().others ?? {}), ['99'])
})
