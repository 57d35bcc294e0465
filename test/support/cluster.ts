/** The cluster of `cluster-objects.ts` in one virtual world: nodes, routers and an agent towards each node. */
import { nodeView } from '../../src/introspect/from-node/node-view.js'
import type { NodeView } from '../../src/introspect/view.js'
import type { LabAgent } from '../../src/lab/agent.js'
import { ObjectStore } from '../../src/lab/object-store.js'
import type { LabRouter } from '../../src/lab/router.js'
import { type LabNode, LabWorld } from '../../src/lab/world.js'
import {
  type ApiObject,
  clusterObjects,
  instanceOf,
  masterInstance,
  networkOf,
  routers,
  textOf
} from './cluster-objects.js'

export type NodeName = 'cn-a' | 'cn-b'
export const nodeNames: readonly NodeName[] = ['cn-a', 'cn-b']

const agentsOf = {
  'cn-a': { name: 'vr-01', address: '10.0.1.21', nextHop: '10.61.0.21' },
  'cn-b': { name: 'vr-02', address: '10.0.1.22', nextHop: '10.61.0.22' }
} as const
/** What each agent calls the instances. */
const instanceIds = { pods: 7, red: 21, blue: 22, lonely: 23 } as const
export type NetworkName = keyof typeof instanceIds

export class Cluster {
  readonly world: LabWorld
  readonly nodes = new Map<NodeName, LabNode>()
  readonly agents = new Map<NodeName, LabAgent>()
  readonly edge: LabRouter
  readonly gateway: LabRouter
  readonly #views = new Map<NodeName, NodeView>()
  readonly #stores = new Map<NodeName, { readonly store: ObjectStore; objects: readonly ApiObject[] }>()

  constructor(seed = 1, objects: readonly ApiObject[] = clusterObjects) {
    this.world = new LabWorld(seed)
    for (const name of nodeNames) {
      const store = new ObjectStore(textOf(objects))
      const node = this.world.node({ hostname: name, address: routers[name].address, objects: store })
      this.#stores.set(name, { store, objects })
      this.nodes.set(name, node)
      this.#views.set(name, nodeView(node.node, '1.2.3'))
      const agent = this.world.agent(node, agentsOf[name])
      agent.stop()
      this.agents.set(name, agent)
    }
    this.edge = this.#router('edge', ['inet'])
    this.gateway = this.#router('gateway', ['route-target', 'inet-vpn'])
  }

  #router(name: 'edge' | 'gateway', families: ('inet' | 'route-target' | 'inet-vpn')[]): LabRouter {
    const { address, as } = routers[name]
    const router = this.world.router({
      name,
      as,
      address,
      families,
      listenPort: 179,
      neighbors: nodeNames.map(node => ({ address: routers[node].address, as: 64512 }))
    })
    router.stop()
    return router
  }

  view(name: NodeName): NodeView {
    return this.#views.get(name)!
  }

  agent(name: NodeName): LabAgent {
    return this.agents.get(name)!
  }

  /** Changes what a node's store holds. */
  configure(name: NodeName, change: (objects: readonly ApiObject[]) => readonly ApiObject[]): void {
    const entry = this.#stores.get(name)!
    entry.objects = change(entry.objects)
    entry.store.replace(textOf(entry.objects))
  }

  /** Names in place of instances' indexes in targets and route distinguishers of the nodes. */
  withoutIndexes(line: string): string {
    let text = line
    for (const name of nodeNames) {
      const { instances } = this.nodes.get(name)!.node
      const { address } = routers[name]
      for (const { index, name: instance } of instances)
        text = text.replaceAll(new RegExp(`\\b${address}:${index}\\b`, 'g'), `${name}:${instance}`)
    }
    return text
  }

  start(): void {
    for (const router of [this.edge, this.gateway]) router.start()
    for (const agent of this.agents.values()) agent.start()
    this.world.until('routers and agents are connected', () => this.isConnected)
  }

  get isConnected(): boolean {
    return (
      this.edge.isEstablished &&
      this.gateway.isEstablished &&
      [...this.agents.values()].every(agent => agent.isEstablished) &&
      nodeNames.every(name =>
        [...this.view(name).bgp.neighbors()].every(({ state }) => state === 'Established')
      )
    )
  }

  /** In order: subscriptions and routes of both agents, and what the routers say. */
  get deeds(): readonly (() => void)[] {
    const deeds: (() => void)[] = []
    for (const [i, name] of nodeNames.entries()) {
      const agent = this.agent(name)
      deeds.push(() => agent.subscribe(masterInstance, 0))
      for (const [network, id] of Object.entries(instanceIds)) {
        deeds.push(() => agent.subscribe(instanceOf(network), id))
      }
      deeds.push(() => this.publishPod(name, `10.61.64.${9 + 10 * i}/32`, 30 + i))
      deeds.push(() => agent.publish(instanceOf('red'), { prefix: `10.1.0.${3 + i}/32`, label: 51 + i }))
      // Both have it: they share its load.
      deeds.push(() => agent.publish(instanceOf('red'), { prefix: '10.1.0.100/32', label: 61 + i }))
      deeds.push(() => agent.publish(instanceOf('red'), { prefix: `fd00:1::${3 + i}/128`, label: 51 + i }))
    }
    deeds.push(() => this.agent('cn-b').publish(instanceOf('blue'), { prefix: '10.2.0.3/32', label: 52 }))
    deeds.push(() => this.agent('cn-a').publish(instanceOf('lonely'), { prefix: '10.3.0.3/32', label: 53 }))
    deeds.push(() => this.edge.announce('inet', '203.0.113.0/24', { communities: ['65311:7'] }))
    deeds.push(() =>
      this.gateway.announce('inet-vpn', '10.0.0.12:5:198.51.100.0/24', {
        label: 77,
        extendedCommunities: ['target:64512:8000021']
      })
    )
    deeds.push(() => {
      for (const target of ['8000021', '8000023'])
        this.gateway.announce('route-target', `64512:target:64512:${target}`)
    })
    return deeds
  }

  /** A pod is published twice: in its network, and in the master instance without label. */
  publishPod(node: NodeName, prefix: string, label: number): void {
    const agent = this.agent(node)
    agent.publish(instanceOf('pods'), { prefix, label })
    agent.publish(masterInstance, {
      prefix,
      primaryInstanceId: instanceIds.pods,
      virtualNetwork: networkOf('pods')
    })
  }
}
