import type { RouteOptions } from 'fastify'
import t from 'tap'
import { describedPaths } from '../../../src/introspect/api/routes.js'
import { build } from '../../../src/introspect/introspect-server.js'
import { EventLoopDelay } from '../../../src/introspect/metrics/event-loop-delay.js'
import { fixtureView } from '../fixture-view.js'

/** Pages that contrail-control has too, described by themselves. */
const pages = ['/', '/index.html', '/universal_parse.xsl', '/:module.xml', '/Snh_:name']

t.test('what is served is described, and what is described is served', async t => {
  const served = new Set<string>()
  const added = ({ method, url }: RouteOptions): void => {
    if (pages.includes(url)) return
    for (const each of [method].flat()) if (each !== 'HEAD') served.add(`${each} ${url}`)
  }
  const operations = {
    operations: {
      clear: () => ({ neighbors: [] }),
      gracefulShutdown: () => ({ what: '' }),
      checkConfig: async () => ({ problems: [] })
    },
    from: 'anywhere' as const
  }
  const server = build(
    { view: fixtureView(), port: 0, log: { error() {} }, operations },
    new EventLoopDelay(),
    added
  )
  await server.ready()
  const described = describedPaths.map(({ method, path, isRoot }) => {
    const url = path.replace(/\{(\w+)\}/g, ':$1')
    return `${method.toUpperCase()} ${isRoot === true ? '' : '/api/v1'}${url}`
  })
  t.same([...served].sort(), described.sort())
  const answer = await server.inject('/api/v1/openapi.json')
  const { paths } = answer.json() as {
    paths: Record<string, Record<string, { parameters: { in: string }[] }>>
  }
  t.same(
    Object.entries(paths)
      .flatMap(([path, methods]) => Object.keys(methods).map(method => `${method} ${path}`))
      .filter(each => !each.startsWith('servers'))
      .sort(),
    describedPaths.map(({ method, path }) => `${method} ${path}`).sort()
  )
  const ids = Object.values(paths).flatMap(each =>
    Object.values(each).map(one => (one as { operationId?: string }).operationId)
  )
  t.equal(new Set(ids.filter(Boolean)).size, describedPaths.length, 'operations have names of their own')
  t.match(paths['/config/check']!.post, {
    requestBody: {
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ConfigProposal' } } }
    }
  })
  t.ok(paths['/neighbors/clear']!.post!.parameters.some(each => each.in === 'header'))
  await server.close()
})
