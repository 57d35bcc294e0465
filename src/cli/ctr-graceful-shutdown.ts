/** `weft ctr graceful-shutdown …`: has a neighbour's routes, or the node's, avoided before they go (RFC 8326). */
import { Argument, type Command } from 'commander'
import type { GracefulShutdownAnswer } from './api-types.js'
import type { CtrContext } from './ctr-context.js'
import { CliError, ExitCode } from './io.js'

export function registerGracefulShutdown(ctr: Command, context: CtrContext): void {
  ctr
    .command('graceful-shutdown')
    .description(
      'Before maintenance: routes to and from a neighbor, or with --node all of the node, are to be used only where there are no others (RFC 8326)'
    )
    .addArgument(new Argument('<state>', 'on, or off').choices(['on', 'off']))
    .argument('[name]', 'a neighbor, by its name or address')
    .option('--node', 'the whole node')
    .action(async (state: string, name: string | undefined, { node }: { readonly node?: boolean }) => {
      if ((name === undefined) !== (node === true))
        throw new CliError('name a neighbor, or say --node for the node', ExitCode.usage)
      const path = name === undefined ? '' : `neighbors/${encodeURIComponent(name)}/`
      const answer = await context
        .client()
        .order<GracefulShutdownAnswer>(`${path}graceful-shutdown`, { on: state === 'on' })
      context.show(answer, ({ what }) => what)
    })
}
