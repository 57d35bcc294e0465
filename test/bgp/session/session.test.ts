import t from 'tap'
import { World } from './nodes.js'

t.test('two sessions come up, and stop', async t => {
  const world = new World(1)
  const a = world.node('10.0.0.1').session('10.0.0.2')
  const b = world.node('10.0.0.2').session('10.0.0.1')
  a.session.start()
  b.session.start()
  t.ok(world.until(() => a.session.state === 'established' && b.session.state === 'established'))
  world.seconds(300)
  t.equal(a.session.state, 'established')
  t.equal(a.session.statistics.flaps, 0)
  t.equal(world.network.connectionCount, 2)
  t.same(a.session.remote?.address, '10.0.0.2')
  a.session.stop({ subcode: 2, text: 'gone fishing' })
  world.seconds(3)
  t.equal(a.session.state, 'idle')
  t.match(a.handler.reasons, [{ cause: 'notification-sent', notification: { code: 6, subcode: 2 } }])
  t.match(b.handler.reasons, [
    { cause: 'notification-received', notification: { code: 6, subcode: 2, text: /"gone fishing"/ } }
  ])
})
