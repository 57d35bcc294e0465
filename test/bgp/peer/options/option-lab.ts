/** A whole node between an eBGP neighbour, whose options change, and three that must not feel it. */
import type { BgpPeer } from '../../../../src/bgp/peer/bgp-peer.js'
import type { NeighbourConfig } from '../../../../src/config/neighbour-config.js'
import type { NeighbourOptions } from '../../../../src/config/neighbour-options.js'
import { masterInstance } from '../../../../src/config/settings.js'
import type { LabRouter, LabRouterOptions } from '../../../../src/lab/router.js'
import { type LabNode, LabWorld } from '../../../../src/lab/world.js'
import { type ApiObject, fabric } from '../../../support/cluster-objects.js'

export const nodeAs = 64512
export const nodeAddress = '10.0.0.1'

export const neighbours = {
  edge: { address: '10.0.0.11', as: 65311 },
  other: { address: '10.0.0.12', as: 65312 },
  spoke: { address: '10.0.0.13', as: nodeAs },
  leaf: { address: '10.0.0.14', as: nodeAs }
} as const
export type Name = keyof typeof neighbours
export const names = Object.keys(neighbours) as Name[]

const master = [...fabric, '__default__']

export function objects(changes: Readonly<Record<string, object>> = {}): readonly ApiObject[] {
  const router = (name: string, address: string, as: number, type: string, refs: object[]): ApiObject => ({
    type: 'bgp_router',
    fq_name: [...master, name],
    parent_type: 'routing-instance',
    bgp_router_parameters: {
      router_type: type,
      autonomous_system: as,
      identifier: address,
      address,
      port: 179,
      address_families: { family: ['inet', 'inet6'] },
      ...(name === 'node' && { cluster_id: 9 }),
      ...changes[name]
    },
    bgp_router_refs: refs
  })
  const refs = names.map(name => ({
    to: [...master, name],
    attr: { session: [{ attributes: [{ bgp_router: null, ...changes[`session ${name}`] }] }] }
  }))
  return [
    {
      type: 'global_system_config',
      fq_name: ['default-global-system-config'],
      autonomous_system: nodeAs,
      enable_4byte_as: true
    },
    { type: 'virtual_network', fq_name: [...fabric], parent_type: 'project', virtual_network_network_id: 2 },
    { type: 'routing_instance', fq_name: master, parent_type: 'virtual-network' },
    router('node', nodeAddress, nodeAs, 'router', refs),
    ...names.map(name => router(name, neighbours[name].address, neighbours[name].as, 'router', []))
  ]
}

export interface OptionLabOptions {
  readonly options?: NeighbourOptions
  readonly config?: Partial<NeighbourConfig>
  /** Of the edge's router. */
  readonly edge?: Partial<LabRouterOptions>
  readonly spoke?: Partial<LabRouterOptions>
  /** Which AS the edge has the node in. */
  readonly nodeAs?: number
}

export class OptionLab {
  readonly world = new LabWorld()
  readonly lab: LabNode
  readonly routers: Readonly<Record<Name, LabRouter>>
  readonly logged: { fields: object; message: string }[] = []

  constructor({
    options = {},
    config = {},
    edge = {},
    spoke = {},
    nodeAs: seenAs = nodeAs
  }: OptionLabOptions = {}) {
    const note = (fields: object, message: string): void => void this.logged.push({ fields, message })
    this.lab = this.world.node({
      hostname: 'node',
      address: nodeAddress,
      objects: [JSON.stringify(objects())],
      log: { info: note, warn: note, debug() {} },
      neighbourConfig: { neighbours: new Map([[neighbours.edge.address, options]]), ...config }
    })
    const router = (name: Name): LabRouter =>
      this.world.router({
        name,
        ...neighbours[name],
        families: ['inet', 'inet6'],
        listenPort: 179,
        neighbors: [{ address: nodeAddress, as: name === 'edge' ? seenAs : nodeAs }],
        ...(name === 'edge' && edge),
        ...(name === 'spoke' && spoke)
      })
    this.routers = {
      edge: router('edge'),
      other: router('other'),
      spoke: router('spoke'),
      leaf: router('leaf')
    }
  }

  /** All sessions are up, and everything has been said. */
  settle(): this {
    this.world.until('all are connected', () => names.every(name => this.isUp(name)))
    this.run(5)
    return this
  }

  run(seconds: number): void {
    this.world.run(seconds * 1000)
  }

  peer(name: Name): BgpPeer {
    return this.lab.node.peers.get(`${masterInstance}:${name}`)!
  }

  isUp(name: Name): boolean {
    return this.peer(name)?.session.state === 'established'
  }

  /** The edge's options are these from now on. */
  change(options: NeighbourOptions, config: Partial<NeighbourConfig> = {}): void {
    this.lab.node.configureNeighbours({
      dynamicNeighbours: [],
      ebgpRequiresPolicy: false,
      trustsTenants: false,
      gracefulShutdown: false,
      neighbours: new Map([[neighbours.edge.address, options]]),
      ...config
    })
  }

  /** What the node has told the neighbour of a prefix; undefined: nothing. */
  told(name: Name, prefix: string, family: 'inet' | 'inet6' = 'inet') {
    return this.routers[name].routes(family).get(prefix)
  }

  flaps(name: Name): number {
    return this.peer(name).session.statistics.flaps
  }

  refreshes(name: Name): number {
    let requests = 0
    for (const { counts } of this.peer(name).families.values()) requests += counts.refreshRequestsSent
    return requests
  }

  updates(name: Name): number {
    return this.routers[name].sessions.get(nodeAddress)!.updates
  }
}
