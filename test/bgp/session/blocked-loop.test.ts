/** Real sockets and a real event loop that stands still while the neighbour talks (spec bgp 20, 1 b). */
import { Worker } from 'node:worker_threads'
import t from 'tap'
import { BgpListener } from '../../../src/bgp/session/acceptor.js'
import { offer } from '../../../src/bgp/session/offer.js'
import { BgpSession } from '../../../src/bgp/session/session.js'
import { defaultSettings } from '../../../src/bgp/session/settings.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { NodeScheduler } from '../../../src/runtime/node-scheduler.js'
import { NodeTransport } from '../../../src/runtime/node-transport.js'
import { keepalive, open, Recorder, silent } from './nodes.js'

/** A neighbour in a thread of its own: OPEN, then a KEEPALIVE ten times a second until it is told to be silent. */
const neighbour = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { port, hello, keepalive } = workerData
  const socket = require('node:net').connect(port, '127.0.0.1', () => socket.write(Buffer.from(hello, 'hex')))
  const timer = setInterval(() => socket.write(Buffer.from(keepalive, 'hex')), 100)
  parentPort.on('message', () => clearInterval(timer))
  socket.on('data', () => {})
  socket.on('error', () => {})
  socket.on('close', () => process.exit())
`

t.test(
  'T-NODE-2 the loop stands still for longer than the hold time while KEEPALIVEs arrive: nothing is lost',
  async t => {
    const environment = {
      scheduler: new NodeScheduler(),
      transport: new NodeTransport(),
      random: Math.random,
      log: silent
    }
    const families = [familyNamed('inet')!]
    const handler = new Recorder()
    const session = new BgpSession(
      'neighbour',
      {
        ...defaultSettings,
        localAs: 65001,
        peerAs: 65001,
        routerId: 0x0a000001,
        families,
        holdTimeSeconds: 3,
        capabilities: offer({ localAs: 65001, families: families.map(family => ({ family })) }),
        remote: undefined,
        passive: true
      },
      handler,
      environment
    )
    session.start()
    const listener = new BgpListener({
      ...environment,
      addresses: [{ address: '127.0.0.1', port: 0 }],
      find: () => session
    })
    listener.start()
    const until = async (condition: () => boolean): Promise<void> => {
      while (!condition()) await new Promise(resolve => setTimeout(resolve, 10))
    }
    await until(() => listener.endpoints.length > 0)
    const worker = new Worker(neighbour, {
      eval: true,
      workerData: { port: listener.endpoints[0]!.port, hello: open() + keepalive, keepalive }
    })
    t.teardown(async () => {
      session.stop('silent')
      listener.stop()
      await worker.terminate()
    })
    await until(() => session.state === 'established')
    t.equal(session.negotiated?.holdTimeSeconds, 3)
    // As a long garbage collection would: nothing of ours runs, and what is said waits in the kernel.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4500)
    const heard = session.statistics.received.keepalive
    await until(() => session.statistics.received.keepalive > heard || handler.reasons.length > 0)
    await new Promise(resolve => setTimeout(resolve, 100))
    t.equal(session.state, 'established')
    t.same(handler.reasons, [])
    // And silence is found out all the same.
    worker.postMessage('silence')
    await until(() => handler.reasons.length > 0)
    t.equal(session.statistics.holdExpirations, 1)
  }
)
