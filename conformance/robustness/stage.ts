/** The real node as a process of its own, on real sockets, with a router and an agent that behave beside it. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LabAgent } from '../../src/lab/agent.js'
import { masterInstance } from '../../src/lab/agent-text.js'
import type { LabRouter } from '../../src/lab/router.js'
import { Child } from '../harness/child.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import { xmppPort } from '../harness/node.js'
import { fabricObjects, globalObject, networkObjects, routerObjects } from '../harness/objects.js'
import { expect } from '../harness/report.js'
import { pause, until } from '../harness/until.js'
import { RawPeer } from './raw-peer.js'

export const httpPort = 8083
export const malloryAs = 65366
export const [edgeHost, agentHost, malloryHost] = [2, 3, 66]
/** Shorter than any session's hold time by far: how late the loop may be. */
const mostDelaySeconds = 1

export class Stage {
  readonly address: string
  readonly objectFolder: string
  readonly edge: LabRouter
  readonly agent: LabAgent
  readonly #child: Child
  #round = 0

  private constructor(readonly ground: Ground) {
    this.address = ground.address(1)
    this.objectFolder = ground.subFolder('objects')
    this.writeObjects('objects.json', this.#objects())
    const config = join(ground.folder, 'weft.yaml')
    writeFileSync(config, this.#config())
    const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
    this.#child = new Child({
      command: process.execPath,
      args: ['--expose-gc', '--import', 'tsx', main, 'run', '--config', config],
      logFile: join(ground.folder, 'node.log')
    })
    ground.atEnd(() => this.#child.stop())
    this.edge = ground.router({
      name: 'edge',
      as: 65311,
      address: ground.address(edgeHost!),
      families: ['inet'],
      listenPort: bgpPort,
      holdTimeSeconds: 6,
      neighbors: [{ address: this.address, as: 64512, port: bgpPort }]
    })
    this.agent = ground.agent({
      name: 'vr-01',
      localAddress: ground.address(agentHost!),
      nextHop: '10.61.0.21',
      holdTimeSeconds: 6,
      server: { address: this.address, port: xmppPort }
    })
    this.agent.subscribe(masterInstance, 0)
  }

  static async start(ground: Ground): Promise<Stage> {
    const stage = new Stage(ground)
    await until(
      'router and agent are connected',
      () => stage.edge.isEstablished && stage.agent.isEstablished,
      40,
      () => stage.log.slice(-500)
    )
    return stage
  }

  get child(): Child {
    return this.#child
  }

  get log(): string {
    return this.#child.log
  }

  writeObjects(name: string, objects: unknown): void {
    const text = typeof objects === 'string' ? objects : JSON.stringify(objects)
    writeFileSync(join(this.objectFolder, name), text)
  }

  /** A raw connection from host `host` to the node's BGP or XMPP port, or to its HTTP port. */
  raw(port: number, host: number, ...first: Uint8Array[]): RawPeer {
    const { ground, address } = this
    return new RawPeer(ground.transport, { address, port }, ground.address(host), ...first)
  }

  async get(path: string): Promise<{ status: number; text: string }> {
    const response = await fetch(`http://${this.address}:${httpPort}${path}`)
    return { status: response.status, text: await response.text() }
  }

  /** Resident memory in MB. */
  get memory(): number {
    const { pid } = this.#child
    const match = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
    return Number(match?.[1]) / 1024
  }

  /** Samples of the loop's lateness above the bound, since the start. */
  async #late(): Promise<number> {
    const { text } = await this.get('/metrics')
    const bucket = (le: string) =>
      Number(new RegExp(`weft_event_loop_delay_seconds_bucket\\{le="${le}"\\} (\\d+)`).exec(text)?.[1])
    return bucket('\\+Inf') - bucket(String(mostDelaySeconds))
  }

  /** The well-behaved never went away, and hear of news within a second or two, both ways. */
  async fine(): Promise<void> {
    const { edge, agent } = this
    const [news, pod] = [`198.51.${++this.#round}.0/24`, `10.99.0.${this.#round}/32`]
    edge.announce('inet', news)
    agent.publish(masterInstance, { prefix: pod, virtualNetwork: 'default-domain:demo:red' })
    await until('the agent hears of a route', () => agent.routes(masterInstance).has(news), 3)
    edge.withdraw('inet', news)
    await until('and of its end', () => !agent.routes(masterInstance).has(news), 3)
    agent.withdraw(masterInstance, pod)
    const closes = edge.sessions.get(this.address)!.closes.map(({ what }) => what)
    expect(closes.length === 0, `the router's session was lost: ${closes.join()}`)
    expect(agent.statistics.sessions === 1, `the agent had ${agent.statistics.sessions} sessions`)
    expect(this.#child.isRunning, 'the node has ended')
    expect((await this.#late()) === 0, `the event loop was late by more than ${mostDelaySeconds} s`)
  }

  /** Memory comes down again to `before` and some MB; a garbage collector takes its time. */
  async memoryReturns(before: number, slack: number): Promise<string> {
    for (let i = 0; i < 20 && this.memory > before + slack; i++) await pause(500)
    const now = this.memory
    expect(now <= before + slack, `${before.toFixed(0)} MB before, ${now.toFixed(0)} after`)
    return `${before.toFixed(0)} MB before, ${now.toFixed(0)} after`
  }

  #config(): string {
    const listen = (port: number) => ({ address: this.address, port })
    return JSON.stringify({
      hostname: 'cn-a',
      store: { type: 'files', path: this.objectFolder },
      bgp: listen(bgpPort),
      xmpp: listen(xmppPort),
      introspect: listen(httpPort),
      log: { level: 'info', format: 'json' }
    })
  }

  #objects(): object[] {
    const { ground, address } = this
    const neighbor = (name: string, as: number, host: number, passive: boolean) => ({
      name,
      as,
      address: ground.address(host),
      port: bgpPort,
      passive,
      families: ['inet']
    })
    const mallories = Array.from({ length: 30 }, (_, i) =>
      neighbor(`mallory-${i}`, malloryAs, malloryHost! + i, true)
    )
    return [
      globalObject({ as: 64512, xmppHoldTime: 6 }),
      ...routerObjects({
        hostname: 'cn-a',
        as: 64512,
        address,
        port: bgpPort,
        neighbors: [neighbor('edge', 65311, edgeHost!, false), ...mallories]
      }),
      ...fabricObjects(),
      ...networkObjects({ name: ['default-domain', 'demo', 'red'], id: 21, target: 'target:64512:8000021' })
    ]
  }
}
