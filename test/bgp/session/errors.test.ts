import fc from 'fast-check'
import t from 'tap'
import { SessionStatistics } from '../../../src/bgp/session/statistics.js'
import { MessageStream } from '../../../src/bgp/session/stream.js'
import { MessageType } from '../../../src/bgp/wire/message.js'
import type { Connection } from '../../../src/runtime/transport.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { endOfRib, keepalive, message, open, World } from './nodes.js'

function established(seed = 1, segmentBytes = 32768) {
  const world = new World(seed, { segmentBytes })
  const peer = world.raw('10.0.0.2')
  const { session, handler } = world.node('10.0.0.1').session('10.0.0.2', { passive: true })
  session.start()
  world.seconds(1)
  const connection = peer.dial('10.0.0.1')
  connection.send(open(), keepalive)
  world.until(() => session.state === 'established', 5)
  return { world, peer, connection, session, handler }
}

const marker = 'ff'.repeat(16)

t.test('header errors (T-MSG-1)', async t => {
  const cases = [
    { name: 'M01 bad marker', bytes: `${'ff'.repeat(15)}fe001304`, expected: '1/1' },
    { name: 'M02 length 18', bytes: `${marker}001204`, expected: '1/2 0012' },
    { name: 'M03 length 4097, header only', bytes: `${marker}100102`, expected: '1/2 1001' },
    { name: 'M04 type 10', bytes: `${marker}00130a`, expected: '1/3 0a' },
    { name: 'M05 KEEPALIVE of 20', bytes: `${marker}00140400`, expected: '1/2 0014' },
    { name: 'M67 BoRR of 5', bytes: message(5, '0001010100'), expected: '7/1' },
    { name: 'UPDATE of 22', bytes: `${marker}001602000000`, expected: '1/2 0016' }
  ]
  for (const { name, bytes, expected } of cases) {
    const { world, connection, session, handler } = established()
    connection.send(bytes)
    world.seconds(2)
    t.equal(connection.notification?.slice(0, expected.length), expected, name)
    t.ok(connection.isClosed)
    t.equal(session.state, 'idle')
    t.match(handler.reasons, [{ cause: 'notification-sent' }])
  }
})

t.test('T-RF-4 a bracket of a refresh with a wrong length, and a refresh too soon', async t => {
  const cases = [
    { name: 'M67', body: '0001010100', expected: '7/1' },
    { name: 'EoRR of 8', body: '0001020100000000', expected: '7/1' },
    { name: 'BoRR of 3', body: '000101', expected: '1/2' },
    { name: 'BoRR of 4', body: '00010101', expected: undefined },
    { name: 'a request with an ORF part', body: '000100010180000401020304', expected: undefined },
    { name: 'an unknown kind, longer than the known ones', body: '000107010102', expected: undefined }
  ]
  for (const { name, body, expected } of cases) {
    const { world, connection, session } = established()
    connection.send(message(MessageType.routeRefresh, body))
    world.seconds(2)
    t.equal(connection.notification?.slice(0, 3), expected, name)
    t.equal(session.state === 'established', expected === undefined, name)
  }
  for (const [first, expected] of [
    [[], '5/1'],
    [[open()], '5/2']
  ] as const) {
    const world = new World()
    const peer = world.raw('10.0.0.2')
    const { session } = world.node('10.0.0.1').session('10.0.0.2', { passive: true })
    session.start()
    const connection = peer.dial('10.0.0.1')
    connection.send(...first, message(MessageType.routeRefresh, '00010001'))
    world.seconds(2)
    t.equal(connection.notification?.slice(0, 3), expected, 'RFC 6608')
  }
})

t.test('a malformed NOTIFICATION is not answered either (RFC 4271 §6.4)', async t => {
  for (const bytes of [`${marker}00140306`, `${marker}ffff0306`]) {
    for (const segmentBytes of [1, 10, 32768]) {
      const { world, connection, session, handler } = established(3, segmentBytes)
      connection.send(keepalive, bytes)
      world.seconds(2)
      t.equal(connection.notification, undefined)
      t.ok(connection.isClosed)
      t.equal(session.statistics.headerErrors, 1)
      t.match(handler.reasons, [{ cause: 'notification-received', what: /malformed/ }])
    }
  }
})

t.test('what is kept of a message does not change with the buffer that it came in', async t => {
  const statistics = new SessionStatistics()
  const kept: Uint8Array[] = []
  const tcp = { attach() {} } as unknown as Connection
  const stream = new MessageStream(tcp, new VirtualScheduler(), statistics, {
    message: (_, bytes, start, end) => kept.push(bytes.slice(start, end)),
    malformed() {},
    malformedNotification() {},
    writable() {},
    lost() {}
  })
  const chunk = Buffer.from(keepalive, 'hex')
  stream.received(chunk)
  chunk.fill(0)
  t.equal(Buffer.from(kept[0]!).toString('hex'), keepalive)
})

t.test('messages are the same however the stream is cut (T-MSG-2, T-MSG-3)', async t => {
  const update = message(MessageType.update, `0000000a${'40010100'}${'400200'}${'800400'}08cb0071`)
  const sent = [...Array(100).fill(keepalive), update, endOfRib, update]
  for (const segmentBytes of [1, 2, 18, 19, 20, 64, 32768]) {
    const { world, connection, session, handler } = established(segmentBytes, segmentBytes)
    connection.send(...sent)
    world.seconds(10)
    t.same(handler.updates, [update, endOfRib, update], `segments up to ${segmentBytes}`)
    t.equal(session.statistics.received.keepalive, 101)
    t.equal(session.state, 'established')
  }
})

t.test('an UPDATE that the owner finds wrong', async t => {
  const { world, connection, session, handler } = established()
  handler.onUpdate = () => ({
    code: 3,
    subcode: 1,
    reaction: 4,
    offset: 0,
    what: 'no good',
    data: Uint8Array.of(7)
  })
  connection.send(endOfRib, endOfRib)
  world.seconds(2)
  t.equal(connection.notification, '3/1 07')
  t.equal(handler.updates.length, 1, 'nothing is read behind the error')
  t.match(handler.reasons, [
    { cause: 'notification-sent', notification: { code: 3, subcode: 1 }, what: 'no good' }
  ])
  t.equal(session.statistics.updateErrors, 1)
})

t.test('an exception of the owner ends one session and nothing else (spec bgp 8.4)', async t => {
  const { world, connection, session, handler } = established()
  handler.onUpdate = () => {
    throw new Error('a defect')
  }
  connection.send(endOfRib)
  world.seconds(2)
  t.equal(connection.notification, '3/0')
  t.equal(session.state, 'idle')
})

t.test('the owner closes the session from within its callbacks', async t => {
  const { world, connection, session, handler } = established()
  handler.onUpdate = () => {
    session.clear({ subcode: 1, data: Uint8Array.of(0, 1, 1, 0, 0, 0, 5) }, 60)
    return undefined
  }
  connection.send(endOfRib, endOfRib)
  world.seconds(2)
  t.equal(connection.notification, '6/1 00010100000005')
  t.equal(handler.updates.length, 1)
  t.equal(handler.reasons.length, 1)
  world.seconds(50)
  t.equal(session.state, 'idle', 'sits out its time')
  world.seconds(10)
  t.equal(session.state, 'active')
})

t.test('garbage: any bytes, cut anywhere, at any time', async () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }).map(bytes => Buffer.from(bytes).toString('hex')),
    fc.constantFrom(
      open(),
      keepalive,
      endOfRib,
      marker,
      message(3, '0602'),
      message(5, '00010001'),
      open({ hold: 0 })
    ),
    fc
      .tuple(fc.constantFrom(open(), keepalive, endOfRib), fc.nat(60), fc.nat(255))
      .map(
        ([text, at, byte]) =>
          text.slice(0, at * 2) + byte.toString(16).padStart(2, '0') + text.slice(at * 2 + 2)
      )
  )
  const script = fc.record({
    seed: fc.nat(1000),
    pieces: fc.array(piece, { maxLength: 8 }),
    ends: fc.boolean()
  })
  fc.assert(
    fc.property(script, ({ seed, pieces, ends }) => {
      const world = new World(seed, { segmentBytes: 1 + (seed % 50) })
      const peer = world.raw('10.0.0.2')
      const openDelaySeconds = seed % 2 === 0 ? 15 : 0
      const { session, handler } = world.node('10.0.0.1').session('10.0.0.2', { openDelaySeconds })
      session.start()
      const connection = peer.dial('10.0.0.1')
      connection.send(...pieces)
      if (ends) connection.tcp.end()
      world.seconds(10)
      connection.tcp.destroy()
      world.seconds(300)
      const { establishments, flaps } = session.statistics
      if (handler.negotiated.length !== establishments || handler.reasons.length !== flaps) return false
      if (connection.of(MessageType.notification).length > 1) return false
      session.stop({ subcode: 2 })
      world.seconds(2)
      return world.network.connectionCount === 0 && world.scheduler.waiting === 0
    }),
    { numRuns: 300 }
  )
})
