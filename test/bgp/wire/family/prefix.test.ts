/** The six prefix families: vectors V16 to V34 and V61, and malformed ones M52 to M56 (spec bgp, appendices). */
import t from 'tap'
import { inet, inetAddressOf, inetKey, inetLengthOf } from '../../../../src/bgp/wire/family/inet.js'
import { inetLabeled } from '../../../../src/bgp/wire/family/inet-labeled.js'
import { inetVpn } from '../../../../src/bgp/wire/family/inet-vpn.js'
import { inet6, inet6AddressOf, inet6Key, inet6LengthOf } from '../../../../src/bgp/wire/family/inet6.js'
import { inet6Labeled } from '../../../../src/bgp/wire/family/inet6-labeled.js'
import { inet6Vpn } from '../../../../src/bgp/wire/family/inet6-vpn.js'
import { vpnKey, vpnRdOf, vpnToInet6Key, vpnToInetKey } from '../../../../src/bgp/wire/family/vpn.js'
import { parseInet6, printInet6 } from '../../../../src/net/inet6.js'
import { parseRd, printRd } from '../../../../src/net/rd.js'
import { bytesOf, hexOf, invalidNetworkField, readOne, testVectors, writeOne } from './codec.js'

testVectors(t, inet, [
  { name: 'V16, /24', bytes: '18 cb0071', prefix: '203.0.113.0/24' },
  { name: 'V16, /25', bytes: '19 c6336480', prefix: '198.51.100.128/25' },
  { name: 'V16, /8', bytes: '08 0a', prefix: '10.0.0.0/8' },
  { name: 'V61, default route', bytes: '00', prefix: '0.0.0.0/0' },
  { name: 'host route', bytes: '20 c0000201', prefix: '192.0.2.1/32' },
  { name: 'bits past the length', bytes: '0a c0ff', prefix: '192.192.0.0/10', writes: '0a c0c0' },
  { name: 'bits past a length of 1', bytes: '01 ff', prefix: '128.0.0.0/1', writes: '01 80' }
])

testVectors(t, inet6, [
  { name: 'V24, /48', bytes: '30 20010db80001', prefix: '2001:db8:1::/48' },
  { name: 'V24, /64', bytes: '40 20010db800020000', prefix: '2001:db8:2::/64' },
  { name: 'default route', bytes: '00', prefix: '::/0' },
  { name: 'host route', bytes: '80 fd000010000100000000000000000005', prefix: 'fd00:10:1::5/128' },
  {
    name: 'bits past the length',
    bytes: '21 20010db8ff',
    prefix: '2001:db8:8000::/33',
    writes: '21 20010db880'
  }
])

testVectors(t, inetLabeled, [
  { name: 'V32', bytes: '38 000641 0a090909', prefix: '10.9.9.9/32', label: 0x000641 },
  {
    name: 'V33, two labels',
    bytes: '48 000640 000c81 0a0909',
    prefix: '10.9.9.0/24',
    label: 0x000640,
    extra: '000c81',
    maximumLabels: 2
  },
  { name: 'one label without bottom of stack', bytes: '20 000640 0a', prefix: '10.0.0.0/8', label: 0x000640 },
  {
    name: 'withdrawal: the label is not looked at',
    bytes: '30 800000 0a0909',
    prefix: '10.9.9.0/24',
    label: 0x800000,
    withdrawn: true,
    maximumLabels: 2
  }
])

testVectors(t, inet6Labeled, [
  { name: 'V34', bytes: '48 000021 20010db80006', prefix: '2001:db8:6::/48', label: 0x000021 },
  {
    name: 'three labels',
    bytes: '48 000010 000020 000031',
    prefix: '::/0',
    label: 0x000010,
    extra: '000020000031',
    maximumLabels: 4
  }
])

testVectors(t, inetVpn, [
  {
    name: 'V28',
    bytes: '78 493001 00010a5405090003 0a010105',
    prefix: '10.84.5.9:3:10.1.1.5/32',
    label: 0x493001
  },
  {
    name: 'V29, withdrawal',
    bytes: '70 800000 0000fc0000000064 0a0102',
    prefix: '64512:100:10.1.2.0/24',
    label: 0x800000,
    withdrawn: true
  },
  {
    name: 'withdrawal of contrail-control',
    bytes: '70 000001 0000fc0000000064 0a0102',
    prefix: '64512:100:10.1.2.0/24',
    label: 1,
    withdrawn: true
  },
  {
    name: 'withdrawal with label 0',
    bytes: '70 000000 0000fc0000000064 0a0102',
    prefix: '64512:100:10.1.2.0/24',
    withdrawn: true,
    writes: '70 800000 0000fc0000000064 0a0102'
  },
  {
    name: 'V57',
    bytes: '70 000111 00010a5405090004 0a0101',
    prefix: '10.84.5.9:4:10.1.1.0/24',
    label: 0x000111
  },
  { name: 'default route', bytes: '58 000111 0000000000000000', prefix: '0:0:0.0.0.0/0', label: 0x000111 },
  {
    name: 'RD of unknown type',
    bytes: '60 000111 0009000102030405 0a',
    prefix: '0009000102030405:10.0.0.0/8',
    label: 0x000111
  },
  {
    name: 'a VNI that has no bottom of stack',
    bytes: '60 001770 0000fc0000000064 0a',
    prefix: '64512:100:10.0.0.0/8',
    label: 6000
  }
])

testVectors(t, inet6Vpn, [
  {
    name: 'V31',
    bytes: 'd8 000101 0002fa56ea010007 fd000010000100000000000000000005',
    prefix: '4200000001:7:fd00:10:1::5/128',
    label: 0x000101
  },
  { name: 'default route', bytes: '58 000101 0002fa56ea010007', prefix: '4200000001:7:::/0', label: 0x000101 }
])

t.test('malformed', async t => {
  const fails = (name: string, family: typeof inet, hex: string, maximumLabels = 1) => {
    const { error } = readOne(family, bytesOf(hex), { maximumLabels })
    t.match(error, { ...invalidNetworkField, offset: 0 }, name)
  }
  fails('M52, length 33', inet, '21cb00710000')
  fails('M53, truncated', inet, '18cb00')
  fails('length 255', inet, `ff${'00'.repeat(32)}`)
  fails('M54, length 129', inet6, '8120010db800000000000000000000000000')
  fails('M56, shorter than label and RD', inetVpn, '5000010100010a54050900')
  fails('inet-vpn, prefix of 33 bits', inetVpn, '79 000111 0000fc0000000064 0a01010500')
  fails('inet6-vpn, prefix of 129 bits', inet6Vpn, `d9 000101 0002fa56ea010007 ${'00'.repeat(17)}`)
  fails('inet-labeled, no room for a label', inetLabeled, '170a0909')
  fails('inet-labeled, stack without bottom', inetLabeled, '38 000640 000640 0a', 2)
  fails('inet-labeled, prefix of 33 bits', inetLabeled, '39 000641 0a09090900')
})

t.test('a withdrawal writes one label', async t => {
  const { nlri } = readOne(inetLabeled, bytesOf('48 000640 000c81 0a0909'), { maximumLabels: 2 })
  nlri.label = 0
  t.equal(writeOne(inetLabeled, nlri, true), '308000000a0909')
})

t.test('keys', async t => {
  const key = inetKey(0xc0a8ffff, 20)
  t.equal(hexOf(key), 'c0a8f00014')
  t.equal(inetAddressOf(key), 0xc0a8f000)
  t.equal(inetLengthOf(key), 20)
  const key6 = inet6Key(parseInet6('2001:db8::ffff')!, 112)
  t.equal(printInet6(inet6AddressOf(key6)), '2001:db8::')
  t.equal(inet6LengthOf(key6), 112)
  const rd = parseRd('10.20.0.7:4')!
  const vpn = vpnKey(rd, key)
  t.equal(inetVpn.print(vpn, 0, vpn.length), '10.20.0.7:4:192.168.240.0/20')
  t.equal(printRd(vpnRdOf(vpn)), '10.20.0.7:4')
  t.same(vpnToInetKey(vpn), key)
  t.same(vpnToInet6Key(vpnKey(rd, key6)), key6)
  for (const text of [
    '',
    '10.0.0.0/8',
    '1:10.0.0.0/8',
    '1:2:',
    '1:2:10.0.0.0',
    '1:2:::/0',
    '1:2:3:10.0.0.0/8'
  ]) {
    t.equal(inetVpn.parse(text), undefined, text)
  }
})

t.test('bytewise order of keys', async t => {
  const sorted = (family: typeof inet, ...texts: string[]) => {
    const keys = texts.map(text => Buffer.from(family.parse(text)!))
    t.same(
      keys.toSorted(Buffer.compare).map(key => family.print(key, 0, key.length)),
      texts
    )
  }
  sorted(inet, '0.0.0.0/0', '10.0.0.0/8', '10.0.0.0/16', '10.0.1.0/24', '192.0.2.0/24', '192.0.2.0/32')
  sorted(inet6, '::/0', '::/1', '::1/128', '2001:db8::/32', 'fd00::/8')
  sorted(inetVpn, '1:1:192.0.2.0/24', '1:2:10.0.0.0/8', '1:2:10.0.0.0/9', '10.0.0.1:1:10.0.0.0/8')
})
