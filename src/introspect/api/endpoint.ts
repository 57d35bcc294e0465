/** One path of the API: its parameters, its answer, and how they are described. */
import type { NodeView } from '../view.js'
import type { Streamed } from './answer-stream.js'
import { integer, type Json, type JsonSchema, object, string } from './schema.js'

/** Values of path and query parameters, checked against `parameters`. */
export type Parameters = Readonly<Record<string, string | number | boolean>>

/** No such thing: answered with 404 and this text. */
export class Missing {
  constructor(readonly what: string) {}
}

/** Lists are streamed: they grow with the node. */
export type Answer = Json | Missing | Streamed

export interface Endpoint {
  /** Below /api/v1; `{name}` is a path parameter. */
  readonly path: string
  readonly summary: string
  readonly query: Readonly<Record<string, JsonSchema>>
  readonly answer: JsonSchema
  read(view: NodeView, parameters: Parameters, abandoned: () => boolean): Answer | Promise<Answer>
}

/** A search as on the Sandesh pages: a regular expression that is looked for anywhere in the name. */
export const search: JsonSchema = {
  type: 'string',
  maxLength: 1024,
  description: 'Regular expression, unanchored'
}
export const exact = (description: string): JsonSchema => ({ type: 'string', maxLength: 1024, description })

export const defaultLimit = 100
const maximumLimit = 1000
export const limit: JsonSchema = {
  ...integer,
  minimum: 1,
  maximum: maximumLimit,
  default: defaultLimit,
  description: 'The most entries in one answer'
}
export const start: JsonSchema = {
  ...string,
  maxLength: 8192,
  description: 'The `next` of the answer before'
}

/** A list, with `next` when there is more. */
export const pageOf = (title: string, list: string, items: JsonSchema): JsonSchema =>
  object(title, { [list]: { type: 'array', items }, next: string }, ['next'])

/** Takes a page of at most `most` items in order of `key`; the key of the first item left over is `next`. */
export function takePage<T>(
  items: Iterable<T>,
  most: number,
  key: (item: T) => string,
  draw: (item: T) => Json
): { items: Json[]; next: string | undefined } {
  const drawn: Json[] = []
  for (const item of items) {
    if (drawn.length === most) return { items: drawn, next: key(item) }
    drawn.push(draw(item))
  }
  return { items: drawn, next: undefined }
}
