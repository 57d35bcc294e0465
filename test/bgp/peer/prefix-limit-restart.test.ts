/** Prefix limits of neighbours that restart: routes kept of a former session do not take the room of those of this one. */
import t from 'tap'
import type { BgpPeer } from '../../../src/bgp/peer/bgp-peer.js'
import { RefreshKind } from '../../../src/bgp/wire/route-refresh.js'
import { Lab, type LabNode, type PeerOptions, pair } from './lab.js'

const maximum = 10
type Action = 'reset' | 'block'
const options = (action: Action | undefined, longLived: boolean): PeerOptions => ({
  ...(action !== undefined && {
    policy: { prefixLimits: new Map([['inet', { maximum, idleSeconds: 3600, action }]]) }
  }),
  offer: {
    gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 100 },
    ...(longLived && { longLivedStaleSeconds: 1000 })
  }
})
/** Prefixes of the neighbour's n-th set. */
const set = (n: number, count = maximum): string[] =>
  Array.from({ length: count }, (_, index) => `10.${n}.${index}.0/24`)
const familyOf = (peer: BgpPeer) => peer.families.values().next().value!

function up(action: Action, longLived = false) {
  const lab = new Lab()
  const nodes = pair(lab, options(action, longLived), options(undefined, longLived))
  for (const prefix of set(0)) nodes.b.announce(prefix)
  lab.seconds(5)
  return { lab, ...nodes, most: mostPaths(nodes.a) }
}

/** The most routes that the node has had since. */
function mostPaths(node: LabNode): { paths: number } {
  const most = { paths: 0 }
  node.table().addListener({
    routeChanged: (_, table) => {
      most.paths = Math.max(most.paths, table.size)
    }
  })
  return most
}

function change(node: LabNode, before: readonly string[], after: readonly string[]): void {
  for (const prefix of before) if (!after.includes(prefix)) node.withdraw(prefix)
  for (const prefix of after) node.announce(prefix)
}

for (const action of ['reset', 'block'] as const)
  for (const [away, mark] of [
    [20, 'stale'],
    [200, 'llgr']
  ] as const) {
    const begin = () => {
      const it = up(action, mark === 'llgr')
      it.toA.session.stop('silent')
      it.lab.seconds(away)
      t.equal(it.a.look(set(0)[0]!), mark)
      return it
    }
    const name = `T-PL-1 ${action}, ${mark}: `

    t.test(`${name}a neighbour that returns with as many other prefixes`, async t => {
      const { lab, a, b, toA, toB, most } = begin()
      change(b, set(0), set(1))
      toA.session.start()
      lab.seconds(30)
      t.equal(toB.session.state, 'established')
      t.same(a.prefixes, set(1))
      t.equal(most.paths, 2 * maximum, 'all were there at once')
      t.equal(familyOf(toB).guard.blocked, 0)
      t.equal(familyOf(toB).counts.refreshRequestsSent, 0, 'nothing had to be asked for')
      t.equal(toB.session.statistics.flaps, 1)
    })

    t.test(`${name}prefixes that it says again count, changed or not`, async t => {
      const { lab, a, b, toA, toB } = begin()
      const after = [...set(0, 6), ...set(1, 5)]
      change(b, set(0), after)
      b.announce(after[0]!, { med: 7 })
      toA.session.start()
      lab.seconds(30)
      const isUp = toB.session.state === 'established'
      t.equal(isUp, action === 'block', 'eleven are one too many')
      t.equal(a.prefixes.length, action === 'block' ? maximum : 0)
      if (isUp) t.equal(familyOf(toB).guard.blocked, 1)
      else t.match(toB.session.statistics.lastNotificationSent, { code: 6, subcode: 9 })
    })
  }

t.test('T-PL-1 what is kept of several lost sessions stays within the limit', async t => {
  for (const action of ['reset', 'block'] as const) {
    const { lab, a, b, toA, toB, most } = up(action)
    for (let n = 1; n < 6; n++) {
      toA.session.stop('silent')
      lab.seconds(5)
      t.same(a.prefixes, set(n - 1), 'of the last session alone: both would be too many')
      change(b, set(n - 1), set(n))
      b.mayEndRib = false
      toA.session.start()
      t.ok(lab.until(() => a.look(set(n)[maximum - 1]!) === 'fresh'))
      t.equal(a.prefixes.length, 2 * maximum)
    }
    t.equal(most.paths, 2 * maximum)
    b.mayEndRib = true
    lab.seconds(30)
    t.equal(toB.session.state, 'established')
    t.same(a.prefixes, set(5))
  }
})

t.test('T-PL-1 what is kept of several lost sessions stays while it is within the limit', async t => {
  const { lab, a, b, toA } = up('reset')
  change(b, set(0), set(0, 4))
  lab.seconds(5)
  b.mayEndRib = false
  toA.session.stop('silent')
  lab.seconds(5)
  change(b, set(0, 4), set(1, 4))
  toA.session.start()
  t.ok(lab.until(() => a.look(set(1)[3]!) === 'fresh'))
  toA.session.stop('silent')
  lab.seconds(5)
  t.same(a.prefixes, [...set(0, 4), ...set(1, 4)])
})

t.test('T-PL-5 what was kept out comes when the end of a refresh makes room', async t => {
  for (const ends of [true, false]) {
    const { lab, a, b, toA, toB } = up('block')
    const inet = { afi: 1, safi: 1 }
    // It says others without having withdrawn the first: the refresh is to take those away.
    toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.begin })
    for (const prefix of set(1)) b.announce(prefix)
    lab.seconds(5)
    t.equal(familyOf(toB).guard.blocked, maximum)
    t.same(a.prefixes, set(0))
    if (ends) toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.end })
    lab.until(() => familyOf(toB).counts.refreshRemoved === maximum, 400)
    lab.seconds(30)
    t.equal(familyOf(toB).counts.refreshRequestsSent, 1)
    t.equal(a.prefixes.length, maximum, 'as many of all that it has as there is room for')
    t.equal(toB.session.statistics.flaps, 0)
  }
})
