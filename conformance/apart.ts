/** Suites in a process of their own, so that two can run at a time and neither is late for the other's work. */
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Report, Result } from './harness/report.js'

export interface ApartOptions {
  readonly deadlineSeconds: number
  /** What the command is put behind: a program that changes where it runs. */
  readonly within?: readonly string[]
}

/** Runs a program of this folder, of which each line of JSON is a result; throws when it ends otherwise than well. */
export async function runApart(
  report: Report,
  file: string,
  args: readonly string[],
  { deadlineSeconds, within = [] }: ApartOptions
): Promise<void> {
  const path = fileURLToPath(new URL(file, import.meta.url))
  const [command, ...rest] = [...within, process.execPath, '--import', 'tsx', path, ...args]
  const child = spawn(command!, rest, { stdio: ['ignore', 'pipe', 'pipe'], timeout: deadlineSeconds * 1000 })
  let errors = ''
  child.stderr.on('data', (data: Buffer) => {
    errors += data
  })
  createInterface(child.stdout).on('line', line => {
    if (line.startsWith('{')) report.add(JSON.parse(line) as Result)
  })
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  if (code !== 0) throw new Error(errors.trim().split('\n').at(-1) || `not over within ${deadlineSeconds} s`)
}
