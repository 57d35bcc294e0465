/** TCP of the process, over `node:net`. */
import net from 'node:net'
import { getSystemErrorName } from 'node:util'
import { parseIpPrefix } from '../net/ip-prefix.js'
import { bytesOf } from '../net/scoped-ip.js'
import { descriptorOf, endpointOf, NodeConnection, type NodeConnectionOptions } from './node-connection.js'
import { ReadTurns } from './read-turns.js'
import {
  closeDescriptor,
  needsDescriptor,
  openBoundSocket,
  setMd5Key,
  setSocketOptions
} from './socket-options.js'
import type {
  ConnectOptions,
  Dial,
  Endpoint,
  LaterOptions,
  Listener,
  ListenOptions,
  Transport
} from './transport.js'

const backlog = 511
/** What all connections together may take of a turn of the event loop for what they receive. */
const readMilliseconds = 2

export class NodeTransport implements Transport {
  readonly #options: NodeConnectionOptions

  constructor(options: Partial<NodeConnectionOptions> = {}) {
    this.#options = {
      highWaterBytes: 1 << 20,
      lingerMilliseconds: 10_000,
      readTurns: new ReadTurns(readMilliseconds),
      ...options
    }
  }

  listen(options: ListenOptions): Listener {
    return new NodeListener(options, this.#options)
  }

  connect(options: ConnectOptions): Dial {
    const { remote, localAddress, localPort, keepAliveSeconds = 0 } = options
    const socket = new net.Socket()
    let isWaiting = true
    const finish = (error: Error | undefined): void => {
      if (!isWaiting) return
      isWaiting = false
      if (error === undefined) options.connected(new NodeConnection(socket, this.#options), undefined)
      else {
        socket.destroy()
        options.connected(undefined, error)
      }
    }
    socket.once('error', finish)
    socket.once('connect', () => finish(undefined))
    try {
      socket.pause()
      socket.connect({
        host: remote.address,
        port: remote.port,
        noDelay: true,
        ...(keepAliveSeconds > 0 && { keepAlive: true, keepAliveInitialDelay: keepAliveSeconds * 1000 }),
        ...(localAddress !== undefined && !needsDescriptor(options) && { localAddress }),
        ...(localPort !== undefined && !needsDescriptor(options) && { localPort })
      })
      if (needsDescriptor(options)) prepareDescriptor(socket, options)
    } catch (error) {
      socket.removeAllListeners('connect')
      socket.destroy() // before the SYN: it must not leave without its options
      setImmediate(() => finish(error as Error))
    }
    return {
      cancel: () => {
        isWaiting = false
        socket.on('error', () => {})
        socket.destroy()
      }
    }
  }
}

interface TcpHandle {
  bind?(address: string, port: number): number
  bind6?(address: string, port: number, flags: number): number
}

/**
 * Options must be there before the SYN leaves, and libuv makes the descriptor within connect; but `net.Socket`
 * connects in the next tick, and binding its handle until then makes the descriptor early.
 */
function prepareDescriptor(
  socket: net.Socket,
  { remote, localAddress, localPort = 0, ...options }: ConnectOptions
): void {
  const handle = (socket as { _handle?: TcpHandle })._handle
  const isIpv6 = net.isIPv6(remote.address)
  const code = isIpv6
    ? handle?.bind6?.(localAddress ?? '::', localPort, 0)
    : handle?.bind?.(localAddress ?? '0.0.0.0', localPort)
  if (code === undefined) throw new Error('this release of Node.js has no way to set socket options')
  if (code !== 0) throw systemError(code, `bind ${localAddress}`)
  const fd = descriptorOf(socket)
  setSocketOptions(fd, isIpv6, options)
  if (options.md5Key !== undefined) setMd5Key(fd, isIpv6, remote.address, options.md5Key)
}

class NodeListener implements Listener {
  readonly #server: net.Server
  readonly #keys = new Map<string, string>()
  /** Whose key is so new that a connection without it may still wait to be accepted. */
  readonly #settling = new Map<string, (address: Uint8Array) => boolean>()
  #endpoint: Endpoint
  #isIpv6 = false
  #isClosed = false

  constructor(
    private readonly options: ListenOptions,
    connectionOptions: NodeConnectionOptions
  ) {
    const { address, port, keepAliveSeconds = 0 } = options
    this.#endpoint = { address: address ?? '::', port }
    this.#server = net.createServer({
      pauseOnConnect: true,
      noDelay: true,
      ...(keepAliveSeconds > 0 && { keepAlive: true, keepAliveInitialDelay: keepAliveSeconds * 1000 })
    })
    this.#server.on('connection', socket => {
      const connection = new NodeConnection(socket, connectionOptions)
      const { address } = connection.remote // empty: it is gone already
      if (address === '' || this.#isSettling(address)) connection.destroy()
      else options.accepted(connection)
    })
    this.#server.once('error', error => options.listening(error))
    this.#server.once('listening', () => this.#listening())
    process.nextTick(() => this.#start())
  }

  get endpoint(): Endpoint {
    return this.#endpoint
  }

  setPeerKey(peer: string, key: string | undefined): void {
    if (this.#server.listening) this.#changeKey(peer, key)
    if (key === undefined) this.#keys.delete(peer)
    else this.#keys.set(peer, key)
  }

  setOptions(options: LaterOptions): void {
    setSocketOptions(descriptorOf(this.#server), this.#isIpv6, options)
  }

  close(): void {
    this.#isClosed = true
    this.#server.close()
  }

  /** A turn after `listen`, so that the keys that follow it are there before the first connection is. */
  #start(): void {
    if (this.#isClosed) return
    const { address, port } = this.options
    if (needsDescriptor(this.options) || this.#keys.size > 0) {
      try {
        this.#server.listen({ fd: this.#openSocket(), backlog })
      } catch (error) {
        this.options.listening(error as Error)
      }
    } else {
      const ipv6Only = address?.includes(':') ?? false
      this.#server.listen({ ...(address !== undefined && { host: address }), port, backlog, ipv6Only })
    }
  }

  #openSocket(): number {
    const { fd, isIpv6 } = openBoundSocket(this.options.address, this.options.port)
    try {
      setSocketOptions(fd, isIpv6, this.options)
      if (this.options.md5Key !== undefined) setMd5Key(fd, isIpv6, 'any', this.options.md5Key)
      for (const [peer, key] of this.#keys) setMd5Key(fd, isIpv6, peer, key)
      return fd
    } catch (error) {
      closeDescriptor(fd)
      throw error
    }
  }

  #listening(): void {
    const address = this.#server.address() as net.AddressInfo
    this.#endpoint = endpointOf(address.address, address.port)
    this.#isIpv6 = address.family === 'IPv6'
    this.#server.removeAllListeners('error')
    this.#server.on('error', error => this.options.acceptFailed?.(error))
    this.options.listening(undefined)
  }

  /** The kernel may hold connections that were made before the key; one whole turn later it does not. */
  #changeKey(peer: string, key: string | undefined): void {
    setMd5Key(descriptorOf(this.#server), this.#isIpv6, peer, key)
    if (key === undefined || this.#keys.has(peer)) return
    const prefix = parseIpPrefix(peer)
    const bytes = bytesOf(peer)
    this.#settling.set(peer, address =>
      prefix === undefined
        ? bytes?.every((byte, i) => byte === address[i]) === true
        : prefix.contains(address)
    )
    setImmediate(() => setImmediate(() => this.#settling.delete(peer)))
  }

  #isSettling(address: string): boolean {
    if (this.#settling.size === 0) return false
    const bytes = bytesOf(address)
    return bytes === undefined || [...this.#settling.values()].some(covers => covers(bytes))
  }
}

function systemError(code: number, what: string): Error {
  const name = getSystemErrorName(code)
  return Object.assign(new Error(`${what}: ${name}`), { code: name })
}
