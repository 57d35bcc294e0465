/** Vectors V35 to V44, M57 and M58 of spec bgp, and those of spec evpn-multicast 1.17. */
import t from 'tap'
import { evpn } from '../../../../src/bgp/wire/family/evpn.js'
import {
  EvpnType,
  evpnAutoDiscoveryKey,
  evpnEsiOf,
  evpnGroupOf,
  evpnIpOf,
  evpnIsMacOnly,
  evpnMacKey,
  evpnMacOf,
  evpnMulticastKey,
  evpnOriginatorOf,
  evpnPrefixKey,
  evpnRdOf,
  evpnSegmentKey,
  evpnSelectiveKey,
  evpnSourceOf,
  evpnTagOf,
  evpnToPrefixKey,
  evpnTypeOf,
  evpnWithRd
} from '../../../../src/bgp/wire/family/evpn-key.js'
import { parseInetKey, printInetKey } from '../../../../src/bgp/wire/family/inet.js'
import { parseInet6Key, printInet6Key } from '../../../../src/bgp/wire/family/inet6.js'
import { parseEsi, printEsi } from '../../../../src/net/esi.js'
import { parseIp, printIp } from '../../../../src/net/ip.js'
import { parseMac, printMac } from '../../../../src/net/mac.js'
import { parseRd, printRd, zeroRd } from '../../../../src/net/rd.js'
import {
  bytesOf,
  invalidNetworkField,
  printOf,
  readOne,
  testSkipped,
  testVectors,
  writeOne
} from './codec.js'

const rd = '00010a5405090005'
const noEsi = '00000000000000000000'
const esi = '00112233445566778899'
const mac = '30 02aabbccddee'

testVectors(t, evpn, [
  {
    name: 'V35, type 1 per segment',
    bytes: `0119 00010a5405090000 ${esi} ffffffff 000000`,
    prefix: '1-10.84.5.9:0-00:11:22:33:44:55:66:77:88:99-4294967295'
  },
  {
    name: 'type 1 per EVI',
    bytes: `0119 ${rd} ${esi} 00000007 0012c1`,
    prefix: '1-10.84.5.9:5-00:11:22:33:44:55:66:77:88:99-7',
    label: 0x0012c1
  },
  {
    name: 'type 1, withdrawal without label',
    bytes: `0116 ${rd} ${esi} 00000007`,
    prefix: '1-10.84.5.9:5-00:11:22:33:44:55:66:77:88:99-7',
    withdrawn: true,
    writes: `0119 ${rd} ${esi} 00000007 000000`
  },
  {
    name: 'V36, type 2, MAC only',
    bytes: `0221 ${rd} ${noEsi} 00000000 ${mac} 00 0012c1`,
    prefix: '2-10.84.5.9:5-0-02:aa:bb:cc:dd:ee,0.0.0.0',
    label: 0x0012c1
  },
  {
    name: 'type 2, MAC only with an unspecified IPv6 address',
    bytes: `0231 ${rd} ${noEsi} 00000000 ${mac} 80 ${'00'.repeat(16)} 0012c1`,
    prefix: '2-10.84.5.9:5-0-02:aa:bb:cc:dd:ee,0.0.0.0',
    label: 0x0012c1,
    writes: `0221 ${rd} ${noEsi} 00000000 ${mac} 00 0012c1`
  },
  {
    name: 'V37, type 2, MAC and IPv4, two VNIs, multihomed',
    bytes: `0228 ${rd} ${esi} 00000000 ${mac} 20 0a010105 001388 001770`,
    prefix: '2-10.84.5.9:5-0-02:aa:bb:cc:dd:ee,10.1.1.5',
    label: 5000,
    l3Label: 6000,
    extra: esi
  },
  {
    name: 'V38, type 2, MAC and IPv6',
    bytes: `0231 ${rd} ${noEsi} 00000000 ${mac} 80 fd000010000000000000000000000005 0012d1`,
    prefix: '2-10.84.5.9:5-0-02:aa:bb:cc:dd:ee,fd00:10::5',
    label: 0x0012d1
  },
  {
    name: 'type 2, second label 0',
    bytes: `0228 ${rd} ${noEsi} 00001001 ${mac} 20 0a010105 001388 000000`,
    prefix: '2-10.84.5.9:5-4097-02:aa:bb:cc:dd:ee,10.1.1.5',
    label: 5000,
    l3Label: 0
  },
  {
    name: 'V44, type 2, withdrawal',
    bytes: `0225 ${rd} ${noEsi} 00000000 ${mac} 20 0a010105 000001`,
    prefix: '2-10.84.5.9:5-0-02:aa:bb:cc:dd:ee,10.1.1.5',
    label: 1,
    withdrawn: true
  },
  {
    name: 'type 2, withdrawal with all that announced it',
    bytes: `0228 ${rd} ${esi} 00000000 ${mac} 20 0a010105 001388 001770`,
    prefix: '2-10.84.5.9:5-0-02:aa:bb:cc:dd:ee,10.1.1.5',
    label: 5000,
    l3Label: 6000,
    extra: esi,
    withdrawn: true,
    writes: `0225 ${rd} ${noEsi} 00000000 ${mac} 20 0a010105 001388`
  },
  {
    name: 'V39, type 3',
    bytes: `0311 ${rd} 00000000 20 0a540509`,
    prefix: '3-10.84.5.9:5-0-10.84.5.9'
  },
  {
    name: 'type 3 with tag',
    bytes: '0311 00010a3201150007 00001001 20 0a320115',
    prefix: '3-10.50.1.21:7-4097-10.50.1.21'
  },
  {
    name: 'type 3, IPv6',
    bytes: `031d ${rd} 00000000 80 fd000010000000000000000000000005`,
    prefix: '3-10.84.5.9:5-0-fd00:10::5'
  },
  {
    name: 'V40, type 4',
    bytes: `0417 00010a5405090000 ${esi} 20 0a540509`,
    prefix: '4-10.84.5.9:0-00:11:22:33:44:55:66:77:88:99-10.84.5.9'
  },
  {
    name: 'type 4, IPv6',
    bytes: `0423 ${rd} 050000fc000000000900 80 fd000010000000000000000000000005`,
    prefix: '4-10.84.5.9:5-64512:9-fd00:10::5'
  },
  {
    name: 'V41, type 5, IPv4',
    bytes: `0522 00010a5405090006 ${noEsi} 00000000 18 0a010100 00000000 001770`,
    prefix: '5-10.84.5.9:6-0-10.1.1.0/24',
    label: 6000
  },
  {
    name: 'V42, type 5, IPv6',
    bytes: `053a 00010a5405090006 ${noEsi} 00000000 40 fd000010000000000000000000000000 ${'00'.repeat(16)} 001770`,
    prefix: '5-10.84.5.9:6-0-fd00:10::/64',
    label: 6000
  },
  {
    name: 'type 5, bits past the length, tag',
    bytes: `0522 ${rd} ${noEsi} 00000009 0c 0a0801ff 00000000 001770`,
    prefix: '5-10.84.5.9:5-9-10.0.0.0/12',
    label: 6000,
    writes: `0522 ${rd} ${noEsi} 00000009 0c 0a000000 00000000 001770`
  },
  {
    name: 'type 5 with ESI and gateway, which are reflected',
    bytes: `0522 ${rd} ${esi} 00000000 18 0a010100 0a0000fe 001770`,
    prefix: '5-10.84.5.9:5-0-10.1.1.0/24',
    label: 6000,
    extra: `${esi}0a0000fe`
  },
  {
    name: 'type 5, IPv6 with a gateway',
    bytes: `053a ${rd} ${noEsi} 00000000 40 fd000010000000000000000000000000 fd0000100000000000000000000000fe 001770`,
    prefix: '5-10.84.5.9:5-0-fd00:10::/64',
    label: 6000,
    extra: `${noEsi}fd0000100000000000000000000000fe`
  },
  {
    name: 'type 5, withdrawal without label',
    bytes: `051f ${rd} ${noEsi} 00000000 18 0a010100 00000000`,
    prefix: '5-10.84.5.9:5-0-10.1.1.0/24',
    withdrawn: true,
    writes: `0522 ${rd} ${noEsi} 00000000 18 0a010100 00000000 000000`
  },
  {
    name: 'type 5, IPv6, withdrawal without label',
    bytes: `0537 ${rd} ${noEsi} 00000000 00 ${'00'.repeat(32)}`,
    prefix: '5-10.84.5.9:5-0-::/0',
    withdrawn: true,
    writes: `053a ${rd} ${noEsi} 00000000 00 ${'00'.repeat(32)} 000000`
  },
  {
    name: 'V43, type 6, (*,G)',
    bytes: `0618 ${rd} 00000000 00 20 e1010101 20 0a540509 02`,
    prefix: '6-10.84.5.9:5-0-225.1.1.1-10.84.5.9'
  },
  {
    name: 'type 6, (S,G)',
    bytes: '061c 00010a32000b0003 00000000 20 c00002c8 20 ef070809 20 0a32000b 02',
    prefix: '6-10.50.0.11:3-0-192.0.2.200-239.7.8.9-10.50.0.11'
  },
  {
    name: 'type 6, IGMPv3 exclude',
    bytes: `061c ${rd} 00000000 20 c00002c8 20 ef070809 20 0a32000b 0c`,
    prefix: '6-10.84.5.9:5-0-192.0.2.200-239.7.8.9-10.50.0.11',
    extra: '0c'
  },
  {
    name: 'type 6, unspecified source',
    bytes: `061c ${rd} 00000000 20 00000000 20 ef070809 20 0a32000b 02`,
    prefix: '6-10.84.5.9:5-0-239.7.8.9-10.50.0.11',
    writes: `0618 ${rd} 00000000 00 20 ef070809 20 0a32000b 02`
  },
  {
    name: 'type 6, IPv6 group, IPv4 originator',
    bytes: `0634 ${rd} 00000000 80 fd000010000000000000000000000005 80 ff0e0000000000000000000000000001 20 0a540509 02`,
    prefix: '6-10.84.5.9:5-0-fd00:10::5-ff0e::1-10.84.5.9'
  },
  {
    name: 'type 6, (*,*)',
    bytes: `0614 ${rd} 00000000 00 00 20 0a540509 02`,
    prefix: '6-10.84.5.9:5-0-*-10.84.5.9'
  },
  { name: 'unknown type, kept', bytes: '6302 0102', prefix: '99-0102', keepUnknown: true },
  {
    name: 'leave synch with IPv6 throughout, kept',
    bytes: `084f ${'01'.repeat(79)}`,
    prefix: `8-${'01'.repeat(79)}`,
    keepUnknown: true
  },
  { name: 'unknown type, empty, kept', bytes: '0700', prefix: '7-', keepUnknown: true }
])

testSkipped(t, evpn, [
  { name: 'M57, unknown type 99', bytes: '63020102' },
  { name: 'type 7', bytes: `0717 ${'00'.repeat(23)}` },
  {
    name: 'M58, MAC length 40',
    bytes: '02 20 00010a5405090005 00000000000000000000 00000000 28 02aabbccdd 00 0012c1'
  },
  { name: 'type 1 without label', bytes: `0116 ${rd} ${esi} 00000007` },
  { name: 'type 1, long', bytes: `011a ${rd} ${esi} 00000007 00000000` },
  { name: 'type 2, empty', bytes: '0200' },
  { name: 'type 2, IP length 33', bytes: `0226 ${rd} ${noEsi} 00000000 ${mac} 21 0a01010500 000001` },
  { name: 'type 2, IP cut', bytes: `0221 ${rd} ${noEsi} 00000000 ${mac} 80 000001` },
  { name: 'type 2 without label', bytes: `021e ${rd} ${noEsi} 00000000 ${mac} 00` },
  { name: 'type 2, a label and a half', bytes: `0222 ${rd} ${noEsi} 00000000 ${mac} 00 00000100` },
  { name: 'type 3, empty', bytes: '0300' },
  { name: 'type 3, IP length 0', bytes: `030d ${rd} 00000000 00` },
  { name: 'type 3, IP cut', bytes: `0310 ${rd} 00000000 20 0a5405` },
  { name: 'type 4, IP length 24', bytes: `0416 ${rd} ${esi} 18 0a5405` },
  { name: 'type 5, 33 bytes', bytes: `0521 ${'00'.repeat(33)}` },
  { name: 'type 5, withdrawal with half a label', bytes: `0520 ${'00'.repeat(32)}`, withdrawn: true },
  { name: 'type 5, announced without label', bytes: `051f ${'00'.repeat(31)}` },
  { name: 'type 5, prefix length 33', bytes: `0522 ${rd} ${noEsi} 00000000 21 0a010100 00000000 001770` },
  { name: 'type 5, IPv6, prefix length 129', bytes: `053a ${rd} ${noEsi} 00000000 81 ${'00'.repeat(35)}` },
  { name: 'type 6, empty', bytes: '0600' },
  { name: 'type 6, source length 31', bytes: `061c ${rd} 00000000 1f c00002c8 20 ef070809 20 0a32000b 02` },
  { name: 'type 6, originator length 0', bytes: `0614 ${rd} 00000000 00 20 ef070809 00 02` },
  { name: 'type 6 without flags', bytes: `0617 ${rd} 00000000 00 20 e1010101 20 0a540509` },
  { name: 'type 6, originator cut', bytes: `0616 ${rd} 00000000 00 20 e1010101 20 0a5405` },
  { name: 'type 6, long', bytes: `0619 ${rd} 00000000 00 20 e1010101 20 0a540509 0202` }
])

t.test('M59: route length past the end', async t => {
  t.match(readOne(evpn, bytesOf('033c00010a5405090005000000002 00a540509')).error, invalidNetworkField)
})

t.test('an unknown type that is too long to be kept is passed over', async t => {
  const { nlri, error } = readOne(evpn, bytesOf(`09ff${'00'.repeat(255)}`), { keepUnknown: true })
  t.equal(error, undefined)
  t.equal(nlri.keyLength, 0)
})

t.test('keys', async t => {
  const rd = parseRd('10.84.5.9:5')!
  const ip = parseIp('10.1.1.5')!
  const ip6 = parseIp('fd00::5')!
  const esi = parseEsi('64512:9')!
  const print = (key: Uint8Array) => evpn.print(key, 0, key.length)

  const ad = evpnAutoDiscoveryKey(rd, esi, 0xffffffff)
  t.equal(print(ad), '1-10.84.5.9:5-64512:9-4294967295')
  t.equal(printEsi(evpnEsiOf(ad)), '64512:9')
  t.equal(evpnTagOf(ad), 0xffffffff)

  const macIp = evpnMacKey(rd, 7, parseMac('02:aa:bb:cc:dd:ee')!, ip6)
  t.equal(print(macIp), '2-10.84.5.9:5-7-02:aa:bb:cc:dd:ee,fd00::5')
  t.equal(evpnTypeOf(macIp), EvpnType.macAdvertisement)
  t.equal(printRd(evpnRdOf(macIp)), '10.84.5.9:5')
  t.equal(evpnTagOf(macIp), 7)
  t.equal(printMac(evpnMacOf(macIp)), '02:aa:bb:cc:dd:ee')
  t.equal(printIp(evpnIpOf(macIp)), 'fd00::5')
  t.notOk(evpnIsMacOnly(macIp))
  t.equal(print(evpnWithRd(macIp, zeroRd)), '2-0:0-7-02:aa:bb:cc:dd:ee,fd00::5')
  t.equal(print(macIp), '2-10.84.5.9:5-7-02:aa:bb:cc:dd:ee,fd00::5', 'which leaves the original')

  const multicast = evpnMulticastKey(rd, 4097, ip)
  t.equal(print(multicast), '3-10.84.5.9:5-4097-10.1.1.5')
  t.equal(printIp(evpnIpOf(multicast)), '10.1.1.5')

  const segment = evpnSegmentKey(rd, esi, ip)
  t.equal(print(segment), '4-10.84.5.9:5-64512:9-10.1.1.5')
  t.equal(printIp(evpnIpOf(segment)), '10.1.1.5')
  t.equal(printEsi(evpnEsiOf(segment)), '64512:9')
  t.equal(evpnTagOf(segment), 0)

  const prefix = evpnPrefixKey(rd, 0, parseInetKey('10.1.1.0/24')!)
  t.equal(print(prefix), '5-10.84.5.9:5-0-10.1.1.0/24')
  t.equal(printInetKey(evpnToPrefixKey(prefix)), '10.1.1.0/24')
  const prefix6 = evpnPrefixKey(rd, 0, parseInet6Key('fd00::/8')!)
  t.equal(print(prefix6), '5-10.84.5.9:5-0-fd00::/8')
  t.equal(printInet6Key(evpnToPrefixKey(prefix6)), 'fd00::/8')
  t.equal(evpnToPrefixKey(prefix6).length, 17)

  const group = parseIp('239.7.8.9')!
  const selective = evpnSelectiveKey(rd, 0, ip, group, parseIp('10.84.5.9')!)
  t.equal(print(selective), '6-10.84.5.9:5-0-10.1.1.5-239.7.8.9-10.84.5.9')
  t.same(evpnSourceOf(selective), ip)
  t.same(evpnGroupOf(selective), group)
  t.equal(printIp(evpnOriginatorOf(selective)), '10.84.5.9')
  const any = evpnSelectiveKey(rd, 0, parseIp('0.0.0.0'), group, ip)
  t.same(any, evpnSelectiveKey(rd, 0, undefined, group, ip))
  t.equal(evpnSourceOf(any), undefined)
  t.same(evpnGroupOf(any), group)
})

t.test('a route for the MAC alone has two keys and one form on the wire', async t => {
  const mac = parseMac('02:aa:bb:cc:dd:ee')!
  const one = evpnMacKey(zeroRd, 0, mac)
  const other = evpnMacKey(zeroRd, 0, mac, new Uint8Array(16))
  t.ok(evpnIsMacOnly(one))
  t.ok(evpnIsMacOnly(other))
  t.not(Buffer.compare(one, other), 0)
  const { nlri } = readOne(evpn, bytesOf('0700'))
  const written = [one, other].map(key => writeOne(evpn, nlri.reset().setKey(key)))
  t.equal(written[0], written[1])
  t.equal(printOf(evpn, nlri.setKey(other)), '2-0:0-0-02:aa:bb:cc:dd:ee,::')
  t.same(evpn.parse('2-0:0-0-02:aa:bb:cc:dd:ee,::'), other)
})

t.test('text that is no prefix', async t => {
  for (const text of [
    '',
    '2',
    '256-00',
    '7-0',
    '7-zz',
    '7-00-00',
    '1-0:0-zero_esi',
    '1-0:0-zero_esi-4294967296',
    '1-0:0-esi-0',
    '2-0:0-0-02:aa:bb:cc:dd:ee',
    '2-0:0-0-02:aa:bb:cc:dd,0.0.0.0',
    '2-0:0-0-02:aa:bb:cc:dd:ee,0.0.0.0,0.0.0.0',
    '3-0-0-10.0.0.1',
    '3-0:0-0-10.0.0.1-1',
    '4-0:0-zero_esi-x',
    '5-0:0-0-10.0.0.0',
    '5-0:0-0-10.0.0.0/33',
    '6-0:0-0-225.1.1.1',
    '6-0:0-0-*-225.1.1.1-10.0.0.1',
    '6-0:0-0-1.1.1.1-225.1.1.1-*',
    '6-0:0-0-1.1.1.1-1.1.1.1-225.1.1.1-10.0.0.1',
    '6-0:0-x-225.1.1.1-10.0.0.1'
  ]) {
    t.equal(evpn.parse(text), undefined, text)
  }
})

t.test('order: type, then field by field', async t => {
  const texts = [
    '1-0:0-zero_esi-9',
    '1-0:0-64512:9-0',
    '1-0:1-zero_esi-0',
    '2-0:0-0-02:00:00:00:00:01,0.0.0.0',
    '2-0:0-0-02:00:00:00:00:01,10.0.0.1',
    '2-0:0-0-02:00:00:00:00:01,::',
    '2-0:0-0-02:00:00:00:00:02,0.0.0.0',
    '2-0:0-1-02:00:00:00:00:01,0.0.0.0',
    '2-0:1-0-02:00:00:00:00:01,0.0.0.0',
    '3-0:0-0-10.0.0.2',
    '3-0:0-1-10.0.0.1',
    '5-0:0-0-10.0.0.0/8',
    '5-0:0-0-10.0.0.0/9',
    '5-0:0-0-::/0',
    '6-0:0-0-225.0.0.2-10.0.0.1',
    '6-0:0-0-10.0.0.1-225.0.0.1-10.0.0.1'
  ]
  const keys = texts.map(text => Buffer.from(evpn.parse(text)!))
  t.same(
    keys.toSorted(Buffer.compare).map(key => evpn.print(key, 0, key.length)),
    texts
  )
})
