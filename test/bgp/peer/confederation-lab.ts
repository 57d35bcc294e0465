/**
 * Three nodes of a confederation, each a member AS and all with sessions to each other, and routers around them:
 *
 *   west 64500 --- n1 65001 ===== n2 65002 --- inner 65002, and guest 65009, another member AS
 *                      \\\\         //
 *                        n3 65003 --- east 64501
 */
import type { BgpPeer } from '../../../src/bgp/peer/bgp-peer.js'
import type { Path } from '../../../src/bgp/rib/path.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import type { NeighbourConfig } from '../../../src/config/neighbour-config.js'
import type { NeighbourOptions } from '../../../src/config/neighbour-options.js'
import { masterInstance } from '../../../src/config/settings.js'
import { readAttributes } from '../../../src/lab/route-attributes.js'
import type { Announcement, LabRouter } from '../../../src/lab/router.js'
import type { ReceivedRoute } from '../../../src/lab/router-session.js'
import { type LabNode, LabWorld } from '../../../src/lab/world.js'
import { type ApiObject, fabric } from '../../support/cluster-objects.js'
import { key, pathsOf } from '../rib/rib-helpers.js'

export const identifier = 64999
export const members = [65001, 65002, 65003, 65009]

const places = {
  n1: { address: '10.0.0.1', as: 65001 },
  n2: { address: '10.0.0.2', as: 65002 },
  n3: { address: '10.0.0.3', as: 65003 },
  west: { address: '10.0.0.11', as: 64500 },
  inner: { address: '10.0.0.12', as: 65002 },
  guest: { address: '10.0.0.14', as: 65009 },
  east: { address: '10.0.0.13', as: 64501 }
} as const
export type Place = keyof typeof places
export type NodePlace = 'n1' | 'n2' | 'n3'
export type RouterPlace = Exclude<Place, NodePlace>
const nodes: readonly NodePlace[] = ['n1', 'n2', 'n3']
const routersOf: Record<NodePlace, readonly RouterPlace[]> = {
  n1: ['west'],
  n2: ['inner', 'guest'],
  n3: ['east']
}
const neighboursOf = (place: NodePlace): Place[] => [
  ...nodes.filter(node => node !== place),
  ...routersOf[place]
]

const master = [...fabric, '__default__']

function objects(place: NodePlace): readonly ApiObject[] {
  const around = neighboursOf(place)
  const router = (name: Place): ApiObject => ({
    type: 'bgp_router',
    fq_name: [...master, name],
    parent_type: 'routing-instance',
    bgp_router_parameters: {
      router_type: 'router',
      autonomous_system: places[name].as,
      identifier: places[name].address,
      address: places[name].address,
      port: 179,
      address_families: { family: ['inet', 'inet6'] },
      ...(name === place && { cluster_id: 9 })
    },
    bgp_router_refs: name === place ? around.map(to => ({ to: [...master, to], attr: { session: [] } })) : []
  })
  return [
    {
      type: 'global_system_config',
      fq_name: ['default-global-system-config'],
      autonomous_system: places[place].as,
      enable_4byte_as: true
    },
    { type: 'virtual_network', fq_name: [...fabric], parent_type: 'project', virtual_network_network_id: 2 },
    { type: 'routing_instance', fq_name: master, parent_type: 'virtual-network' },
    router(place),
    ...around.map(router)
  ]
}

export interface ConfederationLabOptions {
  /** Of neighbours, by node and neighbour: `n1 west`. */
  readonly options?: Readonly<Record<string, NeighbourOptions>>
  /** Which AS a router has its node in; default: the member AS inside, and the identifier outside. */
  readonly seenAs?: Partial<Record<RouterPlace, number>>
}

export class ConfederationLab {
  readonly world = new LabWorld()
  readonly nodes: Readonly<Record<NodePlace, LabNode>>
  readonly routers: Readonly<Record<RouterPlace, LabRouter>>
  readonly warned: Readonly<Record<NodePlace, string[]>> = { n1: [], n2: [], n3: [] }
  readonly #options: Readonly<Record<string, NeighbourOptions>>

  constructor({ options = {}, seenAs = {} }: ConfederationLabOptions = {}) {
    this.#options = options
    const node = (place: NodePlace): LabNode =>
      this.world.node({
        hostname: place,
        address: places[place].address,
        objects: [JSON.stringify(objects(place))],
        log: { info() {}, debug() {}, warn: (_, message) => void this.warned[place].push(message) },
        neighbourConfig: this.#config(place)
      })
    this.nodes = { n1: node('n1'), n2: node('n2'), n3: node('n3') }
    const router = (place: RouterPlace, at: NodePlace): LabRouter => {
      const { address, as } = places[at]
      const isWithin = members.includes(places[place].as)
      return this.world.router({
        name: place,
        ...places[place],
        families: ['inet', 'inet6'],
        listenPort: 179,
        neighbors: [{ address, as: seenAs[place] ?? (isWithin ? as : identifier) }],
        ...(isWithin && { session: { members } })
      })
    }
    this.routers = {
      west: router('west', 'n1'),
      inner: router('inner', 'n2'),
      guest: router('guest', 'n2'),
      east: router('east', 'n3')
    }
  }

  #config(place: NodePlace, more: Partial<NeighbourConfig> = {}): Partial<NeighbourConfig> {
    const neighbours = new Map<string, NeighbourOptions>()
    for (const to of neighboursOf(place)) {
      const options = this.#options[`${place} ${to}`]
      if (options !== undefined) neighbours.set(places[to].address, options)
    }
    return { neighbours, confederation: { identifier, members }, ...more }
  }

  /** All sessions are up, and everything has been said. */
  settle(): this {
    this.world.until('all are connected', () =>
      nodes.every(node => neighboursOf(node).every(to => this.isUp(node, to)))
    )
    this.run(5)
    return this
  }

  run(seconds: number): this {
    this.world.run(seconds * 1000)
    return this
  }

  peer(node: NodePlace, to: Place): BgpPeer {
    return this.nodes[node].node.peers.get(`${masterInstance}:${to}`)!
  }

  isUp(node: NodePlace, to: Place): boolean {
    return this.peer(node, to)?.session.state === 'established'
  }

  /** What the file of the node says from now on. */
  change(place: NodePlace, more: Partial<NeighbourConfig>): void {
    this.nodes[place].node.configureNeighbours({
      dynamicNeighbours: [],
      ebgpRequiresPolicy: false,
      trustsTenants: false,
      gracefulShutdown: false,
      neighbours: new Map(),
      ...this.#config(place, more)
    })
  }

  announce(from: RouterPlace, prefix: string, announcement: Announcement = {}): this {
    this.routers[from].announce('inet', prefix, announcement)
    return this.run(2)
  }

  /** What the router has been told of a prefix; undefined: nothing. */
  told(to: RouterPlace, prefix: string): ReceivedRoute | undefined {
    return this.routers[to].routes('inet').get(prefix)
  }

  paths(node: NodePlace, prefix: string): Path[] {
    const up = neighboursOf(node).find(to => this.isUp(node, to))!
    const { table } = this.peer(node, up).families.get(familyNamed('inet')!)!
    return pathsOf(table.find(key(prefix)))
  }

  /** The AS paths that the node has, best first; behind `!` what is not used. */
  asPaths(node: NodePlace, prefix: string): string[] {
    return this.paths(node, prefix).map(({ attributes: { memory, start, end }, feasible }) => {
      const { asPath } = readAttributes(memory, start, end)
      return feasible ? asPath : `!${asPath}`
    })
  }

  /** Sessions that have been lost, of all nodes: `n1 west`. */
  lost(): string[] {
    const lost: string[] = []
    for (const node of nodes)
      for (const to of neighboursOf(node))
        if (this.peer(node, to).session.statistics.flaps > 0) lost.push(`${node} ${to}`)
    return lost
  }
}
