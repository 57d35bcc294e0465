/** Vectors V47 and V48 of spec bgp. */
import t from 'tap'
import {
  ErmVpnType,
  ermVpn,
  ermVpnGroupOf,
  ermVpnKey,
  ermVpnRdOf,
  ermVpnRouterIdOf,
  ermVpnSourceOf,
  ermVpnTypeOf,
  ermVpnWithRd
} from '../../../../src/bgp/wire/family/erm-vpn.js'
import { printInet4 } from '../../../../src/net/inet.js'
import { parseRd, printRd, zeroRd } from '../../../../src/net/rd.js'
import { testSkipped, testVectors } from './codec.js'

const body = '00010a5405090003 0a540503 20 c0a80101 20 e0010203'

testVectors(t, ermVpn, [
  { name: 'V47, local tree', bytes: `0116 ${body}`, prefix: '1-10.84.5.9:3-10.84.5.3,224.1.2.3,192.168.1.1' },
  {
    name: 'V48, global tree',
    bytes: `0216 ${body}`,
    prefix: '2-10.84.5.9:3-10.84.5.3,224.1.2.3,192.168.1.1'
  },
  {
    name: 'broadcast',
    bytes: '0116 0000000000000000 0a540503 20 00000000 20 ffffffff',
    prefix: '1-0:0-10.84.5.3,255.255.255.255,0.0.0.0'
  }
])

testSkipped(t, ermVpn, [
  { name: 'native routes are for agents', bytes: `0016 ${body}` },
  { name: 'unknown type', bytes: '0300' },
  { name: 'short body', bytes: `0115 ${body.slice(0, -2)}` },
  { name: 'long body', bytes: `0117 ${body}00` },
  { name: 'source length', bytes: `0116 ${body.replace('20 c', '21 c')}` },
  { name: 'group length', bytes: `0116 ${body.replace('20 e', '00 e')}` }
])

t.test('keys', async t => {
  const rd = parseRd('10.84.5.9:3')!
  const key = ermVpnKey(ErmVpnType.native, rd, 0, 0xe0010203, 0xc0a80101)
  t.equal(ermVpn.print(key, 0, key.length), '0-10.84.5.9:3-0.0.0.0,224.1.2.3,192.168.1.1')
  t.same(ermVpn.parse('0-10.84.5.9:3-0.0.0.0,224.1.2.3,192.168.1.1'), key)
  t.equal(ermVpnTypeOf(key), ErmVpnType.native)
  t.equal(printRd(ermVpnRdOf(key)), '10.84.5.9:3')
  t.equal(ermVpnRouterIdOf(key), 0)
  t.equal(printInet4(ermVpnGroupOf(key)), '224.1.2.3')
  t.equal(printInet4(ermVpnSourceOf(key)), '192.168.1.1')
  const moved = ermVpnWithRd(key, zeroRd)
  t.equal(ermVpn.print(moved, 0, moved.length), '0-0:0-0.0.0.0,224.1.2.3,192.168.1.1')
  for (const text of [
    '',
    '3-0:0-1.1.1.1,1.1.1.1,1.1.1.1',
    '1-0:0-1.1.1.1,1.1.1.1',
    '1-0-1.1.1.1,1.1.1.1,1.1.1.1',
    '1-0:0-1.1.1.1,1.1.1.1,1.1.1.256'
  ]) {
    t.equal(ermVpn.parse(text), undefined, text)
  }
})

t.test('order: source, group, type, RD, router id', async t => {
  const texts = [
    '2-9:9-10.0.0.9,224.0.0.1,0.0.0.0',
    '1-9:9-10.0.0.9,224.0.0.2,0.0.0.0',
    '2-1:1-10.0.0.1,224.0.0.2,0.0.0.0',
    '2-1:1-10.0.0.2,224.0.0.2,0.0.0.0',
    '2-1:2-10.0.0.1,224.0.0.2,0.0.0.0',
    '0-1:1-10.0.0.1,224.0.0.1,10.0.0.1'
  ]
  const keys = texts.map(text => Buffer.from(ermVpn.parse(text)!))
  t.same(
    keys.toSorted(Buffer.compare).map(key => ermVpn.print(key, 0, key.length)),
    texts
  )
})
