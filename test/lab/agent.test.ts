import t from 'tap'
import { type AgentEvent, LabAgent, type LabAgentOptions } from '../../src/lab/agent.js'
import type { Connection } from '../../src/runtime/transport.js'
import { VirtualNetwork } from '../../src/runtime/virtual-network.js'
import { VirtualScheduler } from '../../src/runtime/virtual-time.js'

/** A control node of a few lines: answers the header, keeps what it hears, says what the test tells it to. */
function world(options: Partial<LabAgentOptions> = {}) {
  const scheduler = new VirtualScheduler(11)
  const network = new VirtualNetwork(scheduler)
  const host = network.host('127.0.0.1')
  const node = {
    connection: undefined as Connection | undefined,
    sessions: [] as string[],
    times: [] as number[]
  }
  const listen = (answer = true) =>
    host.listen({
      port: 5269,
      listening: () => {},
      accepted: connection => {
        const session = node.sessions.push('') - 1
        node.times.push(scheduler.now())
        node.connection = connection
        connection.attach({
          received: bytes => {
            const isFirst = node.sessions[session] === ''
            node.sessions[session] += Buffer.from(bytes).toString('latin1')
            if (isFirst && answer)
              connection.write(
                Buffer.from(
                  '<stream:stream from="cn" to="vr-01" id="++123" version="1.0" xml:lang="en" xmlns="jabber:client" ' +
                    'xmlns:stream="http://etherx.jabber.org/streams" >'
                )
              )
          },
          writable: () => {},
          closed: () => {}
        })
      }
    })
  const events: AgentEvent[] = []
  const agent = new LabAgent({
    scheduler,
    transport: network.host('127.0.0.71'),
    server: { address: '127.0.0.1', port: 5269 },
    name: 'vr-01',
    nextHop: '10.61.0.21',
    onEvent: event => events.push(event),
    ...options
  })
  const say = (numbers: string, instance: string, inside: string) =>
    node.connection!.write(
      Buffer.from(
        `\n<message from="network-control@contrailsystems.com" to="vr-01/bgp-peer">\n\t<event xmlns="http://jabber.org/` +
          `protocol/pubsub">\n\t\t<items node="${numbers}/${instance}">\n${inside}\t\t</items>\n\t</event>\n</message>\n`
      )
    )
  return { scheduler, network, node, listen, agent, events, say }
}

const item = (id: string, label: number): string =>
  `<item id="${id}"><entry><next-hops><next-hop><address>10.61.0.22</address><label>${label}</label></next-hop></next-hops></entry></item>`

t.test('header, keepalive, then subscriptions before routes', async t => {
  const { scheduler, node, listen, agent } = world()
  listen()
  agent.publish('a:b:c:c', { prefix: '10.1.1.1/32' })
  agent.subscribe('a:b:c:c', 7)
  agent.start()
  scheduler.run(1000)
  t.equal(agent.state, 'established')
  const said = node.sessions[0]!
  const order = ['<stream:stream', '\xc8\x80', 'id="subscribe0"', 'id="pubsub0"', 'id="collection0"'].map(
    part => said.indexOf(part)
  )
  t.ok(
    order.every((at, i) => at >= 0 && (i === 0 || at > order[i - 1]!)),
    String(order)
  )
  scheduler.run(92_000)
  t.equal(node.sessions.length, 2, 'nothing was heard for the hold time')
})

t.test('keepalives every third of the hold time', async t => {
  const { scheduler, node, listen, agent } = world({ holdTimeSeconds: 9 })
  listen()
  agent.start()
  scheduler.run(1000)
  for (let i = 0; i < 10; i++) {
    scheduler.run(3000)
    node.connection!.write(Buffer.from([0xc8, 0x80]))
  }
  t.equal(node.sessions.length, 1)
  t.equal(node.sessions[0]!.match(/\xc8\x80/g)!.length, 11)
})

t.test('the table follows items and retracts, and goes with the session', async t => {
  const { scheduler, node, listen, agent, say } = world()
  listen()
  agent.subscribe('a:b:c:c', 7)
  agent.start()
  scheduler.run(1000)
  say('1/1', 'a:b:c:c', item('10.1.1.1/32', 16) + item('10.1.1.2/32', 17))
  say('2/1', 'a:b:c:c', item('fd00::1/128', 18))
  say('1/1', 'a:b:c:c', item('10.1.1.2/32', 19))
  say('1/1', 'a:b:c:c', '<retract id="10.1.1.1/32" />')
  say('0/0', 'EndOfRib', '')
  scheduler.run(1000)
  t.same([...agent.routes('a:b:c:c').keys()], ['10.1.1.2/32'])
  t.equal(agent.routes('a:b:c:c').get('10.1.1.2/32')!.nextHops[0]!.label, 19)
  t.same([...agent.routes('a:b:c:c', 'inet6').keys()], ['fd00::1/128'])
  t.match(agent.statistics, { items: 4, retracts: 1, endOfRibs: 1, malformed: [] })
  node.connection!.end()
  scheduler.run(100)
  t.equal(agent.routes('a:b:c:c').size, 0)
  t.equal(agent.state, 'waiting')
})

t.test('after a session ends it comes back and says all of it again', async t => {
  const { scheduler, node, listen, agent, events } = world()
  listen()
  agent.subscribe('a:b:c:c', 7)
  agent.subscribe('a:b:d:d', 8)
  agent.start()
  scheduler.run(1000)
  agent.publish('a:b:c:c', { prefix: '10.1.1.1/32' })
  agent.publish('a:b:c:c', { prefix: '10.1.1.2/32' })
  agent.publish('a:b:d:d', { prefix: '10.1.1.3/32' })
  agent.withdraw('a:b:c:c', '10.1.1.2/32')
  agent.unsubscribe('a:b:d:d')
  scheduler.run(1000)
  t.ok(node.sessions[0]!.includes('<dissociate node="1/1/a:b:c:c/10.1.1.2/32" />'))
  t.ok(node.sessions[0]!.includes('<unsubscribe node="a:b:d:d">'))
  node.connection!.destroy()
  scheduler.run(2000)
  t.equal(agent.state, 'established')
  t.same(
    events.map(event => event.kind),
    ['established', 'closed', 'established']
  )
  t.same(node.sessions[1]!.match(/<(subscribe|associate) node="[^"]*"/g), [
    '<subscribe node="a:b:c:c"',
    '<associate node="1/1/a:b:c:c/10.1.1.1/32"'
  ])
})

t.test('attempts: at once, then 1, 2, 4, 8, 16, 30, 30 s', async t => {
  const { scheduler, node, listen, agent } = world()
  const listener = listen(false)
  agent.start()
  for (let i = 0; i < 8; i++) {
    scheduler.runUntil(() => node.times.length > i, 40_000)
    node.connection!.destroy()
  }
  const gaps = node.times.slice(1).map((time, i) => (time - node.times[i]!) / 1000)
  for (const [i, expected] of [1, 2, 4, 8, 16, 30, 30].entries()) {
    t.ok(Math.abs(gaps[i]! - expected) <= expected / 10 + 0.02, `${gaps[i]} is about ${expected}`)
  }
  t.equal(agent.statistics.failedAttempts >= 7, true)
  listener.close()
})

t.test('stop and kill stay away', async t => {
  for (const leave of ['stop', 'kill'] as const) {
    const { scheduler, network, listen, agent } = world()
    listen()
    agent.start()
    scheduler.run(1000)
    agent[leave]()
    scheduler.run(100_000)
    t.equal(agent.state, 'stopped')
    t.equal(network.connectionCount, 0)
    t.equal(scheduler.waiting, 0)
    agent.start()
    scheduler.run(1000)
    t.equal(agent.state, 'established')
  }
})
