/** What commands write to, and how they end. Exit codes are the same for all commands. */

/**
 * 0: done. 1: the answer is no (no such neighbor, a configuration with errors). 2: the command line is wrong.
 * 3: the node cannot be reached or does not answer as a node would. 4: the node could not be started. 5: a defect of
 * ours has ended the node.
 */
export const ExitCode = { good: 0, negative: 1, usage: 2, unreachable: 3, cannotStart: 4, failed: 5 } as const
export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

export interface CliIo {
  out(text: string): void
  error(text: string): void
  /** Width of the terminal; undefined when the output is no terminal: then nothing is shortened. */
  readonly columns: number | undefined
  /** Milliseconds since 1970, for ages. */
  now(): number
  /** The process ends within so many milliseconds, whatever is still open by then. */
  endWithin(ms: number): void
}

/** Ends a command with one clear line and an exit code. */
export class CliError extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode
  ) {
    super(message)
  }
}

export const processIo: CliIo = {
  out: text => process.stdout.write(`${text}\n`),
  error: text => process.stderr.write(`${text}\n`),
  get columns() {
    return process.stdout.isTTY ? process.stdout.columns : undefined
  },
  now: () => Date.now(),
  endWithin: ms => {
    setTimeout(() => process.exit(), ms).unref()
  }
}
