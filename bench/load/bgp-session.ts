/** One BGP session of the load generator: opens, keeps itself alive, cuts messages by their lengths alone. */
import net from 'node:net'

const marker = Buffer.alloc(16, 0xff)
const headerLength = 19
const Type = { open: 1, update: 2, notification: 3, keepalive: 4 } as const

export interface BgpSessionOptions {
  readonly port: number
  readonly localAddress: string
  readonly as: number
  readonly holdSeconds: number
  readonly afi: number
  readonly safi: number
  /**
   * It is one of very many: it reads little at a time and lets the others have their turn, so that what it says of
   * silence is the daemon's and not that of a load which is busy with one socket after the other.
   */
  readonly isOneOfMany?: boolean
}

/** `bytes[start..end)` is the body of an UPDATE, valid during the call. */
export type UpdateReader = (bytes: Buffer, start: number, end: number) => void

/** All sockets read into the same memory: a read is over before the next begins. */
const shared = Buffer.allocUnsafe(512 * 1024)
const littleBytes = 64 * 1024
const retryMs = 500

export class BgpSession {
  established = false
  /** Silence beyond the keepalive interval that the hold time asks for: the worst, in milliseconds. */
  lateMs = 0
  bytesReceived = 0
  onUpdate: UpdateReader = () => {}
  #socket: net.Socket | undefined
  readonly #part = Buffer.allocUnsafe(4096)
  #partLength = 0
  #heardAt = 0
  #keepaliveTimer: NodeJS.Timeout | undefined
  #up: () => void = () => {}
  #failed: (error: Error) => void

  constructor(
    readonly options: BgpSessionOptions,
    failed: (error: Error) => void
  ) {
    this.#failed = failed
  }

  /** Resolves when established; a daemon that does not take the connection yet is asked again. */
  open(): Promise<void> {
    return new Promise(resolve => {
      this.#up = resolve
      this.#connect()
    })
  }

  /** Resolves when the kernel has all of it. */
  write(bytes: Uint8Array): Promise<void> {
    return new Promise(resolve => this.#socket!.write(bytes, () => resolve()))
  }

  /** Without waiting. */
  send(bytes: Uint8Array): void {
    this.#socket!.write(bytes)
  }

  /** Counts the silence that lasts at this moment too. */
  checkSilence(now: number): void {
    const late = now - this.#heardAt - (this.options.holdSeconds / 3) * 1000
    if (late > this.lateMs) this.lateMs = late
  }

  close(): void {
    this.#failed = () => {}
    clearInterval(this.#keepaliveTimer)
    this.#socket?.destroy()
  }

  #connect(): void {
    const { port, localAddress, isOneOfMany = false } = this.options
    const socket = net.connect({
      host: '127.0.0.1',
      port,
      localAddress,
      onread: {
        buffer: isOneOfMany ? shared.subarray(0, littleBytes) : shared,
        callback: (length, bytes) => {
          this.#received(bytes as Buffer, length)
          if (!isOneOfMany || length < littleBytes) return true
          setImmediate(() => socket.resume())
          return false
        }
      }
    })
    this.#socket = socket
    this.#partLength = 0
    socket.on('connect', () => {
      socket.setNoDelay(true)
      socket.write(this.#openMessage())
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      clearInterval(this.#keepaliveTimer)
      if (this.established) this.#failed(new Error(`${localAddress}: connection closed`))
      else setTimeout(() => this.#connect(), retryMs)
    })
  }

  #received(bytes: Buffer, length: number): void {
    this.bytesReceived += length
    const now = performance.now()
    if (this.established) this.checkSilence(now)
    this.#heardAt = now
    let at = 0
    while (this.#partLength > 0 && at < length) {
      const part = this.#part
      const want = this.#partLength < headerLength ? headerLength : part.readUInt16BE(16)
      const taken = Math.min(want - this.#partLength, length - at)
      bytes.copy(part, this.#partLength, at, at + taken)
      this.#partLength += taken
      at += taken
      if (this.#partLength < headerLength || this.#partLength < part.readUInt16BE(16)) continue
      this.#message(part, 0, this.#partLength)
      this.#partLength = 0
    }
    while (length - at >= headerLength) {
      const size = (bytes[at + 16]! << 8) | bytes[at + 17]!
      if (length - at < size) break
      this.#message(bytes, at, at + size)
      at += size
    }
    if (at < length) {
      bytes.copy(this.#part, 0, at, length)
      this.#partLength = length - at
    }
  }

  #message(bytes: Buffer, start: number, end: number): void {
    switch (bytes[start + 18]) {
      case Type.update:
        this.onUpdate(bytes, start + headerLength, end)
        break
      case Type.open:
        this.#socket!.write(message(Type.keepalive, Buffer.alloc(0)))
        break
      case Type.keepalive:
        if (!this.established) this.#establish()
        break
      case Type.notification:
        if (this.established)
          this.#failed(
            new Error(`${this.options.localAddress}: NOTIFICATION ${bytes[start + 19]}/${bytes[start + 20]}`)
          )
        break
    }
  }

  #establish(): void {
    this.established = true
    const everyMs = (this.options.holdSeconds / 3) * 1000
    const keepalive = message(Type.keepalive, Buffer.alloc(0))
    this.#keepaliveTimer = setInterval(() => this.#socket!.write(keepalive), everyMs * 0.9)
    this.#up()
  }

  #openMessage(): Buffer {
    const { as, holdSeconds, localAddress, afi, safi } = this.options
    const capabilities = Buffer.from([
      2,
      14,
      1,
      4,
      afi >> 8,
      afi & 255,
      0,
      safi,
      65,
      4,
      as >>> 24,
      (as >> 16) & 255,
      (as >> 8) & 255,
      as & 255
    ])
    const fixed = Buffer.alloc(10)
    fixed[0] = 4
    fixed.writeUInt16BE(as < 65536 ? as : 23456, 1)
    fixed.writeUInt16BE(holdSeconds, 3)
    for (const [i, part] of localAddress.split('.').entries()) fixed[5 + i] = Number(part)
    // One optional parameter that holds both capabilities.
    capabilities[1] = capabilities.length - 2
    fixed[9] = capabilities.length
    return message(Type.open, Buffer.concat([fixed, capabilities]))
  }
}

export function message(type: number, body: Uint8Array): Buffer {
  const header = Buffer.alloc(3)
  header.writeUInt16BE(headerLength + body.length, 0)
  header[2] = type
  return Buffer.concat([marker, header, body])
}
