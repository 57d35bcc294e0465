import type { DecodeError } from '../wire/decode-error.js'

/** One line a minute for each kind of fault (spec bgp 8.3): a peer must not be able to flood the log. */
const quietMs = 60_000

interface Kind {
  loggedAt: number
  /** Since then. */
  suppressed: number
}

/** Says which faults of one peer are worth a line. Kinds are as many as there are codes and reactions: few. */
export class FaultLog {
  readonly #kinds = new Map<number, Kind>()

  /** How many like it were not logged since the last one that was; undefined: nor is this one. */
  admit({ code, subcode, reaction }: DecodeError, now: number): number | undefined {
    const key = (code * 256 + subcode) * 16 + reaction
    const kind = this.#kinds.get(key)
    if (kind === undefined) {
      this.#kinds.set(key, { loggedAt: now, suppressed: 0 })
      return 0
    }
    if (now - kind.loggedAt < quietMs) {
      kind.suppressed++
      return undefined
    }
    const { suppressed } = kind
    kind.loggedAt = now
    kind.suppressed = 0
    return suppressed
  }
}
