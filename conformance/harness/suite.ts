/** A suite: checks that belong together, with a bound on their time. */
import type { Report } from './report.js'

export interface Suite {
  /** To select it by. */
  readonly name: string
  readonly deadlineSeconds: number
  /** Undefined, or why nothing of it can be run here. */
  readonly missing: () => string | undefined
  /** It reports every check itself; what it throws is a failure of its own. */
  run(report: Report): Promise<void>
}
