/**
 * T-AUTH-6: GTSM (RFC 5082) and the TTL of what is sent: who is as near as it may be comes up, whichever side dials, and who is a
 * hop too far does not. On loopback nothing is taken off a TTL, so a side that sends 254 is as good as a hop away.
 */
import { noNeighbourConfig } from '../../src/config/neighbour-config.js'
import type { NeighbourOptions } from '../../src/config/neighbour-options.js'
import type { DaemonKind, DaemonNeighbor } from '../daemons/daemon.js'
import { type Ground, onGround } from '../harness/ground.js'
import { expectEqual, type Report, Skip } from '../harness/report.js'
import { stays, until } from '../harness/until.js'
import { Stage } from './stage.js'

const as = 65001
/** One that is near enough would have been up by then. */
const quietSeconds = 4
const upSeconds = 40

interface Case {
  readonly feature: string
  readonly ours: NeighbourOptions
  readonly its: Pick<DaemonNeighbor, 'ttlSecurity' | 'ttl'>
  readonly isUp: boolean
}

const cases: readonly Case[] = [
  { feature: 'both, 1 hop', ours: { ttlSecurity: 1 }, its: { ttlSecurity: 1 }, isUp: true },
  { feature: 'it is 2 hops away, 2 allowed', ours: { ttlSecurity: 2 }, its: { ttl: 254 }, isUp: true },
  { feature: 'it is 2 hops away, 1 allowed', ours: { ttlSecurity: 1 }, its: { ttl: 254 }, isUp: false },
  {
    feature: 'we are 2 hops away, it allows 2',
    ours: { multihop: 254 },
    its: { ttlSecurity: 2 },
    isUp: true
  },
  {
    feature: 'we are 3 hops away, it allows 2',
    ours: { multihop: 253 },
    its: { ttlSecurity: 2 },
    isUp: false
  }
]

export async function hopChecks(
  kind: DaemonKind,
  report: Report,
  version: Ground['version'] = 'inet'
): Promise<void> {
  const gtsm = version === 'inet' ? 'GTSM' : 'GTSM over IPv6'
  for (const each of cases) {
    for (const weDial of [true, false]) {
      const feature = `${gtsm}: ${each.feature}, ${weDial ? 'we dial' : 'it dials'}`
      await report.check(kind.name, feature, () => run(kind, version, each, weDial))
    }
  }
}

/** Who checks only what comes after the handshake may have read an OPEN by then, and have answered it. */
const isUpAtBoth = async (stage: Stage): Promise<boolean> =>
  stage.peer.session.state === 'established' && (await stage.daemon.neighbor(stage.nodeAddress)).isEstablished

async function run(
  kind: DaemonKind,
  version: Ground['version'],
  { ours, its, isUp }: Case,
  weDial: boolean
): Promise<void> {
  if (process.getuid?.() !== 0) throw new Skip('needs root')
  await onGround(async ground => {
    const stage = new Stage(ground, kind, {
      families: ['inet'],
      daemon: { as },
      asNeighbor: { passive: weDial, ...its },
      peer: { passive: !weDial }
    })
    const node = await stage.startNode()
    node.control.configureNeighbours({
      ...noNeighbourConfig,
      neighbours: new Map([[stage.daemonAddress, ours]])
    })
    await stage.startDaemon()
    if (isUp) await stage.established(upSeconds)
    else await stays('no session', async () => !(await isUpAtBoth(stage)), quietSeconds)
    if (isUp || weDial || ours.ttlSecurity === undefined) return
    // It has called, and what it said was not read.
    await until('a call is dropped', () => node.control.bgpCalls.distant > 0, upSeconds)
    expectEqual(stage.peer.session.statistics.received.total, 0, 'messages read')
  }, version)
}
