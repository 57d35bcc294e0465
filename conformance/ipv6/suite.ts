/** Sessions over IPv6, by `run.ts` in a network namespace; its results stand in the columns of the daemons. */
import { existsSync } from 'node:fs'
import { runApart } from '../apart.js'
import type { Suite } from '../harness/suite.js'

const deadlineSeconds = 420
const unshare = '/usr/bin/unshare'
const programs = [unshare, '/usr/sbin/ip']

export const ipv6Suite: Suite = {
  name: 'ipv6',
  deadlineSeconds: deadlineSeconds + 5,
  missing: () => {
    if (process.getuid?.() !== 0) return 'needs root'
    const absent = programs.filter(program => !existsSync(program))
    return absent.length === 0 ? undefined : `no ${absent.join(', ')}`
  },
  run: async report =>
    await runApart(report, 'ipv6/run.ts', [], { deadlineSeconds, within: [unshare, '--net'] })
}
