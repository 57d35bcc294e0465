import t from 'tap'
import { BgpListener } from '../../../src/bgp/session/acceptor.js'
import { VirtualConnection } from '../../../src/runtime/virtual-connection.js'
import { keepalive, open, silent, World } from './nodes.js'

t.test('callers that nobody knows (T-TR-1, T-TR-3)', async t => {
  const world = new World()
  const stranger = world.raw('10.0.0.9')
  const node = world.node('10.0.0.1')
  const first = stranger.dial('10.0.0.1')
  first.send(open())
  world.seconds(2)
  t.equal(first.notification, '6/3')
  t.ok(first.isClosed)
  node.isConfigured = false
  const second = stranger.dial('10.0.0.1')
  world.seconds(2)
  t.equal(second.notification, '6/5', 'not de-configured: that would cost us our routes')
  t.match(node.listener.statistics, { refused: 2, accepted: 0, dropped: 0 })
})

t.test('a neighbour that is not started, or sits in idle hold', async t => {
  const world = new World()
  const peer = world.raw('10.0.0.2')
  const { session } = world.node('10.0.0.1').session('10.0.0.2')
  const early = peer.dial('10.0.0.1')
  world.seconds(1)
  t.equal(early.notification, '6/5')
  session.start()
  const connection = peer.dial('10.0.0.1')
  connection.send(open({ as: 1 }))
  world.seconds(1)
  const idle = peer.dial('10.0.0.1')
  world.seconds(1)
  t.ok(idle.isClosed)
  t.same(idle.messages, [], 'dropped without a word')
  t.equal(session.statistics.refused, 2)
})

t.test('refusals are bounded, per address and in all (T-TR-5)', async t => {
  const world = new World()
  const node = world.node('10.0.0.1')
  const { session } = node.session('10.0.0.2', { passive: true })
  session.start()
  for (let host = 0; host < 80; host++) {
    const stranger = world.raw(`10.1.0.${host}`)
    for (let i = 0; i < 10; i++) {
      stranger.transport.connect({
        remote: { address: '10.0.0.1', port: 179 },
        connected: tcp => {
          tcp?.attach({ received() {}, writable() {}, closed() {} })
          tcp?.pause() // never hears that we close, so it never closes its side
        }
      })
    }
  }
  world.seconds(0.01)
  t.equal(node.listener.statistics.refused, 256)
  t.equal(node.listener.statistics.dropped, 800 - 256)
  const connection = world.raw('10.0.0.2').dial('10.0.0.1')
  connection.send(open(), keepalive)
  t.ok(
    world.until(() => session.state === 'established', 1),
    'a neighbour still gets through'
  )
  world.seconds(2)
  t.equal(world.network.connectionCount, 2)
  world.raw('10.0.0.9').dial('10.0.0.1')
  world.seconds(1)
  t.equal(node.listener.statistics.refused, 257, 'and there is room again')
})

t.test('a thousand idle connections from a neighbour leave one', async t => {
  const world = new World()
  const peer = world.raw('10.0.0.2')
  const { session } = world.node('10.0.0.1').session('10.0.0.2', { passive: true })
  session.start()
  for (let i = 0; i < 1000; i++) peer.dial('10.0.0.1')
  world.seconds(2)
  t.equal(world.network.connectionCount, 2)
  world.seconds(250)
  t.equal(world.network.connectionCount, 0, 'and that one is given 4 minutes for its OPEN')
})

t.test('T-TR-5 who calls without end is heard so often and no more, and fills no log', async t => {
  const world = new World()
  const lines: { unlogged: number }[] = []
  const node = world.node('10.0.0.1')
  const listener = new BgpListener({
    scheduler: world.scheduler,
    transport: node.transport,
    log: {
      ...silent,
      info: (fields, message) =>
        void (message === 'call turned away' && lines.push(fields as { unlogged: number }))
    },
    addresses: [{ port: 1790 }],
    find: () => 'unknown'
  })
  listener.start()
  const flood = (callers: number, calls: number): void => {
    for (let caller = 0; caller < callers; caller++) {
      const transport = world.network.hosts.get(`10.3.${caller >> 8}.${caller & 255}`)
      const from = transport ?? world.network.host(`10.3.${caller >> 8}.${caller & 255}`)
      for (let i = 0; i < calls; i++)
        from.connect({
          remote: { address: '10.0.0.1', port: 1790 },
          connected: tcp => tcp?.attach({ received() {}, writable() {}, closed() {} })
        })
    }
  }
  flood(1, 1000)
  world.seconds(5)
  const { statistics } = listener
  t.equal(statistics.refused + statistics.dropped, 1000)
  t.ok(statistics.refused <= 64)
  t.equal(lines.length, 1)
  flood(300, 3)
  world.seconds(1)
  t.ok(lines.length <= 22, `${lines.length} lines`)
  world.seconds(120)
  t.equal(world.network.connectionCount, 0)
  flood(1, 1)
  world.seconds(1)
  t.match(lines.at(-1), { remote: '10.3.0.0', why: 'no such neighbour' })
  const told = lines.reduce((sum, { unlogged }) => sum + unlogged + 1, 0)
  t.equal(told, 1901, 'each is in a line, or in the number of those that are not')
  listener.stop()
})

t.test('a thousand established sessions: keepalives and nothing else', async t => {
  const world = new World(7)
  const hub = world.node('10.0.0.1')
  const sessions = Array.from({ length: 1000 }, (_, i) => {
    const address = `10.2.${i >> 8}.${i & 255}`
    const spoke = world.node(address).session('10.0.0.1')
    const { session } = hub.session(address, { passive: true })
    session.start()
    spoke.session.start()
    return session
  })
  t.ok(world.until(() => sessions.every(session => session.state === 'established'), 10))
  const before = sessions.reduce((sum, session) => sum + session.statistics.sent.total, 0)
  world.seconds(600)
  t.ok(sessions.every(session => session.state === 'established' && session.statistics.flaps === 0))
  const perMinute =
    (sessions.reduce((sum, { statistics }) => sum + statistics.sent.total, 0) - before) / 10_000
  t.ok(perMinute > 2 && perMinute < 2.7, `${perMinute} messages a minute`)
  for (const session of sessions) session.stop({ subcode: 2 })
  world.seconds(2)
  t.equal(world.network.connectionCount, 0)
})

t.test('a listener that cannot listen tries again; the others work (T-TR-6)', async t => {
  const world = new World()
  const transport = world.network.host('10.0.0.1', '10.0.1.1')
  const squatter = transport.listen({ port: 179, address: '10.0.0.1', listening() {}, accepted() {} })
  const lines: object[] = []
  const listener = new BgpListener({
    scheduler: world.scheduler,
    transport,
    log: { ...silent, warn: fields => void lines.push(fields) },
    addresses: [
      { address: '10.0.0.1', port: 179 },
      { address: '10.0.1.1', port: 179 }
    ],
    find: () => 'unknown'
  })
  listener.start()
  world.seconds(12)
  t.equal(listener.statistics.listenErrors, 3)
  t.same(listener.endpoints, [{ address: '10.0.1.1', port: 179 }])
  t.match(lines, [{ address: '10.0.0.1', port: 179, attempts: 1, error: /EADDRINUSE/ }])
  world.seconds(600)
  t.equal(lines.length, 3, 'the log is reminded every 5 minutes')
  t.match(listener.ports[0], { failures: listener.statistics.listenErrors })
  squatter.close()
  world.seconds(5)
  t.equal(listener.endpoints.length, 2)
  t.match(listener.ports[0], { failures: 0, error: undefined })
  listener.stop()
  t.equal(world.scheduler.waiting, 0)
})

t.test('callers are looked up by their own address, mapped ones as IPv4 (T-TR-4)', async t => {
  const world = new World()
  const asked: string[] = []
  new BgpListener({
    scheduler: world.scheduler,
    transport: world.network.host('10.0.0.1', '2001:db8::1', '::ffff:10.0.0.1'),
    log: silent,
    addresses: [{ port: 179 }],
    find: (remote, local) => {
      asked.push(`${remote.address} to ${local.address}`)
      return 'unknown'
    }
  }).start()
  for (const [from, to] of [
    ['10.0.0.2', '10.0.0.1'],
    ['2001:db8::2', '2001:db8::1'],
    ['::ffff:10.0.0.3', '::ffff:10.0.0.1']
  ] as const) {
    world.raw(from).dial(to)
  }
  world.seconds(1)
  t.strictSame(asked, ['10.0.0.2 to 10.0.0.1', '2001:db8::2 to 2001:db8::1', '10.0.0.3 to 10.0.0.1'])
})

t.test('T-AUTH-6 who calls from too far away is dropped before a byte is read', async t => {
  const world = new World()
  const node = world.node('10.0.0.1')
  node.listener.setOptions({ noteTtl: true })
  const { session } = node.session('10.0.0.2', { passive: true, socket: { minimumTtl: 254 } })
  session.start()
  const peer = world.node('10.0.0.2')
  const { session: theirs } = peer.session('10.0.0.1', { socket: { ttl: 253 } })
  theirs.start()
  world.seconds(20)
  t.equal(session.state, 'active')
  t.equal(session.statistics.received.total, 0)
  const { distant } = node.listener.statistics
  t.ok(distant > 0)
  theirs.update({ ...theirs.settings, socket: { ttl: 254 } })
  t.ok(world.until(() => session.state === 'established', 60))
  t.equal(session.statistics.accepted, 1)
})

for (const [notes, comesUp] of [
  [true, false],
  [false, true]
] as const)
  t.test(`T-AUTH-6 how far a call came is not known, ${notes ? 'but noted' : 'and not noted'}`, async t => {
    const { callTtl } = VirtualConnection.prototype
    VirtualConnection.prototype.callTtl = () => undefined // a SYN too long to be told of, or a SYN cookie
    t.teardown(() => {
      VirtualConnection.prototype.callTtl = callTtl
    })
    const world = new World()
    const node = world.node('10.0.0.1')
    if (notes) node.listener.setOptions({ noteTtl: true })
    const { session } = node.session('10.0.0.2', { passive: true, socket: { minimumTtl: 254 } })
    session.start()
    world
      .node('10.0.0.2')
      .session('10.0.0.1', { socket: { ttl: 254 } })
      .session.start()
    world.seconds(20)
    t.equal(session.state === 'established', comesUp)
    t.equal(node.listener.statistics.distant > 0, !comesUp)
    if (notes) {
      node.listener.setOptions({})
      t.ok(
        world.until(() => session.state === 'established', 60),
        'it is noted no more'
      )
    }
  })

t.test('TCP MD5 keys: the same, different, none (T-AUTH-1)', async t => {
  const world = new World()
  const peer = world.node('10.0.0.2')
  const { session: theirs } = peer.session('10.0.0.1', { md5Keys: ['one'] })
  const node = world.node('10.0.0.1')
  const { session } = node.session('10.0.0.2', { passive: true })
  session.start()
  theirs.start()
  for (const [key, comesUp] of [
    [undefined, false],
    ['two', false],
    ['one', true]
  ] as const) {
    node.listener.setPeerKey('10.0.0.2', key)
    t.equal(
      world.until(() => session.state === 'established', 60),
      comesUp,
      `key ${key}`
    )
  }
})
