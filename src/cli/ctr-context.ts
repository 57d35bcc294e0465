/** What the commands that ask a running node share. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { ApiClient, type ApiQuery } from './api-client.js'
import type { CliIo } from './io.js'

export interface CtrContext {
  readonly io: CliIo
  /** A client of the node that the command line names. */
  client(): ApiClient
  /** Prints the answer as JSON if that was asked for, otherwise as text. */
  show<T>(answer: T, text: (answer: T) => string): void
}

/** Gives the command the options that name a node and a form of output. */
export function nodeContext(command: Command, io: CliIo): CtrContext {
  command
    .addOption(new Option('--host <host>', 'where the node is').default('127.0.0.1').env('WEFT_HOST'))
    .addOption(
      new Option('--port <port>', 'its introspect port').default(8083).env('WEFT_PORT').argParser(parsePort)
    )
    .option('--json', 'print the answer of the JSON API')
  return {
    io,
    client: () => new ApiClient(command.opts<{ host: string; port: number }>()),
    show: (answer, text) =>
      io.out(command.opts().json === true ? JSON.stringify(answer, null, 2) : text(answer))
  }
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw new InvalidArgumentError('A port is a number from 1 to 65535.')
  return port
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
