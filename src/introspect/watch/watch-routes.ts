/**
 * GET /api/v1/watch?what=peers,agents,routes&table=T&prefix=P&snapshot=true: changes as server-sent events. Events
 * are `peer`, `agent` and `route`, with `name` and what it is now (without `now`: it is gone); `synced` after the
 * snapshot; `lost` with the `count` of changes that the client was too slow for.
 */
import type { FastifyInstance } from 'fastify'
import type { Described } from '../api/described.js'
import { exact } from '../api/endpoint.js'
import * as models from '../api/models.js'
import { boolean, type JsonSchema, project } from '../api/schema.js'
import { behind, inTurns } from '../in-turns.js'
import { nextTurn } from '../sandesh/request.js'
import type { Agent, BgpNeighbor, Change, NodeView, StopWatching } from '../view.js'
import { EventStream } from './event-stream.js'

export const mostWatchers = 32
const routesPerSlice = 256
/** They are drawn in one turn, and fit into what may wait for a client. */
const sessionsPerSlice = 32

interface WatchQuery {
  readonly what: string
  readonly table?: string
  readonly prefix?: string
  readonly snapshot: boolean
}

const kinds = ['peers', 'agents', 'routes']

const query = {
  what: exact(`${kinds.join(', ')}, separated by commas`),
  table: exact('The table whose routes are watched'),
  prefix: exact('Routes equal to or inside the prefix'),
  snapshot: { ...boolean, default: false, description: 'First what is there, then `synced`' }
}

export const describedWatch: Described = {
  path: '/watch',
  method: 'get',
  summary: 'Changes as server-sent events: `peer`, `agent`, `route`, `synced`, and `lost` with a count',
  query,
  required: ['what'],
  answer: 'text/event-stream',
  refusals: { 503: 'Too many clients are watching' }
}

export function watchRoutes(server: FastifyInstance, view: NodeView): void {
  let watchers = 0
  const querystring = { type: 'object', required: ['what'], properties: query, additionalProperties: false }
  server.get<{ Querystring: WatchQuery }>(
    '/api/v1/watch',
    { schema: { querystring }, exposeHeadRoute: false },
    async (request, reply) => {
      const { query } = request
      const problem = problemWith(view, query)
      if (problem !== undefined) return reply.code(400).send({ error: problem })
      if (watchers === mostWatchers)
        return reply.code(503).send({ error: `${mostWatchers} clients are watching, and no more may` })
      watchers++
      reply.hijack()
      const stops: StopWatching[] = []
      const stream = new EventStream(reply.raw, () => {
        watchers--
        for (const stop of stops) stop()
      })
      stops.push(...subscribe(view, query, stream))
      if (query.snapshot) await snapshot(view, query, stream)
    }
  )
}

function problemWith(view: NodeView, { what, table, prefix }: WatchQuery): string | undefined {
  const wanted = what.split(',')
  for (const kind of wanted) if (!kinds.includes(kind)) return `what: ${kind} is none of ${kinds.join(', ')}`
  if (!wanted.includes('routes')) return undefined
  if (table === undefined) return 'routes are watched in one table: name it'
  if (view.rib.table(table) === undefined) return `no such table: ${table}`
  const stop = view.watch.routes(selection(table, prefix), nothing, nothing)
  if (stop === undefined) return `${prefix} is no prefix of ${table}, or it has no prefix order`
  stop()
  return undefined
}

const nothing = (): void => {}
const selection = (table: string, inside: string | undefined) => ({
  table,
  ...(inside !== undefined && { inside })
})

const draw = (model: JsonSchema, { name, now }: Change<unknown>): object => ({
  name,
  ...(now !== undefined && { now: project(model, now) })
})

function subscribe(view: NodeView, { what, table, prefix }: WatchQuery, stream: EventStream): StopWatching[] {
  const wanted = what.split(',')
  const stops: (StopWatching | undefined)[] = []
  if (wanted.includes('peers'))
    stops.push(view.watch.neighbors(change => stream.send('peer', draw(models.neighborSummary, change))))
  if (wanted.includes('agents'))
    stops.push(view.watch.agents(change => stream.send('agent', draw(models.agentSummary, change))))
  if (wanted.includes('routes')) {
    stops.push(
      view.watch.routes(
        selection(table!, prefix),
        change => stream.send('route', { table, ...draw(models.route, change) }),
        count => stream.lose(count)
      )
    )
  }
  return stops.filter(stop => stop !== undefined)
}

/** What is there now, at the client's pace; changes go between, so nothing is missed. */
async function snapshot(view: NodeView, { what, table, prefix }: WatchQuery, stream: EventStream) {
  const wanted = what.split(',')
  const send = async (event: string, data: object): Promise<void> => {
    await stream.drained()
    stream.send(event, data)
  }
  const { bgp, xmpp } = view
  if (wanted.includes('peers'))
    await inTurns<BgpNeighbor>(
      sessionsPerSlice,
      last => bgp.neighbors(last && { instance: last.instance, name: behind(last.name) }),
      now => stream.send('peer', draw(models.neighborSummary, { name: `${now.instance}:${now.name}`, now })),
      () => stream.drained()
    )
  if (wanted.includes('agents'))
    await inTurns<Agent>(
      sessionsPerSlice,
      last => xmpp.agents(last && behind(last.name)),
      now => stream.send('agent', draw(models.agentSummary, { name: now.name, now })),
      () => stream.drained()
    )
  const cursor = wanted.includes('routes') ? view.rib.routes(table!, selection(table!, prefix)) : undefined
  for (let slice = cursor?.next(routesPerSlice); slice !== undefined; slice = cursor!.next(routesPerSlice)) {
    const drawn = slice.map(now => ({ table, ...draw(models.route, { name: now.prefix, now }) }))
    for (const data of drawn) await send('route', data)
    await nextTurn()
    if (stream.ended) return
  }
  await send('synced', {})
}
