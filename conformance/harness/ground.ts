/**
 * The ground that one group of checks stands on: addresses of its own in 127.0.0.0/8, a folder, one clock and one
 * transport, and all that must be gone when it is over.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LabAgent, type LabAgentOptions } from '../../src/lab/agent.js'
import { LabRouter, type LabRouterOptions } from '../../src/lab/router.js'
import { NodeScheduler } from '../../src/runtime/node-scheduler.js'
import { NodeTransport } from '../../src/runtime/node-transport.js'

/** Of every BGP speaker; addresses tell them apart. */
export const bgpPort = 1790

/** Two runs at a time rarely meet: the second octet is the process's. */
const octet = 64 + (process.pid % 128)
let grounds = 0
const open = new Set<Ground>()

export class Ground {
  readonly scheduler = new NodeScheduler()
  readonly transport = new NodeTransport()
  readonly folder = mkdtempSync(join(tmpdir(), 'weft-conformance-'))
  readonly #number = ++grounds
  readonly #endings: (() => Promise<void> | void)[] = []

  /** IPv6 addresses are there only where a suite has a network namespace of its own. */
  constructor(readonly version: 'inet' | 'inet6' = 'inet') {
    open.add(this)
  }

  /** The address with that last octet, or group. */
  address(host: number): string {
    if (this.version === 'inet6') return `fd64::${this.#number}:${host}`
    return this.routerId(host)
  }

  /** The IPv4 address with that last octet. */
  routerId(host: number): string {
    return `127.${octet}.${this.#number % 256}.${host}`
  }

  subFolder(name: string): string {
    const folder = join(this.folder, name)
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    return folder
  }

  /** Called, last come first served, when the ground is left. */
  atEnd(ending: () => Promise<void> | void): void {
    this.#endings.push(ending)
  }

  /** Started. */
  router(options: Omit<LabRouterOptions, 'scheduler' | 'transport'>): LabRouter {
    const router = new LabRouter({ scheduler: this.scheduler, transport: this.transport, ...options })
    this.atEnd(() => router.stop())
    router.start()
    return router
  }

  /** Started. */
  agent(options: Omit<LabAgentOptions, 'scheduler' | 'transport'>): LabAgent {
    const agent = new LabAgent({ scheduler: this.scheduler, transport: this.transport, ...options })
    this.atEnd(() => agent.stop())
    agent.start()
    return agent
  }

  async leave(): Promise<void> {
    open.delete(this)
    for (let ending = this.#endings.pop(); ending !== undefined; ending = this.#endings.pop()) {
      try {
        await ending()
      } catch {
        // What cannot be ended in order has ended.
      }
    }
    if (process.env.WEFT_KEEP === undefined) rmSync(this.folder, { recursive: true, force: true })
    else console.error(`kept: ${this.folder}`)
  }
}

export async function onGround<T>(
  body: (ground: Ground) => Promise<T>,
  version: 'inet' | 'inet6' = 'inet'
): Promise<T> {
  const ground = new Ground(version)
  try {
    return await body(ground)
  } finally {
    await ground.leave()
  }
}

/** After a deadline: whatever still stands. */
export async function leaveAll(): Promise<void> {
  for (const ground of open) await ground.leave()
}
