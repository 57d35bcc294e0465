/** Constrained route distribution (RFC 4684): who says which route targets it wants is sent those routes only. */
import type { DaemonKind } from '../daemons/daemon.js'
import { onGround } from '../harness/ground.js'
import { expectEqual, type Report } from '../harness/report.js'
import { pause, until } from '../harness/until.js'
import { Stage } from './stage.js'

const as = 64512
const noFamily = 'it has no such family'

export async function targetChecks(kind: DaemonKind, report: Report): Promise<void> {
  const feature = 'route-target: VPN routes that it asks for, no others'
  if (!kind.originates.includes('route-target')) return report.lacks(kind.name, feature, noFamily)
  await report.check(kind.name, feature, () =>
    onGround(async ground => {
      const stage = new Stage(ground, kind, {
        families: ['inet-vpn', 'route-target'],
        daemon: {
          as,
          gracefulRestart: true, // it then ends its memberships with an End-of-RIB; without, they are waited for 30 s
          routes: [{ family: 'route-target', prefix: '', target: '64512:100', nextHop: ground.address(2) }]
        },
        asNeighbor: { passive: true }
      })
      await stage.startDaemon()
      await stage.startNode()
      await stage.established()
      const lab = await stage.lab({ families: ['inet-vpn'] })
      for (const [i, target] of ['64512:100', '64512:200'].entries())
        lab.announce('inet-vpn', `64512:7:10.7${i}.0.0/24`, {
          nextHop: '10.9.0.3',
          label: 170 + i,
          extendedCommunities: [`target:${target}`]
        })
      const prefixes = async () => (await stage.daemon.routes('inet-vpn')).map(route => route.prefix)
      await until('a route', async () => (await prefixes()).length > 0, 45, prefixes)
      await pause(1000)
      expectEqual(await prefixes(), ['10.70.0.0/24'], 'what it has')
    })
  )
}
