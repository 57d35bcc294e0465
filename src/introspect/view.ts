/**
 * What introspect can see of a node. The control node implements it (or a test does); introspect depends on nothing
 * else of the node. Each part is a room of docs/architecture.md.
 *
 * Iterables are lazy and in the order stated; the caller takes a bounded number of elements per turn of the event
 * loop and never keeps an iterator across turns, but starts anew from a name. Only `RibView.routes` gives a cursor
 * that lives across turns. Names of instances, tables, neighbors and agents are ordered by UTF-16 code unit (`<`).
 */
import type { ConfigView, GraphView } from './view/config.js'
import type { InstanceView } from './view/instance.js'
import type { BgpView, XmppView } from './view/neighbor.js'
import type { ProcessView, TraceView } from './view/process.js'
import type { RibView } from './view/rib.js'
import type { WatchView } from './view/watch.js'

export interface NodeView {
  readonly process: ProcessView
  readonly bgp: BgpView
  readonly xmpp: XmppView
  readonly rib: RibView
  readonly instances: InstanceView
  readonly config: ConfigView
  readonly graph: GraphView
  readonly trace: TraceView
  readonly watch: WatchView
}

export type * from './view/common.js'
export type * from './view/config.js'
export type * from './view/instance.js'
export type * from './view/neighbor.js'
export type * from './view/neighbor-session.js'
export type * from './view/process.js'
export type * from './view/rib.js'
export type * from './view/watch.js'
