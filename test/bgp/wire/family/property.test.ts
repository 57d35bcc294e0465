/** What holds for the NLRI of every family, whatever is in it. */
import fc from 'fast-check'
import t from 'tap'
import { families, familyNamed, familyOf, familyOfTable } from '../../../../src/bgp/wire/families.js'
import { ermVpnKey } from '../../../../src/bgp/wire/family/erm-vpn.js'
import {
  evpnAutoDiscoveryKey,
  evpnMacKey,
  evpnMulticastKey,
  evpnPrefixKey,
  evpnSegmentKey,
  evpnSelectiveKey
} from '../../../../src/bgp/wire/family/evpn-key.js'
import { inetKey } from '../../../../src/bgp/wire/family/inet.js'
import { inet6Key } from '../../../../src/bgp/wire/family/inet6.js'
import {
  mvpnInterAsKey,
  mvpnIntraAsKey,
  mvpnJoinKey,
  mvpnLeafKey,
  mvpnSelectiveKey,
  mvpnSourceActiveKey
} from '../../../../src/bgp/wire/family/mvpn-key.js'
import { routeTargetKey } from '../../../../src/bgp/wire/family/route-target.js'
import { vpnKey } from '../../../../src/bgp/wire/family/vpn.js'
import type { Family, FamilyName } from '../../../../src/bgp/wire/family.js'
import { Nlri } from '../../../../src/bgp/wire/nlri.js'
import { Reader } from '../../../../src/bgp/wire/reader.js'
import { bytesOf, hexOf, invalidNetworkField, readOne, writeOne } from './codec.js'

const seed = 20260

// Few values per byte: keys that are nearly equal come up in each run.
const byte = fc.oneof(fc.constantFrom(0, 1, 255), fc.nat(255))
const bytes = (length: number) =>
  fc.array(byte, { minLength: length, maxLength: length }).map(list => Uint8Array.from(list))
const u32 = fc.oneof(fc.constantFrom(0, 1, 0xffffffff), fc.nat(0xffffffff))
const ip4 = bytes(4)
const ip6 = bytes(16)
const ip = fc.oneof(ip4, ip6)
/** Types 0, 1, 3, and 2 with an AS that does not fit in two bytes: those whose text comes back as it was. */
const rd = fc.tuple(fc.constantFrom(0, 1, 2, 3), bytes(6)).map(([type, body]) => {
  if (type === 2) body[0]! |= 0x80
  return Uint8Array.of(0, type, ...body)
})
const label = fc.nat(0xffffff)

const inetKeys = fc.tuple(u32, fc.nat(32)).map(([address, length]) => inetKey(address, length))
const inet6Keys = fc.tuple(ip6, fc.nat(128)).map(([address, length]) => inet6Key(address, length))
const vpnKeys = (keys: fc.Arbitrary<Uint8Array>) => fc.tuple(rd, keys).map(([rd, key]) => vpnKey(rd, key))

const targets = fc
  .tuple(fc.constantFrom(0, 1, 2), bytes(6))
  // AS 0 is refused in text; a type 0 or 2 gets another.
  .map(([type, body]) => Uint8Array.of(type, 2, body[0]! | 0x10, ...body.subarray(1)))

const evpnKeys = fc.oneof(
  fc.tuple(rd, bytes(10), u32).map(([rd, esi, tag]) => evpnAutoDiscoveryKey(rd, esi, tag)),
  // A MAC with :: is written like one with 0.0.0.0.
  fc
    .tuple(
      rd,
      u32,
      bytes(6),
      fc.oneof(
        ip4,
        ip6.map(ip => ip.fill(1, 0, 1))
      )
    )
    .map(([rd, tag, mac, ip]) => evpnMacKey(rd, tag, mac, ip)),
  fc.tuple(rd, u32, ip).map(([rd, tag, ip]) => evpnMulticastKey(rd, tag, ip)),
  fc.tuple(rd, bytes(10), ip).map(([rd, esi, ip]) => evpnSegmentKey(rd, esi, ip)),
  fc.tuple(rd, u32, fc.oneof(inetKeys, inet6Keys)).map(([rd, tag, prefix]) => evpnPrefixKey(rd, tag, prefix)),
  fc
    .tuple(rd, u32, fc.option(ip, { nil: undefined }), fc.oneof(ip, fc.constant(new Uint8Array(0))), ip)
    .filter(([, , source, group]) => source === undefined || group.length > 0)
    .map(([rd, tag, source, group, originator]) => evpnSelectiveKey(rd, tag, source, group, originator))
)

const mvpnKeys = (address: fc.Arbitrary<Uint8Array>) => {
  const wild = fc.oneof(address, fc.constant(new Uint8Array(0)))
  const answerable = fc.oneof(
    fc.tuple(rd, ip).map(([rd, ip]) => mvpnIntraAsKey(rd, ip)),
    fc.tuple(rd, u32).map(([rd, as]) => mvpnInterAsKey(rd, as)),
    fc
      .tuple(rd, wild, wild, ip)
      .map(([rd, source, group, originator]) => mvpnSelectiveKey(rd, source, group, originator))
  )
  return fc.oneof(
    answerable,
    fc.tuple(answerable, ip).map(([answered, ip]) => mvpnLeafKey(answered, ip)),
    fc.tuple(rd, address, address).map(([rd, source, group]) => mvpnSourceActiveKey(rd, source, group)),
    fc
      .tuple(fc.constantFrom(6, 7), rd, u32, address, address)
      .map(([type, rd, as, source, group]) => mvpnJoinKey(type as 6 | 7, rd, as, source, group))
  )
}

const keysOf: Readonly<Record<FamilyName, fc.Arbitrary<Uint8Array>>> = {
  inet: inetKeys,
  inet6: inet6Keys,
  'inet-labeled': inetKeys,
  'inet6-labeled': inet6Keys,
  'inet-vpn': vpnKeys(inetKeys),
  'inet6-vpn': vpnKeys(inet6Keys),
  'route-target': fc
    .tuple(u32, targets, fc.oneof(fc.constant(96), fc.integer({ min: 32, max: 96 })))
    .map(([as, target, length]) => routeTargetKey(as, target, length)),
  evpn: evpnKeys,
  'erm-vpn': fc
    .tuple(fc.constantFrom(1, 2), rd, u32, u32, u32)
    .map(([type, rd, routerId, group, source]) => ermVpnKey(type as 1 | 2, rd, routerId, group, source)),
  mvpn: mvpnKeys(ip4),
  mvpn6: mvpnKeys(ip6)
}

const state = ({ key, keyLength, label, l3Label, extra, extraLength }: Nlri) =>
  [hexOf(key.subarray(0, keyLength)), label, l3Label, hexOf(extra.subarray(0, extraLength))].join(' ')

for (const family of families) {
  t.test(`T-UPD-1 ${family.name}: what is written is read, and what is printed is parsed`, async () => {
    const property = fc.property(keysOf[family.name], label, (key, label) => {
      const nlri = new Nlri().setKey(key)
      if (carriesLabel(family, key)) nlri.label = label
      const { nlri: back, error, length } = readOne(family, bytesOf(writeOne(family, nlri)))
      if (error !== undefined || length * 2 !== writeOne(family, nlri).length) return false
      const text = family.print(key, 0, key.length)
      return state(back) === state(nlri) && hexOf(family.parse(text) ?? new Uint8Array()) === hexOf(key)
    })
    fc.assert(property, { seed, numRuns: 300 })
  })

  t.test(`${family.name}: a withdrawal names the same route`, async () => {
    const property = fc.property(keysOf[family.name], fc.constantFrom(0, 1), (key, label) => {
      const nlri = new Nlri().setKey(key)
      nlri.label = label
      const written = writeOne(family, nlri, true)
      const { nlri: back, error } = readOne(family, bytesOf(written), { withdrawn: true })
      return error === undefined && hexOf(back.copyKey()) === hexOf(key)
    })
    fc.assert(property, { seed, numRuns: 200 })
  })

  const options = fc.record({
    withdrawn: fc.boolean(),
    keepUnknown: fc.boolean(),
    maximumLabels: fc.constantFrom(1, 3)
  })

  // Bytes that look right at first: a whole NLRI with a few bytes changed, cut out or put in, then another one.
  const damaged = fc
    .tuple(
      keysOf[family.name],
      fc.array(fc.tuple(fc.nat(80), byte, fc.nat(2)), { maxLength: 3 }),
      fc.uint8Array()
    )
    .map(([key, changes, tail]) => {
      const list = [...bytesOf(writeOne(family, new Nlri().setKey(key)))]
      for (const [at, value, kind] of changes)
        list.splice(at % list.length, kind === 0 ? 0 : 1, ...(kind === 2 ? [] : [value]))
      return Uint8Array.from([...list, ...tail])
    })

  t.test(
    `${family.name}: any bytes are read to the end, and what was read is written and read again`,
    async () => {
      const property = fc.property(
        fc.oneof(damaged, fc.uint8Array({ maxLength: 300 })),
        options,
        (input, options) => {
          const from = new Reader(invalidNetworkField, input)
          const nlri = new Nlri()
          nlri.maximumLabels = options.maximumLabels
          nlri.keepUnknown = options.keepUnknown
          while (from.left > 0) {
            const { at } = from
            family.read(from, nlri, options.withdrawn)
            if (from.error !== undefined) return from.left === 0
            if (from.at <= at || from.at > input.length) return false
            if (nlri.keyLength === 0) {
              if (nlri.skipped === '') return false
              continue
            }
            if (nlri.keyLength > family.keyLength) return false
            const text = family.print(nlri.key, 0, nlri.keyLength)
            if (text === '') return false
            const before = options.withdrawn ? hexOf(nlri.copyKey()) : state(nlri)
            const written = writeOne(family, nlri, options.withdrawn)
            const { nlri: back } = readOne(family, bytesOf(written), options)
            if (before !== (options.withdrawn ? hexOf(back.copyKey()) : state(back))) return false
            if (writeOne(family, back, options.withdrawn) !== written) return false
          }
          return true
        }
      )
      fc.assert(property, { seed, numRuns: 1500 })
    }
  )

  t.test(`${family.name}: any text is parsed or refused`, async () => {
    const part = fc.constantFrom(
      '-',
      ':',
      ',',
      '/',
      '.',
      '*',
      '0',
      '1',
      '2',
      '3',
      '4',
      '5',
      '6',
      '7',
      '99',
      '0:0',
      '10.0.0.1',
      'fd00::',
      'target',
      'ff'
    )
    const text = fc.array(part, { maxLength: 12 }).map(parts => parts.join(''))
    const property = fc.property(text, text => {
      const key = family.parse(text)
      return (
        key === undefined ||
        (key.length <= family.keyLength && (!family.fixedKeyLength || key.length === family.keyLength))
      )
    })
    fc.assert(property, { seed, numRuns: 500 })
  })
}

function carriesLabel(family: Family, key: Uint8Array): boolean {
  return family.labeled && (family.name !== 'evpn' || [1, 2, 5].includes(key[0]!))
}

t.test('families are found by code points, by name and by table', async t => {
  for (const family of families) {
    t.equal(familyOf(family.afi, family.safi), family)
    t.equal(familyNamed(family.name), family)
    t.equal(familyOfTable(family.masterTable), family)
    t.equal(familyOfTable(`default-domain:project:net.a:net.${family.tableSuffix}`), family)
  }
  t.equal(familyOf(1, 133), undefined)
  t.equal(familyNamed('e-vpn')?.name, 'evpn')
  t.equal(familyNamed('inet-mvpn')?.name, 'mvpn')
  t.equal(familyNamed('constructor'), undefined)
  t.equal(familyOfTable('bgp.l3vpn-inet6.0')?.name, 'inet6-vpn')
  t.equal(familyOfTable('a:b:c:ermvpn.evpn.0')?.name, 'evpn')
  t.equal(familyOfTable('sinet.0'), undefined)
  t.equal(familyOfTable('bgp.ls.0'), undefined)
  t.same(
    families.map(({ afi, safi }) => `${afi}/${safi}`),
    ['1/1', '2/1', '1/128', '2/128', '1/132', '25/70', '1/243', '1/5', '1/4', '2/4', '2/5']
  )
})
