/**
 * The sending side of one TCP connection: keepalives whatever else is sent, the account of times when the peer takes
 * nothing, and the send hold timer that ends them (RFC 9687).
 */
import type { Scheduler } from '../../runtime/scheduler.js'
import { jitteredKeepaliveMilliseconds } from './back-off.js'
import { KeepaliveTimer, SendHoldTimer } from './liveness.js'
import { keepaliveMessage } from './messages.js'
import type { SessionStatistics } from './statistics.js'
import type { MessageStream } from './stream.js'

export interface SenderOwner {
  keepaliveDue(): void
  sendHoldExpired(): void
}

export class Sender {
  #sendHoldMilliseconds = 0
  #keepaliveOwed = false
  #blockedAt: number | undefined
  readonly #keepalive: KeepaliveTimer
  readonly #sendHold: SendHoldTimer

  constructor(
    private readonly stream: MessageStream,
    private readonly scheduler: Scheduler,
    private readonly statistics: SessionStatistics,
    private readonly random: () => number,
    owner: SenderOwner
  ) {
    this.#keepalive = new KeepaliveTimer(scheduler, () => owner.keepaliveDue())
    this.#sendHold = new SendHoldTimer(scheduler, stream, () => owner.sendHoldExpired())
  }

  /** Whole messages; false: above the high-water mark. `updates`: as `MessageStream.write` has it. */
  send(chunks: readonly Uint8Array[], updates?: number): boolean {
    const { stream, scheduler, statistics } = this
    const taken = stream.write(chunks, updates)
    this.#keepalive.wrote()
    if (!taken && this.#blockedAt === undefined) {
      this.#blockedAt = scheduler.now()
      statistics.blocked++
    }
    if (stream.pendingBytes > 0) this.#sendHold.start(this.#sendHoldMilliseconds)
    return taken
  }

  get isBlocked(): boolean {
    return this.#blockedAt !== undefined
  }

  /** From now on a peer that takes nothing for so long is given up; 0: never. */
  startSendHold(seconds: number): void {
    this.#sendHoldMilliseconds = seconds * 1000
    this.#sendHold.stop()
    if (this.stream.pendingBytes > 0) this.#sendHold.start(this.#sendHoldMilliseconds)
  }

  startKeepalive(seconds: number): void {
    this.#keepalive.start(jitteredKeepaliveMilliseconds(seconds, this.random))
  }

  /** A peer that takes nothing gets one when it does again, and no heap of them (spec bgp 4.3). */
  sendKeepalive(): void {
    if (this.#blockedAt === undefined) this.send([keepaliveMessage])
    else this.#keepaliveOwed = true
  }

  /** The stream has drained. */
  writable(): void {
    this.#unblocked()
    if (this.#keepaliveOwed) this.send([keepaliveMessage])
    this.#keepaliveOwed = false
  }

  stop(): void {
    this.#keepalive.stop()
    this.#sendHold.stop()
    this.#unblocked()
  }

  #unblocked(): void {
    if (this.#blockedAt === undefined) return
    this.statistics.blockedMilliseconds += this.scheduler.now() - this.#blockedAt
    this.#blockedAt = undefined
  }
}
