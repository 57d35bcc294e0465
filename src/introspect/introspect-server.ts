/**
 * The HTTP server of a node: Sandesh XML for existing tools, the JSON API, metrics and the operators' page. It reads
 * the node through its view, and changes nothing but by `operations`.
 */
import fastify, { type FastifyInstance, type RouteOptions } from 'fastify'
import type { OperationsOptions } from './api/clear.js'
import { apiRoutes } from './api/routes.js'
import { dumpRoutes } from './dump-routes.js'
import { EventLoopDelay } from './metrics/event-loop-delay.js'
import { metricsRoutes } from './metrics/metrics-routes.js'
import { notFound, sandeshRoutes } from './sandesh-routes.js'
import { uiRoutes } from './ui.js'
import type { NodeView } from './view.js'
import { watchRoutes } from './watch/watch-routes.js'

export interface IntrospectLog {
  error(details: object, message: string): void
}

export interface IntrospectOptions {
  readonly view: NodeView
  /** Absent: all addresses. Tools connect to the host's full name, not to the loopback (introspect §0.20). */
  readonly address?: string
  /** 0: the system chooses. */
  readonly port: number
  readonly log: IntrospectLog
  /** How long a client may take for the head of a request, from the connection on; absent: 10 seconds. */
  readonly headersTimeoutMs?: number
  /** Absent: there are none. */
  readonly operations?: OperationsOptions
}

/** Bounds of what clients can hold. */
const maximumConnections = 128
const bodyLimitBytes = 64 * 1024
const headerLimitBytes = 16 * 1024
/** From the first byte of a request to the last; slow senders are cut off. */
const requestTimeoutMs = 30_000
const keepAliveTimeoutMs = 75_000
/** Whoever says nothing is cut off, too. */
const usualHeadersTimeoutMs = 10_000

export class IntrospectServer {
  readonly #server: FastifyInstance
  readonly #options: IntrospectOptions
  readonly #delay = new EventLoopDelay()

  constructor(options: IntrospectOptions) {
    this.#options = options
    this.#server = build(options, this.#delay)
  }

  /** Listens; rejects with the system's error when it cannot. */
  async start(): Promise<{ readonly address: string; readonly port: number }> {
    await this.#server.listen({ host: this.#options.address ?? '0.0.0.0', port: this.#options.port })
    this.#delay.start()
    const bound = this.#server.server.address()
    if (bound === null || typeof bound === 'string') throw new Error('the HTTP server has no TCP address')
    return { address: bound.address, port: bound.port }
  }

  /** Closes the connections, busy ones too. */
  async stop(): Promise<void> {
    this.#delay.stop()
    await this.#server.close()
  }
}

/** `routeAdded` is told every path that is served. */
export function build(
  options: IntrospectOptions,
  delay: EventLoopDelay,
  routeAdded?: (route: RouteOptions) => void
): FastifyInstance {
  const { headersTimeoutMs = usualHeadersTimeoutMs } = options
  const server = fastify({
    logger: false,
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1024 },
    http: {
      maxHeaderSize: headerLimitBytes,
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: headersTimeoutMs / 2
    },
    // An unknown query parameter is an error, not something to drop in silence.
    ajv: { customOptions: { removeAdditional: false } },
    // A path with a bad percent escape is a path that is not there.
    frameworkErrors: (_error, _request, reply) => notFound(reply)
  })
  server.server.maxConnections = maximumConnections
  if (routeAdded !== undefined) server.addHook('onRoute', routeAdded)
  // Bodies are of no interest, whatever their type.
  server.removeAllContentTypeParsers()
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined))

  sandeshRoutes(server, options.view, options.operations)
  uiRoutes(server)
  metricsRoutes(server, options.view, delay)
  dumpRoutes(server, options.view)
  watchRoutes(server, options.view)
  server.register(async api => apiRoutes(api, options.view, options.operations), { prefix: '/api/v1' })

  server.setNotFoundHandler((request, reply) =>
    request.url.startsWith('/api') ? reply.code(404).send({ error: 'no such path' }) : notFound(reply)
  )
  server.setErrorHandler((error: Error & { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) options.log.error({ error, url: request.url }, 'introspect: a page failed')
    return reply.code(status).send({ error: status >= 500 ? 'internal error' : error.message })
  })
  return server
}
