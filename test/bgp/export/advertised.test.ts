import fc from 'fast-check'
import t from 'tap'
import {
  type Advertised,
  AdvertisedSets,
  markedRoom,
  unmarked,
  writeMarked
} from '../../../src/bgp/export/advertised.js'
import type { BgpExportSettings } from '../../../src/bgp/export/bgp-policy.js'
import { reflectorMark, rewrite } from '../../../src/bgp/export/bgp-rewrite.js'
import { Path } from '../../../src/bgp/rib/path.js'
import { AttributeEditor } from '../../../src/bgp/wire/attribute-editor.js'
import { AttributeCode } from '../../../src/bgp/wire/canonical.js'
import { type AttributeTexts, bgpSource, canonical, intern, ribContext } from '../rib/rib-helpers.js'

const settings: BgpExportSettings = {
  family: 'inet',
  internal: true,
  peerAs: 64512,
  localAs: 64512,
  routerId: 0x0a000001,
  clusterId: 0x0a0000ff,
  nonClient: false,
  controlNode: false,
  asOverride: false,
  privateAsAction: undefined,
  longLived: false,
  tunnelEncapsulations: [],
  nextHop: undefined
}

const u32 = fc.nat(0xffffffff)
const texts: fc.Arbitrary<AttributeTexts> = fc.record(
  {
    asPath: fc.array(fc.oneof(u32, fc.integer({ min: 64512, max: 65534 })), { maxLength: 40 }),
    localPref: u32,
    med: u32,
    communities: fc
      .array(fc.oneof(u32, fc.constantFrom(0xffff0006, 0xffffff01)), { minLength: 1, maxLength: 3 })
      .map(values => values.sort((a, b) => a - b)),
    originatorId: u32,
    clusterList: fc.array(u32, { minLength: 1, maxLength: 63 }),
    extended: fc.constant(['0002fc00000003e8'])
  },
  { requiredKeys: [] }
)

/** What each neighbour's settings may add to the plain reflector's. */
const variants: readonly Partial<BgpExportSettings>[] = [
  {},
  { controlNode: true },
  { nonClient: true },
  { longLived: true },
  { clusterId: 0 },
  { internal: false, peerAs: 65001 },
  { internal: false, peerAs: 65001, behindAs: 65002 },
  { privateAsAction: 'remove-all' },
  { tunnelEncapsulations: [8] },
  { nextHop: Uint8Array.of(10, 0, 0, 1) },
  { nextHop: Uint8Array.of(10, 0, 0, 1), keepsReflectedNextHop: true },
  { withheldCommunities: 1 },
  { withheldCommunities: 7 },
  { family: 'inet-vpn' }
]

t.test(
  'a set that is only marked goes out as the general way of rewriting would have it (RFC 4456 §8)',
  t => {
    const marked = new Set<Partial<BgpExportSettings>>()
    fc.assert(
      fc.property(
        texts,
        fc.boolean(),
        fc.nat(0xffffffff),
        fc.constantFrom(...variants),
        (attributes, internal, routerId, variant) => {
          const all = { ...settings, ...variant }
          const { attributes: db } = ribContext()
          const set = intern(db, attributes)
          const path = new Path(bgpSource('10.0.0.9', { internal, routerId }), set, 0, 0, 0, -1, undefined, 0)
          const mark = reflectorMark(path, all)
          if (mark === undefined) return true
          marked.add(variant)
          const advertised = new AdvertisedSets(all.clusterId, db).of(set, mark)
          const into = new Uint8Array(markedRoom)
          const end = writeMarked(advertised, into)
          const editor = new AttributeEditor()
          rewrite(path, all, editor)
          return Buffer.from(into.subarray(0, end)).equals(Buffer.from(editor.bytes.subarray(0, editor.end)))
        }
      ),
      { numRuns: 1000 }
    )
    t.ok(marked.has(variants[0]!), 'the plain reflector only marks')
    t.end()
  }
)

t.test('a cluster list that grows past 255 bytes gets a longer header', t => {
  const { attributes: db } = ribContext()
  const clusterList = Array.from({ length: 63 }, (_, i) => i)
  const set = intern(db, { asPath: [], localPref: 100, originatorId: 5, clusterList })
  const into = new Uint8Array(markedRoom)
  const end = writeMarked(new AdvertisedSets(0x01020304, db).of(set, 0), into)
  const before = canonical({ asPath: [], localPref: 100, originatorId: 5 })
  const header = [0x90, AttributeCode.clusterList, 1, 0, 1, 2, 3, 4]
  t.strictSame([...into.subarray(0, before.length + header.length)], [...before, ...header])
  t.equal(end, before.length + 4 + 256)
  t.end()
})

t.test('what is told alike is one object for all exporters, and the last to let go ends it', t => {
  const { attributes: db } = ribContext()
  const [one, two] = [new AdvertisedSets(8, db), new AdvertisedSets(9, db)]
  const set = intern(db, { asPath: [] })
  const held: [AdvertisedSets, Advertised][] = [
    [one, one.of(set, unmarked)],
    [one, one.of(set, unmarked)],
    [two, two.of(set, unmarked)],
    [one, one.of(set, 7)],
    [two, two.of(set, 7)],
    [one, one.of(set, 6)]
  ]
  const [first, ...others] = held.map(([, advertised]) => advertised)
  t.ok(others.slice(0, 2).every(advertised => advertised === first))
  t.equal(new Set(others).size, 4, 'marks that differ are told apart')
  db.release(set)
  for (const [sets, advertised] of held) {
    t.equal(db.size, 1)
    sets.release(advertised)
  }
  t.equal(db.size, 0)
  t.equal(set.derived, undefined)
  t.end()
})
