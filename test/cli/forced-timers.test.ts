import t from 'tap'
import { forcedTimers } from '../../src/cli/forced-timers.js'

t.test("timers from contrail-control's environment", async t => {
  t.strictSame(forcedTimers({}), {})
  t.strictSame(forcedTimers({ BGP_KEEPALIVE_SECONDS: '' }), {})
  t.strictSame(forcedTimers({ BGP_KEEPALIVE_SECONDS: '10', CONTRAIL_BGP_IDLE_HOLD_TIME_MSECS: '250' }), {
    holdTimeSeconds: 30,
    idleHoldSeconds: 0.25
  })
})

t.test('what is no number is told, and nothing starts', async t => {
  for (const text of ['x', '0', '-1', '1.5', '21846'])
    t.throws(() => forcedTimers({ BGP_KEEPALIVE_SECONDS: text }), {
      message: `BGP_KEEPALIVE_SECONDS is '${text}' and not a number from 1 to 21845`
    })
})
