/**
 * The connection to a monitoring station: dialled, and again when it is lost, after pauses that grow while it does
 * not last. A station that leaves too much unread is cut off; what it is told then starts anew.
 */
import type { BmpStationConfig } from '../config/bmp.js'
import type { ControlNodeOptions } from '../control-node.js'
import type { Timer } from '../runtime/scheduler.js'
import type { Connection, Dial } from '../runtime/transport.js'

const firstRetryMs = 1_000
const longestRetryMs = 60_000
/** Mirrored messages cannot wait elsewhere: a station that leaves so much unread is cut off. */
export const mostPendingBytes = 32 * 1024 * 1024

export interface LinkOwner {
  /** Connected: nothing has been said yet. */
  up(): void
  /** What the station knows is forgotten. */
  down(): void
  /** There is room again after `hasRoom` was false. */
  writable(): void
}

/** What operators see of it. */
export interface StationState {
  readonly kind: 'bmp'
  /** `address:port` */
  readonly target: string
  readonly isUp: boolean
  /** Messages, over all connections. */
  readonly sent: number
  /** Times that it was cut off because it did not read. */
  readonly dropped: number
  /** Why it was last lost; empty: never. */
  readonly lastError: string
}

export class StationLink {
  #dial: Dial | undefined
  #connection: Connection | undefined
  #retry: Timer | undefined
  #retryMs = firstRetryMs
  #upSince = 0
  #stopped = false
  hasRoom = true
  sent = 0
  resets = 0
  lastError = ''

  constructor(
    private readonly options: Pick<ControlNodeOptions, 'scheduler' | 'transport' | 'log'>,
    private readonly config: BmpStationConfig,
    private readonly owner: LinkOwner
  ) {}

  get isUp(): boolean {
    return this.#connection !== undefined
  }

  get state(): StationState {
    const { address, port } = this.config
    const target = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
    const { isUp, sent, resets: dropped, lastError } = this
    return { kind: 'bmp', target, isUp, sent, dropped, lastError }
  }

  start(): void {
    const { address, port } = this.config
    const dial = this.options.transport.connect({
      remote: { address, port },
      keepAliveSeconds: 60,
      connected: (connection, error) => {
        this.#dial = undefined
        if (connection === undefined) this.#lost(error?.message ?? 'connection failed')
        else this.#up(connection)
      }
    })
    if (!this.isUp && this.#retry === undefined) this.#dial = dial
  }

  stop(lastWord: Uint8Array): void {
    this.#stopped = true
    this.#dial?.cancel()
    this.#retry?.cancel()
    const connection = this.#connection
    if (connection === undefined) return
    connection.write(lastWord)
    this.#down()
    connection.end()
  }

  write(message: Uint8Array): void {
    const connection = this.#connection
    if (connection === undefined) return
    this.sent++
    this.hasRoom = connection.write(message)
    if (connection.pendingBytes <= mostPendingBytes) return
    this.resets++
    this.#down()
    connection.destroy()
    this.#lost(`it left ${mostPendingBytes} bytes unread; it is told all anew`)
  }

  #up(connection: Connection): void {
    this.#connection = connection
    this.#upSince = this.options.scheduler.now()
    this.hasRoom = true
    connection.attach({
      // A station says nothing (RFC 7854 §3.2).
      received: () => {},
      writable: () => {
        this.hasRoom = true
        this.owner.writable()
      },
      closed: error => {
        if (this.#connection !== connection) return
        this.#down()
        this.#lost(error?.message ?? 'closed by the station')
      }
    })
    this.#log('BMP station connected')
    this.owner.up()
  }

  #down(): void {
    this.#connection = undefined
    // One that lasted deserves to be called at once; one that hangs up on us does not.
    if (this.options.scheduler.now() - this.#upSince >= longestRetryMs) this.#retryMs = firstRetryMs
    this.owner.down()
  }

  #lost(what: string): void {
    if (this.#stopped) return
    this.lastError = what
    this.#log(`BMP station lost: ${what}`)
    this.#retry = this.options.scheduler.after(this.#retryMs, () => {
      this.#retry = undefined
      this.start()
    })
    this.#retryMs = Math.min(2 * this.#retryMs, longestRetryMs)
  }

  #log(message: string): void {
    const { address, port } = this.config
    this.options.log.info({ station: address, port }, message)
  }
}
