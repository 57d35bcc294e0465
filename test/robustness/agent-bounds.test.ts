/** What one agent can make the node hold or do: bounded, and at the cost of its own session alone. */
import t from 'tap'
import { maximumSubscriptions } from '../../src/xmpp/agent-peer.js'
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
