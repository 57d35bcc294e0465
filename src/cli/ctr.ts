/** `weft ctr …`: what a running node knows. The words are those of the public ist.py. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { ApiClient } from './api-client.js'
import type {
  AgentDetail,
  InstanceAnswer,
  NeighborAnswer,
  NeighborDetail,
  SessionAnswer,
  StatusAnswer
} from './api-types.js'
import { type CtrContext, readAll } from './ctr-context.js'
import { registerRoute } from './ctr-route.js'
import {
  agentTable,
  agentText,
  instanceTable,
  instanceText,
  neighborTable,
  neighborText,
  statusText
} from './ctr-text.js'
import type { CliIo } from './io.js'

export function registerCtr(program: Command, io: CliIo): void {
  const ctr = program
    .command('ctr')
    .description('Ask a running node')
    .addOption(new Option('--host <host>', 'where the node is').default('127.0.0.1').env('WEFT_HOST'))
    .addOption(
      new Option('--port <port>', 'its introspect port').default(8083).env('WEFT_PORT').argParser(parsePort)
    )
    .option('--json', 'print the answer of the JSON API')
  const context: CtrContext = {
    io,
    client: () => new ApiClient(ctr.opts<{ host: string; port: number }>()),
    show: (answer, text) => io.out(ctr.opts().json === true ? JSON.stringify(answer, null, 2) : text(answer))
  }

  ctr
    .command('status')
    .description('Is the node well, and what is missing')
    .action(async () =>
      context.show(await context.client().read<StatusAnswer>('status'), answer => statusText(answer, io))
    )

  ctr
    .command('nei')
    .description('BGP neighbors; one in detail by its name or address')
    .argument('[name]')
    .action(async (name?: string) =>
      name === undefined
        ? context.show(await readAll<NeighborAnswer>(context, 'neighbors'), answer =>
            neighborTable(answer, io)
          )
        : context.show(
            await context.client().read<NeighborDetail>(`neighbors/${encodeURIComponent(name)}`),
            answer => neighborText(answer, io)
          )
    )

  ctr
    .command('agents')
    .alias('xmpp')
    .description('vRouter agents; one in detail by its name or address')
    .argument('[name]')
    .action(async (name?: string) =>
      name === undefined
        ? context.show(await readAll<SessionAnswer>(context, 'agents'), answer => agentTable(answer, io))
        : context.show(
            await context.client().read<AgentDetail>(`agents/${encodeURIComponent(name)}`),
            answer => agentText(answer, io)
          )
    )

  ctr
    .command('ri')
    .description('Routing instances; one in detail by its name')
    .argument('[name]')
    .action(async (name?: string) =>
      name === undefined
        ? context.show(await readAll<InstanceAnswer>(context, 'instances'), answer =>
            instanceTable(answer, io)
          )
        : context.show(
            await context.client().read<InstanceAnswer>(`instances/${encodeURIComponent(name)}`),
            answer => instanceText(answer, io)
          )
    )

  registerRoute(ctr, context)
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65535) throw new InvalidArgumentError('A port is a number from 1 to 65535.')
  return port
}
