import t from 'tap'
import { parseNodeConfig } from '../../src/config/node-config.js'

const read = (text: string) => parseNodeConfig('weft.yaml', `bgp: { confederation: ${text} }`)

t.test('a confederation of the node', async t => {
  t.equal(parseNodeConfig('weft.yaml', 'bgp: {}').config?.bgp.confederation, undefined)
  t.equal(read('').config?.bgp.confederation, undefined)
  t.same(read('{ identifier: 64999 }').config?.bgp.confederation, { identifier: 64999, members: [] })
  t.same(read('{ identifier: 64999, members: 65001 }').config?.bgp.confederation, {
    identifier: 64999,
    members: [65001]
  })
  t.same(read('{ identifier: 4200000000, members: [65002, 65001, 65002] }').config?.bgp.confederation, {
    identifier: 4200000000,
    members: [65001, 65002]
  })
})

for (const [text, path, reason] of [
  ['{}', 'bgp.confederation', "'identifier' is missing"],
  ['{ members: [65001] }', 'bgp.confederation', "'identifier' is missing"],
  ['64999', 'bgp.confederation', 'expected keys and values'],
  ['{ identifier: 0 }', 'bgp.confederation.identifier', 'expected a number, 1 to 4294967295, found 0'],
  [
    '{ identifier: 64999, members: [x] }',
    'bgp.confederation.members',
    'expected a number, 1 to 4294967295, found "x"'
  ],
  [
    '{ identifier: 64999, members: [65001, 64999] }',
    'bgp.confederation.members',
    '64999 is the identifier of the confederation, and no member of it'
  ],
  [
    '{ identifier: 64999, member: [65001] }',
    'bgp.confederation.member',
    "unknown key 'member', did you mean 'members'?"
  ]
] as const)
  t.test(`wrong: ${text}`, async t => {
    t.match(read(text), { config: undefined, problems: [{ path, reason }] })
  })

t.test('a range of dynamic neighbours is of one side', async t => {
  const ranges = (peerAs: string) =>
    parseNodeConfig(
      'weft.yaml',
      `bgp: { confederation: { identifier: 64999, members: [65001, 65002] }, dynamic_neighbours: [{ range: 10.0.0.0/8, peer_as: ${peerAs} }] }`
    ).problems
  for (const peerAs of ['65001', '[65001, 65002]', '[64500, 64501]', 'external', 'internal'])
    t.same(ranges(peerAs), [], peerAs)
  t.match(ranges('[65001, 64500]'), [
    { path: 'bgp.dynamic_neighbours[0].peer_as', reason: /^names members of the confederation and others/ }
  ])
})
