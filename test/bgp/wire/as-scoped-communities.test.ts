import fc from 'fast-check'
import t from 'tap'
import {
  classicTagCommunities,
  classicTagsOf,
  containsOriginVn,
  isGlobalSecurityGroup,
  isGlobalVn,
  originVnCommunities,
  originVnOf,
  securityGroupCommunities,
  securityGroupsOf,
  subclusterCommunity,
  subclusterOf
} from '../../../src/bgp/wire/as-scoped-communities.js'
import { sortElements } from '../../../src/bgp/wire/sorted-elements.js'

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const range = (bytes: Uint8Array): [Uint8Array, number, number] => [bytes, 0, bytes.length]
const hexRange = (...hex: string[]) => range(Buffer.from(hex.join(''), 'hex'))
/** As the canonical form has them. */
const sorted = (bytes: Uint8Array) => range(bytes.slice(0, sortElements(bytes.slice(), 0, bytes.length, 8)))

t.test('security groups', async t => {
  t.equal(hexOf(securityGroupCommunities(65010, [42, 8000001])), '8004fdf20000002a8004fdf2007a1201')
  t.equal(
    hexOf(securityGroupCommunities(400000, [8000001, 42])),
    '820400061a800000' + '80040000007a1201' + '820400061a800001' + '800400010000002a',
    'an AS of four bytes takes two communities for each'
  )
  t.same(
    securityGroupsOf(...hexRange('8004fc0000000005', '8071fc0000000009')),
    [{ as: 64512, number: 5 }],
    'V56'
  )
  t.same(securityGroupsOf(...sorted(securityGroupCommunities(400000, [8000001, 42]))), [
    { as: 400000, number: 8000001 },
    { as: 400000, number: 42 }
  ])
  t.ok(isGlobalSecurityGroup(1))
  t.ok(isGlobalSecurityGroup(7999999))
  t.notOk(isGlobalSecurityGroup(0))
  t.notOk(isGlobalSecurityGroup(8000000))
})

t.test('classic tags', async t => {
  t.equal(hexOf(classicTagCommunities(65010, [0x00050007])), '8084fdf200050007')
  t.equal(hexOf(classicTagCommunities(400000, [0x00050007])), '828400061a80000080840000' + '00050007')
  t.same(classicTagsOf(...hexRange('8084fdf200050007', '8004fdf200050007')), [
    { as: 65010, number: 0x00050007 }
  ])
})

t.test('origin VN', async t => {
  t.equal(hexOf(originVnCommunities(64512, 9)), '8071fc0000000009')
  t.equal(hexOf(originVnCommunities(400000, 9)), '827100061a800009')
  t.equal(hexOf(originVnCommunities(400000, 8000001)), '80715ba0007a1201' + '827100061a805ba0')
  t.same(originVnOf(...hexRange('0002fc0000000064', '8071fc0000000009')), { as: 64512, number: 9 })
  t.same(
    originVnOf(...hexRange('827100061a805ba0')),
    { as: 400000, number: 23456 },
    'no pair, just that index'
  )
  t.equal(originVnOf(...hexRange('8004fc0000000009')), undefined)
  t.ok(isGlobalVn(8000000))
  t.notOk(isGlobalVn(7999999))
})

t.test('origin VN path', async t => {
  const path = hexRange('8071fc0000000009', '8071fc00007a1201', '827100061a80000b')
  const contains = (as: number, index: number) => containsOriginVn(...path, as, index)
  t.ok(contains(64512, 9))
  t.notOk(contains(64513, 9))
  t.ok(contains(64513, 8000001), 'a global index under another AS')
  t.ok(contains(400000, 8000001))
  t.notOk(contains(64512, 8000002))
  t.ok(contains(400000, 11))
  t.notOk(contains(400000, 9))
  const pair = hexRange('80715ba000020000', '827100061a805ba0')
  t.ok(containsOriginVn(...pair, 400000, 0x20000))
  t.notOk(containsOriginVn(...hexRange('80715ba000020000'), 400000, 0x20000), 'both of a pair are needed')
  t.notOk(containsOriginVn(...hexRange(), 64512, 9))
})

t.test('T-SUB-1 subcluster', async t => {
  t.equal(hexOf(subclusterCommunity(64512, 9)), '8085fc0000000009')
  t.equal(hexOf(subclusterCommunity(400000, 9)), '828500061a800009')
  t.same(subclusterOf(...hexRange('8085fc0000000009')), { as: 64512, number: 9 })
  t.same(subclusterOf(...hexRange('828500061a800009')), { as: 400000, number: 9 })
  t.equal(subclusterOf(...hexRange('8084fc0000000009')), undefined)
})

t.test('what is written is read, in canonical order', async () => {
  const as = fc.oneof(fc.integer({ min: 1000, max: 65535 }), fc.integer({ min: 65536, max: 0xffffffff }))
  const ids = fc.uniqueArray(fc.nat(0xffffffff), { maxLength: 12 })
  fc.assert(
    fc.property(as, ids, (as, ids) => {
      const list = securityGroupsOf(...sorted(securityGroupCommunities(as, ids)))
      const order = (a: number, b: number) => a - b
      return (
        list.every(group => group.as === as) &&
        list
          .map(group => group.number)
          .sort(order)
          .join() === ids.toSorted(order).join()
      )
    })
  )
  fc.assert(
    fc.property(as, fc.oneof(fc.nat(0xffff), fc.nat(0xffffffff)), (as, index) => {
      const communities = sorted(originVnCommunities(as, index))
      const vn = originVnOf(...communities)
      return vn?.as === as && vn.number === index && containsOriginVn(...communities, as, index)
    })
  )
})
