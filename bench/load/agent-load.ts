/**
 * The agents' load: XMPP connections that subscribe to one instance, publish routes that were rendered before the
 * clock starts, and count what they are told. Process of its own, perhaps one of several: `node agent-load.js
 * OPTIONS`, started by `bench/run.ts`.
 */
import net from 'node:net'
import { AgentStanzas, keepalive, openStream } from '../../src/lab/agent-text.js'
import { ItemCheck, ItemCounter, instanceName } from './item-counter.js'
import { beginOwnDelay, ownDelayMs } from './own-delay.js'
import { type AgentLoadOptions, ask, fail, pause, tell } from './protocol.js'

const options = JSON.parse(process.argv[2]!) as AgentLoadOptions
const { first, agents, allAgents, routes, port, holdSeconds } = options
const expected = allAgents * routes
/** Agents whose items are read one by one. */
const checked = 2
const shared = Buffer.allocUnsafe(512 * 1024)
const quietMs = 1_000
const atOnce = 20

class Agent {
  readonly counter = new ItemCounter()
  readonly check: ItemCheck | undefined
  readonly load: Buffer
  readonly #name: string
  readonly #stanzas: AgentStanzas
  #socket: net.Socket | undefined
  #heardAt = 0
  #isOpen = false
  bytes = 0
  lateMs = 0
  doneAt = 0

  constructor(
    readonly number: number,
    private readonly done: () => void
  ) {
    this.#name = `agent-${number}`
    const nextHop = `172.16.${number >> 8}.${number & 255 || 1}`
    this.#stanzas = new AgentStanzas(this.#name, nextHop)
    this.check = number - first < checked ? new ItemCheck(expected) : undefined
    const texts: string[] = []
    for (let r = 0; r < routes; r++) {
      const route = number * routes + r
      const prefix = `10.${route >> 16}.${(route >> 8) & 255}.${route & 255}/32`
      texts.push(this.#stanzas.associate(instanceName, { prefix, nextHop, label: 16 + r }))
    }
    this.load = Buffer.from(texts.join(''))
  }

  open(): Promise<void> {
    return new Promise(opened => {
      const localAddress = `127.3.${Math.floor(this.number / 200)}.${(this.number % 200) + 1}`
      const callback = (length: number, bytes: Uint8Array): boolean => {
        if (this.#isOpen) this.#received(bytes as Buffer, length)
        else {
          this.#isOpen = true
          this.#heardAt = performance.now()
          socket.write(this.#stanzas.subscribe(instanceName, 7, false))
          opened()
        }
        return true
      }
      const socket = net.connect({
        host: '127.0.0.1',
        port,
        localAddress,
        onread: { buffer: shared, callback }
      })
      this.#socket = socket
      socket.setNoDelay(true)
      socket.write(openStream(this.#name))
      socket.on('error', fail)
      socket.on('close', () => fail(`${this.#name}: connection closed`))
      setInterval(() => socket.write(keepalive), holdSeconds * 300)
    })
  }

  publish(): void {
    this.#socket!.write(this.load)
  }

  checkSilence(now: number): void {
    this.lateMs = Math.max(this.lateMs, now - this.#heardAt - (holdSeconds * 1000) / 3)
  }

  #received(bytes: Buffer, length: number): void {
    const now = performance.now()
    this.checkSilence(now)
    this.#heardAt = now
    this.bytes += length
    // What an earlier read left behind it in the shared memory is none of ours.
    const read = bytes.subarray(0, length)
    this.counter.read(read, length)
    this.check?.read(read, length)
    if (this.doneAt > 0 || this.counter.items < expected) return
    this.doneAt = now
    this.done()
  }
}

try {
  let left = agents
  let finished: () => void = () => {}
  const done = new Promise<void>(resolve => {
    finished = resolve
  })
  const all = Array.from({ length: agents }, (_, i) => new Agent(first + i, () => --left === 0 && finished()))
  const waiting = [...all]
  const opener = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next.open()
  }
  await Promise.all(Array.from({ length: atOnce }, opener))
  await pause(quietMs)
  await ask({ kind: 'ready' })
  for (const agent of all) agent.bytes = agent.lateMs = 0
  await ask({ kind: 'begin', phase: 'announce' })
  beginOwnDelay()
  const own = process.cpuUsage()
  const start = performance.now()
  const timeout = setTimeout(() => {
    const items = all.map(agent => agent.counter.items)
    fail(
      `after ${options.timeoutSeconds} s agents have ${Math.min(...items)} to ${Math.max(...items)} of ${expected} items`
    )
  }, options.timeoutSeconds * 1000)
  for (const agent of all) agent.publish()
  await done
  clearTimeout(timeout)
  const end = Math.max(...all.map(agent => agent.doneAt))
  const used = process.cpuUsage(own)
  for (const agent of all) agent.checkSilence(end)
  await ask({ kind: 'end', phase: 'announce' })
  await pause(quietMs)
  const sum = (of: (agent: Agent) => number): number => all.reduce((total, agent) => total + of(agent), 0)
  tell({
    kind: 'agents',
    result: {
      items: sum(agent => agent.counter.items),
      seconds: (end - start) / 1000,
      bytes: sum(agent => agent.bytes),
      loadCpu: (used.user + used.system) / 1e6,
      keepaliveLateMs: Math.max(...all.map(agent => agent.lateMs)),
      loadLoopMaxMs: ownDelayMs(),
      missing: sum(agent => agent.check?.missing ?? 0),
      duplicates: sum(agent => agent.check?.duplicates ?? 0)
    }
  })
  process.disconnect()
  process.exit()
} catch (error) {
  fail(error)
}
