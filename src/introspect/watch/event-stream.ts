/** One client of server-sent events (WHATWG HTML §9.2). What it does not take in time is dropped and counted. */
import type { ServerResponse } from 'node:http'

/** What may wait for one client. */
export const mostWaitingBytes = 256 * 1024
export const heartbeatMs = 15_000

export class EventStream {
  #lost = 0
  #ended = false
  readonly #heartbeat: NodeJS.Timeout
  #room: (() => void) | undefined

  constructor(
    private readonly response: ServerResponse,
    ended: () => void
  ) {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no'
    })
    response.flushHeaders()
    this.#heartbeat = setInterval(() => this.#beat(), heartbeatMs)
    this.#heartbeat.unref()
    response.on('drain', () => this.#drained())
    response.on('close', () => {
      this.#ended = true
      clearInterval(this.#heartbeat)
      this.#room?.()
      ended()
    })
    // A client that resets its connection closes it: `close` follows.
    response.on('error', () => {})
  }

  get ended(): boolean {
    return this.#ended
  }

  /** False: dropped, because too much waits already. */
  send(event: string, data: unknown): boolean {
    if (this.#ended) return false
    if (this.#lost > 0 || this.response.writableLength > mostWaitingBytes) {
      this.#lost++
      return false
    }
    this.#write(event, data)
    return true
  }

  /** Changes that were lost before they came here. */
  lose(count: number): void {
    if (this.response.writableNeedDrain) this.#lost += count
    else this.#write('lost', { count })
  }

  /** Waits until the client has taken what waits, for what is sent at our pace. */
  async drained(): Promise<void> {
    if (this.#ended || !this.response.writableNeedDrain) return
    await new Promise<void>(resolve => {
      this.#room = resolve
    })
  }

  #drained(): void {
    const lost = this.#lost
    this.#lost = 0
    if (lost > 0) this.#write('lost', { count: lost })
    this.#room?.()
    this.#room = undefined
  }

  #beat(): void {
    if (!this.response.writableNeedDrain) this.response.write(': heartbeat\n\n')
  }

  #write(event: string, data: unknown): void {
    this.response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
}
