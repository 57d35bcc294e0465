/** Where the listener listens changes while neighbours are there (T-TR-6). */
import t from 'tap'
import { BgpListener } from '../../../src/bgp/session/acceptor.js'
import { keepalive, open, silent, World } from './nodes.js'

t.test('places are opened and closed, and what stays is not touched', async t => {
  const world = new World()
  const { listener, transport } = world.node('10.0.0.1')
  const [kept] = listener.ports
  const refused = world.raw('10.0.0.9')
  listener.setAddresses([{ port: 179 }, { address: '10.0.0.1', port: 1790 }])
  world.seconds(1)
  t.equal(listener.ports[0], kept)
  t.same(
    listener.endpoints.map(({ address, port }) => `${address} ${port}`),
    [':: 179', '10.0.0.1 1790']
  )
  listener.setAddresses([{ address: '10.0.0.1', port: 1790 }])
  world.seconds(1)
  t.same(listener.endpoints, [{ address: '10.0.0.1', port: 1790 }])
  let error = ''
  refused.transport.connect({
    remote: { address: '10.0.0.1', port: 179 },
    connected: (_, failed) => (error = failed?.message ?? 'connected')
  })
  world.seconds(1)
  t.match(error, /ECONNREFUSED/)
  listener.setAddresses([{ address: '10.0.0.1', port: 179 }, { port: 1790 }])
  world.seconds(1)
  t.equal(listener.statistics.listenErrors, 0, 'one address gives way to all, and all to one, at once')
  t.equal(listener.endpoints.length, 2)
  t.not(listener.ports[0], kept)
  t.ok(transport.listenerFor({ address: '10.0.0.1', port: 179 }))
})

t.test('another spelling of an address is no other address', async t => {
  const world = new World()
  const transport = world.network.host('2001:db8::1')
  const listener = new BgpListener({
    scheduler: world.scheduler,
    transport,
    log: silent,
    addresses: [{ address: '2001:db8::1', port: 179 }],
    find: () => 'unknown'
  })
  listener.start()
  world.seconds(1)
  const [kept] = listener.ports
  listener.setAddresses([{ address: '2001:0DB8::1', port: 179 }])
  t.equal(listener.ports[0], kept)
})

t.test('sessions stand, those that came in by a place that is gone too', async t => {
  const world = new World()
  const node = world.node('10.0.0.1')
  const { session } = node.session('10.0.0.2', { passive: true })
  session.start()
  const peer = world.raw('10.0.0.2')
  const connection = peer.dial('10.0.0.1')
  connection.send(open(), keepalive)
  t.ok(world.until(() => session.state === 'established', 5))
  node.listener.setAddresses([{ port: 1790 }])
  const [statistics, before] = [node.listener.statistics, session.statistics.received.total]
  for (let i = 0; i < 3; i++) {
    world.seconds(60)
    connection.send(keepalive)
  }
  world.seconds(1)
  t.equal(session.state, 'established')
  t.equal(session.statistics.received.total, before + 3)
  t.equal(statistics.accepted, 1, 'and what was counted stays')
})

t.test('keys and socket options hold at a new place', async t => {
  const world = new World()
  const node = world.node('10.0.0.1')
  node.listener.setPeerKey('10.0.0.2', 'secret')
  node.listener.setOptions({ noteTtl: true })
  node.listener.setAddresses([{ address: '10.0.0.1', port: 1790 }])
  world.seconds(1)
  const [port] = node.listener.ports
  t.equal(port!.keyOf('10.0.0.2'), 'secret')
  t.ok(port!.notesTtl)
})

t.test('a place that cannot be opened is tried until it is not asked for any more', async t => {
  const world = new World()
  const { listener } = world.node('10.0.0.1')
  listener.setAddresses([{ port: 179 }, { address: '10.0.0.77', port: 179 }])
  world.seconds(12)
  t.equal(listener.statistics.listenErrors, 3)
  t.equal(listener.endpoints.length, 1)
  listener.setAddresses([{ port: 179 }])
  world.seconds(60)
  t.equal(listener.statistics.listenErrors, 3)
  t.notOk(listener.isDeaf)
  // It is asked for, and not any more, before the system has said that it cannot be had.
  listener.setAddresses([{ port: 179 }, { address: '10.0.0.77', port: 179 }])
  listener.setAddresses([{ port: 179 }])
  world.seconds(60)
  t.equal(listener.statistics.listenErrors, 3)
  listener.stop()
  t.equal(world.scheduler.waiting, 0)
})

t.test('who has stopped listening does not begin again by being told where', async t => {
  const world = new World()
  const { listener } = world.node('10.0.0.1')
  world.seconds(1)
  listener.stop()
  listener.setAddresses([{ port: 1790 }])
  world.seconds(1)
  t.same(listener.endpoints, [])
})
