/** Medians as tables, for people and for docs/performance.md. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { benchFolder, projectFolder } from './build.js'
import type { PhaseFigures } from './load/protocol.js'
import type { Measured } from './measure.js'
import type { Scenario } from './scenarios.js'

export interface ScenarioResult {
  readonly scenario: Scenario
  /** By daemon. */
  readonly runs: Record<string, Measured[]>
}

export const machine = (): string =>
  `${cpus().length} CPUs (${cpus()[0]?.model.trim() ?? '?'}), ${Math.round(totalmem() / 2 ** 30)} GB, ` +
  `Linux ${release()}, load ${loadavg()[0]!.toFixed(2)}, ${new Date().toISOString().slice(0, 16)}Z`

type Cell = (runs: readonly Measured[]) => string

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  if (sorted.length === 0) return Number.NaN
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** The median of what the runs have of it; a dash where none has. */
const cell =
  (of: (run: Measured) => number | undefined, digits: number): Cell =>
  runs => {
    const values = runs.map(of).filter(value => value !== undefined)
    return values.length === 0
      ? '-'
      : median(values).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  }

/** Most of all runs. */
const worst =
  (of: (run: Measured) => number | undefined, digits: number): Cell =>
  runs => {
    const values = runs.map(of).filter(value => value !== undefined)
    return values.length === 0 ? '-' : Math.max(...values).toFixed(digits)
  }

const spread =
  (of: (run: Measured) => number | undefined): Cell =>
  runs => {
    const values = runs.map(of).filter(value => value !== undefined)
    return values.length === 0
      ? '-'
      : `${median(values).toFixed(2)} (${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)})`
  }

const loop =
  (of: 'loopP99Ms' | 'loopMaxMs') =>
  ({ node }: Measured): number | undefined => {
    const values = Object.values(node).map(each => each[of])
    return values.length === 0 ? undefined : Math.max(...values)
  }
const late = ({ bgp, agents }: Measured): number | undefined =>
  bgp === undefined
    ? agents?.keepaliveLateMs
    : Math.max(bgp.announce.keepaliveLateMs, bgp.withdraw?.keepaliveLateMs ?? 0)

const loadLoop = ({ bgp, agents }: Measured): number | undefined =>
  bgp === undefined
    ? agents?.loadLoopMaxMs
    : Math.max(bgp.announce.loadLoopMaxMs, bgp.withdraw?.loadLoopMaxMs ?? 0)

const phaseCell = (phase: 'announce' | 'withdraw', of: keyof PhaseFigures, digits: number): Cell =>
  cell(({ bgp }) => bgp?.[phase]?.[of], digits)
const loopCells: readonly (readonly [string, Cell])[] = [
  ['loop p99 ms', worst(loop('loopP99Ms'), 1)],
  ['loop max ms', worst(loop('loopMaxMs'), 1)],
  ['keepalive late ms', worst(late, 0)],
  ['load loop max ms', worst(loadLoop, 0)]
]
const checkCell: readonly [string, Cell] = [
  'wrong',
  worst(({ bgp, agents }) => (bgp ? bgp.duplicates + bgp.wrong : agents!.duplicates + agents!.missing), 0)
]

const bgpColumns: readonly (readonly [string, Cell])[] = [
  ['announce s', spread(({ bgp }) => bgp?.announce.seconds)],
  ['deliveries/s', cell(({ bgp }) => bgp && bgp.announce.deliveries / bgp.announce.seconds, 0)],
  ['withdraw s', spread(({ bgp }) => bgp?.withdraw?.seconds)],
  ['CPU s announce', phaseCell('announce', 'cpu', 2)],
  ['CPU s withdraw', phaseCell('withdraw', 'cpu', 2)],
  ['peak MiB', cell(({ bgp }) => bgp?.announce.peakMiB, 0)],
  ['NLRI per UPDATE', cell(({ bgp }) => bgp && bgp.announce.deliveries / bgp.announce.updates, 2)],
  ...loopCells,
  ['load CPU s', phaseCell('announce', 'loadCpu', 2)],
  ['other CPU s', phaseCell('announce', 'otherCpu', 2)],
  checkCell
]

const churnColumns: readonly (readonly [string, Cell])[] = [
  ['changes/s', cell(({ bgp }) => bgp?.churn && bgp.churn.delivered / bgp.churn.seconds, 0)],
  ['p50 ms', cell(({ bgp }) => bgp?.churn?.p50Ms, 2)],
  ['p99 ms', cell(({ bgp }) => bgp?.churn?.p99Ms, 2)],
  ['max ms', worst(({ bgp }) => bgp?.churn?.maxMs, 1)],
  ['CPU s a second', cell(({ bgp }) => bgp?.churn && bgp.churn.cpu / bgp.churn.seconds, 2)],
  ['not delivered', worst(({ bgp }) => bgp?.churn && bgp.churn.changes - bgp.churn.delivered, 0)]
]

const growthColumns: readonly (readonly [string, Cell])[] = [
  ...bgpColumns.slice(0, 6),
  ['CPU µs a route', cell(({ bgp }) => bgp && (bgp.announce.cpu * 1e6) / bgp.announce.deliveries, 2)],
  [
    'bytes a route beyond an empty node',
    cell(({ bgp }) => bgp && ((bgp.announce.peakMiB - bgp.emptyMiB) * 2 ** 20) / bgp.announce.deliveries, 0)
  ],
  ...loopCells,
  checkCell
]

const agentColumns: readonly (readonly [string, Cell])[] = [
  ['time s', spread(({ agents }) => agents?.seconds)],
  ['items/s', cell(({ agents }) => agents && agents.items / agents.seconds, 0)],
  ['MB/s', cell(({ agents }) => agents && agents.bytes / 1e6 / agents.seconds, 0)],
  ['CPU s', cell(({ agents }) => agents?.cpu, 2)],
  ['CPU µs an item', cell(({ agents }) => agents && (agents.cpu * 1e6) / agents.items, 3)],
  ['peak MiB', cell(({ agents }) => agents?.peakMiB, 0)],
  ...loopCells,
  ['load CPU s', cell(({ agents }) => agents?.loadCpu, 2)],
  checkCell
]

function columnsFor(scenario: Scenario): readonly (readonly [string, Cell])[] {
  if (scenario.kind === 'agents') return agentColumns
  if (scenario.load.churn !== undefined) return churnColumns
  return scenario.name.startsWith('G') ? growthColumns : bgpColumns
}

export function printTable({ scenario, runs }: ScenarioResult): string {
  const columns = columnsFor(scenario)
  const lines = [
    `### ${scenario.name}: ${scenario.what}`,
    '',
    `| daemon | runs | ${columns.map(([title]) => title).join(' | ')} |`,
    `|---|${'---|'.repeat(columns.length + 1)}`
  ]
  for (const [daemon, measured] of Object.entries(runs))
    lines.push(`| ${[daemon, measured.length, ...columns.map(([, of]) => of(measured))].join(' | ')} |`)
  return `${lines.join('\n')}\n`
}

export function writeResults(results: readonly ScenarioResult[], versions: Record<string, string>): void {
  const folder = join(benchFolder, 'results')
  mkdirSync(folder, { recursive: true })
  for (const { scenario, runs } of results) {
    const content = { machine: machine(), versions, scenario, runs }
    writeFileSync(join(folder, `${scenario.name}.json`), `${JSON.stringify(content, undefined, 2)}\n`)
  }
}

const begin = '<!-- bench:begin -->'
const end = '<!-- bench:end -->'

/** Between the marks; what people wrote around them stays. */
export function writeDocument(results: readonly ScenarioResult[], versions: Record<string, string>): void {
  const file = join(projectFolder, 'docs/performance.md')
  const text = readFileSync(file, 'utf8')
  const from = text.indexOf(begin)
  const to = text.indexOf(end)
  if (from < 0 || to < from) throw new Error(`${file} has no ${begin} and ${end}`)
  const names = results.map(({ scenario }) => scenario.name).join(' ')
  const daemons = Object.entries(versions)
    .map(each => each.join(' '))
    .join(', ')
  const content = [
    `\`npm run bench -- ${names} --write\`, ${machine()}`,
    '',
    `${daemons}.`,
    '',
    ...results.map(printTable)
  ].join('\n')
  writeFileSync(file, `${text.slice(0, from + begin.length)}\n${content}${text.slice(to)}`)
}
