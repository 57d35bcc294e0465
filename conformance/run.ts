/**
 * `npm run conformance [-- --write] [NAME …]`: real daemons and real clients against the real node. Each suite, or
 * those named, one line per check, then the matrix. What is not installed here is skipped, loudly, and counted.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { missing } from './daemons/daemon.js'
import { daemonKinds } from './features/kinds.js'
import { daemonSuites } from './features/suites.js'
import { leaveAll } from './harness/ground.js'
import { markdown, matrix } from './harness/matrix.js'
import { Report } from './harness/report.js'
import type { Suite } from './harness/suite.js'
import { suites } from './suites.js'

async function main(words: readonly string[]): Promise<number> {
  const names = words.filter(word => !word.startsWith('--'))
  const unknown = [
    ...names.filter(name => !suites.some(suite => suite.name === name)),
    ...words.filter(word => word.startsWith('--') && word !== '--write')
  ]
  if (unknown.length > 0) {
    console.error(
      `unknown: ${unknown.join(', ')}; there are --write, ${suites.map(suite => suite.name).join(', ')}`
    )
    return 2
  }
  const report = new Report(line => console.log(line))
  const wanted = suites.filter(({ name }) => names.length === 0 || names.includes(name))
  await inLanes(wanted, report)
  report.sort(suites.map(({ name }) => name))
  console.log(`\n${matrix(report.results)}`)
  if (words.includes('--write')) {
    const file = fileURLToPath(new URL('../docs/interop.md', import.meta.url))
    writeFileSync(file, markdown(report.results, remarks()))
    console.log(`written: ${file}`)
  }
  const failed = report.count('FAIL')
  console.log(`${report.count('PASS')} passed, ${failed} failed, ${report.count('SKIP')} skipped`)
  return failed === 0 ? 0 : 1
}

/** Daemons two at a time, each in a process of its own: they mostly wait for timers. All else is alone. */
async function inLanes(wanted: readonly Suite[], report: Report): Promise<void> {
  const queue = wanted.filter(suite => daemonSuites.includes(suite))
  const alone = wanted.filter(suite => !daemonSuites.includes(suite))
  const lane = async (): Promise<void> => {
    for (let suite = queue.shift(); suite !== undefined; suite = queue.shift()) await runSuite(suite, report)
  }
  await Promise.all([lane(), lane()])
  for (const suite of alone) {
    await runSuite(suite, report)
    await leaveAll()
  }
}

/** What was learned about those that took part, and their versions where dpkg knows them. */
function remarks(): Map<string, string[]> {
  return new Map(
    daemonKinds
      .filter(kind => missing(kind) === undefined)
      .map(kind => [kind.name, [`Debian ${versionOf(kind.packageName)}.`, ...kind.remarks]])
  )
}

function versionOf(packageName: string): string {
  try {
    return execFileSync('dpkg-query', ['-W', packageName], { encoding: 'utf8' }).trim().replace('\t', ' ')
  } catch {
    return `${packageName}, version unknown`
  }
}

async function runSuite(suite: Suite, report: Report): Promise<void> {
  const { name, deadlineSeconds } = suite
  const missing = suite.missing()
  if (missing !== undefined) return report.skip(name, 'all', missing)
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>(resolve => {
    timer = setTimeout(() => resolve('late'), deadlineSeconds * 1000)
  })
  const fail = (detail: string): void =>
    report.add({ outcome: 'FAIL', subject: name, feature: 'the suite itself', detail, seconds: 0 })
  try {
    if ((await Promise.race([suite.run(report), late])) === 'late') {
      fail(`not over within ${deadlineSeconds} s`)
      report.close(name)
    }
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error))
  }
  clearTimeout(timer)
}

process.exit(await main(process.argv.slice(2)))
