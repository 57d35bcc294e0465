/** All suites, in the order in which they run. */
import type { Suite } from './harness/suite.js'
import { istPy } from './ist-py/suite.js'
import { mainJob } from './main-job/suite.js'

export const suites: readonly Suite[] = [mainJob, istPy]
