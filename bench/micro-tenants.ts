/**
 * What an idle session of BGP as a service costs in memory beside its socket (spec bgp 17.1, T-BAAS-6):
 * `node --import tsx bench/micro-tenants.ts [sessions] [AS numbers]`. A node of its own process is called by so many clients over
 * loopback, with inet and inet6, in fifty instances with a gateway each: those of one AS share what an instance tells; another process takes as many connections and
 * does nothing with them. Memory is what is left after collection.
 */
import { type ChildProcess, fork } from 'node:child_process'
import net from 'node:net'
import { fileURLToPath } from 'node:url'
import { ControlNode } from '../src/control-node.js'
import { ObjectStore } from '../src/lab/object-store.js'
import { NodeScheduler } from '../src/runtime/node-scheduler.js'
import { NodeTransport } from '../src/runtime/node-transport.js'

const [kind, count, systems] = process.argv.slice(2)
const port = 21_790
const node = '127.0.0.1'
/**
 * Every client calls from the address of its compute node, and from its own port: another address in each run, as the
 * ports of the last one may still wait for the end of their time.
 */
const computeNode = (kind: 'node' | 'sockets'): string =>
  `127.${1 + (process.pid & 127)}.${(process.pid >> 7) & 255}.${kind === 'node' ? 21 : 22}`
const firstPort = 22_000
const instances = 50
const as = 64_512
/** The clients take turns in AS numbers from here on. */
const firstTenantAs = 1000

/** Bytes in use: objects, and buffers outside of the heap. */
interface Memory {
  readonly heap: number
  readonly external: number
  /** Connections, and for a node sessions that are up. */
  readonly open: number
}

async function compare(sessions: number, systems: number): Promise<void> {
  const sockets = await measure('sockets', sessions, systems)
  const tenants = await measure('node', sessions, systems)
  const kilobytes = (bytes: number): string => (bytes / sessions / 1000).toFixed(1)
  const print = (what: string, { heap, external }: Memory): void =>
    console.log(`${what}: heap ${kilobytes(heap)} kB, buffers ${kilobytes(external)} kB each`)
  console.log(`${sessions} idle sessions, ${instances} instances, ${systems} AS numbers`)
  print('a connection alone', sockets)
  print('a session with its connection', tenants)
  const beside = tenants.heap + tenants.external - sockets.heap - sockets.external
  console.log(`beside the socket: ${kilobytes(beside)} kB each`)
}

/** What the process of that kind has more with the sessions than before. */
async function measure(kind: 'node' | 'sockets', sessions: number, systems: number): Promise<Memory> {
  const child = fork(fileURLToPath(import.meta.url), [kind, `${sessions}`, `${systems}`], {
    execArgv: ['--expose-gc', '--import', 'tsx']
  })
  await answer(child, 'ready')
  const before = await memoryOf(child)
  const connections = await call(sessions, systems, computeNode(kind))
  let after = await memoryOf(child)
  while (after.open < sessions) {
    await new Promise(resolve => setTimeout(resolve, 500))
    after = await memoryOf(child)
  }
  for (const connection of connections) connection.destroy()
  const exited = new Promise(resolve => child.once('exit', resolve))
  child.send('end')
  await exited
  return { heap: after.heap - before.heap, external: after.external - before.external, open: after.open }
}

async function memoryOf(child: ChildProcess): Promise<Memory> {
  child.send('memory')
  return (await answer(child, 'memory')) as Memory
}

const answer = (child: ChildProcess, kind: string): Promise<unknown> =>
  new Promise(resolve => {
    const heard = (message: { kind: string; value: unknown }): void => {
      if (message.kind !== kind) return
      child.off('message', heard)
      resolve(message.value)
    }
    child.on('message', heard)
  })

/** Connections that say OPEN, KEEPALIVE and then a KEEPALIVE now and again. */
async function call(sessions: number, systems: number, localAddress: string): Promise<net.Socket[]> {
  const connections: net.Socket[] = []
  for (let i = 0; i < sessions; i++) {
    await new Promise<void>((resolve, reject) => {
      const options = { host: node, port, localAddress, localPort: firstPort + i }
      const connection = net.connect(options, () => {
        connection.write(Buffer.concat([openOf(i, systems), keepalive]))
        resolve()
      })
      connection.on('error', reject)
      connection.resume()
      connections.push(connection)
    })
  }
  const timer = setInterval(() => {
    for (const connection of connections) if (connection.writable) connection.write(keepalive)
  }, 25_000)
  timer.unref()
  return connections
}

const marker = Buffer.alloc(16, 0xff)
const message = (type: number, body: Buffer): Buffer =>
  Buffer.concat([marker, Buffer.of(0, 19 + body.length, type), body])
const keepalive = message(4, Buffer.alloc(0))
const asOf = (i: number, systems: number): number => firstTenantAs + (i % systems)
/** Hold time 90; IPv4 and IPv6 unicast. */
const openOf = (i: number, systems: number): Buffer =>
  message(
    1,
    Buffer.concat([
      Buffer.of(4, asOf(i, systems) >> 8, asOf(i, systems) & 255, 0, 90, 10, 1, i >> 8, (i & 255) | 1),
      Buffer.from('0e020c' + '010400010001' + '010400020001', 'hex')
    ])
  )

function collected(open: number): Memory {
  for (let i = 0; i < 3; i++) (globalThis as { gc?: () => void }).gc!()
  const { heapUsed: heap, external } = process.memoryUsage()
  return { heap, external, open }
}

function answerWith(open: () => number, end: () => void): void {
  process.on('disconnect', () => process.exit())
  process.on('message', asked => {
    if (asked === 'memory') process.send!({ kind: 'memory', value: collected(open()) })
    else {
      end()
      process.disconnect()
    }
  })
}

function runSockets(): void {
  const connections = new Set<object>()
  const listener = new NodeTransport().listen({
    address: node,
    port,
    listening: () => process.send!({ kind: 'ready' }),
    accepted: connection => {
      connections.add(connection)
      connection.attach({ received() {}, writable() {}, closed: () => connections.delete(connection) })
    }
  })
  answerWith(
    () => connections.size,
    () => listener.close()
  )
}

function runNode(sessions: number, systems: number): void {
  const silent = { info() {}, warn() {}, debug() {} }
  const own = new ControlNode({
    hostname: 'cn-a',
    store: new ObjectStore(JSON.stringify(objects(sessions, systems))),
    scheduler: new NodeScheduler(),
    transport: new NodeTransport(),
    bgp: { listen: [{ address: node, port }] },
    xmpp: { address: node, port: port + 1 },
    log: silent,
    random: Math.random
  })
  own.start()
  const up = (): number => [...own.peers].filter(({ session }) => session.state === 'established').length
  answerWith(up, () => own.stop())
  const look = setInterval(() => {
    if (!own.config.endOfConfig || own.peers.size < sessions) return
    // Clients here call once: none may call before its instance is there.
    for (const { session } of own.peers) if (session.state !== 'active') return
    clearInterval(look)
    process.send!({ kind: 'ready' })
  }, 100)
}

function objects(sessions: number, systems: number): object[] {
  const master = ['default-domain', 'default-project', 'ip-fabric', '__default__']
  const nameOf = (i: number): string[] => ['default-domain', 'demo', `n${i}`, `n${i}`]
  const router = (name: string[], parameters: object, refs: object[] = []): object => ({
    type: 'bgp_router',
    fq_name: name,
    parent_type: 'routing-instance',
    bgp_router_parameters: parameters,
    bgp_router_refs: refs
  })
  return [
    {
      type: 'global_system_config',
      fq_name: ['default-global-system-config'],
      autonomous_system: as,
      enable_4byte_as: true,
      bgpaas_parameters: { port_start: firstPort, port_end: firstPort + sessions - 1 }
    },
    router([...master, 'cn-a'], {
      router_type: 'control-node',
      autonomous_system: as,
      identifier: node,
      address: node,
      port
    }),
    ...Array.from({ length: instances }, (_, i) => ({
      type: 'routing_instance',
      fq_name: nameOf(i),
      parent_type: 'virtual-network',
      route_target_refs: [{ to: [`target:${as}:${8_000_000 + i}`], attr: { import_export: null } }]
    })),
    ...Array.from({ length: instances }, (_, i) =>
      router([...nameOf(i), 'bgpaas-server'], { router_type: 'bgpaas-server' })
    ),
    ...Array.from({ length: sessions }, (_, i) => {
      const instance = i % instances
      const address = `10.${instance}.${i >> 8}.${i & 255}`
      const parameters = {
        router_type: 'bgpaas-client',
        autonomous_system: asOf(i, systems),
        identifier: address,
        address,
        source_port: firstPort + i,
        gateway_address: `10.${instance}.255.1`,
        ipv6_gateway_address: `fd00:${instance}::1`
      }
      const session = { attributes: [{ bgp_router: null, address_families: { family: ['inet', 'inet6'] } }] }
      const to = [...nameOf(instance), 'bgpaas-server']
      return router([...nameOf(instance), `c${i}`], parameters, [{ to, attr: { session: [session] } }])
    })
  ]
}

if (kind === 'node') runNode(Number(count), Number(systems))
else if (kind === 'sockets') runSockets()
else await compare(Number(kind ?? 5000), Number(count ?? 1))
