import type { CloseCause } from './close-cause.js'

/** How an agent's sessions have ended so far. */
export interface AgentPast {
  readonly losses: number
  /** Wall clock, milliseconds. */
  readonly lastLossAt: number
  readonly cause: CloseCause
}

/** Most agents that are remembered; the one that was lost longest ago is forgotten first. */
const capacity = 10_000

/** Remembers agents by name over their sessions (introspect §3.2: flaps). */
export class AgentHistory {
  readonly #past = new Map<string, AgentPast>()

  of(name: string): AgentPast | undefined {
    return this.#past.get(name)
  }

  lost(name: string, cause: CloseCause, now: number): void {
    const losses = (this.#past.get(name)?.losses ?? 0) + 1
    this.#past.delete(name)
    this.#past.set(name, { losses, lastLossAt: now, cause })
    if (this.#past.size > capacity)
      for (const oldest of this.#past.keys()) return void this.#past.delete(oldest)
  }
}
