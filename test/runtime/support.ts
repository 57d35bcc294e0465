import type { Connection, ConnectionHandler } from '../../src/runtime/transport.js'

export { default as fc } from 'fast-check'

/** Keeps all that a connection tells its owner. */
export class Recorder implements ConnectionHandler {
  connection!: Connection
  bytes: Buffer = Buffer.alloc(0)
  ends: (Error | undefined)[] = []
  writableCalls = 0
  onReceived: ((bytes: Uint8Array) => void) | undefined

  take(connection: Connection): void {
    this.connection = connection
    connection.attach(this)
  }

  received(bytes: Uint8Array): void {
    this.onReceived?.(bytes)
    this.bytes = Buffer.concat([this.bytes, bytes])
  }

  writable(): void {
    this.writableCalls++
  }

  closed(error: Error | undefined): void {
    this.ends.push(error)
  }
}
