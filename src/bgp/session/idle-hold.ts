import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import { idleHoldMilliseconds } from './back-off.js'
import type { SessionSettings } from './settings.js'

type HoldSettings = Pick<SessionSettings, 'idleHoldSeconds' | 'maximumIdleHoldSeconds'>

/** The pause between two lives of a session, and how long the next one is (spec bgp 5.2). */
export class IdleHold {
  #timer: Timer | undefined
  #afterLossMilliseconds = 0
  #isForLimit = false
  #mayYield = false

  constructor(
    private readonly scheduler: Scheduler,
    private readonly over: () => void
  ) {}

  /** It is one for too many prefixes: callers are told so (spec bgp 1.1). */
  get isForLimit(): boolean {
    return this.#isForLimit
  }

  /**
   * A call may end it, once after each loss. One that then fails too has to wait, or a neighbour whose sessions never
   * come up could keep the node busy.
   */
  get mayYield(): boolean {
    return this.#mayYield && !this.#isForLimit
  }

  yieldToCall(): void {
    this.#mayYield = false
    this.end()
  }

  /** In place of a pause under way, whose reason it goes on with unless another is given. */
  start(milliseconds: number, isForLimit = this.#isForLimit): void {
    this.#timer?.cancel()
    this.#isForLimit = isForLimit
    this.#timer = this.scheduler.after(milliseconds, () => {
      this.#timer = undefined
      this.over()
    })
  }

  /** After a life of the session that failed, or none that has begun. */
  startAfterLoss({ idleHoldSeconds }: HoldSettings): void {
    this.start(Math.max(this.#afterLossMilliseconds, idleHoldSeconds * 1000))
  }

  end(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#isForLimit = false
  }

  /** The session is lost: the pauses of one that hardly comes up get longer. */
  lost(settings: HoldSettings, wasUpBriefly: boolean): void {
    this.#mayYield = true
    this.#afterLossMilliseconds = idleHoldMilliseconds(settings, this.#afterLossMilliseconds, wasUpBriefly)
  }
}
