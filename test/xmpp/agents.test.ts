import fc from 'fast-check'
import t from 'tap'
import { Protocol, Source, SourceKind } from '../../src/bgp/rib/source.js'
import { inet } from '../../src/bgp/wire/family/inet.js'
import { blue, LabNode, master, type RawClient, red, told } from './support.js'

function world(instances: readonly string[] = [blue]): { node: LabNode; one: RawClient; two: RawClient } {
  const node = new LabNode()
  for (const name of instances) node.addInstance(name)
  const one = node.agent('compute-7', '192.0.2.17')
  const two = node.agent('compute-8', '192.0.2.18')
  one.takeText()
  two.takeText()
  return { node, one, two }
}

const news = (client: RawClient): string[] => told(client.takeText())

t.test('a route goes to all agents of the instance, its own included', async t => {
  const { node, one, two } = world()
  one.subscribe(blue, 7)
  two.subscribe(blue, 3)
  one.publish(blue, '10.20.1.7/32')
  t.same(news(one), ['+10.20.1.7/32 192.0.2.17/42'])
  t.same(news(two), ['+10.20.1.7/32 192.0.2.17/42'])
  two.publish(blue, '10.20.1.7/32', { nextHop: '192.0.2.18', label: 43 })
  t.same(news(one), ['+10.20.1.7/32 192.0.2.17/42 192.0.2.18/43'], 'ECMP')
  two.takeText()
  two.publish(blue, '10.20.1.7/32', { nextHop: '192.0.2.18', label: 43, localPreference: 100 })
  t.same(news(one), ['+10.20.1.7/32 192.0.2.17/42'])
  two.publish(blue, '10.20.1.7/32', { nextHop: '192.0.2.18', label: 43, localPreference: 100 })
  t.same(news(one), [], 'the same again is no news')
  two.publish(blue, '2001:db8::7/128', { nextHop: '192.0.2.18' })
  t.same(news(one), ['+2001:db8::7/128 192.0.2.18/42'])
  one.withdraw(blue, '10.20.1.7/32', { nextHops: '' })
  t.same(news(one), ['+10.20.1.7/32 192.0.2.18/43'], 'only the key of a withdrawal counts')
  two.withdraw(blue, '10.20.1.7/32').withdraw(blue, '2001:db8::7/128')
  t.same(news(one), ['-10.20.1.7/32', '-2001:db8::7/128'])
  t.equal(node.attributes.size, 0, 'no attributes are left')
})

t.test('the message around items', async t => {
  const { one, two } = world()
  one.subscribe(blue)
  two.subscribe(blue)
  one.publish(blue, '10.20.1.7/32')
  const text = one.takeText()
  t.ok(
    text.startsWith(
      '\n<message from="network-control@contrailsystems.com" to="compute-7/bgp-peer">\n' +
        '\t<event xmlns="http://jabber.org/protocol/pubsub">\n\t\t<items node="1/1/default-domain:demo:blue:blue">\n' +
        '\t\t\t\t\t\t<item id="10.20.1.7/32">\n\t\t\t\t<entry>\n'
    )
  )
  t.ok(text.endsWith('\t\t\t\t</entry>\n\t\t\t</item>\n\t\t</items>\n\t</event>\n</message>\n'))
  t.equal(two.takeText(), text.replace('to="compute-7/', 'to="compute-8/'))
  one.withdraw(blue, '10.20.1.7/32')
  t.equal(
    one.takeText(),
    '\n<message from="network-control@contrailsystems.com" to="compute-7/bgp-peer">\n' +
      '\t<event xmlns="http://jabber.org/protocol/pubsub">\n\t\t<items node="1/1/default-domain:demo:blue:blue">\n' +
      '\t\t\t<retract id="10.20.1.7/32" />\n\t\t</items>\n\t</event>\n</message>\n'
  )
})

t.test('at most 32 items or 256 retracts a message, never both', async t => {
  const { node, one, two } = world()
  one.subscribe(blue)
  for (let i = 0; i < 300; i++)
    one.connection!.write(Buffer.from(one.publishText(blue, `10.0.${i >> 8}.${i & 255}/32`)))
  node.scheduler.run(1000)
  two.subscribe(blue)
  const items = two.takeText().split('</message>').slice(0, -1)
  t.same(
    items.map(message => message.match(/<item /g)?.length),
    [32, 32, 32, 32, 32, 32, 32, 32, 32, 12]
  )
  one.unsubscribe(blue)
  const retracts = two.takeText().split('</message>').slice(0, -1)
  t.equal(told(retracts.join('')).length, 300)
  t.ok(retracts.every(message => message.match(/<retract /g)!.length <= 256 && !message.includes('<item ')))
})

t.test('subscribing', async t => {
  const { node, one, two } = world()
  one.subscribe(blue, 7)
  t.same(node.interest, [`+compute-7 ${blue}`])
  one.publish(blue, '10.0.0.1/32')
  two.subscribe(blue, 3)
  t.same(news(two), ['+10.0.0.1/32 192.0.2.17/42'], 'the whole table is told')
  two.publish(blue, '10.0.0.2/32', { nextHop: '192.0.2.18' })
  one.takeText()
  two.takeText()
  two.unsubscribe(blue)
  t.same(news(two), [], 'no retracts to the one that leaves')
  t.same(news(one), ['-10.0.0.2/32'])
  t.same(node.interest.slice(1), [`+compute-8 ${blue}`, `-compute-8 ${blue}`])
  one.publish(blue, '10.0.0.3/32')
  t.same(news(two), [])
  two.subscribe(blue, 3, '<no-ribout>true</no-ribout>')
  two.publish(blue, '10.0.0.4/32', { nextHop: '192.0.2.18' })
  t.same(news(two), [], 'no-ribout')
  t.same(news(one), ['+10.0.0.3/32 192.0.2.17/42', '+10.0.0.4/32 192.0.2.18/42'])
})

t.test('violations', async t => {
  const vectors: { name: string; does: (agent: RawClient) => void }[] = [
    { name: 'subscribe twice', does: agent => agent.subscribe(blue).subscribe(blue) },
    { name: 'subscribe twice to what is not there', does: agent => agent.subscribe(red).subscribe(red) },
    { name: 'unsubscribe without subscription', does: agent => agent.unsubscribe(blue) },
    { name: 'unsubscribe twice', does: agent => agent.subscribe(blue).unsubscribe(blue).unsubscribe(blue) },
    { name: 'publish without subscription', does: agent => agent.publish(blue, '10.0.0.1/32') },
    { name: 'publish into what is not there', does: agent => agent.publish(red, '10.0.0.1/32') },
    { name: 'withdraw without subscription', does: agent => agent.withdraw(blue, '10.0.0.1/32') },
    {
      name: 'subscription without instance id',
      does: agent => agent.subscribe(blue, 'none').publish(blue, '10.0.0.1/32')
    }
  ]
  for (const { name, does } of vectors) {
    const { node, one, two } = world()
    does(one)
    t.ok(one.isClosed, name)
    t.same(
      node.ended.map(({ cause }) => cause.kind),
      ['violation'],
      name
    )
    t.equal(two.isClosed, false)
  }
})

t.test('items that are ignored leave the session and the route as they are', async t => {
  const { node, one } = world([blue, master])
  one.subscribe(blue).subscribe(master, 0)
  one.publish(blue, '10.0.0.1/32')
  one.takeText()
  one
    .publish(blue, '10.0.0.1/32', { label: 0 })
    .publish(blue, '10.0.0.1/32', { label: 'x' })
    .publish(blue, '10.0.0.1/32', { nextHop: 'nowhere' })
    .publish(blue, '10.0.0.999/32')
    .publish(blue, '10.0.0.1/32', { safi: 4 })
    .publish(master, '10.0.0.1/32', { label: 5 })
    .publish(master, '10.0.0.1/32', { label: 0, safi: 4 })
  t.same(news(one), [])
  t.same(node.server.agents.get('compute-7')?.statistics.itemFaults, {
    xml: 1,
    family: 1,
    prefix: 1,
    'next-hop': 4
  })
  const inet6 = (): object | undefined => node.server.agents.get('compute-7')?.statistics.inet6ItemFaults
  t.same(inet6(), { xml: 0, family: 0, prefix: 0, 'next-hop': 0 })
  one.publish(blue, '2001:db8::1/129')
  t.same(inet6(), { xml: 0, family: 0, prefix: 1, 'next-hop': 0 })
  one.send(
    one.iq('<publish node="25/999/x"><item/></publish>') +
      one.iq(`<collection node="${blue}"><associate node="25/999/x"/></collection>`)
  )
  one.withdraw(blue, '10.9.9.9/32')
  t.equal(one.isClosed, false)
  one.publish(blue, '10.0.0.1/32', { encapsulations: ['unknown'] })
  t.same(news(one), ['-10.0.0.1/32'], 'a path without a usable tunnel is not told')
})

t.test('the master instance', async t => {
  const { node, one } = world([master])
  one.subscribe(master, 0)
  one.publish(master, '192.0.2.17/32', { label: 3, safi: 4 })
  t.same(news(one), ['+192.0.2.17/32 192.0.2.17/3'])
  one.publish(master, '10.0.0.1/32', { label: 0, encapsulations: ['native'], nodeTail: '/7' })
  const text = one.takeText()
  t.match(text, /<items node="1\/1\/default-domain:default-project:ip-fabric:__default__">/)
  t.match(text, /<label>0<\/label>\n\t*<vni>0<\/vni>\n\t*<tunnel-encapsulation-list \/>/)
  t.match(text, /<virtual-network>default-domain:default-project:ip-fabric<\/virtual-network>/)
  const route = node.instances.get(master)!.table('inet')!.find(inet.parse('10.0.0.1/32')!)
  t.ok(
    Buffer.from(route!.best!.attributes.bytes).includes(Buffer.from('0001c00002110007', 'hex')),
    'the primary instance gives the RD'
  )
})

t.test('virtual networks of paths from elsewhere', async t => {
  const { node, one } = world()
  one.subscribe(blue)
  node.networks.set(5, 'default-domain:demo:green')
  const table = node.instances.get(blue)!.table('inet')!
  const chain = new Source('chain', SourceKind.serviceChain, Protocol.none)
  const network = (hex: string): string | undefined => {
    const bytes = Buffer.from(`400304c0000263${hex}`, 'hex')
    const set = node.attributes.intern(bytes, 0, bytes.length)
    const key = inet.parse('10.1.0.0/16')!
    table.update(key, 0, key.length, chain, set, 0, 0, 161)
    node.attributes.release(set)
    node.scheduler.run(100)
    return /<virtual-network>([^<]*)</.exec(one.takeText())?.[1]
  }
  t.equal(network('c010088071fc0000000005'), 'default-domain:demo:green')
  t.equal(network('c010088071fc0000000006'), 'unresolved')
  t.equal(network('c010088071fc0000000000'), 'default-domain:demo:blue')
  t.equal(network(''), 'unresolved')
})

t.test('a lost session leaves no trace', async t => {
  const { node, one, two } = world()
  one.subscribe(blue)
  two.subscribe(blue)
  for (let i = 0; i < 600; i++)
    one.connection!.write(Buffer.from(one.publishText(blue, `10.0.${i >> 8}.${i & 255}/32`)))
  two.publish(blue, '10.0.0.0/32', { nextHop: '192.0.2.18' })
  node.scheduler.run(1000)
  two.takeText()
  one.connection!.end()
  node.scheduler.run(1000)
  const lines = news(two)
  t.equal(lines.filter(line => line.startsWith('-')).length, 599)
  t.same(
    lines.filter(line => line.startsWith('+')),
    ['+10.0.0.0/32 192.0.2.18/42']
  )
  t.equal(node.agents.peers.size, 1)
  t.equal(node.agents.pendingSweeps, 0)
  two.connection!.end()
  node.scheduler.run(1000)
  const table = node.instances.get(blue)!.table('inet')!
  t.same(
    [table.size, table.listenerCount, node.attributes.size, [...node.ribOuts.all()].length],
    [0, 0, 0, 0]
  )
  t.same(node.interest.slice(2).sort(), [`-compute-7 ${blue}`, `-compute-8 ${blue}`])
})

t.test('unsubscribe and subscribe again while routes are still being withdrawn', async t => {
  const { node, one, two } = world()
  one.subscribe(blue)
  two.subscribe(blue)
  const publish = (from: number, to: number): string => {
    let text = ''
    for (let i = from; i < to; i++) text += one.publishText(blue, `10.0.${i >> 8}.${i & 255}/32`)
    return text
  }
  one.send(publish(0, 2000))
  one.send(one.unsubscribeText(blue) + one.subscribeText(blue) + publish(1500, 2000))
  node.scheduler.run(1000)
  t.equal(node.instances.get(blue)!.table('inet')!.size, 500)
  t.equal(node.agents.pendingSweeps, 0)
  one.unsubscribe(blue)
  t.equal(node.instances.get(blue)!.table('inet')!.size, 0)
  t.equal(node.attributes.size, 0)
})

t.test('instances that come and go', async t => {
  const { node, one, two } = world([])
  one.subscribe(blue).publish(blue, '10.0.0.1/32').publish(blue, '10.0.0.2/32').withdraw(blue, '10.0.0.2/32')
  two.subscribe(blue)
  t.same(news(two), [])
  t.same(node.interest, [])
  node.addInstance(blue)
  node.scheduler.run(100)
  t.same(news(two), ['+10.0.0.1/32 192.0.2.17/42'])
  t.equal(node.interest.length, 2)
  node.removeInstance(blue)
  node.scheduler.run(2000)
  t.same(news(two), ['-10.0.0.1/32'])
  t.equal([...node.ribOuts.all()].length, 0)
  t.equal(node.attributes.size, 0)
  one.publish(blue, '10.0.0.3/32')
  node.addInstance(blue)
  node.scheduler.run(100)
  t.same(news(two), ['+10.0.0.1/32 192.0.2.17/42', '+10.0.0.3/32 192.0.2.17/42'])
  node.removeInstance(blue)
  one.unsubscribe(blue)
  t.equal(one.isClosed, false)
  node.addInstance(blue)
  node.scheduler.run(100)
  t.equal(node.instances.get(blue)!.table('inet')!.size, 0, 'an ended subscription keeps nothing')
})

t.test('a slow agent holds no one back and ends with the same state', async t => {
  const node = new LabNode(1, { highWaterBytes: 4096, windowBytes: 2048, segmentBytes: 512 })
  node.addInstance(blue)
  const [one, slow] = [node.agent('compute-7', '192.0.2.17'), node.agent('compute-8', '192.0.2.18')]
  slow.subscribe(blue)
  one.subscribe(blue)
  slow.connection!.pause()
  for (let round = 0; round < 5; round++) {
    let text = ''
    for (let i = 0; i < 100; i++) text += one.publishText(blue, `10.0.0.${i}/32`, { label: 100 + round })
    one.send(text)
    node.scheduler.run(10_000)
  }
  one.withdraw(blue, '10.0.0.99/32')
  t.equal(told(one.text).length, 501)
  const before = told(slow.text).length
  t.ok(before < 50)
  slow.connection!.resume()
  node.scheduler.run(60_000)
  const state = new Map<string, string>()
  for (const line of told(slow.text)) {
    const [id, ...hops] = line.slice(1).split(' ')
    if (line.startsWith('-')) state.delete(id!)
    else state.set(id!, hops.join(' '))
  }
  t.equal(state.size, 99)
  t.ok([...state.values()].every(hops => hops === '192.0.2.17/104'))
  t.ok(told(slow.text).length < 300, 'intermediate states are skipped')
})

t.test('end of RIB', async t => {
  const { node, one } = world()
  const marker =
    '\n<message from="network-control@contrailsystems.com" to="compute-7/bgp-peer">\n' +
    '\t<event xmlns="http://jabber.org/protocol/pubsub">\n<items node="0/0/EndOfRib"></items>\n\t</event>\n</message>\n'
  one.subscribe(blue)
  one.publish(blue, '10.0.0.1/32')
  node.scheduler.run(30_000)
  t.notMatch(one.takeText(), /EndOfRib/, 'not while the node is starting')
  node.scheduler.run(32_000)
  t.equal(one.takeText().split(marker).length, 2, 'once')
  one.send('\n')
  node.scheduler.run(60_000)
  t.notMatch(one.takeText(), /EndOfRib/)
})

t.test(
  'end of RIB: a fifth of the configured time after the start, and at that time at the latest',
  async t => {
    const { node, one, two } = world()
    const settings = { as: 64512, rdClusterSeed: 0, allTagsAreGlobal: false }
    node.agents.apply({ ...settings, endOfRibTimeoutSeconds: 50 })
    one.subscribe(blue)
    two.subscribe(blue)
    const startedAt = node.scheduler.now()
    let toldAt = 0
    for (let i = 0; i < 60; i++) {
      one.publish(blue, '10.0.0.1/32', { label: 100 + i })
      if (toldAt === 0 && /EndOfRib/.test(one.takeText())) toldAt = node.scheduler.now() - startedAt
    }
    t.ok(toldAt >= 49_000 && toldAt <= 54_000, `never quiet: after ${toldAt} ms`)
    const later = node.agent('compute-9', '192.0.2.19')
    later.subscribe(blue)
    node.scheduler.run(8_000)
    t.match(later.takeText(), /EndOfRib/, 'quiet, and the node started long ago')
  }
)

t.test('end of RIB: a pair without items', async t => {
  const { node, one } = world()
  one.send(one.iq('<publish/>') + one.iq('<collection/>'))
  t.equal(node.server.agents.get('compute-7')?.statistics.routesReceived.endOfRib, 1)
})

t.test('what is told does not depend on the order of what happens', async t => {
  const prefixes = ['10.0.0.1/32', '10.0.0.2/32', '10.0.0.3/32']
  const step = fc.record({
    agent: fc.nat(1),
    prefix: fc.constantFrom(...prefixes),
    kind: fc.constantFrom('publish', 'publish', 'withdraw', 'instance', 'resubscribe'),
    label: fc.integer({ min: 1, max: 2 })
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), fc.nat(), (steps, seed) => {
      const node = new LabNode(seed)
      const agents = ['192.0.2.17', '192.0.2.18'].map((address, i) => node.agent(`compute-${i}`, address))
      const model = [new Map<string, number>(), new Map<string, number>()]
      for (const agent of agents) agent.subscribe(blue)
      for (const { agent, prefix, kind, label } of steps) {
        const client = agents[agent]!
        if (kind === 'publish') {
          client.publish(blue, prefix, { nextHop: `192.0.2.${17 + agent}`, label })
          model[agent]!.set(prefix, label)
        } else if (kind === 'withdraw') {
          client.withdraw(blue, prefix)
          model[agent]!.delete(prefix)
        } else if (kind === 'instance') {
          if (node.instances.has(blue)) node.removeInstance(blue)
          else node.addInstance(blue)
        } else {
          client.unsubscribe(blue).subscribe(blue)
          model[agent]!.clear()
        }
      }
      if (!node.instances.has(blue)) node.addInstance(blue)
      const observer = node.agent('observer', '192.0.2.19')
      observer.takeText()
      observer.subscribe(blue)
      const expected = prefixes
        .map(prefix => {
          const hops = model.flatMap((routes, i) =>
            routes.has(prefix) ? [`192.0.2.${17 + i}/${routes.get(prefix)}`] : []
          )
          return hops.length === 0 ? '' : `+${prefix} ${hops.join(' ')}`
        })
        .filter(line => line !== '')
      t.same(told(observer.takeText()).sort(), expected)
      for (const agent of [...agents, observer]) agent.connection!.end()
      node.scheduler.run(3000)
      return node.attributes.size === 0 && node.instances.get(blue)!.table('inet')!.size === 0
    }),
    { numRuns: 60 }
  )
})
