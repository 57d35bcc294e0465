/**
 * What becomes of the routes of a session that was lost, until they are all fresh again or gone: the machine of graceful
 * restart and long-lived graceful restart on the helping side (RFC 4724 §4.2, RFC 9494 §4.3, spec bgp 12.5). A row
 * per state, a cell per event, and nothing in it of BGP, of time or of tables: `PeerClose` carries the actions out.
 *
 *   none ── closeGraceful ──> stale ──> grTimer ──> llgrStale ──> llgrTimer
 *     │                         ^          │ └──────────┬───────────┘ │
 *     └─ closeHard ──> delete   └── again ─┘          sweep <─────────┘ or delete
 */

export const closeStates = ['none', 'stale', 'grTimer', 'llgrStale', 'llgrTimer', 'sweep', 'delete'] as const
export type CloseState = (typeof closeStates)[number]

export const closeEvents = [
  /** The session is lost in a way that keeps routes, and the routes may be kept. */
  'closeGraceful',
  /** It is lost in another way, or is not wanted any more. */
  'closeHard',
  /** The walk that the state stands for has visited everything. */
  'walkDone',
  /** The same, and meanwhile the session was lost (again). */
  'againGraceful',
  'againHard',
  /** A new session is up, and what it offers goes with the routes that are kept. */
  'returned',
  /** It is up and does not. */
  'returnedUnfit',
  /** All that the peer has to say has been said: what is still stale, is no more. */
  'synchronised',
  /** The timer fires: with a new session up, without one, and the same where long-lived restart follows. */
  'timerUp',
  'timerDown',
  'timerDownLongLived'
] as const
export type CloseEvent = (typeof closeEvents)[number]

export type CloseAction =
  /** The time that the peer has to return counts from now. */
  | 'startClock'
  | 'startRestartTimer'
  | 'startLongLivedTimer'
  | 'cancelTimer'
  /** Four walks; `walkDone` or `again…` follows. */
  | 'markStale'
  | 'markLongLived'
  | 'sweep'
  | 'deleteAll'
  /** The session was lost during a walk; one that was not graceful is never forgotten. */
  | 'rememberGraceful'
  | 'rememberHard'
  | 'closeSession'
  /** It is over. */
  | 'finish'

export interface CloseOutcome {
  readonly state: CloseState
  readonly actions: readonly CloseAction[]
}

type Row = Partial<Record<CloseEvent, CloseOutcome>>

const to = (state: CloseState, ...actions: readonly CloseAction[]): CloseOutcome => ({ state, actions })

const rows: Record<CloseState, Row> = {
  none: {
    closeGraceful: to('stale', 'startClock', 'markStale'),
    closeHard: to('delete', 'deleteAll')
  },
  stale: {
    walkDone: to('grTimer', 'startRestartTimer'),
    closeGraceful: to('stale', 'rememberGraceful'),
    closeHard: to('stale', 'rememberHard'),
    againGraceful: to('stale', 'markStale'),
    againHard: to('delete', 'deleteAll')
  },
  grTimer: {
    returned: to('grTimer'),
    returnedUnfit: to('delete', 'cancelTimer', 'closeSession', 'deleteAll'),
    synchronised: to('sweep', 'cancelTimer', 'sweep'),
    timerUp: to('sweep', 'sweep'),
    timerDownLongLived: to('llgrStale', 'markLongLived'),
    timerDown: to('delete', 'deleteAll'),
    // Nested: what is stale stays so (RFC 8538 §4.1), but the clock of the first loss goes on: flapping gains no time.
    closeGraceful: to('stale', 'cancelTimer', 'markStale'),
    closeHard: to('delete', 'cancelTimer', 'deleteAll')
  },
  llgrStale: {
    walkDone: to('llgrTimer', 'startLongLivedTimer'),
    closeGraceful: to('llgrStale', 'rememberGraceful'),
    closeHard: to('llgrStale', 'rememberHard'),
    againGraceful: to('stale', 'markStale'),
    againHard: to('delete', 'deleteAll')
  },
  llgrTimer: {
    returned: to('llgrTimer'),
    returnedUnfit: to('delete', 'cancelTimer', 'closeSession', 'deleteAll'),
    synchronised: to('sweep', 'cancelTimer', 'sweep'),
    timerUp: to('sweep', 'sweep'),
    timerDownLongLived: to('delete', 'deleteAll'),
    timerDown: to('delete', 'deleteAll'),
    closeGraceful: to('stale', 'cancelTimer', 'markStale'),
    closeHard: to('delete', 'cancelTimer', 'deleteAll')
  },
  sweep: {
    walkDone: to('none', 'finish'),
    closeGraceful: to('sweep', 'rememberGraceful'),
    closeHard: to('sweep', 'rememberHard'),
    againGraceful: to('stale', 'startClock', 'markStale'),
    againHard: to('delete', 'deleteAll')
  },
  delete: {
    walkDone: to('none', 'finish'),
    closeGraceful: to('delete', 'rememberHard'),
    closeHard: to('delete', 'rememberHard'),
    againHard: to('delete', 'deleteAll')
  }
}

/** An event without a cell changes nothing. */
export const closeStep = (state: CloseState, event: CloseEvent): CloseOutcome =>
  rows[state][event] ?? { state, actions: [] }

/** In these a walk is under way. */
export const isWalking = (state: CloseState): boolean => rows[state].walkDone !== undefined

/** In these a new session must wait: what it announced would be taken for what is to go, or is being marked. */
export const holdsSession = (state: CloseState): boolean => state === 'stale' || state === 'delete'
