/** What the commands of `ctr` share. */
import type { ApiClient, ApiQuery } from './api-client.js'
import type { CliIo } from './io.js'

export interface CtrContext {
  readonly io: CliIo
  /** A client of the node that the command line names. */
  client(): ApiClient
  /** Prints the answer as JSON if that was asked for, otherwise as text. */
  show<T>(answer: T, text: (answer: T) => string): void
}

/** All pages of a list. */
export async function readAll<T>(context: CtrContext, list: string, query: ApiQuery = {}): Promise<T[]> {
  const client = context.client()
  const all: T[] = []
  let start: string | undefined
  do {
    const page = await client.read<Readonly<Record<string, T[]>> & { next?: string }>(list, {
      ...query,
      limit: 1000,
      start
    })
    all.push(...page[list]!)
    start = page.next
  } while (start !== undefined)
  return all
}
