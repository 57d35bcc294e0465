/** The OpenAPI description, made from the schemas that the server itself uses. */
import type { Described } from './described.js'
import { error } from './models.js'
import type { JsonSchema } from './schema.js'

type Description = Readonly<Record<string, unknown>>

export function openApi(all: readonly Described[], version: string): Description {
  const schemas: Record<string, Description> = {}
  const paths: Record<string, Record<string, unknown>> = {}
  for (const one of all) {
    const path = (paths[one.path] ??= {})
    if (one.isRoot === true) path.servers = [{ url: '/' }]
    path[one.method] = operation(one, schemas)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Weft control node',
      version,
      description: 'State of a control node, and clearing neighbors.'
    },
    servers: [{ url: '/api/v1' }],
    paths,
    components: { schemas }
  }
}

function operation(one: Described, schemas: Record<string, Description>): Description {
  const { path, method, summary, body, answer, refusalModels = {} } = one
  const refusals = {
    400: one.body === undefined ? 'A parameter is not valid' : 'The body is not valid',
    ...(path.includes('{') && { 404: 'There is no such thing' }),
    ...one.refusals
  }
  const modelOf = (status: string): JsonSchema => refusalModels[Number(status)] ?? error
  return {
    summary,
    operationId: `${method}${path.replace(/[^a-z]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
    parameters: [...pathParameters(one), ...queryParameters(one), ...headerParameters(one)],
    ...(body !== undefined && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: referring(body, schemas) } }
      }
    }),
    responses: {
      200: response('The answer', answer, schemas),
      ...Object.fromEntries(
        Object.entries(refusals).map(([status, why]) => [status, response(why, modelOf(status), schemas)])
      )
    }
  }
}

const response = (
  description: string,
  answer: JsonSchema | string,
  schemas: Record<string, Description>
): Description => ({
  description,
  content:
    typeof answer === 'string'
      ? { [answer]: {} }
      : { 'application/json': { schema: referring(answer, schemas) } }
})

const pathParameters = ({ path }: Described): Description[] =>
  Array.from(path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name: name!,
    in: 'path',
    required: true,
    schema: { type: 'string' }
  }))

const queryParameters = ({ query, required = [] }: Described): Description[] =>
  Object.entries(query).map(([name, { description = '', ...schema }]) => ({
    name,
    in: 'query',
    description,
    ...(required.includes(name) && { required: true }),
    schema: { ...schema }
  }))

const headerParameters = ({ headers = {} }: Described): Description[] =>
  Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    required: true,
    schema: { type: 'string' }
  }))

/** Titled schemas become components and are referred to. */
function referring(schema: JsonSchema, schemas: Record<string, Description>): Description {
  const { title, properties, items, ...rest } = schema
  const inline: Description = {
    ...rest,
    ...(items && { items: referring(items, schemas) }),
    ...(properties && {
      properties: Object.fromEntries(
        Object.entries(properties).map(([name, of]) => [name, referring(of, schemas)])
      )
    })
  }
  if (title === undefined) return inline
  schemas[title] = inline
  return { $ref: `#/components/schemas/${title}` }
}
