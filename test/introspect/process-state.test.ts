import t from 'tap'
import { processState } from '../../src/introspect/process-state.js'
import type { NodeView } from '../../src/introspect/view.js'
import { fixtureView } from './fixture-view.js'
import { ask } from './pages/ask.js'

const view = fixtureView()
const withProcess = (over: Partial<NodeView['process']>): NodeView => ({
  ...view,
  process: { ...view.process, ...over }
})
const node = (over: Partial<ReturnType<NodeView['process']['node']>>) => ({
  node: () => ({ ...view.process.node(), ...over })
})
const connection = (type: 'Collector' | 'Database', name: string, status: 'Up' | 'Down') => ({
  type,
  name,
  status,
  addresses: [],
  description: ''
})
const expected = () => [
  { type: 'Collector' as const, name: '' },
  { type: 'Database' as const, name: 'Cassandra' },
  { type: 'Database' as const, name: 'RabbitMQ' }
]

const cases: { name: string; over: Partial<NodeView['process']>; description: string }[] = [
  { name: 'healthy', over: {}, description: '' },
  {
    name: 'just started',
    over: { expectedConnections: expected, connections: () => [connection('Collector', '', 'Up')] },
    description: 'Number of connections:1, Expected:3 Missing: Database:Cassandra,Database:RabbitMQ'
  },
  {
    name: 'one too many',
    over: { expectedConnections: () => [], connections: () => [connection('Database', 'Etcd', 'Up')] },
    description: 'Number of connections:1, Expected:0 Extra: Database:Etcd'
  },
  {
    name: 'collector down',
    over: {
      expectedConnections: expected,
      connections: () => [
        connection('Collector', '', 'Down'),
        connection('Database', 'Cassandra', 'Up'),
        connection('Database', 'RabbitMQ', 'Up')
      ]
    },
    description: 'Collector connection down'
  },
  {
    name: 'database down',
    over: {
      expectedConnections: expected,
      connections: () => [
        connection('Collector', '', 'Up'),
        connection('Database', 'Cassandra', 'Down'),
        connection('Database', 'RabbitMQ', 'Down')
      ]
    },
    description: 'Database:Cassandra, Database:RabbitMQ connection down'
  },
  {
    name: 'wrong host name',
    over: node({ routerId: undefined, localAs: 0 }),
    description: 'No BGP configuration for self'
  },
  {
    name: 'administratively down',
    over: node({ adminDown: true }),
    description: 'BGP is administratively down'
  },
  {
    name: 'all at once',
    over: { ...node({ globalAs: 0, adminDown: true }), configReadAt: () => undefined },
    description:
      'IFMap Server End-Of-RIB not computed, No BGP configuration for self, BGP is administratively down'
  }
]

for (const { name, over, description } of cases) {
  t.test(name, async t => {
    t.strictSame(processState(withProcess(over)), { functional: description === '', description })
    const page = await ask('SandeshUVECacheReq', 'x=NodeStatus', withProcess(over))
    t.match(
      page,
      `<state type="string" identifier="3">${description === '' ? 'Functional' : 'Non-Functional'}</state>`
    )
    t.match(page, `<description type="string" identifier="6">${description}</description></ProcessStatus>`)
  })
}

t.test('without connections there is no list of them', async t => {
  const alone = withProcess({ expectedConnections: () => [], connections: () => [] })
  t.notMatch(await ask('SandeshUVECacheReq', 'x=NodeStatus', alone), 'connection_infos')
})

t.test('the ways to ask for it are byte-identical', async t => {
  const page = await ask('SandeshUVECacheReq', 'x=NodeStatus')
  for (const query of ['tname=NodeStatus', 'tname=NodeStatus&key=', 'foo=NodeStatus']) {
    t.equal(await ask('SandeshUVECacheReq', query), page, query)
  }
})
