/** How often something may happen, for each of many callers: `burst` times at once, then `perSecond` times a second. */
export interface Rate {
  readonly burst: number
  readonly perSecond: number
}

/** Callers that are remembered; beyond it those that may do all again are forgotten, and then the oldest. */
const mostCallers = 10_000
/** As many as this are left, so that a new caller does not cost a look at all others each time. */
const keptCallers = 9_000

interface Bucket {
  tokens: number
  at: number
}

export class RateLimit {
  readonly #buckets = new Map<string, Bucket>()

  constructor(private readonly rate: Rate) {}

  /** `now`: milliseconds, of any clock that does not go back. */
  admits(caller: string, now: number): boolean {
    const { burst, perSecond } = this.rate
    let bucket = this.#buckets.get(caller)
    if (bucket === undefined) {
      if (this.#buckets.size >= mostCallers) this.#forget(now)
      this.#buckets.set(caller, (bucket = { tokens: burst, at: now }))
    }
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) * perSecond) / 1000)
    bucket.at = now
    if (bucket.tokens < 1) return false
    bucket.tokens--
    return true
  }

  #forget(now: number): void {
    const { burst, perSecond } = this.rate
    for (const [caller, { tokens, at }] of this.#buckets) {
      if (tokens + ((now - at) * perSecond) / 1000 >= burst) this.#buckets.delete(caller)
    }
    for (const caller of this.#buckets.keys()) {
      if (this.#buckets.size <= keptCallers) return
      this.#buckets.delete(caller)
    }
  }
}
