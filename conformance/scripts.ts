/** Suites that are programs of their own: they run as they are, and their lines are read. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Report } from './harness/report.js'
import type { Suite } from './harness/suite.js'

interface Line {
  readonly outcome: 'PASS' | 'FAIL'
  readonly feature: string
}

interface Script {
  readonly name: string
  readonly file: string
  readonly deadlineSeconds: number
  /** Undefined: the line is no result. */
  read(line: string): Line | undefined
}

const scripts: readonly Script[] = [
  {
    name: 'ist.py',
    file: 'ist-py/run.ts',
    deadlineSeconds: 120,
    read: line => {
      const [, word, feature] = /^(ok|not ok) +(ist\.py .*)$/.exec(line) ?? []
      return feature === undefined ? undefined : { outcome: word === 'ok' ? 'PASS' : 'FAIL', feature }
    }
  },
  {
    name: 'recordings',
    file: 'recordings/run.ts',
    deadlineSeconds: 120,
    read: line => {
      const [, name, steps, differences] =
        /^(.+): (\d+) steps, (\d+) unexpected differences$/.exec(line) ?? []
      if (name === undefined) return undefined
      const feature = `${name}, ${steps} steps${differences === '0' ? '' : `: ${differences} unexpected differences`}`
      return { outcome: differences === '0' ? 'PASS' : 'FAIL', feature }
    }
  }
]

export const scriptSuites: readonly Suite[] = scripts.map(script => ({
  name: script.name,
  deadlineSeconds: script.deadlineSeconds,
  missing: () => undefined,
  run: report => runScript(script, report)
}))

async function runScript({ name, file, deadlineSeconds, read }: Script, report: Report): Promise<void> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const { text, failed } = await new Promise<{ text: string; failed: boolean }>(resolve => {
    const options = { timeout: deadlineSeconds * 1000, maxBuffer: 1 << 26 }
    execFile(process.execPath, ['--import', 'tsx', path], options, (error, stdout, stderr) =>
      resolve({ text: stdout + stderr, failed: error !== null })
    )
  })
  const lines = text.split('\n')
  const skipped = lines.find(line => line.startsWith('SKIPPED'))
  if (skipped !== undefined) return report.skip(name, 'all', skipped.replace(/^SKIPPED:? */, ''))
  const results = lines.flatMap(line => read(line) ?? [])
  for (const { outcome, feature } of results)
    report.add({ outcome, subject: name, feature, detail: '', seconds: 0 })
  const isTold = results.some(({ outcome }) => outcome === 'FAIL')
  if (results.length === 0 || (failed && !isTold)) {
    const detail = lines
      .filter(line => line !== '')
      .slice(-3)
      .join(' | ')
    report.add({ outcome: 'FAIL', subject: name, feature: 'the program itself', detail, seconds: 0 })
  }
}
