import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import {
  type CloseAction,
  type CloseEvent,
  type CloseState,
  closeStep,
  holdsSession,
  isWalking
} from './close-machine.js'
import { type Path, PathFlag } from './path.js'
import type { Table } from './table.js'

/** What close machines have done (spec bgp 18.1, close-manager counters). */
export class CloseCounts {
  closes = 0
  nested = 0
  deletes = 0
  stale = 0
  longLivedStale = 0
  sweeps = 0
  restartTimers = 0
  longLivedTimers = 0
  /** Paths that were marked, and paths that went because nobody announced them again. */
  pathsStaled = 0
  pathsLongLivedStaled = 0
  pathsDeleted = 0
}

/** What one source has in one table, as far as it is kept and dropped: marked and taken out in slices. */
export interface SourcePaths {
  readonly table: Table
  /** How many there are. */
  readonly paths: number
  mark(scheduler: Scheduler, done: () => void, flagsOf: (path: Path) => number): unknown
  sweep(scheduler: Scheduler, done: () => void, which: (path: Path) => boolean): unknown
}

export interface PeerCloseOwner {
  readonly scheduler: Scheduler
  readonly closeCounts: CloseCounts
  /** All that is there may be kept; if not, what the last session has not announced goes. */
  keepsAll(adjIn: SourcePaths): boolean
  /** The new session does not go with the routes that are kept: it is to be closed. */
  closeSession(): void
  /** The timer has fired with the session up: End-of-RIBs that have not come are given up on. */
  gaveUpWaiting(close: PeerClose): void
  /** Nothing stale is left. */
  finished(close: PeerClose): void
}

/** How long routes are kept for a peer that is away. */
export interface KeepTimes {
  readonly restartSeconds: number
  /** After that (RFC 9494); 0: not at all. */
  readonly longLivedSeconds: number
}

/** Runs the close machine for some tables of one peer: its walks, its timers, and what comes in between. */
export class PeerClose {
  readonly adjIns: readonly SourcePaths[]
  readonly #owner: PeerCloseOwner
  /** The timer goes on while the peer is back and has not said everything; otherwise it stops (RFC 4724 §4.2). */
  readonly #keepsClock: boolean
  #state: CloseState = 'none'
  #isUp = false
  #times: KeepTimes = { restartSeconds: 0, longLivedSeconds: 0 }
  #since = 0
  #timer: Timer | undefined
  /** Lost during a walk. */
  #remembered: 'graceful' | 'hard' | undefined
  /** Said by the new session during a walk. */
  #owed: 'returnedUnfit' | 'synchronised' | undefined

  constructor(adjIns: readonly SourcePaths[], keepsClock: boolean, owner: PeerCloseOwner) {
    this.adjIns = adjIns
    this.#keepsClock = keepsClock
    this.#owner = owner
  }

  get state(): CloseState {
    return this.#state
  }

  /** A new session may come up. */
  get mayReturn(): boolean {
    return !holdsSession(this.#state) && this.#remembered === undefined
  }

  /** The session is lost; `times` undefined: and the routes with it. */
  close(times: KeepTimes | undefined): void {
    const { closeCounts } = this.#owner
    closeCounts.closes++
    if (this.#state !== 'none') closeCounts.nested++
    this.#isUp = false
    this.#owed = undefined
    if (times !== undefined) this.#times = times
    this.#raise(times === undefined ? 'closeHard' : 'closeGraceful')
  }

  returned(): void {
    this.#isUp = true
    if (this.#state === 'grTimer' && !this.#keepsClock) this.#cancelTimer()
    this.#raise('returned')
  }

  returnedUnfit(): void {
    this.#isUp = true
    this.#raiseOrOwe('returnedUnfit')
  }

  synchronised(): void {
    this.#raiseOrOwe('synchronised')
  }

  #raiseOrOwe(event: 'returnedUnfit' | 'synchronised'): void {
    if (isWalking(this.#state)) this.#owed ??= event
    else this.#raise(event)
  }

  #raise(event: CloseEvent): void {
    const { state, actions } = closeStep(this.#state, event)
    const entered = state !== this.#state
    this.#state = state
    if (entered) this.#countEntry(state)
    for (const action of actions) this.#do(action)
  }

  #do(action: CloseAction): void {
    const times = this.#times
    switch (action) {
      case 'startClock':
        this.#since = this.#owner.scheduler.now()
        break
      case 'startRestartTimer':
        this.#startTimer(times.restartSeconds)
        break
      case 'startLongLivedTimer':
        this.#startTimer(times.restartSeconds + times.longLivedSeconds)
        break
      case 'cancelTimer':
        this.#cancelTimer()
        break
      case 'markStale':
        this.#walk((adjIn, done) => this.#markStale(adjIn, done))
        break
      case 'markLongLived':
        this.#walk((adjIn, done) => this.#markLongLived(adjIn, done))
        break
      case 'sweep':
        this.#walk((adjIn, done) => this.#remove(adjIn, done, isStale))
        break
      case 'deleteAll':
        this.#walk((adjIn, done) => this.#remove(adjIn, done, () => true))
        break
      case 'rememberGraceful':
        this.#remembered ??= 'graceful'
        break
      case 'rememberHard':
        this.#remembered = 'hard'
        break
      case 'closeSession':
        this.#owner.closeSession()
        break
      case 'finish':
        this.#owner.finished(this)
        break
    }
  }

  // ---- walks

  #walk(start: (adjIn: SourcePaths, done: () => void) => void): void {
    let left = this.adjIns.length
    const done = (): void => {
      if (--left <= 0) this.#walked()
    }
    if (left === 0) this.#owner.scheduler.soon(done)
    for (const adjIn of this.adjIns) start(adjIn, done)
  }

  #walked(): void {
    const remembered = this.#remembered
    if (remembered !== undefined) {
      this.#remembered = undefined
      this.#raise(remembered === 'hard' ? 'againHard' : 'againGraceful')
      return
    }
    this.#raise('walkDone')
    const owed = this.#owed
    this.#owed = undefined
    if (owed !== undefined) this.#raise(owed)
  }

  /**
   * After nested losses what was stale stays (RFC 8538 §4.1), unless that is too much: then it goes as RFC 4724 §4.2 has
   * it, or a neighbour could have any number of routes by restarting with others each time.
   */
  #markStale(adjIn: SourcePaths, done: () => void): void {
    const { scheduler, closeCounts } = this.#owner
    const mark = (): void => {
      adjIn.mark(scheduler, done, path => {
        if (!isStale(path)) closeCounts.pathsStaled++
        return path.flags | PathFlag.stale
      })
    }
    if (this.#owner.keepsAll(adjIn)) mark()
    else this.#remove(adjIn, mark, isStale)
  }

  /** RFC 9494 §4.3: those with NO_LLGR go. What a session that is back has announced meanwhile is not stale. */
  #markLongLived(adjIn: SourcePaths, done: () => void): void {
    const { scheduler, closeCounts } = this.#owner
    const mark = (): void => {
      adjIn.mark(scheduler, done, path => {
        if (!isStale(path)) return path.flags
        closeCounts.pathsLongLivedStaled++
        return path.flags | PathFlag.llgrStale
      })
    }
    this.#remove(adjIn, mark, path => isStale(path) && path.attributes.facts.noLlgr)
  }

  #remove(adjIn: SourcePaths, done: () => void, which: (path: Path) => boolean): void {
    const { scheduler, closeCounts } = this.#owner
    adjIn.sweep(scheduler, done, path => {
      if (!which(path)) return false
      closeCounts.pathsDeleted++
      return true
    })
  }

  // ---- time, which counts from the first loss

  #startTimer(seconds: number): void {
    const { scheduler } = this.#owner
    const spent = scheduler.now() - this.#since
    this.#timer = scheduler.after(Math.max(0, seconds * 1000 - spent), () => this.#timeIsUp())
  }

  #cancelTimer(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #timeIsUp(): void {
    this.#timer = undefined
    if (this.#isUp) {
      this.#owner.gaveUpWaiting(this)
      this.#raise('timerUp')
    } else {
      this.#raise(this.#times.longLivedSeconds > 0 ? 'timerDownLongLived' : 'timerDown')
    }
  }

  #countEntry(state: CloseState): void {
    const { closeCounts } = this.#owner
    if (state === 'stale') closeCounts.stale++
    else if (state === 'grTimer') closeCounts.restartTimers++
    else if (state === 'llgrStale') closeCounts.longLivedStale++
    else if (state === 'llgrTimer') closeCounts.longLivedTimers++
    else if (state === 'sweep') closeCounts.sweeps++
    else if (state === 'delete') closeCounts.deletes++
  }
}

const isStale = (path: Path): boolean => (path.flags & PathFlag.stale) !== 0
