/**
 * POST /api/v1/neighbors/{name}/graceful-shutdown and /api/v1/graceful-shutdown: a neighbour, or the node, is about to go,
 * or stays after all (RFC 8326). Who may ask is as with clears.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GracefulShutdownOrder } from '../operations.js'
import { headers, type OperationsOptions, operatorOf, refusalOfOrder, statusOf } from './clear.js'
import type { Described } from './described.js'
import { error } from './models.js'
import { boolean, described, type JsonSchema, object, project, string } from './schema.js'

const query = {
  on: { ...boolean, description: 'True: about to go; false: it stays' }
} satisfies Record<string, JsonSchema>

const answer = object('GracefulShutdownAnswer', {
  on: boolean,
  what: described(string, 'What happens, or why nothing')
})

const refusals = {
  403: 'Not from there, or not by such a client',
  404: 'There is no such neighbor',
  409: "The node's own file says otherwise"
}

const ofNeighbor = '/neighbors/{name}/graceful-shutdown'
const ofNode = '/graceful-shutdown'
const common = { method: 'post', query, required: ['on'], headers, answer, refusals } as const

export const describedShutdowns: readonly Described[] = [
  {
    path: ofNeighbor,
    summary: 'Has routes to and from a neighbor avoided, before its session ends',
    ...common
  },
  { path: ofNode, summary: 'Has routes of the node avoided by all its neighbors, before it goes', ...common }
]

type Request = FastifyRequest<{ Querystring: { readonly on: boolean } }>

export function gracefulShutdownRoutes(
  server: FastifyInstance,
  { operations, from }: OperationsOptions
): void {
  const handle = (request: Request, reply: FastifyReply, of: GracefulShutdownOrder['of']): FastifyReply => {
    const refusal = refusalOfOrder(request, from)
    if (refusal !== undefined) return reply.code(403).send({ error: refusal })
    const { on } = request.query
    const done = operations.gracefulShutdown({ of, on, operator: operatorOf(request) })
    if ('refused' in done) return reply.code(statusOf[done.refused]).send({ error: done.why })
    return reply.send(project(answer, { on, ...done }))
  }
  const schema = {
    schema: {
      querystring: { type: 'object', properties: query, required: ['on'], additionalProperties: false },
      response: { 200: answer, '4xx': error }
    }
  }
  server.post<{ Querystring: { on: boolean }; Params: { name: string } }>(
    '/neighbors/:name/graceful-shutdown',
    schema,
    async (request, reply) => handle(request, reply, { neighbor: request.params.name })
  )
  server.post<{ Querystring: { on: boolean } }>(ofNode, schema, async (request, reply) =>
    handle(request, reply, 'node')
  )
}
