/**
 * Measures the node beside other daemons: `npm run bench -- [SCENARIO…] [--daemons weft,bird] [--runs 3] [--write]`.
 * Each run is a fresh process of the daemon and one of the load; printed are medians. `--write` puts the table into
 * docs/performance.md.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { build, built } from './build.js'
import { daemons } from './daemons.js'
import { measure } from './measure.js'
import { machine, printTable, type ScenarioResult, writeDocument, writeResults } from './report.js'
import { scenarios } from './scenarios.js'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    daemons: { type: 'string', default: 'weft,bird,frr,openbgpd,gobgp' },
    runs: { type: 'string', default: '3' },
    processes: { type: 'string' },
    write: { type: 'boolean', default: false }
  }
})
const wanted = positionals.length > 0 ? positionals : ['A', 'B', 'C', 'D', 'X2', 'X']
const chosen = wanted.map(name => {
  const found = scenarios.find(scenario => scenario.name === name)
  if (found === undefined)
    throw new Error(`no scenario ${name}: ${scenarios.map(each => each.name).join(' ')}`)
  return found
})
build()
const named = values.daemons.split(',')
const versions: Record<string, string> = {}
for (const daemon of daemons) {
  const version = named.includes(daemon.name) ? daemon.version() : undefined
  if (version !== undefined) versions[daemon.name] = version
  else if (named.includes(daemon.name)) console.error(`${daemon.name} is not installed`)
}
console.log(
  `${machine()}\n${Object.entries(versions)
    .map(each => each.join(' '))
    .join(', ')}`
)
const results: ScenarioResult[] = []
for (const scenario of chosen) {
  const result: ScenarioResult = { scenario, runs: {} }
  results.push(result)
  for (const daemon of daemons) {
    const without = scenario.kind === 'bgp' ? scenario.without : undefined
    const isAlone = named.length === 1
    if (versions[daemon.name] === undefined || !daemon.can(scenario)) continue
    if (!isAlone && without?.includes(daemon.name) === true) continue
    for (let run = 0; run < Number(values.runs); run++) {
      const measured = await measure(daemon, scenario, {
        folder: built(join('run', daemon.name)),
        ...(values.processes !== undefined && { processes: Number(values.processes) })
      })
      if ('failed' in measured) {
        console.error(`${scenario.name} ${daemon.name}: ${measured.failed}`)
        break
      }
      ;(result.runs[daemon.name] ??= []).push(measured)
    }
  }
  console.log(printTable(result))
}
writeResults(results, versions)
if (values.write) writeDocument(results, versions)
