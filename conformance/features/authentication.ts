/** TCP MD5 (RFC 2385): the right key, a wrong one, and none on either side; over IPv4, and over IPv6. */
import type { DaemonKind } from '../daemons/daemon.js'
import { type Ground, onGround } from '../harness/ground.js'
import { type Report, Skip } from '../harness/report.js'
import { stays } from '../harness/until.js'
import { checksOf } from './checks.js'
import { Stage } from './stage.js'

const as = 64512
const key = 'correct-horse'
/** A key that fits would have been enough by then. */
const quietSeconds = 4
/** One that calls before the other is there calls again after its own connect-retry time, 30 s and more. */
const dialSeconds = 75

export async function authenticationChecks(
  kind: DaemonKind,
  report: Report,
  version: Ground['version'] = 'inet'
): Promise<void> {
  const check = checksOf(kind, report)
  const weDial = !kind.cannot.has('listenWithKey')
  const md5 = version === 'inet' ? 'MD5' : 'MD5 over IPv6'
  const keys = withKeys.bind(undefined, kind, version)
  await check(`${md5}: right key, we dial`, () => keys(key, key, true), 'listenWithKey')
  await check(`${md5}: right key, it dials`, () => keys(key, key, false))
  await check(`${md5}: wrong key`, () => keys(key, 'another', weDial))
  await check(`${md5}: it has no key`, () => keys(key, undefined, weDial))
  await check(`${md5}: we have no key`, () => keys(undefined, key, weDial))
}

async function withKeys(
  kind: DaemonKind,
  version: Ground['version'],
  ours: string | undefined,
  its: string | undefined,
  weDial: boolean
): Promise<void> {
  if (process.getuid?.() !== 0) throw new Skip('needs root')
  await onGround(async ground => {
    const stage = new Stage(ground, kind, {
      families: ['inet'],
      daemon: { as },
      asNeighbor: { passive: weDial, ...(its !== undefined && { md5Key: its }) },
      peer: { passive: !weDial, ...(ours !== undefined && { md5Key: ours }) }
    })
    if (!weDial) await stage.startNode()
    await stage.startDaemon()
    if (weDial) await stage.startNode()
    if (ours === its) await stage.established(dialSeconds)
    else await stays('no session', () => stage.peer.session.state !== 'established', quietSeconds)
  }, version)
}
