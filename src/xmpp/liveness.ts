import type { Scheduler, Timer } from '../runtime/scheduler.js'

export interface LivenessOwner {
  /** What the agent says waits for its turn in this process: that nothing was heard proves nothing. */
  readonly hasUnread: boolean
  /** Nothing was heard for the whole hold time. */
  holdExpired(): void
  keepaliveDue(): void
}

/** The two clocks of an established session: what is heard of the agent, and what it hears of us (spec xmpp 2.6). */
export class Liveness {
  #holdMs = 0
  /** On the scheduler's clock: what the hold time counts from. */
  #heardAt = 0
  #holdTimer: Timer | undefined
  #keepaliveTimer: Timer | undefined

  constructor(
    private readonly scheduler: Scheduler,
    private readonly owner: LivenessOwner
  ) {}

  get holdTimeSeconds(): number {
    return this.#holdMs / 1000
  }

  /** From now on with this hold time, and three keepalives in it; 0: neither runs. */
  start(holdTimeSeconds: number): void {
    this.stop()
    this.#holdMs = holdTimeSeconds * 1000
    if (this.#holdMs === 0) return
    this.#holdTimer = this.scheduler.after(this.#holdMs, this.#checkHold)
    this.#keepaliveTimer = this.scheduler.after(this.#holdMs / 3, this.#sayKeepalive)
  }

  stop(): void {
    this.#holdTimer?.cancel()
    this.#keepaliveTimer?.cancel()
    this.#holdTimer = this.#keepaliveTimer = undefined
  }

  heard(): void {
    this.#heardAt = this.scheduler.now()
  }

  /** The timer is not started again by every stanza; it looks when the last one came. */
  readonly #checkHold = (): void => {
    if (this.owner.hasUnread) this.heard()
    const left = this.#heardAt + this.#holdMs - this.scheduler.now()
    if (left > 0) this.#holdTimer = this.scheduler.after(left, this.#checkHold)
    else this.owner.holdExpired()
  }

  readonly #sayKeepalive = (): void => {
    this.#keepaliveTimer = this.scheduler.after(this.#holdMs / 3, this.#sayKeepalive)
    this.owner.keepaliveDue()
  }
}
