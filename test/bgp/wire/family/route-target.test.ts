/** Vectors V45, V46 and M60 of spec bgp. */
import t from 'tap'
import {
  defaultRouteTargetKey,
  routeTarget,
  routeTargetAsOf,
  routeTargetKey,
  routeTargetLengthOf,
  routeTargetOf
} from '../../../../src/bgp/wire/family/route-target.js'
import { bytesOf, hexOf, invalidNetworkField, readOne, testVectors } from './codec.js'

testVectors(t, routeTarget, [
  { name: 'V45, type 0', bytes: '60 0000fc00 0002fc00007a1201', prefix: '64512:target:64512:8000001' },
  { name: 'V45, type 2', bytes: '60 fa56ea01 0202fa56ea011f41', prefix: '4200000001:target:4200000001:8001' },
  { name: 'type 1', bytes: '60 0000fc00 01020a5405030000', prefix: '64512:target:10.84.5.3:0' },
  { name: 'V46, default', bytes: '00', prefix: '0:target:0:0' },
  { name: 'V46, all of an AS', bytes: '20 0000fc00', prefix: '64512:0000000000000000/32' },
  {
    name: 'a part of the target',
    bytes: '32 0000fc00 0002ff',
    prefix: '64512:0002c00000000000/50',
    writes: '32 0000fc00 0002c0'
  },
  { name: 'no route target at all', bytes: '60 0000fc00 030c00000000000d', prefix: '64512:030c00000000000d' }
])

t.test('malformed', async t => {
  for (const bytes of ['140000fc', '010000', '1f0000fc00', `61${'00'.repeat(13)}`, `ff${'00'.repeat(40)}`]) {
    t.match(readOne(routeTarget, bytesOf(bytes)).error, { ...invalidNetworkField, offset: 0 }, bytes)
  }
  for (const text of [
    '',
    ':',
    '64512',
    '64512:',
    '64512:10:10',
    '64512:target:1',
    'x:target:1:1',
    '1:0000000000000000/31',
    '1:0000000000000000/97'
  ]) {
    t.equal(routeTarget.parse(text), undefined, text)
  }
})

t.test('keys', async t => {
  const key = routeTargetKey(64512, bytesOf('0002fc00007a1201'))
  t.equal(routeTarget.print(key, 0, key.length), '64512:target:64512:8000001')
  t.equal(routeTargetAsOf(key), 64512)
  t.equal(hexOf(routeTargetOf(key)), '0002fc00007a1201')
  t.equal(routeTargetLengthOf(key), 96)
  t.equal(hexOf(routeTargetKey(64512, bytesOf('ffffffffffffffff'), 35)), '0000fc00e00000000000000023')
  t.ok(
    Buffer.compare(defaultRouteTargetKey, routeTargetKey(0, new Uint8Array(8), 32)) < 0,
    'the default is first'
  )
})
