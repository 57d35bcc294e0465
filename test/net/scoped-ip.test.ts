import t from 'tap'
import { bytesOf, canonicalAddress, isLinkLocalAddress, lacksZone, zoneOf } from '../../src/net/scoped-ip.js'

const cases: readonly [text: string, canonical: string | undefined, isLinkLocal: boolean][] = [
  ['10.0.0.1', '10.0.0.1', false],
  ['2001:DB8:0::1', '2001:db8::1', false],
  ['FE80:0::1%eth0', 'fe80::1%eth0', true],
  ['febf::1%bond0.100', 'febf::1%bond0.100', true],
  ['fe80::1', 'fe80::1', true],
  ['fec0::1%eth0', undefined, false],
  ['10.0.0.1%eth0', undefined, false],
  ['fe80::1%', undefined, true],
  ['fe80::1%a/b', undefined, true],
  ['fe80::1%sixteen-letters-', undefined, true],
  ['fe80::1%eth0%eth1', undefined, true],
  ['%eth0', undefined, false],
  ['::ffff:10.0.0.1', '10.0.0.1', false],
  ['::FFFF:a00:1', '10.0.0.1', false],
  ['::10.0.0.1', '::a00:1', false],
  ['', undefined, false]
]

for (const [text, canonical, isLinkLocal] of cases)
  t.test(`'${text}'`, async t => {
    t.equal(canonicalAddress(text), canonical)
    t.equal(isLinkLocalAddress(text), isLinkLocal)
    t.equal(lacksZone(text), isLinkLocal && !text.includes('%'))
  })

t.test('the bytes are those without the zone', async t => {
  t.same(bytesOf('fe80::1%eth0'), bytesOf('fe80::1'))
  t.equal(zoneOf('fe80::1%eth0'), 'eth0')
  t.equal(zoneOf('fe80::1'), '')
})
