/** Keys that analytics knows sessions by (introspect §5.1). */
import type { Agent, BgpNeighbor, NodeView } from '../view.js'

/** `<instance>:<hostname>:<full neighbor name>`: the instance really is there twice. */
export const peerKey = (view: NodeView, neighbor: BgpNeighbor): string =>
  `${neighbor.instance}:${view.process.node().hostname}:${neighbor.instance}:${neighbor.name}`

/** `<hostname>:<agent address>` */
export const agentKey = (view: NodeView, agent: Agent): string =>
  `${view.process.node().hostname}:${agent.address}`
