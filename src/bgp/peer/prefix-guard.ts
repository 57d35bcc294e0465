import { isDeepStrictEqual } from 'node:util'

/** Limit on the prefixes that a peer may have in one family (spec bgp 15). */
export interface PrefixLimit {
  readonly maximum: number
  /** Seconds before the session may come back after the limit was exceeded; 0: as after any loss. */
  readonly idleSeconds: number
  /** `reset`: Cease, maximum number of prefixes (the default); `block`: no more is taken; `warn`: said, and taken. */
  readonly action?: 'reset' | 'block' | 'warn'
  /** Percent of the maximum from which on it is warned, once until it has gone below again by a tenth; 75. */
  readonly warningPercent?: number
}

/** What has to be done about the number of prefixes: nothing, say something, or end the session. */
export type GuardVerdict = 'nothing' | 'warn' | 'warnExceeded' | 'relax' | 'reset'

const defaultWarningPercent = 75
/** How far below the threshold it must go before there is another warning. */
const hysteresis = 0.9

/** The most prefixes that `limit` has a neighbour have: no bound where there is none, or one that only warns. */
export const mostTaken = (limit: PrefixLimit | undefined): number =>
  limit === undefined || limit.maximum === 0 || limit.action === 'warn'
    ? Number.POSITIVE_INFINITY
    : limit.maximum

/**
 * Watches the prefixes of one family in one life of the session. They are counted as sent, before policy; what is kept
 * of an earlier life (RFC 4724, RFC 9494) is not among them.
 */
export class PrefixGuard {
  /** More came than the limit allows and the session is to end: nothing more is taken. */
  exceeded = false
  /** Announcements that `block` has kept out and that the peer has not been asked for again. */
  blocked = 0
  #limit: PrefixLimit | undefined
  #level: 'low' | 'warned' | 'over' = 'low'

  constructor(limit: PrefixLimit | undefined) {
    this.#limit = limit
  }

  get limit(): PrefixLimit | undefined {
    return this.#limit
  }

  /** True: announcements were kept out that the new limit perhaps takes, and the peer has to say them again. */
  setLimit(limit: PrefixLimit | undefined): boolean {
    if (isDeepStrictEqual(limit, this.#limit)) return false
    const before = this.maximum
    this.#limit = limit
    this.exceeded = false
    // Being above the old limit is no answer to being above the new one.
    if (this.#level === 'over') this.#level = 'warned'
    const takesMore = this.maximum > before || limit?.action !== 'block'
    if (this.blocked === 0 || !takesMore) return false
    this.blocked = 0
    return true
  }

  /** Number of prefixes from which on `tooMany` has to be asked. */
  get maximum(): number {
    return this.#limit === undefined || this.#limit.maximum === 0
      ? Number.POSITIVE_INFINITY
      : this.#limit.maximum
  }

  /** Asked of an announcement that went above the maximum: true if it is to be taken out again. */
  tooMany(): boolean {
    const action = this.#limit?.action ?? 'reset'
    if (action === 'reset') this.exceeded = true
    if (action !== 'block') return false
    this.blocked++
    return true
  }

  /**
   * After each message that added prefixes, what took some (a message, a refresh) where some are kept out, and another
   * limit.
   */
  check(paths: number): GuardVerdict {
    const { maximum } = this
    if (maximum === Number.POSITIVE_INFINITY) {
      this.#level = 'low'
      return 'nothing'
    }
    const { action = 'reset', warningPercent = defaultWarningPercent } = this.#limit!
    const threshold = (maximum * warningPercent) / 100
    const isOver = paths > maximum || (action === 'block' && this.blocked > 0 && paths === maximum)
    const before = this.#level
    if (isOver) {
      this.#level = 'over'
      if (before === 'over') return 'nothing'
      this.exceeded = action === 'reset'
      return action === 'reset' ? 'reset' : 'warnExceeded'
    }
    if (before === 'over') this.#level = 'warned'
    if (paths >= threshold) {
      this.#level = 'warned'
      return before === 'low' ? 'warn' : 'nothing'
    }
    if (before !== 'low' && paths < threshold * hysteresis) {
      this.#level = 'low'
      return 'relax'
    }
    return 'nothing'
  }
}
