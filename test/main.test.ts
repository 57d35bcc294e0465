import { type ChildProcess, spawn } from 'node:child_process'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { LabAgent } from '../src/lab/agent.js'
import { LabRouter } from '../src/lab/router.js'
import { NodeScheduler } from '../src/runtime/node-scheduler.js'
import { NodeTransport } from '../src/runtime/node-transport.js'

const main = new URL('../src/main.ts', import.meta.url).pathname
const example = new URL('../examples/quick-start', import.meta.url)

interface Ports {
  readonly bgp: number
  readonly xmpp: number
  readonly introspect: number
}

const freePort = (address: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, address, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })

/** The quick start, on free ports. */
async function configuration(): Promise<{ folder: string; file: string; ports: Ports }> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-main-'))
  await cp(example, folder, { recursive: true })
  const [bgp, xmpp, introspect] = await Promise.all(['127.0.0.1', '127.0.0.1', '127.0.0.1'].map(freePort))
  const ports = { bgp: bgp!, xmpp: xmpp!, introspect: introspect! }
  const file = join(folder, 'weft.yaml')
  const text = (await readFile(file, 'utf8'))
    .replace('port: 1179', `port: ${bgp}`)
    .replace('port: 5269', `port: ${xmpp}`)
    .replace('port: 8083', `port: ${introspect}`)
    .replace('format: pretty', 'format: json')
  await writeFile(file, text)
  return { folder, file, ports }
}

interface Running {
  readonly process: ChildProcess
  readonly exited: Promise<number | null>
  readonly output: () => string
}

function weft(...words: readonly string[]): Running {
  const child = spawn(process.execPath, ['--import', 'tsx', main, ...words], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data))
  const exited = new Promise<number | null>(resolve => child.once('close', resolve))
  return { process: child, exited, output: () => text }
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (holds()) return
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  throw new Error(`never: ${what}`)
}

t.test('weft run: serves, says where, and leaves in order', async t => {
  const { folder, file, ports } = await configuration()
  const running = weft('run', '--config', file)
  t.teardown(() => running.process.kill('SIGKILL'))
  t.teardown(() => rm(folder, { recursive: true }))
  await until('it runs', () => running.output().includes('Try: '))
  t.match(running.output(), `  BGP         127.0.0.1:${ports.bgp}`)
  t.match(running.output(), `  XMPP        127.0.0.1:${ports.xmpp}`)
  t.match(running.output(), `  introspect  http://127.0.0.1:${ports.introspect}/`)

  const [scheduler, transport] = [new NodeScheduler(), new NodeTransport()]
  const edge = new LabRouter({
    scheduler,
    transport,
    name: 'edge',
    as: 65311,
    address: '127.0.0.2',
    families: ['inet'],
    neighbors: [{ address: '127.0.0.1', as: 64512, port: ports.bgp }]
  })
  edge.start()
  t.teardown(() => edge.stop())
  const agent = new LabAgent({
    scheduler,
    transport,
    name: 'vr-01',
    nextHop: '10.61.0.21',
    server: { address: '127.0.0.1', port: ports.xmpp }
  })
  agent.start()
  t.teardown(() => agent.stop())
  await until('sessions', () => edge.isEstablished && agent.isEstablished)
  const api = `http://127.0.0.1:${ports.introspect}/api/v1`
  t.match(await (await fetch(`${api}/status`)).json(), {
    hostname: 'cn-a',
    functional: true,
    neighbors: { total: 1, established: 1 },
    agents: { total: 1, established: 1 }
  })
  const sandesh = await (await fetch(`http://127.0.0.1:${ports.introspect}/Snh_BgpNeighborReq`)).text()
  t.match(sandesh, />Established</)

  const second = weft('run', '--config', file)
  t.equal(await second.exited, 4)
  const [word] = second
    .output()
    .split('\n')
    .filter(line => line.startsWith('weft: '))
  t.match(word, /^weft: cannot start: cannot listen for .*EADDRINUSE/)

  const begun = performance.now()
  running.process.kill('SIGTERM')
  t.equal(await running.exited, 0)
  t.ok(performance.now() - begun < 2000)
  const session = edge.sessions.get('127.0.0.1')!
  await until('the router has heard it', () => session.closes.length > 0)
  t.match(session.closes[0], { cause: 'notification-received', notification: { code: 6, subcode: 2 } })
})
