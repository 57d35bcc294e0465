import t from 'tap'
import type { Connection, Listener } from '../../src/runtime/transport.js'
import { VirtualNetwork, type VirtualNetworkOptions } from '../../src/runtime/virtual-network.js'
import { VirtualScheduler } from '../../src/runtime/virtual-time.js'
import { fc, Recorder } from './support.js'

const pair = (seed: number, options: VirtualNetworkOptions = {}) => {
  const scheduler = new VirtualScheduler(seed)
  const network = new VirtualNetwork(scheduler, options)
  const [a, b] = [network.host('10.0.0.1'), network.host('10.0.0.2')]
  const [one, two] = [new Recorder(), new Recorder()]
  const listener = b.listen({
    port: 179,
    listening: () => {},
    accepted: connection => two.take(connection)
  }) as Listener
  a.connect({
    remote: { address: '10.0.0.2', port: 179 },
    connected: (connection, error) => (connection === undefined ? one.closed(error) : one.take(connection))
  })
  return { scheduler, network, a, b, one, two, listener }
}

const open = (seed: number, options?: VirtualNetworkOptions) => {
  const world = pair(seed, options)
  world.scheduler.run(100)
  return world
}

t.test('both ends know who is who', async t => {
  const { one, two } = open(1)
  t.same(one.connection.remote, { address: '10.0.0.2', port: 179 })
  t.same(two.connection.remote, one.connection.local)
  t.same(two.connection.local, one.connection.remote)
})

t.test('bytes arrive whole and in order, however they are cut', async () => {
  const chunks = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 20 })
  const options = fc.record({
    windowBytes: fc.constantFrom(1, 100, 65536),
    segmentBytes: fc.constantFrom(1, 7, 32768)
  })
  fc.assert(
    fc.property(fc.nat(), chunks, chunks, options, (seed, there, back, options) => {
      const { scheduler, one, two } = open(seed, options)
      for (const chunk of there) one.connection.write(chunk)
      two.connection.write(...back)
      scheduler.run(10_000_000)
      return two.bytes.equals(Buffer.concat(there)) && one.bytes.equals(Buffer.concat(back))
    }),
    { numRuns: 60 }
  )
})

t.test('same seed, same trace', async t => {
  const trace = (seed: number): string => {
    const lines: string[] = []
    const { scheduler, one, two } = open(seed, { trace: line => lines.push(line) })
    one.connection.write(new Uint8Array(100_000))
    two.connection.write(new Uint8Array(1000))
    scheduler.run(1000)
    one.connection.end()
    scheduler.run(1000)
    return lines.join('\n')
  }
  t.ok(trace(5).split('\n').length > 5)
  t.equal(trace(5), trace(5))
  t.not(trace(5), trace(6))
})

t.test('whoever keeps received bytes without copying finds them overwritten', async t => {
  const { scheduler, one, two } = open(1)
  let kept: Uint8Array | undefined
  two.onReceived = bytes => {
    kept = bytes
  }
  one.connection.write(Buffer.from('a'))
  scheduler.run(100)
  t.same(kept, Buffer.from([0xdb]))
})

t.test('back-pressure: a paused reader stops the writer, and resuming drains it', async t => {
  const { scheduler, one, two } = open(3, { windowBytes: 1000, highWaterBytes: 400 })
  two.connection.pause()
  t.equal(one.connection.write(new Uint8Array(1400)), false)
  scheduler.run(1000)
  t.equal(two.bytes.length, 0)
  t.equal(one.connection.pendingBytes, 400)
  t.equal(one.writableCalls, 0)
  t.equal(one.connection.write(new Uint8Array(100)), false)
  scheduler.run(1000)
  t.equal(one.connection.pendingBytes, 500)
  two.connection.resume()
  t.ok(scheduler.runUntil(() => one.writableCalls === 1, 1000))
  t.ok(one.connection.pendingBytes <= 100)
  scheduler.run(1000)
  t.equal(two.bytes.length, 1500)
  t.equal(one.writableCalls, 1)
})

t.test('back-pressure: no more than the window ever leaves a writer whose reader is paused', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 10 })
  const limit = fc.constantFrom(1, 10, 1000, 65536)
  fc.assert(
    fc.property(fc.nat(), sizes, limit, limit, (seed, sizes, windowBytes, highWaterBytes) => {
      const { scheduler, one, two } = open(seed, { windowBytes, highWaterBytes })
      two.connection.pause()
      let wanted = false
      for (const size of sizes) {
        const accepted = one.connection.write(new Uint8Array(size))
        if (accepted !== one.connection.pendingBytes <= highWaterBytes) return false
        wanted ||= !accepted
      }
      scheduler.run(10_000)
      const written = sizes.reduce((sum, size) => sum + size, 0)
      const left = Math.max(0, written - windowBytes)
      if (one.connection.pendingBytes !== left || two.bytes.length > 0) return false
      if (one.writableCalls !== (wanted && left <= highWaterBytes / 4 ? 1 : 0)) return false
      two.connection.resume()
      scheduler.run(10_000_000)
      return two.bytes.length === written && one.writableCalls === (wanted ? 1 : 0)
    }),
    { numRuns: 100 }
  )
})

t.test('end: what is queued arrives, then both are told, without an error', async t => {
  const { scheduler, network, one, two } = open(4, { windowBytes: 1000 })
  one.connection.write(new Uint8Array(5000))
  one.connection.end()
  one.connection.write(new Uint8Array(5000))
  scheduler.run(100_000)
  t.equal(two.bytes.length, 5000)
  t.same(one.ends, [undefined])
  t.same(two.ends, [undefined])
  t.equal(network.connectionCount, 0)
})

t.test('end: nothing is received after it, and a peer that never closes is reset', async t => {
  const { scheduler, network, one, two } = open(4)
  two.connection.pause()
  one.connection.end()
  two.connection.write(Buffer.from('late'))
  scheduler.run(5000)
  t.same(one.ends, [])
  scheduler.run(6000)
  t.equal(one.bytes.length, 0)
  t.same(one.ends, [undefined])
  t.match(two.ends, [{ code: 'ECONNRESET' }])
  t.equal(network.connectionCount, 0)
  t.equal(scheduler.waiting, 0)
})

t.test('destroy: the other end is reset, this one is told once', async t => {
  const { scheduler, network, one, two } = open(4)
  one.connection.write(new Uint8Array(5000))
  one.connection.destroy()
  one.connection.destroy()
  t.same(one.ends, [], 'not within the call')
  scheduler.run(1000)
  t.same(one.ends, [undefined])
  t.match(two.ends, [{ code: 'ECONNRESET' }])
  t.equal(two.ends.length, 1)
  t.equal(network.connectionCount, 0)
})

t.test('a dead link is silent; what was sent arrives when it is back', async t => {
  const { scheduler, network, one, two } = open(5)
  network.linkDown('10.0.0.1', '10.0.0.2')
  one.connection.write(Buffer.from('hello'))
  scheduler.run(60_000)
  t.equal(two.bytes.length, 0)
  one.connection.write(Buffer.from(' world'))
  network.linkUp('10.0.0.2', '10.0.0.1')
  scheduler.run(1000)
  t.equal(two.bytes.toString(), 'hello world')
  t.same([...one.ends, ...two.ends], [])
})

t.test('a reset is lost on a dead link, and repeated for whoever sends later', async t => {
  const { scheduler, network, one, two } = open(6)
  network.linkDown('10.0.0.1')
  one.connection.destroy()
  scheduler.run(60_000)
  network.linkUp('10.0.0.1')
  scheduler.run(60_000)
  t.same(two.ends, [], 'it cannot know')
  two.connection.write(Buffer.from('x'))
  scheduler.run(1000)
  t.match(two.ends, [{ code: 'ECONNRESET' }])
  t.equal(network.connectionCount, 0)
})

t.test('a crash is silent', async t => {
  const { scheduler, network, a, one, two } = open(6)
  network.crash(a)
  scheduler.run(60_000)
  t.same([...one.ends, ...two.ends], [])
  two.connection.write(Buffer.from('x'))
  scheduler.run(1000)
  t.match(two.ends, [{ code: 'ECONNRESET' }])
})

t.test('dialling', async t => {
  const scheduler = new VirtualScheduler(9)
  const network = new VirtualNetwork(scheduler)
  const a = network.host('10.0.0.1', 'fd00::1')
  const b = network.host('10.0.0.2', 'fd00::2')
  const heard: unknown[] = []
  b.listen({
    address: 'fd00::2',
    port: 179,
    listening: error => heard.push(error),
    accepted: connection => new Recorder().take(connection)
  })
  const dial = (address: string, port: number, more: { localAddress?: string; md5Key?: string } = {}) => {
    const result: { connection?: Connection; code?: string } = {}
    a.connect({
      remote: { address, port },
      ...more,
      connected: (connection, error) => {
        if (connection !== undefined) {
          result.connection = connection
          new Recorder().take(connection)
        }
        result.code = (error as { code?: string } | undefined)?.code ?? 'none'
      }
    })
    scheduler.run(200_000)
    return result
  }
  t.equal(dial('10.0.0.2', 179).code, 'ECONNREFUSED')
  t.equal(dial('10.0.0.3', 179).code, 'EHOSTUNREACH')
  t.equal(dial('fd00::2', 179, { localAddress: '10.0.0.9' }).code, 'EADDRNOTAVAIL')
  t.equal(dial('fd00::2', 179).connection?.local.address, 'fd00::1')
  t.equal(dial('fd00::2', 179, { md5Key: 'secret' }).code, 'ETIMEDOUT')
  network.linkDown('fd00::1', 'fd00::2')
  t.equal(dial('fd00::2', 179).code, 'ETIMEDOUT')
  t.same(heard, [undefined])
})

t.test('listening', async t => {
  const scheduler = new VirtualScheduler(9)
  const host = new VirtualNetwork(scheduler).host('10.0.0.1')
  const heard: (string | undefined)[] = []
  const listening = (error: Error | undefined): number =>
    heard.push((error as { code?: string } | undefined)?.code)
  const accepted = (): void => {}
  const first = host.listen({ address: '10.0.0.1', port: 179, accepted, listening })
  scheduler.run(1)
  host.listen({ address: '10.0.0.1', port: 179, accepted, listening })
  scheduler.run(1)
  host.listen({ address: '10.0.0.9', port: 179, accepted, listening })
  scheduler.run(1)
  first.close()
  host.listen({ address: '10.0.0.1', port: 179, accepted, listening })
  scheduler.run(1)
  t.same(heard, [undefined, 'EADDRINUSE', 'EADDRNOTAVAIL', undefined])
  t.ok(host.listen({ port: 0, accepted, listening }).endpoint.port > 1024)
})

t.test('keys: both ends must have the same one', async t => {
  const { scheduler, a, listener, one } = open(2)
  listener.setPeerKey?.('10.0.0.1', 'right')
  const dial = (md5Key?: string): Recorder => {
    const recorder = new Recorder()
    a.connect({
      remote: { address: '10.0.0.2', port: 179 },
      ...(md5Key === undefined ? {} : { md5Key }),
      connected: (connection, error) => (connection ? recorder.take(connection) : recorder.closed(error))
    })
    scheduler.run(200_000)
    return recorder
  }
  t.match(dial().ends, [{ code: 'ETIMEDOUT' }])
  t.match(dial('wrong').ends, [{ code: 'ETIMEDOUT' }])
  t.same(dial('right').ends, [])
  t.same(one.ends, [], 'the connection that was there before lives on')
  listener.setPeerKey?.('10.0.0.1', undefined)
  t.same(dial().ends, [])
})

t.test('a connection that nobody attaches to is the test’s business', async t => {
  const scheduler = new VirtualScheduler(9)
  const network = new VirtualNetwork(scheduler)
  const [a, b] = [network.host('10.0.0.1'), network.host('10.0.0.2')]
  b.listen({ port: 1, listening: () => {}, accepted: () => {} })
  a.connect({
    remote: { address: '10.0.0.2', port: 1 },
    connected: connection => connection && new Recorder().take(connection)
  })
  t.throws(() => scheduler.run(100), /has no handler/)
})
