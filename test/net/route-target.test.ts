import fc from 'fast-check'
import t from 'tap'
import { parseRouteTarget, routeTargetFromBytes, routeTargetOfAddress } from '../../src/net/route-target.js'

const vectors = [
  { name: 'two-byte AS', text: 'target:64512:8000000', key: '0002fc00007a1200' },
  { name: 'two-byte AS, greatest number', text: 'target:65535:4294967295', key: '0002ffffffffffff' },
  { name: 'address', text: 'target:192.0.2.1:7', key: '0102c00002010007' },
  { name: 'four-byte AS', text: 'target:70000:7999', key: '0202000111701f3f' },
  { name: 'four-byte form of a small AS', text: 'target:64512L:7', key: '02020000fc000007' }
]
for (const { name, text, key } of vectors) {
  t.test(name, async t => {
    const target = parseRouteTarget(text)
    t.equal(target?.key, key)
    t.equal(target?.text, text)
    t.same(routeTargetFromBytes(Buffer.from(key, 'hex')), target)
  })
}

t.test('an L that changes nothing is not printed', async t => {
  t.equal(parseRouteTarget('target:70000L:7')?.text, 'target:70000:7')
})

const malformed = [
  '',
  'target',
  'target:1',
  'target:1:2:3',
  'origin:1:2',
  'target:0:1',
  'target:0L:1',
  'target:x:1',
  'target:1:x',
  'target:1:-1',
  'target:1:',
  'target:1:4294967296',
  'target:4294967296:1',
  'target:70000:65536',
  'target:1L:65536',
  'target:192.0.2.256:1',
  'target:192.0.2.1:65536'
]
for (const text of malformed) {
  t.test(`malformed: '${text}'`, async t => t.equal(parseRouteTarget(text), undefined))
}

t.test('bytes that are no route target print as hexadecimal digits', async t => {
  t.equal(routeTargetFromBytes(Buffer.from('0003000100000001', 'hex')).text, '0003000100000001')
  t.equal(routeTargetFromBytes(Buffer.from('0602000100000001', 'hex')).text, '0602000100000001')
})

t.test('bytes are copied', async t => {
  const bytes = Buffer.from('0002fc0000000001', 'hex')
  const target = routeTargetFromBytes(bytes)
  bytes.fill(0)
  t.equal(Buffer.from(target.bytes).toString('hex'), target.key)
})

t.test('of an address', async t => {
  t.equal(routeTargetOfAddress(0xc0000201, 5).text, 'target:192.0.2.1:5')
})

t.test('print and parse are inverse', async () => {
  const bytes = fc
    .tuple(fc.constantFrom(0, 1, 2), fc.integer({ min: 1, max: 0xffffffff }), fc.nat(0xffff))
    .filter(([type, administrator]) => type !== 0 || administrator >>> 16 !== 0)
    .map(([type, administrator, number]) => {
      const buffer = Buffer.from([type, 2, 0, 0, 0, 0, 0, 0])
      buffer.writeUInt32BE(administrator, 2)
      buffer.writeUInt16BE(number, 6)
      return buffer
    })
  fc.assert(
    fc.property(bytes, value => {
      const target = routeTargetFromBytes(value)
      return parseRouteTarget(target.text)?.key === target.key
    })
  )
})
