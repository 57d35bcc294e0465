/** An instance that goes, and comes back at once: what agents are told at last is what is in its tables. */
import fc from 'fast-check'
import t from 'tap'
import type { VirtualNetworkOptions } from '../../src/runtime/virtual-network.js'
import { blue, LabNode, type RawClient, told } from './support.js'

/** What an agent knows after all that it was told since it subscribed last. */
function known(client: RawClient): string[] {
  const state = new Map<string, string>()
  for (const line of told(client.text)) {
    const [id, ...hops] = line.slice(1).split(' ')
    if (line.startsWith('-')) state.delete(id!)
    else state.set(id!, hops.join(' '))
  }
  return [...state].map(([id, hops]) => `${id} ${hops}`).sort()
}

/** What a session that begins now is told. */
function tables(node: LabNode, others: readonly RawClient[] = []): string[] {
  const observer = node.agent('observer', '192.0.2.99')
  observer.takeText()
  observer.subscribe(blue)
  settle(node, [observer, ...others])
  return known(observer)
}

/** A minute, with keepalives. */
function settle(node: LabNode, clients: readonly RawClient[]): void {
  for (let i = 0; i < 3; i++) {
    for (const client of clients) client.connection!.write(Buffer.from('\n'))
    node.scheduler.run(20_000)
  }
}

const prefix = (i: number): string => `10.0.${i >> 8}.${i & 255}/32`
/**
 * So little is under way at a time that whoever is told much is full for long, some 1 MB a second. Each segment is an
 * event of its own: as many routes as make several slices are enough.
 */
const slow: VirtualNetworkOptions = { highWaterBytes: 4096, windowBytes: 4096, delay: [0.2, 4] }
const routesOf = (network: VirtualNetworkOptions): number => (network === slow ? 300 : 1000)

function world(seed: number, network: VirtualNetworkOptions = {}) {
  const node = new LabNode(seed, network)
  node.addInstance(blue)
  const [one, two] = [node.agent('compute-7', '192.0.2.17'), node.agent('compute-8', '192.0.2.18')]
  one.subscribe(blue)
  two.subscribe(blue)
  let text = ''
  for (let i = 0; i < routesOf(network); i++) text += one.publishText(blue, prefix(i))
  one.send(text)
  node.scheduler.run(5_000)
  return { node, one, two }
}

for (const [pauseMs, network] of [0, 1, 20, 200].flatMap(ms => [[ms, {}] as const, [ms, slow] as const])) {
  const how = network === slow ? 'slow' : 'fast'
  const routes = routesOf(network)
  t.test(`${routes} routes, ${pauseMs} ms without the instance, ${how} agents`, async t => {
    const { node, one, two } = world(pauseMs + 1, network)
    settle(node, [one, two])
    t.equal(known(two).length, routes)
    node.removeInstance(blue)
    node.scheduler.run(pauseMs)
    node.addInstance(blue)
    settle(node, [one, two])
    const expected = tables(node, [one, two])
    t.equal(expected.length, routes)
    t.same(known(one), expected)
    t.same(known(two), expected)
    for (const client of [one, two]) client.connection!.end()
    node.scheduler.run(10_000)
    t.equal(node.agents.pendingSweeps, 0)
  })
}

t.test('the routes of an instance that goes leave in slices', async t => {
  const { node } = world(1)
  const table = node.instances.get(blue)!.table('inet')!
  node.removeInstance(blue)
  t.equal(table.size, routesOf({}), 'none of them in the turn that removes it')
  node.scheduler.run(5_000)
  t.equal(table.size, 0)
})

for (const network of [{}, slow])
  t.test(`what is said while routes leave, ${network === slow ? 'slow' : 'fast'} agents`, async t => {
    const { node, one, two } = world(1, network)
    const routes = routesOf(network)
    settle(node, [one, two])
    node.removeInstance(blue)
    // In the turns in which the routes leave, some of which are gone and some not.
    const said = (label: number): string[] =>
      Array.from({ length: 100 }, (_, i) =>
        i % 2 === 0
          ? one.publishText(blue, prefix((i * routes) / 100), { label })
          : one.withdrawText(blue, prefix((i * routes) / 100))
      )
    one.connection!.write(Buffer.from(said(99).join('')))
    node.scheduler.run(1)
    node.addInstance(blue)
    settle(node, [one, two])
    const expected = tables(node, [one, two])
    t.equal(expected.length, routes - 50)
    t.equal(expected.filter(line => line.endsWith('/99')).length, 50)
    t.same(known(two), expected)
  })

t.test('a subscription that ends while its routes leave brings none of them back', async t => {
  const { node, one, two } = world(1)
  node.removeInstance(blue)
  one.connection!.write(Buffer.from(one.unsubscribeText(blue) + one.subscribeText(blue)))
  node.addInstance(blue)
  node.scheduler.run(5_000)
  t.same(tables(node, [one, two]), [])
  t.same(known(two), [])
  t.equal(node.attributes.size, 0)
})

t.test('whatever happens, agents know what is in the tables', async t => {
  const prefixes = ['10.0.0.1/32', '10.0.0.2/32', '10.0.0.3/32']
  const step = fc.record({
    agent: fc.nat(1),
    prefix: fc.constantFrom(...prefixes),
    kind: fc.constantFrom(
      'publish',
      'publish',
      'withdraw',
      'goes',
      'comes',
      'flickers',
      'resubscribe',
      'time'
    ),
    ms: fc.constantFrom(1, 5, 15, 100)
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.nat(), (steps, seed) => {
      const node = new LabNode(seed)
      const agents = ['192.0.2.17', '192.0.2.18'].map((address, i) => node.agent(`compute-${i}`, address))
      for (const agent of agents) agent.subscribe(blue)
      const goes = (): void => {
        if (node.instances.has(blue)) node.removeInstance(blue)
      }
      const comes = (): void => {
        if (!node.instances.has(blue)) node.addInstance(blue)
      }
      let label = 0
      for (const { agent, prefix, kind, ms } of steps) {
        const client = agents[agent]!
        const write = (text: string): unknown => client.connection!.write(Buffer.from(text))
        const nextHop = `192.0.2.${17 + agent}`
        if (kind === 'publish') write(client.publishText(blue, prefix, { nextHop, label: ++label }))
        else if (kind === 'withdraw') write(client.withdrawText(blue, prefix))
        else if (kind === 'time') node.scheduler.run(ms)
        else if (kind === 'resubscribe') {
          // What was told before it ended does not count.
          write(client.unsubscribeText(blue))
          node.scheduler.run(2_000)
          client.takeText()
          write(client.subscribeText(blue))
        } else {
          if (kind !== 'comes') goes()
          if (kind !== 'goes') comes()
        }
      }
      comes()
      node.scheduler.run(10_000)
      const expected = tables(node, agents)
      for (const agent of agents) t.same(known(agent), expected)
    }),
    { numRuns: 150 }
  )
})
