/** All suites, in the order in which they run. */
import { bird } from './daemons/bird.js'
import { missing } from './daemons/daemon.js'
import { frr } from './daemons/frr.js'
import { hopChecks } from './features/hops.js'
import { keyChangeChecks } from './features/key-changes.js'
import { daemonSuites, mixedSuite } from './features/suites.js'
import type { Suite } from './harness/suite.js'
import { ipv6Suite } from './ipv6/suite.js'
import { mainJob } from './main-job/suite.js'
import { robustness } from './robustness/suite.js'
import { scriptSuites } from './scripts.js'
import { tenantSuite } from './tenants/suite.js'

const secured = [frr, bird]

/** How far away a neighbour may be. */
const hopSuites: readonly Suite[] = secured.map(kind => ({
  name: `hops-${kind.name}`,
  deadlineSeconds: 120,
  missing: () => missing(kind),
  run: report => hopChecks(kind, report)
}))

/** What daemons that can change a key while they run are put to. */
const keySuites: readonly Suite[] = secured.map(kind => ({
  name: `keys-${kind.name}`,
  deadlineSeconds: 180,
  missing: () => missing(kind),
  run: report => keyChangeChecks(kind, report)
}))

export const suites: readonly Suite[] = [
  mainJob,
  ...daemonSuites,
  mixedSuite,
  ipv6Suite,
  ...keySuites,
  ...hopSuites,
  tenantSuite(bird),
  tenantSuite(frr),
  robustness,
  ...scriptSuites
]
