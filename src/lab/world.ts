/**
 * Control nodes, agents and routers in one virtual network and one virtual time: what a whole-node test starts from.
 *
 *   const world = new LabWorld(seed)
 *   const node = world.node({ hostname: 'cn-a', address: '127.0.0.1', bgpPort: 1179, objects: [yaml] })
 *   const agent = world.agent(node, { name: 'vr-01', address: '127.0.0.21', nextHop: '10.61.0.21' })
 *   agent.subscribe('default-domain:k8s:pods:pods', 7)
 *   world.until('the agent is connected', () => agent.isEstablished)
 */
import type { Log } from '../bgp/session/handler.js'
import type { ForcedTimers } from '../bgp/session/settings.js'
import { type NeighbourConfig, noNeighbourConfig } from '../config/neighbour-config.js'
import type { SelectionDeferralSettings } from '../config/selection-deferral.js'
import { ControlNode } from '../control-node.js'
import type { VirtualTransport } from '../runtime/virtual-network.js'
import { VirtualNetwork, type VirtualNetworkOptions } from '../runtime/virtual-network.js'
import { VirtualScheduler } from '../runtime/virtual-time.js'
import { LabAgent, type LabAgentOptions } from './agent.js'
import { ObjectStore } from './object-store.js'
import { LabRouter, type LabRouterOptions } from './router.js'

export interface LabNodeOptions {
  /** Picks the own bgp-router object. */
  readonly hostname: string
  readonly address: string
  /** Absent: that of the own bgp-router object. */
  readonly bgpPort?: number
  /** Where BGP is listened for; default: `address`. */
  readonly bgpAddress?: string
  /** Texts as of object files, or a store that is shared or changed later. */
  readonly objects: readonly string[] | ObjectStore
  readonly selectionDeferral?: SelectionDeferralSettings
  readonly log?: Log
  readonly forcedTimers?: ForcedTimers
  /** What a node's own file says of neighbours. */
  readonly neighbourConfig?: Partial<NeighbourConfig>
}

/** A control node and what a test holds on to. */
export interface LabNode {
  readonly node: ControlNode
  readonly address: string
  readonly store: ObjectStore
}

type Surroundings = 'scheduler' | 'transport'
const silent: Log = { info() {}, warn() {}, debug() {} }

export class LabWorld {
  readonly scheduler: VirtualScheduler
  readonly network: VirtualNetwork
  /** Sockets that could not be opened. */
  readonly failures: string[] = []
  readonly #hosts = new Map<string, VirtualTransport>()

  constructor(seed = 1, options: VirtualNetworkOptions = {}) {
    this.scheduler = new VirtualScheduler(seed)
    this.network = new VirtualNetwork(this.scheduler, options)
  }

  /** The host with that address, made when first asked for, with more addresses where some are named then. */
  host(address: string, ...more: readonly string[]): VirtualTransport {
    let host = this.#hosts.get(address)
    if (host === undefined) this.#hosts.set(address, (host = this.network.host(address, ...more)))
    return host
  }

  /** Started; its configuration is being read. */
  node(options: LabNodeOptions): LabNode {
    const {
      hostname,
      address,
      bgpPort,
      objects,
      log = silent,
      neighbourConfig,
      selectionDeferral,
      forcedTimers
    } = options
    const store = objects instanceof ObjectStore ? objects : new ObjectStore(...objects)
    const { random } = this.scheduler
    const node = new ControlNode({
      hostname,
      store,
      scheduler: this.scheduler,
      transport: this.host(address),
      bgp: {
        listen: [{ address: options.bgpAddress ?? address, port: bgpPort }],
        neighbourConfig: { ...noNeighbourConfig, ...neighbourConfig },
        ...(selectionDeferral !== undefined && { selectionDeferral }),
        ...(forcedTimers !== undefined && { forcedTimers })
      },
      xmpp: { address },
      log,
      random: () => random.unit(),
      failed: (what, error) => this.failures.push(`${hostname}, ${what}: ${error.message}`)
    })
    node.start()
    return { node, address, store }
  }

  /** Started, and towards that node. */
  agent(
    node: Pick<LabNode, 'address'>,
    options: Omit<LabAgentOptions, Surroundings | 'server' | 'localAddress'> & { readonly address: string }
  ): LabAgent {
    const { address, ...rest } = options
    const agent = new LabAgent({
      scheduler: this.scheduler,
      transport: this.host(address),
      server: { address: node.address, port: 5269 },
      localAddress: address,
      ...rest
    })
    agent.start()
    return agent
  }

  /** Started. */
  router(options: Omit<LabRouterOptions, Surroundings>): LabRouter {
    const router = new LabRouter({
      scheduler: this.scheduler,
      transport: this.host(options.address),
      ...options
    })
    router.start()
    return router
  }

  run(ms: number): void {
    this.scheduler.run(ms)
  }

  /** Lets time pass until the condition holds; throws, with `what`, when it does not in time. */
  until(what: string, condition: () => boolean, limitMs = 60_000): void {
    if (!this.scheduler.runUntil(condition, limitMs)) {
      throw new Error(`not within ${limitMs / 1000} s: ${what}`)
    }
  }
}
