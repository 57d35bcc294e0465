import t from 'tap'
import { resetsBetween } from '../../../src/bgp/session/settings.js'
import { endOfRib, keepalive, message, open, type Up, World } from './nodes.js'

const up = ({ session }: Up): boolean => session.state === 'established'

function pair(seed = 1, changes = {}, offered = {}) {
  const world = new World(seed)
  const a = world.node('10.0.0.1').session('10.0.0.2', changes, offered)
  const b = world.node('10.0.0.2').session('10.0.0.1', {}, offered)
  a.session.start()
  b.session.start()
  world.until(() => up(a) && up(b), 10)
  return { world, a, b }
}

t.test('two sessions come up, and stop', async t => {
  const { world, a, b } = pair()
  world.seconds(300)
  t.ok(up(a) && up(b))
  t.equal(world.network.connectionCount, 2)
  t.equal(a.session.remote?.address, '10.0.0.2')
  a.session.stop({ subcode: 2, text: 'gone fishing' })
  world.seconds(3)
  t.equal(a.session.state, 'idle')
  t.match(a.handler.reasons, [{ cause: 'notification-sent', notification: { code: 6, subcode: 2 } }])
  t.match(b.handler.reasons, [
    { cause: 'notification-received', notification: { code: 6, subcode: 2, text: /"gone fishing"/ } }
  ])
  b.session.stop('silent')
  world.seconds(2)
  t.equal(world.network.connectionCount, 0)
  t.same(a.handler.states.at(-1), 'idle')
})

t.test('a silent stop says nothing, so that the peer keeps the routes', async t => {
  const { world, a, b } = pair()
  a.session.stop('silent')
  world.seconds(1)
  t.match(a.handler.reasons, [{ cause: 'silent', notification: undefined }])
  t.match(b.handler.reasons, [{ cause: 'connection-lost', notification: undefined }])
})

t.test('Hard Reset towards a peer that keeps routes on NOTIFICATIONs (RFC 8538 §3)', async t => {
  const gracefulRestart = { keepsRoutes: true, restartTimeSeconds: 60 }
  const cases = [
    { subcode: 2, text: 'bye', expected: 9, said: 'Cease/Hard Reset (Cease/Administrative Shutdown "bye")' },
    { subcode: 3, text: '', expected: 9, said: 'Cease/Hard Reset (Cease/Peer De-configured)' },
    { subcode: 4, text: '', expected: 4, said: 'Cease/Administrative Reset' },
    { subcode: 6, text: '', expected: 6, said: 'Cease/Other Configuration Change' }
  ]
  for (const { subcode, text, expected, said } of cases) {
    const { world, a, b } = pair(1, {}, { gracefulRestart })
    a.session.clear({ subcode, text })
    world.seconds(1)
    t.match(b.handler.reasons, [{ notification: { code: 6, subcode: expected, text: said } }])
    t.equal(a.handler.reasons[0]?.notification?.subcode, expected, 'the same at both ends')
  }
})

t.test('what a peer says is shown escaped', async t => {
  const { world, a, b } = pair()
  a.session.clear({ subcode: 4, text: 'a"b\u001b[2J\u2028\n\u202e' })
  world.seconds(1)
  t.equal(
    b.session.statistics.lastNotificationReceived?.text,
    'Cease/Administrative Reset "a\\"b\\u001b[2J\\u{2028}\\n\\u{202e}"'
  )
})

t.test('clear: down, and up again by itself', async t => {
  const { world, a, b } = pair()
  a.session.clear({ subcode: 4 })
  t.equal(a.session.state, 'idle')
  t.ok(world.until(() => up(a) && up(b), 20))
  t.equal(a.handler.negotiated.length, 2)
  a.session.clear({ subcode: 1 }, 100)
  world.seconds(90)
  t.equal(a.session.state, 'idle')
  t.equal(b.session.statistics.lastNotificationReceived?.subcode, 1, 'callers are told why (T-TR-2)')
  t.ok(world.until(() => up(a) && up(b), 60))
})

t.test('admin down, live and in each state (T-FSM-8)', async t => {
  for (const seconds of [0, 0.0505, 0.052, 0.055, 0.06, 3]) {
    const { world, a } = pair()
    a.session.stop('silent')
    a.session.start()
    world.seconds(seconds)
    a.session.update({ ...a.session.settings, adminDown: true, shutdownText: 'works' })
    t.equal(a.session.state, 'idle', `after ${seconds} s`)
    world.seconds(600)
    t.equal(a.session.state, 'idle')
    a.session.update({ ...a.session.settings, adminDown: false })
    t.not(a.session.state, 'idle', 'a fresh start needs no idle hold')
    t.ok(world.until(() => up(a), 60))
  }
  const world = new World()
  const a = world.node('10.0.0.1').session('10.0.0.2', { adminDown: true })
  const b = world.node('10.0.0.2').session('10.0.0.1')
  a.session.start()
  b.session.start()
  world.seconds(20)
  t.equal(b.session.statistics.lastNotificationReceived?.subcode, 2, 'callers are told (T-TR-2)')
})

t.test('settings: which changes cost the session', async t => {
  const { world, a } = pair()
  const { settings } = a.session
  const free = {
    passive: true,
    openDelaySeconds: 7,
    idleHoldSeconds: 1,
    sendHoldSeconds: 0,
    restartingUntil: 5
  }
  t.same(a.session.update({ ...settings, ...free }), [])
  t.same(
    a.session.update({ ...settings, capabilities: { ...settings.capabilities } }),
    [],
    'equal, not identical'
  )
  world.seconds(100)
  t.ok(up(a))
  const changes = {
    localAs: 5,
    peerAs: 'external',
    routerId: 5,
    holdTimeSeconds: 30,
    families: [],
    capabilities: { ...settings.capabilities, extendedMessage: true },
    openForm: 'control-node',
    remote: { address: '10.0.0.3', port: 179 },
    localAddress: '10.0.0.1',
    maximumSegmentSize: 1000,
    minimumHoldTimeSeconds: 20,
    strictRole: true
  } as const
  for (const [name, value] of Object.entries(changes)) {
    t.same(resetsBetween(settings, { ...settings, [name]: value }), [name])
  }
  a.session.update({ ...settings, holdTimeSeconds: 30 })
  t.match(a.handler.reasons, [
    { notification: { code: 6, subcode: 6 }, what: 'settings changed: holdTimeSeconds' }
  ])
  t.ok(world.until(() => up(a), 20))
  t.equal(a.session.negotiated?.holdTimeSeconds, 30)
})

t.test('a change while it only waits is applied at once', async t => {
  const world = new World()
  const peer = world.raw('10.0.0.3').listen()
  const { session } = world.node('10.0.0.1').session('10.0.0.2')
  session.start()
  world.seconds(20)
  session.update({ ...session.settings, remote: { address: '10.0.0.3', port: 179 } })
  world.seconds(17)
  t.equal(peer.connections.length, 1)
})

t.test('ROUTE-REFRESH in both directions', async t => {
  const { world, a, b } = pair()
  t.ok(a.session.sendRouteRefresh({ afi: 1, safi: 1, kind: 0 }))
  b.session.sendRouteRefresh({ afi: 25, safi: 70, kind: 2 })
  world.seconds(1)
  t.same([a.handler.refreshes, b.handler.refreshes], [['25/70/2'], ['1/1/0']])
  t.ok(up(a) && up(b))
})

t.test('counters equal the script, at both ends (T-ST-1, T-ST-2)', async t => {
  const { world, a, b } = pair(1, { holdTimeSeconds: 0 })
  const update = Buffer.from(endOfRib, 'hex')
  a.session.send(update, Buffer.concat([update, update]))
  a.session.sendRouteRefresh({ afi: 1, safi: 1, kind: 0 })
  a.session.send(Buffer.from(keepalive, 'hex'))
  world.seconds(1)
  const counts = { open: 1, update: 3, notification: 0, keepalive: 2, routeRefresh: 1, total: 7 }
  t.match(a.session.statistics.sent, counts)
  t.match(b.session.statistics.received, counts)
  t.equal(a.session.statistics.sent.bytes, b.session.statistics.received.bytes)
  t.equal(b.handler.updates.length, 3)
  a.session.clear({ subcode: 4 })
  world.seconds(1)
  t.match(b.session.statistics.received, { ...counts, notification: 1, total: 8 })
  t.match(b.session.statistics.sinceReset.received, { update: 0, total: 0, bytes: 0 })
  t.equal(b.session.statistics.flaps, 1)
  t.equal(b.session.statistics.lastError?.what, 'Cease/Administrative Reset')
})

t.test('a NOTIFICATION reaches a peer that floods us (T-NOT-2, T-NODE-5)', async t => {
  for (let seed = 1; seed <= 1000; seed++) {
    const world = new World(seed, { windowBytes: 2000 })
    const peer = world.raw('10.0.0.2')
    const { session } = world.node('10.0.0.1').session('10.0.0.2', { passive: true })
    session.start()
    world.seconds(1)
    const connection = peer.dial('10.0.0.1')
    connection.send(open(), keepalive, ...Array(250).fill(endOfRib))
    world.until(() => session.state === 'established', 5)
    session.stop({ subcode: 2 })
    world.seconds(5)
    t.equal(connection.notification, '6/2', `seed ${seed}`)
    t.equal(world.network.connectionCount, 0)
  }
})

t.test('extended messages only where negotiated (RFC 8654, T-EXT-3)', async t => {
  const long = Buffer.from(message(2, '00'.repeat(6000)), 'hex')
  for (const extendedMessage of [true, false]) {
    const { world, a, b } = pair(1, {}, { extendedMessage })
    a.session.send(long)
    world.seconds(1)
    t.equal(up(b), extendedMessage)
    t.equal(b.handler.updates.length, extendedMessage ? 1 : 0)
  }
})

t.test('the Restart State bit goes away (T-CAP-2)', async t => {
  const gracefulRestart = { keepsRoutes: true, restartTimeSeconds: 60 }
  const { world, a, b } = pair(1, { restartingUntil: 60_000 }, { gracefulRestart })
  t.equal(b.session.negotiated?.peerGracefulRestart?.restarting, true)
  world.seconds(60)
  a.session.clear({ subcode: 4 })
  world.until(() => b.handler.negotiated.length === 2, 20)
  t.equal(b.session.negotiated?.peerGracefulRestart?.restarting, false)
})
