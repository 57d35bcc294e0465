/**
 * What agents have said in part: stanzas without their end, and publishes without their collection (spec xmpp 4.1). A
 * keepalive now and then lets a session wait for ever, so all of them together have one budget.
 */
import type { AgentSession } from './session.js'

export class UnfinishedInput {
  readonly #held = new Map<AgentSession, number>()
  #total = 0

  /** `maximumBytes`: an estimate of memory, of all sessions. */
  constructor(private readonly maximumBytes: number) {}

  get bytes(): number {
    return this.#total
  }

  /** So many bytes now. Beyond the budget the session that holds most is closed, which need not be this one. */
  hold(session: AgentSession, bytes: number): void {
    this.#total += bytes - (this.#held.get(session) ?? 0)
    if (bytes === 0) this.#held.delete(session)
    else this.#held.set(session, bytes)
    while (this.#total > this.maximumBytes) this.#closeLargest()
  }

  #closeLargest(): void {
    let largest: AgentSession | undefined
    let most = 0
    for (const [session, bytes] of this.#held) {
      if (bytes <= most) continue
      most = bytes
      largest = session
    }
    if (largest === undefined) return
    this.hold(largest, 0)
    const what = `${most} bytes of stanzas without an end or a collection, the most of all agents, who have ${this.maximumBytes} together`
    largest.close('oversized', what)
  }
}
