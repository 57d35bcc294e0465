/** A daemon that the demonstration starts and ends. */
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const stopWithinMs = 3000
const execute = promisify(execFile)

export class Child {
  readonly #exited: Promise<void>
  #hasExited = false

  private constructor(
    private readonly process: ChildProcess,
    private readonly logFile: string
  ) {
    this.#exited = new Promise(resolve => {
      const exited = (): void => {
        this.#hasExited = true
        resolve()
      }
      process.once('exit', exited)
      process.once('error', exited)
    })
  }

  /** Started; what it prints goes to the file. It ends with this process, come what may. */
  static start(program: string, args: readonly string[], logFile: string): Child {
    const log = openSync(logFile, 'w')
    const process = spawn(program, args, { stdio: ['ignore', log, log] })
    closeSync(log)
    const child = new Child(process, logFile)
    globalThis.process.once('exit', () => child.#hasExited || process.kill('SIGKILL'))
    return child
  }

  get hasExited(): boolean {
    return this.#hasExited
  }

  /** The end of what it printed: why it is not there any more. */
  async lastWords(): Promise<string> {
    const lines = (await readFile(this.logFile, 'utf8')).trim().split('\n')
    return lines.slice(-3).join('; ')
  }

  async stop(): Promise<void> {
    if (this.#hasExited) return
    const kill = setTimeout(() => this.process.kill('SIGKILL'), stopWithinMs)
    this.process.kill('SIGTERM')
    await this.#exited
    clearTimeout(kill)
  }
}

/** What a command prints; it fails when the command does. */
export async function output(program: string, args: readonly string[]): Promise<string> {
  const { stdout } = await execute(program, args, { timeout: 10_000, maxBuffer: 64 * 1024 * 1024 })
  return stdout
}
