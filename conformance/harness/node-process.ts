/**
 * A control node as an operator starts it: `weft run` as a process of its own, its objects in a folder, asked over its
 * JSON API and known otherwise only by what it says on the wire.
 */
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Child } from './child.js'
import { bgpPort, type Ground } from './ground.js'
import { until } from './until.js'

export const httpPort = 8083
export const xmppPort = 5269
const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface NodeProcessOptions {
  readonly hostname?: string
  /** Listens here, for everything. */
  readonly address: string
  readonly objects: readonly object[]
  /** `bgp.neighbours` of its own file: what objects have no words for. */
  readonly neighbours?: readonly NeighbourWords[]
  /** `bgp.confederation` of its own file. */
  readonly confederation?: { readonly identifier: number; readonly members: readonly number[] }
}

/** As docs/operations.md has them. */
export interface NeighbourWords {
  readonly address: string
  readonly role?: string
  readonly add_path?: 'send' | 'receive' | 'both'
  readonly extended_messages?: boolean
  readonly extended_next_hop?: boolean
  readonly shutdown_text?: string
  readonly aigp?: boolean
  readonly next_hop?: 'self' | 'self-always'
}

/** What the checks read of `/api/v1/neighbors/NAME`. */
export interface NeighborView {
  readonly state: string
  readonly as4: boolean
  readonly flapCount: number
  readonly negotiatedFamilies: readonly string[]
  readonly notificationIn?: { readonly text: string }
  readonly notificationOut?: { readonly text: string }
  readonly familyCounts: readonly {
    readonly family: string
    readonly received: number
    readonly accepted: number
    readonly advertised: number
  }[]
}

export class NodeProcess {
  readonly child: Child
  readonly #objects: string

  private constructor(
    readonly ground: Ground,
    readonly options: NodeProcessOptions
  ) {
    const { hostname = 'cn-a', address, objects, neighbours = [], confederation } = options
    this.#objects = join(ground.subFolder(`${hostname}-objects`), 'objects.json')
    this.write(objects)
    const listen = (port: number) => ({ address, port })
    const config = join(ground.folder, `${hostname}.yaml`)
    const settings = {
      hostname,
      store: { type: 'files', path: join(this.#objects, '..') },
      bgp: { ...listen(bgpPort), neighbours, ...(confederation !== undefined && { confederation }) },
      xmpp: listen(xmppPort),
      introspect: listen(httpPort),
      log: { level: 'debug', format: 'json' }
    }
    writeFileSync(config, JSON.stringify(settings))
    this.child = new Child({
      command: process.execPath,
      args: ['--import', 'tsx', main, 'run', '--config', config],
      logFile: join(ground.folder, `${hostname}.log`)
    })
    ground.atEnd(() => this.child.stop())
  }

  /** Resolves when it answers. */
  static async start(ground: Ground, options: NodeProcessOptions): Promise<NodeProcess> {
    const node = new NodeProcess(ground, options)
    await until(
      'the node answers',
      async () => {
        if (!node.child.isRunning) throw new Error(`the node has ended: ${node.child.lastWords}`)
        return await node.get('/status').then(
          () => true,
          () => false
        )
      },
      30,
      () => node.child.lastWords
    )
    const { problems } = await node.get<{ problems: unknown[] }>('/config/problems')
    if (problems.length > 0) throw new Error(`the node has problems: ${JSON.stringify(problems)}`)
    return node
  }

  /** From now on these objects and no others; it takes the node a moment to see. */
  write(objects: readonly object[]): void {
    writeFileSync(`${this.#objects}.new`, JSON.stringify(objects, undefined, 1))
    renameSync(`${this.#objects}.new`, this.#objects)
  }

  async get<T = unknown>(path: string): Promise<T> {
    const { address } = this.options
    const host = address.includes(':') ? `[${address}]` : address
    const response = await fetch(`http://${host}:${httpPort}/api/v1${path}`)
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as T
  }

  async neighbor(name: string): Promise<NeighborView> {
    return await this.get<NeighborView>(`/neighbors/${encodeURIComponent(name)}`)
  }

  async isEstablished(name: string): Promise<boolean> {
    return (await this.neighbor(name)).state === 'Established'
  }

  async established(name: string, seconds = 20): Promise<NeighborView> {
    return await until(
      `the node's session with ${name} is established`,
      async () => {
        // It may not know of the neighbour yet.
        const view = await this.neighbor(name).catch(() => undefined)
        return view?.state === 'Established' && view
      },
      seconds,
      () => this.describe(name)
    )
  }

  /** For a failure's line. */
  async describe(name: string): Promise<unknown> {
    const view = await this.neighbor(name).catch((error: Error) => error.message)
    if (typeof view === 'string') return view
    const { state, notificationIn, notificationOut } = view
    return { state, sent: notificationOut?.text, received: notificationIn?.text }
  }

  async stop(): Promise<void> {
    await this.child.stop()
  }
}
