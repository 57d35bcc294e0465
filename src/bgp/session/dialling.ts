/** Dials and the waits of a connection's machine: ConnectRetry, the limit of a dial, the delay of the OPEN. */
import type { Timer } from '../../runtime/scheduler.js'
import type { Connection, Dial } from '../../runtime/transport.js'
import { connectRetryMilliseconds, connectTimeoutMilliseconds } from './back-off.js'
import type { SessionEnvironment } from './handler.js'
import type { SessionSettings } from './settings.js'
import type { SessionStatistics } from './statistics.js'

export interface DiallingOwner {
  readonly settings: SessionSettings
  readonly environment: SessionEnvironment
  readonly statistics: SessionStatistics
  /** The TCP MD5 key in use. */
  readonly key: string | undefined
  /** A connection has come up with that key. */
  keyProved(key: string | undefined): void
}

export class Dialling {
  #dial: Dial | undefined
  /** Never two at once. */
  #wait: Timer | undefined

  constructor(private readonly owner: DiallingOwner) {}

  get isWaiting(): boolean {
    return this.#wait !== undefined
  }

  /** `done` may be called within the call. Nothing happens where there is no address to dial. */
  dial(done: (tcp: Connection | undefined, error: Error | undefined) => void): void {
    const { settings, environment, statistics, key } = this.owner
    const { remote, localAddress, socket, maximumSegmentSize } = settings
    if (remote === undefined) return
    statistics.dials++
    statistics.connectRetries++
    let isOver = false
    const dial = environment.transport.connect({
      ...socket,
      ...(maximumSegmentSize !== undefined && { maximumSegmentSize }),
      ...(key !== undefined && { md5Key: key }),
      remote,
      ...(localAddress !== undefined && { localAddress }),
      connected: (tcp, error) => {
        isOver = true
        this.#dial = undefined
        if (tcp !== undefined) this.owner.keyProved(key)
        if (tcp !== undefined && this.owner.key !== key) {
          // Or a session would come up with a key that is gone, or with none.
          tcp.attach({ received() {}, writable() {}, closed() {} })
          tcp.destroy()
          tcp = undefined
          error = new Error('the TCP MD5 key has changed during the dial')
        }
        if (tcp === undefined) statistics.connectErrors++
        done(tcp, error)
      }
    })
    if (!isOver) this.#dial = dial
  }

  waitToRetry(over: () => void): void {
    const { settings, statistics, environment } = this.owner
    this.wait(connectRetryMilliseconds(settings, statistics.connectRetries, environment.random), over)
  }

  limitDial(over: () => void): void {
    const { settings, statistics, environment } = this.owner
    this.wait(connectTimeoutMilliseconds(settings, statistics.connectRetries, environment.random), over)
  }

  wait(milliseconds: number, over: () => void): void {
    this.stopWaiting()
    this.#wait = this.owner.environment.scheduler.after(milliseconds, () => {
      this.#wait = undefined
      over()
    })
  }

  stopWaiting(): void {
    this.#wait?.cancel()
    this.#wait = undefined
  }

  stop(): void {
    this.stopWaiting()
    this.#dial?.cancel()
    this.#dial = undefined
  }
}
