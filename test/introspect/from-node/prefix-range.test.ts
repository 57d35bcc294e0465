import fc from 'fast-check'
import t from 'tap'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { coveringKeys, keyRangeInside } from '../../../src/introspect/from-node/prefix-range.js'
import { covers, parseMatchPrefix } from '../../../src/introspect/prefix-match.js'

const families = [
  { family: familyNamed('inet')!, table: 'inet', rds: [''], wide: 32 },
  { family: familyNamed('inet6')!, table: 'inet6', rds: [''], wide: 128 },
  { family: familyNamed('inet-vpn')!, table: 'l3vpn', rds: ['10.0.0.1:3:', '64512:7:'], wide: 32 }
] as const

for (const { family, table, rds, wide } of families) {
  t.test(`${family.name}: the range is what lies inside, the list what covers`, async t => {
    const address = wide === 32 ? fc.ipV4() : fc.ipV6()
    // Few addresses, so that prefixes are often related.
    const near = fc.nat(3).map(n => (wide === 32 ? `10.1.${n}.${n * 64}` : `fd00::${n}:${n}`))
    const prefix = fc
      .record({
        rd: fc.constantFrom(...rds),
        address: fc.oneof(near, near, address),
        length: fc.nat(wide)
      })
      .map(({ rd, address, length }) => `${rd}${address}/${length}`)
      .map(text => family.parse(text))
      .filter(key => key !== undefined)
      .map(key => ({ key, text: family.print(key, 0, key.length) }))
    fc.assert(
      fc.property(prefix, prefix, (one, other) => {
        const related = covers(parseMatchPrefix(table, one.text)!, parseMatchPrefix(table, other.text)!)
        const inside = keyRangeInside(family, one.text)!.includes(other.key)
        const covering = coveringKeys(family, other.text)!.some(key => Buffer.compare(key, one.key) === 0)
        return inside === related && covering === related
      }),
      { numRuns: 1000 }
    )
    t.pass()
  })
}

t.test('an address is a host prefix, and other families have no order of prefixes', async t => {
  const inet = familyNamed('inet')!
  t.same(coveringKeys(inet, '10.1.2.3')!.length, 33)
  t.equal(keyRangeInside(inet, 'nonsense'), undefined)
  t.equal(keyRangeInside(familyNamed('evpn')!, '10.1.2.3'), undefined)
})
