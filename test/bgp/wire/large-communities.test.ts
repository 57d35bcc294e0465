import fc from 'fast-check'
import t from 'tap'
import {
  classicOfTag,
  isGlobalTag,
  isTag,
  largeCommunity,
  parseLargeCommunity,
  printLargeCommunities,
  printLargeCommunity,
  tagAt,
  tagCommunity,
  tagOfClassic
} from '../../../src/bgp/wire/large-communities.js'

const hexOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex')

t.test('large communities of RFC 8092', async t => {
  t.equal(hexOf(largeCommunity(4200000001, 1, 2)), 'fa56ea010000000100000002', 'V56')
  t.equal(printLargeCommunity(Buffer.from('fa56ea010000000100000002', 'hex')), '4200000001:1:2')
  t.equal(hexOf(parseLargeCommunity('4200000001:1:2')), 'fa56ea010000000100000002')
  t.equal(hexOf(parseLargeCommunity('4294967295:4294967295:4294967295')), 'f'.repeat(24))
  for (const text of ['', '1:2', '1:2:3:4', '1:2:', '4294967296:1:1', '1:4294967296:1', 'a:1:1']) {
    t.equal(parseLargeCommunity(text), undefined, JSON.stringify(text))
  }
})

t.test('tags', async t => {
  t.equal(hexOf(tagCommunity(65010, 0x500000007n)), '0000fdf20100000500000007')
  t.equal(printLargeCommunity(tagCommunity(65010, 21474836487n)), 'tagLC:65010:21474836487')
  t.equal(hexOf(parseLargeCommunity('tagLC:65010:21474836487')), '0000fdf20100000500000007')
  t.equal(hexOf(tagCommunity(1, (1n << 56n) - 1n)), '0000000101ffffffffffffff')
  t.ok(isTag(tagCommunity(65010, 7n), 0))
  t.notOk(isTag(largeCommunity(65010, 7, 7), 0))
  for (const text of ['tagLC:1', 'tagLC:1:', 'tagLC::1', 'tagLC:1:72057594037927936', 'tagLC:1:-1']) {
    t.equal(parseLargeCommunity(text), undefined, text)
  }
  t.ok(isGlobalTag(8000000n))
  t.notOk(isGlobalTag(7999999n))
  t.same(
    printLargeCommunities(
      Buffer.from(`00${'0000fdf20100000500000007'}fa56ea010000000100000002`, 'hex'),
      1,
      25
    ),
    ['tagLC:65010:21474836487', '4200000001:1:2']
  )
})

t.test('the classic form of a tag', async t => {
  t.equal(tagOfClassic(0x00050007), 0x0000000500000007n)
  t.equal(tagOfClassic(0xffffffff), 0x0000ffff0000ffffn)
  t.equal(classicOfTag(0x0000000500000007n), 0x00050007)
  t.equal(classicOfTag(0x0000000500010007n), undefined, 'a value of more than 16 bits')
  t.equal(classicOfTag(0x0001000000000007n), undefined, 'a type of more than 16 bits')
  fc.assert(fc.property(fc.nat(0xffffffff), classic => classicOfTag(tagOfClassic(classic)) === classic))
})

t.test('what is printed is parsed', async () => {
  const value = fc
    .uint8Array({ minLength: 12, maxLength: 12 })
    .chain(bytes => fc.constantFrom(bytes, bytes.with(4, 1)))
  fc.assert(
    fc.property(value, bytes => hexOf(parseLargeCommunity(printLargeCommunity(bytes))) === hexOf(bytes))
  )
  const tag = fc.bigInt({ min: 0n, max: (1n << 56n) - 1n })
  fc.assert(fc.property(fc.nat(0xffffffff), tag, (as, tag) => tagAt(tagCommunity(as, tag), 0) === tag))
})
