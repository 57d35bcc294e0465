/**
 * POST /api/v1/neighbors/{name}/clear and /api/v1/neighbors/clear?all=true: the only requests that change something.
 *
 * The server knows no passwords, so who may ask is settled otherwise. The configuration says from where (by default
 * from the machine itself alone). A request must name its operator in a header of ours, which a page of another
 * origin cannot send without asking first, and we never allow it; and what comes from a browser at all, which an
 * Origin header tells, is refused, so that a name that is made to point here (DNS rebinding) gains nothing.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { clearKinds } from '../../bgp/peer/clear.js'
import type { OperationsFrom } from '../../config/node-config.js'
import type { ClearOrder, NodeOperations } from '../operations.js'
import type { Described } from './described.js'
import { error } from './models.js'
import { array, boolean, described, integer, type JsonSchema, object, project, string } from './schema.js'

export interface OperationsOptions {
  readonly operations: NodeOperations
  /** Where requests may come from. */
  readonly from: OperationsFrom
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
  all: { ...boolean, description: 'Must be true' },
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
const headers = {
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
    summary: 'The same for all neighbors, spread over time',
    query: queryOfAll,
    required: ['what', 'all'],
    headers,
    answer,
    refusals
  }
]

interface ClearQuery extends Pick<ClearOrder, 'dryRun'> {
  readonly what: ClearOrder['kind']
  readonly family?: string
  readonly text?: string
  readonly all?: boolean
  readonly perSecond?: number
}

const statusOf = { missing: 404, invalid: 400, busy: 409 } as const

export function clearRoutes(server: FastifyInstance, { operations, from }: OperationsOptions): void {
  const handle = (
    request: FastifyRequest<{ Querystring: ClearQuery }>,
    reply: FastifyReply,
    neighbor: string | undefined
  ): FastifyReply => {
    const refusal = refusalOf(request, from)
    if (refusal !== undefined) return reply.code(403).send({ error: refusal })
    const { what: kind, family = '', text = '', dryRun, perSecond = usualPerSecond } = request.query
    if (Buffer.byteLength(text) > longestTextBytes)
      return reply.code(400).send({ error: `text: longer than ${longestTextBytes} bytes` })
    const operator = `${request.headers[operatorHeader]} from ${request.socket.remoteAddress}`
    const done = operations.clear({ neighbor, kind, family, text, perSecond, dryRun, operator })
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
    schema(queryOfAll, ['what', 'all']),
    async (request, reply) =>
      request.query.all === true
        ? handle(request, reply, undefined)
        : reply.code(400).send({ error: 'all: must be true, to clear all neighbors' })
  )
}

function refusalOf({ headers, socket }: FastifyRequest, from: OperationsFrom): string | undefined {
  if (from === 'nobody') return 'operations are switched off (introspect.operations)'
  if (from === 'this-machine' && !isLoopback(socket.remoteAddress ?? ''))
    return 'operations are taken from the machine of the node alone (introspect.operations)'
  if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined)
    return 'operations are not taken from browsers'
  const operator = headers[operatorHeader]
  if (typeof operator !== 'string' || !operatorPattern.test(operator))
    return `the header ${operatorHeader} must say who asks, in 1 to 64 printable ASCII characters`
  return undefined
}

const isLoopback = (address: string): boolean =>
  address === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address)
