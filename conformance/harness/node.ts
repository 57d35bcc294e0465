/** A real control node: the product's own parts on real sockets, its objects in a folder of files. */
import { appendFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { BgpPeer } from '../../src/bgp/peer/bgp-peer.js'
import type { Log } from '../../src/bgp/session/handler.js'
import { FilesStore } from '../../src/config-store/files-store.js'
import { ControlNode } from '../../src/control-node.js'
import { masterInstance } from '../../src/lab/agent-text.js'
import { bgpPort, type Ground } from './ground.js'
import { until } from './until.js'

export const xmppPort = 5269

export class TestNode {
  readonly control: ControlNode
  readonly problems: string[] = []
  readonly #file: string

  private constructor(
    readonly hostname: string,
    readonly address: string,
    ground: Ground,
    objects: readonly object[]
  ) {
    this.#file = join(ground.subFolder(`${hostname}-objects`), 'objects.json')
    this.write(objects)
    const { scheduler, transport } = ground
    this.control = new ControlNode({
      hostname,
      store: new FilesStore({ folder: join(this.#file, '..'), scheduler, settleMs: 50, lookMs: 500 }),
      scheduler,
      transport,
      bgp: { listen: [{ address, port: bgpPort }] },
      xmpp: { address, port: xmppPort },
      log: fileLog(join(ground.folder, `${hostname}.log`)),
      random: Math.random,
      failed: (what, error) => this.problems.push(`${what}: ${error.message}`)
    })
    ground.atEnd(() => this.control.stop())
  }

  /** Started; its configuration has been read. */
  static async start(
    ground: Ground,
    options: { hostname?: string; address: string; objects: readonly object[] }
  ): Promise<TestNode> {
    const node = new TestNode(options.hostname ?? 'cn-a', options.address, ground, options.objects)
    node.control.start()
    await until('the configuration is read', () => node.control.config.endOfConfig)
    const problems = [...node.problems, ...[...node.control.problems.keys()].map(problem => problem.reason)]
    if (problems.length > 0) throw new Error(`the node has problems: ${problems.join('; ')}`)
    return node
  }

  /** From now on these objects and no others; it takes the node a moment to see. */
  write(objects: readonly object[]): void {
    writeFileSync(`${this.#file}.new`, JSON.stringify(objects, undefined, 1))
    renameSync(`${this.#file}.new`, this.#file)
  }

  peer(name: string): BgpPeer {
    const peer = this.control.peers.get(`${masterInstance}:${name}`)
    if (peer === undefined) throw new Error(`the node has no neighbour ${name}`)
    return peer
  }

  async established(name: string, seconds = 20): Promise<BgpPeer> {
    return await until(
      `the node's session with ${name} is established`,
      () =>
        this.control.peers.get(`${masterInstance}:${name}`)?.session.state === 'established' &&
        this.peer(name),
      seconds,
      () => this.describe(name)
    )
  }

  /** For a failure's line. */
  describe(name: string): object {
    const { state, statistics } = this.peer(name).session
    const { lastNotificationSent: sent, lastNotificationReceived: received, lastError } = statistics
    return { state, sent: sent?.text, received: received?.text, lastError: lastError?.what }
  }
}

function fileLog(file: string): Log {
  const line = (level: string) => (fields: object, message: string) => {
    const text = `${new Date().toISOString()} ${level} ${message} ${JSON.stringify(fields)}\n`
    try {
      appendFileSync(file, text)
    } catch (error) {
      // A node may have a last word when the folder of its suite has been cleared away; nobody would read it.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    }
  }
  return { info: line('info'), warn: line('warn'), debug: line('debug') }
}
