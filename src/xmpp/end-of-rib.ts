import type { Scheduler, Timer } from '../runtime/scheduler.js'
import type { AgentSession } from './session.js'

const pollMs = 1_000
/** Nothing sent and nothing received for so long counts as the end. */
const quietMs = 6_000
/** A node that has just started may not have heard from its BGP peers yet: so much of the longest time. */
const startingPart = 0.2

export interface EndOfRibContext {
  readonly scheduler: Scheduler
  /** When the node started, on the scheduler's clock. */
  readonly startedAt: number
  readonly settings: { readonly endOfRibTimeoutSeconds: number }
}

/**
 * Decides when an agent is told that it has been sent everything (spec xmpp 5.9): once, when the connection has been
 * quiet, or after the configured time at the latest. Agents of all releases ignore it; other implementations may not.
 */
export class EndOfRibTimer {
  #timer: Timer | undefined
  #since = 0

  constructor(
    private readonly session: AgentSession,
    private readonly context: EndOfRibContext,
    private readonly send: () => void
  ) {}

  /** All tables that the agent subscribed to have been sent. */
  set ready(ready: boolean) {
    this.#timer?.cancel()
    this.#timer = undefined
    if (!ready || this.#since < 0) return
    this.#since = this.context.scheduler.now()
    this.#timer = this.context.scheduler.after(pollMs, this.#poll)
  }

  stop(): void {
    this.ready = false
    this.#since = -1
  }

  readonly #poll = (): void => {
    const { session } = this
    const { scheduler, startedAt, settings } = this.context
    const now = scheduler.now()
    const longestMs = settings.endOfRibTimeoutSeconds * 1000
    const quiet = now - Math.max(session.lastReceivedAt, session.lastSentAt, this.#since) >= quietMs
    const isStarting = now - startedAt < longestMs * startingPart
    if ((quiet && !isStarting && !session.blocked) || now - this.#since >= longestMs) {
      this.stop()
      this.send()
    } else {
      this.#timer = scheduler.after(pollMs, this.#poll)
    }
  }
}
