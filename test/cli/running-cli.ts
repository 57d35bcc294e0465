import type { CliIo } from '../../src/cli/io.js'
import { buildProgram, runProgram } from '../../src/cli/program.js'
import type { NodeFactory } from '../../src/cli/run.js'
import { now } from '../introspect/fixture-view.js'

export interface CliResult {
  readonly code: number
  readonly out: string
  readonly error: string
  /** Within how many milliseconds the process was to end. */
  readonly endsWithin: number | undefined
}

/** Runs a command line with everything that it writes kept. */
export async function weft(
  words: readonly string[],
  {
    columns,
    makeNode,
    rehearse
  }: { columns?: number; makeNode?: NodeFactory; rehearse?: () => Promise<unknown> } = {}
): Promise<CliResult> {
  const out: string[] = []
  const error: string[] = []
  let endsWithin: number | undefined
  const io: CliIo = {
    out: text => out.push(text),
    error: text => error.push(text),
    columns,
    now: () => now,
    endWithin: ms => {
      endsWithin = ms
    }
  }
  const program = buildProgram({
    io,
    version: '0.0.0',
    ...(makeNode && { makeNode }),
    ...(rehearse && { rehearse })
  })
  const code = await runProgram(program, words, io)
  return { code, out: out.join('\n'), error: error.join('\n'), endsWithin }
}
