/**
 * Clients of BGP as a service: their objects as the schema transformer writes them, and routers that call a node
 * through a compute node, which gives their connections its own address and the client's port.
 */

import type { ConfigStoreListener } from '../../src/config-store/config-store.js'
import type { ConfigObject } from '../../src/ifmap/config-object.js'
import { ObjectStore } from '../../src/lab/object-store.js'
import { LabRouter, type LabRouterOptions } from '../../src/lab/router.js'
import { type LabNode, LabWorld } from '../../src/lab/world.js'
import type { Transport } from '../../src/runtime/transport.js'
import { type ApiObject, clusterObjects, instanceOf, textOf } from './cluster-objects.js'

export interface Client {
  readonly name: string
  /** Default: red. */
  readonly network?: string
  readonly as: number
  readonly address: string
  readonly sourcePort: number
  readonly gateway?: string
  readonly gateway6?: string
  readonly families?: readonly string[]
  /** More members of the bgp-router, and of the session. */
  readonly router?: object
  readonly session?: object
}

/** The client's bgp-router and its peering with its instance's server. */
export function clientObjects(client: Client): ApiObject[] {
  const { name, network = 'red', as, address, sourcePort, families = ['inet', 'inet6'] } = client
  const instance = instanceOf(network).split(':')
  return [
    {
      type: 'bgp_router',
      fq_name: [...instance, name],
      parent_type: 'routing-instance',
      bgp_router_parameters: {
        router_type: 'bgpaas-client',
        autonomous_system: as,
        address,
        identifier: address,
        source_port: sourcePort,
        ...(client.gateway !== undefined && { gateway_address: client.gateway }),
        ...(client.gateway6 !== undefined && { ipv6_gateway_address: client.gateway6 }),
        ...client.router
      },
      bgp_router_refs: [
        {
          to: [...instance, 'bgpaas-server'],
          attr: {
            session: [
              {
                attributes: [{ bgp_router: null, address_families: { family: families }, ...client.session }]
              }
            ]
          }
        }
      ]
    }
  ]
}

export const serverObject = (network: string): ApiObject => ({
  type: 'bgp_router',
  fq_name: [...instanceOf(network).split(':'), 'bgpaas-server'],
  parent_type: 'routing-instance',
  bgp_router_parameters: { router_type: 'bgpaas-server' }
})

export const portRange = { port_start: 50000, port_end: 50512 }

export interface TenantConfig {
  readonly clients: readonly Client[]
  readonly system?: object
  /** More objects, or others in the place of those of the cluster, by type and name. */
  readonly objects?: readonly ApiObject[]
}

export function tenantObjects({ clients, system, objects = [] }: TenantConfig): ApiObject[] {
  const all = new Map<string, ApiObject>()
  const networks = new Set(clients.map(({ network = 'red' }) => network))
  const cluster = clusterObjects.map(object =>
    object.type === 'global_system_config' ? { ...object, bgpaas_parameters: portRange, ...system } : object
  )
  for (const object of [
    ...cluster,
    ...[...networks].map(serverObject),
    ...clients.flatMap(clientObjects),
    ...objects
  ]) {
    const name = object.fq_name.join(':')
    all.set(`${object.type} ${name}`, object)
  }
  return [...all.values()]
}

/** What a compute node does to the connections of a client: its own address, and the client's port. */
export function translated(computeNode: Transport, localAddress: string, localPort: number): Transport {
  return {
    listen: options => computeNode.listen(options),
    connect: options => computeNode.connect({ ...options, localAddress, localPort })
  }
}

/** Withholds instances, as a store does that has not read them yet, or that has just lost them. */
class PartialStore extends ObjectStore {
  readonly #withheld = new Set<string>()
  readonly #seen = new Map<string, ConfigObject>()
  #tell: ConfigStoreListener | undefined

  override start(listener: ConfigStoreListener): void {
    this.#tell = listener
    super.start({
      changed: ({ updated, removed }) => {
        for (const object of updated)
          if (object.type === 'routing-instance') this.#seen.set(object.name, object)
        listener.changed({ updated: updated.filter(({ name }) => !this.#withheld.has(name)), removed })
      },
      problemsChanged: problems => listener.problemsChanged(problems),
      endOfConfig: () => listener.endOfConfig()
    })
  }

  withhold(name: string): void {
    this.#withheld.add(name)
    this.#tell?.changed({ updated: [], removed: [{ type: 'routing-instance', name }] })
  }

  release(name: string): void {
    this.#withheld.delete(name)
    this.#tell?.changed({ updated: [this.#seen.get(name)!], removed: [] })
  }
}

export const nodeAddress = '10.0.0.1'

/** Node cn-a of the cluster, with clients of BGP as a service. */
export class TenantScene {
  readonly world = new LabWorld(1)
  readonly store: PartialStore
  readonly lab: LabNode
  readonly lines: string[] = []

  constructor(config: TenantConfig, withheld: readonly string[] = []) {
    this.store = new PartialStore(textOf(tenantObjects(config)))
    for (const name of withheld) this.store.withhold(name)
    const line = (fields: object, message: string): void => {
      this.lines.push(`${message} ${JSON.stringify(fields)}`)
    }
    this.lab = this.world.node({
      hostname: 'cn-a',
      address: nodeAddress,
      objects: this.store,
      log: { info: line, warn: line, debug() {} }
    })
    this.world.run(1000)
  }

  get node() {
    return this.lab.node
  }

  configure(config: TenantConfig): void {
    this.store.replace(textOf(tenantObjects(config)))
    this.world.run(1000)
  }

  peer({ name, network = 'red' }: Pick<Client, 'name' | 'network'>) {
    return this.node.peers.get(`${instanceOf(network)}:${name}`)!
  }

  isUp(client: Pick<Client, 'name' | 'network'>): boolean {
    return this.peer(client)?.session.state === 'established'
  }

  table(family: 'inet' | 'inet6', network = 'red') {
    return this.node.instances.get(instanceOf(network))!.table(family)!
  }

  /** The router of a client, calling from that compute node. Absent port: the client's own. */
  router(
    client: Client,
    computeNode: string,
    port = client.sourcePort,
    more: Partial<LabRouterOptions> = {}
  ): LabRouter {
    const router = new LabRouter({
      name: client.name,
      as: client.as,
      address: client.address,
      families: ['inet', 'inet6'],
      neighbors: [{ address: nodeAddress, as: 64512 }],
      ...more,
      scheduler: this.world.scheduler,
      transport: translated(this.world.host(computeNode), computeNode, port)
    })
    router.start()
    return router
  }

  run(seconds: number): void {
    this.world.run(seconds * 1000)
  }

  until(what: string, condition: () => boolean, seconds = 60): void {
    this.world.until(what, condition, seconds * 1000)
  }
}
