/** The matrix of a run: a row for each feature, a column for each daemon or client. */
import type { Outcome, Result } from './report.js'

const words: Record<Outcome, string> = { PASS: 'ok', FAIL: 'FAIL', SKIP: 'skip' }

/** Results of the same cell: the worst is shown. */
const worst: Record<Outcome, number> = { PASS: 0, SKIP: 1, FAIL: 2 }

function cells(results: readonly Result[]): { subjects: string[]; rows: [string, string[]][] } {
  const subjects = [...new Set(results.map(result => result.subject))]
  const features = [...new Set(results.map(result => result.feature))]
  const rows = features.map((feature): [string, string[]] => [
    feature,
    subjects.map(subject => {
      const found = results.filter(result => result.subject === subject && result.feature === feature)
      const [first] = found.sort((a, b) => worst[b.outcome] - worst[a.outcome])
      return first === undefined ? '' : `${words[first.outcome]}${first.isPartial === true ? '*' : ''}`
    })
  ])
  return { subjects, rows }
}

/** Daemons side by side; suites that share no feature with others have only their lines above. */
export function matrix(results: readonly Result[]): string {
  const { subjects, rows } = cells(comparable(results))
  if (rows.length === 0) return ''
  const width = Math.max(...rows.map(([feature]) => feature.length))
  const line = (first: string, rest: readonly string[]): string =>
    `${first.padEnd(width)}  ${rest.map((word, i) => word.padEnd(subjects[i]!.length)).join('  ')}`.trimEnd()
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
    'Written by `npm run conformance -- --write`: real daemons and clients of Debian against a real node, on loopback.',
    'An empty cell: the daemon has nothing of the kind, or cannot be brought to show it. A star: as far as it has it.',
    '',
    `${count('PASS')} passed, ${count('FAIL')} failed, ${count('SKIP')} skipped.`,
    '',
    `| feature | ${subjects.join(' | ')} |`,
    `| --- |${subjects.map(() => ' --- |').join('')}`,
    ...rows.map(
      ([feature, row]) => `| ${feature} | ${row.map(word => word.replace('*', '\\*')).join(' | ')} |`
    ),
    '',
    ...results
      .filter(({ isPartial }) => isPartial === true)
      .map(({ subject, feature, detail }) => `- \\* ${subject}, ${feature}: ${detail}.`),
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
