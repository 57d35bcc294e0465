/** The OpenAPI description, made from the schemas that the server itself uses. */
import type { Endpoint } from './endpoint.js'
import { error } from './models.js'
import type { JsonSchema } from './schema.js'

type Description = Readonly<Record<string, unknown>>

export function openApi(endpoints: readonly Endpoint[], version: string): Description {
  const schemas: Record<string, Description> = {}
  const paths: Record<string, Description> = {}
  for (const endpoint of endpoints) {
    paths[endpoint.path] = {
      get: {
        summary: endpoint.summary,
        operationId: `get${endpoint.path.replace(/[^a-z]+(\w?)/g, (_, letter: string) => letter.toUpperCase())}`,
        parameters: [...pathParameters(endpoint), ...queryParameters(endpoint)],
        responses: {
          200: response('The answer', endpoint.answer, schemas),
          400: response('A parameter is not valid', error, schemas),
          ...(endpoint.path.includes('{') && { 404: response('There is no such thing', error, schemas) })
        }
      }
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Weft control node', version, description: 'Read-only state of a control node.' },
    servers: [{ url: '/api/v1' }],
    paths,
    components: { schemas }
  }
}

const response = (
  description: string,
  schema: JsonSchema,
  schemas: Record<string, Description>
): Description => ({
  description,
  content: { 'application/json': { schema: referring(schema, schemas) } }
})

const pathParameters = (endpoint: Endpoint): Description[] =>
  Array.from(endpoint.path.matchAll(/\{(\w+)\}/g), ([, name]) => ({
    name: name!,
    in: 'path',
    required: true,
    schema: { type: 'string' }
  }))

const queryParameters = (endpoint: Endpoint): Description[] =>
  Object.entries(endpoint.query).map(([name, { description = '', ...schema }]) => ({
    name,
    in: 'query',
    description,
    schema: { ...schema }
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
