#!/usr/bin/env node
/** The command line: `weft run`, `weft config …`, `weft ctr …`, `weft lab …`. */
import { readFileSync } from 'node:fs'
import { processIo } from './cli/io.js'
import { makeNodeWith } from './cli/make-node.js'
import { buildProgram, runProgram } from './cli/program.js'
import { nodeView } from './introspect/from-node/node-view.js'
import { nodeOperations } from './introspect/from-node/operations.js'
import { registerLab } from './lab/commands.js'
import { rehearse } from './lab/rehearsal.js'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

const makeNode = makeNodeWith((node, exports) => nodeView(node, version, exports), nodeOperations)
process.exitCode = await runProgram(
  buildProgram({ io: processIo, version, makeNode, rehearse, register: [registerLab] }),
  process.argv.slice(2),
  processIo
)
