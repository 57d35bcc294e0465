/** The JSON API on the HTTP server, with JSON errors. */
import type { FastifyInstance } from 'fastify'
import type { NodeView } from '../view.js'
import { Missing, type Parameters } from './endpoint.js'
import { endpoints } from './endpoints.js'
import { openApi } from './openapi.js'

export function apiRoutes(server: FastifyInstance, view: NodeView): void {
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
        return answer
      }
    )
  }
  server.get('/openapi.json', () => openApi(endpoints, view.process.node().version))

  const known = [...endpoints.map(endpoint => endpoint.path), '/openapi.json'].map(
    path => new RegExp(`^/api/v1${path.replace(/\{\w+\}/g, '[^/]+')}$`)
  )
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0]!
    if (!known.some(pattern => pattern.test(path)))
      return reply.code(404).send({ error: `no such path: ${path}` })
    return reply
      .code(405)
      .header('allow', 'GET, HEAD')
      .send({ error: `${request.method} is not supported` })
  })
}
