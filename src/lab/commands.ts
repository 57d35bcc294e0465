/** `weft lab …`: what a control node can be tried with when there are no vRouters around. */
import { type Command, Option } from 'commander'
import { type CliIo, processIo } from '../cli/io.js'
import { makeNodeWith } from '../cli/make-node.js'
import { nodeView } from '../introspect/from-node/node-view.js'
import { nodeOperations } from '../introspect/from-node/operations.js'
import { registerAgent } from './agent-command.js'
import { type RouterChoice, runDemo } from './demo/demo.js'

export function registerLab(program: Command, io: CliIo = processIo): void {
  const lab = program.command('lab').description('Simulated vRouter agents, and a demonstration')
  registerAgent(lab, io)
  const makeNode = makeNodeWith(
    (node, exports) => nodeView(node, program.version() ?? '', exports),
    nodeOperations
  )
  lab
    .command('demo')
    .description(
      'Run examples/quick-start with a real router and simulated compute nodes, and tell what happens'
    )
    .option('--fast', 'no pauses for reading', false)
    .option('--stay', 'keep everything running at the end, until Ctrl-C', false)
    .addOption(
      new Option('--router <kind>', 'which router (default: the first that is installed)').choices([
        'frr',
        'gobgp',
        'simulated'
      ])
    )
    .action(async ({ fast, stay, router }: { fast: boolean; stay: boolean; router?: RouterChoice }) => {
      await runDemo({
        io,
        fast,
        makeNode,
        ...(router !== undefined && { router }),
        ...(stay && { stay: () => untilInterrupted(io) })
      })
    })
}

async function untilInterrupted(io: CliIo): Promise<void> {
  io.out('Everything stays as it is until Ctrl-C.')
  await new Promise<void>(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve())
  })
}
