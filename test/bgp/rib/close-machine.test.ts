import t from 'tap'
import {
  type CloseEvent,
  type CloseState,
  closeEvents,
  closeStates,
  closeStep,
  holdsSession,
  isWalking
} from '../../../src/bgp/rib/close-machine.js'

/** Spec bgp 12.5, written out once more: state, event, next state, actions. Every other pair changes nothing. */
const cells: readonly [CloseState, CloseEvent, CloseState, string][] = [
  ['none', 'closeGraceful', 'stale', 'startClock markStale'],
  ['none', 'closeHard', 'delete', 'deleteAll'],
  ['stale', 'walkDone', 'grTimer', 'startRestartTimer'],
  ['stale', 'closeGraceful', 'stale', 'rememberGraceful'],
  ['stale', 'closeHard', 'stale', 'rememberHard'],
  ['stale', 'againGraceful', 'stale', 'markStale'],
  ['stale', 'againHard', 'delete', 'deleteAll'],
  ['grTimer', 'returnedUnfit', 'delete', 'cancelTimer closeSession deleteAll'],
  ['grTimer', 'synchronised', 'sweep', 'cancelTimer sweep'],
  ['grTimer', 'timerUp', 'sweep', 'sweep'],
  ['grTimer', 'timerDown', 'delete', 'deleteAll'],
  ['grTimer', 'timerDownLongLived', 'llgrStale', 'markLongLived'],
  ['grTimer', 'closeGraceful', 'stale', 'cancelTimer markStale'],
  ['grTimer', 'closeHard', 'delete', 'cancelTimer deleteAll'],
  ['llgrStale', 'walkDone', 'llgrTimer', 'startLongLivedTimer'],
  ['llgrStale', 'closeGraceful', 'llgrStale', 'rememberGraceful'],
  ['llgrStale', 'closeHard', 'llgrStale', 'rememberHard'],
  ['llgrStale', 'againGraceful', 'stale', 'markStale'],
  ['llgrStale', 'againHard', 'delete', 'deleteAll'],
  ['llgrTimer', 'returnedUnfit', 'delete', 'cancelTimer closeSession deleteAll'],
  ['llgrTimer', 'synchronised', 'sweep', 'cancelTimer sweep'],
  ['llgrTimer', 'timerUp', 'sweep', 'sweep'],
  ['llgrTimer', 'timerDown', 'delete', 'deleteAll'],
  ['llgrTimer', 'timerDownLongLived', 'delete', 'deleteAll'],
  ['llgrTimer', 'closeGraceful', 'stale', 'cancelTimer markStale'],
  ['llgrTimer', 'closeHard', 'delete', 'cancelTimer deleteAll'],
  ['sweep', 'walkDone', 'none', 'finish'],
  ['sweep', 'closeGraceful', 'sweep', 'rememberGraceful'],
  ['sweep', 'closeHard', 'sweep', 'rememberHard'],
  ['sweep', 'againGraceful', 'stale', 'startClock markStale'],
  ['sweep', 'againHard', 'delete', 'deleteAll'],
  ['delete', 'walkDone', 'none', 'finish'],
  ['delete', 'closeGraceful', 'delete', 'rememberHard'],
  ['delete', 'closeHard', 'delete', 'rememberHard'],
  ['delete', 'againHard', 'delete', 'deleteAll']
]

t.test('T-GR-2 every state with every event', async t => {
  for (const state of closeStates) {
    for (const event of closeEvents) {
      const [, , next = state, actions = ''] =
        cells.find(cell => cell[0] === state && cell[1] === event) ?? []
      const outcome = closeStep(state, event)
      t.same([outcome.state, outcome.actions.join(' ')], [next, actions], `${state}, ${event}`)
    }
  }
})

t.test('each walk has its state, and only these can be done', async t => {
  t.same(closeStates.filter(isWalking), ['stale', 'llgrStale', 'sweep', 'delete'])
  t.same(closeStates.filter(holdsSession), ['stale', 'delete'])
  const walks = ['markStale', 'markLongLived', 'sweep', 'deleteAll']
  for (const state of closeStates) {
    for (const event of closeEvents) {
      const outcome = closeStep(state, event)
      const starts = outcome.actions.filter(action => walks.includes(action)).length
      t.ok(starts === 0 || (starts === 1 && isWalking(outcome.state)), `${state}, ${event}`)
      // A walk is never left but by its end.
      const ends = event === 'walkDone' || event.startsWith('again')
      t.ok(!isWalking(state) || ends || outcome.state === state, `${state}, ${event}: the walk goes on`)
    }
  }
})
