/** Large tables: through the daemon to the node and on, and from behind the node to the daemon. */
import type { LabRouter } from '../../src/lab/router.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { bgpPort, onGround } from '../harness/ground.js'
import { expectEqual, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { Stage } from './stage.js'

const prefixes = 100_000
const limitSeconds = 60
/** Counting a table is work for the daemon. */
const lookMs = 400

const table = (first: number): string[] =>
  Array.from({ length: prefixes }, (_, i) => `${first + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.0/24`)

export async function loadChecks(kind: DaemonKind, report: Report): Promise<void> {
  if (kind.cannot.has('forward')) return
  await onGround(async ground => {
    const behind = { name: 'behind', address: ground.address(4), as: 65010, passive: true }
    const daemonAs = 65311
    const stage = new Stage(ground, kind, {
      families: ['inet'],
      daemon: { as: daemonAs },
      asNeighbor: { passive: true },
      otherNeighbors: [behind]
    })
    await stage.startDaemon()
    await stage.startNode()
    await stage.established()
    const lab = await stage.lab()
    await report.check(kind.name, '100,000 prefixes from it', async () => {
      const source = ground.router({
        name: 'behind',
        as: behind.as,
        address: behind.address,
        families: ['inet'],
        neighbors: [{ address: stage.daemonAddress, as: daemonAs, port: bgpPort }]
      })
      await until('the session behind it', () => source.isEstablished, 20)
      return await timed(source, table(30), () => lab.routes('inet').size)
    })
    await report.check(kind.name, '100,000 prefixes to it', async () => {
      const before = await stage.daemon.count('inet')
      return await timed(lab, table(40), async () => (await stage.daemon.count('inet')) - before)
    })
    await report.check(kind.name, '100,000 prefixes withdrawn', async () => {
      const before = await stage.daemon.count('inet')
      const begun = performance.now()
      lab.withdrawAll('inet', table(40))
      await until(
        'all gone',
        async () => (await stage.daemon.count('inet')) <= before - prefixes,
        limitSeconds,
        undefined,
        lookMs
      )
      expectEqual(stage.peer.session.statistics.establishments, 1, 'sessions')
      return `in ${((performance.now() - begun) / 1000).toFixed(1)} s`
    })
  })
}

async function timed(
  from: LabRouter,
  routes: readonly string[],
  arrived: () => number | Promise<number>
): Promise<string> {
  const begun = performance.now()
  from.announceAll('inet', routes, { nextHop: '10.9.0.4' })
  await until('all', async () => (await arrived()) >= prefixes, limitSeconds, arrived, lookMs)
  return `in ${((performance.now() - begun) / 1000).toFixed(1)} s`
}
