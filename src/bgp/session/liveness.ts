/**
 * The three clocks that say whether a connection lives: what we hear (hold timer), what we say (keepalive timer) and
 * what the peer takes (send hold timer, RFC 9687). They are restarted for every message, so a restart only notes the
 * time; the scheduler's timer is set again when it fires early.
 */
import type { Scheduler, Timer } from '../../runtime/scheduler.js'

export class HoldTimer {
  #milliseconds = 0
  #heardAt = 0
  #timer: Timer | undefined

  constructor(
    private readonly scheduler: Scheduler,
    private readonly expired: () => void,
    /** What the peer says waits for its turn in this process: that nothing was heard proves nothing. */
    private readonly hasUnread: () => boolean = () => false
  ) {}

  /** 0: never expires. */
  start(milliseconds: number): void {
    this.stop()
    this.#milliseconds = milliseconds
    this.#heardAt = this.scheduler.now()
    if (milliseconds > 0) this.#arm()
  }

  heard(at: number): void {
    this.#heardAt = at
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  get #left(): number {
    if (this.hasUnread()) this.#heardAt = this.scheduler.now()
    return this.#heardAt + this.#milliseconds - this.scheduler.now()
  }

  #arm(): void {
    const timer = this.scheduler.after(this.#left, () => {
      // The thread may have been busy: what has arrived meanwhile is read first (spec bgp 20, 1b).
      if (this.#left > 0) this.#arm()
      else this.scheduler.soon(() => this.scheduler.soon(() => this.#check(timer)))
    })
    this.#timer = timer
  }

  #check(timer: Timer): void {
    if (this.#timer !== timer) return
    if (this.#left > 0) this.#arm()
    else this.expired()
  }
}

export class KeepaliveTimer {
  #milliseconds = 0
  #wroteAt = 0
  #timer: Timer | undefined

  constructor(
    private readonly scheduler: Scheduler,
    private readonly due: () => void
  ) {}

  /** 0: never due. */
  start(milliseconds: number): void {
    this.stop()
    this.#milliseconds = milliseconds
    this.#wroteAt = this.scheduler.now()
    if (milliseconds > 0) this.#arm(milliseconds)
  }

  /** Any message says that we live (RFC 4271 §4.4), so the keepalive can wait. */
  wrote(): void {
    this.#wroteAt = this.scheduler.now()
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(milliseconds: number): void {
    this.#timer = this.scheduler.after(milliseconds, () => {
      const left = this.#wroteAt + this.#milliseconds - this.scheduler.now()
      if (left > 0) this.#arm(left)
      else this.due()
    })
  }
}

/** Expires when the peer takes nothing of what is pending for the whole time; looks eight times in it. */
export class SendHoldTimer {
  #takenBefore = 0
  #progressAt = 0
  #timer: Timer | undefined

  constructor(
    private readonly scheduler: Scheduler,
    private readonly stream: { readonly writtenBytes: number; readonly pendingBytes: number },
    private readonly expired: () => void
  ) {}

  /** Called after a write that left something pending; harmless while it runs. 0: off. */
  start(milliseconds: number): void {
    if (this.#timer !== undefined || milliseconds === 0) return
    this.#takenBefore = this.stream.writtenBytes - this.stream.pendingBytes
    this.#progressAt = this.scheduler.now()
    this.#arm(milliseconds)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(milliseconds: number): void {
    this.#timer = this.scheduler.after(milliseconds / 8, () => {
      this.#timer = undefined
      const { writtenBytes, pendingBytes } = this.stream
      const taken = writtenBytes - pendingBytes
      const now = this.scheduler.now()
      if (pendingBytes === 0) return
      if (taken !== this.#takenBefore) {
        this.#takenBefore = taken
        this.#progressAt = now
      }
      if (now - this.#progressAt >= milliseconds) this.expired()
      else this.#arm(milliseconds)
    })
  }
}
