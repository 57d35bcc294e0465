/** Requests: what a `Snh_` name stands for (introspect §1.2, §1.7, §1.8). */
import { setImmediate } from 'node:timers/promises'
import type { NodeOperations } from '../operations.js'
import type { NodeView } from '../view.js'
import { type Query, type RequestField, Search } from './query.js'
import { type Field, type Struct, stylesheetInstruction, text, writeResponse, writeStruct } from './schema.js'

export interface Request {
  readonly name: string
  readonly fields: readonly RequestField[]
  /** The module page that lists it; undefined: it can be called but has no page. */
  readonly module: string | undefined
  /** `operations`: what the client may have the node do; undefined: nothing. */
  answer(view: NodeView, query: Query, operations?: NodeOperations): Answer
}

/** A whole body, or its parts as they are made. */
export type Answer = string | Promise<string> | AsyncIterable<string>

export const searchField: RequestField = { name: 'search_string', type: 'string' }

/** Lets keepalives, accepts and other answers run before the next slice of a long page. */
export const nextTurn = (): Promise<void> => setImmediate()

/** A body with one message. */
export const body = <T>(of: Struct<T>, from: T): string => stylesheetInstruction + writeResponse(of, from)

/** A request answered by one message. */
export function request<T>(
  module: string | undefined,
  name: string,
  fields: readonly RequestField[],
  response: Struct<T>,
  answer: (view: NodeView, query: Query) => T
): Request {
  return { module, name, fields, answer: (view, query) => body(response, answer(view, query)) }
}

/** Entries of a page, and where the next one begins. */
interface Page<T> {
  readonly items: readonly T[]
  readonly next: string | undefined
}

/** `next_batch`: the client asks `Snh_<request>Iterate?x=<text>` (introspect §1.8). */
export const nextBatch = <T>(
  requestName: string,
  identifier: number,
  token: (from: T) => string | undefined
): Field<T> =>
  text('next_batch', identifier, token, { link: `${requestName}Iterate`, link_title: 'next_batch' })

/** A token's parts, or undefined when it is not a token of this many parts. */
export function tokenParts(token: string, count: number): string[] | undefined {
  const parts = token.split('||')
  return parts.length === count ? parts : undefined
}

export interface PagedRequest<T> {
  readonly module: string
  readonly name: string
  readonly response: string
  /** The list element of the response. */
  readonly list: string
  readonly struct: Struct<T>
  /** In order of `key`, from the first at or after `start`. */
  items(view: NodeView, start: string): Iterable<T>
  /** What pages are cut between: entries with one key stay on one page. */
  key(item: T): string
  selects(item: T, search: Search): boolean
}

const pageSize = 64

/** The request and its `…Iterate` form for lists that go 64 entries to a page (introspect §1.8). */
export function pagedRequest<T>(paged: PagedRequest<T>): Request[] {
  const response: Struct<Page<T>> = {
    name: paged.response,
    fields: [
      page =>
        `<${paged.list} type="list" identifier="1"><list type="struct" size="${page.items.length}">${page.items
          .map(item => writeStruct(paged.struct, item))
          .join('')}</list></${paged.list}>`,
      nextBatch(paged.name, 2, page => page.next)
    ]
  }
  const page = (view: NodeView, start: string, search: string): string =>
    body(response, takePage(paged, view, start, new Search(search)))
  return [
    {
      module: paged.module,
      name: paged.name,
      fields: [searchField],
      answer: (view, query) => page(view, '', query.text('search_string'))
    },
    {
      module: undefined,
      name: `${paged.name}Iterate`,
      fields: [{ name: 'iterate_info', type: 'string' }],
      answer: (view, query) => {
        const parts = tokenParts(query.text('iterate_info'), 2)
        if (parts === undefined) return body(response, { items: [], next: undefined })
        return page(view, parts[0]!, parts[1]!)
      }
    }
  ]
}

function takePage<T>(paged: PagedRequest<T>, view: NodeView, start: string, search: Search): Page<T> {
  const items: T[] = []
  for (const item of paged.items(view, start)) {
    if (!paged.selects(item, search)) continue
    const key = paged.key(item)
    if (items.length >= pageSize && key !== paged.key(items.at(-1)!))
      return { items, next: `${key}||${search.text}` }
    items.push(item)
  }
  return { items, next: undefined }
}

/** For views that give the whole list: skips to the first entry at or after `start`. */
export function* startingAt<T>(items: Iterable<T>, key: (item: T) => string, start: string): Generator<T> {
  for (const item of items) if (key(item) >= start) yield item
}
