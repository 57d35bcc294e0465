/**
 * `npm run fuzz [-- --seconds 600] [--seed 1] [--target bgp|xmpp]`: mutations without end, or for so long. What fails
 * or takes longer than 100 ms is written to a file beside the corpus, ready to become a part of it once it is mended.
 */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SeededRandom } from '../../src/runtime/seeded-random.js'
import { corpusOf, mutate } from './corpus.js'
import { targets } from './targets.js'

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: '' },
    target: { type: 'string' }
  }
})
const seed = values.seed === '' ? Date.now() % 2 ** 31 : Number(values.seed)
const random = new SeededRandom(seed)
const chosen = targets.filter(({ folder }) => values.target === undefined || values.target === folder)
const samples = chosen.map(corpusOf)
const end = performance.now() + Number(values.seconds) * 1000
const slowMs = 100
let [runs, failures, slowest] = [0, 0, 0]

while (performance.now() < end && failures < 20) {
  const which = runs++ % chosen.length
  const target = chosen[which]!
  const bytes = mutate(samples[which]!, random)
  const begun = performance.now()
  let what: string | undefined
  try {
    target.take(bytes, 1 + random.below(2000))
  } catch (error) {
    what = error instanceof Error ? error.stack : String(error)
  }
  let took = performance.now() - begun
  if (what === undefined && took >= slowMs) {
    // Perhaps the machine was busy with something else.
    const again = performance.now()
    target.take(bytes, 2000)
    took = performance.now() - again
  }
  slowest = Math.max(slowest, took)
  if (what === undefined && took < slowMs) continue
  failures++
  const name = `${target.folder}-${seed}-${runs}.${target.folder === 'bgp' ? 'hex' : 'xml'}`
  const file = join(import.meta.dirname, name)
  writeFileSync(file, target.folder === 'bgp' ? Buffer.from(bytes).toString('hex') : bytes)
  console.log(`${file}: ${what ?? `${took.toFixed(0)} ms`}`)
}
console.log(`seed ${seed}: ${runs} runs, ${failures} failures, slowest ${slowest.toFixed(1)} ms`)
process.exitCode = failures === 0 ? 0 : 1
