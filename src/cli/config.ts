/** `weft config …`: configuration without a running node. */
import type { Command } from 'commander'
import { printProblem } from '../config-store/config-store.js'
import { NodeScheduler } from '../runtime/node-scheduler.js'
import { checkConfig } from './config-check.js'
import { CliError, type CliIo, ExitCode } from './io.js'

export function registerConfig(program: Command, io: CliIo): void {
  const config = program.command('config').description('Configuration files')
  config
    .command('check')
    .description('Everything that is wrong with the configuration of a node')
    .argument('<file>', "the node's configuration file")
    .action(async (file: string) => {
      const check = await checkConfig(file, new NodeScheduler())
      for (const problem of check.problems) io.error(printProblem(problem))
      if (!check.isGood) throw new CliError(`${file}: the configuration has errors`, ExitCode.negative)
      io.out(`${file}: good, ${check.objectCount} objects`)
    })
}
