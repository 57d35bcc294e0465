import type { AgentSession } from './session.js'

/** Connections whose stream header has not come yet, in all and by address: what a silent caller can take. */
export class OpeningSessions {
  readonly #sessions = new Set<AgentSession>()
  readonly #byAddress = new Map<string, number>()

  get size(): number {
    return this.#sessions.size
  }

  from(address: string): number {
    return this.#byAddress.get(address) ?? 0
  }

  add(session: AgentSession): void {
    const { address } = session.remote
    this.#sessions.add(session)
    this.#byAddress.set(address, this.from(address) + 1)
  }

  /** It has opened, or is gone. */
  delete(session: AgentSession): void {
    if (!this.#sessions.delete(session)) return
    const { address } = session.remote
    const left = this.from(address) - 1
    if (left === 0) this.#byAddress.delete(address)
    else this.#byAddress.set(address, left)
  }
}
