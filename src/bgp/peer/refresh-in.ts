import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import type { AdjIn } from '../rib/adj-in.js'

/** How long a refresh may take before it counts as over (RFC 7313 §4.2, spec bgp 14). */
export const refreshTimeoutSeconds = 360
/** Refreshes begun and not ended: fewer than the generations that paths can tell apart. */
const mostOutstanding = 7

/**
 * A peer's enhanced refresh of one family (RFC 7313 §4.2): what it does not announce between BoRR and EoRR, it has
 * not any more. Nothing is marked at the start: from then on paths are of a new generation, and at the end those of
 * older ones go. Being stale by a restart is another matter, and neither undoes the other.
 */
export class RefreshIn {
  readonly #adjIn: AdjIn
  readonly #scheduler: Scheduler
  readonly #removed: (paths: number) => void
  #timer: Timer | undefined
  #outstanding = 0

  /** `removed` is told how many paths a refresh took out. */
  constructor(adjIn: AdjIn, scheduler: Scheduler, removed: (paths: number) => void) {
    this.#adjIn = adjIn
    this.#scheduler = scheduler
    this.#removed = removed
  }

  /** BoRR; one that follows another begins anew. `timedOut` is called when no EoRR has come in time. */
  begin(timedOut: () => void): void {
    if (this.#outstanding < mostOutstanding) {
      this.#outstanding++
      this.#adjIn.nextGeneration()
    }
    this.#timer?.cancel()
    this.#timer = this.#scheduler.after(refreshTimeoutSeconds * 1000, () => {
      this.end()
      timedOut()
    })
  }

  /** EoRR. False: none has begun. */
  end(): boolean {
    if (this.#timer === undefined) return false
    this.stop()
    const outstanding = this.#outstanding
    const adjIn = this.#adjIn
    const { generation } = adjIn
    let removed = 0
    const done = (): void => {
      this.#outstanding -= outstanding
      this.#removed(removed)
    }
    adjIn.sweep(this.#scheduler, done, path => {
      if (!adjIn.isOlder(path, generation)) return false
      removed++
      return true
    })
    return true
  }

  /** The session is over, and with it what had begun. */
  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }
}
