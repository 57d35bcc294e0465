/** A node with real sockets: what it does about addresses that it cannot listen on. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { makeNodeWith } from '../../src/cli/make-node.js'
import { type NodeConfig, parseNodeConfig } from '../../src/config/node-config.js'
import type { ControlNode } from '../../src/control-node.js'
import { fixtureView } from '../introspect/fixture-view.js'

async function squat(): Promise<{ server: Server; port: number }> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { server, port: (server.address() as { port: number }).port }
}

/** A node whose configuration is this; `control` is there once it is made. */
async function node(t: Test, bgp: string, objects: Readonly<Record<string, string>> = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'weft-node-'))
  await mkdir(join(folder, 'objects'))
  for (const [name, text] of Object.entries(objects)) await writeFile(join(folder, 'objects', name), text)
  t.teardown(() => rm(folder, { recursive: true }))
  const configOf = (bgp: string): NodeConfig => {
    const text = `bgp: ${bgp}\nxmpp: { address: 127.0.0.1, port: 0 }\nlog: { level: silent }`
    const { config, problems } = parseNodeConfig(join(folder, 'weft.yaml'), text)
    t.same(problems, [])
    return config!
  }
  let control: ControlNode | undefined
  const viewOf = (made: ControlNode) => {
    control = made
    return fixtureView()
  }
  const runnable = makeNodeWith(viewOf, () => ({}) as never)(configOf(bgp))
  t.teardown(() => runnable.stop('for-good'))
  const reconfigure = (bgp: string): void => runnable.reconfigure(configOf(bgp))
  return { start: runnable.start, control: control!, reconfigure }
}

t.test('T-TR-6 an address that is taken at the start does not keep the node from starting', async t => {
  const { server, port } = await squat()
  t.teardown(() => server.close())
  const { start, control } = await node(
    t,
    `{ port: ${port}, listen: [{ address: 127.0.0.1 }, { address: 127.0.0.2 }] }`
  )
  await start()
  t.same(control.bgpListener.endpoints, [{ address: '127.0.0.2', port }])
  t.equal(control.bgpCalls.listenErrors, 1)
  t.match(control.bgpListener.ports[0]?.error?.message, /EADDRINUSE/)
})

t.test('T-TR-6 with no address at all it does not start, and says why of each', async t => {
  const { server, port } = await squat()
  t.teardown(() => server.close())
  const taken = await node(t, `{ port: ${port}, listen: [{ address: 127.0.0.1 }, { address: 192.0.2.77 }] }`)
  await t.rejects(taken.start(), {
    message:
      /cannot listen for BGP: .*EADDRINUSE.*127\.0\.0\.1.*; cannot listen for BGP: .*EADDRNOTAVAIL.*192\.0\.2\.77/
  })
})

t.test('a node has started when its configuration is in force', async t => {
  const objects = Object.fromEntries(
    Array.from({ length: 40 }, (_, i) => [`f${i}.yaml`, `- { type: domain, fq_name: [d${i}] }\n`])
  )
  const { start, control } = await node(t, '{ address: 127.0.0.1, port: 0 }', objects)
  await start()
  t.ok(control.config.endOfConfig)
  for (let i = 0; i < 40; i++) t.ok(control.graph.node('domain', `d${i}`))
})

/** What becomes of a call: the name of an error, or what is said to it. */
const call = (address: string, port: number): Promise<string> =>
  new Promise(resolve => {
    const socket = connect({ host: address, port })
    socket.once('error', error => resolve((error as NodeJS.ErrnoException).code ?? error.message))
    socket.once('data', bytes => {
      socket.destroy()
      resolve(bytes.toString('hex', 18, 21))
    })
  })

t.test('where BGP is listened for changes while the node runs', async t => {
  const { server, port } = await squat()
  await new Promise(resolve => server.close(resolve))
  const { start, control, reconfigure } = await node(t, `{ port: ${port}, listen: [{ address: 127.0.0.1 }] }`)
  await start()
  const opened = async (text: string): Promise<void> => {
    reconfigure(text)
    while (control.bgpListener.endpoints.length < control.bgpListener.ports.length)
      await new Promise(resolve => setTimeout(resolve, 5))
  }
  const noSuchNeighbour = '030603'
  t.equal(await call('127.0.0.1', port), noSuchNeighbour)
  await opened(`{ port: ${port}, listen: [{ address: 127.0.0.2 }, { address: 127.0.0.1 }] }`)
  t.equal(await call('127.0.0.2', port), noSuchNeighbour)
  await opened(`{ port: ${port}, listen: [{ address: 127.0.0.2 }] }`)
  t.equal(await call('127.0.0.1', port), 'ECONNREFUSED')
  await opened(`{ address: 0.0.0.0, port: ${port} }`)
  t.equal(await call('127.0.0.1', port), noSuchNeighbour, 'all addresses take the place of one')
  t.equal(control.bgpCalls.listenErrors, 0)
})
