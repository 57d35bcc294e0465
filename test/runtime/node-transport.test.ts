import net from 'node:net'
import t from 'tap'
import { libc, libcUnavailable } from '../../src/runtime/libc.js'
import { NodeTransport } from '../../src/runtime/node-transport.js'
import type {
  Connection,
  ConnectOptions,
  Dial,
  Listener,
  ListenOptions,
  SocketOptions
} from '../../src/runtime/transport.js'
import { Recorder } from './support.js'

const transport = new NodeTransport({ highWaterBytes: 100_000, lingerMilliseconds: 200 })

const listen = (options: Partial<ListenOptions> = {}) =>
  new Promise<{ listener: Listener; accepted: Recorder[] }>((resolve, reject) => {
    const accepted: Recorder[] = []
    const listener = transport.listen({
      address: '127.0.0.1',
      port: 0,
      accepted: connection => {
        const recorder = new Recorder()
        accepted.push(recorder)
        recorder.take(connection)
      },
      listening: error => (error === undefined ? resolve({ listener, accepted }) : reject(error)),
      ...options
    })
    t.teardown(() => listener.close())
  })

const dial = (listener: Listener, options: Partial<ConnectOptions> = {}, waitMs = 5000) =>
  new Promise<Recorder>((resolve, reject) => {
    let under: Dial | undefined
    const timer = setTimeout(() => {
      under?.cancel()
      reject(new Error('no answer'))
    }, waitMs)
    under = transport.connect({
      remote: listener.endpoint,
      ...options,
      connected: (connection, error) => {
        clearTimeout(timer)
        if (connection === undefined) return reject(error)
        const recorder = new Recorder()
        recorder.take(connection)
        resolve(recorder)
      }
    })
  })

const until = async (condition: () => boolean): Promise<void> => {
  const limit = Date.now() + 5000
  while (!condition()) {
    if (Date.now() > limit) throw new Error('did not come true')
    await new Promise(resolve => setTimeout(resolve, 2))
  }
}

const open = async (options: Partial<ListenOptions> = {}, dialling: Partial<ConnectOptions> = {}) => {
  const { listener, accepted } = await listen(options)
  const one = await dial(listener, dialling)
  await until(() => accepted.length === 1)
  return { listener, one, two: accepted[0]! }
}

t.test('bytes arrive, and both ends know who is who', async t => {
  const { one, two } = await open({}, { localAddress: '127.0.0.2' })
  t.equal(one.connection.local.address, '127.0.0.2')
  t.same(two.connection.remote, one.connection.local)
  t.same(two.connection.local, one.connection.remote)
  one.connection.write(Buffer.from('ab'), Buffer.from('cd'), Buffer.from('e'))
  two.connection.write(Buffer.from('back'))
  await until(() => two.bytes.length === 5 && one.bytes.length === 4)
  t.equal(two.bytes.toString(), 'abcde')
  t.equal(one.bytes.toString(), 'back')
  one.connection.destroy()
})

t.test('IPv4 over a listener on all addresses has its own form', async t => {
  const { listener, accepted } = await listen({ address: undefined } as never)
  const one = await dial(listener, { remote: { address: '127.0.0.1', port: listener.endpoint.port } })
  await until(() => accepted.length === 1)
  t.equal(accepted[0]!.connection.remote.address, '127.0.0.1')
  one.connection.destroy()
})

t.test('IPv6', async t => {
  const { one, two } = await open({ address: '::1' })
  t.equal(two.connection.remote.address, '::1')
  one.connection.destroy()
})

t.test('back-pressure: a paused reader stops the writer, and resuming drains it', async t => {
  const { one, two } = await open()
  two.connection.pause()
  const chunk = Buffer.alloc(64 * 1024, 'x')
  let sent = 0
  while (one.connection.write(chunk)) {
    sent += chunk.length
    await new Promise(resolve => setImmediate(resolve))
  }
  sent += chunk.length
  t.ok(one.connection.pendingBytes > 100_000)
  await new Promise(resolve => setTimeout(resolve, 50))
  t.equal(one.writableCalls, 0)
  two.connection.resume()
  await until(() => two.bytes.length === sent)
  await until(() => one.writableCalls === 1)
  t.equal(one.connection.pendingBytes, 0)
  one.connection.destroy()
})

t.test('end: what is queued arrives, then both are told, without an error', async t => {
  const { one, two } = await open()
  one.connection.write(Buffer.alloc(3_000_000))
  one.connection.end()
  one.connection.end()
  t.equal(one.connection.write(Buffer.from('late')), true)
  await until(() => one.ends.length + two.ends.length === 2)
  t.equal(two.bytes.length, 3_000_000)
  t.same([...one.ends, ...two.ends], [undefined, undefined])
})

t.test('end: the last bytes are not lost to unread ones', async t => {
  for (let i = 0; i < 50; i++) {
    const { listener, one, two } = await open()
    two.connection.pause()
    one.connection.pause()
    two.connection.write(Buffer.alloc(10_000))
    await new Promise(resolve => setTimeout(resolve, 1))
    one.connection.write(Buffer.from('goodbye'))
    one.connection.end()
    await new Promise(resolve => setTimeout(resolve, 2))
    two.connection.resume()
    await until(() => two.ends.length === 1)
    if (two.bytes.toString() !== 'goodbye') t.fail(`lost in run ${i}`)
    t.same(one.bytes.length, 0)
    listener.close()
  }
})

t.test('end: a peer that never closes is reset', async t => {
  const { one, two } = await open()
  two.connection.pause()
  one.connection.end()
  await until(() => one.ends.length === 1)
  two.connection.resume()
  await until(() => two.ends.length === 1)
  t.same(one.ends, [undefined])
})

t.test('destroy: the queue is dropped, the other end is reset', async t => {
  const { one, two } = await open()
  two.connection.pause()
  one.connection.write(Buffer.alloc(20_000_000))
  await new Promise(resolve => setTimeout(resolve, 20))
  one.connection.destroy()
  one.connection.destroy()
  t.same(one.ends, [], 'not within the call')
  await until(() => one.ends.length === 1)
  t.same(one.ends, [undefined])
  two.connection.resume()
  await until(() => two.ends.length === 1)
  t.ok(two.bytes.length < 20_000_000)

  const other = await open()
  other.one.connection.destroy()
  await until(() => other.two.ends.length === 1)
  t.match(other.two.ends, [{ code: 'ECONNRESET' }])
})

t.test('failures are told, never thrown', async t => {
  const { listener } = await listen()
  await t.rejects(listen({ port: listener.endpoint.port }), { code: 'EADDRINUSE' })
  await t.rejects(listen({ address: '192.0.2.1' }), { code: 'EADDRNOTAVAIL' })
  const gone = { endpoint: listener.endpoint, close: () => {} }
  listener.close()
  await t.rejects(dial(gone), { code: 'ECONNREFUSED' })
  await t.rejects(dial(gone, { localAddress: '192.0.2.1' }), { code: 'EADDRNOTAVAIL' })
  await t.rejects(dial(gone, { remote: { address: '127.0.0.1', port: 70000 } }), {
    code: 'ERR_SOCKET_BAD_PORT'
  })
})

t.test('a cancelled dial is silent', async t => {
  const { listener } = await listen()
  const under = transport.connect({
    remote: listener.endpoint,
    connected: () => t.fail('it was cancelled')
  })
  under.cancel()
  under.cancel()
  await new Promise(resolve => setTimeout(resolve, 20))
})

// a failed test must not keep the process
const guard = setTimeout(() => process.exit(1), 60_000)
guard.unref()

const unavailable = libcUnavailable()
const isRoot = process.getuid?.() === 0
const skip = unavailable?.message ?? (isRoot ? false : 'socket options need root')
if (skip !== false) t.comment(`SKIPPED: ${skip}`)

t.test('socket options', { skip }, async t => {
  const carries = async (
    listening: SocketOptions,
    dialling: Partial<ConnectOptions>,
    address = '127.0.0.1'
  ) => {
    const { listener, accepted } = await listen({ address, ...listening })
    try {
      const one = await dial(listener, dialling, 300)
      one.connection.write(Buffer.from('x'))
      await until(() => accepted[0]?.bytes.length === 1)
      one.connection.destroy()
      return true
    } catch (error) {
      if ((error as Error).message === 'no answer') return false
      throw error
    } finally {
      listener.close()
    }
  }

  for (const address of ['127.0.0.1', '::1']) {
    await t.test(`TCP MD5, ${address}`, async t => {
      t.ok(await carries({ md5Key: 'right' }, { md5Key: 'right' }, address), 'the same key')
      t.notOk(await carries({ md5Key: 'right' }, { md5Key: 'wrong' }, address), 'another key')
      t.notOk(await carries({ md5Key: 'right' }, {}, address), 'no key here')
      t.notOk(await carries({}, { md5Key: 'right' }, address), 'no key there')
      const long = 'k'.repeat(80)
      t.ok(await carries({ md5Key: long }, { md5Key: long, localAddress: address }, address), '80 bytes')
    })

    await t.test(`GTSM, ${address} (T-AUTH-6)`, async t => {
      t.ok(await carries({ minimumTtl: 255 }, { minimumTtl: 255 }, address))
      t.notOk(await carries({ minimumTtl: 255 }, {}, address), 'the default is 64')
      t.notOk(await carries({ minimumTtl: 255 }, { ttl: 254 }, address))
      t.ok(await carries({ minimumTtl: 254 }, { ttl: 254 }, address))
    })

    await t.test(`others, ${address}`, async t => {
      t.ok(
        await carries({ dscp: 48, maximumSegmentSize: 1000 }, { dscp: 48, maximumSegmentSize: 900 }, address)
      )
    })
  }

  await t.test('keys per peer, on IPv4 and on all addresses, added, changed and removed', async t => {
    for (const address of ['127.0.0.1', undefined]) {
      const { listener } = await listen({ address } as never)
      const remote = { address: '127.0.0.1', port: listener.endpoint.port }
      const turns = () => new Promise(resolve => setTimeout(resolve, 5))
      const reaches = async (localAddress: string, md5Key?: string): Promise<boolean> => {
        try {
          const options = { remote, localAddress, ...(md5Key !== undefined && { md5Key }) }
          ;(await dial(listener, options, 300)).connection.destroy()
          return true
        } catch {
          return false
        }
      }
      listener.setPeerKey!('127.0.0.2', 'two')
      listener.setPeerKey!('127.0.0.3', 'three')
      await turns()
      t.ok(await reaches('127.0.0.2', 'two'))
      t.ok(await reaches('127.0.0.3', 'three'))
      t.notOk(await reaches('127.0.0.3', 'two'))
      t.notOk(await reaches('127.0.0.3'))
      t.ok(await reaches('127.0.0.4'), 'others need none')
      listener.setPeerKey!('127.0.0.3', 'changed')
      t.ok(await reaches('127.0.0.3', 'changed'))
      t.notOk(await reaches('127.0.0.3', 'three'))
      listener.setPeerKey!('127.0.0.3', undefined)
      listener.setPeerKey!('127.0.0.3', undefined)
      t.ok(await reaches('127.0.0.3'))
    }
  })

  await t.test('T-AUTH-1 keys of prefixes, IPv4 and IPv6, on listeners of either', async t => {
    const places: [listening: string | undefined, at: string, prefix: string, from: string, other: string][] =
      [
        ['127.0.0.1', '127.0.0.1', '127.9.0.0/16', '127.9.0.1', '127.8.0.1'],
        [undefined, '127.0.0.1', '127.9.0.0/16', '127.9.0.1', '127.8.0.1'],
        ['::1', '::1', '::/0', '::1', ''],
        [undefined, '::1', '::/64', '::1', '']
      ]
    for (const [listening, at, prefix, from, other] of places) {
      const { listener } = await listen({ address: listening } as never)
      const remote = { address: at, port: listener.endpoint.port }
      const reaches = async (localAddress: string, md5Key?: string): Promise<boolean> => {
        try {
          const options = { remote, localAddress, ...(md5Key !== undefined && { md5Key }) }
          ;(await dial(listener, options, 300)).connection.destroy()
          return true
        } catch {
          return false
        }
      }
      listener.setPeerKey!(prefix, 'of-all')
      await new Promise(resolve => setTimeout(resolve, 5))
      t.ok(await reaches(from, 'of-all'), `${listening}, ${prefix}`)
      t.notOk(await reaches(from, 'another'))
      t.notOk(await reaches(from))
      if (other !== '') t.ok(await reaches(other), 'who is not in it needs none')
      listener.setPeerKey!(from, 'of-one')
      await new Promise(resolve => setTimeout(resolve, 5))
      t.ok(await reaches(from, 'of-one'), 'the address goes before the prefix')
      t.notOk(await reaches(from, 'of-all'))
      listener.setPeerKey!(from, undefined)
      t.ok(await reaches(from, 'of-all'))
      listener.setPeerKey!(prefix, undefined)
      t.ok(await reaches(from))
      listener.close()
    }
  })

  for (const address of ['127.0.0.1', '::1']) {
    await t.test(`T-AUTH-2 a key changes on a connection that is up, ${address}`, async t => {
      const { listener, accepted } = await listen({ address, md5Key: 'one' })
      const one = await dial(listener, { md5Key: 'one' })
      await until(() => accepted.length === 1)
      const two: Connection = accepted[0]!.connection
      let sent = 0
      for (const key of ['two', undefined, 'three']) {
        two.setKey!(key)
        one.connection.write(Buffer.from('x'))
        await new Promise(resolve => setTimeout(resolve, 50))
        t.equal(accepted[0]!.bytes.length, sent, 'nothing passes while they differ')
        one.connection.setKey!(key)
        sent++
        await until(() => accepted[0]!.bytes.length === sent)
      }
      t.throws(() => two.setKey!('k'.repeat(81)), /1 to 80/)
      one.connection.destroy()
    })
  }

  await t.test('how a connection fares (TCP_INFO)', async t => {
    const { listener, accepted } = await listen()
    const one = await dial(listener)
    await until(() => accepted.length === 1)
    one.connection.write(Buffer.alloc(100_000))
    await until(() => accepted[0]!.bytes.length === 100_000)
    const info = one.connection.tcpInfo!()!
    t.ok(
      info.rttMicroseconds > 0 && info.rttMicroseconds < 5_000_000,
      `round trip ${info.rttMicroseconds} us`
    )
    t.ok(info.retransmitTimeoutMicroseconds >= 1000)
    t.ok(info.congestionWindow >= 1 && info.maximumSegmentSize >= 536)
    t.equal(info.retransmits, 0)
    one.connection.destroy()
    await until(() => one.ends.length > 0)
    t.equal(one.connection.tcpInfo!(), undefined, 'it is over')
  })

  await t.test('T-AUTH-6 options of a listener that is open, and back to the defaults', async t => {
    const { listener, accepted } = await listen()
    const passes = async (minimumTtl: number): Promise<boolean> => {
      try {
        // Its SYN-ACK must come with as much.
        ;(await dial(listener, { minimumTtl }, 300)).connection.destroy()
        return true
      } catch {
        return false
      }
    }
    t.notOk(await passes(255))
    listener.setOptions!({ ttl: 255, dscp: 48 })
    t.ok(await passes(255))
    listener.setOptions!({ ttl: -1, dscp: 0 })
    t.notOk(await passes(255))
    t.ok(accepted.length > 0)
  })

  for (const address of ['127.0.0.1', '::1', undefined])
    await t.test(`T-AUTH-6 the TTL of a call, ${address ?? 'all addresses'}`, async t => {
      const { listener, accepted } = await listen({ ...(address !== undefined && { address }) })
      const host = address ?? '127.0.0.1'
      const ttlOf = async (options: Partial<ConnectOptions>): Promise<number | undefined> => {
        const before = accepted.length
        const one = await dial(listener, {
          remote: { address: host, port: listener.endpoint.port },
          ...options
        })
        await until(() => accepted.length > before)
        const ttl = accepted.at(-1)!.connection.callTtl!()
        one.connection.destroy()
        return ttl
      }
      t.equal(await ttlOf({ ttl: 77 }), undefined, 'nobody asked for it')
      listener.setOptions!({ noteTtl: true })
      t.equal(await ttlOf({ ttl: 77 }), 77)
      t.equal(await ttlOf({ ttl: 77, maximumSegmentSize: 900 }), 77)
      t.equal(await ttlOf({ ttl: 255 }), 255)
      listener.setOptions!({ noteTtl: false })
      t.equal(await ttlOf({ ttl: 77 }), undefined)
    })

  await t.test('T-AUTH-6 the hop limit of a call behind extension headers', async t => {
    const { listener, accepted } = await listen({ address: '::1' })
    listener.setOptions!({ noteTtl: true })
    for (const optionBytes of [0, 128, 256]) {
      const before = accepted.length
      const socket = new net.Socket()
      t.teardown(() => socket.destroy())
      socket.connect({ host: '::1', port: listener.endpoint.port })
      const handle = (socket as unknown as { _handle: { fd: number; bind6(...to: unknown[]): number } })
        ._handle
      t.equal(handle.bind6('::', 0, 0), 0)
      const hops = Buffer.alloc(4)
      hops.writeInt32LE(77)
      t.equal(libc().setsockopt(handle.fd, 41, 16, hops, 4), 0) // IPV6_UNICAST_HOPS
      if (optionBytes > 0) {
        // IPV6_DSTOPTS: a destination options header (RFC 8200 §4.6) with one unknown option that may be skipped
        const header = Buffer.alloc(optionBytes)
        header.set([0, optionBytes / 8 - 1, 0x1e, optionBytes - 4])
        t.equal(libc().setsockopt(handle.fd, 41, 59, header, header.length), 0)
      }
      await until(() => accepted.length > before)
      t.equal(accepted.at(-1)!.connection.callTtl!(), 77, `${optionBytes} bytes of options`)
    }
  })

  await t.test('what cannot be applied fails the call', async t => {
    await t.rejects(listen({ md5Key: 'k'.repeat(81) }), /1 to 80 bytes, not 81/)
    await t.rejects(listen({ md5Key: '' }), /1 to 80 bytes, not 0/)
    const { listener } = await listen()
    await t.rejects(dial(listener, { md5Key: 'k'.repeat(81) }), /1 to 80 bytes, not 81/)
    await t.rejects(dial(listener, { maximumSegmentSize: 1 }), { code: 'EINVAL' })
    await t.rejects(dial(listener, { md5Key: 'key', localAddress: '192.0.2.1' }), { code: 'EADDRNOTAVAIL' })
    t.throws(() => listener.setPeerKey!('127.0.0.2', ''), /1 to 80/)
  })

  await t.test('keys that follow listen in the same turn are there before it listens', async t => {
    const accepted: Recorder[] = []
    const listener = await new Promise<Listener>((resolve, reject) => {
      const listener = transport.listen({
        address: '127.0.0.1',
        port: 0,
        accepted: connection => {
          const recorder = new Recorder()
          accepted.push(recorder)
          recorder.take(connection)
        },
        listening: error => (error === undefined ? resolve(listener) : reject(error))
      })
      listener.setPeerKey!('127.0.0.2', 'two')
      t.teardown(() => listener.close())
    })
    const one = await dial(listener, { localAddress: '127.0.0.2', md5Key: 'two' })
    await until(() => accepted.length === 1)
    one.connection.destroy()
    await t.rejects(dial(listener, { localAddress: '127.0.0.2' }, 200), /no answer/)
    await t.rejects(listen({ port: listener.endpoint.port, dscp: 1 }), { code: 'EADDRINUSE' })
    await t.rejects(listen({ address: '192.0.2.1', dscp: 1 }), { code: 'EADDRNOTAVAIL' })
  })

  await t.test('options of an accepted connection', async t => {
    const { listener, accepted } = await listen()
    const one = await dial(listener)
    await until(() => accepted.length === 1)
    const two: Connection = accepted[0]!.connection
    two.setOptions!({ minimumTtl: 255, dscp: 48 })
    one.connection.write(Buffer.from('x'))
    await new Promise(resolve => setTimeout(resolve, 50))
    t.equal(accepted[0]!.bytes.length, 0, 'its TTL is 64')
    one.connection.setOptions!({ ttl: 255 })
    one.connection.write(Buffer.from('y'))
    await until(() => accepted[0]!.bytes.length === 2)
    one.connection.destroy()
  })
})
