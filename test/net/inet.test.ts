import fc from 'fast-check'
import t from 'tap'
import {
  inet4FromBytes,
  inet4Mask,
  inet4ToBytes,
  parseInet4,
  parseInet4Prefix,
  printInet4,
  printInet4Prefix
} from '../../src/net/inet.js'

const u32 = fc.nat(0xffffffff)

t.test('addresses', async t => {
  t.equal(parseInet4('0.0.0.0'), 0)
  t.equal(parseInet4('192.0.2.1'), 0xc0000201)
  t.equal(parseInet4('255.255.255.255'), 0xffffffff)
  for (const text of [
    '',
    '1',
    '1.2.3',
    '1.2.3.',
    '.1.2.3',
    '1.2.3.4.',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '00.0.0.0',
    '1..3.4',
    '1.2.3.4 ',
    ' 1.2.3.4',
    '-1.2.3.4',
    '1.2.3.a',
    '1.2.3.4/8'
  ]) {
    t.equal(parseInet4(text), undefined, JSON.stringify(text))
  }
  fc.assert(fc.property(u32, address => parseInet4(printInet4(address)) === address))
  fc.assert(
    fc.property(
      u32,
      fc.nat(3),
      (address, at) => inet4FromBytes(inet4ToBytes(address, new Uint8Array(7), at), at) === address
    )
  )
})

t.test('prefixes', async t => {
  t.equal(inet4Mask(0), 0)
  t.equal(inet4Mask(1), 0x80000000)
  t.equal(inet4Mask(32), 0xffffffff)
  t.same(parseInet4Prefix('0.0.0.0/0'), { address: 0, length: 0 })
  t.same(
    parseInet4Prefix('10.8.1.1/12'),
    { address: 0x0a000000, length: 12 },
    'bits past the length are cleared'
  )
  for (const text of [
    '10.0.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/08',
    '10.0.0.0/8/8',
    '10.0.0/8',
    '/8'
  ]) {
    t.equal(parseInet4Prefix(text), undefined, JSON.stringify(text))
  }
  fc.assert(
    fc.property(u32, fc.nat(32), (bits, length) => {
      const address = (bits & inet4Mask(length)) >>> 0
      const prefix = parseInet4Prefix(printInet4Prefix(address, length))
      return prefix?.address === address && prefix.length === length
    })
  )
})
