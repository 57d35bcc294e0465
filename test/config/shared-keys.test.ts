/** Entries that Linux has one TCP MD5 key for between them. */
import t from 'tap'
import { parseNodeConfig } from '../../src/config/node-config.js'

const key = (keys: string): string => (keys === '' ? '' : `, md5_key: ${keys}`)

for (const [one, other, isGood] of [
  ['a', 'b', false],
  ['[a, b]', '[a]', false],
  ['[a, b]', '[b, a]', false],
  ['[a, b]', '[a, b]', true],
  ['a', 'a', true]
] as const) {
  t.test(`a link-local address of two links, keys ${one} and ${other}`, async t => {
    const { problems } = parseNodeConfig(
      '/etc/weft.yaml',
      `bgp:
  neighbours:
    - { address: 'fe80::1%eth0'${key(one)} }
    - { address: 'fe80::1%eth1'${key(other)} }
    - { address: 'fe80::2%eth1', md5_key: another }
`
    )
    if (isGood) {
      t.strictSame(problems, [])
      return
    }
    t.match(problems, [{ path: 'bgp.neighbours[1].md5_key', line: 4 }])
    t.equal(
      problems[0]!.reason,
      'fe80::1%eth1 and fe80::1%eth0 must have the same md5_key: Linux keeps one for fe80::1'
    )
  })
}

t.test('who has no key here may have that of the graph', async t => {
  const text = "bgp: { neighbours: [{ address: 'fe80::1%a', md5_key: k }, { address: 'fe80::1%b' }] }"
  t.strictSame(parseNodeConfig('/etc/weft.yaml', text).problems, [])
})

for (const [one, other, at] of [
  ['a', 'b', 'md5_key'],
  ['', 'b', 'md5_key'],
  ['a', '', 'range'],
  ['a', 'a', undefined],
  ['', '', undefined]
] as const) {
  t.test(`a range of two links, keys '${one}' and '${other}'`, async t => {
    const { config, problems } = parseNodeConfig(
      '/etc/weft.yaml',
      `bgp:
  dynamic_neighbours:
    - { range: 'fe80::/10', interface: eth0, peer_as: external${key(one)} }
    - { range: 'fea0::/10', interface: eth1, peer_as: external${key(other)} }
    - { range: 10.0.0.0/8, peer_as: external, md5_key: another }
`
    )
    if (at === undefined) {
      t.strictSame(problems, [])
      t.equal(config!.bgp.dynamicNeighbours.length, 3)
      return
    }
    t.match(problems, [{ path: `bgp.dynamic_neighbours[1].${at}`, line: 4 }])
    t.equal(
      problems[0]!.reason,
      'fea0::/10 of eth1 and fe80::/10 of eth0 must have the same md5_key: Linux keeps one for fe80::/10'
    )
  })
}
