/** `weft ctr …`: what a running node knows. The words are those of the public ist.py. */
import type { Command } from 'commander'
import type {
  AgentDetail,
  ExportsAnswer,
  InstanceAnswer,
  NeighborAnswer,
  NeighborDetail,
  SessionAnswer,
  StatusAnswer
} from './api-types.js'
import { registerClear } from './ctr-clear.js'
import { nodeContext, readAll } from './ctr-context.js'
import { registerGracefulShutdown } from './ctr-graceful-shutdown.js'
import { registerRoute } from './ctr-route.js'
import {
  agentTable,
  agentText,
  exportTable,
  instanceTable,
  instanceText,
  neighborTable,
  neighborText,
  statusText
} from './ctr-text.js'
import type { CliIo } from './io.js'

export function registerCtr(program: Command, io: CliIo): void {
  const ctr = program.command('ctr').description('Ask a running node, and clear its neighbors')
  const context = nodeContext(ctr, io)

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
    .command('exports')
    .description('Monitoring stations (BMP) and files (MRT), and how they keep up')
    .action(async () =>
      context.show(await context.client().read<ExportsAnswer>('exports'), ({ exports }) =>
        exportTable(exports, io)
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
  registerClear(ctr, context)
  registerGracefulShutdown(ctr, context)
}
