import t from 'tap'
import { NodeTransport } from '../../src/runtime/node-transport.js'
import { ReadTurns, type WaitingReader } from '../../src/runtime/read-turns.js'
import type { Connection, ConnectionHandler } from '../../src/runtime/transport.js'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

t.test('who waits is served in order, a few milliseconds a turn', async t => {
  let clock = 0
  const turns = new ReadTurns(4, () => clock)
  t.ok(turns.isOpen)
  clock = 3.9
  t.ok(turns.isOpen)
  clock = 4
  t.notOk(turns.isOpen, 'the turn is over')
  const served: string[] = []
  const reader = (name: string, pieces: number): WaitingReader => ({
    readOn() {
      served.push(name)
      clock += 3
      return --pieces > 0
    }
  })
  turns.wait(reader('a', 3))
  turns.wait(reader('b', 1))
  turns.wait(reader('c', 2))
  const lengths: number[] = []
  for (let i = 0; i < 6; i++) {
    await turn()
    lengths.push(served.length)
  }
  t.same(served, ['a', 'b', 'c', 'a', 'c', 'a'])
  t.ok(lengths[0]! <= 2, 'not all in one turn')
  clock += 100
  t.ok(turns.isOpen, 'a turn without anyone waiting')
})

/** A handler that takes its time. */
class Slow implements ConnectionHandler {
  bytes = 0
  longestGapMs = 0
  end: 'open' | 'closed' | Error = 'open'
  constructor(private readonly onPiece: (bytes: Uint8Array) => void = () => {}) {}
  received(bytes: Uint8Array): void {
    this.bytes += bytes.length
    const until = performance.now() + bytes.length / 16384
    while (performance.now() < until);
    this.onPiece(bytes)
  }
  writable(): void {}
  closed(error: Error | undefined): void {
    this.end = error ?? 'closed'
  }
}

const pairs = async (count: number, slow: () => Slow) => {
  const transport = new NodeTransport()
  const accepted: { handler: Slow; connection: Connection }[] = []
  const listener = await new Promise<ReturnType<NodeTransport['listen']>>(resolve => {
    const made = transport.listen({
      address: '127.0.0.1',
      port: 0,
      accepted: connection => {
        const handler = slow()
        accepted.push({ handler, connection })
        connection.attach(handler)
      },
      listening: () => resolve(made)
    })
  })
  t.teardown(() => listener.close())
  const dialled: Connection[] = []
  for (let i = 0; i < count; i++) {
    await new Promise<void>(resolve => {
      transport.connect({
        remote: listener.endpoint,
        connected: connection => {
          connection!.attach(new Slow())
          dialled.push(connection!)
          resolve()
        }
      })
    })
  }
  while (accepted.length < count) await turn()
  return { accepted, dialled }
}

t.test('many busy connections do not keep the loop', async t => {
  const { accepted, dialled } = await pairs(20, () => new Slow())
  const bytes = Buffer.alloc(512 * 1024)
  for (const connection of dialled) connection.write(bytes)
  const handled = (): number => accepted.reduce((sum, { handler }) => sum + handler.bytes, 0)
  let before = handled()
  let most = 0
  while (before < bytes.length * accepted.length) {
    await turn()
    most = Math.max(most, handled() - before)
    before = handled()
  }
  // Handlers take 16 kB in a millisecond; after a turn that a busy machine made long, the next may be a quarter of it.
  t.ok(most < (bytes.length * accepted.length) / 4, `${most} bytes in a turn`)
  for (const { handler } of accepted) t.equal(handler.bytes, bytes.length)
  for (const connection of dialled) connection.destroy()
})

t.test('a handler that pauses and resumes gets every byte once and in order', async t => {
  const got: number[] = []
  let paused: Connection | undefined
  const { accepted, dialled } = await pairs(
    1,
    () =>
      new Slow(bytes => {
        for (let at = 0; at < bytes.length; at += 4096) got.push(bytes[at]!)
        const { connection } = accepted[0]!
        connection.pause()
        paused = connection
      })
  )
  const bytes = Buffer.alloc(400 * 4096)
  for (let i = 0; i < 400; i++) bytes.fill(i & 255, i * 4096, (i + 1) * 4096)
  dialled[0]!.write(bytes)
  dialled[0]!.end()
  const { handler } = accepted[0]!
  while (handler.bytes < bytes.length) {
    await turn()
    await turn()
    const before = handler.bytes
    await turn()
    if (paused !== undefined) t.equal(handler.bytes, before, 'nothing comes while paused')
    const { connection } = accepted[0]!
    paused = undefined
    connection.resume()
  }
  accepted[0]!.connection.resume()
  t.equal(handler.bytes, bytes.length)
  t.ok(got.length >= 100)
  accepted[0]!.connection.end()
  while (handler.end === 'open') await turn()
  t.equal(handler.end, 'closed')
})
