/** Bad input and bad company (issues 2 and 3): the specified reaction, a counter, a log line, and nobody else disturbed. */
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { masterInstance, openStream } from '../../src/lab/agent-text.js'
import { SeededRandom } from '../../src/runtime/seeded-random.js'
import { corpusOf, mutate } from '../../test/fuzz/corpus.js'
import { bgpTarget, xmppTarget } from '../../test/fuzz/targets.js'
import { Child } from '../harness/child.js'
import { bgpPort, onGround } from '../harness/ground.js'
import { xmppPort } from '../harness/node.js'
import { expect, expectEqual, type Report } from '../harness/report.js'
import type { Suite } from '../harness/suite.js'
import { pause, until } from '../harness/until.js'
import { bgpMessage, keepaliveMessage, openMessage, updateMessage } from './raw-peer.js'
import { httpPort, malloryAs, malloryHost, Stage } from './stage.js'

/** Each attack by a neighbour comes from an address of its own: none waits for the punishment of another. */
let nextMallory = 0

export const robustness: Suite = {
  name: 'robustness',
  deadlineSeconds: 180,
  missing: () => (process.platform === 'linux' ? undefined : 'needs the addresses of 127.0.0.0/8'),
  run: async report => {
    await onGround(async ground => {
      const stage = await Stage.start(ground)
      const check = (feature: string, body: () => Promise<unknown>) =>
        report.check('robustness', feature, async () => {
          const answer = await body()
          await stage.fine()
          return answer
        })
      await bgpChecks(stage, check)
      await xmppChecks(stage, check)
      await crowdChecks(stage, check)
      await deafChecks(stage, check)
      await httpChecks(stage, check)
      await storeChecks(stage, check)
      await endChecks(stage, report)
    })
  }
}

type Check = (feature: string, body: () => Promise<unknown>) => Promise<boolean>

function mallory(stage: Stage, established: boolean, ...bytes: Uint8Array[]) {
  const host = malloryHost! + nextMallory++
  const hello = established ? [openMessage(malloryAs, stage.ground.address(host)), keepaliveMessage] : []
  return stage.raw(bgpPort, host, ...hello, ...bytes)
}

async function bgpChecks(stage: Stage, check: Check): Promise<void> {
  const said: readonly [what: string, established: boolean, bytes: Uint8Array, code: number, sub: number][] =
    [
      ['garbage', false, Buffer.from('GET / HTTP/1.1\r\nHost: weft\r\n\r\n'), 1, 1],
      ['a truncated header length', false, bgpMessage(4, [], 18), 1, 2],
      ['an unknown message type', false, bgpMessage(9), 1, 3],
      ['a message of 65,535 bytes', true, bgpMessage(2, [], 65535), 1, 2],
      ['an UPDATE with a prefix of 33 bits', true, bgpMessage(2, [0, 0, 0, 0, 33, 1, 2, 3, 4, 5]), 3, 10]
    ]
  for (const [what, established, bytes, code, subcode] of said) {
    await check(`BGP: ${what}`, async () => {
      const peer = mallory(stage, established, bytes)
      await until('it is closed', () => peer.isClosed, 5)
      expectEqual(peer.notification, [code, subcode], 'NOTIFICATION')
    })
  }
  await check('BGP: mutated sessions', async () => {
    const [random, samples] = [new SeededRandom(3), corpusOf(bgpTarget)]
    const begun = nextMallory
    for (; nextMallory < begun + 15; ) {
      const peer = mallory(stage, true)
      await until('an answer', () => peer.types.length > 0 || peer.isClosed, 5)
      for (let i = 0; i < 60 && !peer.isClosed; i++) peer.send(mutate(samples, random))
      await pause(100)
      peer.close()
    }
    expect(/BGP session closed/.test(stage.log), 'no line of the log tells of it')
  })
  await check('BGP: a flood of KEEPALIVEs', async () => {
    const peer = mallory(stage, true)
    await until('established', () => peer.isEstablished, 5)
    const flood = Buffer.concat(Array.from({ length: 20_000 }, () => keepaliveMessage))
    for (let i = 0; i < 20; i++) {
      peer.send(flood)
      await pause(20)
    }
    await stage.fine()
    expect(!peer.isClosed, 'it is no error')
    peer.close()
  })
}

async function xmppChecks(stage: Stage, check: Check): Promise<void> {
  const header = Buffer.from(openStream('fuzz-1'))
  for (const [what, bytes, log] of [
    ['garbage instead of a header', Buffer.alloc(20_000, 'x'), /without an end/],
    ['XML that is none', Buffer.concat([header, Buffer.from('<iq><a></b></iq>')]), /agent session ended/],
    [
      'a stanza without an end',
      Buffer.concat([header, Buffer.from(`<iq>${'x'.repeat(2 << 20)}`)]),
      /without an end/
    ]
  ] as const) {
    await check(`XMPP: ${what}`, async () => {
      const peer = stage.raw(xmppPort, 5, bytes)
      await until('it is closed', () => peer.isClosed, 5)
      expect(log.test(stage.log), 'no line of the log tells of it')
    })
  }
  await check('XMPP: mutated sessions', async () => {
    const [random, samples] = [new SeededRandom(4), corpusOf(xmppTarget)]
    for (let round = 0; round < 20; round++) {
      const peer = stage.raw(xmppPort, 5, header)
      for (let i = 0; i < 60; i++) peer.send(mutate(samples, random))
      await pause(50)
      peer.close()
    }
  })
}

/** Behind those whose lines are looked for in the log: so many callers use up what it has room for. */
async function crowdChecks(stage: Stage, check: Check): Promise<void> {
  await check('BGP and XMPP: 1,000 connections that send nothing', async () => {
    const before = stage.memory
    const silent = Array.from({ length: 1000 }, (_, i) =>
      stage.raw(i % 2 === 0 ? bgpPort : xmppPort, 120 + (i % 100))
    )
    await pause(1500)
    await stage.fine()
    await until('they are gone', () => silent.every(({ isClosed }) => isClosed), 25)
    expect(/no stream header within/.test(stage.log), 'no line of the log tells of it')
    return await stage.memoryReturns(before, 60)
  })
}

async function deafChecks(stage: Stage, check: Check): Promise<void> {
  await check('50,000 routes beside a neighbour and an agent that never read', async () => {
    const before = stage.memory
    const peer = mallory(stage, true)
    const deaf = stage.raw(xmppPort, 6, Buffer.from(openStream('deaf')))
    await until('both are in', () => peer.isEstablished && deaf.bytes > 0, 5)
    peer.stopReading()
    deaf.stopReading()
    const text = (what: string) =>
      `<iq type="set" from="deaf" to="network-control@contrailsystems.com/bgp-peer" id="1"><pubsub xmlns="http://jabber.org/protocol/pubsub"><${what} node="${masterInstance}"><options><instance-id>0</instance-id></options></${what}></pubsub></iq>`
    deaf.send(text('subscribe'))
    const many = Array.from(
      { length: 50_000 },
      (_, i) => `100.${64 + (i >> 14)}.${(i >> 6) & 255}.${(i & 63) * 4}/30`
    )
    const bulk = stage.ground.router({
      name: 'bulk',
      as: malloryAs,
      address: stage.ground.address(malloryHost! + nextMallory++),
      families: ['inet'],
      neighbors: [{ address: stage.address, as: 64512, port: bgpPort }]
    })
    await until('the router with the routes is connected', () => bulk.isEstablished, 10)
    const begun = performance.now()
    bulk.announceAll('inet', many)
    await until('the agent that reads has them', () => stage.agent.routes(masterInstance).size >= 50_000, 20)
    const took = ((performance.now() - begun) / 1000).toFixed(1)
    for (let i = 0; i < 40; i++) {
      deaf.send(text('unsubscribe') + text('subscribe'))
      peer.send(keepaliveMessage)
      await pause(25)
    }
    await stage.fine()
    const most = stage.memory
    peer.close()
    deaf.close()
    bulk.stop()
    await until('they are gone', () => stage.agent.routes(masterInstance).size < 10, 30)
    return `told in ${took} s, ${before.toFixed(0)} MB before, at most ${most.toFixed(0)}; ${await stage.memoryReturns(before, 120)}`
  })
}

async function httpChecks(stage: Stage, check: Check): Promise<void> {
  await check('HTTP: unknown paths and methods, huge headers, bad escapes', async () => {
    const { address } = stage
    const status = async (path: string, init: RequestInit = {}) =>
      (await fetch(`http://${address}:${httpPort}${path}`, init)).status
    expectEqual(await status('/no/such/path'), 404, 'an unknown path')
    expectEqual(await status('/api/v1/nothing'), 404, 'an unknown path of the API')
    expectEqual(await status('/%zz%'), 404, 'a bad escape')
    expect([404, 405].includes(await status('/api/v1/neighbors', { method: 'DELETE' })), 'DELETE is taken')
    expect(
      (await status('/api/v1/neighbors', { headers: { x: 'y'.repeat(20_000) } })) === 431,
      'huge headers'
    )
  })
  await check('HTTP: senders that never come to an end', async () => {
    const slow: Socket[] = []
    for (let i = 0; i < 60; i++) {
      const socket = connect({ host: stage.address, port: httpPort })
      socket.on('error', () => {})
      socket.write('GET /metrics HTTP/1.1\r\nX: ')
      slow.push(socket)
    }
    for (let i = 0; i < 20; i++) {
      for (const socket of slow) socket.write('y')
      await pause(50)
    }
    expectEqual((await stage.get('/metrics')).status, 200, 'others are answered')
    for (const socket of slow) socket.destroy()
  })
}

async function storeChecks(stage: Stage, check: Check): Promise<void> {
  await check('objects with wrong types, dangling references, and no JSON at all', async () => {
    const name = ['default-domain', 'demo', 'odd', 'odd']
    stage.writeObjects('broken.json', '{ this is no JSON')
    stage.writeObjects('types.json', [
      { type: 'routing_instance', fq_name: 7 },
      { type: 'bgp_router', fq_name: name, bgp_router_parameters: 'x' }
    ])
    stage.writeObjects('dangling.json', [
      {
        type: 'routing_instance',
        fq_name: name,
        parent_type: 'virtual-network',
        routing_instance_refs: [{ to: ['a', 'b', 'c', 'd'], attr: null }]
      }
    ])
    await until(
      'the log names the files',
      () => ['broken', 'types', 'dangling'].every(file => stage.log.includes(`${file}.json`)),
      15
    )
    const { text } = await stage.get('/metrics')
    const problems = Number(/^weft_config_problems (\d+)/m.exec(text)?.[1])
    expect(problems >= 3, `${problems} problems are counted`)
    for (const file of ['broken', 'types', 'dangling']) stage.writeObjects(`${file}.json`, [])
  })
}

async function endChecks(stage: Stage, report: Report): Promise<void> {
  await report.check(
    'robustness',
    'a second node on the same ports ends with code 4 and says why',
    async () => {
      const { ground } = stage
      const main = join(import.meta.dirname, '../../src/main.ts')
      const second = new Child({
        command: process.execPath,
        args: ['--import', 'tsx', main, 'run', '--config', join(ground.folder, 'weft.yaml')],
        logFile: join(ground.folder, 'second.log')
      })
      ground.atEnd(() => second.stop())
      await until('it has ended', () => !second.isRunning, 20)
      expectEqual(second.exitCode, 4, 'exit code')
      expect(/EADDRINUSE/.test(second.log), second.lastWords)
      await stage.fine()
    }
  )
  await report.check('robustness', 'SIGTERM under load: Cease, and an end within 3 s', async () => {
    const peer = mallory(stage, true)
    await until('established', () => peer.isEstablished, 5)
    for (let i = 0; i < 500; i++) peer.send(updateMessage(malloryAs, '10.250.0.1', (i * 100) % 60_000, 100))
    const begun = performance.now()
    stage.child.signal('SIGTERM')
    await until('it has ended', () => !stage.child.isRunning, 5)
    const seconds = (performance.now() - begun) / 1000
    expect(seconds < 3, `after ${seconds.toFixed(1)} s`)
    expectEqual(stage.child.exitCode, 0, 'exit code')
    expectEqual(peer.notification, [6, 2], 'NOTIFICATION')
    return `${seconds.toFixed(1)} s`
  })
}
