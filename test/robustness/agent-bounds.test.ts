/** What one agent can make the node hold or do: bounded, and at the cost of its own session alone. */
import t from 'tap'
import { maximumSubscriptions } from '../../src/xmpp/agent-peer.js'
import { defaultServerSettings } from '../../src/xmpp/server.js'
import { blue, LabNode } from '../xmpp/support.js'
import { heap } from './heap.js'

t.test('subscriptions without end', async t => {
  const node = new LabNode()
  const greedy = node.agent('greedy', '192.0.2.66')
  const good = node.agent('good', '192.0.2.17')
  for (let i = 0; i <= maximumSubscriptions; i += 1024) {
    const texts = Array.from({ length: 1024 }, (_, n) => greedy.subscribeText(`no:such:vn:${i + n}`, 1))
    greedy.connection!.write(Buffer.from(texts.join('')))
    node.scheduler.run(100)
  }
  t.equal(greedy.connection === undefined || greedy.isClosed, true)
  t.match(
    node.ended.map(({ name, cause }) => [name, cause.kind, cause.what]),
    [['greedy', 'violation', /16384 subscriptions/]]
  )
  t.equal(node.server.statistics.violations, 1)
  t.equal(good.isClosed, false)
})

t.test('an instance with an endless name', async t => {
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17').subscribe('x'.repeat(5000))
  t.ok(agent.isClosed)
  t.match(node.ended, [{ cause: { kind: 'violation', what: /name of 5000 characters/ } }])
})

t.test('names do not keep the stanzas that they came in', async t => {
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17')
  const padding = `<pad>${'x'.repeat(500_000)}</pad>`
  const before = heap()
  for (let i = 0; i < 60; i++) {
    agent.connection!.write(Buffer.from(agent.subscribeText(`domain:project:network-${i}`, 1, padding)))
    node.scheduler.run(100)
  }
  t.equal(node.agents.peers.get('compute-7')?.subscriptions.size, 60)
  const grown = (heap() - before) / 1e6
  t.ok(grown < 10, `60 names in stanzas of half a megabyte: ${grown.toFixed(1)} MB`)
})

t.test('an agent that reads nothing gets no heap of keepalives', async t => {
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17')
  const session = node.server.agents.get('compute-7')!
  const sent = session.statistics.sent.keepalive
  Object.defineProperty(session, 'blocked', { get: () => true })
  for (let i = 0; i < 20; i++) {
    node.scheduler.run(30_000)
    agent.send(' ')
  }
  t.equal(session.statistics.sent.keepalive, sent)
  t.equal(agent.isClosed, false)
})

t.test('a defect of ours while a stanza is handled costs that session alone', async t => {
  const node = new LabNode()
  node.addInstance(blue)
  const table = node.instances.get(blue)!.table('inet')!
  const good = node.agent('good', '192.0.2.17').subscribe(blue)
  const bad = node.agent('bad', '192.0.2.18').subscribe(blue)
  good.publish(blue, '10.20.1.7/32')
  node.agents.peers.get('bad')!.update = () => {
    throw new Error('a defect')
  }
  bad.publish(blue, '10.20.1.8/32')
  t.match(node.ended, [{ name: 'bad', cause: { kind: 'internal-error', error: { message: 'a defect' } } }])
  t.equal(node.server.statistics.internalErrors, 1)
  t.ok(bad.isClosed)
  t.equal(good.isClosed, false)
  t.equal(table.size, 1)
})

t.test('a stanza of very many elements, or attributes', async t => {
  const attributes = Array.from({ length: 40_000 }, (_, i) => ` a${i}=""`).join('')
  for (const [name, content] of Object.entries({
    elements: '<a/>'.repeat(40_000),
    attributes: `<a${attributes}/>`,
    'both, shared out': '<a b="" c="" d=""/>'.repeat(10_000),
    'elements behind a comment': `<!-- -->${'<a/>'.repeat(40_000)}`,
    'attributes behind a comment': `<!-- --><a${attributes}/>`
  })) {
    const node = new LabNode()
    const agent = node.agent('compute-7', '192.0.2.17')
    agent.send(agent.iq(`<publish node="1/1/x"><item id="x">${content}</item></publish>`))
    t.ok(agent.isClosed, name)
    t.match(node.ended, [
      { name: 'compute-7', cause: { kind: 'malformed', what: 'more than 32768 elements and attributes' } }
    ])
  }
  const node = new LabNode()
  const agent = node.agent('compute-7', '192.0.2.17')
  agent.send(agent.iq(`<publish node="1/1/x"><item id="x">${'<a/>'.repeat(32_000)}</item></publish>`))
  t.equal(agent.isClosed, false, 'what real stanzas of this length can have')
})

/** It waits for ever, as for agents that send a keepalive now and then. */
function patientNode(): LabNode {
  const node = new LabNode()
  node.addInstance(blue)
  node.server.apply({ ...defaultServerSettings, holdTimeSeconds: 0 })
  return node
}

/** What a hundred agents say without ending it. */
const halves: Record<string, (agent: { iq(content: string): string }) => string> = {
  'publishes without a collection': agent =>
    agent.iq(`<publish node="1/1/x"><item id="x">${'<a/>'.repeat(32_000)}</item></publish>`),
  'stanzas without an end': () => `<iq type="set"><pubsub>${'x'.repeat(1_000_000)}`
}
for (const [name, half] of Object.entries(halves)) {
  t.test(`${name} have one budget`, async t => {
    const node = patientNode()
    const good = node.agent('good', '192.0.2.17').subscribe(blue)
    const route = good.publishText(blue, '10.20.1.7/32')
    const cut = route.indexOf('<collection')
    good.send(route.slice(0, cut))
    const before = process.memoryUsage().arrayBuffers + heap()
    for (let i = 0; i < 100; i++) {
      const agent = node.agent(`greedy-${i}`, '192.0.2.66')
      agent.send(half(agent))
    }
    const grown = (heap() + process.memoryUsage().arrayBuffers - before) / 2 ** 20
    t.ok(grown < 200, `${grown.toFixed()} MiB`)
    t.ok(node.ended.length > 20, `${node.ended.length} were closed`)
    t.ok(node.ended.every(({ name, cause }) => name.startsWith('greedy-') && cause.kind === 'oversized'))
    t.match(node.ended[0]!.cause.what, /^\d{7} bytes of stanzas without an end or a collection/)
    good.send(route.slice(cut))
    t.equal(node.instances.get(blue)!.table('inet')!.size, 1, 'who says little goes on')
  })
}

t.test('what has its end is no part of the budget any more', async t => {
  const node = patientNode()
  const agent = node.agent('compute-7', '192.0.2.17').subscribe(blue)
  const route = agent.publishText(blue, '10.20.1.7/32', { entry: '<a/>'.repeat(30_000) })
  const cuts = [50_000, route.indexOf('<collection')]
  for (let i = 0; i < 150; i++) {
    agent.send(route.slice(0, cuts[0]))
    agent.send(route.slice(cuts[0], cuts[1]))
    agent.send(route.slice(cuts[1]))
  }
  for (let i = 0; i < 150; i++) {
    const gone = node.agent(`gone-${i}`, '192.0.2.66')
    gone.send(route.slice(0, cuts[1]))
    gone.connection!.end()
    node.scheduler.run(1000)
  }
  t.equal(agent.isClosed, false)
  t.ok(node.ended.every(({ cause }) => cause.kind === 'closed-by-peer'))
})
