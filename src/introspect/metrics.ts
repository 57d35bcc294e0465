/** /metrics: the figures of the node for Prometheus, read from the view when they are asked for. */
import type { FastifyInstance } from 'fastify'
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import { updateDelays } from './delay-metric.js'
import type { EventLoopDelay } from './event-loop-delay.js'
import { processState } from './process-state.js'
import { nextTurn } from './sandesh/request.js'
import type { BgpNeighbor, NodeView, SessionState } from './view.js'

const states: readonly SessionState[] = [
  'Idle',
  'Active',
  'Connect',
  'OpenSent',
  'OpenConfirm',
  'Established'
]

export function metricsRoutes(server: FastifyInstance, view: NodeView, delay: EventLoopDelay): void {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'weft_' })
  const lateness = new Histogram({
    name: 'weft_event_loop_delay_seconds',
    help: 'How late the event loop ran a timer',
    buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
    registers: [registry]
  })
  delay.observe = seconds => lateness.observe(seconds)
  const collect = nodeMetrics(registry, view)
  updateDelays(registry, view)

  server.get('/metrics', async (_request, reply) => {
    await collect()
    return reply.type(registry.contentType).send(await registry.metrics())
  })
}

function nodeMetrics(registry: Registry, view: NodeView): () => Promise<void> {
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `weft_${name}`, help, labelNames, registers: [registry] })
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name: `weft_${name}`, help, labelNames, registers: [registry] })

  const info = gauge('info', 'The node: always 1', ['hostname', 'version'])
  const functional = gauge('functional', '1 when the node has all it needs to serve')
  const started = gauge('start_time_seconds', 'When the node started, in seconds since 1970')
  const problems = gauge('config_problems', 'Configuration objects that are refused or used in part')
  const state = gauge('neighbor_state', '1 for the state that the BGP neighbor is in', ['neighbor', 'state'])
  const flaps = counter('neighbor_flaps_total', 'Times the session left Established', ['neighbor'])
  const messages = counter('neighbor_messages_total', 'BGP messages', ['neighbor', 'direction', 'type'])
  const prefixes = gauge('neighbor_prefixes', 'Paths received, accepted and routes advertised', [
    'neighbor',
    'family',
    'kind'
  ])
  const pathsOf = gauge('neighbor_primary_paths', 'Paths that the neighbor contributed', ['neighbor'])
  const bytes = counter('neighbor_bytes_total', 'Bytes of BGP messages', ['neighbor', 'direction'])
  const blocked = counter('neighbor_blocked_seconds_total', 'Time for which its socket took no more', [
    'neighbor'
  ])
  const queued = gauge('neighbor_pending_bytes', 'Bytes that its socket has not taken yet', ['neighbor'])
  const connections = counter('neighbor_connections_total', 'Connections by what became of them', [
    'neighbor',
    'kind'
  ])
  const calls = counter('bgp_calls_total', 'Calls of BGP neighbors and strangers, by what became of them', [
    'kind'
  ])
  const listenErrors = counter('bgp_listen_errors_total', 'Attempts to listen for BGP that failed', [])
  const listeners = gauge('bgp_listener_up', 'An address is listened on for BGP', ['address'])
  const sessionErrors = counter('neighbor_session_errors_total', 'What ended sessions or OPENs', [
    'neighbor',
    'kind'
  ])
  const updateErrors = counter('neighbor_update_errors_total', 'Errors in UPDATEs (RFC 7606)', [
    'neighbor',
    'attribute',
    'reaction'
  ])
  const loops = counter('neighbor_looped_updates_total', 'Announcements that came round', [
    'neighbor',
    'kind'
  ])
  const behind = gauge('neighbor_pending_routes', 'Routes whose change has not been told to its group', [
    'neighbor',
    'family'
  ])
  const age = gauge('neighbor_oldest_change_seconds', 'How long the oldest of them has waited', [
    'neighbor',
    'family'
  ])
  const roundTrip = gauge('neighbor_tcp_rtt_seconds', 'Smoothed round-trip time of its connection', [
    'neighbor'
  ])
  const retransmits = gauge('neighbor_tcp_retransmits', 'Segments sent again since its connection is there', [
    'neighbor'
  ])
  const agents = gauge('agents', 'vRouter agents by state', ['state'])
  const agentMessages = counter('agent_messages_total', 'XMPP messages of present agents', [
    'direction',
    'type'
  ])
  const connectionsOfAgents = counter(
    'agent_connections_total',
    'Connections of agents, refused ones by why',
    ['kind']
  )
  const ribOutMessages = counter('rib_out_messages_total', 'Updates encoded once, and copies of them sent', [
    'encoding',
    'kind'
  ])
  const exportUp = gauge('export_up', 'A monitoring station or MRT file takes what it is told', [
    'kind',
    'target'
  ])
  const exported = counter('export_sent_total', 'Messages to stations, MRT records, files of tables', [
    'kind',
    'target'
  ])
  const exportDropped = counter('export_dropped_total', 'Records or files lost, stations cut off', [
    'kind',
    'target'
  ])
  const instances = gauge('routing_instances', 'Routing instances')
  const tables = gauge('tables', 'Tables by family', ['family'])
  const tablePrefixes = gauge('table_prefixes', 'Prefixes; VRFs of a family together', ['family', 'scope'])
  const tablePaths = gauge('table_paths', 'Paths; VRFs of a family together', ['family', 'scope', 'kind'])
  const pending = gauge('pending_updates', 'Updates waiting to be sent', ['family'])
  const all = [
    info,
    state,
    flaps,
    messages,
    prefixes,
    pathsOf,
    bytes,
    blocked,
    queued,
    connections,
    calls,
    listeners,
    listenErrors,
    sessionErrors,
    updateErrors,
    loops,
    behind,
    age,
    roundTrip,
    retransmits,
    agents,
    agentMessages,
    connectionsOfAgents,
    ribOutMessages,
    exportUp,
    exported,
    exportDropped,
    tables,
    tablePrefixes,
    tablePaths,
    pending
  ]

  const neighbor = (n: BgpNeighbor): void => {
    const name = `${n.instance}:${n.name}`
    for (const word of states) state.set({ neighbor: name, state: word }, n.state === word ? 1 : 0)
    flaps.inc({ neighbor: name }, n.flapCount)
    pathsOf.set({ neighbor: name }, n.primaryPathCount)
    const { session } = n
    for (const [direction, counts] of [
      ['in', session.received],
      ['out', session.sent]
    ] as const) {
      const { open, update, notification, keepalive, routeRefresh } = counts
      const byType = { open, update, notification, keepalive, 'route-refresh': routeRefresh }
      for (const [type, value] of Object.entries(byType))
        messages.inc({ neighbor: name, direction, type }, value)
      bytes.inc({ neighbor: name, direction }, counts.bytes)
    }
    blocked.inc({ neighbor: name }, session.blockedMs / 1000)
    queued.set({ neighbor: name }, session.pendingBytes)
    for (const [metric, counts] of [
      [connections, session.connections],
      [sessionErrors, session.errors],
      [loops, session.loops]
    ] as const)
      for (const [kind, value] of Object.entries(counts))
        metric.inc({ neighbor: name, kind: dashed(kind) }, value)
    for (const { attribute, reaction, count } of n.updateErrors)
      updateErrors.inc({ neighbor: name, attribute, reaction }, count)
    for (const { family, pendingRoutes, oldestChangeMs = 0 } of session.families) {
      behind.set({ neighbor: name, family }, pendingRoutes)
      age.set({ neighbor: name, family }, oldestChangeMs / 1000)
    }
    const { tcp } = session
    if (tcp !== undefined) {
      roundTrip.set({ neighbor: name }, tcp.rttMicroseconds / 1e6)
      retransmits.set({ neighbor: name }, tcp.retransmits)
    }
    for (const { family, received, accepted, advertised } of n.familyCounts) {
      prefixes.set({ neighbor: name, family, kind: 'received' }, received)
      prefixes.set({ neighbor: name, family, kind: 'accepted' }, accepted)
      prefixes.set({ neighbor: name, family, kind: 'advertised' }, advertised)
    }
  }

  // An interrupted collection must not mix with the next: one at a time.
  let running: Promise<void> | undefined
  const collect = async (): Promise<void> => {
    for (const metric of all) metric.reset()
    const node = view.process.node()
    info.set({ hostname: node.hostname, version: node.version }, 1)
    for (const { address, isOpen } of node.bgpListeners) listeners.set({ address }, isOpen ? 1 : 0)
    listenErrors.inc({}, view.bgp.listenErrors())
    functional.set(processState(view).functional ? 1 : 0)
    started.set(node.startTime / 1000)
    problems.set(view.process.configProblems().length)
    for (const n of view.bgp.neighbors()) neighbor(n)
    for (const [kind, value] of Object.entries(view.bgp.calls())) calls.inc({ kind }, value)
    await nextTurn()
    for (const word of states) agents.set({ state: word }, 0)
    for (const agent of view.xmpp.agents()) {
      agents.inc({ state: agent.state })
      for (const [direction, counts] of [
        ['in', agent.received.messages],
        ['out', agent.sent.messages]
      ] as const) {
        for (const [type, value] of Object.entries(counts)) agentMessages.inc({ direction, type }, value)
      }
    }
    for (const [kind, value] of Object.entries(view.xmpp.connections()))
      connectionsOfAgents.inc({ kind: dashed(kind) }, value)
    for (const { kind, target, isUp, sent, dropped } of view.process.exports()) {
      exportUp.set({ kind, target }, isUp ? 1 : 0)
      exported.inc({ kind, target }, sent)
      exportDropped.inc({ kind, target }, dropped)
    }
    await nextTurn()
    for (const { encoding, bulk, update } of view.rib.ribOuts()) {
      ribOutMessages.inc({ encoding, kind: 'encoded' }, bulk.messagesBuilt + update.messagesBuilt)
      ribOutMessages.inc({ encoding, kind: 'sent' }, bulk.messagesSent + update.messagesSent)
    }
    await nextTurn()
    let instanceCount = 0
    for (const instance of view.instances.instances()) {
      instanceCount++
      for (const { family, name, counts, pendingUpdates } of instance.tables) {
        const scope = name.startsWith(`${instance.name}.`) ? 'vrf' : 'master'
        tables.inc({ family })
        tablePrefixes.inc({ family, scope }, counts.prefixes)
        tablePaths.inc({ family, scope, kind: 'primary' }, counts.primaryPaths)
        tablePaths.inc({ family, scope, kind: 'secondary' }, counts.secondaryPaths)
        tablePaths.inc({ family, scope, kind: 'infeasible' }, counts.infeasiblePaths)
        tablePaths.inc({ family, scope, kind: 'stale' }, counts.stalePaths)
        pending.inc({ family }, pendingUpdates)
      }
    }
    instances.set(instanceCount)
  }
  return () => {
    running ??= collect().finally(() => {
      running = undefined
    })
    return running
  }
}

/** `connectErrors`: `connect-errors`. */
const dashed = (name: string): string => name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)
