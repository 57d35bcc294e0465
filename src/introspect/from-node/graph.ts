/** The configuration graph as operators see it (introspect §3.12). No agent receives a part of it yet. */
import type { ControlNode } from '../../control-node.js'
import type { Graph } from '../../ifmap/graph.js'
import { type Link, type Node, type Origin, origins, otherEnd } from '../../ifmap/node.js'
import type * as view from '../view/config.js'
import { inOrder } from './in-order.js'
import { propertiesXml } from './properties-xml.js'

export function graphView(node: ControlNode): view.GraphView {
  const { graph } = node
  const times = new ChangeMarks(graph, () => node.options.scheduler.wallClock())
  return {
    tables: () => [...graph.types()].sort().map(name => ({ name, size: graph.nodeCount(name) })),
    *nodes(type, after) {
      for (const each of inOrder(
        () => graph.nodes(type),
        ({ name }) => name,
        after
      ))
        yield nodeView(each, times)
    },
    node: (type, name) => {
      const found = graph.node(type, name)
      return found && nodeView(found, times)
    },
    linkCount: () => {
      let count = 0
      for (const _ of graph.links()) count++
      return count
    },
    *links(after) {
      for (const link of inOrder(() => graph.links(), linkName, after)) yield linkView(link, times)
    },
    clients: () => [],
    nodeInterest: () => noInterest,
    linkInterest: () => noInterest,
    clientHistory: () => [],
    channelManagerCounts: () => noCounts,
    pendingVirtualMachines: () => [],
    updateQueue: () => [],
    // Files give no uuids.
    storedObjects: () => []
  }
}

/** When nodes and links last changed, from the start of the view on. */
class ChangeMarks {
  readonly #times = new WeakMap<Node | Link, number>()
  readonly #since: number

  constructor(graph: Graph, now: () => number) {
    this.#since = now()
    graph.listen({
      nodeChanged: node => this.#times.set(node, now()),
      linkChanged: link => this.#times.set(link, now())
    })
  }

  of(item: Node | Link): number {
    return this.#times.get(item) ?? this.#since
  }
}

const identity = ({ type, name }: Node): string => `${type}:${name}`

/** As the pages name a link: with its ends in their order. */
const linkName = ({ name, left, right }: Link): string => `${name}(${identity(left)},${identity(right)})`

const originNames: Readonly<Record<Origin, view.GraphNode['origin']>> = {
  store: 'Local',
  transformer: 'Local',
  bootstrap: 'Local',
  agent: 'Xmpp'
}

const originOf = (node: Node): view.GraphNode['origin'] => {
  const origin = origins.find(each => node.objectOf(each) !== undefined)
  return origin === undefined ? 'Unknown' : originNames[origin]
}

function nodeView(node: Node, times: ChangeMarks): view.GraphNode {
  return {
    type: node.type,
    name: node.name,
    interests: [],
    advertised: [],
    deleted: false,
    origin: node.attribute === undefined ? originOf(node) : 'Local',
    get properties() {
      const properties = node.object?.properties ?? node.attribute
      return properties && propertiesXml(properties)
    },
    get neighbors() {
      return [...new Set([...node.allLinks()].map(link => identity(otherEnd(link, node))))].sort()
    },
    lastModified: times.of(node)
  }
}

const linkView = (link: Link, times: ChangeMarks): view.GraphLink => ({
  metadata: link.name,
  left: identity(link.left),
  right: identity(link.right),
  interests: [],
  advertised: [],
  deleted: false,
  origins: [...new Set([link.left, link.right].map(originOf).filter(origin => origin !== 'Unknown'))],
  lastModified: times.of(link)
})

const noInterest: view.Interest = { sent: false, interested: false, advertised: false }
const noCounts: view.ChannelManagerCounts = {
  unknownSubscribe: 0,
  unknownUnsubscribe: 0,
  duplicateChannelReady: 0,
  invalidChannelNotReady: 0,
  invalidChannelState: 0,
  invalidVmSubscribe: 0,
  vmSubscribeWithoutVr: 0,
  vmUnsubscribeWithoutVr: 0,
  vmUnsubscribeWithoutVm: 0,
  duplicateVrSubscribe: 0,
  duplicateVmSubscribe: 0
}
