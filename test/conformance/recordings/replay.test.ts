import t from 'tap'
import { printDifference } from '../../../conformance/recordings/compare.js'
import { knownDifference } from '../../../conformance/recordings/known-differences.js'
import { isRecorded } from '../../../conformance/recordings/recording.js'
import { replay } from '../../../conformance/recordings/replay.js'
import { recordings } from '../../../conformance/recordings/run.js'
import { scenarios } from '../../../conformance/recordings/scenarios.js'

// Loudly: without them nothing here was compared with the original.
if (!isRecorded(recordings)) {
  console.error(
    `SKIPPED: no recordings of the original in ${recordings} (WEFT_RECORDINGS names their folder)`
  )
  t.pass('nothing to compare with', { skip: 'no recordings' })
} else {
  for (const scenario of scenarios) {
    t.test(scenario.name, async t => {
      const { differences, faults } = await replay(scenario, recordings)
      const unexpected = differences.filter(
        difference => knownDifference(difference, scenario.folder) === undefined
      )
      t.same(unexpected.map(printDifference), [])
      t.same(faults, [])
    })
  }
}
