/**
 * JSON Schemas of the API, and the plain objects they describe. One schema serves four ends: what is copied from the
 * view, how it is serialised, what the server accepts, and the OpenAPI description.
 */

export interface JsonSchema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean'
  /** Schemas with a title are components of the description. */
  readonly title?: string
  readonly description?: string
  readonly format?: 'date-time'
  readonly enum?: readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly maxItems?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly maxLength?: number
  readonly minProperties?: number
  readonly additionalProperties?: false
  readonly default?: number | boolean
}

export const string: JsonSchema = { type: 'string' }
export const integer: JsonSchema = { type: 'integer' }
export const boolean: JsonSchema = { type: 'boolean' }
/** A time of the view, as RFC 3339 text. */
export const dateTime: JsonSchema = { type: 'string', format: 'date-time' }
export const array = (items: JsonSchema): JsonSchema => ({ type: 'array', items })
export const strings = array(string)
export const described = (of: JsonSchema, description: string): JsonSchema => ({ ...of, description })

/** All properties are required but those named in `optional`. */
export function object(
  title: string | undefined,
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = []
): JsonSchema {
  const required = Object.keys(properties).filter(name => !optional.includes(name))
  return { type: 'object', ...(title !== undefined && { title }), properties, required }
}

export type Json = string | number | boolean | Json[] | { [name: string]: Json }

/** Copies what the schema names, so that a value of the view can outlive its turn of the event loop. */
export function project(schema: JsonSchema, value: unknown): Json {
  if (schema.type === 'array')
    return Array.from(value as Iterable<unknown>, item => project(schema.items!, item))
  if (schema.type === 'object') {
    const copy: { [name: string]: Json } = {}
    for (const [name, of] of Object.entries(schema.properties!)) {
      const found = (value as Readonly<Record<string, unknown>>)[name]
      if (found !== undefined) copy[name] = project(of, found)
    }
    return copy
  }
  if (schema.format === 'date-time') return new Date(value as number).toISOString()
  return value as Json
}
