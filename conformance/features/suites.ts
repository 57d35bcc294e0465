/** A suite for each daemon, the same checks in each; that it accepts our OPEN comes first (T-CAP-7). */
import { runApart } from '../apart.js'
import { type DaemonKind, missing } from '../daemons/daemon.js'
import type { Report } from '../harness/report.js'
import type { Suite } from '../harness/suite.js'
import { addPathChecks } from './add-path.js'
import { aigpChecks } from './aigp.js'
import { attributeChecks } from './attributes.js'
import { authenticationChecks } from './authentication.js'
import { closingChecks } from './closing.js'
import { confederationChecks } from './confederation.js'
import { externalChecks } from './external.js'
import { familyChecks } from './families.js'
import { daemonKinds } from './kinds.js'
import { livenessChecks } from './liveness.js'
import { loadChecks } from './load.js'
import { mixedChecks } from './mixed.js'
import { negotiationChecks } from './negotiation.js'
import { localAsChecks, optionChecks } from './options.js'
import { reflectionChecks } from './reflection.js'
import { restartChecks } from './restart.js'
import { targetChecks } from './targets.js'
import { withdrawalChecks } from './withdrawals.js'

const features: readonly ((kind: DaemonKind, report: Report) => Promise<void>)[] = [
  familyChecks,
  addPathChecks,
  attributeChecks,
  confederationChecks,
  aigpChecks,
  negotiationChecks,
  closingChecks,
  reflectionChecks,
  externalChecks,
  optionChecks,
  localAsChecks,
  livenessChecks,
  restartChecks,
  authenticationChecks,
  targetChecks,
  withdrawalChecks,
  loadChecks
]

const daemonSeconds = 600

/** All checks of the daemon of that name. */
export async function featuresOf(name: string, report: Report): Promise<void> {
  const kind = daemonKinds.find(each => each.name === name)
  if (kind === undefined) throw new Error(`no daemon ${name}`)
  for (const feature of features) await feature(kind, report)
}

/** All of them at once; its results stand in the columns of the daemons. */
export const mixedSuite: Suite = {
  name: 'mixed',
  deadlineSeconds: 180,
  missing: () => undefined,
  run: async report => await mixedChecks(daemonKinds, report)
}

export const daemonSuites: readonly Suite[] = daemonKinds.map(kind => ({
  name: kind.name,
  deadlineSeconds: daemonSeconds + 5,
  missing: () => missing(kind),
  run: async report =>
    await runApart(report, 'daemon-suite.ts', [kind.name], { deadlineSeconds: daemonSeconds })
}))
