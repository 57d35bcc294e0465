import t from 'tap'
import { WellKnown } from '../../../src/bgp/rib/attribute-set.js'
import { CeaseSubcode } from '../../../src/bgp/session/handler.js'
import { offer } from '../../../src/bgp/session/offer.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { key, pathsOf } from '../rib/rib-helpers.js'
import { called, update } from './called.js'
import { Lab, type PeerOptions, pair } from './lab.js'

const one = '10.1.0.0/16'
const two = '10.2.0.0/16'
/** Of the helper. */
const ofHelper = '10.3.0.0/16'

/** `a` helps, `b` is lost; `c` listens to `a`. */
function three(b: PeerOptions = {}, c: PeerOptions = {}, a: PeerOptions = {}) {
  const lab = new Lab()
  const up = pair(lab, a, b)
  const listener = lab.node('10.0.0.3', 65001)
  const toC = up.a.peer(listener, c)
  listener.peer(up.a, c)
  up.b.announce(one)
  up.b.announce(two)
  lab.seconds(10)
  return { lab, ...up, c: listener, toC }
}

t.test('T-GR-3, T-GR-4 routes stay while the peer is away, refreshed ones for good', async t => {
  const { lab, a, b, toA, toB, c, toC } = three()
  t.same(c.prefixes, [one, two])
  const told = () => {
    const counts = toC.families.values().next().value!.counts
    return [counts.reachSent, counts.unreachSent]
  }
  const before = told()
  toA.session.stop('silent')
  lab.seconds(20)
  t.equal(toB.session.state === 'established', false)
  t.same([a.look(one), a.look(two)], ['stale', 'stale'])
  b.withdraw(two)
  toA.session.start()
  lab.seconds(20)
  t.equal(toB.session.state, 'established')
  t.same([a.look(one), a.look(two)], ['fresh', undefined])
  t.same(c.prefixes, [one])
  t.same(told(), [before[0], before[1]! + 1], 'c was told of what is gone, and of nothing else')
  t.ok(toB.retention.idle)
})

t.test('T-GR-4 nothing at all is told when nothing has changed', async t => {
  const { lab, toA, toC } = three()
  const counts = toC.families.values().next().value!.counts
  const before = [counts.reachSent, counts.unreachSent]
  for (let i = 0; i < 3; i++) {
    toA.session.stop('silent')
    lab.seconds(20)
    toA.session.start()
    lab.seconds(60)
    t.equal(toA.session.state, 'established')
  }
  t.same([counts.reachSent, counts.unreachSent], before)
})

t.test(
  'T-GR-3 the peer does not return: its routes go at the restart time, and are gone without a trace',
  async t => {
    const { lab, a, toA, toB, c } = three()
    toA.session.stop('silent')
    lab.seconds(99)
    t.equal(a.look(one), 'stale')
    lab.seconds(2)
    t.equal(a.look(one), undefined)
    t.same(c.prefixes, [])
    t.equal(toB.adjIns.size, 0)
    t.equal(a.context.attributes.size, 0)
  }
)

t.test('no restart agreed on, or no help wanted: routes go at once', async t => {
  for (const [b, a] of [
    [{ offer: { gracefulRestart: { keepsRoutes: false, restartTimeSeconds: 0 } } }, {}],
    [{}, { policy: { helpsRestart: false } }]
  ] as [PeerOptions, PeerOptions][]) {
    const { lab, a: helper, toA } = three(b, {}, a)
    t.equal(helper.look(one), 'fresh')
    toA.session.stop('silent')
    lab.seconds(1)
    t.equal(helper.look(one), undefined)
  }
})

/**
 * T-GR-1, the table of spec bgp 12.3 on the wire: how the session ends, whether its ends keep each other's routes with
 * the N bit of both and without it, and what is said: the subcode of Cease with the N bit, and without.
 */
interface Loss {
  readonly name: string
  end(it: ReturnType<typeof three>): void
  readonly kept: readonly [withBit: boolean, without: boolean]
  readonly says?: readonly [withBit: string, without: string]
}
const stopped = (from: 'toA' | 'toB', subcode: number) => (it: ReturnType<typeof three>) =>
  it[from].session.stop({ subcode })
const dropped = [false, false] as const
const losses: readonly Loss[] = [
  { name: 'TCP is lost', end: ({ toA }) => toA.session.stop('silent'), kept: [true, true] },
  { name: '6/4 from the peer', end: stopped('toA', 4), kept: [true, false], says: ['6/4', '6/4'] },
  { name: '6/4 from the helper', end: stopped('toB', 4), kept: [true, false], says: ['6/4', '6/4'] },
  { name: '6/6 from the peer', end: stopped('toA', 6), kept: [true, false], says: ['6/6', '6/6'] },
  { name: '6/6 from the helper', end: stopped('toB', 6), kept: [true, false], says: ['6/6', '6/6'] },
  { name: '6/8 from the peer', end: stopped('toA', 8), kept: [true, false], says: ['6/8', '6/8'] },
  { name: '6/1 from the peer', end: stopped('toA', 1), kept: dropped, says: ['6/9', '6/1'] },
  { name: '6/1 from the helper', end: stopped('toB', 1), kept: dropped, says: ['6/9', '6/1'] },
  { name: '6/2 from the peer', end: stopped('toA', 2), kept: dropped, says: ['6/9', '6/2'] },
  { name: '6/2 from the helper', end: stopped('toB', 2), kept: dropped, says: ['6/9', '6/2'] },
  { name: '6/3 from the peer', end: stopped('toA', 3), kept: dropped, says: ['6/9', '6/3'] },
  { name: '6/3 from the helper', end: stopped('toB', 3), kept: dropped, says: ['6/9', '6/3'] },
  {
    name: 'the helper deletes the neighbour',
    end: ({ toB }) => toB.delete({ subcode: CeaseSubcode.peerDeconfigured }, () => {}),
    kept: dropped,
    says: ['6/9', '6/3']
  },
  {
    name: 'the helper takes the neighbour down',
    end: ({ a, b, toB }) =>
      toB.update({ ...a.settings(b)[0], ...toB.session.settings, adminDown: true }, toB.policy),
    kept: dropped,
    says: ['6/9', '6/2']
  }
]
const offered = offer({
  localAs: 65001,
  families: [{ family: familyNamed('inet')! }],
  gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 100 }
})
const noBit: PeerOptions = {
  session: {
    capabilities: { ...offered, gracefulRestart: { ...offered.gracefulRestart!, notification: false } }
  }
}
for (const { name, end, kept, says } of losses) {
  for (const [i, bits] of ['with the N bit of both', 'without', 'with that of the peer alone'].entries()) {
    t.test(`T-GR-1, T-NOT-4 ${name}, ${bits}`, async t => {
      const it = three(i === 1 ? noBit : {}, {}, i > 0 ? noBit : {})
      it.a.announce(ofHelper)
      it.lab.seconds(5)
      t.equal(it.b.look(ofHelper), 'fresh')
      end(it)
      it.lab.seconds(1)
      const keeps = kept[i === 0 ? 0 : 1]
      t.equal(it.a.look(one), keeps ? 'stale' : undefined, 'at the helper')
      const { lastNotificationSent, lastNotificationReceived } = it.toB.session.statistics
      const said = lastNotificationSent ?? lastNotificationReceived
      t.equal(said && `${said.code}/${said.subcode}`, says?.[i === 0 ? 0 : 1])
      if (name.includes('from') || name.includes('neighbour'))
        t.equal(it.b.look(ofHelper), keeps ? 'stale' : undefined, 'at the peer')
    })
  }
}

t.test(
  'T-GR-1 the hold timer expires here: 4/0 is sent, and only with the N bit of both are routes kept',
  async t => {
    // Restart time 100 s, inet with its forwarding state; the N bit is 0x4000.
    for (const [theirs, ours, kept] of [
      ['4064', {}, true],
      ['0064', {}, false],
      ['4064', noBit.session, false]
    ] as const) {
      const { lab, node, peer, connection } = called({
        nodeAs: 65001,
        more: `4006${theirs}00010180`,
        session: ours ?? {}
      })
      connection.send(update('40010100 400200 4003040a000009 40050400000064', '100a01'))
      lab.seconds(1)
      t.equal(node.look(one), 'fresh')
      lab.seconds(91)
      t.match(peer.session.statistics.lastNotificationSent, { code: 4, subcode: 0 })
      t.equal(node.look(one), kept ? 'stale' : undefined)
    }
  }
)

t.test('T-GR-10 the shortest time', async t => {
  const { lab, a, toA } = three({ offer: { gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 1 } } })
  toA.session.stop('silent')
  lab.seconds(0.9)
  t.equal(a.look(one), 'stale')
  lab.seconds(0.2)
  t.equal(a.look(one), undefined)
})

t.test('T-GR-5 a peer that flaps keeps its routes no longer', async t => {
  const { lab, a, toA } = three()
  for (let i = 0; i < 4; i++) {
    toA.session.stop('silent')
    lab.seconds(15)
    toA.session.start()
    // Up, and lost again before its End-of-RIB.
    lab.scheduler.runUntil(() => toA.session.state === 'established', 30_000)
  }
  toA.session.stop('silent')
  lab.seconds(101)
  t.equal(a.look(one), undefined)
})

t.test('T-GR-6 long-lived: as a last resort, with its community, and no longer than its time', async t => {
  const longLived: PeerOptions = {
    offer: { gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 100 }, longLivedStaleSeconds: 1000 }
  }
  const { lab, a, b, c, toA } = three(longLived, longLived, longLived)
  b.announce(two, { communities: [WellKnown.noLlgr] })
  lab.seconds(5)
  toA.session.stop('silent')
  lab.seconds(102)
  t.equal(a.look(one), 'llgr')
  t.equal(a.look(two), undefined, 'NO_LLGR')
  const facts = () => pathsOf(c.table().find(key(one)))[0]?.attributes.facts
  t.match(facts(), { llgrStale: true })
  a.announce(one, { localPref: 100 })
  lab.seconds(5)
  t.match(facts(), { llgrStale: false }, 'another path wins')
  lab.seconds(985)
  t.equal(pathsOf(a.table().find(key(one))).length, 2)
  lab.seconds(15)
  t.equal(pathsOf(a.table().find(key(one))).length, 1)
})

t.test('T-GR-6 who does not know LLGR gets it as a last resort within the AS', async t => {
  const longLived: PeerOptions = {
    offer: { gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 100 }, longLivedStaleSeconds: 1000 }
  }
  const { lab, c, toA } = three(longLived, {}, longLived)
  toA.session.stop('silent')
  lab.seconds(110)
  const facts = pathsOf(c.table().find(key(one)))[0]?.attributes
  t.match(facts?.facts, { llgrStale: false, localPref: 0 })
})

t.test('T-GR-7 a family less on return', async t => {
  for (const controlNode of [false, true]) {
    const lab = new Lab()
    const options: PeerOptions = { families: ['inet', 'inet-vpn'], receive: { controlNode } }
    const { a, b, toA, toB } = pair(lab, options, options)
    b.announce(one)
    lab.seconds(5)
    toA.session.stop('silent')
    lab.seconds(5)
    toA.update(...b.settings(a, { families: ['inet'] }))
    t.equal(a.look(one), 'stale')
    toA.session.start()
    lab.scheduler.runUntil(() => toB.session.state === 'established', 60_000)
    if (controlNode) {
      lab.scheduler.runUntil(() => toB.session.state !== 'established', 1000)
      t.equal(toB.session.statistics.lastNotificationSent?.subcode, CeaseSubcode.otherConfigurationChange)
      lab.seconds(1)
      t.equal(a.look(one), undefined, 'all dropped')
    }
    lab.seconds(30)
    t.equal(toB.session.state, 'established')
    t.equal(a.look(one), 'fresh')
    t.ok(toB.retention.idle)
  }
})

t.test('T-GR-8 not wanted any more, in each state of the machine', async t => {
  const longLived: PeerOptions = {
    offer: { gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 100 }, longLivedStaleSeconds: 1000 }
  }
  const events = ['deleted', 'admin down', 'no help'] as const
  for (const event of events) {
    for (const wait of [0, 50, 500]) {
      const { lab, a, b, toA, toB } = three(longLived, {}, longLived)
      toA.session.stop('silent')
      lab.scheduler.runUntil(() => !toB.retention.idle, 5000)
      lab.seconds(wait)
      t.equal(a.look(one) === undefined, false)
      let deleted = false
      if (event === 'deleted') toB.delete({ subcode: CeaseSubcode.peerDeconfigured }, () => (deleted = true))
      else if (event === 'admin down')
        toB.update(...a.settings(b, { ...longLived, session: { adminDown: true } }))
      else toB.update(...a.settings(b, { ...longLived, policy: { helpsRestart: false } }))
      lab.seconds(2)
      t.equal(a.look(one), undefined, `${event} after ${wait} s`)
      t.ok(toB.retention.idle)
      t.equal(deleted, event === 'deleted')
    }
  }
})

t.test('T-GR-10 the longest times', async t => {
  const longest: PeerOptions = {
    offer: {
      gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 4095 },
      longLivedStaleSeconds: 2 ** 24 - 1
    }
  }
  const lab = new Lab()
  const { a, b, toA, toB } = pair(lab, longest, longest)
  b.announce(one)
  lab.seconds(1)
  toA.session.stop('silent')
  lab.seconds(4094)
  t.equal(a.look(one), 'stale')
  lab.seconds(2)
  t.equal(a.look(one), 'llgr')
  toB.session.stop('silent')
  lab.seconds(2 ** 24 - 10)
  t.equal(a.look(one), 'llgr')
  lab.seconds(10)
  t.equal(a.look(one), undefined)
})

t.test('a second connection of an established peer is a restart (RFC 4724 4.2)', async t => {
  const { lab, a, b, toA, toB } = three()
  lab.network.crash(b.transport)
  toA.session.stop('silent')
  t.equal(toB.session.state, 'established', 'not noticed yet')
  toA.session.start()
  lab.seconds(30)
  t.equal(toB.session.state, 'established')
  t.equal(toB.session.statistics.flaps, 1)
  t.same([a.look(one), a.look(two)], ['fresh', 'fresh'])
})

t.test('T-GR-6 a neighbour of another AS that does not know LLGR is told that the route is gone', async t => {
  const lab = new Lab()
  const longLived: PeerOptions = {
    offer: { gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 100 }, longLivedStaleSeconds: 1000 }
  }
  const { a, b, toA } = pair(lab, longLived, longLived)
  const [plain, knowing] = [lab.node('10.0.0.8', 65008), lab.node('10.0.0.9', 65009)]
  a.peer(plain)
  plain.peer(a)
  a.peer(knowing, longLived)
  knowing.peer(a, longLived)
  b.announce(one)
  lab.seconds(10)
  t.same([plain.look(one), knowing.look(one)], ['fresh', 'fresh'])
  toA.session.stop('silent')
  lab.seconds(50)
  t.same([plain.look(one), knowing.look(one)], ['fresh', 'fresh'])
  lab.seconds(60)
  t.equal(plain.look(one), undefined)
  t.match(pathsOf(knowing.table().find(key(one)))[0]?.attributes.facts, { llgrStale: true })
})
