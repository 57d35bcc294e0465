/** The JSON API on the HTTP server, with JSON errors. */
import type { FastifyInstance } from 'fastify'
import { describedDump } from '../dump-routes.js'
import type { NodeView } from '../view.js'
import { describedWatch } from '../watch/watch-routes.js'
import { Streamed, sendStreamed } from './answer-stream.js'
import { clearRoutes, describedClears, type OperationsOptions } from './clear.js'
import { configCheckRoute, describedConfigCheck } from './config-check.js'
import type { Described } from './described.js'
import { Missing, type Parameters } from './endpoint.js'
import { endpoints } from './endpoints.js'
import { describedShutdowns, gracefulShutdownRoutes } from './graceful-shutdown.js'
import { openApi } from './openapi.js'

export function apiRoutes(
  server: FastifyInstance,
  view: NodeView,
  operations: OperationsOptions | undefined
): void {
  for (const endpoint of endpoints) {
    const url = endpoint.path.replace(/\{(\w+)\}/g, ':$1')
    server.get<{ Params: Parameters; Querystring: Parameters }>(
      url,
      {
        schema: {
          querystring: { type: 'object', properties: endpoint.query, additionalProperties: false },
          response: { 200: endpoint.answer }
        }
      },
      async (request, reply) => {
        const parameters = { ...request.query, ...request.params }
        const answer = await endpoint.read(view, parameters, () => request.raw.socket.destroyed)
        if (answer instanceof Missing) return reply.code(404).send({ error: answer.what })
        return answer instanceof Streamed ? sendStreamed(reply, answer) : answer
      }
    )
  }
  if (operations !== undefined) {
    clearRoutes(server, operations)
    gracefulShutdownRoutes(server, operations)
    configCheckRoute(server, operations)
  }
  const described =
    operations === undefined ? describedPaths.filter(each => each.method === 'get') : describedPaths
  server.get('/openapi.json', () => openApi(described, view.process.node().version))

  const below = described.filter(({ isRoot }) => isRoot !== true)
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!
    const methods = below.filter(each => patternOf(each).test(path)).map(({ method }) => method)
    if (methods.length === 0) return reply.code(404).send({ error: `no such path: ${path}` })
    return reply
      .code(405)
      .header('allow', methods.flatMap(method => (method === 'get' ? ['GET', 'HEAD'] : ['POST'])).join(', '))
      .send({ error: `${request.method} is not supported` })
  })
}

/** Everything that is served, but for the pages that contrail-control has too (`/Snh_…` and what leads there). */
export const describedPaths: readonly Described[] = [
  ...endpoints.map(
    ({ path, summary, query, answer }): Described => ({ path, method: 'get', summary, query, answer })
  ),
  ...describedClears,
  ...describedShutdowns,
  describedConfigCheck,
  describedDump,
  describedWatch,
  {
    path: '/openapi.json',
    method: 'get',
    summary: 'This description',
    query: {},
    answer: 'application/json'
  },
  {
    path: '/metrics',
    isRoot: true,
    method: 'get',
    summary: 'Figures for Prometheus',
    query: {},
    answer: 'text/plain'
  },
  { path: '/ui', isRoot: true, method: 'get', summary: "The operators' page", query: {}, answer: 'text/html' }
]

const patternOf = ({ path }: Described): RegExp => new RegExp(`^/api/v1${path.replace(/\{\w+\}/g, '[^/]+')}$`)
