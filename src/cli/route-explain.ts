/** `weft route explain`: why a route is as it is, and why someone is told of it or not. */
import type { Command } from 'commander'
import { NotThere } from './api-client.js'
import type { ExplainAnswer, ExplainedPathAnswer } from './api-types.js'
import { nodeContext } from './ctr-context.js'
import { aigpText } from './ctr-route.js'
import type { CliIo } from './io.js'
import { registerRouteDump } from './route-dump.js'
import { oneLine } from './table.js'

export function registerRouteExplain(program: Command, io: CliIo): void {
  const route = program.command('route').description('Routes of a running node')
  registerRouteDump(route, io)
  const explain = route
    .command('explain')
    .description('The paths of a route, what decided between them, and why someone is told of it or not')
    .argument('<prefix>', 'prefix as the node prints it, or an address: the longest prefix that covers it')
    .option('-t, --table <table>', 'one table')
    .option('--to <name>', 'a neighbor or an agent, by name or address')
  const context = nodeContext(explain, io)
  explain.action(async (prefix: string, { table, to }: { table?: string; to?: string }) => {
    const answer = await context.client().read<ExplainAnswer>('routes/explain', { prefix, table, to })
    if (answer.routes.length === 0) throw new NotThere(`no table has a route for ${prefix}`)
    context.show(answer, ({ routes }) => routes.map(explanationText).join('\n\n'))
    if (answer.isCut) io.error('More tables have the prefix; name one with --table.')
  })
}

function explanationText({ table, prefix, paths, advertisement }: ExplainAnswer['routes'][number]): string {
  const lines = [`${table}  ${prefix}`]
  for (const [at, path] of paths.entries()) lines.push(...pathLines(path, at + 1))
  if (advertisement !== undefined) {
    const { to, advertised, reason, sent, pending, as, paths: each = [] } = advertisement
    const verdict = advertised ? 'advertised' : 'not advertised'
    const copy = as === undefined ? '' : ` as ${as.prefix} in ${as.table}`
    lines.push(`  to ${to}: ${verdict}${copy}: ${reason}`)
    for (const [at, path] of each.entries()) {
      const standing = path.sent ? `sent with path id ${path.pathId}` : 'not sent'
      lines.push(`     path ${at + 1}: ${standing}: ${path.reason}`)
    }
    const wait = pending ? '; updates of this table are waiting for it' : ''
    lines.push(`     ${sent ? 'it has been sent' : 'it has not been sent'}${wait}`)
  }
  return lines.map(oneLine).join('\n')
}

function pathLines(path: ExplainedPathAnswer, number: number): string[] {
  const { protocol, source, nextHop, localPreference, med, asPath, copyOf, secondaryTables } = path
  const from = copyOf === undefined ? source : `${source} copied from ${copyOf.table} ${copyOf.prefix}`
  const facts = `next hop ${nextHop}, local preference ${localPreference}, MED ${med}${aigpText(path)}`
  const lines = [
    `  ${number}  ${protocol} ${from}: ${standingText(path)}`,
    `     ${facts}${asPath === '' ? '' : `, AS path ${asPath}`}`
  ]
  for (const why of path.unusable) lines.push(`     cannot be used: ${why}`)
  if (secondaryTables.length > 0) lines.push(`     copied to ${secondaryTables.join(' ')}`)
  return lines
}

function standingText({ standing, lostAt, unusable }: ExplainedPathAnswer): string {
  if (standing === 'best') return unusable.length === 0 ? 'best' : 'first, but not used'
  return standing === 'lost' ? `lost at: ${lostAt}` : `shares the load, behind at: ${lostAt}`
}
