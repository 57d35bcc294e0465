import t from 'tap'
import type { BgpPeer } from '../../../src/bgp/peer/bgp-peer.js'
import type { PrefixLimit } from '../../../src/bgp/peer/prefix-guard.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { Lab, type PeerOptions, pair } from './lab.js'

const limited = (maximum: number, idleSeconds = 0, action: PrefixLimit['action'] = 'reset'): PeerOptions => ({
  policy: { prefixLimits: new Map([['inet', { maximum, idleSeconds, action }]]) }
})
const prefix = (index: number): string => `10.${index >> 8}.${index & 255}.0/24`
const counts = (peer: BgpPeer) => peer.families.values().next().value!.counts

function up(options: PeerOptions, other: PeerOptions = {}) {
  const lab = new Lab()
  return { lab, ...pair(lab, options, other) }
}

t.test('T-PL-1 exactly the limit is fine, and one more ends the session', async t => {
  const { lab, a, b, toB } = up(limited(10, 60))
  for (let i = 0; i < 10; i++) b.announce(prefix(i))
  lab.seconds(5)
  t.equal(a.prefixes.length, 10)
  b.announce(prefix(3), { med: 7 })
  b.withdraw(prefix(4))
  lab.seconds(1)
  b.announce(prefix(10))
  lab.seconds(5)
  t.equal(toB.session.state, 'established')
  t.equal(a.prefixes.length, 10)
  b.announce(prefix(11))
  lab.seconds(5)
  t.not(toB.session.state, 'established')
  t.equal(
    a.prefixes.length,
    0,
    'a hard reset towards a peer that would keep routes: nothing is kept here either'
  )
  // Cease, hard reset, with maximum prefixes, the family and the limit in it.
  const notification = toB.session.statistics.lastNotificationSent!
  t.same([notification.code, notification.subcode], [6, 9])
  t.equal(Buffer.from(notification.data).toString('hex'), '06010001010000000a')
})

t.test('T-PL-4 what one message has too many is stopped within it', async t => {
  const { lab, a, b, toB } = up(limited(10, 60))
  let most = 0
  a.table().addListener({
    routeChanged: () => {
      most = Math.max(most, a.table().size)
    }
  })
  for (let i = 0; i < 1000; i++) b.announce(prefix(i))
  lab.seconds(5)
  t.equal(most, 11)
  t.equal(toB.session.statistics.flaps, 1)
  t.equal(a.context.attributes.size, 0)
})

t.test('T-PL-2 the idle time: both directions, on time', async t => {
  const { lab, b, toA, toB } = up(limited(1, 60))
  b.announce(prefix(1))
  b.announce(prefix(2))
  lab.seconds(5)
  b.withdraw(prefix(2))
  lab.seconds(50)
  t.equal(toB.session.state, 'idle')
  t.equal(toB.session.refusal()?.subcode, 1)
  t.match(
    toA.session.statistics.lastNotificationReceived,
    { code: 6, subcode: 1 },
    'it called and was told why'
  )
  lab.seconds(60)
  t.equal(toB.session.state, 'established')
})

t.test('T-PL-2 the idle time ends with a change of the limit, and with no other', async t => {
  const { lab, a, b, toB } = up(limited(1, 3600))
  b.announce(prefix(1))
  b.announce(prefix(2))
  lab.seconds(5)
  toB.update(...a.settings(b, limited(1, 3600)))
  lab.seconds(100)
  t.equal(toB.session.state, 'idle')
  toB.update(...a.settings(b, limited(2, 3600)))
  lab.seconds(40)
  t.equal(toB.session.state, 'established')
  t.equal(a.prefixes.length, 2)
  toB.update(...a.settings(b, limited(1, 3600)))
  lab.seconds(5)
  t.equal(toB.session.state, 'idle', 'a limit that is lowered is enforced')
})

t.test('T-PL-3 each family has its own', async t => {
  const families = ['inet', 'inet-vpn'] as const
  const { lab, a, b, toB } = up(
    {
      families,
      policy: { prefixLimits: new Map([['inet-vpn', { maximum: 1, idleSeconds: 0 }]]) }
    },
    { families }
  )
  for (let i = 0; i < 10; i++) b.announce(prefix(i))
  lab.seconds(5)
  t.equal(toB.session.state, 'established')
  t.equal(a.prefixes.length, 10)
  t.equal(toB.families.get(familyNamed('inet')!)!.guard.exceeded, false)
})

t.test('T-PL-5 block and warn', async t => {
  for (const action of ['block', 'warn'] as const) {
    const { lab, a, b, toB } = up(limited(10, 0, action))
    for (let i = 0; i < 25; i++) b.announce(prefix(i))
    lab.seconds(5)
    t.equal(toB.session.state, 'established')
    t.equal(a.prefixes.length, action === 'block' ? 10 : 25)
    t.equal(toB.families.get(familyNamed('inet')!)!.guard.blocked, action === 'block' ? 15 : 0)
    t.equal(counts(toB).reachReceived, 25)
    t.ok(a.logged.includes('more prefixes than the limit allows'))
    b.announce(prefix(0), { med: 9 })
    lab.seconds(1)
    t.equal(a.prefixes.length, action === 'block' ? 10 : 25, 'a change of what is there is taken')
  }
})

t.test('T-PL-5 what was kept out comes when the limit is raised', async t => {
  const { lab, a, b, toB } = up(limited(10, 0, 'block'))
  for (let i = 0; i < 25; i++) b.announce(prefix(i))
  lab.seconds(5)
  toB.update(...a.settings(b, limited(20, 0, 'block')))
  lab.seconds(5)
  t.equal(a.prefixes.length, 20)
  t.equal(counts(toB).refreshRequestsSent, 1)
  toB.update(...a.settings(b, limited(20, 0, 'block')))
  lab.seconds(5)
  t.equal(counts(toB).refreshRequestsSent, 1, 'the same again asks for nothing')
  t.equal(toB.session.statistics.flaps, 0)
})

t.test('T-PL-5 and when the limit is raised or gone, with route refresh or without', async t => {
  for (const routeRefresh of [true, false])
    for (const next of [limited(100, 0, 'block'), limited(100, 0, 'warn'), {}]) {
      const { lab, a, b, toB } = up(limited(2, 0, 'block'), { offer: { routeRefresh } })
      for (let i = 0; i < 5; i++) b.announce(prefix(i))
      lab.seconds(5)
      toB.update(...a.settings(b, next))
      lab.seconds(60)
      t.equal(a.prefixes.length, 5)
      t.equal(toB.session.state, 'established')
      t.equal(toB.session.statistics.flaps, routeRefresh ? 0 : 1, 'a reset where it cannot be asked')
      if (!routeRefresh) t.match(toB.session.statistics.lastNotificationSent, { code: 6, subcode: 6 })
    }
})

t.test('T-PL-5 what was kept out is not forgotten while there is room again', async t => {
  // The neighbour exceeds the limit of 10 by 5, then withdraws some of those that were taken.
  for (const [withdrawn, asked] of [
    [1, 0],
    [3, 0],
    [5, 1]
  ] as const) {
    const { lab, a, b, toB } = up(limited(10, 0, 'block'))
    for (let i = 0; i < 15; i++) b.announce(prefix(i))
    lab.seconds(5)
    for (let i = 0; i < withdrawn; i++) b.withdraw(prefix(i))
    lab.seconds(5)
    t.equal(counts(toB).refreshRequestsSent, asked, 'asked once it is well below the limit')
    t.equal(a.prefixes.length, asked > 0 ? 10 : 10 - withdrawn)
    b.announce(prefix(9), { med: 7 })
    lab.seconds(5)
    toB.update(...a.settings(b, limited(100, 0, 'block')))
    lab.seconds(5)
    t.equal(a.prefixes.length, 15 - withdrawn)
    t.equal(toB.session.statistics.flaps, 0)
  }
})

t.test('T-PL-5 without route refresh nobody is asked, and no session ends for some room', async t => {
  const { lab, a, b, toB } = up(limited(10, 0, 'block'), { offer: { routeRefresh: false } })
  for (let i = 0; i < 15; i++) b.announce(prefix(i))
  lab.seconds(5)
  for (let i = 0; i < 8; i++) b.withdraw(prefix(i))
  lab.seconds(5)
  t.equal(a.prefixes.length, 2)
  t.equal(toB.session.statistics.flaps, 0)
  toB.update(...a.settings(b, limited(20, 0, 'block')))
  lab.seconds(60)
  t.equal(a.prefixes.length, 7, 'with another limit it is reset')
})
