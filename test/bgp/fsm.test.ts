import t from 'tap'
import { type Action, events, type FsmEvent, type State, states, step } from '../../src/bgp/fsm.js'

/**
 * The machine once more, the other way round: by event, from the text of RFC 4271 §8.2.2 and spec bgp 5.3, in order
 * of the states. '-': nothing happens. Otherwise the next state, then the actions; 6/7 is a NOTIFICATION.
 */
const sent = 'openSent sendOpen startOpenHold'
const sentByDial = 'openSent stopConnectRetry sendOpen startOpenHold'
const again = 'active close startConnectRetry'
const told = 'idle notifyError close'
const dropped = 'idle close'
const unexpected = [dropped, 'idle 5/1 close', 'idle 5/2 close', 'idle 5/3 close'] as const
const [, inSent, inConfirm, inEstablished] = unexpected
const inActive = 'idle 5/0 close'

const expected: Record<FsmEvent, readonly [string, string, string, string, string, string]> = {
  //                    idle  active  connect  openSent  openConfirm  established
  start: ['active startConnectRetry', '-', '-', '-', '-', '-'],
  startPassive: ['active', '-', '-', '-', '-', '-'],
  stop: [
    '-',
    'idle notifyCease close',
    dropped,
    'idle notifyCease close',
    'idle notifyCease close',
    'idle notifyCease close'
  ],
  connectRetryExpired: ['-', 'connect dial startConnectTimeout', again, inSent, inConfirm, inEstablished],
  holdExpired: ['-', inActive, dropped, 'idle 4/0 close', 'idle 4/0 close', 'idle 4/0 close'],
  keepaliveExpired: [
    '-',
    inActive,
    dropped,
    inSent,
    'openConfirm sendKeepalive startKeepalive',
    'established sendKeepalive startKeepalive'
  ],
  delayOpenExpired: ['-', sent, dropped, inSent, inConfirm, inEstablished],
  tcpUp: ['-', sentByDial, sentByDial, inSent, inConfirm, inEstablished],
  tcpUpDelayed: [
    '-',
    'active stopConnectRetry startDelayOpen',
    'active stopConnectRetry startDelayOpen',
    inSent,
    inConfirm,
    inEstablished
  ],
  tcpFailed: ['-', again, again, again, dropped, dropped],
  openAccepted: [
    '-',
    'openConfirm stopDelayOpen sendOpen sendKeepalive startKeepalive startHold',
    dropped,
    'openConfirm sendKeepalive startKeepalive startHold',
    inConfirm,
    inEstablished
  ],
  headerError: ['-', told, dropped, told, told, told],
  openRejected: ['-', told, dropped, told, told, inEstablished],
  collisionLost: ['-', 'idle 6/7 close', dropped, 'idle 6/7 close', 'idle 6/7 close', 'idle 6/7 close'],
  notification: ['-', dropped, dropped, dropped, dropped, dropped],
  collisionNotified: ['-', again, dropped, again, again, dropped],
  keepalive: ['-', inActive, dropped, inSent, 'established restartHold', 'established restartHold'],
  update: ['-', inActive, dropped, inSent, inConfirm, 'established restartHold deliver'],
  updateError: ['-', inActive, dropped, inSent, inConfirm, told],
  sendHoldExpired: ['-', inActive, dropped, inSent, 'idle 8/0 close', 'idle 8/0 close'],
  routeRefresh: ['-', inActive, dropped, inSent, inConfirm, 'established restartHold deliver'],
  routeRefreshError: ['-', inActive, dropped, inSent, inConfirm, told]
}

const printAction = (action: Action): string =>
  typeof action === 'string' ? action : `${action.code}/${action.subcode}`

function print(before: State, event: FsmEvent): string {
  const { next, actions } = step(before, event)
  return next === before && actions.length === 0 ? '-' : [next, ...actions.map(printAction)].join(' ')
}

t.test('T-FSM-1 every event in every state', async t => {
  for (const event of events) {
    t.same(
      states.map(state => print(state, event)),
      expected[event],
      event
    )
  }
})

t.test('what holds for all of them', async t => {
  for (const state of states) {
    for (const event of events) {
      const { next, actions } = step(state, event)
      const told = actions.findIndex(action => typeof action !== 'string' || action.startsWith('notify'))
      const name = `${event} in ${state}`
      if (told >= 0) t.equal(actions[told + 1], 'close', `${name}: a NOTIFICATION is the last word`)
      if (next === 'idle' && state !== 'idle')
        t.ok(actions.includes('close'), `${name}: idle holds no connection`)
      if (state === 'idle') t.notOk(actions.includes('close'), `${name}: idle has nothing to close`)
      if (event === 'notification' || event === 'collisionNotified') {
        t.equal(told, -1, `${name}: never an answer to a NOTIFICATION`)
      }
      if (next === 'established' && state !== 'established') t.equal(name, 'keepalive in openConfirm')
    }
  }
})
