/**
 * Byte streams as the core sees them: TCP in the process (`node-transport.ts`), memory in tests
 * (`virtual-network.ts`). No call throws for what the network does; failures arrive as `closed`.
 */
import type { TcpInfo } from './tcp-info.js'

export interface Endpoint {
  /** Printed IPv4 or IPv6 address, without brackets; a link-local one with its zone, `fe80::1%eth0`. */
  readonly address: string
  readonly port: number
}

/** What the owner of a connection is told. Nothing is called after `closed`. */
export interface ConnectionHandler {
  /** The bytes are valid only during the call: whoever keeps them copies them. */
  received(bytes: Uint8Array): void
  /** `pendingBytes` has fallen to the low-water mark after a `write` that returned false. */
  writable(): void
  /**
   * The end, exactly once: `undefined` when the peer closed in order or after `destroy`, otherwise what went wrong.
   * A reset that came during `pause`, behind unread bytes, may look orderly.
   */
  closed(error: Error | undefined): void
}

export interface Connection {
  readonly local: Endpoint
  readonly remote: Endpoint
  /** Bytes accepted by `write` and not yet taken by the kernel (or by the simulated link). */
  readonly pendingBytes: number
  /** Must be called once, before the next turn of the event loop; received bytes wait for it. */
  attach(handler: ConnectionHandler): void
  /**
   * Queues the chunks, in order, without copying: the caller may share them between connections and never
   * changes them afterwards. False: more than the high-water mark is pending, `writable` will be called.
   */
  write(...chunks: readonly Uint8Array[]): boolean
  /** Bytes have arrived that wait for their turn: that nothing was heard proves nothing. */
  readonly hasUnread?: boolean
  /**
   * TTL or hop limit with which the call of an accepted connection came; to be asked for once. Undefined: its listener
   * was not told to note it (`noteTtl`), or the system does not say, which a caller may have brought about.
   */
  callTtl?(): number | undefined
  /** Stops and resumes `received`; bytes that have arrived wait in the kernel, and so does the peer. */
  pause(): void
  resume(): void
  /**
   * Options that may be set later, on an accepted connection too (which has those of its listener).
   * Throws where the system cannot do it.
   */
  setOptions?(options: LaterOptions): void
  /**
   * From now on what is sent is signed with this TCP MD5 key (RFC 2385), and nothing else is taken; `undefined`: no
   * key. Nothing passes until both ends agree; what was sent meanwhile is sent again. Throws where the system cannot
   * do it.
   */
  setKey?(key: string | undefined): void
  /** How the connection fares; undefined: it is over, or the system does not say. Absent: nobody knows. */
  tcpInfo?(): TcpInfo | undefined
  /**
   * Sends what is queued, then closes in order; `closed` follows. Nothing is received from here on, and a peer that
   * does not close its side in some seconds is reset.
   */
  end(): void
  /** Closes at once and drops what is queued (RST where the system allows); `closed` follows. */
  destroy(): void
}

export interface Listener {
  /** Where it listens: the port is the real one where 0 was asked for. */
  readonly endpoint: Endpoint
  /**
   * From now on, connections from that address, or from that prefix, must carry this TCP MD5 key (RFC 2385);
   * `undefined`: must carry none. An address goes before a prefix, and the longest prefix before others. The address
   * is without an interface: those of all interfaces have one key.
   * Throws where the system cannot do it. Connections that were accepted before are not touched.
   */
  setPeerKey?(peer: string, key: string | undefined): void
  /** Of connections that are accepted from now on. Throws where the system cannot do it. */
  setOptions?(options: LaterOptions): void
  close(): void
}

/** Socket options beyond address and port; a transport that cannot apply one fails the call (no silent fallback). */
export interface SocketOptions {
  /** TCP MD5 key (RFC 2385). */
  readonly md5Key?: string
  /** GTSM (RFC 5082): the least TTL or hop limit accepted, 1..255; 255 is sent. */
  readonly minimumTtl?: number
  /** TTL or hop limit sent, for multi-hop eBGP; 1..255. */
  readonly ttl?: number
  /** Differentiated services code point, 0..63. */
  readonly dscp?: number
  /** Of a listener: the TTL of callers is noted, for `Connection.callTtl`. */
  readonly noteTtl?: boolean
  /** TCP maximum segment size in bytes. */
  readonly maximumSegmentSize?: number
  /** TCP keepalive: dead-peer detection in seconds; absent or 0: off. */
  readonly keepAliveSeconds?: number
}

/** What may change while a socket is open; `minimumTtl` 0 and `ttl` -1 go back to the system's defaults. */
export type LaterOptions = Pick<SocketOptions, 'minimumTtl' | 'ttl' | 'dscp' | 'noteTtl'>

export interface ListenOptions extends SocketOptions {
  /** Absent: all addresses. */
  readonly address?: string
  readonly port: number
  readonly accepted: (connection: Connection) => void
  /** Listening has begun, or cannot: `error` says why (port in use, address not local, permission). */
  readonly listening: (error: Error | undefined) => void
  /** A connection was there and could not be accepted, for want of descriptors or memory. */
  readonly acceptFailed?: (error: Error) => void
}

export interface ConnectOptions extends SocketOptions {
  readonly remote: Endpoint
  /** Local address to dial from; absent: the system chooses. */
  readonly localAddress?: string
  /** Local port to dial from, for those who are known by it; absent: the system chooses. */
  readonly localPort?: number
  /** Called once: a connection or an error. */
  readonly connected: (connection: Connection | undefined, error: Error | undefined) => void
}

/** A dial under way. */
export interface Dial {
  /** Gives up; `connected` is not called any more. */
  cancel(): void
}

export interface Transport {
  listen(options: ListenOptions): Listener
  connect(options: ConnectOptions): Dial
}
