import { isIPv6 } from 'node:net'
import fc from 'fast-check'
import t from 'tap'
import {
  inet4Mapped,
  isInet4Mapped,
  isLinkLocal,
  maskInet6,
  parseInet6,
  parseInet6Prefix,
  printInet6,
  printInet6Prefix
} from '../../src/net/inet6.js'

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')

// Few values per group, so that runs of zeros of equal length come up.
const address = fc
  .array(
    fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.constant(0xffff) },
      fc.nat(0xffff)
    ),
    {
      minLength: 8,
      maxLength: 8
    }
  )
  .map(groups => Uint8Array.from(groups.flatMap(group => [group >> 8, group & 255])))

t.test('print is that of RFC 5952', async t => {
  const vectors = [
    ['00000000000000000000000000000000', '::'],
    ['00000000000000000000000000000001', '::1'],
    ['20010db8000000000000000000000001', '2001:db8::1'],
    ['20010db8000000010001000100010001', '2001:db8:0:1:1:1:1:1'],
    ['20010000000000010000000000000001', '2001:0:0:1::1'],
    ['20010db8000000000001000000000001', '2001:db8::1:0:0:1'],
    ['20010db8000100000000000000000000', '2001:db8:1::'],
    ['0001000000000000000000000000000a', '1::a'],
    ['00000000000000000000ffffc0000201', '::ffff:192.0.2.1'],
    ['fe80000000000000020000fffe00000f', 'fe80::200:ff:fe00:f']
  ] as const
  for (const [bytes, text] of vectors) {
    t.equal(printInet6(Buffer.from(bytes, 'hex')), text)
    t.equal(hex(parseInet6(text)), bytes)
  }
  t.equal(printInet6(Buffer.from('ff'.repeat(3) + '00'.repeat(16), 'hex'), 3), '::', 'at an offset')
})

t.test('parse takes every form of RFC 4291', async t => {
  t.equal(hex(parseInet6('2001:DB8:0:0:8:800:200C:417A')), '20010db80000000000080800200c417a')
  t.equal(hex(parseInet6('64:ff9b::192.0.2.33')), '0064ff9b0000000000000000c0000221')
  t.equal(hex(parseInet6('0:0:0:0:0:FFFF:129.144.52.38')), '00000000000000000000ffff81903426')
  t.equal(hex(parseInet6('1:2:3:4:5:6:7::')), '00010002000300040005000600070000')
  for (const text of [
    '',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1::2::3',
    ':1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::',
    '::1.2.3',
    '::1.2.3.4:5',
    '1.2.3.4::',
    'fe80::1%eth0',
    '::1 ',
    '1:2:3:4:5:6:7:1.2.3.4'
  ]) {
    t.equal(parseInet6(text), undefined, JSON.stringify(text))
  }
  fc.assert(fc.property(address, bytes => hex(parseInet6(printInet6(bytes))) === hex(bytes)))
  const text = fc
    .array(fc.constantFrom(':', '::', '0', '1', 'ffff', '10.0.0.1'), { maxLength: 16 })
    .map(parts => parts.join(''))
  fc.assert(
    fc.property(text, text => (parseInet6(text) !== undefined) === isIPv6(text)),
    { numRuns: 1000 }
  )
})

t.test('kinds of addresses', async t => {
  t.ok(isInet4Mapped(inet4Mapped(0x0a540509)))
  t.equal(printInet6(inet4Mapped(0x0a540509)), '::ffff:10.84.5.9')
  t.notOk(isInet4Mapped(new Uint8Array(16)))
  t.ok(isLinkLocal(parseInet6('fe80::1')!))
  t.ok(isLinkLocal(parseInet6('febf::1')!))
  t.notOk(isLinkLocal(parseInet6('fec0::1')!))
})

t.test('prefixes', async t => {
  const masked = (text: string) => {
    const prefix = parseInet6Prefix(text)
    return prefix && printInet6Prefix(prefix.address, prefix.length)
  }
  t.equal(masked('2001:db8:ffff::1/33'), '2001:db8:8000::/33')
  t.equal(masked('ffff::/0'), '::/0')
  t.equal(masked('2001:db8::1/128'), '2001:db8::1/128')
  for (const text of ['::', '::/', '::/129', '::/01', ':/0']) t.equal(masked(text), undefined, text)
  fc.assert(
    fc.property(address, fc.nat(128), (bytes, length) => {
      const prefix = bytes.slice()
      maskInet6(prefix, length)
      const bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
      const expected = bits.slice(0, length).padEnd(128, '0')
      return [...prefix].map(byte => byte.toString(2).padStart(8, '0')).join('') === expected
    })
  )
})
