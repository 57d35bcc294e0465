/** The main job (issue 2), end to end on real routers. */
import { missing } from '../daemons/daemon.js'
import { frr } from '../daemons/frr.js'
import { onGround } from '../harness/ground.js'
import type { Suite } from '../harness/suite.js'
import { podChecks } from './pods.js'
import { tenantChecks } from './tenants.js'

export const mainJob: Suite = {
  name: 'main-job',
  deadlineSeconds: 150,
  missing: () => missing(frr),
  run: async report => {
    await onGround(ground => podChecks(ground, report))
    await onGround(ground => tenantChecks(ground, report))
  }
}
