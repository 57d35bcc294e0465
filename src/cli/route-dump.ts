/** `weft route dump --mrt FILE`: tables as an MRT file (RFC 6396), written where the command runs. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import type { Command } from 'commander'
import { nodeContext } from './ctr-context.js'
import { CliError, type CliIo, ExitCode } from './io.js'

export function registerRouteDump(route: Command, io: CliIo): void {
  const dump = route
    .command('dump')
    .description('Write the tables of the master instance, or one table, to a file')
    .requiredOption('--mrt <file>', 'an MRT file, TABLE_DUMP_V2')
    .option('-t, --table <table>', 'one table')
  const context = nodeContext(dump, io)
  dump.action(async ({ mrt: file, table }: { mrt: string; table?: string }) => {
    const unfinished = `${file}.unfinished`
    const into = createWriteStream(unfinished)
    const opened = new Promise<void>((resolve, reject) => {
      into.once('open', () => resolve())
      into.once('error', error => reject(new CliError(`${file}: ${error.message}`, ExitCode.negative)))
    })
    await opened
    try {
      await context.client().download('routes/dump', { table }, into)
      await rename(unfinished, file)
    } finally {
      await rm(unfinished, { force: true })
    }
    io.error(`Written: ${file}`)
  })
}
