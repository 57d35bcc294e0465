import t from 'tap'
import {
  connectRetryMilliseconds,
  connectTimeoutMilliseconds,
  idleHoldMilliseconds
} from '../../../src/bgp/session/back-off.js'
import { defaultSettings } from '../../../src/bgp/session/settings.js'
import { MessageType } from '../../../src/bgp/wire/message.js'
import { endOfRib, keepalive, open, World } from './nodes.js'

function established({ hold = 90, ours = 90, seed = 1, network = {}, settings = {} } = {}) {
  const world = new World(seed, network)
  const peer = world.raw('10.0.0.2')
  const node = world.node('10.0.0.1')
  const { session, handler } = node.session('10.0.0.2', { passive: true, holdTimeSeconds: ours, ...settings })
  session.start()
  world.seconds(1)
  const connection = peer.dial('10.0.0.1')
  connection.send(open({ hold }), keepalive)
  world.until(() => session.state === 'established', 5)
  return { world, peer, connection, session, handler }
}

t.test('pauses', async t => {
  const middle = (): number => 0.1 / 0.17
  const pauses = [0, 1, 2, 3, 4, 5, 6, 7].map(n =>
    Math.round(connectRetryMilliseconds(defaultSettings, n, middle))
  )
  t.same(pauses, [50, 1000, 2000, 4000, 8000, 16000, 30000, 30000])
  t.equal(
    connectRetryMilliseconds(defaultSettings, 1, () => 0),
    900
  )
  t.ok(connectRetryMilliseconds(defaultSettings, 1, () => 0.9999) < 1070)
  t.equal(connectTimeoutMilliseconds(defaultSettings, 1, middle), 5000)
  t.equal(Math.round(connectTimeoutMilliseconds(defaultSettings, 5, middle)), 16000)
  let idle = 0
  const idles = Array.from({ length: 7 }, () => (idle = idleHoldMilliseconds(defaultSettings, idle, true)))
  t.same(idles, [5000, 10000, 20000, 40000, 80000, 120000, 120000])
  t.equal(idleHoldMilliseconds(defaultSettings, idle, false), 5000)
})

t.test('dials into nothing back off, and begin anew after a session (T-FSM-2)', async t => {
  const world = new World(2)
  const peer = world.raw('10.0.0.2')
  const { session, handler } = world.node('10.0.0.1').session('10.0.0.2')
  const dials: number[] = []
  handler.stateChanged = state => {
    if (state === 'connect') dials.push(world.scheduler.now() / 1000)
  }
  session.start()
  world.seconds(100)
  const pauses = dials.map((at, i) => at - (dials[i - 1] ?? 0))
  const wanted = [0.05, 1, 2, 4, 8, 16, 30, 30]
  t.equal(dials.length, wanted.length)
  t.same(
    pauses.map((pause, i) => Math.abs(pause / wanted[i]! - 1) < 0.15),
    wanted.map(() => true)
  )
  t.equal(session.statistics.connectErrors, 8)
  peer.listen()
  world.until(() => peer.connections.length > 0, 60)
  peer.last!.send(open(), keepalive)
  world.seconds(1)
  t.equal(session.state, 'established')
  t.equal(session.statistics.connectRetries, 0)
})

t.test('a dial that nobody answers is given up', async t => {
  const world = new World(2)
  world.raw('10.0.0.2').listen()
  world.network.linkDown('10.0.0.1', '10.0.0.2')
  const { session } = world.node('10.0.0.1').session('10.0.0.2')
  session.start()
  world.seconds(4)
  t.equal(session.state, 'connect')
  world.seconds(2)
  t.equal(session.state, 'active')
  t.equal(session.statistics.connectTimeouts, 1)
})

t.test('keepalives: a third of the hold time, less up to a quarter (T-MSG-5)', async t => {
  for (const [hold, ours, interval] of [
    [90, 90, 30],
    [9, 90, 3],
    [90, 3, 1]
  ] as const) {
    const { world, connection, session } = established({ hold, ours })
    for (let i = 0; i < 100; i++) {
      world.seconds(interval)
      connection.send(keepalive)
    }
    t.equal(session.state, 'established')
    const count = connection.of(MessageType.keepalive).length
    t.ok(count >= 100 && count <= 135, `${count} keepalives in 100 times ${interval} s`)
  }
})

t.test('hold time 0: no timers (T-MSG-5)', async t => {
  for (const [hold, ours] of [
    [0, 90],
    [90, 0]
  ] as const) {
    const { world, connection, session } = established({ hold, ours })
    world.seconds(3600)
    t.equal(session.state, 'established')
    t.equal(connection.of(MessageType.keepalive).length, 1)
  }
})

t.test('hold timer: silence ends the session, any message prolongs it', async t => {
  const { world, connection, session, handler } = established({ hold: 9 })
  for (const message of [keepalive, endOfRib, keepalive]) {
    world.seconds(8.5)
    connection.send(message)
  }
  world.seconds(8.5)
  t.equal(session.state, 'established')
  world.seconds(2)
  t.equal(connection.notification, '4/0')
  t.match(handler.reasons, [{ cause: 'notification-sent', notification: { code: 4 } }])
  t.equal(session.statistics.holdExpirations, 1)
})

t.test('hold timer: what waits to be read is read first (T-FSM-6, T-NODE-2)', async t => {
  const { world, connection, session } = established({ hold: 9 })
  world.seconds(8)
  world.network.pauseReading('10.0.0.1')
  connection.send(keepalive)
  world.seconds(60)
  t.equal(session.state, 'established', 'while we do not read')
  world.network.resumeReading('10.0.0.1')
  world.seconds(8)
  t.equal(session.state, 'established')
})

t.test('an OPEN at the moment when it is given up: it is heard, or it is too late (T-FSM-7)', async t => {
  const outcomes = new Map<string, number>()
  for (let step = 0; step < 80; step++) {
    const world = new World(step + 1)
    const peer = world.raw('10.0.0.2')
    const { session, handler } = world.node('10.0.0.1').session('10.0.0.2', { passive: true })
    session.start()
    world.seconds(1)
    const connection = peer.dial('10.0.0.1')
    world.until(() => session.state === 'openSent', 1)
    // The hold timer is of 4 minutes; packets take up to 2 ms.
    world.seconds(240 - 0.004 + step * 0.0001)
    connection.send(open(), keepalive)
    world.seconds(1)
    const isUp = session.state === 'established'
    t.equal(connection.notification, isUp ? undefined : '4/0')
    t.equal(handler.negotiated.length, isUp ? 1 : 0)
    t.equal(session.statistics.holdExpirations, isUp ? 0 : 1)
    world.seconds(80)
    t.equal(session.state, isUp ? 'established' : 'active', 'nothing comes of it later')
    outcomes.set(session.state, (outcomes.get(session.state) ?? 0) + 1)
  }
  t.equal(outcomes.size, 2, 'both came up')
})

t.test('half a message is no sign of life', async t => {
  const { world, connection, session } = established({ hold: 9 })
  for (let at = 0; at < 18; at++) {
    connection.send(keepalive.slice(at * 2, at * 2 + 2))
    world.seconds(1)
  }
  t.equal(session.statistics.holdExpirations, 1)
})

t.test(
  'a peer that takes nothing: back-pressure, one owed keepalive, then 8/0 (RFC 9687, T-EXT-4, T-ST-3)',
  async t => {
    const network = { windowBytes: 1000, highWaterBytes: 4000 }
    const { world, connection, session, handler } = established({ network })
    connection.tcp.pause()
    const update = Buffer.from(endOfRib, 'hex')
    let sent = 0
    while (session.send(update)) sent++
    t.ok(sent > 150 && sent < 250)
    t.equal(session.statistics.blocked, 1)
    for (let i = 0; i < 20; i++) {
      world.seconds(20)
      connection.send(keepalive)
    }
    t.equal(session.state, 'established')
    t.ok(session.pendingBytes < 4100, 'keepalives do not pile up')
    connection.tcp.resume()
    world.seconds(1)
    t.equal(handler.writables, 1)
    t.equal(session.pendingBytes, 0)
    t.equal(connection.messages.at(-1), '04', 'the one that was owed')
    t.ok(session.statistics.blockedMilliseconds >= 400_000)

    connection.tcp.pause()
    while (session.send(update));
    for (let i = 0; i < 30; i++) {
      world.seconds(20)
      connection.send(keepalive)
    }
    t.equal(session.statistics.sendHoldExpirations, 1)
    t.match(handler.reasons, [{ notification: { code: 8, subcode: 0 } }])
    t.equal(world.network.connectionCount, 0, 'nothing is left of it')
  }
)

t.test('a slow peer that takes something is kept', async t => {
  const network = { windowBytes: 500, highWaterBytes: 4000 }
  const { world, connection, session } = established({ network })
  connection.tcp.pause()
  const update = Buffer.from(endOfRib, 'hex')
  for (let i = 0; i < 100; i++) {
    while (session.send(update));
    world.seconds(20)
    connection.send(keepalive)
    if (i % 15 === 0) {
      connection.tcp.resume()
      world.seconds(0.001)
      connection.tcp.pause()
    }
  }
  t.equal(session.state, 'established')
})

t.test('the idle hold grows while the peer flaps', async t => {
  const { world, peer, session, handler } = established()
  const idles: number[] = []
  for (let i = 0; i < 8; i++) {
    peer.last!.tcp.destroy()
    world.until(() => session.state === 'idle', 5)
    const from = world.scheduler.now()
    world.until(() => session.state === 'active', 200)
    idles.push(Math.round((world.scheduler.now() - from) / 1000))
    peer.dial('10.0.0.1').send(open(), keepalive)
    world.until(() => session.state === 'established', 5)
  }
  t.same(idles, [5, 10, 20, 40, 80, 120, 120, 120])
  t.equal(session.statistics.flaps, 8)
  t.equal(handler.reasons.length, 8)
})

t.test('settings that come again and again put off no keepalive', async t => {
  const { world, connection, session } = established({ hold: 30 })
  const before = connection.of(MessageType.keepalive).length
  for (let i = 0; i < 30; i++) {
    world.seconds(2)
    connection.send(keepalive)
    session.update({ ...session.settings, idleHoldSeconds: 5 + (i % 2) })
  }
  t.ok(connection.of(MessageType.keepalive).length - before >= 5, 'as many as in 60 s without a change')
  session.update({ ...session.settings, maximumKeepaliveSeconds: 1 })
  const then = connection.of(MessageType.keepalive).length
  world.seconds(5)
  t.ok(connection.of(MessageType.keepalive).length - then >= 5, 'another interval holds at once')
})

t.test('another send hold time holds for what is waiting already', async t => {
  for (const [sendHoldSeconds, expirations] of [
    [40, 1],
    [0, 0]
  ] as const) {
    const network = { windowBytes: 1000, highWaterBytes: 4000 }
    const { world, connection, session } = established({ network, settings: { sendHoldSeconds: 200 } })
    const seconds = (count: number): void => {
      for (let at = 0; at < count; at += 20) {
        connection.send(keepalive)
        world.seconds(20)
      }
    }
    connection.tcp.pause()
    while (session.send(Buffer.from(endOfRib, 'hex')));
    seconds(20)
    session.update({ ...session.settings, sendHoldSeconds })
    seconds(60)
    t.equal(session.statistics.sendHoldExpirations, expirations, `${sendHoldSeconds} s`)
    seconds(400)
    t.equal(session.statistics.sendHoldExpirations, expirations, `${sendHoldSeconds} s, later`)
  }
})
