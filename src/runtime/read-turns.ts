/** Someone who has received bytes that wait for their turn. */
export interface WaitingReader {
  /** Handles some of them; true: there are more. */
  readOn(): boolean
}

/**
 * Shares the event loop among connections that receive more than can be handled at once. The loop itself reads up to
 * 2 MiB from each socket before it looks at anything else: with 500 busy agents that is many seconds without a
 * keepalive, an accept or an HTTP answer (architecture, "what must stay true", 3). Here all of them together get a
 * few milliseconds a turn, or a quarter of a long one, so that writing does not starve reading; who comes later
 * waits for a later turn, in order, and its socket is not read meanwhile.
 */
export class ReadTurns {
  #waiting: WaitingReader[] = []
  #next = 0
  /** Reading in this turn ends here; -1: none has begun. */
  #deadline = -1
  /** When it began. */
  #began = 0

  constructor(
    private readonly milliseconds: number,
    private readonly now: () => number = () => performance.now()
  ) {}

  /** False: whoever has bytes keeps them and calls `wait`. */
  get isOpen(): boolean {
    if (this.#deadline >= 0) return this.now() < this.#deadline
    this.#begin()
    return true
  }

  wait(reader: WaitingReader): void {
    this.#waiting.push(reader)
    if (this.#deadline < 0) this.#begin()
  }

  /** `lastTurn`: how long the turn before took, if it was a turn of reading. */
  #begin(lastTurn = 0): void {
    this.#began = this.now()
    this.#deadline = this.#began + Math.max(this.milliseconds, lastTurn / 4)
    setImmediate(this.#turn)
  }

  /** Between two polls of sockets: first those that have waited, then, in what is left of the time, the sockets. */
  readonly #turn = (): void => {
    if (this.#next === this.#waiting.length) {
      this.#deadline = -1
      return
    }
    this.#begin(this.now() - this.#began)
    const last = this.#waiting.length
    while (this.#next < last && this.now() < this.#deadline) {
      const reader = this.#waiting[this.#next++]!
      if (reader.readOn()) this.#waiting.push(reader)
    }
    if (this.#next === this.#waiting.length || this.#next > 1024) {
      this.#waiting = this.#waiting.slice(this.#next)
      this.#next = 0
    }
  }
}
