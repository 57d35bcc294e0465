import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import type { LabAgent } from '../../src/lab/agent.js'
import { masterInstance as master } from '../../src/lab/agent-text.js'
import { LabWorld } from '../../src/lab/world.js'

/** The example that people meet first, played by simulated agents and a simulated router. */
const folder = new URL('../../examples/quick-start/objects/', import.meta.url)
const objects = readdirSync(folder).map(file => readFileSync(new URL(file, folder), 'utf8'))
const pods = 'default-domain:k8s:pods:pods'
const [red, blue, lonely] = ['red', 'blue', 'lonely'].map(name => `default-domain:demo:${name}:${name}`) as [
  string,
  string,
  string
]

function start(seed: number) {
  const world = new LabWorld(seed)
  const node = world.node({ hostname: 'cn-a', address: '127.0.0.1', bgpPort: 1179, objects })
  world.run(1000)
  const held = node.node.attributes.size // its own route target membership
  const edge = world.router({
    name: 'edge',
    as: 65311,
    address: '127.0.0.2',
    listenPort: 1179,
    families: ['inet'],
    neighbors: [{ address: '127.0.0.1', as: 64512, port: 1179 }]
  })
  const [a, b] = (['vr-01', 'vr-02'] as const).map((name, i) =>
    world.agent(node, { name, address: `127.0.0.2${i + 1}`, nextHop: `10.61.0.2${i + 1}` })
  ) as [LabAgent, LabAgent]
  for (const [i, agent] of [a, b].entries()) {
    agent.subscribe(master, 0)
    agent.subscribe(pods, 7 - 4 * i)
  }
  world.until(
    'agents and router are connected',
    () => a.isEstablished && b.isEstablished && edge.isEstablished
  )
  return { world, node, held, edge, a, b }
}

/** A pod is published twice: in its network, and in the master instance without label. */
function publishPod(agent: LabAgent, prefix: string, label: number, instanceId: number): void {
  agent.publish(pods, { prefix, label })
  agent.publish(master, { prefix, primaryInstanceId: instanceId, virtualNetwork: 'default-domain:k8s:pods' })
}

for (const seed of [1, 2, 3]) {
  t.test(`pods are reachable from the router, seed ${seed}`, async t => {
    const { world, node, held, edge, a, b } = start(seed)
    t.same(world.failures, [])
    publishPod(a, '10.61.64.9/32', 30, 7)
    publishPod(a, '10.61.64.10/32', 32, 7)
    publishPod(b, '10.61.64.19/32', 41, 3)
    world.until('the router has three pods', () => edge.routes('inet').size === 3)
    world.until('agents have them twice', () =>
      [a, b].every(agent => agent.routes(pods).size === 3 && agent.routes(master).size === 3)
    )
    t.match(edge.routes('inet').get('10.61.64.9/32'), {
      nextHop: '10.61.0.21',
      asPath: '64512',
      med: 100,
      extendedCommunities: ['originvn:64512:13']
    })
    t.match(edge.routes('inet').get('10.61.64.19/32'), { nextHop: '10.61.0.22' })
    t.match(b.routes(pods).get('10.61.64.9/32'), {
      nextHops: [{ address: '10.61.0.21', label: 30, encapsulations: ['gre', 'udp'] }],
      virtualNetwork: 'default-domain:k8s:pods'
    })
    t.match(b.routes(master).get('10.61.64.9/32'), { nextHops: [{ address: '10.61.0.21', label: 0 }] })

    edge.announce('inet', '203.0.113.0/24')
    world.until('agents know the way out', () =>
      [a, b].every(agent => agent.routes(master).has('203.0.113.0/24'))
    )
    t.match(a.routes(master).get('203.0.113.0/24')!.nextHops, [{ address: '127.0.0.2', label: 0 }])

    a.kill()
    world.until('its pods are gone', () => edge.routes('inet').size === 1 && b.routes(pods).size === 1)
    t.same([...b.routes(pods).keys()], ['10.61.64.19/32'])
    a.start()
    world.until('it is back', () => edge.routes('inet').size === 3)

    edge.stop()
    world.until('so is the way out', () => !a.routes(master).has('203.0.113.0/24'))
    t.same([...a.statistics.malformed, ...b.statistics.malformed], [])
    a.kill()
    b.stop()
    world.run(5000)
    t.equal(node.node.attributes.size, held, 'nothing more is held than before')
  })
}

t.test('red and blue are connected, lonely is not', async t => {
  const { world, a, b } = start(4)
  a.subscribe(red, 21)
  a.subscribe(lonely, 23)
  b.subscribe(blue, 22)
  a.publish(red, { prefix: '10.1.0.3/32', label: 51 })
  a.publish(lonely, { prefix: '10.3.0.3/32', label: 53 })
  b.publish(blue, { prefix: '10.2.0.3/32', label: 52 })
  world.until('routes', () => a.routes(red).size === 2 && b.routes(blue).size === 2)
  world.run(5000)
  t.same([...a.routes(red).keys()].sort(), ['10.1.0.3/32', '10.2.0.3/32'])
  t.same([...a.routes(lonely).keys()], ['10.3.0.3/32'])
  t.match(b.routes(blue).get('10.1.0.3/32'), {
    nextHops: [{ address: '10.61.0.21', label: 51 }],
    virtualNetwork: 'default-domain:demo:red'
  })
})

t.test('a dead link: agent and router are noticed as dead, and come back', async t => {
  const { world, edge, a, b } = start(5)
  publishPod(a, '10.61.64.9/32', 30, 7)
  edge.announce('inet', '203.0.113.0/24')
  world.until('routes', () => edge.routes('inet').size === 1 && b.routes(master).has('203.0.113.0/24'))
  world.network.linkDown('127.0.0.21')
  world.until('hold time', () => edge.routes('inet').size === 0, 100_000)
  world.network.linkDown('127.0.0.2')
  world.until('hold time', () => !b.routes(master).has('203.0.113.0/24'), 100_000)
  world.network.linkUp('127.0.0.21')
  world.network.linkUp('127.0.0.2')
  world.until(
    'all is as it was',
    () => edge.routes('inet').size === 1 && a.routes(master).has('203.0.113.0/24'),
    300_000
  )
  t.ok(b.isEstablished)
})
