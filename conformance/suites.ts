/** All suites, in the order in which they run. */
import { daemonSuites } from './features/suites.js'
import type { Suite } from './harness/suite.js'
import { mainJob } from './main-job/suite.js'
import { robustness } from './robustness/suite.js'
import { scriptSuites } from './scripts.js'

export const suites: readonly Suite[] = [mainJob, ...daemonSuites, robustness, ...scriptSuites]
