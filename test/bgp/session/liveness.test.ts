import t from 'tap'
import { HoldTimer } from '../../../src/bgp/session/liveness.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'

t.test('silence does not count while what has arrived waits for its turn', async t => {
  const time = new VirtualScheduler()
  let unread = true
  let expiredAt = -1
  const timer = new HoldTimer(
    time,
    () => {
      expiredAt = time.now()
    },
    () => unread
  )
  timer.start(9_000)
  time.run(30_000)
  t.equal(expiredAt, -1)
  unread = false
  time.run(20_000)
  t.ok(expiredAt >= 27_000 && expiredAt <= 45_000, `expired at ${expiredAt}`)
})
