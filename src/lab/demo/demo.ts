/**
 * `weft lab demo`: examples/quick-start, played. Pods that are reachable from the underlay without a gateway, routes
 * from the underlay, an agent that dies and returns, two connected networks and a lonely one, and changes of the
 * configuration while the node runs. Every claim is checked; the first that does not hold ends it with an error.
 */
import { rmSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CliIo } from '../../cli/io.js'
import type { NodeFactory } from '../../cli/run.js'
import { NodeScheduler } from '../../runtime/node-scheduler.js'
import { NodeTransport } from '../../runtime/node-transport.js'
import { LabAgent } from '../agent.js'
import { routesTable } from '../agent-report.js'
import { masterInstance as master } from '../agent-text.js'
import { isFrrInstalled, startFrr } from './frr-router.js'
import { isGobgpInstalled, startGobgp } from './gobgp-router.js'
import { Narrator } from './narrator.js'
import type { DemoRouter, DemoRouterFactory, DemoRouterOptions } from './router.js'
import { startSimulated } from './simulated-router.js'
import { type Stage, setPolicy, setStage } from './stage.js'

export type RouterChoice = 'frr' | 'gobgp' | 'simulated'

export interface DemoOptions {
  readonly io: CliIo
  readonly fast: boolean
  /** Absent: a real one if there is any. */
  readonly router?: RouterChoice
  /** Called when all is told, before the end: to look around. */
  readonly stay?: () => Promise<void>
  readonly makeNode: NodeFactory
}

const pods = 'default-domain:k8s:pods:pods'
const podNetwork = 'default-domain:k8s:pods'
const tenant = (name: string): string => `default-domain:demo:${name}:${name}`
const [red, blue, lonely] = [tenant('red'), tenant('blue'), tenant('lonely')]
const outside = '203.0.113.0/24'

/** Pods of vr-01, then of vr-02: prefix, label, and the agent's number for the pods' instance. */
const podsOf = [
  [
    { prefix: '10.61.64.9/32', label: 30 },
    { prefix: '10.61.64.10/32', label: 32 }
  ],
  [{ prefix: '10.61.64.19/32', label: 41 }]
] as const
const podIds = [7, 3] as const

export async function runDemo(options: DemoOptions): Promise<void> {
  const narrator = new Narrator(options.io, options.fast)
  const folder = await mkdtemp(join(tmpdir(), 'weft-demo-'))
  const removeFolder = (): void => rmSync(folder, { recursive: true, force: true })
  // However it ends: `exit` also takes the daemons along (child.ts).
  const leave = (): void => process.exit(130)
  process.once('exit', removeFolder)
  for (const signal of signals) process.once(signal, leave)
  const open: (() => Promise<void>)[] = []
  try {
    const demo = new Demo(narrator, options, folder, stop => open.push(stop))
    await demo.play()
    for (const signal of signals) process.removeListener(signal, leave)
    await options.stay?.()
  } finally {
    for (const stop of open.reverse()) await stop()
    for (const signal of signals) process.removeListener(signal, leave)
    process.removeListener('exit', removeFolder)
    removeFolder()
  }
}

const signals = ['SIGINT', 'SIGTERM'] as const

class Demo {
  readonly #agents: LabAgent[] = []
  #stage!: Stage
  #router!: DemoRouter

  constructor(
    private readonly narrator: Narrator,
    private readonly options: DemoOptions,
    private readonly folder: string,
    private readonly opened: (stop: () => Promise<void>) => void
  ) {}

  async play(): Promise<void> {
    await this.#node()
    await this.#edge()
    await this.#computeNodes()
    await this.#publishPods()
    await this.#routeFromOutside()
    await this.#agentDies()
    await this.#tenants()
    await this.#changeConfiguration()
    this.narrator.io.out(`\nAll ${this.narrator.held} claims came true.`)
    if (this.options.stay !== undefined) this.#invite()
  }

  #invite(): void {
    const { address, port } = this.#stage.introspect
    this.narrator.show(
      'Look around:',
      [
        `http://${address}:${port}/ui`,
        `weft ctr status --port ${port}`,
        `weft ctr route show --port ${port}`,
        `an editor in ${join(this.#stage.folder, 'objects')}`
      ].join('\n')
    )
  }

  async #node(): Promise<void> {
    const { narrator, options } = this
    await narrator.step(
      'A control node',
      'Its configuration is a copy of examples/quick-start: files of objects in the words of the Contrail API.'
    )
    this.#stage = await setStage(join(this.folder, 'quick-start'), options.io, options.makeNode)
    this.opened(this.#stage.stop)
    const { folder, bgp, xmpp, introspect } = this.#stage
    const lines = [
      `configuration  ${folder}`,
      `BGP            ${bgp.address}:${bgp.port}`,
      `XMPP           ${xmpp.address}:${xmpp.port}`,
      ...(introspect === undefined
        ? []
        : [`web page       http://${introspect.address}:${introspect.port}/ui`])
    ]
    narrator.show('cn-a runs:', lines.join('\n'))
  }

  async #edge(): Promise<void> {
    const { narrator } = this
    await narrator.step(
      "The underlay's router",
      'AS 65311, neighbor of the node (AS 64512) for plain IPv4 unicast. It knows nothing of overlays.'
    )
    const { edge: local, bgp: node } = this.#stage
    this.#router = await this.#startRouter({ as: 65311, local, node, nodeAs: 64512, folder: this.folder })
    this.opened(() => this.#router.stop())
    await narrator.until(`${this.#router.kind} has a session with the node`, () =>
      this.#router.isEstablished()
    )
  }

  /** A real one where there is one; whatever cannot be had is said aloud. */
  async #startRouter(options: DemoRouterOptions): Promise<DemoRouter> {
    const { narrator } = this
    const { router: wanted } = this.options
    const candidates: [RouterChoice, boolean, DemoRouterFactory][] = [
      ['frr', isFrrInstalled(), startFrr],
      ['gobgp', isGobgpInstalled(), startGobgp],
      ['simulated', true, startSimulated]
    ]
    for (const [name, isInstalled, factory] of candidates) {
      if (wanted !== undefined && wanted !== name) continue
      if (!isInstalled) {
        if (name === 'gobgp' || wanted !== undefined) narrator.loud(notInstalled(wanted))
        if (wanted === undefined) continue
      } else {
        try {
          if (name === 'simulated' && wanted === undefined)
            narrator.loud('A simulated router plays the part.')
          return await factory(options)
        } catch (error) {
          const root = process.getuid?.() === 0 ? '' : ' (it may want to be root)'
          narrator.loud(`${name} does not start${root}: ${(error as Error).message}`)
        }
      }
    }
    narrator.loud('A simulated router plays the part.')
    return startSimulated(options)
  }

  async #computeNodes(): Promise<void> {
    const { narrator } = this
    await narrator.step(
      'Two compute nodes',
      'Their vRouter agents connect by XMPP and subscribe to the instances that they have pods in. They are simulated.'
    )
    const [scheduler, transport] = [new NodeScheduler(), new NodeTransport()]
    for (const [i, name] of ['vr-01', 'vr-02'].entries()) {
      const localAddress = `127.0.0.2${i + 1}`
      const nextHop = `10.61.0.2${i + 1}`
      const agent = new LabAgent({
        scheduler,
        transport,
        server: this.#stage.xmpp,
        name,
        localAddress,
        nextHop
      })
      agent.subscribe(master, 0)
      agent.subscribe(pods, podIds[i]!)
      agent.start()
      this.opened(async () => agent.stop())
      this.#agents.push(agent)
    }
    await narrator.until('both agents are connected', () => this.#agents.every(agent => agent.isEstablished))
  }

  async #publishPods(): Promise<void> {
    const { narrator } = this
    await narrator.step(
      'Three pods, without a gateway',
      "Each agent publishes its pods twice: into the pods' network with a label, for other compute nodes, and into " +
        'the master instance as a plain /32, for routers.'
    )
    for (const [i, agent] of this.#agents.entries()) {
      for (const { prefix, label } of podsOf[i]!) {
        agent.publish(pods, { prefix, label, virtualNetwork: podNetwork })
        agent.publish(master, { prefix, primaryInstanceId: podIds[i]!, virtualNetwork: podNetwork })
      }
    }
    await narrator.until('the router has the three pods, each by its compute node', () =>
      this.#routerHas([0, 1])
    )
    await this.#showRouter()
    await narrator.until('each agent knows all pods', () =>
      this.#agents.every(agent => agent.routes(pods).size === 3)
    )
    this.#showAgents('What vr-02 was told:', [this.#agents[1]!], [pods, master])
  }

  async #routeFromOutside(): Promise<void> {
    const { narrator } = this
    await narrator.step('A route from the underlay', `The router announces ${outside}.`)
    await this.#router.announce(outside)
    await narrator.until('both agents have it, by way of the router', () =>
      this.#agents.every(
        agent => agent.routes(master).get(outside)?.nextHops[0]?.address === this.#stage.edge.address
      )
    )
    await this.#router.withdraw(outside)
    await narrator.until('it goes when it is withdrawn', () =>
      this.#agents.every(agent => !agent.routes(master).has(outside))
    )
  }

  async #agentDies(): Promise<void> {
    const { narrator } = this
    const [dying, other] = this.#agents as [LabAgent, LabAgent]
    await narrator.step('An agent dies', 'The process on vr-01 is killed: its connection is reset.')
    dying.kill()
    await narrator.until('the router has only the pod of vr-02', () => this.#routerHas([1]))
    await narrator.until('vr-02 has only its own', () => other.routes(pods).size === 1)
    await narrator.step('… and returns', 'It connects, subscribes and publishes as before.')
    dying.start()
    await narrator.until('the router has the three pods again', () => this.#routerHas([0, 1]))
    await narrator.until('and so has vr-02', () => other.routes(pods).size === 3)
  }

  async #tenants(): Promise<void> {
    const { narrator } = this
    const [a, b] = this.#agents as [LabAgent, LabAgent]
    await narrator.step(
      'Tenants: red and blue may talk, lonely may not',
      'Each network has an instance of its own. A policy connects red and blue: each imports what the other exports.'
    )
    for (const [agent, instance, id, prefix, label] of [
      [a, red, 21, '10.1.0.3/32', 51],
      [b, blue, 22, '10.2.0.3/32', 52],
      [b, lonely, 23, '10.3.0.3/32', 53]
    ] as const) {
      agent.subscribe(instance, id)
      agent.publish(instance, { prefix, label })
    }
    await narrator.until('red has a route to blue, and blue to red', () => this.#areConnected)
    await narrator.until('lonely has only its own', () => b.routes(lonely).size === 1)
    this.#showAgents('The agents have:', [a, b], [red, blue, lonely])
  }

  async #changeConfiguration(): Promise<void> {
    const { narrator } = this
    const [a, b] = this.#agents as [LabAgent, LabAgent]
    const { folder } = this.#stage
    await narrator.step(
      'Changes of the configuration',
      'In objects/tenants.yaml the connection between red and blue is taken out, and the file saved.'
    )
    await setPolicy(folder, false)
    await narrator.until(
      'red and blue have only their own',
      () => a.routes(red).size + b.routes(blue).size === 2
    )
    await setPolicy(folder, true)
    await narrator.until('with the lines back they are connected again', () => this.#areConnected)
    narrator.say('Now a file that makes no sense is saved beside the others.')
    const nonsense = join(folder, 'objects', 'nonsense.yaml')
    await writeFile(nonsense, '- type: routing_instance\n  fq_name: not a list\n')
    await setPolicy(folder, false)
    await narrator.until('it changes nothing, and good files still take effect', () => !this.#areConnected)
    await rm(nonsense)
    await setPolicy(folder, true)
    await narrator.until('all is as it was', () => this.#areConnected)
  }

  get #areConnected(): boolean {
    const [a, b] = this.#agents as [LabAgent, LabAgent]
    return a.routes(red).has('10.2.0.3/32') && b.routes(blue).has('10.1.0.3/32')
  }

  /** Exactly the pods of those agents, each with its agent as next hop. */
  async #routerHas(agents: readonly number[]): Promise<boolean> {
    const routes = await this.#router.routes()
    const expected = agents.flatMap(i =>
      podsOf[i]!.map(({ prefix }) => [prefix, `10.61.0.2${i + 1}`] as const)
    )
    return (
      routes.size === expected.length &&
      expected.every(([prefix, nextHop]) => routes.get(prefix)?.[0] === nextHop)
    )
  }

  async #showRouter(): Promise<void> {
    const { command, text } = await this.#router.table()
    this.narrator.show(`${this.#router.kind}: ${command}`, text)
  }

  #showAgents(title: string, agents: readonly LabAgent[], instances: readonly string[]): void {
    const { columns } = this.options.io
    const width = columns === undefined ? undefined : columns - 4
    this.narrator.show(
      title,
      routesTable(
        agents,
        instances.map(name => ({ name })),
        width
      )
    )
  }
}

const notInstalled = (wanted: RouterChoice | undefined): string =>
  wanted === undefined ? 'Neither FRR nor GoBGP is installed.' : `${wanted} is not installed.`
