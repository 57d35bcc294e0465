/**
 * POST /api/v1/neighbors/{name}/clear and /api/v1/neighbors/clear?all=true or with a group: with `graceful-shutdown.ts`
 * the only requests that change something. Beside what `who-may.ts` asks for, a request must name its operator in a header of ours, which a
 * page of another origin cannot send without asking first, and we never allow it.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clearKinds } from '../../bgp/peer/clear.js'
import type { OperationsFrom } from '../../config/node-config.js'
import type { ClearOrder, NeighborGroup, NodeOperations } from '../operations.js'
import { refusalOf } from '../who-may.js'
import type { Described } from './described.js'
import { error } from './models.js'
import { array, boolean, described, integer, type JsonSchema, object, project, string } from './schema.js'

export interface OperationsOptions {
  readonly operations: NodeOperations
  /** Where requests may come from. */
  readonly from: OperationsFrom
  /** `ClearBgpNeighborReq` of introspect is carried out, as the original does in its test mode. */
  readonly testMode?: boolean
}

export const operatorHeader = 'weft-operator'

const operatorPattern = /^[\x21-\x7e][\x20-\x7e]{0,63}$/
/** RFC 9003 §2. */
const longestTextBytes = 255
const usualPerSecond = 50

const query = {
  what: {
    type: 'string',
    enum: clearKinds,
    description: 'hard: the session is reset; soft-in, soft-out: its routes are asked for, told again'
  },
  family: { ...string, maxLength: 64, description: 'Of soft clears one family: inet, inet-vpn, e-vpn …' },
  text: { ...string, maxLength: 255, description: 'What the neighbor is told with a hard clear (RFC 9003)' },
  dryRun: { ...boolean, default: false, description: 'Only says what it would do' }
} satisfies Record<string, JsonSchema>

const queryOfAll = {
  ...query,
  all: { ...boolean, description: 'All neighbors; must be true' },
  instance: { ...string, description: 'Those of the routing instance' },
  peerAs: { ...integer, minimum: 1, maximum: 2 ** 32 - 1, description: 'Those of the AS' },
  peerType: { type: 'string', enum: ['internal', 'external'], description: 'Those inside or outside our AS' },
  range: { ...string, maxLength: 64, description: 'Those with an address in the prefix' },
  perSecond: {
    ...integer,
    minimum: 1,
    maximum: 1000,
    default: usualPerSecond,
    description: 'Neighbors that are cleared in one second'
  }
} satisfies Record<string, JsonSchema>

const answer = object('ClearAnswer', {
  dryRun: boolean,
  neighbors: array(
    object('ClearedNeighbor', {
      neighbor: described(string, 'Instance and name'),
      address: string,
      acts: described(boolean, 'False: nothing happens to it'),
      what: described(string, 'What happens, or why nothing')
    })
  )
})

const refusals = {
  403: 'Not from there, or not by such a client',
  404: 'There is no such neighbor',
  409: 'A clear is under way'
}
export const headers = {
  [operatorHeader]: 'Who asks; it goes to the log. Requests of browsers (with Origin) are refused'
}

export const describedClears: readonly Described[] = [
  {
    path: '/neighbors/{name}/clear',
    method: 'post',
    summary: 'Resets a neighbor, or has its routes asked for or told again',
    query,
    required: ['what'],
    headers,
    answer,
    refusals
  },
  {
    path: '/neighbors/clear',
    method: 'post',
    summary: 'The same for all neighbors, or for a group that all said of it applies to, spread over time',
    query: queryOfAll,
    required: ['what'],
    headers,
    answer,
    refusals
  }
]

interface ClearQuery extends Pick<ClearOrder, 'dryRun'>, NeighborGroup {
  readonly what: ClearOrder['kind']
  readonly family?: string
  readonly text?: string
  readonly all?: boolean
  readonly perSecond?: number
}

const whom = 'all: must be true, to clear all neighbors, or instance, peerAs, peerType or range say which'

const groupOf = ({ instance, peerAs, peerType, range }: ClearQuery): NeighborGroup => ({
  ...(instance !== undefined && { instance }),
  ...(peerAs !== undefined && { peerAs }),
  ...(peerType !== undefined && { peerType }),
  ...(range !== undefined && { range })
})

export const statusOf = { missing: 404, invalid: 400, busy: 409 } as const

export function clearRoutes(server: FastifyInstance, { operations, from }: OperationsOptions): void {
  const handle = (
    request: FastifyRequest<{ Querystring: ClearQuery }>,
    reply: FastifyReply,
    of: ClearOrder['of']
  ): FastifyReply => {
    const refusal = refusalOfOrder(request, from)
    if (refusal !== undefined) return reply.code(403).send({ error: refusal })
    const { what: kind, family = '', text = '', dryRun, perSecond = usualPerSecond } = request.query
    if (Buffer.byteLength(text) > longestTextBytes)
      return reply.code(400).send({ error: `text: longer than ${longestTextBytes} bytes` })
    const operator = operatorOf(request)
    const done = operations.clear({ of, kind, family, text, perSecond, dryRun, operator })
    if ('refused' in done) return reply.code(statusOf[done.refused]).send({ error: done.why })
    return reply.send(project(answer, { dryRun, ...done }))
  }
  const schema = (properties: Record<string, JsonSchema>, required: readonly string[]) => ({
    schema: {
      querystring: { type: 'object', properties, required, additionalProperties: false },
      response: { 200: answer, '4xx': error }
    }
  })
  server.post<{ Querystring: ClearQuery; Params: { name: string } }>(
    '/neighbors/:name/clear',
    schema(query, ['what']),
    async (request, reply) => handle(request, reply, request.params.name)
  )
  server.post<{ Querystring: ClearQuery }>(
    '/neighbors/clear',
    schema(queryOfAll, ['what']),
    async (request, reply) => {
      const group = groupOf(request.query)
      const isGroup = Object.keys(group).length > 0
      const { all } = request.query
      if (all === false || isGroup === (all === true)) return reply.code(400).send({ error: whom })
      return handle(request, reply, group)
    }
  )
}

/** Why who asks may not; undefined: they may. */
export const refusalOfOrder = (request: FastifyRequest, from: OperationsFrom): string | undefined =>
  refusalOf(request, from) ?? namelessness(request)

/** Who asks, and from where: for the log. */
export const operatorOf = ({ headers, socket }: FastifyRequest): string =>
  `${headers[operatorHeader]} from ${socket.remoteAddress}`

function namelessness({ headers }: FastifyRequest): string | undefined {
  const operator = headers[operatorHeader]
  if (typeof operator === 'string' && operatorPattern.test(operator)) return undefined
  return `the header ${operatorHeader} must say who asks, in 1 to 64 printable ASCII characters`
}
