/** Vectors V49 to V53 of spec bgp, and those of spec evpn-multicast 3.1. */
import t from 'tap'
import { mvpn, mvpn6 } from '../../../../src/bgp/wire/family/mvpn.js'
import {
  MvpnType,
  mvpnAnsweredOf,
  mvpnAsOf,
  mvpnGroupOf,
  mvpnInterAsKey,
  mvpnIntraAsKey,
  mvpnJoinKey,
  mvpnLeafKey,
  mvpnOriginatorOf,
  mvpnRdOf,
  mvpnSelectiveKey,
  mvpnSourceActiveKey,
  mvpnSourceOf,
  mvpnTypeOf,
  mvpnWithRd
} from '../../../../src/bgp/wire/family/mvpn-key.js'
import { parseIp, printIp } from '../../../../src/net/ip.js'
import { parseRd, printRd, zeroRd } from '../../../../src/net/rd.js'
import { testSkipped, testVectors } from './codec.js'

const rd = '00010a5405030004'
const pair = '20 0a010105 20 e0010203'
const pair6 = '80 fd000000000000000000000000000005 80 ff0e0000000000000000000000000001'

testVectors(t, mvpn, [
  { name: 'V49, type 1', bytes: `010c ${rd} 0a540503`, prefix: '1-10.84.5.3:4,10.84.5.3' },
  {
    name: 'type 1, IPv6 originator',
    bytes: `0118 ${rd} fd000000000000000000000000000005`,
    prefix: '1-10.84.5.3:4,fd00::5'
  },
  { name: 'type 2', bytes: `020c ${rd} 0000fc58`, prefix: '2-10.84.5.3:4,64600' },
  {
    name: 'V50, type 3',
    bytes: `0316 ${rd} ${pair} 0a540503`,
    prefix: '3-10.84.5.3:4,10.1.1.5,224.1.2.3,10.84.5.3'
  },
  { name: 'type 3, wildcards', bytes: `030e ${rd} 00 00 0a540503`, prefix: '3-10.84.5.3:4,*,*,10.84.5.3' },
  {
    name: 'V51, type 4 for a type 3',
    bytes: `041c 0316 ${rd} ${pair} 0a540503 0a540509`,
    prefix: '4-3-10.84.5.3:4,10.1.1.5,224.1.2.3,10.84.5.3,10.84.5.9'
  },
  {
    name: 'type 4 for a type 2',
    bytes: `0412 020c ${rd} 0000fc58 0a540509`,
    prefix: '4-2-10.84.5.3:4,64600,10.84.5.9'
  },
  { name: 'V52, type 5', bytes: `0512 ${rd} ${pair}`, prefix: '5-10.84.5.3:4,10.1.1.5,224.1.2.3' },
  {
    name: 'type 5 with RD 0',
    bytes: '0512 0000000000000000 20 c0000232 20 e8090909',
    prefix: '5-0:0,192.0.2.50,232.9.9.9'
  },
  { name: 'type 6', bytes: `0616 ${rd} 0000fc00 ${pair}`, prefix: '6-10.84.5.3:4,64512,10.1.1.5,224.1.2.3' },
  {
    name: 'V53, type 7',
    bytes: `0716 ${rd} 0000fc00 ${pair}`,
    prefix: '7-10.84.5.3:4,64512,10.1.1.5,224.1.2.3'
  },
  { name: 'unknown type, kept', bytes: '0802 0102', prefix: '8-0102', keepUnknown: true }
])

testVectors(t, mvpn6, [
  { name: 'type 1', bytes: `010c ${rd} 0a540503`, prefix: '1-10.84.5.3:4,10.84.5.3' },
  {
    name: 'type 3',
    bytes: `032e ${rd} ${pair6} 0a540503`,
    prefix: '3-10.84.5.3:4,fd00::5,ff0e::1,10.84.5.3'
  },
  {
    name: 'the longest type 4',
    bytes: `044c 033a ${rd} ${pair6} ${'11'.repeat(16)} ${'22'.repeat(16)}`,
    prefix: `4-3-10.84.5.3:4,fd00::5,ff0e::1,${'1111:'.repeat(8).slice(0, -1)},${'2222:'.repeat(8).slice(0, -1)}`
  },
  { name: 'type 7', bytes: `072e ${rd} 0000fc00 ${pair6}`, prefix: '7-10.84.5.3:4,64512,fd00::5,ff0e::1' }
])

testSkipped(t, mvpn, [
  { name: 'type 0', bytes: '0000' },
  { name: 'type 8', bytes: '08020102' },
  { name: 'type 1, originator of 5 bytes', bytes: `010d ${rd} 0a54050300` },
  { name: 'type 1, empty', bytes: '0100' },
  { name: 'type 2, long', bytes: `020d ${rd} 0000fc5800` },
  { name: 'type 3, source length 24', bytes: `0315 ${rd} 18 0a0101 20 e0010203 0a540503` },
  { name: 'type 3, IPv6 source', bytes: `0322 ${rd} 80 ${'00'.repeat(16)} 20 e0010203 0a540503` },
  { name: 'type 3 without originator', bytes: `0312 ${rd} ${pair}` },
  { name: 'type 4 for a type 5', bytes: `0418 0512 ${rd} ${pair} 0a540509` },
  { name: 'type 4, length inside past the end', bytes: `041c 0319 ${rd} ${pair} 0a540503 0a540509` },
  {
    name: 'type 4, type 3 wrong inside',
    bytes: `041c 0316 ${rd} ${pair.replace('20', '21')} 0a540503 0a540509`
  },
  { name: 'type 4, one byte', bytes: '0401 03' },
  { name: 'type 4 without originator', bytes: `0418 0316 ${rd} ${pair} 0a540503` },
  { name: 'type 5, wildcard', bytes: `050e ${rd} 00 20 e0010203` },
  { name: 'type 5, group cut', bytes: `0511 ${rd} 20 0a010105 20 e00102` },
  { name: 'type 7, long', bytes: `0717 ${rd} 0000fc00 ${pair} 00` }
])

t.test('keys', async t => {
  const rd = parseRd('10.84.5.9:4')!
  const source = parseIp('10.1.1.5')!
  const group = parseIp('232.1.2.3')!
  const originator = parseIp('10.84.5.3')!
  const print = (key: Uint8Array) => mvpn.print(key, 0, key.length)
  t.equal(print(mvpnIntraAsKey(rd, originator)), '1-10.84.5.9:4,10.84.5.3')
  t.equal(printIp(mvpnOriginatorOf(mvpnIntraAsKey(rd, originator))), '10.84.5.3')
  t.equal(print(mvpnInterAsKey(rd, 64512)), '2-10.84.5.9:4,64512')
  const selective = mvpnSelectiveKey(rd, source, group, originator)
  t.equal(print(selective), '3-10.84.5.9:4,10.1.1.5,232.1.2.3,10.84.5.3')
  t.equal(printIp(mvpnOriginatorOf(selective)), '10.84.5.3')
  const leaf = mvpnLeafKey(selective, parseIp('10.84.5.4')!)
  t.equal(print(leaf), '4-3-10.84.5.9:4,10.1.1.5,232.1.2.3,10.84.5.3,10.84.5.4')
  t.equal(mvpnTypeOf(leaf), MvpnType.leaf)
  t.equal(printRd(mvpnRdOf(leaf)), '10.84.5.9:4')
  t.same(mvpnSourceOf(leaf), source)
  t.same(mvpnGroupOf(leaf), group)
  t.equal(printIp(mvpnOriginatorOf(leaf)), '10.84.5.4')
  t.same(mvpnAnsweredOf(leaf), selective)
  t.equal(print(mvpnWithRd(leaf, zeroRd)), '4-3-0:0,10.1.1.5,232.1.2.3,10.84.5.3,10.84.5.4')
  const active = mvpnSourceActiveKey(rd, source, group)
  t.equal(print(active), '5-10.84.5.9:4,10.1.1.5,232.1.2.3')
  t.equal(print(mvpnWithRd(active, zeroRd)), '5-0:0,10.1.1.5,232.1.2.3')
  const join = mvpnJoinKey(MvpnType.sourceTreeJoin, rd, 64512, source, group)
  t.equal(print(join), '7-10.84.5.9:4,64512,10.1.1.5,232.1.2.3')
  t.equal(mvpnAsOf(join), 64512)
  t.same(mvpnSourceOf(join), source)
  t.same(mvpnGroupOf(join), group)
})

t.test('text that is no prefix', async t => {
  for (const text of [
    '',
    '1',
    '1-0:0',
    '1-0:0,1.1.1.1,1.1.1.1',
    '2-0:0,4294967296',
    '3-0:0,1.1.1.1,232.0.0.1',
    '3-0:0,fd00::1,232.0.0.1,1.1.1.1',
    '4-1.1.1.1',
    '4-5-0:0,1.1.1.1,232.0.0.1,1.1.1.1',
    '5-0:0,*,232.0.0.1',
    '7-0:0,1,1.1.1.1',
    '9-xyz'
  ]) {
    t.equal(mvpn.parse(text), undefined, text)
  }
})
