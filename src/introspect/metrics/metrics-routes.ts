/**
 * /metrics: the figures of the node for Prometheus, read from the view when they are asked for. However many neighbors
 * and tables there are, no turn of the event loop is long: neighbors are read and printed some at a time, tables read
 * some at a time, and all else printed one metric at a time.
 */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import { behind, inTurns } from '../in-turns.js'
import { processState } from '../process-state.js'
import { nextTurn } from '../sandesh/request.js'
import type { Agent, NodeView, RoutingInstance } from '../view.js'
import type { EventLoopDelay } from './event-loop-delay.js'
import { MetricMaker } from './metric-maker.js'
import { MetricsInParts } from './metrics-in-parts.js'
import { dashed, neighborMetrics, states } from './neighbor-metrics.js'
import { updateDelays } from './update-delays.js'

/** How many are read in a turn, and neighbors printed. */
const perTurn = { neighbors: 8, agents: 128, instances: 64 } as const

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
  const ofNeighbors = new MetricsInParts()
  const collect = nodeMetrics(new MetricMaker(registry), ofNeighbors, view)
  updateDelays(registry, view)

  // One for all who ask meanwhile: an interrupted collection must not mix with the next.
  let running: Promise<readonly string[]> | undefined
  const answer = async (): Promise<readonly string[]> => {
    await collect()
    return [...(await print(registry)), ...ofNeighbors.take()]
  }
  server.get('/metrics', async (_request, reply) => {
    running ??= answer().finally(() => {
      running = undefined
    })
    // As fast as the client takes it: no copy of all of it is made.
    return reply.type(registry.contentType).send(Readable.from(await running))
  })
}

async function print(registry: Registry): Promise<string[]> {
  const parts: string[] = []
  for (const { name } of registry.getMetricsAsArray()) {
    parts.push(`${await registry.getSingleMetricAsString(name)}\n`)
    await nextTurn()
  }
  return parts
}

/** Gives what reads all figures anew. */
function nodeMetrics(make: MetricMaker, ofNeighbors: MetricsInParts, view: NodeView): () => Promise<void> {
  const { gauge, counter } = make
  const info = gauge('info', 'The node: always 1', ['hostname', 'version'])
  const functional = gauge('functional', '1 when the node has all it needs to serve')
  const started = gauge('start_time_seconds', 'When the node started, in seconds since 1970')
  const problems = gauge('config_problems', 'Configuration objects that are refused or used in part')
  const calls = counter('bgp_calls_total', 'Calls of BGP neighbors and strangers, by what became of them', [
    'kind'
  ])
  const listeners = gauge('bgp_listener_up', 'An address is listened on for BGP', ['address'])
  const listenErrors = counter('bgp_listen_errors_total', 'Attempts to listen for BGP that failed', [])
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
  const limited = gauge('limited_next_hops', 'Next hops of tenants with more ways than are used, by route')
  const instances = gauge('routing_instances', 'Routing instances')
  const tables = gauge('tables', 'Tables by family', ['family'])
  const tablePrefixes = gauge('table_prefixes', 'Prefixes; VRFs of a family together', ['family', 'scope'])
  const tablePaths = gauge('table_paths', 'Paths; VRFs of a family together', ['family', 'scope', 'kind'])
  const pending = gauge('pending_updates', 'Updates waiting to be sent', ['family'])
  const noteNeighbor = neighborMetrics(ofNeighbors.make)
  const noteAgent = ({ state, received, sent }: Agent): void => {
    agents.inc({ state })
    for (const [direction, { messages }] of [
      ['in', received],
      ['out', sent]
    ] as const)
      for (const [type, value] of Object.entries(messages)) agentMessages.inc({ direction, type }, value)
  }
  const noteTables = (instance: RoutingInstance): void => {
    instances.inc()
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
  const noteNode = (): void => {
    const node = view.process.node()
    info.set({ hostname: node.hostname, version: node.version }, 1)
    for (const { address, isOpen } of node.bgpListeners) listeners.set({ address }, isOpen ? 1 : 0)
    listenErrors.inc({}, view.bgp.listenErrors())
    functional.set(processState(view).functional ? 1 : 0)
    started.set(node.startTime / 1000)
    problems.set(view.process.configProblems().length)
    for (const [kind, value] of Object.entries(view.bgp.calls())) calls.inc({ kind }, value)
    for (const [kind, value] of Object.entries(view.xmpp.connections()))
      connectionsOfAgents.inc({ kind: dashed(kind) }, value)
    for (const { kind, target, isUp, sent, dropped } of view.process.exports()) {
      exportUp.set({ kind, target }, isUp ? 1 : 0)
      exported.inc({ kind, target }, sent)
      exportDropped.inc({ kind, target }, dropped)
    }
    for (const { encoding, built, sent } of view.rib.messagesTold()) {
      ribOutMessages.inc({ encoding, kind: 'encoded' }, built)
      ribOutMessages.inc({ encoding, kind: 'sent' }, sent)
    }
    limited.set(view.rib.limitedNextHops())
    for (const state of states) agents.set({ state }, 0)
    instances.set(0)
  }

  return async () => {
    make.reset()
    ofNeighbors.reset()
    noteNode()
    const { bgp, xmpp } = view
    await inTurns(
      perTurn.neighbors,
      last => bgp.neighbors(last && { instance: last.instance, name: behind(last.name) }),
      noteNeighbor,
      () => ofNeighbors.print()
    )
    await ofNeighbors.print()
    await inTurns(perTurn.agents, last => xmpp.agents(last && behind(last.name)), noteAgent)
    await inTurns(perTurn.instances, last => view.instances.instances(last && behind(last.name)), noteTables)
  }
}
