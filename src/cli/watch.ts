/** `weft watch …`: changes of a running node as they happen, until interrupted. */
import type { Command } from 'commander'
import type { ApiQuery } from './api-client.js'
import type { RouteTableAnswer, SessionAnswer } from './api-types.js'
import { nodeContext } from './ctr-context.js'
import { CliError, type CliIo, ExitCode } from './io.js'
import { oneLine } from './table.js'

interface WatchOptions {
  readonly snapshot?: boolean
  readonly json?: boolean
  readonly count?: string
  readonly table?: string
  readonly prefix?: string
}

export function registerWatch(program: Command, io: CliIo): void {
  const watch = program.command('watch').description('Changes of a running node as they happen')
  const kind = (name: string, description: string): Command => {
    const command = watch
      .command(name)
      .description(description)
      .option('--snapshot', 'first what is there now')
      .option('-n, --count <events>', 'end after so many')
    const context = nodeContext(command, io)
    command.action(async (options: WatchOptions) => {
      const { snapshot, count, table, prefix } = options
      const query: ApiQuery = { what: name, snapshot, table, prefix }
      let left = count === undefined ? Number.POSITIVE_INFINITY : Number(count)
      if (!(left > 0)) throw new CliError('--count is a number from 1', ExitCode.usage)
      await context.client().follow('watch', query, (event, data) => {
        if (left <= 0) return false
        io.out(
          options.json === true
            ? JSON.stringify({ event, ...(data as object) })
            : eventText(event, data as EventData)
        )
        return --left > 0
      })
    })
    return command
  }
  kind('peers', 'Sessions of BGP neighbors')
  kind('agents', 'Sessions of vRouter agents')
  kind('routes', 'Routes of one table')
    .requiredOption('-t, --table <table>', 'the table')
    .option('--prefix <prefix>', 'only routes equal to or inside this prefix')
}

interface EventData {
  readonly name: string
  readonly count?: number
  readonly now?: Partial<SessionAnswer> & Partial<RouteTableAnswer['routes'][number]>
}

function eventText(event: string, { name, now, count }: EventData): string {
  if (event === 'synced') return 'That is what is there now; changes follow.'
  if (event === 'lost') return `${count} changes were lost: they came faster than they were read.`
  if (now === undefined) return oneLine(`${event} ${name}: gone`)
  if (event !== 'route') return oneLine(`${event} ${name}: ${now.state}, ${now.primaryPathCount} paths`)
  const best = now.paths?.[0]
  const rest = (now.paths?.length ?? 0) - 1
  return oneLine(
    `route ${name}: ${best?.protocol} ${best?.source} next hop ${best?.nextHop}${rest > 0 ? ` and ${rest} more` : ''}`
  )
}
