/**
 * Lines of log about agents' sessions that end. Whoever calls again and again, refused or not, must not fill the log:
 * what is left out is counted, and the next line has the number.
 */
import { type Rate, RateLimit } from '../runtime/rate-limit.js'
import type { CloseCause } from './close-cause.js'

/** Of one address, and of all. */
interface Limits {
  readonly each: Rate
  readonly all: Rate
}

/** Sessions that were up: each matters, and many agents may share an address or be cut off at once. */
const established: Limits = { each: { burst: 100, perSecond: 1 }, all: { burst: 1000, perSecond: 20 } }
/** Callers that never got as far. */
const refused: Limits = { each: { burst: 20, perSecond: 1 / 60 }, all: { burst: 100, perSecond: 1 } }

export interface EndedSession {
  readonly name: string
  readonly remote: { readonly address: string; readonly port: number }
  /** On the wall clock; -1: it was never established. */
  readonly establishedAt: number
}

export interface EndedLogOptions {
  readonly log: {
    info(fields: object, message: string): void
    warn(fields: object, message: string): void
  }
  readonly scheduler: { now(): number }
}

export class EndedLog {
  readonly #established = new LineLimit(established)
  readonly #refused = new LineLimit(refused)

  constructor(private readonly options: EndedLogOptions) {}

  ended({ name, remote, establishedAt }: EndedSession, { kind, what, error }: CloseCause): void {
    const { log, scheduler } = this.options
    const limit = establishedAt < 0 ? this.#refused : this.#established
    const unlogged = limit.take(remote.address, scheduler.now())
    if (unlogged === undefined) return
    const fields = { agent: name, remote, cause: kind, ...(unlogged > 0 && { unlogged }) }
    if (error === undefined) log.info(fields, `agent session ended: ${what}`)
    else log.warn({ ...fields, error }, `agent session ended: ${what}`)
  }
}

class LineLimit {
  readonly #each: RateLimit
  readonly #all: RateLimit
  #unlogged = 0

  constructor({ each, all }: Limits) {
    this.#each = new RateLimit(each)
    this.#all = new RateLimit(all)
  }

  /** How many were left out since the last line; undefined: this one is, too. */
  take(address: string, now: number): number | undefined {
    if (!this.#each.admits(address, now) || !this.#all.admits('', now)) {
      this.#unlogged++
      return undefined
    }
    const unlogged = this.#unlogged
    this.#unlogged = 0
    return unlogged
  }
}
