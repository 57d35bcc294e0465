import type { BgpPeer } from '../../bgp/peer/bgp-peer.js'
import type { CloseState } from '../../bgp/rib/close-machine.js'
import type * as view from '../view/neighbor.js'

export const closeStateWords: Readonly<Record<CloseState, view.CloseInfo['state']>> = {
  none: 'NONE',
  stale: 'STALE',
  grTimer: 'GR_TIMER',
  llgrStale: 'LLGR_STALE',
  llgrTimer: 'LLGR_TIMER',
  sweep: 'SWEEP',
  delete: 'DELETE'
}

/** Of a session that keeps nothing when it ends. */
export const noClose: view.CloseInfo = {
  state: 'NONE',
  membershipState: 'NONE',
  closeAgain: false,
  graceful: false,
  init: 0,
  close: 0,
  nested: 0,
  deletes: 0,
  stale: 0,
  llgrStale: 0,
  sweep: 0,
  grTimer: 0,
  llgrTimer: 0,
  routes: undefined
}

/** A peer has a close machine for each family; shown is the first that is under way. */
export function closeInfo({ retention }: BgpPeer): view.CloseInfo {
  const { closeCounts } = retention
  let state: CloseState = 'none'
  for (const [, each] of retention.states()) if (state === 'none') state = each
  return {
    ...noClose,
    state: closeStateWords[state],
    membershipState: retention.idle ? 'NONE' : 'IN_USE',
    closeAgain: !retention.ready,
    graceful: state !== 'none' && state !== 'delete',
    close: closeCounts.closes,
    nested: closeCounts.nested,
    deletes: closeCounts.deletes,
    stale: closeCounts.stale,
    llgrStale: closeCounts.longLivedStale,
    sweep: closeCounts.sweeps,
    grTimer: closeCounts.restartTimers,
    llgrTimer: closeCounts.longLivedTimers
  }
}
