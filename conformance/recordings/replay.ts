/**
 * Feeds what agents and BGP peers once sent to the original into a whole Weft node, in virtual time, and compares
 * after each step what they know: agents' items and peers' routes (`agent-view.ts`, `peer-view.ts` say what is
 * normalised). The configuration is the recorded one, through the `files` store.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { FilesStore } from '../../src/config-store/files-store.js'
import { ControlNode } from '../../src/control-node.js'
import type { Connection, ConnectionHandler } from '../../src/runtime/transport.js'
import { VirtualNetwork, type VirtualTransport } from '../../src/runtime/virtual-network.js'
import { VirtualScheduler } from '../../src/runtime/virtual-time.js'
import { AgentView } from './agent-view.js'
import { Comparison, type Difference } from './compare.js'
import { PeerView } from './peer-view.js'
import { readSteps, type Step } from './recording.js'
import type { ApiObject, Scenario } from './scenarios.js'

/** What is compared so far; other families are left out of both sides. */
const agentFamilies: ReadonlySet<string> = new Set(['1/1', '2/1', '1/4'])
const peerFamilies: ReadonlySet<string> = new Set(['1/1', '2/1', '1/4', '1/128', '2/128', '1/132'])

const defaultStepSeconds = 3
const keepaliveEveryMs = 20_000
const bgpKeepalive = Buffer.from(`${'ff'.repeat(16)}001304`, 'hex')
const xmppKeepalive = Buffer.from([0xc8, 0x80])

export interface ReplayResult {
  readonly scenario: Scenario
  readonly steps: number
  readonly differences: readonly Difference[]
  readonly faults: readonly string[]
}

export async function replay(scenario: Scenario, captures: string, seed = 1): Promise<ReplayResult> {
  const folder = join(captures, scenario.folder)
  const steps = readSteps(folder).filter(({ number }) => number >= scenario.first && number <= scenario.last)
  const configuration = await mkdtemp(join(tmpdir(), 'weft-replay-'))
  try {
    const run = new Replay(scenario, configuration, seed)
    await run.start(folder)
    for (const step of steps) await run.step(step, folder)
    run.stop()
    return { scenario, steps: steps.length, differences: run.comparison.differences, faults: run.faults }
  } finally {
    await rm(configuration, { recursive: true })
  }
}

class Replay {
  readonly comparison = new Comparison()
  readonly faults: string[] = []
  readonly #scheduler: VirtualScheduler
  readonly #network: VirtualNetwork
  readonly #store: FilesStore
  readonly #node: ControlNode
  readonly #agents = new Map<string, ReplayedAgent>()
  readonly #peers = new Map<string, ReplayedPeer>()
  #objects: ApiObject[] = []

  constructor(
    private readonly scenario: Scenario,
    private readonly configuration: string,
    seed: number
  ) {
    const scheduler = new VirtualScheduler(seed)
    this.#scheduler = scheduler
    this.#network = new VirtualNetwork(scheduler)
    this.#store = new FilesStore({ folder: configuration, scheduler })
    const silent = { debug() {}, info() {}, warn() {} }
    this.#node = new ControlNode({
      hostname: scenario.hostname,
      store: this.#store,
      scheduler,
      transport: this.#network.host(scenario.nodeAddress as string),
      bgp: { listen: [{ address: scenario.nodeAddress }] },
      xmpp: { address: scenario.nodeAddress, port: scenario.xmppPort },
      log: silent,
      random: () => scheduler.random.u32() / 2 ** 32,
      failed: (what, error) => this.faults.push(`${what}: ${error.message}`)
    })
  }

  async start(folder: string): Promise<void> {
    this.#objects = JSON.parse(await readFile(join(folder, 'objects.json'), 'utf8')) as ApiObject[]
    await this.#writeObjects()
    this.#node.start()
    await this.#store.reload()
    for (const problem of this.#store.problems) {
      if (problem.severity === 'error') this.faults.push(`${problem.path}: ${problem.reason}`)
    }
    this.#keepAlive()
    this.#scheduler.run(5000)
  }

  async step(step: Step, folder: string): Promise<void> {
    await this.#configure(step.number, folder)
    for (const [name, messages] of step.peers) {
      const peer = this.#peerOf(name)
      peer.play(messages)
      this.#scheduler.run(500)
    }
    for (const name of this.scenario.ends?.[step.number] ?? []) {
      const peer = this.#peerOf(name)
      peer.end()
      peer.recorded.reset()
    }
    for (const [name, { sent }] of step.agents) this.#play(this.#agentOf(name), sent)
    this.#scheduler.run((this.scenario.seconds?.[step.number] ?? defaultStepSeconds) * 1000)
    this.#compare(step)
  }

  #play(agent: ReplayedAgent, sent: readonly Buffer[]): void {
    for (const [i, piece] of sent.entries()) {
      if (i > 0) agent.end()
      // The recorder wrote some bytes to a connection that the original had closed.
      if (piece.length === 0 || !(agent.recordedOpen || isOpening(piece))) continue
      agent.send(piece)
      this.#scheduler.run(200)
    }
  }

  stop(): void {
    this.#node.stop()
    this.#scheduler.run(10_000)
  }

  async #configure(number: number, folder: string): Promise<void> {
    const file = this.scenario.objects?.[number]
    if (file !== undefined)
      this.#objects = JSON.parse(await readFile(join(folder, file), 'utf8')) as ApiObject[]
    if (file === undefined && this.scenario.edit?.(number, this.#objects) !== true) return
    await this.#writeObjects()
    await this.#store.reload()
    this.#scheduler.run(1000)
  }

  #writeObjects(): Promise<void> {
    return writeFile(join(this.configuration, 'objects.json'), JSON.stringify(this.#objects))
  }

  #compare(step: Step): void {
    for (const [name, { received, sent }] of step.agents) {
      const agent = this.#agentOf(name)
      if (sent.some(isOpening)) agent.recorded.reset()
      agent.recordedOpen ||= sent.some(isOpening)
      for (const [i, piece] of received.entries()) {
        if (i > 0) agent.recorded.reset()
        agent.recorded.receive(piece)
      }
      if (sent.at(-1)?.length === 0 || received.at(-1)?.length === 0) {
        agent.recordedOpen = false
        agent.recorded.reset()
      }
    }
    for (const [name, agent] of this.#agents) {
      const state = (view: AgentView, open: boolean): Map<string, string> =>
        view.state.set('connection', open ? 'open' : 'closed').set('stream header', view.header)
      this.comparison.compare(
        step.name,
        name,
        state(agent.recorded, agent.recordedOpen),
        state(agent.ours, agent.isOpen)
      )
      this.#takeFaults(step, name, agent.ours.faults)
    }
    for (const [name, messages] of step.peers) {
      const peer = this.#peerOf(name)
      for (const { direction, type, bytes } of messages) {
        if (direction === 'tx' && type === 'OPEN') peer.recorded.reset()
        if (direction === 'rx') peer.recorded.message(bytes)
        if (direction === 'close') peer.recorded.reset()
      }
    }
    for (const [name, { recorded, ours }] of this.#peers) {
      const state = (view: PeerView): Map<string, string> => {
        const all = new Map(view.state)
        for (const [i, message] of view.others.entries()) all.set(`message ${i + 1}`, message)
        return all
      }
      this.comparison.compare(step.name, name, state(recorded), state(ours))
      this.#takeFaults(step, name, ours.faults)
    }
  }

  #takeFaults(step: Step, name: string, faults: string[]): void {
    for (const fault of faults.splice(0)) this.faults.push(`${step.name} ${name}: ${fault}`)
  }

  #agentOf(name: string): ReplayedAgent {
    let agent = this.#agents.get(name)
    if (agent === undefined) {
      const { nodeAddress, xmppPort, silent = [] } = this.scenario
      agent = new ReplayedAgent(
        this.#hostOf(name),
        { address: nodeAddress, port: xmppPort },
        silent.includes(name)
      )
      this.#agents.set(name, agent)
    }
    return agent
  }

  #peerOf(name: string): ReplayedPeer {
    let peer = this.#peers.get(name)
    if (peer === undefined) {
      const port = this.#node.globals?.self?.port ?? 179
      peer = new ReplayedPeer(
        this.#hostOf(name),
        { address: this.scenario.nodeAddress, port },
        this.#scheduler
      )
      this.#peers.set(name, peer)
    }
    return peer
  }

  #hostOf(name: string): VirtualTransport {
    const address = this.scenario.actors[name]
    if (address === undefined) throw new Error(`${this.scenario.name}: no address for ${name}`)
    return this.#network.hosts.get(address) ?? this.#network.host(address)
  }

  #keepAlive(): void {
    for (const agent of this.#agents.values()) agent.keepAlive()
    for (const peer of this.#peers.values()) peer.keepAlive()
    this.#scheduler.after(keepaliveEveryMs, () => this.#keepAlive())
  }
}

const isOpening = (sent: Buffer): boolean => sent.includes('<stream:stream')

interface Endpoint {
  readonly address: string
  readonly port: number
}

/** Connects when there is something to send, and keeps what it has to send until then. */
abstract class Client implements ConnectionHandler {
  #connection: Connection | undefined
  #dialling = false
  #queue: Uint8Array[] = []

  constructor(
    private readonly host: VirtualTransport,
    private readonly remote: Endpoint
  ) {}

  get isOpen(): boolean {
    return this.#connection !== undefined
  }

  protected write(bytes: Uint8Array): void {
    if (this.#connection !== undefined) {
      this.#connection.write(bytes)
      return
    }
    this.#queue.push(bytes)
    if (this.#dialling) return
    this.#dialling = true
    this.host.connect({
      remote: this.remote,
      connected: connection => {
        this.#dialling = false
        if (connection === undefined) return
        this.#connection = connection
        connection.attach(this)
        for (const waiting of this.#queue.splice(0)) connection.write(waiting)
      }
    })
  }

  end(): void {
    this.#connection?.end()
    this.#connection = undefined
    this.closed()
  }

  abstract received(bytes: Uint8Array): void

  writable(): void {}

  closed(): void {
    this.#connection = undefined
  }
}

class ReplayedAgent extends Client {
  readonly recorded = new AgentView(agentFamilies)
  readonly ours = new AgentView(agentFamilies)
  recordedOpen = true
  readonly #decoder = new TextDecoder()

  constructor(
    host: VirtualTransport,
    remote: Endpoint,
    private readonly silent: boolean
  ) {
    super(host, remote)
  }

  send(bytes: Uint8Array): void {
    if (bytes.length > 0) this.write(bytes)
  }

  keepAlive(): void {
    if (this.isOpen && !this.silent && this.ours.header !== '') this.write(xmppKeepalive)
  }

  received(bytes: Uint8Array): void {
    this.ours.receive(this.#decoder.decode(bytes, { stream: true }))
  }

  override closed(): void {
    super.closed()
    this.ours.reset()
  }
}

class ReplayedPeer extends Client {
  readonly recorded = new PeerView(peerFamilies)
  readonly ours = new PeerView(peerFamilies)
  #established = false

  constructor(
    host: VirtualTransport,
    remote: Endpoint,
    private readonly scheduler: VirtualScheduler
  ) {
    super(host, remote)
  }

  /**
   * Sends the peer's messages, those behind an OPEN when the session is up. The original has no 4-byte AS numbers,
   * so the recorded AS paths have 2-byte ones: the peer must not negotiate others.
   */
  play(
    messages: readonly { readonly direction: string; readonly type: string; readonly bytes: Buffer }[]
  ): void {
    const sent = messages.filter(({ direction }) => direction === 'tx')
    for (const { type, bytes } of sent) {
      if (type === 'OPEN') {
        if (this.isOpen) this.end()
        this.ours.reset()
        this.#established = false
        this.write(withoutFourByteAs(bytes))
        this.scheduler.run(500)
        // Some recordings leave keepalives out.
        if (!sent.some(message => message.type === 'KEEPALIVE') && this.isOpen) this.write(bgpKeepalive)
        this.scheduler.run(500)
        this.#established = true
      } else if (this.isOpen) {
        this.write(bytes)
        this.scheduler.run(100)
      }
    }
  }

  keepAlive(): void {
    if (this.isOpen && this.#established) this.write(bgpKeepalive)
  }

  received(bytes: Uint8Array): void {
    this.ours.receive(bytes)
  }

  override closed(): void {
    super.closed()
    this.ours.reset()
  }
}

/** The OPEN without capability 65 (RFC 6793). */
export function withoutFourByteAs(open: Buffer): Buffer {
  const optional: Buffer[] = []
  for (let at = 29; at < open.length; ) {
    const end = at + 2 + open[at + 1]!
    const kept: Buffer[] = []
    for (let from = at + 2; open[at] === 2 && from < end; ) {
      const to = from + 2 + open[from + 1]!
      if (open[from] !== 65) kept.push(open.subarray(from, to))
      from = to
    }
    const value = open[at] === 2 ? Buffer.concat(kept) : open.subarray(at + 2, end)
    if (value.length > 0) optional.push(Buffer.from([open[at]!, value.length]), value)
    at = end
  }
  const parameters = Buffer.concat(optional)
  const result = Buffer.concat([open.subarray(0, 29), parameters])
  result.writeUInt16BE(result.length, 16)
  result[28] = parameters.length
  return result
}
