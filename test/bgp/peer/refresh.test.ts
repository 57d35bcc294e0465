import t from 'tap'
import type { BgpPeer } from '../../../src/bgp/peer/bgp-peer.js'
import { RefreshKind } from '../../../src/bgp/wire/route-refresh.js'
import { Lab, type PeerOptions, pair } from './lab.js'

const one = '10.1.0.0/16'
const two = '10.2.0.0/16'
const inet = { afi: 1, safi: 1 }

const counts = (peer: BgpPeer) => peer.families.values().next().value!.counts

function up(options: PeerOptions = {}, routes = [one, two]) {
  const lab = new Lab()
  const nodes = pair(lab, options, options)
  const c = lab.node('10.0.0.3')
  const toC = nodes.a.peer(c)
  c.peer(nodes.a)
  for (const prefix of routes) nodes.b.announce(prefix)
  lab.seconds(10)
  return { lab, ...nodes, c, toC }
}

for (const enhanced of [true, false]) {
  t.test(
    `T-RF-1 everything again, ${enhanced ? 'in brackets' : 'plain'}, and nothing for others`,
    async t => {
      const { lab, a, toA, toB, toC } = up()
      a.announce('10.9.0.0/16')
      lab.seconds(5)
      if (!enhanced) Object.defineProperty(toB, 'enhancedRefresh', { value: false })
      const before = { b: counts(toB).reachSent, c: counts(toC).reachSent, in: counts(toA).reachReceived }
      const refreshes = toA.session.statistics.received.routeRefresh
      t.ok(toA.clearSoftIn())
      lab.seconds(5)
      // What b announced is not told to b; its own route is.
      t.equal(counts(toB).reachSent - before.b, 1)
      t.equal(counts(toA).reachReceived - before.in, 1)
      t.equal(counts(toC).reachSent - before.c, 0)
      t.equal(counts(toB).endOfRibSent, 1)
      t.equal(toA.session.statistics.received.routeRefresh - refreshes, enhanced ? 2 : 0)
      t.match(counts(toA), { refreshRequestsSent: 1, refreshesReceived: enhanced ? 1 : 0, refreshRemoved: 0 })
      t.match(counts(toB), { refreshRequestsReceived: 1, refreshesSent: 1 })
    }
  )
}

t.test('T-RF-2 what is not named again goes at the end, or in the end', async t => {
  for (const ends of [true, false]) {
    const { lab, a, c, toA, toB, toC, b } = up()
    const told = counts(toC).reachSent
    toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.begin })
    // It is told again without `two`: as of a peer that lost the withdrawal.
    toA.families.values().next().value!.ribOut!.repeat(toA.families.values().next().value!)
    lab.seconds(5)
    t.same(a.prefixes, [one, two])
    toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.begin })
    b.announce(one, { med: 5 })
    lab.seconds(5)
    t.same(c.prefixes, [one, two], 'nothing happens before the end')
    if (ends) toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.end })
    else lab.seconds(350)
    lab.seconds(ends ? 5 : 1)
    if (!ends) t.same(a.prefixes, [one, two])
    lab.seconds(10)
    t.same(a.prefixes, [one])
    t.same(c.prefixes, [one])
    t.equal(counts(toC).reachSent - told, 1, 'the change alone')
    t.match(counts(toB), { refreshesReceived: 2, refreshRemoved: 1, refreshesTimedOut: ends ? 0 : 1 })
  }
})

t.test('an end without a beginning, a family that was not negotiated, an unknown kind: nothing', async t => {
  const { lab, a, toA } = up()
  toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.end })
  toA.session.sendRouteRefresh({ afi: 2, safi: 1, kind: RefreshKind.request })
  toA.session.sendRouteRefresh({ ...inet, kind: 7 })
  lab.seconds(5)
  t.same(a.prefixes, [one, two])
  t.equal(toA.session.state, 'established')
  t.match(
    a.logged.filter(line => line.includes('refresh')),
    [/not begun/, /not negotiated/]
  )
})

t.test('beginnings without end: more of them than generations', async t => {
  const { lab, a, b, toA } = up()
  for (let i = 0; i < 40; i++) toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.begin })
  b.announce(one, { med: 6 })
  lab.seconds(5)
  toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.end })
  lab.seconds(5)
  t.same(a.prefixes, [one])
  for (let i = 0; i < 40; i++) {
    toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.begin })
    b.announce(one, { med: i })
    lab.seconds(1)
    toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.end })
    lab.seconds(1)
    t.same(a.prefixes, [one])
  }
})

t.test('T-RF-3 a hundred requests in a row cost two walks', async t => {
  const { lab, toA, toB } = up()
  for (let i = 0; i < 100; i++) toB.clearSoftIn()
  lab.seconds(10)
  t.match(counts(toA), { refreshRequestsReceived: 100, refreshesSent: 2, endOfRibSent: 1 })
  t.equal(counts(toB).refreshesReceived, 2)
})

t.test('a refresh and a restart do not undo each other', async t => {
  const { lab, a, b, toA, toB } = up()
  toA.session.sendRouteRefresh({ ...inet, kind: RefreshKind.begin })
  lab.seconds(1)
  toA.session.stop('silent')
  lab.seconds(5)
  t.same([a.look(one), a.look(two)], ['stale', 'stale'])
  b.withdraw(two)
  toA.session.start()
  lab.seconds(400)
  t.equal(toB.session.state, 'established')
  t.same([a.look(one), a.look(two)], ['fresh', undefined])
  t.equal(counts(toB).refreshesTimedOut, 0, 'the timer ended with its session')
})
