/** GET /api/v1/routes/dump?table=T: tables as an MRT file, made at the pace at which the client takes it. */
import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import type { Described } from './api/described.js'
import { exact } from './api/endpoint.js'
import { nextTurn } from './sandesh/request.js'
import type { NodeView, TableDump } from './view.js'

/** Each costs some megabytes. */
export const mostDumps = 4

const query = { table: exact('Table name; absent: all tables of the master instance') }

export const describedDump: Described = {
  path: '/routes/dump',
  method: 'get',
  summary: 'Tables as an MRT file, TABLE_DUMP_V2 (RFC 6396)',
  query,
  answer: 'application/octet-stream',
  refusals: { 404: 'There is no such table', 503: 'Too many dumps are under way' }
}

export function dumpRoutes(server: FastifyInstance, view: NodeView): void {
  let dumps = 0
  const querystring = {
    type: 'object',
    properties: query,
    additionalProperties: false
  }
  server.get<{ Querystring: { table?: string } }>(
    '/api/v1/routes/dump',
    { schema: { querystring }, exposeHeadRoute: false },
    async ({ query: { table } }, reply) => {
      if (dumps === mostDumps) return reply.code(503).send({ error: `${mostDumps} dumps are under way` })
      const dump = view.rib.dump(table)
      if (dump === undefined) return reply.code(404).send({ error: `no such table: ${table}` })
      const stream = Readable.from(chunksOf(dump), { objectMode: false, highWaterMark: 256 * 1024 })
      dumps++
      stream.on('close', () => dumps--)
      return reply.type('application/octet-stream').send(stream)
    }
  )
}

async function* chunksOf(dump: TableDump): AsyncGenerator<Uint8Array> {
  for (let chunk = dump.next(); chunk !== undefined; chunk = dump.next()) {
    if (chunk.length > 0) yield chunk
    await nextTurn()
  }
}
