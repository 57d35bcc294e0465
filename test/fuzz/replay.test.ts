/** The corpus and a bounded number of its mutations, from a seed: nothing escapes, nothing takes long. */
import t from 'tap'
import { SeededRandom } from '../../src/runtime/seeded-random.js'
import { corpusOf, mutate } from './corpus.js'
import { targets } from './targets.js'

const runs = Number(process.env.WEFT_FUZZ_RUNS ?? 20_000)
const seed = Number(process.env.WEFT_FUZZ_SEED ?? 1)
/** Far above what a message costs; a machine that does other things too must not fail it. */
const slowMs = 500

for (const target of targets) {
  const corpus = corpusOf(target)

  t.test(`${target.name}: the corpus, however it is divided into reads`, async t => {
    for (const { name, bytes } of corpus) {
      const whole = target.take(bytes, bytes.length)
      t.not(whole, '', name)
      for (const piece of [1, 7, 64]) t.equal(target.take(bytes, piece), whole, `${name} by ${piece}`)
    }
  })

  t.test(`${target.name}: ${runs} mutations`, async t => {
    const random = new SeededRandom(seed)
    let slowest = 0
    for (let run = 0; run < runs; run++) {
      const bytes = mutate(corpus, random)
      const begun = performance.now()
      try {
        target.take(bytes, 1 + random.below(2000))
      } catch (error) {
        t.fail(
          `run ${run}: ${error instanceof Error ? error.stack : error}\n${Buffer.from(bytes).toString('hex')}`
        )
        return
      }
      slowest = Math.max(slowest, performance.now() - begun)
    }
    t.ok(slowest < slowMs, `slowest: ${slowest.toFixed(1)} ms`)
  })
}
