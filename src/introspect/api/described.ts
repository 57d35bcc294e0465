import type { JsonSchema } from './schema.js'

/** A path as openapi.json has it. */
export interface Described {
  /** Below /api/v1, or, with `isRoot`, below the server's root; `{name}` is a path parameter. */
  readonly path: string
  readonly isRoot?: boolean
  readonly method: 'get' | 'post'
  readonly summary: string
  readonly query: Readonly<Record<string, JsonSchema>>
  /** Parameters of the query that must be there. */
  readonly required?: readonly string[]
  /** Headers that must be there, and what they say. */
  readonly headers?: Readonly<Record<string, string>>
  /** What must be sent, as JSON. */
  readonly body?: JsonSchema
  /** A schema of JSON, or a media type. */
  readonly answer: JsonSchema | string
  /** Beside 400, and 404 where the path has a parameter. */
  readonly refusals?: Readonly<Record<number, string>>
  /** Those that say more than the others. */
  readonly refusalModels?: Readonly<Record<number, JsonSchema>>
}
