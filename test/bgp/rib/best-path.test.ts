import fc from 'fast-check'
import t from 'tap'
import { AttributeDb } from '../../../src/bgp/rib/attribute-db.js'
import { comparePaths, insert, isTransitive, rank, Step, shareLoad } from '../../../src/bgp/rib/best-path.js'
import { Path, PathFlag } from '../../../src/bgp/rib/path.js'
import { type Source, SourceKind } from '../../../src/bgp/rib/source.js'
import { writeAttributes } from '../../../src/lab/route-attributes.js'
import { type AttributeTexts, agentSource, bgpSource, hashKey, intern, localSource } from './rib-helpers.js'

const settings = { alwaysCompareMed: false, ignoreAsPath: false }
const db = new AttributeDb(hashKey)

interface PathTexts extends AttributeTexts {
  source?: Source
  flags?: number
  pathId?: number
}

function path(texts: PathTexts): Path {
  const { source = bgpSource('10.0.0.1'), flags = 0, pathId = 0, ...attributes } = texts
  return new Path(source, intern(db, { asPath: [65001], ...attributes }), flags, pathId, 0, -1, undefined, 0)
}

const mobility = (sequence: number, sticky = false): string =>
  `06000${sticky ? 1 : 0}00${sequence.toString(16).padStart(8, '0')}`
const leaf = '0605010000000000'

/** A neighbour whose stale paths rank as RFC 9494 has it. */
function router(): Source {
  const source = bgpSource('10.0.0.9')
  source.staleIsLast = true
  return source
}

/** A neighbour that sends several paths of a prefix (RFC 7911). */
const several = bgpSource('10.0.0.3')

function member(address: string, routerId = 0): Source {
  const source = bgpSource(address, { routerId })
  source.member = true
  return source
}

const decisions: { step: number; name: string; better: PathTexts; worse: PathTexts }[] = [
  { step: Step.infeasible, name: 'feasible', better: {}, worse: { flags: PathFlag.asPathLooped } },
  {
    step: Step.lastResort,
    name: 'LLGR stale by flag, of a router: before local preference',
    better: { localPref: 50, asPath: [1, 2] },
    worse: { localPref: 100, flags: PathFlag.llgrStale, source: router() }
  },
  {
    step: Step.lastResort,
    name: 'LLGR stale by community, of a router',
    better: { localPref: 50, asPath: [1, 2] },
    worse: { localPref: 100, communities: [0xffff0006], source: router() }
  },
  {
    step: Step.localPref,
    name: 'two of routers, both LLGR stale: as ever',
    better: { localPref: 200, flags: PathFlag.llgrStale, source: router() },
    worse: { localPref: 100, communities: [0xffff0006], source: router() }
  },
  {
    step: Step.localPref,
    name: 'LLGR stale, of a control node: after local preference',
    better: { localPref: 200, flags: PathFlag.llgrStale },
    worse: { localPref: 100 }
  },
  { step: Step.localPref, name: 'local preference', better: { localPref: 200 }, worse: { localPref: 100 } },
  { step: Step.localPref, name: 'absent local preference is 100', better: {}, worse: { localPref: 99 } },
  { step: Step.leaf, name: 'E-Tree root', better: {}, worse: { extended: [leaf] } },
  {
    step: Step.sticky,
    name: 'not sticky, whatever the sequence',
    better: { extended: [mobility(200)] },
    worse: { extended: [mobility(300, true)] }
  },
  {
    step: Step.mobility,
    name: 'sequence before AS path length',
    better: { extended: [mobility(2)], asPath: [1, 2, 3] },
    worse: { extended: [mobility(1)] }
  },
  {
    step: Step.llgrStale,
    name: 'LLGR stale by flag',
    better: { asPath: [1, 2] },
    worse: { flags: PathFlag.llgrStale }
  },
  {
    step: Step.llgrStale,
    name: 'LLGR stale by community',
    better: { asPath: [1, 2] },
    worse: { communities: [0xffff0006] }
  },
  { step: Step.aigp, name: 'AIGP before AS path', better: { aigp: 7n, asPath: [1, 2] }, worse: { aigp: 8n } },
  { step: Step.aigp, name: 'any AIGP', better: { aigp: 2n ** 64n - 1n, asPath: [1, 2] }, worse: {} },
  {
    step: Step.aigp,
    name: 'all 64 bits of AIGP',
    better: { aigp: 2n ** 63n, asPath: [1, 2] },
    worse: { aigp: 2n ** 63n + 1n }
  },
  {
    step: Step.localPref,
    name: 'local preference before AIGP',
    better: { localPref: 200 },
    worse: { aigp: 1n }
  },
  {
    step: Step.asPathLength,
    name: 'AS path after equal AIGP',
    better: { aigp: 7n, asPath: [1] },
    worse: { aigp: 7n, asPath: [2, 3] }
  },
  { step: Step.asPathLength, name: 'AS path', better: { asPath: [1] }, worse: { asPath: [2, 3] } },
  {
    step: Step.asPathLength,
    name: 'AS path, one with an origin VN path',
    better: { asPath: [1] },
    worse: { asPath: [2, 3], originVnPath: true }
  },
  { step: Step.origin, name: 'origin', better: { origin: 0 }, worse: { origin: 1 } },
  { step: Step.med, name: 'MED of one neighbour AS', better: { med: 0 }, worse: { med: 5 } },
  { step: Step.alias, name: 'alias', better: {}, worse: { flags: PathFlag.aliasedPath } },
  {
    step: Step.asPathLengthPostponed,
    name: 'AS path, both with an origin VN path',
    better: { asPath: [1], originVnPath: true },
    worse: { asPath: [2, 3], originVnPath: true }
  },
  {
    step: Step.local,
    name: 'no peer',
    better: { source: localSource('x', SourceKind.serviceChain) },
    worse: {}
  },
  {
    step: Step.sourceKind,
    name: 'kind of source',
    better: { source: localSource('x', SourceKind.local) },
    worse: { source: localSource('y', SourceKind.aggregate) }
  },
  {
    step: Step.localPathId,
    name: 'path id of local paths',
    better: { source: localSource('x'), pathId: 1 },
    worse: { source: localSource('y'), pathId: 2 }
  },
  {
    step: Step.protocol,
    name: 'XMPP',
    better: { source: agentSource('vr') },
    worse: { source: bgpSource('10.0.0.1') }
  },
  {
    step: Step.internal,
    name: 'eBGP',
    better: { source: bgpSource('10.0.0.2') },
    worse: { source: bgpSource('10.0.0.1', { internal: true }) }
  },
  {
    step: Step.internal,
    name: 'eBGP before another member of the confederation (RFC 5065 5.3)',
    better: { source: bgpSource('10.0.0.2') },
    worse: { source: member('10.0.0.1') }
  },
  {
    step: Step.routerId,
    name: 'another member is as good as iBGP',
    better: { source: member('10.0.0.2', 1) },
    worse: { source: bgpSource('10.0.0.1', { internal: true, routerId: 2 }) }
  },
  {
    step: Step.pathId,
    name: 'path id of agents before router id',
    better: { source: agentSource('y'), pathId: 1 },
    worse: { source: agentSource('x'), pathId: 2 }
  },
  {
    step: Step.routerId,
    name: 'path ids of two neighbours say nothing',
    better: { source: bgpSource('10.0.0.2', { routerId: 1 }), pathId: 2 },
    worse: { source: bgpSource('10.0.0.1', { routerId: 2 }), pathId: 1 }
  },
  {
    step: Step.routerId,
    name: 'originator id before the path id of one neighbour',
    better: { source: several, originatorId: 1, pathId: 2 },
    worse: { source: several, originatorId: 2, pathId: 1 }
  },
  {
    step: Step.routerId,
    name: 'router id',
    better: { source: bgpSource('10.0.0.2', { routerId: 1 }) },
    worse: { source: bgpSource('10.0.0.1', { routerId: 2 }) }
  },
  {
    step: Step.routerId,
    name: 'originator id for router id',
    better: { originatorId: 1, source: bgpSource('10.0.0.2', { routerId: 9 }) },
    worse: { source: bgpSource('10.0.0.1', { routerId: 2 }) }
  },
  {
    step: Step.clusterListLength,
    name: 'cluster list before address',
    better: { originatorId: 5, source: bgpSource('10.0.0.2') },
    worse: { originatorId: 5, clusterList: [1], source: bgpSource('10.0.0.1') }
  },
  {
    step: Step.peerAddress,
    name: 'peer address',
    better: { source: bgpSource('10.0.0.1'), pathId: 2 },
    worse: { source: bgpSource('10.0.0.2'), pathId: 1 }
  },
  {
    step: Step.peerPathId,
    name: 'path id of one neighbour, last of all',
    better: { source: several, pathId: 1 },
    worse: { source: several, pathId: 2 }
  }
]

for (const { step, name, better, worse } of decisions) {
  t.test(`step ${step}: ${name}`, async t => {
    const a = path(better)
    const b = path(worse)
    t.equal(comparePaths(a, b, settings), -step)
    t.equal(comparePaths(b, a, settings), step)
    t.equal(shareLoad(a, b, settings), step > Step.med, 'load sharing ends at MED')
  })
}

t.test('MED is compared between paths of one neighbour AS only', async t => {
  const low = { med: 1 }
  const high = { med: 9 }
  t.ok(shareLoad(path({ ...low, asPath: [1] }), path({ ...high, asPath: [2] }), settings))
  t.ok(shareLoad(path({ ...low, asPath: [] }), path({ ...high, asPath: [] }), settings), 'no neighbour AS')
  t.notOk(
    shareLoad(path({ ...low, asPath: [1] }), path({ ...high, asPath: [2] }), {
      ...settings,
      alwaysCompareMed: true
    })
  )
})

t.test('confederation segments in the decision (RFC 5065 5.3)', async t => {
  const withPath = (asPath: string, med: number): Path => {
    const bytes = writeAttributes({ origin: 'igp', asPath, nextHop: '192.0.2.1', med })
    return new Path(bgpSource('10.0.0.1'), db.intern(bytes, 0, bytes.length), 0, 0, 0, -1, undefined, 0)
  }
  const rows: readonly (readonly [better: string, worse: string, step: number, name: string])[] = [
    ['(1 2 3 4) 7', '7 8', Step.asPathLength, 'they count nothing'],
    ['[1 2] (3) 7', '7 {8 9}', Step.asPathLength, 'nor do sets of members'],
    ['(1) 7', '(2) 7', Step.med, 'the neighbour AS is the first behind them'],
    ['(1)', '(2 3)', Step.med, 'paths of the confederation are of one AS'],
    ['(1)', '', Step.med, 'that of this member too'],
    ['', '[1]', Step.med, 'either way']
  ]
  for (const [better, worse, step, name] of rows) {
    const [a, b] = [withPath(better, 1), withPath(worse, 2)]
    t.strictSame([comparePaths(a, b, settings), comparePaths(b, a, settings)], [-step, step], name)
  }
  const shared = [
    ['(1) 7', '(1) 8', 'other neighbours'],
    ['(7) 1', '7', 'a member is none'],
    ['(1) {7}', '(1) {7}', 'a set has no leftmost AS']
  ] as const
  for (const [one, other, name] of shared)
    t.ok(shareLoad(withPath(one, 1), withPath(other, 2), settings), name)
})

t.test('arrival order does not change the ranking', async t => {
  const tied = fc.record({
    med: fc.nat(1),
    neighbor: fc.integer({ min: 1, max: 2 }),
    localPref: fc.constantFrom(100, 100, 200),
    routerId: fc.integer({ min: 1, max: 2 }),
    internal: fc.boolean(),
    aigp: fc.constantFrom(undefined, undefined, 1n, 2n)
  })
  const property = fc.property(
    fc.array(tied, { minLength: 2, maxLength: 6 }).chain(all =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray(
          all.map((_, i) => i),
          { minLength: all.length }
        )
      )
    ),
    ([all, order]) => {
      const make = (): Path[] =>
        all.map(({ med, neighbor, localPref, routerId, internal, aigp }, i) =>
          path({
            med,
            localPref,
            asPath: [neighbor],
            ...(aigp !== undefined && { aigp }),
            source: bgpSource(`10.0.0.${i}`, { routerId, internal })
          })
        )
      const names = (first: Path | undefined): string => {
        const list: string[] = []
        for (let at = first; at !== undefined; at = at.next) list.push(at.source.name)
        return list.join()
      }
      const paths = make()
      return (
        names(rank(paths.slice(), settings)) ===
        names(
          rank(
            order.map(i => make()[i]!),
            settings
          )
        )
      )
    }
  )
  fc.assert(property, { numRuns: 500 })
  t.pass()
})

t.test('a path put into a ranked list, or taken out of it, leaves the order that ranking gives', async t => {
  const few = fc.record({
    med: fc.constantFrom(0, 0, 0, 1),
    neighbor: fc.integer({ min: 1, max: 2 }),
    length: fc.integer({ min: 1, max: 2 }),
    originVnPath: fc.constantFrom(false, false, true),
    localPref: fc.constantFrom(100, 200),
    routerId: fc.integer({ min: 1, max: 2 }),
    flags: fc.constantFrom(0, 0, PathFlag.asPathLooped, PathFlag.aliasedPath)
  })
  const names = (first: Path | undefined): string[] => {
    const list: string[] = []
    for (let at = first; at !== undefined; at = at.next) list.push(at.source.name)
    return list
  }
  let [inserted, taken] = [0, 0]
  const property = fc.property(
    fc.array(few, { minLength: 2, maxLength: 8, size: 'max' }),
    fc.nat(),
    fc.boolean(),
    (all, which, alwaysCompareMed) => {
      const rules = { ...settings, alwaysCompareMed }
      const paths = all.map(({ neighbor, length, routerId, ...texts }, i) =>
        path({
          ...texts,
          asPath: length === 1 ? [neighbor] : [neighbor, 7],
          source: bgpSource(`10.0.0.${i}`, { routerId })
        })
      )
      const ranked = (some: readonly Path[]): string[] => names(rank([...some], rules))
      const expected = ranked(paths)
      const last = paths.at(-1)!
      const first = insert(rank(paths.slice(0, -1), rules)!, last, rules)
      if (first !== undefined) {
        inserted++
        if (names(first).join() !== expected.join()) return false
      }
      const out = paths[which % paths.length]!
      const rest = paths.filter(other => other !== out)
      const isExpected = ranked(rest).join() === expected.filter(name => name !== out.source.name).join()
      if (!isTransitive(rank([...rest], rules)!, out, rules)) return true
      taken++
      return isExpected
    }
  )
  fc.assert(property, { numRuns: 2000 })
  t.ok(inserted > 100 && taken > 100, `${inserted} were inserted, ${taken} taken out`)
})
