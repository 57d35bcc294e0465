/** `weft ctr clear nei …`: resets neighbours, or has their routes asked for or told again. */
import { type Command, InvalidArgumentError, Option } from 'commander'
import { parseAsNumber } from '../net/as-number.js'
import type { ClearAnswer } from './api-types.js'
import type { CtrContext } from './ctr-context.js'
import { CliError, type CliIo, ExitCode } from './io.js'
import { printTable } from './table.js'

interface ClearOptions {
  readonly all?: boolean
  readonly instance?: string
  readonly as?: number
  readonly type?: string
  readonly range?: string
  readonly family?: string
  readonly text?: string
  readonly dryRun?: boolean
  readonly perSecond?: number
}

/** As on the command line. */
const kinds: ReadonlyMap<string, string> = new Map([
  ['', 'hard'],
  ['hard', 'hard'],
  ['soft in', 'soft-in'],
  ['soft out', 'soft-out']
])

export function registerClear(ctr: Command, context: CtrContext): void {
  const clear = ctr.command('clear').description('Reset sessions, or have routes exchanged again')
  clear
    .command('nei')
    .description(
      'One neighbor by its name or address, or those that the options say: hard resets the session (the default), soft in asks for its routes again, soft out tells it ours again'
    )
    .argument('[name]')
    .argument('[how...]', 'hard, soft in, or soft out')
    .option('--all', 'all neighbors, one after another')
    .option('--instance <name>', 'all of a routing instance')
    .option('--as <number>', 'all of an AS', parseAs)
    .addOption(new Option('--type <type>', 'all inside or outside our AS').choices(['internal', 'external']))
    .option('--range <prefix>', 'all with an address in it')
    .option('-f, --family <family>', 'of a soft clear one family: inet, inet-vpn, e-vpn …')
    .option('--text <text>', 'what the neighbor is told with a hard clear')
    .option('--per-second <neighbors>', 'of several neighbors, how many in one second (50)', parseRate)
    .option('--dry-run', 'only say what would happen')
    .action(async (name: string | undefined, how: readonly string[], options: ClearOptions) => {
      const { all, instance, as: peerAs, type: peerType, range } = options
      const group = { all, instance, peerAs, peerType, range }
      const isGroup = Object.values(group).some(value => value !== undefined)
      const words = isGroup && name !== undefined ? [name, ...how] : how
      const what = kinds.get(words.join(' '))
      if (name === undefined && !isGroup)
        throw new CliError('name a neighbor, or say --all for all of them', ExitCode.usage)
      if (what === undefined)
        throw new CliError(`'${words.join(' ')}' is none of: hard, soft in, soft out`, ExitCode.usage)
      if (options.perSecond !== undefined && !isGroup)
        throw new CliError('--per-second goes with --all and the like', ExitCode.usage)
      const { family, text, dryRun, perSecond } = options
      const path = isGroup ? 'neighbors/clear' : `neighbors/${encodeURIComponent(name!)}/clear`
      const query = { what, ...group, family, text, dryRun, perSecond }
      const answer = await context.client().order<ClearAnswer>(path, query)
      context.show(answer, shown => clearText(shown, context.io))
      if (!answer.neighbors.some(({ acts }) => acts))
        throw new CliError('nothing was there to clear', ExitCode.negative)
    })
}

function parseRate(text: string): number {
  const rate = /^\d{1,4}$/.test(text) ? Number(text) : 0
  if (rate < 1 || rate > 1000) throw new InvalidArgumentError('A rate is a number from 1 to 1000.')
  return rate
}

function parseAs(text: string): number {
  const as = parseAsNumber(text)
  if (as === undefined) throw new InvalidArgumentError('An AS is a number from 1 to 4294967295.')
  return as
}

function clearText({ dryRun, neighbors }: ClearAnswer, io: CliIo): string {
  if (neighbors.length === 0) return 'There are no such neighbors.'
  const table = printTable(
    [
      { title: 'Neighbor', cell: n => n.neighbor.split(':').at(-1)! },
      { title: 'Address', cell: n => n.address },
      { title: dryRun ? 'Would' : 'Does', cell: n => (n.acts ? 'clear' : 'nothing') },
      { title: '', cell: n => n.what }
    ],
    neighbors,
    io.columns
  )
  return dryRun ? `${table}\nNothing was done: this was a dry run.` : table
}
