/** Ends the sessions of many neighbours for one change, spread over time as mass clears are (spec bgp 16.3). */
import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import type { Cease } from '../session/handler.js'
import type { BgpPeer } from './bgp-peer.js'

/** 50 sessions a second. */
const everyMs = 20

export class PacedClears {
  /** By peer, the session that is to end: one that takes its place meanwhile has come up after the change. */
  readonly #waiting = new Map<BgpPeer, BgpPeer['session']['negotiated']>()
  #timer: Timer | undefined

  constructor(
    private readonly scheduler: Scheduler,
    private readonly cease: Cease
  ) {}

  /** What is not established ends at once: it costs nothing. */
  add(peer: BgpPeer): void {
    const { negotiated } = peer.session
    if (negotiated === undefined) peer.session.clear(this.cease)
    else this.#waiting.set(peer, negotiated)
    if (this.#timer === undefined && this.#waiting.size > 0) this.#next()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    this.#waiting.clear()
  }

  /** Comes again even where nobody waits any more: whoever is added in a moment has to keep the distance. */
  #next(): void {
    this.#timer = undefined
    for (const [peer, negotiated] of this.#waiting) {
      this.#waiting.delete(peer)
      if (peer.session.negotiated !== negotiated) continue
      peer.session.clear(this.cease)
      this.#timer = this.scheduler.after(everyMs, () => this.#next())
      return
    }
  }
}
