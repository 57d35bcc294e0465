/** `weft config …`: configuration without a running node. */
import type { Command } from 'commander'
import { printProblem } from '../config-store/config-store.js'
import { NodeScheduler } from '../runtime/node-scheduler.js'
import type { Scheduler } from '../runtime/scheduler.js'
import { type Configuration, changesBetween, changesText } from './config-changes.js'
import { checkConfig } from './config-check.js'
import { CliError, type CliIo, ExitCode } from './io.js'

export function registerConfig(program: Command, io: CliIo): void {
  const config = program.command('config').description('Configuration files')
  config
    .command('check')
    .description('Everything that is wrong with the configuration of a node')
    .argument('<file>', "the node's configuration file")
    .option('--against <file>', 'what would become of a node that runs with that configuration')
    .option('--json', 'with --against, for programs')
    .action(async (file: string, { against, json }: { against?: string; json?: boolean }) => {
      const scheduler = new NodeScheduler()
      const next = await checked(file, scheduler, io)
      if (against === undefined) {
        io.out(`${file}: good, ${next.objects.length} objects`)
        return
      }
      const changes = await changesBetween(await checked(against, scheduler, io), next, scheduler)
      io.out(json === true ? JSON.stringify(changes, undefined, 2) : changesText(changes, io.columns))
    })
}

async function checked(file: string, scheduler: Scheduler, io: CliIo): Promise<Configuration> {
  const { config, objects, problems, isGood } = await checkConfig(file, scheduler)
  for (const problem of problems) io.error(printProblem(problem))
  if (config === undefined || !isGood)
    throw new CliError(`${file}: the configuration has errors`, ExitCode.negative)
  return { config, objects }
}
