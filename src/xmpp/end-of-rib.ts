import type { Scheduler, Timer } from '../runtime/scheduler.js'
import type { AgentSession } from './session.js'

const pollMs = 1_000
/** Nothing sent and nothing received for so long counts as the end. */
const quietMs = 6_000
const longestMs = 300_000
/** A node that has just started may not have heard from its BGP peers yet. */
const startingMs = 60_000

/**
 * Decides when an agent is told that it has been sent everything (spec xmpp 5.9): once, when the connection has been
 * quiet, or after a fixed time. Agents of all releases ignore it; other implementations may not.
 */
export class EndOfRibTimer {
  #timer: Timer | undefined
  #since = 0

  constructor(
    private readonly scheduler: Scheduler,
    private readonly session: AgentSession,
    private readonly startedAt: number,
    private readonly send: () => void
  ) {}

  /** All tables that the agent subscribed to have been sent. */
  set ready(ready: boolean) {
    this.#timer?.cancel()
    this.#timer = undefined
    if (!ready || this.#since < 0) return
    this.#since = this.scheduler.now()
    this.#timer = this.scheduler.after(pollMs, this.#poll)
  }

  stop(): void {
    this.ready = false
    this.#since = -1
  }

  readonly #poll = (): void => {
    const now = this.scheduler.now()
    const { session } = this
    const quiet = now - Math.max(session.lastReceivedAt, session.lastSentAt, this.#since) >= quietMs
    const isStarting = now - this.startedAt < startingMs
    if ((quiet && !isStarting && !session.blocked) || now - this.#since >= longestMs) {
      this.stop()
      this.send()
    } else {
      this.#timer = this.scheduler.after(pollMs, this.#poll)
    }
  }
}
