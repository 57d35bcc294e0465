/**
 * `node --import tsx conformance/recordings/run.ts [folder]`: replays the recordings and prints what differs. They are
 * not part of the repository: WEFT_RECORDINGS names their folder, otherwise it is `../shared/captures` beside it.
 */
import { fileURLToPath } from 'node:url'
import { printDifference } from './compare.js'
import { type KnownDifference, knownDifference } from './known-differences.js'
import { isRecorded } from './recording.js'
import { replay } from './replay.js'
import { scenarios } from './scenarios.js'

export const recordings =
  process.env.WEFT_RECORDINGS ?? fileURLToPath(new URL('../../../shared/captures', import.meta.url))

async function main(only: string | undefined): Promise<number> {
  if (!isRecorded(recordings)) {
    console.log(`SKIPPED: no recordings in ${recordings}; nothing was compared (set WEFT_RECORDINGS)`)
    return 0
  }
  let unexpected = 0
  for (const scenario of scenarios) {
    if (only !== undefined && scenario.folder !== only) continue
    const { steps, differences, faults } = await replay(scenario, recordings)
    const known = new Map<KnownDifference, number>()
    const others = differences.filter(difference => {
      const entry = knownDifference(difference, scenario.folder)
      if (entry !== undefined) known.set(entry, (known.get(entry) ?? 0) + 1)
      return entry === undefined
    })
    console.log(`${scenario.name}: ${steps} steps, ${others.length} unexpected differences`)
    for (const [{ kind, why }, count] of known) console.log(`  ${kind}, ${count} times: ${why}`)
    for (const fault of faults) console.log(`  FAULT ${fault}`)
    for (const difference of others) console.log(`  ${printDifference(difference)}`)
    unexpected += others.length + faults.length
  }
  return unexpected === 0 ? 0 : 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv[2])
