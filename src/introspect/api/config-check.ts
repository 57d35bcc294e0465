/**
 * POST /api/v1/config/check: what a configuration would do to the node, were it given it. Nothing of it is done; who may
 * ask is as with clears all the same, for the work that it is.
 */
import type { FastifyInstance } from 'fastify'
import type { Proposal } from '../../dry-run/node-dry-run.js'
import { headers, type OperationsOptions, refusalOfOrder } from './clear.js'
import type { Described } from './described.js'
import { error } from './models.js'
import {
  array,
  boolean,
  described,
  integer,
  type JsonSchema,
  object,
  project,
  string,
  strings
} from './schema.js'

/** Of a request in all; some 20,000 objects with what they usually hold. */
const bodyLimitBytes = 8 << 20
/** However little they hold: each may have problems of its own. */
const mostObjects = 50_000
/** Parsing YAML takes time in one go. */
const nodeTextLimit = 256 << 10

const body: JsonSchema = {
  ...object(
    'ConfigProposal',
    {
      node: {
        ...string,
        maxLength: nodeTextLimit,
        description: "Text of the node's own file (YAML); relative paths start from where that file is"
      },
      objects: {
        ...array({ type: 'object' }),
        maxItems: mostObjects,
        description: 'All that the folder of objects would hold, in the JSON form of the API'
      }
    },
    ['node', 'objects']
  ),
  description: 'What is left out stays as it is; one of the two must be there',
  additionalProperties: false,
  minProperties: 1
}

const problem = object('ProposalProblem', {
  severity: { type: 'string', enum: ['error', 'warning'] },
  file: described(string, '`node` or `objects`'),
  line: described(integer, 'Of `node`, from 1; 0: none'),
  column: integer,
  path: described(string, '`bgp.port`, `[17].bgp_router_parameters.address`'),
  reason: string
})

const answer = object('ConfigCheckAnswer', {
  neighbors: array(
    object('NeighborChange', {
      name: described(string, 'Of the neighbor, or `dynamic:` and a range'),
      address: string,
      effect: {
        type: 'string',
        enum: ['comes', 'goes', 'opens', 'closes', 'reset', 'refresh-or-reset', 'refresh', 'live']
      },
      why: described(strings, 'The settings that differ'),
      session: {
        type: 'string',
        enum: ['ends', 'stays', 'none'],
        description: 'What becomes of a session that is up now; none: there is none'
      },
      sessionsUp: described(integer, 'More than one where machines share a client of BGP as a service')
    })
  ),
  sessionsEnd: described(integer, 'Of neighbors that are up'),
  agentsReturn: described(boolean, 'Sessions of agents end, and come back'),
  agents: described(integer, 'That are connected now'),
  instances: array(
    object('InstanceChange', {
      name: string,
      effect: { type: 'string', enum: ['comes', 'goes', 'changes'] }
    })
  ),
  listening: object('ListeningChange', { opens: strings, closes: strings }),
  afterRestart: described(strings, "Parts of the node's file that hold after a restart only"),
  warnings: array(problem)
})

const refused = object('ProposalRefused', { error: string, problems: array(problem) }, ['problems'])

export const describedConfigCheck: Described = {
  path: '/config/check',
  method: 'post',
  summary: 'What a configuration would do to the node, and to sessions that are up; nothing of it is done',
  query: {},
  headers,
  body,
  answer,
  refusals: {
    403: 'Not from there, or not by such a client',
    409: 'Another one is being checked, or the node is still reading its own',
    413: `The body is larger than ${bodyLimitBytes >> 20} MiB`,
    415: 'The body is no application/json'
  },
  refusalModels: { 400: refused }
}

export function configCheckRoute(server: FastifyInstance, { operations, from }: OperationsOptions): void {
  let isBusy = false
  // Elsewhere bodies are of no interest.
  server.register(async scope => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser(
      'application/json',
      { parseAs: 'string', bodyLimit: bodyLimitBytes },
      scope.getDefaultJsonParser('error', 'error')
    )
    scope.post<{ Body: Proposal }>(
      describedConfigCheck.path,
      {
        bodyLimit: bodyLimitBytes,
        schema: { body, response: { 200: answer, 400: refused, '4xx': error } },
        // Before the body is read.
        onRequest: async (request, reply) => {
          const refusal = refusalOfOrder(request, from)
          if (refusal !== undefined) return reply.code(403).send({ error: refusal })
          if (isBusy) return reply.code(409).send({ error: 'another configuration is being checked' })
        }
      },
      async (request, reply) => {
        if (isBusy) return reply.code(409).send({ error: 'another configuration is being checked' })
        isBusy = true
        try {
          const found = await operations.checkConfig(request.body)
          if ('refused' in found) return reply.code(409).send({ error: found.why })
          if ('problems' in found)
            return reply.code(400).send({ error: 'the configuration has errors', problems: found.problems })
          return reply.send(project(answer, found))
        } finally {
          isBusy = false
        }
      }
    )
  })
}
