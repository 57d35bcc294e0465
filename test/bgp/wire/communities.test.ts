import fc from 'fast-check'
import t from 'tap'
import {
  Community,
  parseCommunity,
  printCommunities,
  printCommunity
} from '../../../src/bgp/wire/communities.js'

t.test('names of spec routing 4.10, and numbers', async t => {
  const vectors = [
    [0xffffff01, 'no-export'],
    [0xffffff02, 'no-advertise'],
    [0xffffff03, 'no-export-subconfed'],
    [0xffff0001, 'accept-own'],
    [0xffff0006, 'llgr-stale'],
    [0xffff0007, 'no-llgr'],
    [0xffff0008, 'accept-own-nexthop'],
    [0xfffff000, 'no-reoriginate'],
    [0xfc000064, '64512:100'],
    [0, '0:0']
  ] as const
  for (const [value, text] of vectors) {
    t.equal(printCommunity(value), text)
    t.equal(parseCommunity(text), value)
  }
  t.equal(parseCommunity('LlgrStale'), Community.llgrStale)
  t.equal(parseCommunity('NoLlgr'), Community.noLlgr)
  t.equal(parseCommunity('blackhole'), 0xffff029a)
  t.equal(parseCommunity('graceful-shutdown'), 0xffff0000)
  t.equal(printCommunity(Community.blackhole), '65535:666')
  for (const text of [
    '',
    ':',
    '1',
    '1:',
    ':1',
    '65536:1',
    '1:65536',
    '1:2:3',
    'No-Export',
    '-1:1',
    '0x1:1'
  ]) {
    t.equal(parseCommunity(text), undefined, JSON.stringify(text))
  }
  fc.assert(fc.property(fc.nat(0xffffffff), value => parseCommunity(printCommunity(value)) === value))
})

t.test('the list of V56', async t => {
  const bytes = Buffer.from('aafc000064ffff0006ffffff01aa', 'hex')
  t.same(printCommunities(bytes, 1, 13), ['64512:100', 'llgr-stale', 'no-export'])
})
