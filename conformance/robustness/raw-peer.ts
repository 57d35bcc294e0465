/** A BGP speaker or an agent that keeps to no rules: bytes out, messages in, over any transport. */
import type { Connection, ConnectionHandler, Endpoint, Transport } from '../../src/runtime/transport.js'

const u16 = (value: number): number[] => [(value >> 8) & 255, value & 255]
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)]

export function bgpMessage(type: number, body: readonly number[] = [], length = body.length + 19): Buffer {
  return Buffer.from([...new Array<number>(16).fill(255), ...u16(length), type, ...body])
}

export const keepaliveMessage = bgpMessage(4)

/** An OPEN for IPv4 unicast with four-byte AS numbers. */
export function openMessage(as: number, address: string, holdTimeSeconds = 90): Buffer {
  const capabilities = [1, 4, 0, 1, 0, 1, 65, 4, ...u32(as)]
  const identifier = address.split('.').map(Number)
  const fixed = [4, ...u16(as), ...u16(holdTimeSeconds), ...identifier]
  return bgpMessage(1, [...fixed, capabilities.length + 2, 2, capabilities.length, ...capabilities])
}

/** An UPDATE that announces /32s of 10.250/16 from `first` on, with a path of its own. */
export function updateMessage(as: number, nextHop: string, first: number, count: number): Buffer {
  const path = [2, 1, ...u32(as)]
  const attributes = [0x40, 1, 1, 0, 0x40, 2, path.length, ...path]
  attributes.push(0x40, 3, 4, ...nextHop.split('.').map(Number))
  const nlri: number[] = []
  for (let i = first; i < first + count; i++) nlri.push(32, 10, 250, ...u16(i))
  return bgpMessage(2, [0, 0, ...u16(attributes.length), ...attributes, ...nlri])
}

export class RawPeer implements ConnectionHandler {
  connection: Connection | undefined
  isClosed = false
  bytes = 0
  /** Types of the BGP messages that came, and the codes of the last NOTIFICATION. */
  readonly types: number[] = []
  notification: readonly [code: number, subcode: number] | undefined
  /** Sent as soon as it is connected. */
  readonly #first: readonly Uint8Array[]
  #kept: Buffer = Buffer.alloc(0)

  constructor(transport: Transport, remote: Endpoint, localAddress: string, ...first: Uint8Array[]) {
    this.#first = first
    transport.connect({
      remote,
      localAddress,
      connected: connection => {
        if (connection === undefined) this.isClosed = true
        else this.#connected(connection)
      }
    })
  }

  #connected(connection: Connection): void {
    this.connection = connection
    connection.attach(this)
    for (const bytes of this.#first) this.send(bytes)
  }

  get isEstablished(): boolean {
    return !this.isClosed && this.types.includes(4)
  }

  send(bytes: Uint8Array | string): boolean {
    if (this.isClosed) return true
    return this.connection?.write(typeof bytes === 'string' ? Buffer.from(bytes) : bytes) ?? false
  }

  /** Takes nothing more from its socket. */
  stopReading(): void {
    this.connection?.pause()
  }

  close(): void {
    this.connection?.destroy()
  }

  received(bytes: Uint8Array): void {
    this.bytes += bytes.length
    // Of streams that are not BGP nothing is kept.
    let all = this.#kept.length === 0 ? Buffer.from(bytes) : Buffer.concat([this.#kept, bytes])
    if (all[0] !== 255) all = Buffer.alloc(0)
    let at = 0
    while (all.length - at >= 19) {
      const length = all.readUInt16BE(at + 16)
      if (all.length - at < length || length < 19) break
      const type = all[at + 18]!
      this.types.push(type)
      if (type === 3) this.notification = [all[at + 19]!, all[at + 20]!]
      at += length
    }
    this.#kept = all.subarray(at)
  }

  writable(): void {}

  closed(): void {
    this.isClosed = true
  }
}
