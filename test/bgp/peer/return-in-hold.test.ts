/** A neighbour that restarts and calls at once, while the node's pause after the loss is not over (RFC 4724 §4.2). */
import t from 'tap'
import { type Name, Neighbourhood } from '../../support/neighbourhood.js'

const prefix = '10.4.0.0/16'

function lab(name: Name): Neighbourhood {
  const it = new Neighbourhood()
  it.run(60)
  it.routers[name].announce('inet', prefix)
  it.run(10)
  return it
}

const isUp = (it: Neighbourhood, name: Name): boolean => it.peer(name)!.session.state === 'established'

/** Milliseconds until the session is up again, and for how many of them i2 did not have the route. */
function wait(it: Neighbourhood, name: Name): { ms: number; without: number } {
  let [ms, without] = [0, 0]
  while (!isUp(it, name) && ms < 300_000) {
    it.world.run(100)
    ms += 100
    if (!it.routers.i2.routes('inet').has(prefix)) without += 100
  }
  it.run(2)
  return { ms, without }
}

t.test('however often it restarts, its routes are kept, and it is back when it calls', async t => {
  const it = lab('i3')
  for (let loss = 1; loss <= 8; loss++) {
    it.routers.i3.stop('silent')
    it.world.run(500)
    it.routers.i3.start()
    const { ms, without } = wait(it, 'i3')
    t.ok(ms < 3000, `loss ${loss}: ${ms} ms`)
    t.equal(without, 0)
  }
  t.equal(it.peer('i3')!.retention.idle, true)
})

t.test('one of which nothing is kept waits, longer each time', async t => {
  const it = lab('i1')
  const waits: number[] = []
  for (let loss = 1; loss <= 4; loss++) {
    it.routers.i1.stop('silent')
    it.world.run(500)
    it.routers.i1.start()
    waits.push(wait(it, 'i1').ms)
  }
  for (const [i, ms] of waits.entries()) t.ok(ms > 3500 * 2 ** i, `loss ${i + 1}: ${ms} ms`)
})

t.test('a call that comes to nothing is not followed by another before the pause is over', async t => {
  const it = lab('i3')
  const { session } = it.peer('i3')!
  it.routers.i3.stop('silent')
  it.world.run(500)
  const host = it.world.host('10.0.0.16')
  const call = (): boolean => {
    const { accepted } = session.statistics
    host.connect({
      remote: { address: '10.0.0.1', port: 179 },
      connected: tcp => {
        tcp?.attach({ received() {}, writable() {}, closed() {} })
        tcp?.write(Buffer.alloc(19))
      }
    })
    it.world.run(200)
    return session.statistics.accepted > accepted
  }
  t.strictSame([call(), call(), call()], [true, false, false])
  t.equal(it.peer('i3')!.retention.idle, false, 'its routes are kept all the same')
  it.routers.i3.start()
  t.equal(wait(it, 'i3').without, 0)
})
