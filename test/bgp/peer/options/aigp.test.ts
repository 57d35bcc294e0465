/** The accumulated IGP metric between neighbours that agreed on it (RFC 7311): what it decides, and how it grows. */
import t from 'tap'
import type { NeighbourOptions } from '../../../../src/config/neighbour-options.js'
import { nodeView } from '../../../../src/introspect/from-node/node-view.js'
import { type Name, neighbours, OptionLab } from './option-lab.js'

const prefix = '10.6.0.0/16'
const agreed = { aigp: true } as const

function lab(options: Partial<Record<Name, NeighbourOptions>>): OptionLab {
  const entries = Object.entries(options).map(
    ([name, each]) => [neighbours[name as Name].address, each] as const
  )
  return new OptionLab({ config: { neighbours: new Map(entries) } }).settle()
}

/** Who is best, and why the other is not. */
function chosen(it: OptionLab): string {
  const { paths } = nodeView(it.lab.node, '0').rib.explain('inet.0', prefix)!
  const [best, other] = paths
  return `${best?.source} ${best?.aigp ?? 'without'}; ${other?.source} ${other?.lostAt}`
}

t.test('the lower metric is best, before the AS path, where both came by it (RFC 7311 4)', async t => {
  const it = lab({ edge: agreed, other: agreed, spoke: agreed })
  it.routers.edge.announce('inet', prefix, { asPath: '65311 1 2 3', aigp: 2 ** 33 })
  it.routers.other.announce('inet', prefix, { asPath: '65312', aigp: 2 ** 33 + 1 })
  it.run(2)
  t.equal(chosen(it), '10.0.0.11 8589934592; 10.0.0.12 lower accumulated IGP metric')
  t.match(it.told('spoke', prefix), { asPath: '65311 1 2 3', aigp: 2 ** 33 }, 'it goes on as it came')
  t.match(it.told('leaf', prefix), { asPath: '65311 1 2 3', aigp: undefined }, 'to no other')
  it.routers.other.announce('inet', prefix, { asPath: '65312', aigp: 5 })
  it.run(2)
  t.equal(chosen(it), '10.0.0.12 5; 10.0.0.11 lower accumulated IGP metric')
  it.routers.other.announce('inet', prefix, { asPath: '65312' })
  it.run(2)
  t.equal(chosen(it), '10.0.0.11 8589934592; 10.0.0.12 lower accumulated IGP metric', 'any before none')
})

t.test('local preference goes before it, and what nobody agreed on decides nothing', async t => {
  const it = lab({ edge: agreed })
  it.routers.edge.announce('inet', prefix, { asPath: '65311 1 2', aigp: 9 })
  it.routers.spoke.announce('inet', prefix, { asPath: '1', localPreference: 200, aigp: 1 })
  it.run(2)
  t.equal(chosen(it), '10.0.0.13 without; 10.0.0.11 higher local preference')
  it.routers.spoke.announce('inet', prefix, { asPath: '1', localPreference: 100, aigp: 1 })
  it.run(2)
  t.equal(chosen(it), '10.0.0.11 9; 10.0.0.13 lower accumulated IGP metric', 'its 1 was not taken')
  it.change({})
  it.run(2)
  t.equal(chosen(it), '10.0.0.13 without; 10.0.0.11 shorter AS path', 'nor is what was agreed on any more')
})

t.test('whose next hop is this node has grown (RFC 7311 3.4.3)', async t => {
  const it = lab({
    edge: agreed,
    other: { ...agreed, nextHop: 'self' },
    spoke: { ...agreed, nextHop: 'self' },
    leaf: { ...agreed, nextHop: 'self-always' }
  })
  const told = (name: Name) => [it.told(name, prefix)?.nextHop, it.told(name, prefix)?.aigp]
  it.routers.edge.announce('inet', prefix, { aigp: 1000 })
  it.run(2)
  t.strictSame([told('other'), told('spoke'), told('leaf')], Array(3).fill(['10.0.0.1', 1001]))
  it.routers.edge.withdraw('inet', prefix)
  it.routers.spoke.announce('inet', prefix, { aigp: 1000 })
  it.run(2)
  t.strictSame(told('edge'), ['10.0.0.13', 1000], 'with its own next hop')
  t.strictSame(told('leaf'), ['10.0.0.1', 1001])
})

t.test('the greatest metric stays what it is', async t => {
  const it = lab({ edge: agreed, leaf: { ...agreed, nextHop: 'self-always' } })
  const told: string[] = []
  it.routers.leaf.sessions.get('10.0.0.1')!.onUpdate = bytes => told.push(Buffer.from(bytes).toString('hex'))
  it.routers.edge.announce('inet', prefix, { aigp: 2 ** 64 - 2 ** 11 })
  it.run(2)
  t.match(told.at(-1), /801a0b01000bfffffffffffff801/)
})
