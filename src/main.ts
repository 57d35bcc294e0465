#!/usr/bin/env node
/** The command line: `weft run`, `weft config …`, `weft ctr …`. */
import { readFileSync } from 'node:fs'
import { processIo } from './cli/io.js'
import { buildProgram, runProgram } from './cli/program.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runProgram(
  buildProgram({ io: processIo, version }),
  process.argv.slice(2),
  processIo
)
