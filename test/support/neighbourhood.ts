/**
 * A whole node between six routers of all sorts, three of other AS and three of its own, in virtual time. All of the
 * node's configuration may change while it runs.
 */
import type { BgpPeer } from '../../src/bgp/peer/bgp-peer.js'
import { offer } from '../../src/bgp/session/offer.js'
import { familyNamed } from '../../src/bgp/wire/families.js'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import { type NeighbourConfig, noNeighbourConfig } from '../../src/config/neighbour-config.js'
import type { NeighbourOptions } from '../../src/config/neighbour-options.js'
import { masterInstance } from '../../src/config/settings.js'
import { ObjectStore } from '../../src/lab/object-store.js'
import type { LabRouter } from '../../src/lab/router.js'
import type { ReceivedRoute } from '../../src/lab/router-session.js'
import { type LabNode, LabWorld } from '../../src/lab/world.js'
import { type ApiObject, fabric, textOf } from './cluster-objects.js'

export const nodeAs = 64512
export const nodeAddress = '10.0.0.1'

const routed: readonly FamilyName[] = ['inet', 'inet6', 'inet-labeled', 'inet-vpn', 'evpn']
const filtered: readonly FamilyName[] = [...routed, 'route-target']

interface Neighbour {
  readonly address: string
  readonly as: number
  readonly families: readonly FamilyName[]
  /** It can take and send several paths of a prefix (RFC 7911). */
  readonly addPath?: boolean
  /** It does send several: the node takes them whatever its options say. */
  readonly sendsSeveral?: boolean
  /** Its routes may be kept while it is away (RFC 4724, RFC 9494). */
  readonly restarts?: boolean
}

const neighbourTable = {
  e1: { address: '10.0.0.11', as: 65311, families: routed, addPath: true, sendsSeveral: true },
  e2: { address: '10.0.0.12', as: 65312, families: routed, addPath: true },
  e3: { address: '10.0.0.13', as: 65311, families: filtered },
  i1: { address: '10.0.0.14', as: nodeAs, families: filtered, addPath: true, sendsSeveral: true },
  i2: { address: '10.0.0.15', as: nodeAs, families: routed, addPath: true },
  i3: { address: '10.0.0.16', as: nodeAs, families: routed, restarts: true }
} as const
export type Name = keyof typeof neighbourTable
export const neighbours: Readonly<Record<Name, Neighbour>> = neighbourTable
export const names = Object.keys(neighbours) as Name[]

/** All that may change of the node. */
export interface Configuration {
  readonly options: Partial<Record<Name, NeighbourOptions>>
  /** Of the peering with it, as the API has it. */
  readonly peerings: Partial<Record<Name, object>>
  /** Where they are not all that it has. */
  readonly families: Partial<Record<Name, readonly FamilyName[]>>
  /** They are no neighbours of the node. */
  readonly absent: readonly Name[]
  /** Of the node's bgp-router. */
  readonly node: object
  readonly global: object
  readonly file: Partial<Pick<NeighbourConfig, 'ebgpRequiresPolicy' | 'gracefulShutdown'>>
}

export const plainConfiguration: Configuration = {
  options: {},
  peerings: {},
  families: {},
  absent: [],
  node: { cluster_id: 9 },
  global: {},
  file: {}
}

const master = [...fabric, '__default__']
const apiNames: Partial<Record<FamilyName, string>> = { evpn: 'e-vpn' }

function bgpRouter(name: string, address: string, as: number, families: readonly FamilyName[], more: object) {
  const parameters = {
    router_type: 'router',
    autonomous_system: as,
    identifier: address,
    address,
    port: 179,
    address_families: { family: families.map(family => apiNames[family] ?? family) },
    ...more
  }
  return {
    type: 'bgp_router',
    fq_name: [...master, name],
    parent_type: 'routing-instance',
    bgp_router_parameters: parameters
  }
}

function objectsOf(configuration: Configuration): readonly ApiObject[] {
  const { global, node, peerings, families, absent } = configuration
  const present = names.filter(name => !absent.includes(name))
  const peering = (name: Name) => ({
    to: [...master, name],
    attr: { session: [{ attributes: [{ bgp_router: null, ...peerings[name] }] }] }
  })
  const ofNeighbour = (name: Name) => {
    const { address, as, families: all } = neighbours[name]
    return bgpRouter(name, address, as, families[name] ?? all, {})
  }
  return [
    {
      type: 'global_system_config',
      fq_name: ['default-global-system-config'],
      autonomous_system: nodeAs,
      enable_4byte_as: true,
      graceful_restart_parameters: {
        enable: true,
        restart_time: 20,
        long_lived_restart_time: 60,
        end_of_rib_timeout: 30,
        bgp_helper_enable: true,
        xmpp_helper_enable: false
      },
      ...global
    },
    { type: 'virtual_network', fq_name: [...fabric], parent_type: 'project', virtual_network_network_id: 2 },
    { type: 'routing_instance', fq_name: master, parent_type: 'virtual-network' },
    { ...bgpRouter('node', nodeAddress, nodeAs, filtered, node), bgp_router_refs: present.map(peering) },
    ...present.map(ofNeighbour)
  ]
}

function fileOf({ options, file }: Configuration): NeighbourConfig {
  const optionsOf = (name: Name): NeighbourOptions => {
    const said = options[name] ?? {}
    if (!neighbours[name].sendsSeveral) return said
    return { ...said, addPath: said.addPath === 'send' || said.addPath === 'both' ? 'both' : 'receive' }
  }
  const byAddress = names.map(name => [neighbours[name].address, optionsOf(name)] as const)
  return { ...noNeighbourConfig, ...file, neighbours: new Map(byAddress) }
}

export class Neighbourhood {
  readonly world: LabWorld
  readonly lab: LabNode
  readonly routers: Readonly<Record<Name, LabRouter>>
  readonly #store: ObjectStore

  constructor(configuration = plainConfiguration, seed = 1) {
    this.world = new LabWorld(seed)
    this.#store = new ObjectStore(textOf(objectsOf(configuration)))
    this.lab = this.world.node({
      hostname: 'node',
      address: nodeAddress,
      objects: this.#store,
      neighbourConfig: fileOf(configuration)
    })
    const routers = names.map(name => [name, this.#router(name)] as const)
    this.routers = Object.fromEntries(routers) as Record<Name, LabRouter>
  }

  #router(name: Name): LabRouter {
    const { address, as, families, addPath = false, restarts = false } = neighbours[name]
    const capabilities = offer({
      localAs: as,
      families: families.map(family => ({ family: familyNamed(family)! })),
      gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 20 },
      longLivedStaleSeconds: 40
    })
    return this.world.router({
      name,
      as,
      address,
      families,
      addPath,
      listenPort: 179,
      neighbors: [{ address: nodeAddress, as: nodeAs }],
      ...(restarts && { session: { capabilities } })
    })
  }

  run(seconds: number): void {
    this.world.run(seconds * 1000)
  }

  /** The node's objects and its file change, one after the other. */
  configure(configuration: Configuration, objectsFirst = true): void {
    const readObjects = (): void => this.#store.replace(textOf(objectsOf(configuration)))
    if (objectsFirst) readObjects()
    this.lab.node.configureNeighbours(fileOf(configuration))
    if (!objectsFirst) readObjects()
  }

  peer(name: Name): BgpPeer | undefined {
    return this.lab.node.peers.get(`${masterInstance}:${name}`)
  }

  /** What the neighbour has been told. */
  told(name: Name, family: FamilyName): ReceivedRoute[] {
    return [...this.routers[name].routes(family).values()]
  }
}
