import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { NodeFactory } from '../../src/cli/run.js'
import { fixtureView } from '../introspect/fixture-view.js'
import { weft } from './running-cli.js'

const file = async (text: string): Promise<string> => {
  const path = join(await mkdtemp(join(tmpdir(), 'weft-')), 'weft.yaml')
  await writeFile(path, text)
  return path
}

/** A node that does nothing, and what was called on it. */
function fakeNode(start: () => Promise<void> = async () => {}): { make: NodeFactory; calls: string[] } {
  const calls: string[] = []
  return {
    calls,
    make: () => ({
      view: fixtureView(),
      log: { info: () => {}, warn: (_, message) => calls.push(`warning: ${message}`), error: () => {} },
      start: async () => {
        calls.push('start')
        await start()
      },
      reconfigure: ({ bgp }) => {
        calls.push(`reconfigure: ${[...bgp.neighbours.keys()]}`)
      },
      stop: async ending => {
        calls.push(`stop ${ending}`)
      }
    })
  }
}

for (const [signal, ending] of [
  ['SIGTERM', 'restart'],
  ['SIGINT', 'for-good']
] as const)
  t.test(`runs until ${signal}`, async t => {
    const { make, calls } = fakeNode()
    const running = weft(['run', '-c', await file('introspect: { port: 0 }')], { makeNode: make })
    await t.rejects(Promise.race([running.then(() => Promise.reject(new Error('ended'))), failLater()]), {
      message: 'runs'
    })
    const begun = performance.now()
    process.emit(signal)
    const result = await running
    t.ok(performance.now() - begun < 2000)
    t.equal(result.endsWithin, 2000, 'the process ends in time, and not the one that runs this test')
    t.equal(result.code, 0)
    t.match(
      result.error,
      /is running\.\n {2}BGP +0\.0\.0\.0:179\n +not yet 198\.51\.100\.12:179, tried again: l/
    )
    t.match(result.error, /Try: weft ctr status --port \d+/)
    t.strictSame(calls, ['start', `stop ${ending}`])
  })

t.test('SIGHUP while the node ends: caught to the last, or the process would end as if killed', async t => {
  const others = process.listenerCount('SIGHUP')
  const whileItEnds: number[] = []
  const { make, calls } = fakeNode()
  const slow: NodeFactory = config => ({
    ...make(config),
    stop: async () => {
      process.emit('SIGHUP')
      await new Promise(resolve => setTimeout(resolve, 50))
      whileItEnds.push(process.listenerCount('SIGHUP'))
    }
  })
  const running = weft(['run', '-c', await file('introspect: { port: 0 }')], { makeNode: slow })
  await t.rejects(Promise.race([running.then(() => Promise.reject(new Error('ended'))), failLater()]), {
    message: 'runs'
  })
  process.emit('SIGTERM')
  t.equal((await running).code, 0)
  t.strictSame(whileItEnds, [others + 1])
  t.strictSame(calls, ['start'], 'and nothing is read')
  t.equal(process.listenerCount('SIGHUP'), others)
})

t.test('SIGHUP while the node starts: read once it has', async t => {
  const { make, calls } = fakeNode(async () => {
    process.emit('SIGHUP')
    await new Promise(resolve => setTimeout(resolve, 50))
    calls.push('started')
  })
  const running = weft(['run', '-c', await file('introspect: { port: 0 }')], { makeNode: make })
  while (!calls.some(call => call.startsWith('reconfigure')))
    await new Promise(resolve => setTimeout(resolve, 10))
  process.emit('SIGTERM')
  t.equal((await running).code, 0)
  t.strictSame(calls, ['start', 'started', 'reconfigure: ', 'stop restart'])
})

t.test('SIGHUP while the node rehearses: read once it has started', async t => {
  const { make, calls } = fakeNode()
  const heard: boolean[] = []
  const rehearse = async () => {
    heard.push(process.emit('SIGHUP'))
  }
  const running = weft(['run', '-c', await file('introspect: { port: 0 }')], { makeNode: make, rehearse })
  while (heard.length === 0 || (heard[0] && calls.length < 2))
    await new Promise(resolve => setTimeout(resolve, 10))
  await t.rejects(Promise.race([running.then(() => Promise.reject(new Error('ended'))), failLater()]), {
    message: 'runs'
  })
  process.emit('SIGTERM')
  t.equal((await running).code, 0)
  t.same(heard, [true], 'or it would end the process')
  t.strictSame(calls, ['start', 'reconfigure: ', 'stop restart'])
})

for (const [where, rehearse] of [
  ['itself', () => Promise.reject(new Error('a defect'))],
  [
    'a timer',
    () =>
      new Promise<void>(() => {
        setImmediate(() => process.emit('uncaughtException', new Error('a defect')))
      })
  ]
] as const)
  t.test(`a rehearsal that fails in ${where} does not keep the node from starting`, async t => {
    const { make, calls } = fakeNode()
    const listeners = process.listenerCount('uncaughtException')
    const running = weft(['run', '-c', await file('introspect: { port: 0 }')], { makeNode: make, rehearse })
    await t.rejects(Promise.race([running.then(() => Promise.reject(new Error('ended'))), failLater()]), {
      message: 'runs'
    })
    process.emit('SIGTERM')
    t.equal((await running).code, 0)
    t.strictSame(calls, [
      'warning: the rehearsal before the start has failed: the node starts without it',
      'start',
      'stop restart'
    ])
    t.equal(process.listenerCount('uncaughtException'), listeners)
  })

const failLater = (): Promise<never> =>
  new Promise((_, reject) => setTimeout(() => reject(new Error('runs')), 300))

t.test('what cannot start', async t => {
  const missing = await weft(['run', '-c', '/no/such/weft.yaml'], { makeNode: fakeNode().make })
  t.equal(missing.code, 4)
  t.match(missing.error, 'ENOENT')

  const wrong = await weft(['run', '-c', await file('bgpp: {}')], { makeNode: fakeNode().make })
  t.equal(wrong.code, 4)
  t.match(wrong.error, 'bgpp')

  const { make, calls } = fakeNode(async () => {
    throw new Error('cannot listen for BGP: address in use')
  })
  const refused = await weft(['run', '-c', await file('introspect: { port: 0 }')], { makeNode: make })
  t.equal(refused.code, 4)
  t.equal(refused.error, 'weft: cannot start: cannot listen for BGP: address in use')
  t.strictSame(calls, ['start', 'stop for-good'])

  const taken = createServer()
  await new Promise<void>(resolve => taken.listen(0, '127.0.0.1', resolve))
  t.teardown(() => taken.close())
  const { port } = taken.address() as { port: number }
  const busy = await weft(['run', '-c', await file(`introspect: { port: ${port} }`)], {
    makeNode: fakeNode().make
  })
  t.equal(busy.code, 4)
  t.match(busy.error, /^weft: cannot start: listen EADDRINUSE/)
})
