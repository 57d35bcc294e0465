/** The Sandesh side of the HTTP server: `/`, module pages, the stylesheet and `/Snh_…` (introspect §1.2, §1.3). */
import { Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { OperationsOptions } from './api/clear.js'
import type { NodeOperations } from './operations.js'
import { indexPage, modulePage } from './pages/modules.js'
import { stylesheet } from './pages/stylesheet.js'
import { allRequests } from './requests.js'
import { Query } from './sandesh/query.js'
import type { NodeView } from './view.js'
import { refusalOf } from './who-may.js'

const xml = 'text/xml; charset=utf-8'

/** The one error there is: unknown pages and unknown requests (introspect §1.3). */
export const notFoundPage = '<html>\n<title>404 Not Found</title>\n</html>\n'

export const notFound = (reply: FastifyReply): FastifyReply =>
  reply.code(404).type('text/html; charset=UTF-8').send(notFoundPage)

export function sandeshRoutes(
  server: FastifyInstance,
  view: NodeView,
  operations: OperationsOptions | undefined
): void {
  const requests = allRequests()

  const index = indexPage(requests.values())
  for (const path of ['/', '/index.html']) {
    server.get(path, (_, reply) => reply.type('text/html; charset=utf-8').send(index))
  }
  server.get('/universal_parse.xsl', (_, reply) => reply.type('text/xsl').send(stylesheet))
  server.get<{ Params: { module: string } }>('/:module.xml', (request, reply) => {
    const page = modulePage(requests.values(), request.params.module)
    return page === undefined ? notFound(reply) : reply.type(xml).send(page)
  })

  // The method is not looked at, and a body is ignored.
  server.all<{ Params: { name: string } }>('/Snh_:name', async (request, reply) => {
    const found = requests.get(request.params.name)
    if (found === undefined) return notFound(reply)
    const query = new Query(found.fields, queryString(request), () => request.raw.socket.destroyed)
    const answer = found.answer(view, query, permitted(request, operations))
    reply.type(xml)
    // One message has a length, several come in chunks.
    return reply.send(isIterable(answer) ? Readable.from(answer, { objectMode: false }) : await answer)
  })
}

/** These requests change something by GET, and name no operator: in test mode alone. */
const permitted = (
  request: FastifyRequest,
  options: OperationsOptions | undefined
): NodeOperations | undefined =>
  options?.testMode === true && refusalOf(request, options.from) === undefined
    ? options.operations
    : undefined

const queryString = (request: FastifyRequest): string => {
  const url = request.raw.url ?? ''
  const mark = url.indexOf('?')
  return mark < 0 ? '' : url.slice(mark + 1)
}

const isIterable = (answer: object | string): answer is AsyncIterable<string> =>
  typeof answer === 'object' && Symbol.asyncIterator in answer
