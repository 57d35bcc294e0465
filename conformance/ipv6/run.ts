/**
 * The checks over IPv6, to be run where the loopback may be given addresses: a network namespace of their own. Each
 * result is a line of JSON.
 */
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { bird } from '../daemons/bird.js'
import { missing } from '../daemons/daemon.js'
import { frr } from '../daemons/frr.js'
import { authenticationChecks } from '../features/authentication.js'
import { hopChecks } from '../features/hops.js'
import { ipv6Checks } from '../features/ipv6.js'
import { daemonKinds } from '../features/kinds.js'
import { linkLocalChecks } from '../features/link-local.js'
import { Report } from '../harness/report.js'

execFileSync('ip', ['link', 'set', 'lo', 'up'])
// Addresses need not be there one by one to be bound.
writeFileSync('/proc/sys/net/ipv6/ip_nonlocal_bind', '1')
execFileSync('ip', ['-6', 'route', 'add', 'local', 'fd64::/64', 'dev', 'lo'])
const report = new Report(
  () => {},
  result => console.log(JSON.stringify(result))
)
for (const kind of daemonKinds) if (missing(kind) === undefined) await ipv6Checks(kind, report)
for (const kind of [frr, bird]) {
  if (missing(kind) !== undefined) continue
  await authenticationChecks(kind, report, 'inet6')
  await hopChecks(kind, report, 'inet6')
}
await linkLocalChecks(report)
process.exit(0)
