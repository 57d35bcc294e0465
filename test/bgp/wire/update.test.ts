import t from 'tap'
import { codeOf } from '../../../src/bgp/wire/families.js'
import { UpdateDecoder } from '../../../src/bgp/wire/update.js'
import { attributesOf, bytesOf, contextOf, decode, printSection, sectionsOf } from './support.js'
import { validUpdates } from './vectors/valid-updates.js'

const decoder = new UpdateDecoder()
const header = 'ffffffffffffffffffffffffffffffff'
/** The UPDATE with these fields; lengths are filled in. */
function update(withdrawn: string, attributes: string, nlri: string): Uint8Array {
  const u16 = (value: number): string => value.toString(16).padStart(4, '0')
  const body = u16(withdrawn.length / 2) + withdrawn + u16(attributes.length / 2) + attributes + nlri
  return bytesOf(`${header}${u16(19 + body.length / 2)}02${body}`)
}
const mandatory = '4001010040020602010000fde9400304c0000201'
const prefix = '18cb0071'

for (const { id, name, bytes, sections, attributes, endOfRib, ...session } of validUpdates) {
  t.test(`T-UPD-1 ${id} ${name}`, async t => {
    const message = bytesOf(bytes)
    t.equal(decode(decoder, message, contextOf(session)), 0)
    t.strictSame(sectionsOf(decoder).map(printSection), sections)
    t.strictSame(
      sectionsOf(decoder)
        .filter(({ reach }) => reach)
        .map(attributesOf),
      attributes
    )
    t.equal(decoder.endOfRib?.name, endOfRib)
    t.strictSame(decoder.errors, [])
  })
  t.test(`${id} cut short`, async t => {
    const message = bytesOf(bytes)
    for (let cut = 19; cut < message.length; cut++) {
      const reaction = decoder.decode(message, 0, cut, contextOf(session))
      if (reaction === 4) t.equal(decoder.sectionCount, 0, 'nothing is half applied')
    }
  })
}

t.test('canonical messages are used where they lie', async t => {
  const message = update('', mandatory, prefix)
  t.equal(decode(decoder, message, contextOf()), 0)
  t.equal(decoder.sections[0]!.attributes, message)
  const unsorted = update('', `${mandatory}c00808ffffff010000fc00`, prefix)
  t.equal(decode(decoder, unsorted, contextOf()), 0)
  t.not(decoder.sections[0]!.attributes, unsorted)
  t.equal(attributesOf(decoder.sections[0]!), `${mandatory}c008080000fc00ffffff01`)
})

const canonicalForms = [
  { name: 'attributes out of order', from: '40020602010000fde9400304c000020140010100', to: mandatory },
  {
    name: 'extended length of a short value',
    from: `${mandatory}9004000400000032`,
    to: `${mandatory}80040400000032`
  },
  { name: 'low bits of the flags', from: `${mandatory}870404 00000032`, to: `${mandatory}80040400000032` },
  { name: 'partial bit on a well-known attribute', from: `60${mandatory.slice(2)}`, to: mandatory },
  {
    name: 'partial bit on communities stays',
    from: `${mandatory}e008040000fc00`,
    to: `${mandatory}e008040000fc00`
  },
  {
    name: 'duplicates of a community',
    from: `${mandatory}c0080c0000fc020000fc010000fc02`,
    to: `${mandatory}c008080000fc010000fc02`
  },
  {
    name: 'extended communities by their bytes',
    from: `${mandatory}c010100002fde80000000100020000fde80001`,
    to: `${mandatory}c0101000020000fde800010002fde800000001`
  },
  { name: 'empty large communities', from: `${mandatory}c02000`, to: mandatory },
  { name: 'empty edge forwarding', from: `${mandatory}c0f200`, to: mandatory },
  { name: 'unknown optional non-transitive attribute', from: `${mandatory}80c80101`, to: mandatory },
  // T-UPD-5
  { name: 'unknown optional transitive attribute', from: `${mandatory}c0c80101`, to: `${mandatory}e0c80101` }
]
for (const { name, from, to } of canonicalForms) {
  t.test(name, async t => {
    t.equal(decode(decoder, update('', from.replace(' ', ''), prefix), contextOf()), 0)
    t.equal(attributesOf(decoder.sections[0]!), to)
  })
}

t.test('more than 255 bytes of communities that shrink below', async t => {
  const list = Array.from({ length: 70 }, (_, i) => (0xfc00 + ((i * 3) % 35)).toString(16).padStart(8, '0'))
  t.equal(decode(decoder, update('', `${mandatory}d0080118${list.join('')}`, prefix), contextOf()), 0)
  const sorted = [...new Set(list)].sort().join('')
  t.equal(attributesOf(decoder.sections[0]!), `${mandatory}c0088c${sorted}`)
})

t.test('one next hop has one spelling in all families', async t => {
  const mp = (afi: string, hop: string, nlri: string): string => {
    const value = `${afi}${(hop.length / 2).toString(16).padStart(2, '0')}${hop}00${nlri}`
    return `800e${(value.length / 2).toString(16).padStart(2, '0')}${value}`
  }
  const rest = '4001010040020602010000fde9'
  const spellings = [
    mp('000101', 'c0000201', prefix),
    mp('000201', '00000000000000000000ffffc0000201', '3020010db80001'),
    mp('000180', '0000000000000000c0000201', '700000010000fc00000000640a0102'),
    mp(
      '000280',
      '000000000000000000000000000000000000ffffc0000201',
      '980000010000fc000000006420010db800010000'
    ),
    mp('001946', 'c0000201', '031100010a540509000500000000200a540509')
  ]
  for (const attribute of spellings) {
    t.equal(decode(decoder, update('', attribute + rest, ''), contextOf()), 0)
    t.equal(attributesOf(decoder.sections[0]!), mandatory)
  }
})

t.test('two addresses: the global one comes first, equal ones are one', async t => {
  const hop = (value: string): string => `800e2c00020120${value}003020010db80001${mandatory.slice(0, 26)}`
  const global = '20010db8000000000000000000000001'
  const local = 'fe800000000000000000000000000001'
  const expect = (value: string): string => `${mandatory.slice(0, 26)}4003${value}`
  for (const [from, to] of [
    [global + local, `20${global}${local}`],
    [local + global, `20${global}${local}`],
    [local + local, `10${local}`],
    [global + '0'.repeat(32), `10${global}`]
  ] as const) {
    t.equal(decode(decoder, update('', hop(from), ''), contextOf()), 0)
    t.equal(attributesOf(decoder.sections[0]!), expect(to))
  }
})

t.test('T-UPD-9 a prefix in both fields ends up present: withdrawals come first', async t => {
  t.equal(decode(decoder, update(prefix, mandatory, prefix), contextOf()), 0)
  t.strictSame(sectionsOf(decoder).map(printSection), ['inet - 203.0.113.0/24', 'inet + 203.0.113.0/24'])
})

t.test('an empty MP_UNREACH_NLRI beside anything else is no End-of-RIB', async t => {
  decode(decoder, update(prefix, '800f03000280', ''), contextOf())
  t.equal(decoder.endOfRib, undefined)
  decode(decoder, update('', `${mandatory}800f03000280`, prefix), contextOf())
  t.equal(decoder.endOfRib, undefined)
  decode(decoder, update('', '800f03000280', ''), contextOf({ onlyInet: true }))
  t.equal(decoder.endOfRib, undefined)
  t.strictSame(decoder.ignoredFamilies, [codeOf(2, 128)])
})

t.test('SNPA entries are passed over', async t => {
  const value = '0002011020010db8000000000000000000000001' + '02' + '03aabb' + '00' + '3020010db80001'
  const attribute = `800e${(value.length / 2).toString(16)}${value}`
  t.equal(decode(decoder, update('', attribute + mandatory.slice(0, 26), ''), contextOf()), 0)
  t.strictSame(sectionsOf(decoder).map(printSection), ['inet6 + 2001:db8:1::/48'])
})

t.test('nothing of a message is left in the next', async t => {
  decode(decoder, update('', `${mandatory}80040400000032c0c80101`, prefix), contextOf())
  t.ok(decoder.has(4))
  decode(decoder, update('', '400103', ''), contextOf())
  t.not(decoder.reaction, 0)
  decode(decoder, update('', mandatory, prefix), contextOf())
  t.equal(decoder.reaction, 0)
  t.equal(decoder.error, undefined)
  t.notOk(decoder.has(4))
  t.equal(attributesOf(decoder.sections[0]!), mandatory)
})

t.test('an empty path from an external peer, where it is allowed', async t => {
  const message = update('', '40010100400200400304c0000201', prefix)
  t.equal(decode(decoder, message, contextOf({ allowEmptyAsPath: true })), 0)
})

t.test('loopback next hops, where the session runs over the loopback', async t => {
  const message = update('', `${mandatory.slice(0, 26)}4003047f000001`, prefix)
  t.equal(decode(decoder, message, contextOf()), 2)
  t.equal(decode(decoder, message, contextOf({ loopbackNextHop: true })), 0)
})
