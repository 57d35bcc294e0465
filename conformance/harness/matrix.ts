/** The matrix of a run: a row for each feature, a column for each daemon or client. */
import type { Outcome, Result } from './report.js'

const words: Record<Outcome, string> = { PASS: 'ok', FAIL: 'FAIL', SKIP: 'skip', LACK: 'not supported' }

/** Results of the same cell: the worst is shown. */
const worst: Record<Outcome, number> = { LACK: 0, PASS: 1, SKIP: 2, FAIL: 3 }

function cells(results: readonly Result[]): { subjects: string[]; rows: [string, string[]][] } {
  const subjects = [...new Set(results.map(result => result.subject))]
  const features = [...new Set(results.map(result => result.feature))]
  const rows = features.map((feature): [string, string[]] => [
    feature,
    subjects.map(subject => {
      const found = results.filter(result => result.subject === subject && result.feature === feature)
      const [first] = found.sort((a, b) => worst[b.outcome] - worst[a.outcome])
      if (first === undefined) return 'not run'
      return first.isPartial === true ? 'part' : words[first.outcome]
    })
  ])
  return { subjects, rows }
}

/** Daemons side by side; suites that share no feature with others have only their lines above. */
export function matrix(results: readonly Result[]): string {
  const { subjects, rows } = cells(comparable(results))
  if (rows.length === 0) return ''
  const width = Math.max(...rows.map(([feature]) => feature.length))
  const wide = Math.max(...[subjects, ...rows.map(([, row]) => row)].flat().map(word => word.length))
  const line = (first: string, rest: readonly string[]): string =>
    `${first.padEnd(width)}  ${rest.map(word => word.padEnd(wide)).join('  ')}`.trimEnd()
  return `${[line('', subjects), ...rows.map(([feature, row]) => line(feature, row))].join('\n')}\n`
}

function comparable(results: readonly Result[]): Result[] {
  const subjects = new Map<string, Set<string>>()
  for (const { subject, feature } of results) {
    const known = subjects.get(feature) ?? new Set()
    subjects.set(feature, known.add(subject))
  }
  const shared = new Set<string>()
  for (const known of subjects.values()) if (known.size > 1) for (const subject of known) shared.add(subject)
  const matching = results.filter(result => shared.has(result.subject))
  return matching.length > 0 ? matching : [...results]
}

/** `remarks`: on the daemons, by name. */
export function markdown(
  results: readonly Result[],
  remarks: ReadonlyMap<string, readonly string[]>
): string {
  const compared = comparable(results)
  const { subjects, rows } = cells(compared)
  const others = results.filter(result => !compared.includes(result))
  const skipped = results.filter(result => result.outcome === 'SKIP')
  const count = (outcome: Outcome): number => results.filter(result => result.outcome === outcome).length
  const lines = [
    '# Interoperation',
    '',
    'Written by `npm run conformance -- --write`: real daemons and clients of Debian against a real node, on loopback. Where',
    'a row needs a route to go on, it goes from a router behind the node through node and daemon to a router behind that,',
    'and back; the node is a process of its own, but for graceful restart, MD5 keys, and what needs its counters.',
    '`part` and `not supported` are said of the daemon, with the reason below the table.',
    '',
    `${count('PASS')} passed, ${count('FAIL')} failed, ${count('SKIP')} skipped.`,
    '',
    `| feature | ${subjects.join(' | ')} |`,
    `| --- |${subjects.map(() => ' --- |').join('')}`,
    ...rows.map(([feature, row]) => `| ${feature} | ${row.join(' | ')} |`),
    '',
    ...reasons(compared),
    ''
  ]
  if (remarks.size > 0) {
    lines.push('## About the daemons', '')
    for (const [name, texts] of remarks) for (const text of texts) lines.push(`- ${name}: ${text}`)
    lines.push('')
  }
  for (const subject of new Set(others.map(result => result.subject))) {
    lines.push(`## ${subject}`, '')
    for (const result of others.filter(each => each.subject === subject))
      lines.push(`- ${words[result.outcome]}: ${result.feature}`)
    lines.push('')
  }
  if (skipped.length > 0) {
    lines.push('## Skipped in this run', '')
    for (const { subject, feature, detail } of skipped) lines.push(`- ${subject}, ${feature}: ${detail}`)
    lines.push('')
  }
  return lines.join('\n')
}

/** Why cells are not plain: one line for a reason and all the rows and columns that it is the reason for. */
function reasons(results: readonly Result[]): string[] {
  const byReason = new Map<string, Result[]>()
  for (const result of results) {
    if (result.isPartial !== true && result.outcome !== 'LACK') continue
    const key = `${words[result.outcome]} ${result.subject} ${result.detail}`
    byReason.set(key, [...(byReason.get(key) ?? []), result])
  }
  return [...byReason.values()].map(([first, ...rest]) => {
    const features = [first!, ...rest].map(({ feature }) => feature).join('; ')
    const word = first!.isPartial === true ? 'part' : words[first!.outcome]
    return `- ${first!.subject}, ${word}: ${first!.detail} (${features}).`
  })
}
