import t from 'tap'
import { hasPathIds, messageSubtype } from '../../src/mrt/bgp4mp.js'

t.test('subtypes of RFC 6396 and RFC 8050', async t => {
  const table = [true, false].flatMap(ids =>
    [false, true].flatMap(local => [false, true].map(four => messageSubtype(four, local, ids)))
  )
  // With ids: _ADDPATH, AS4_ADDPATH, LOCAL_ADDPATH, AS4_LOCAL_ADDPATH; then MESSAGE, AS4, LOCAL, AS4_LOCAL.
  t.same(table, [8, 9, 10, 11, 1, 4, 6, 7])
})

const families = { inet: 0x101, inet6: 0x201 }
const update = (body: string): Uint8Array => {
  const bytes = Buffer.from(`${'ff'.repeat(16)}000002${body}`, 'hex')
  bytes.writeUInt16BE(bytes.length, 16)
  return bytes
}
const reach6 = '800e1a00020110' + '20010db8000000000000000000000001' + '00' + '00000001'
const cases: readonly [name: string, body: string, inet: boolean, inet6: boolean][] = [
  ['End-of-RIB of inet', '00000000', false, false],
  ['NLRI', '0000000740010100' + '40020018cb0071', true, false],
  ['withdrawn', '000418cb00710000', true, false],
  ['MP_REACH_NLRI', `0000001d${reach6}`, false, true],
  ['MP_UNREACH_NLRI with a long length', '0000000790' + '0f0003000201', false, true],
  ['behind another attribute', `0000002140010100${reach6}`, false, true],
  ['NLRI and MP_REACH_NLRI', `0000001d${reach6}18cb0071`, true, true],
  ['cut in the attribute lengths', '0000', false, false],
  ['an attribute that overruns', '0000000640010100' + '800e', false, false],
  ['a withdrawn length that overruns', 'ffff', false, false]
]
t.test('other messages, whatever their bytes look like', async t => {
  const bytes = update('000418cb00710000')
  for (const type of [1, 3, 4, 5]) {
    bytes[18] = type
    t.equal(hasPathIds(bytes, 0, bytes.length, new Set([families.inet])), false)
  }
})

for (const [name, body, inet, inet6] of cases)
  t.test(name, async t => {
    const bytes = update(body)
    const found = (set: number[]): boolean => hasPathIds(bytes, 0, bytes.length, new Set(set))
    t.equal(found([families.inet]), inet)
    t.equal(found([families.inet6]), inet6)
    t.equal(found([]), false)
  })
