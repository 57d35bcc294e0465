import type { ControlNode } from '../../control-node.js'
import type { ExportState, NodeView } from '../view.js'
import { bgpView } from './bgp.js'
import { configView } from './config.js'
import { graphView } from './graph.js'
import { instanceViews } from './instances.js'
import { processView } from './process.js'
import { ribView } from './rib.js'
import { traceView } from './trace.js'
import { watchView } from './watch.js'
import { xmppView } from './xmpp.js'

/** What operators see of a control node: everything is read from its parts when it is asked for. */
export const nodeView = (
  node: ControlNode,
  version: string,
  exports: () => readonly ExportState[] = () => []
): NodeView => ({
  process: processView(node, version, exports),
  bgp: bgpView(node),
  xmpp: xmppView(node),
  rib: ribView(node),
  instances: instanceViews(node),
  config: configView(node),
  graph: graphView(node),
  trace: traceView(node),
  watch: watchView(node)
})
