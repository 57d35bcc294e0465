/** Options whose address is of no neighbour: told, and again no more once there is one. */
import t from 'tap'
import { nodeView } from '../../../../src/introspect/from-node/node-view.js'
import { neighbours, OptionLab, objects } from './option-lab.js'

t.test('options of nobody are logged once and shown until they are of somebody', async t => {
  const config = {
    neighbours: new Map([
      [neighbours.edge.address, { holdTime: 30 }],
      ['10.0.0.21', { import: 'none' as const }],
      ['10.0.0.15', { holdTime: 30 }]
    ])
  }
  const it = new OptionLab({ config })
  const view = nodeView(it.lab.node, '1.0')
  const lines = () =>
    it.logged.filter(({ message }) => message.startsWith('bgp.neighbours:')).map(({ fields }) => fields)
  t.strictSame(lines(), [], 'not before the graph has been read')
  it.settle()
  t.strictSame(lines(), [{ address: '10.0.0.21' }, { address: '10.0.0.15' }])
  const shown = () => view.process.configProblems().map(({ object, where }) => `${object} ${where}`)
  t.strictSame(shown(), ['bgp.neighbours 10.0.0.21', 'bgp.neighbours 10.0.0.15'])
  t.match(view.process.configProblems()[0], { what: /no neighbour has this address/, since: Number })

  it.lab.store.replace(...[JSON.stringify(objects({ leaf: { address: '10.0.0.15' } }))])
  it.run(5)
  t.strictSame(shown(), ['bgp.neighbours 10.0.0.21'], 'the graph has one now')
  it.change({}, { neighbours: new Map() })
  t.strictSame(shown(), [])
  it.change({}, config)
  t.strictSame(lines().length, 3, 'said anew')
})

t.test('a dynamic neighbour has the options of its range, not those of an address', async t => {
  const range = {
    range: '10.0.0.0/24',
    peerAs: [65311],
    families: ['inet' as const],
    limit: 9,
    options: {},
    idleRemovalSeconds: 60
  }
  const it = new OptionLab({
    config: { dynamicNeighbours: [range], neighbours: new Map([['10.0.0.31', { holdTime: 30 }]]) }
  })
  it.settle()
  it.world
    .router({
      name: 'rack',
      address: '10.0.0.31',
      as: 65311,
      families: ['inet'],
      neighbors: [{ address: '10.0.0.1', as: 64512 }]
    })
    .start()
  it.run(20)
  t.equal(it.lab.node.peers.byAddress('10.0.0.31')?.session.state, 'established')
  it.change({}, { dynamicNeighbours: [range], neighbours: new Map([['10.0.0.31', { holdTime: 30 }]]) })
  t.strictSame([...it.lab.node.peers.unmatched.keys()], ['10.0.0.31'])
})
