/** `weft ctr route …`: tables and routes. */
import { isIP } from 'node:net'
import { type Command, InvalidArgumentError } from 'commander'
import type { PathAnswer, RouteTableAnswer, TableAnswer } from './api-types.js'
import { type CtrContext, readAll } from './ctr-context.js'
import { CliError, type CliIo, ExitCode } from './io.js'
import { type Column, oneLine, printAge, printTable } from './table.js'

export function registerRoute(ctr: Command, context: CtrContext): void {
  const route = ctr.command('route').description('Tables and routes')

  route
    .command('summary')
    .description('Tables and how much they hold')
    .argument('[search]', 'expression to look for in table names')
    .option('-f, --family <family>', 'inet, inet6, l3vpn, evpn, ermvpn, rtarget …')
    .option('-v, --vrf <instance>', 'tables of one routing instance')
    .action(async (search: string | undefined, options: { family?: string; vrf?: string }) => {
      const query = { search, family: options.family, instance: options.vrf }
      context.show(await readAll<TableAnswer>(context, 'tables', query), tables =>
        summaryTable(tables, context.io)
      )
    })

  route
    .command('tables')
    .description('Names of tables')
    .argument('[search]', 'expression to look for in table names')
    .option('-f, --family <family>', 'inet, inet6, l3vpn, evpn, ermvpn, rtarget …')
    .action(async (search: string | undefined, options: { family?: string }) => {
      const tables = await readAll<TableAnswer>(context, 'tables', { search, family: options.family })
      context.show(
        tables.map(table => table.name),
        names => names.map(oneLine).join('\n')
      )
    })

  route
    .command('show')
    .description('Routes: all, those that cover an address, or those whose prefix matches an expression')
    .argument('[prefix]', 'address, prefix or expression')
    .option('-t, --table <table>', 'one table')
    .option('-f, --family <family>', 'tables of one family')
    .option('-v, --vrf <instance>', 'tables of one routing instance')
    .option('-s, --source <source>', 'paths from one neighbor (its address) or agent (its name)')
    .option(
      '-p, --protocol <protocol>',
      'paths of one kind: BGP, XMPP, Local, StaticRoute, ServiceChain, Aggregate'
    )
    .option('--longer', 'routes equal to or inside the prefix')
    .option('--shorter', 'routes equal to or covering the prefix')
    .option('-d, --detail', 'everything about each path')
    .option('-n, --limit <routes>', 'the most routes to show', parseLimit, 1000)
    .action((prefix: string | undefined, options: ShowOptions) => showRoutes(prefix, options, context))
}

function parseLimit(text: string): number {
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : 0
  if (limit === 0) throw new InvalidArgumentError('A limit is a number from 1 to 9999999.')
  return limit
}

interface ShowOptions {
  readonly table?: string
  readonly family?: string
  readonly vrf?: string
  readonly source?: string
  readonly protocol?: string
  readonly longer?: boolean
  readonly shorter?: boolean
  readonly detail?: boolean
  readonly limit: number
}

const routesPerPage = 1000

async function showRoutes(
  prefix: string | undefined,
  options: ShowOptions,
  context: CtrContext
): Promise<void> {
  const version = prefix === undefined ? 0 : isIP(prefix)
  if (prefix === undefined && (options.longer || options.shorter)) {
    throw new CliError('--longer and --shorter need a prefix', ExitCode.usage)
  }
  const query = {
    prefix: version === 0 ? prefix : `${prefix}/${version === 4 ? 32 : 128}`,
    table: options.table,
    family: options.family,
    instance: options.vrf,
    source: options.source,
    protocol: options.protocol,
    longer: options.longer,
    shorter: options.shorter ?? (version !== 0 && options.longer !== true ? true : undefined)
  }
  const client = context.client()
  const tables: RouteTableAnswer[] = []
  let start: string | undefined
  let left = options.limit
  do {
    const page = await client.read<{ tables: RouteTableAnswer[]; next?: string }>('routes', {
      ...query,
      limit: Math.min(left, routesPerPage),
      start
    })
    for (const table of page.tables) {
      append(tables, table)
      left -= table.routes.length
    }
    start = page.next
  } while (start !== undefined && left > 0)

  const draw = options.detail === true ? detailText : tableText
  context.show(tables, found =>
    found.length === 0 ? 'No route matches.' : found.map(table => draw(table, context.io)).join('\n\n')
  )
  if (start !== undefined) context.io.error(`There are more routes; --limit is ${options.limit}.`)
}

/** A table that goes over a page's end is one table. */
function append(tables: RouteTableAnswer[], table: RouteTableAnswer): void {
  const last = tables.at(-1)
  if (last?.name === table.name)
    tables[tables.length - 1] = { ...table, routes: [...last.routes, ...table.routes] }
  else tables.push(table)
}

const summaryTable = (tables: readonly TableAnswer[], io: CliIo): string => {
  const count = (title: string, cell: (t: TableAnswer) => number): Column<TableAnswer> => ({
    title,
    cell: t => String(cell(t)),
    align: 'right'
  })
  return tables.length === 0
    ? 'No table matches.'
    : printTable(
        [
          { title: 'Table', cell: t => t.name, shorten: 'start' },
          count('Prefixes', t => t.counts.prefixes),
          count('Paths', t => t.counts.primaryPaths + t.counts.secondaryPaths),
          count('Primary', t => t.counts.primaryPaths),
          count('Secondary', t => t.counts.secondaryPaths),
          count('Infeasible', t => t.counts.infeasiblePaths)
        ],
        tables,
        io.columns
      )
}

const heading = ({ name, counts }: RouteTableAnswer): string =>
  `${name}: ${counts.prefixes} prefixes, ${counts.primaryPaths + counts.secondaryPaths} paths ` +
  `(${counts.primaryPaths} primary, ${counts.secondaryPaths} secondary, ${counts.infeasiblePaths} infeasible)`

const protocolText = (path: PathAnswer): string =>
  path.subProtocol === '' ? path.protocol : `${path.protocol} (${path.subProtocol})`

/** One line per path, the best first; the prefix stands on its first line. */
function tableText(table: RouteTableAnswer, io: CliIo): string {
  const rows = table.routes.flatMap(route =>
    route.paths.map((path, at) => ({ prefix: at === 0 ? route.prefix : '', path }))
  )
  return `${oneLine(heading(table))}\n${printTable(
    [
      { title: 'Prefix', cell: r => r.prefix },
      { title: 'Source', cell: r => `${r.path.protocol} ${r.path.source}` },
      { title: 'Next hop', cell: r => r.path.nextHop },
      { title: 'Label', cell: r => String(r.path.label), align: 'right' },
      { title: 'Pref', cell: r => String(r.path.localPreference), align: 'right' },
      { title: 'AS path', cell: r => r.path.asPath },
      { title: 'Age', cell: r => printAge(r.path.lastModified, io.now()), align: 'right' },
      { title: 'Flags', cell: r => r.path.flags.join(' ') }
    ],
    rows,
    io.columns
  )}`
}

/** Where there is one, behind the MED. */
export const aigpText = ({ aigp }: Pick<PathAnswer, 'aigp'>): string =>
  aigp === undefined ? '' : `, AIGP ${aigp}`

function detailText(table: RouteTableAnswer, io: CliIo): string {
  const lines = [heading(table)]
  for (const route of table.routes) {
    lines.push('', `${route.prefix}  ${printAge(route.lastModified, io.now())}`)
    for (const path of route.paths) {
      lines.push(`  ${protocolText(path)} ${path.source}`)
      const facts: readonly (readonly [string, string])[] = [
        ['next hop', `${path.nextHop} label ${path.label} ${path.tunnelEncapsulations.join(',')}`],
        [
          'preference',
          `local ${path.localPreference}, MED ${path.med}${aigpText(path)}, origin ${path.origin}`
        ],
        ['AS path', path.asPath],
        ['communities', path.communities.join(' ')],
        ['origin VN', path.originVn],
        ['replica of', path.primaryTable],
        ['replicated to', path.secondaryTables.join(' ')],
        ['flags', path.flags.join(' ')],
        ['behind by', path.rankedBy],
        ['age', printAge(path.lastModified, io.now())]
      ]
      for (const [name, value] of facts) if (value !== '') lines.push(`    ${name.padEnd(13)} ${value}`)
    }
  }
  return lines.map(oneLine).join('\n')
}
