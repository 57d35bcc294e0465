/** One daemon's checks as a program: `daemon-suite.ts NAME`. */
import { featuresOf } from './features/suites.js'
import { Report, type Result } from './harness/report.js'

const report = new Report(
  () => {},
  (result: Result) => console.log(JSON.stringify(result))
)
await featuresOf(process.argv[2] ?? '', report)
process.exit(0)
