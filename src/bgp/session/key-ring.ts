/**
 * Which of a neighbour's TCP MD5 keys is in use (RFC 2385). Linux knows one key at a time for an address, so while
 * there is no connection the keys of a list take turns; the one with which a connection came up stays.
 */
import type { Scheduler, Timer } from '../../runtime/scheduler.js'

/** Longer than a peer takes between two SYNs, at first. */
const turnMilliseconds = 5000

export class KeyRing {
  #keys: readonly string[] = []
  #current: string | undefined
  #turn: Timer | undefined

  constructor(
    private readonly scheduler: Scheduler,
    /** Another key, or none, is in use. */
    private readonly changed: (key: string | undefined) => void,
    /** There is a connection that has come up with the current key. */
    private readonly isProved: () => boolean
  ) {}

  /** Undefined: none is to be used. */
  get current(): string | undefined {
    return this.#current
  }

  /** A key in use that is in the new list too stays: what comes up with it is not disturbed. */
  update(keys: readonly string[]): void {
    this.#keys = keys
    if (this.#current === undefined || !keys.includes(this.#current)) this.#use(keys[0])
    if (keys.length > 1) this.#turn ??= this.scheduler.after(turnMilliseconds, () => this.#next())
    else this.stop()
  }

  /** A connection has come up with that key. */
  prove(key: string | undefined): void {
    if (key !== undefined && this.#keys.includes(key)) this.#use(key)
  }

  stop(): void {
    this.#turn?.cancel()
    this.#turn = undefined
  }

  #next(): void {
    this.#turn = this.scheduler.after(turnMilliseconds, () => this.#next())
    if (this.isProved()) return
    const at = this.#keys.indexOf(this.#current!)
    this.#use(this.#keys[(at + 1) % this.#keys.length])
  }

  #use(key: string | undefined): void {
    if (this.#current === key) return
    this.#current = key
    this.changed(key)
  }
}
