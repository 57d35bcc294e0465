import t from 'tap'
import { MessageType } from '../../../src/bgp/wire/message.js'
import { endOfRib, keepalive, message, open, RawConnection, type Up, World } from './nodes.js'

/** A node that has been called by a raw peer. */
function called(changes: Parameters<ReturnType<World['node']>['session']>[1] = {}, seed = 1) {
  const world = new World(seed)
  const peer = world.raw('10.0.0.2')
  const node = world.node('10.0.0.1')
  const up = node.session('10.0.0.2', { passive: true, ...changes })
  up.session.start()
  world.seconds(1)
  const connection = peer.dial('10.0.0.1')
  world.seconds(0.1)
  return { world, peer, node, connection, ...up }
}

function establish(world: World, connection: RawConnection, { session }: Up, hold = 90): boolean {
  connection.send(open({ hold }), keepalive)
  return world.until(() => session.state === 'established', 5)
}

t.test('a passive session waits to be called, and says OPEN at once', async t => {
  const { world, connection, session, handler } = called()
  t.equal(session.state, 'openSent')
  t.equal(connection.of(MessageType.open).length, 1)
  t.ok(establish(world, connection, { session, handler }))
  world.seconds(0.1)
  t.equal(connection.of(MessageType.keepalive).length, 1)
  t.same(handler.states, ['active', 'openSent', 'openConfirm', 'established'])
  t.match(handler.negotiated, [
    { peerAs: 65001, holdTimeSeconds: 90, families: [{ family: { name: 'inet' } }] }
  ])
})

t.test('a passive session never dials (T-FSM-11)', async t => {
  const world = new World()
  const peer = world.raw('10.0.0.2').listen()
  world.node('10.0.0.1').session('10.0.0.2', { passive: true }).session.start()
  world.seconds(600)
  t.equal(peer.connections.length, 0)
})

t.test('delayed OPEN: the peer speaks first', async t => {
  const { world, connection, session } = called({ passive: false, openDelaySeconds: 15 })
  t.equal(session.state, 'active')
  t.same(connection.messages, [])
  connection.send(open())
  world.seconds(0.1)
  t.equal(session.state, 'openConfirm')
  t.match(connection.messages, [/^01/, /^04/], 'OPEN, KEEPALIVE')
})

t.test('delayed OPEN: nobody speaks first', async t => {
  const { world, connection, session } = called({ passive: false, openDelaySeconds: 15 })
  world.seconds(14)
  t.same(connection.messages, [])
  world.seconds(2)
  t.match(connection.messages, [/^01/])
  t.equal(session.state, 'openSent')
  world.seconds(239)
  t.equal(connection.notification, '4/0', 'hold timer of 4 minutes')
  t.equal(session.state, 'idle')
})

t.test('two calls in a row: the OPEN of the first is not heard (T-FSM-3)', async t => {
  const { world, peer, connection, session, handler } = called({ passive: false, openDelaySeconds: 15 })
  const second = peer.dial('10.0.0.1')
  world.seconds(0.1)
  connection.send(open({ as: 1 }))
  world.seconds(0.1)
  t.equal(connection.notification, '6/7')
  t.ok(establish(world, second, { session, handler }))
  t.equal(session.statistics.openErrors, 0)
})

t.test('OPEN errors, in the order in which they win (T-MSG-4)', async t => {
  const cases = [
    { name: 'version', wrong: { version: 3, hold: 1, id: '00000000', as: 7 }, expected: '2/1 0004' },
    { name: 'hold time', wrong: { hold: 1, id: '00000000', as: 7 }, expected: '2/6 0001' },
    { name: 'identifier 0', wrong: { id: '00000000', as: 7 }, expected: '2/3' },
    { name: 'our identifier', wrong: { id: '0a000001' }, expected: '2/3' },
    { name: 'AS', wrong: { as: 7, parameters: '' }, expected: '2/2' },
    { name: 'parameters run past the message', wrong: { parameters: '02ff' }, expected: '2/0' },
    { name: 'unknown parameter', wrong: { parameters: '0100' }, expected: '2/4' }
  ]
  for (const { name, wrong, expected } of cases) {
    const { world, connection, session } = called()
    connection.send(open(wrong))
    world.seconds(2)
    t.equal(connection.notification?.slice(0, expected.length), expected, name)
    t.ok(connection.isClosed)
    t.equal(session.state, 'idle')
    t.equal(session.statistics.openErrors, 1)
  }
})

t.test('unexpected messages', async t => {
  const cases = [
    { name: 'UPDATE in OpenSent', sends: [endOfRib], expected: '5/1 02' },
    { name: 'KEEPALIVE in OpenSent', sends: [keepalive], expected: '5/1 04' },
    { name: 'ROUTE-REFRESH in OpenSent', sends: [message(5, '00010001')], expected: '5/1 05' },
    { name: 'UPDATE in OpenConfirm (M69)', sends: [open(), endOfRib], expected: '5/2 02' },
    { name: 'OPEN in OpenConfirm', sends: [open(), open()], expected: '5/2 01' },
    { name: 'OPEN in Established (M68)', sends: [open(), keepalive, open()], expected: '5/3 01' },
    { name: 'wrong OPEN in Established', sends: [open(), keepalive, open({ as: 1 })], expected: '5/3 01' }
  ]
  for (const { name, sends, expected } of cases) {
    const { world, connection, session } = called()
    connection.send(...sends)
    world.seconds(2)
    t.equal(connection.notification, expected, name)
    t.equal(session.state, 'idle')
    t.equal(world.network.connectionCount, 0)
  }
  const { world, connection } = called({ passive: false, openDelaySeconds: 15 })
  connection.send(keepalive)
  world.seconds(2)
  t.equal(connection.notification, '5/0 04', 'while the OPEN is delayed')
})

t.test('a NOTIFICATION is never answered (M70, T-NOT-5)', async t => {
  for (const before of [[], [open()], [open(), keepalive]]) {
    for (const body of ['c801', '0602', '0602ff41', '0607', '0609']) {
      const { world, connection, session } = called()
      connection.send(...before, message(MessageType.notification, body))
      world.seconds(2)
      t.equal(connection.notification, undefined, `${before.length} messages, then ${body}`)
      t.ok(connection.isClosed)
      t.equal(session.statistics.lastNotificationReceived?.code, Number.parseInt(body.slice(0, 2), 16))
    }
  }
})

t.test('new connection while established (T-FSM-9, T-BAAS-3)', async t => {
  const first = called()
  t.ok(establish(first.world, first.connection, first))
  const second = first.peer.dial('10.0.0.1')
  first.world.seconds(2)
  t.equal(second.notification, '6/7', 'without GR the new one is refused')
  t.ok(second.isClosed)
  t.equal(first.session.state, 'established')

  const bgpaas = called({ replaceEstablished: true })
  t.ok(establish(bgpaas.world, bgpaas.connection, bgpaas))
  const newer = bgpaas.peer.dial('10.0.0.1')
  bgpaas.world.seconds(2)
  t.equal(bgpaas.session.state, 'established', 'a call alone proves nothing')
  newer.send(open())
  bgpaas.world.seconds(2)
  t.equal(bgpaas.connection.notification, undefined, 'the old one is closed without a word')
  t.ok(bgpaas.connection.isClosed)
  t.match(bgpaas.handler.reasons, [{ cause: 'connection-lost', notification: undefined }])
  newer.send(keepalive)
  bgpaas.world.seconds(1)
  t.equal(bgpaas.session.state, 'established')
  t.equal(bgpaas.handler.negotiated.length, 2)
})

t.test('graceful restart: the peer comes back before we notice that it went', async t => {
  const world = new World(3)
  const node = world.node('10.0.0.1')
  const gracefulRestart = { keepsRoutes: true, restartTimeSeconds: 60 }
  const up = node.session('10.0.0.2', { passive: true }, { gracefulRestart })
  const other = world.node('10.0.0.2')
  const first = other.session('10.0.0.1', {}, { gracefulRestart })
  up.session.start()
  first.session.start()
  t.ok(world.until(() => up.session.state === 'established', 10))
  world.network.linkDown('10.0.0.1', '10.0.0.2')
  first.session.stop('silent')
  world.seconds(2)
  world.network.linkUp('10.0.0.1', '10.0.0.2')
  first.session.start()
  t.ok(world.until(() => up.handler.negotiated.length === 2, 10))
  t.match(up.handler.reasons, [{ cause: 'connection-lost', notification: undefined }])
})

t.test('an owner that is still cleaning up (T-FSM-10)', async t => {
  const { world, peer, connection, session, handler } = called()
  connection.send(open())
  world.seconds(0.1)
  handler.isReady = false
  connection.send(keepalive)
  world.seconds(10)
  t.equal(connection.notification, '6/5')
  t.equal(session.state, 'idle', 'idle as long as it takes')
  const refused = peer.dial('10.0.0.1')
  world.seconds(2)
  t.equal(refused.notification, '6/5')
  handler.isReady = true
  world.seconds(2)
  t.equal(session.state, 'active')
})

t.test('a key that is configured during a dial holds for it: nothing is said without it', async t => {
  for (const [before, after] of [
    [[], ['one']],
    [['one'], []],
    [['one'], ['two']]
  ] as const) {
    const world = new World(1)
    const taken: RawConnection[] = []
    const listener = world.network.host('10.0.0.2').listen({
      port: 179,
      listening() {},
      accepted: tcp => taken.push(new RawConnection(tcp))
    })
    listener.setPeerKey!('10.0.0.1', before[0])
    const { session } = world.node('10.0.0.1').session('10.0.0.2', { md5Keys: before })
    session.start()
    world.until(() => session.state === 'connect', 60)
    session.update({ ...session.settings, md5Keys: after })
    world.seconds(40)
    t.equal(session.key, after[0])
    for (const connection of taken) t.strictSame(connection.messages, [])
    listener.setPeerKey!('10.0.0.1', after[0])
    world.until(() => session.state === 'openSent', 60)
    t.equal(session.state, 'openSent', 'it comes through with the key that holds')
  }
})
