/**
 * Processes of the harness: each leads a process group of its own, and is ended with it, by number. What a daemon says
 * goes to a file in the check's folder.
 */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { pause } from './until.js'

const termWithinMs = 5000

export interface ChildOptions {
  readonly command: string
  readonly args: readonly string[]
  readonly logFile: string
  readonly env?: Readonly<Record<string, string>>
}

const running = new Set<Child>()
process.once('exit', () => {
  for (const child of running) child.signal('SIGKILL')
})

export class Child {
  readonly #process: ChildProcess
  readonly #ended: Promise<void>

  constructor(private readonly options: ChildOptions) {
    const log = openSync(options.logFile, 'a')
    const env = { ...process.env, ...options.env }
    this.#process = spawn(options.command, options.args, { detached: true, stdio: ['ignore', log, log], env })
    closeSync(log)
    running.add(this)
    this.#ended = new Promise(resolve => {
      this.#process.once('error', () => resolve())
      this.#process.once('exit', () => resolve())
    })
    void this.#ended.then(() => running.delete(this))
  }

  get pid(): number | undefined {
    return this.#process.pid
  }

  get exitCode(): number | null {
    return this.#process.exitCode
  }

  get isRunning(): boolean {
    return (
      this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null
    )
  }

  /** To it and to the processes that it has started. */
  signal(signal: NodeJS.Signals): void {
    const { pid } = this.#process
    if (pid === undefined) return
    try {
      process.kill(-pid, signal)
    } catch {
      // It is gone already.
    }
  }

  async stop(): Promise<void> {
    this.signal('SIGCONT')
    this.signal('SIGTERM')
    await Promise.race([this.#ended, pause(termWithinMs)])
    await this.kill()
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL')
    await Promise.race([this.#ended, pause(termWithinMs)])
  }

  /** All that it has said. */
  get log(): string {
    return readFileSync(this.options.logFile, 'utf8')
  }

  /** The end of it, for a failure's line. */
  get lastWords(): string {
    return this.log.trimEnd().split('\n').slice(-3).join(' | ')
  }
}

/** Output of a command that ends by itself; rejects with what it said on failure. */
export function output(command: string, args: readonly string[], timeoutMs = 20_000): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(command, args, { timeout: timeoutMs, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else
        reject(new Error(`${command} ${args.join(' ')}: ${stderr.trim() || stdout.trim() || error.message}`))
    })
  })
}

export async function json<T = unknown>(command: string, args: readonly string[]): Promise<T> {
  const text = await output(command, args)
  try {
    return JSON.parse(text) as T
  } catch {
    throw new Error(`${command} ${args.join(' ')}: not JSON: ${text.slice(0, 200)}`)
  }
}
