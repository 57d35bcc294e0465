/** A TCP connection of the process, over `net.Socket`. */
import type { Socket } from 'node:net'
import type { ReadTurns, WaitingReader } from './read-turns.js'
import { readSynTtl } from './saved-syn.js'
import { setMd5Key, setSocketOptions } from './socket-options.js'
import { readTcpInfo, type TcpInfo } from './tcp-info.js'
import type { Connection, ConnectionHandler, Endpoint, LaterOptions } from './transport.js'

export interface NodeConnectionOptions {
  /** `write` returns false above this; `writable` follows at a quarter. */
  readonly highWaterBytes: number
  /** How long an orderly close may take before it becomes a reset. */
  readonly lingerMilliseconds: number
  /** Shared by all connections of the process. */
  readonly readTurns: ReadTurns
}

/** A turn that is nearly over is not made longer than this many bytes take. */
const pieceBytes = 4 * 1024
/** What is no longer than this is handled at once: keepalives do not queue behind tables. */
const smallBytes = 1024

export class NodeConnection implements Connection, WaitingReader {
  readonly local: Endpoint
  readonly remote: Endpoint
  #handler: ConnectionHandler | undefined
  #drainWanted = false
  #ending = false
  #error: Error | undefined
  #linger: NodeJS.Timeout | undefined
  /** Received, and waiting for a turn: the socket is paused. */
  #held: Uint8Array[] = []
  #isWaiting = false
  /** The handler wants nothing now. */
  #isPaused = false
  /** There is no socket any more. What it brought last may still be held. */
  #isOver = false

  /** The socket is connected and paused; nothing has been read. */
  constructor(
    private readonly socket: Socket,
    private readonly options: NodeConnectionOptions
  ) {
    this.local = endpointOf(socket.localAddress, socket.localPort)
    this.remote = endpointOf(socket.remoteAddress, socket.remotePort)
    // From birth: a reset may come before anyone attaches.
    socket.on('error', error => {
      this.#error ??= error
    })
    socket.on('close', () => this.#closed())
  }

  get pendingBytes(): number {
    return this.socket.writableLength
  }

  get hasUnread(): boolean {
    return this.#held.length > 0
  }

  attach(handler: ConnectionHandler): void {
    if (this.#handler !== undefined) throw new Error('attach was called twice')
    this.#handler = handler
    if (this.socket.closed) {
      setImmediate(() => handler.closed(this.#error))
      return
    }
    this.socket.on('data', bytes => this.#received(bytes))
    this.socket.on('end', () => this.#startLinger())
    this.#isPaused = false
    this.socket.resume()
  }

  write(...chunks: readonly Uint8Array[]): boolean {
    const { socket } = this
    if (this.#ending || socket.destroyed) return true
    if (chunks.length === 1) {
      socket.write(chunks[0]!, this.#written)
    } else if (chunks.length > 1) {
      socket.cork() // one writev(2)
      for (let i = 0; i < chunks.length - 1; i++) socket.write(chunks[i]!)
      socket.write(chunks[chunks.length - 1]!, this.#written)
      socket.uncork()
    }
    if (socket.writableLength <= this.options.highWaterBytes) return true
    this.#drainWanted = true
    return false
  }

  pause(): void {
    if (this.#ending) return
    this.#isPaused = true
    this.socket.pause()
  }

  resume(): void {
    this.#isPaused = false
    if (this.#isOver) setImmediate(() => this.#finish())
    else if (this.#held.length === 0) this.socket.resume()
    else this.#wait()
  }

  readOn(): boolean {
    if (this.#isOver) return false
    const bytes = this.#ending || this.#isPaused ? undefined : this.#held.shift()
    if (bytes !== undefined) this.#handle(bytes)
    const isDone = this.#held.length === 0
    this.#isWaiting = !isDone && !this.#isPaused
    if (isDone && !this.#isPaused && !this.socket.destroyed) this.socket.resume()
    return this.#isWaiting
  }

  /** Reads on, into nothing: closing with unread bytes would make a reset of it, and lose what was sent last. */
  end(): void {
    if (this.#ending || this.socket.destroyed) return
    this.#ending = true
    this.#held = []
    this.#startLinger()
    this.socket.resume()
    this.socket.end()
  }

  destroy(): void {
    if (this.socket.destroyed) return
    this.#ending = true
    closeAtOnce(this.socket)
  }

  setOptions(options: LaterOptions): void {
    setSocketOptions(descriptorOf(this.socket), this.socket.remoteFamily === 'IPv6', options)
  }

  callTtl(): number | undefined {
    return readSynTtl(descriptorOf(this.socket))
  }

  setKey(key: string | undefined): void {
    const { socket, remote } = this
    setMd5Key(descriptorOf(socket), socket.remoteFamily === 'IPv6', remote.address, key)
  }

  tcpInfo(): TcpInfo | undefined {
    return readTcpInfo(descriptorOf(this.socket))
  }

  readonly #written = (): void => {
    if (!this.#drainWanted || this.socket.writableLength > this.options.highWaterBytes / 4) return
    this.#drainWanted = false
    if (!this.#ending && !this.socket.destroyed) this.#handler?.writable()
  }

  #received(bytes: Uint8Array): void {
    if (this.#ending) return
    const isFree = this.#held.length === 0 && !this.#isPaused
    if (isFree && bytes.length <= smallBytes) this.#handler!.received(bytes)
    else if (isFree && this.options.readTurns.isOpen) this.#handle(bytes)
    else this.#hold(bytes)
  }

  /** Handles a piece, and more as long as the turn lasts. */
  #handle(bytes: Uint8Array): void {
    let at = 0
    do {
      const end = Math.min(bytes.length, at + pieceBytes)
      this.#handler!.received(bytes.subarray(at, end))
      at = end
    } while (at < bytes.length && !this.#ending && !this.#isPaused && this.options.readTurns.isOpen)
    if (at < bytes.length && !this.#ending) this.#hold(bytes.subarray(at), true)
  }

  #hold(bytes: Uint8Array, first = false): void {
    if (first) this.#held.unshift(bytes)
    else this.#held.push(bytes)
    this.socket.pause()
    if (!this.#isPaused) this.#wait()
  }

  #wait(): void {
    if (this.#isWaiting) return
    this.#isWaiting = true
    this.options.readTurns.wait(this)
  }

  #startLinger(): void {
    this.#linger ??= setTimeout(() => closeAtOnce(this.socket), this.options.lingerMilliseconds)
  }

  #closed(): void {
    clearTimeout(this.#linger)
    this.#isOver = true
    this.#finish()
  }

  /** What came last is handled before the end is told: a stream ends although it is paused. */
  #finish(): void {
    const handler = this.#handler
    if (handler === undefined) return
    while (this.#held.length > 0 && !this.#ending) {
      if (this.#isPaused) return
      handler.received(this.#held.shift()!)
    }
    this.#handler = undefined
    handler.closed(this.#error)
  }
}

/** libuv refuses a reset once the FIN is under way. */
function closeAtOnce(socket: Socket): void {
  if (socket.writableEnded) socket.destroy()
  else socket.resetAndDestroy()
}

/** IPv4 in its own form where an IPv6 socket carries it. */
export function endpointOf(address = '', port = 0): Endpoint {
  const mapped = address.startsWith('::ffff:') && address.includes('.')
  return { address: mapped ? address.slice(7) : address, port }
}

/** Internal to Node.js, and there since its beginnings; -1 where there is none. */
export function descriptorOf(owner: object): number {
  return (owner as { _handle?: { fd?: number } | null })._handle?.fd ?? -1
}
