/** /ui: the operators' page, one file without outside assets, reading the JSON API. */
import type { FastifyInstance } from 'fastify'
import { uiPage } from './ui-page.js'

export function uiRoutes(server: FastifyInstance): void {
  server.get('/ui', (_, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header(
        'content-security-policy',
        "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'"
      )
      .header('x-content-type-options', 'nosniff')
      .send(uiPage)
  )
}
