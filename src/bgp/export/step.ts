import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import type { Delivery } from './delivery.js'
import type { Receiver } from './receiver.js'

/** How long those in step wait for one whose socket is full, before they go on without it. */
export const patienceMs = 100

/** Who was left behind stays impatiently watched for so long: it is not waited for again. */
const impatienceMs = 10_000

export interface StepOwner {
  /** The receiver holds the others up: it is to `leave`. */
  leaveBehind(receiver: Receiver): void
  /** No one is waited for any more. */
  goOn(): void
}

/**
 * The receivers of a rib-out that are in step: each delivery is handed to all of them before the next is made, and
 * whoever takes too long is left behind.
 */
export class Step {
  readonly #scheduler: Scheduler
  readonly #owner: StepOwner
  readonly #receivers = new Set<Receiver>()
  /** Those of them whose socket is full. */
  readonly #blocked = new Set<Receiver>()
  #leftBehindAt: WeakMap<Receiver, number> | undefined
  #delivery: Delivery | undefined
  #patience: Timer | undefined

  constructor(scheduler: Scheduler, owner: StepOwner) {
    this.#scheduler = scheduler
    this.#owner = owner
  }

  has(receiver: Receiver): boolean {
    return this.#receivers.has(receiver)
  }

  /** It has been given all that the others have, and takes more. */
  isUpToDate(receiver: Receiver): boolean {
    return this.has(receiver) && !this.#blocked.has(receiver) && this.#delivery?.owes(receiver) !== true
  }

  enter(receiver: Receiver): void {
    this.#receivers.add(receiver)
  }

  /** True: it has missed the delivery that is on its way. */
  leave(receiver: Receiver): boolean {
    this.#receivers.delete(receiver)
    this.resume(receiver)
    return this.#delivery?.drop(receiver) === true
  }

  /** Its socket has room again. */
  resume(receiver: Receiver): void {
    if (!this.#blocked.delete(receiver) || this.#blocked.size > 0) return
    // Whoever is blocked next is waited for anew.
    this.#patience?.cancel()
    this.#patience = undefined
    this.#owner.goOn()
  }

  /** A delivery is on its way: somebody has not got it. */
  get isDelivering(): boolean {
    return this.#delivery?.isOver === false
  }

  /** `handOut` follows. */
  deliver(delivery: Delivery): void {
    if (delivery.isEmpty) return
    this.#delivery = delivery
    for (const receiver of this.#receivers) delivery.address(receiver)
  }

  /** Goes on with the delivery; false: there was no time for everyone who can take it. */
  handOut(): boolean {
    return this.#delivery?.handOut(this.#scheduler, this.#handed) ?? true
  }

  /** True: someone is blocked and worth waiting for; `goOn` follows. */
  waits(): boolean {
    for (const receiver of this.#receivers) if (receiver.isBlocked === true) this.#blocked.add(receiver)
    if (this.#blocked.size === 0) return false
    const now = this.#scheduler.now()
    for (const receiver of this.#blocked) {
      const last = this.#leftBehindAt?.get(receiver)
      if (last !== undefined && now - last < impatienceMs) this.#leaveBehind(receiver)
    }
    if (this.#blocked.size === 0) return false
    this.#patience ??= this.#scheduler.after(patienceMs, () => {
      this.#patience = undefined
      for (const receiver of this.#blocked) this.#leaveBehind(receiver)
      this.#owner.goOn()
    })
    return true
  }

  end(): void {
    this.#patience?.cancel()
    this.#delivery = undefined
  }

  readonly #handed = (receiver: Receiver, writable: boolean): void => {
    if (!writable) this.#blocked.add(receiver)
  }

  #leaveBehind(receiver: Receiver): void {
    this.#leftBehindAt ??= new WeakMap()
    this.#leftBehindAt.set(receiver, this.#scheduler.now())
    this.#owner.leaveBehind(receiver)
  }
}
