/** How late the event loop is: the node promises that keepalives never wait (architecture, "what must stay true", 3). */
const everyMs = 50

export class EventLoopDelay {
  /** Told the lateness of each sample, in seconds. */
  observe: (seconds: number) => void = () => {}
  #timer: NodeJS.Timeout | undefined

  start(): void {
    let due = performance.now() + everyMs
    this.#timer = setInterval(() => {
      const now = performance.now()
      this.observe(Math.max(0, now - due) / 1000)
      due = now + everyMs
    }, everyMs)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
