/** The small identifiers: MAC, AS number, RD, ESI, and addresses of either version. */
import fc from 'fast-check'
import t from 'tap'
import { parseAsNumber, parseDecimal, printAsNumber } from '../../src/net/as-number.js'
import { isZeroEsi, maxEsi, parseEsi, printEsi, zeroEsi } from '../../src/net/esi.js'
import { isUnspecified, parseIp, printIp } from '../../src/net/ip.js'
import { parseMac, printMac } from '../../src/net/mac.js'
import { isZeroRd, parseRd, printRd, rdOfAddress, rdOfAs, rdOfLongAs, zeroRd } from '../../src/net/rd.js'

const hex = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

t.test('MAC', async t => {
  t.equal(hex(parseMac('02:AA:00:00:00:05')), '02aa00000005')
  t.equal(printMac(Buffer.from('0002aa00000005', 'hex'), 1), '02:aa:00:00:00:05')
  for (const text of [
    '',
    '02:aa:00:00:00',
    '02:aa:00:00:00:05:06',
    '2:aa:00:00:00:05',
    '02-aa-00-00-00-05',
    '02:aa:00:00:00:0g'
  ]) {
    t.equal(parseMac(text), undefined, JSON.stringify(text))
  }
  fc.assert(fc.property(bytes(6), mac => hex(parseMac(printMac(mac))) === hex(mac)))
})

t.test('AS number', async t => {
  t.equal(parseAsNumber('64512'), 64512)
  t.equal(parseAsNumber('4294967295'), 4294967295)
  t.equal(parseAsNumber('64086.59905'), 4200000001)
  t.equal(parseAsNumber('0.1'), 1)
  for (const text of ['', '4294967296', '65536.0', '1.65536', '1.2.3', '.1', '1.', '-1', '1e3', ' 1']) {
    t.equal(parseAsNumber(text), undefined, JSON.stringify(text))
  }
  fc.assert(fc.property(fc.nat(0xffffffff), as => parseAsNumber(printAsNumber(as)) === as))
  t.equal(parseDecimal('9'.repeat(400), 0xffffffff), undefined)
})

t.test('RD', async t => {
  const vectors = [
    ['0000fc0000000064', '64512:100'],
    ['00010a5405090003', '10.84.5.9:3'],
    ['0002fa56ea010007', '4200000001:7'],
    ['0000000000000000', '0:0'],
    ['0003000000000001', '0003000000000001']
  ] as const
  for (const [rd, text] of vectors) {
    t.equal(printRd(Buffer.from(`ff${rd}`, 'hex'), 1), text)
    t.equal(hex(parseRd(text)), rd)
  }
  t.equal(printRd(Buffer.from('0002000000050007', 'hex')), '5:7', 'type 2 prints like type 0')
  t.equal(hex(parseRd('5L:7')), '0002000000050007')
  t.equal(hex(parseRd('65535:4294967295')), '0000ffffffffffff')
  for (const text of [
    '',
    ':',
    '1',
    '1:',
    ':1',
    '10.1.1.1:65536',
    '70000:65536',
    '65535:4294967296',
    '1:2:3',
    '10.1.1:3',
    '4294967296:1',
    'L:1'
  ]) {
    t.equal(parseRd(text), undefined, JSON.stringify(text))
  }
  t.ok(isZeroRd(zeroRd))
  t.notOk(isZeroRd(rdOfAddress(0, 0)))
  t.equal(hex(rdOfAddress(0x0a320115, 7)), '00010a3201150007')
  t.equal(hex(rdOfAs(64512, 100)), '0000fc0000000064')
  t.equal(hex(rdOfAs(4200000001, 7)), '0002fa56ea010007')
  t.equal(hex(rdOfLongAs(64512, 50000)), '00020000fc00c350')
  const rd = bytes(8).map(rd => rd.fill(0, 0, 1).map((byte, i) => (i === 1 ? byte % 4 : byte)))
  const printsLikeType0 = (rd: Uint8Array) => rd[1] === 2 && rd[2] === 0 && rd[3] === 0
  fc.assert(fc.property(rd, rd => printsLikeType0(rd) || hex(parseRd(printRd(rd))) === hex(rd)))
})

t.test('ESI', async t => {
  const vectors = [
    ['00000000000000000000', 'zero_esi'],
    ['ffffffffffffffffffff', 'max_esi'],
    ['00112233445566778899', '00:11:22:33:44:55:66:77:88:99'],
    ['040a5405090000000700', '10.84.5.9:7'],
    ['050000fc000000000900', '64512:9'],
    ['050000fc000000000901', '05:00:00:fc:00:00:00:00:09:01']
  ] as const
  for (const [esi, text] of vectors) {
    t.equal(printEsi(Buffer.from(`aa${esi}`, 'hex'), 1), text)
    t.equal(hex(parseEsi(text)), esi)
  }
  for (const text of ['', 'zero', '00:11:22', '1:2:3', '1:', '1:4294967296', '1.2.3:4']) {
    t.equal(parseEsi(text), undefined, JSON.stringify(text))
  }
  t.ok(isZeroEsi(zeroEsi))
  t.notOk(isZeroEsi(maxEsi))
  const esi = fc
    .tuple(fc.constantFrom(0, 3, 4, 5, 255), bytes(8), fc.constantFrom(0, 1))
    .map(([type, body, last]) => Uint8Array.of(type, ...body, last))
  fc.assert(fc.property(esi, esi => hex(parseEsi(printEsi(esi))) === hex(esi)))
})

t.test('an address of either version', async t => {
  t.equal(hex(parseIp('10.1.1.5')), '0a010105')
  t.equal(hex(parseIp('fd00:10::5')), 'fd000010000000000000000000000005')
  t.equal(parseIp('10.1.1'), undefined)
  t.equal(printIp(Buffer.from('0a010105', 'hex')), '10.1.1.5')
  t.equal(printIp(Buffer.from('ff0a010105ff', 'hex'), 1, 4), '10.1.1.5')
  t.ok(isUnspecified(parseIp('::')!))
  t.ok(isUnspecified(parseIp('0.0.0.0')!))
  t.notOk(isUnspecified(parseIp('::1')!))
})
