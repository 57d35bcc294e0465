/** Spec bgp 13.2: what an End-of-RIB waits for after a start of the node. */
import t from 'tap'
import { mayEndRib } from '../../../src/bgp/peer/may-end-rib.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import type { FamilyName } from '../../../src/bgp/wire/family.js'
import type { GlobalSettings } from '../../../src/config/settings.js'

/** The only ones that are looked at. */
const globals = (enabled: boolean) =>
  ({ gracefulRestart: { enabled, endOfRibTimeoutSeconds: 300 } }) as GlobalSettings

interface Row {
  readonly name: string
  readonly family?: FamilyName
  readonly helps?: boolean
  readonly configured?: boolean
  readonly uptime: number
  readonly session?: number
  readonly may: boolean
}

const rows: readonly Row[] = [
  { name: 'configured, and no helper: at once', uptime: 0, may: true },
  { name: 'not before the configuration is read', configured: false, uptime: 59, may: false },
  { name: 'but a fifth of the timeout after the start', configured: false, uptime: 60, may: true },
  { name: 'helpers wait for a fifth of the timeout', helps: true, uptime: 59, may: false },
  { name: 'and not longer', helps: true, uptime: 60, may: true },
  { name: 'or for the timeout, from the session on', helps: true, uptime: 0, session: 300, may: true },
  { name: 'route targets: others have had time', family: 'route-target', uptime: 5, may: false },
  { name: 'which is a fiftieth of the timeout', family: 'route-target', uptime: 6, may: true }
]

for (const { name, family = 'inet', helps = false, configured = true, uptime, session = 0, may } of rows) {
  t.test(name, async t => {
    const progress = { globals: globals(helps), configured, uptimeMs: uptime * 1000 }
    t.equal(mayEndRib(familyNamed(family)!, session * 1000, progress), may)
    t.notOk(mayEndRib(familyNamed(family)!, 0, { ...progress, globals: undefined }), 'nothing is known yet')
  })
}
