/**
 * Time and turn-taking as the core sees them. The core never reads a clock and never starts a timer by itself
 * (design: "what must stay true", 2): a test hands it virtual time, the process hands it the event loop.
 */
export interface Timer {
  /** Harmless when the timer has fired or was cancelled before. */
  cancel(): void
}

export interface Scheduler {
  /** Milliseconds on a clock that never goes back; only differences mean anything. */
  now(): number
  /** Milliseconds since 1970-01-01T00:00Z, for people and for records; it may jump. */
  wallClock(): number
  /** Runs `task` once, `ms` milliseconds from now or later. */
  after(ms: number, task: () => void): Timer
  /**
   * Runs `task` in a later slice: after the I/O that is waiting now, first come, first served. Long work cuts itself
   * into slices with this, so that keepalives, accepts and HTTP answers get their turn.
   */
  soon(task: () => void): void
  /**
   * All slices of this turn of the event loop together have taken what they may: work of many steps stops behind the
   * step that it is at, and goes on with `soon`. Looking costs as much as reading a clock.
   */
  readonly isTurnOver: boolean
}
