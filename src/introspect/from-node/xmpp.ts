import type { ControlNode } from '../../control-node.js'
import { printTarget } from '../../routing-instance/target-key.js'
import type { AgentPeer } from '../../xmpp/agent-peer.js'
import type { CloseCause } from '../../xmpp/close-cause.js'
import type { MessageCounters, RouteCounters } from '../../xmpp/statistics.js'
import type { Subscription } from '../../xmpp/subscription.js'
import type { SessionCounts, SocketCounts } from '../view/common.js'
import type * as view from '../view/neighbor.js'
import { noClose } from './close-info.js'
import { byName, printEndpoint } from './names.js'

export function xmppView(node: ControlNode): view.XmppView {
  const { xmpp, agents } = node
  return {
    *agents(start = '') {
      const peers = [...agents.peers.values()].filter(({ name }) => name >= start).sort(byName)
      for (const peer of peers) yield agentView(node, peer)
    },
    connections: () => {
      const { accepted, established, refusedByLimit, refusedByGate, refusedSubCluster, refusedDuplicate } =
        xmpp.statistics
      return { accepted, established, refusedByLimit, refusedByGate, refusedSubCluster, refusedDuplicate }
    },
    currentConnections: () => xmpp.connectionCount,
    maximumConnections: () => xmpp.statistics.maximumConnections,
    received: () => ({ ...xmpp.traffic.received, ...unblocked }),
    sent: (): SocketCounts => {
      const { sent, blockedCount, blockedMilliseconds } = xmpp.traffic
      return { ...sent, blockedCount, blockedMs: blockedMilliseconds, errors: 0 }
    }
  }
}

const unblocked = { blockedMs: 0, blockedCount: 0, errors: 0 } as const

/** `xmsm::Ev…` (introspect §3.1) for what the session calls its last event. */
const events: Readonly<Record<string, string>> = {
  accepted: 'xmsm::EvTcpPassiveOpen',
  'stream open': 'xmsm::EvXmppOpen',
  keepalive: 'xmsm::EvXmppKeepalive',
  stanza: 'xmsm::EvXmppIqStanza'
}

/** Agents without session leave nothing, so those that are shown are up. */
export function agentView(node: ControlNode, agent: AgentPeer): view.Agent {
  const { session } = agent
  const { inet6ItemFaults } = session.statistics
  const past = node.agents.history.of(agent.name)
  return {
    encoding: 'XMPP',
    name: agent.name,
    deleted: false,
    closedAt: undefined,
    address: session.remote.address,
    state: session.state === 'established' ? 'Established' : 'Active',
    remoteEndpoint: printEndpoint(session.remote),
    localEndpoint: printEndpoint(session.local),
    sendReady: !session.blocked,
    lastEvent: events[session.lastEvent] ?? 'xmsm::EvTcpClose',
    lastState: 'Active',
    lastStateAt: session.establishedAt < 0 ? undefined : session.establishedAt,
    configuredHoldTimeSeconds: node.xmpp.holdTimeSeconds,
    negotiatedHoldTimeSeconds: session.holdTimeSeconds,
    flapCount: past?.losses ?? 0,
    flapTime: past?.lastLossAt,
    closeReason: past === undefined ? '' : closeReason(past.cause),
    closeInfo: noClose,
    authType: 'NIL',
    dscp: 0,
    receivers: ['BGP'],
    inet6Errors: {
      badToken: inet6ItemFaults.xml,
      badPrefix: inet6ItemFaults.prefix,
      badNextHop: inet6ItemFaults['next-hop'],
      badFamily: inet6ItemFaults.family
    },
    get sendState() {
      return sendState(agent)
    },
    get primaryPathCount() {
      let paths = 0
      for (const { adjIn } of registrations(agent)) paths += adjIn.size
      return paths
    },
    get tables() {
      return [...registrations(agent)]
        .map(({ adjIn }) => adjIn.table)
        .sort(byName)
        .map(({ name }) => ({ name, subscribed: true, currentRequest: '', pendingRequest: '' }) as const)
    },
    get instances() {
      return [...agent.subscriptions.values()].sort(byName).map(each => instanceView(node, each))
    },
    get received() {
      const { received, routesReceived } = session.statistics
      return counts(received, routesReceived, 0, 0)
    },
    get sent() {
      const { sent, routesSent, blockedCount, blockedMilliseconds } = session.statistics
      return counts(sent, routesSent, blockedCount, blockedMilliseconds)
    }
  }
}

function* registrations(agent: AgentPeer) {
  for (const { registrations } of agent.subscriptions.values()) yield* registrations.values()
}

function sendState(agent: AgentPeer): view.SendState {
  let advertising = false
  for (const { ribOut, receiver } of registrations(agent)) {
    if (ribOut === undefined) continue
    if (!ribOut.isInSync(receiver)) return 'not in sync'
    advertising = true
  }
  return advertising ? 'in sync' : 'not advertising'
}

function instanceView(node: ControlNode, { name, instanceId, instance }: Subscription): view.AgentInstance {
  const imports = instance === undefined ? undefined : node.instances.get(name)?.imports
  return {
    name,
    state: instance === undefined ? 'pending' : 'subscribed',
    index: Math.max(0, instanceId),
    importTargets: [...(imports ?? [])].sort((a, b) => a - b).map(printTarget)
  }
}

const counts = (
  { open, keepalive, update, close, bytes, calls }: MessageCounters,
  { reach, unreach, endOfRib }: RouteCounters,
  blockedCount: number,
  blockedMs: number
): SessionCounts => ({
  messages: { open, keepalive, notification: 0, update, close },
  updates: { reach, unreach, endOfRib },
  socket: { bytes, calls, blockedMs, blockedCount, errors: 0 }
})

/** Where contrail-control has a text, that one (introspect §5.6). */
function closeReason({ kind, what }: CloseCause): string {
  if (kind === 'hold-expired') return 'Hold timer expired'
  if (kind === 'administrative' || kind === 'shutdown') return 'Administratively down'
  return what
}
