/** What is withdrawn with the attributes that it was announced with, as ExaBGP does it for MP_UNREACH_NLRI. */
import { noNeighbourConfig } from '../../src/config/neighbour-config.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { onGround } from '../harness/ground.js'
import { expect, expectEqual, Partly, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { nodeAs, Stage } from './stage.js'

const feature = 'a refused route is withdrawn with its attributes: the session stays'
const communitiesCode = 8
const nextHop = '2001:db8::9'
const refused = { family: 'inet6', prefix: '2001:db8:1::/48', nextHop, communities: ['64512:7'] } as const
const taken = { family: 'inet6', prefix: '2001:db8:2::/48', nextHop } as const

/** RFC 7606 §5.2 is about attributes that are malformed, not about those that are not wanted. */
export async function withdrawalChecks(kind: DaemonKind, report: Report): Promise<void> {
  if (!kind.originates.includes('inet6')) {
    report.lacks(kind.name, feature, 'it announces no IPv6 routes')
    return
  }
  await onGround(async ground => {
    const daemon = { as: nodeAs, routes: [refused, taken] }
    const stage = new Stage(ground, kind, { families: ['inet6'], daemon, peer: { passive: true } })
    await report.check(kind.name, feature, async () => {
      const { control } = await stage.startNode()
      const options = { withdrawAttributes: [communitiesCode] }
      control.configureNeighbours({
        ...noNeighbourConfig,
        neighbours: new Map([[stage.daemonAddress, options]])
      })
      const { withdraw } = await stage.startDaemon()
      if (withdraw === undefined) return new Partly('no way to have it withdraw a single route')
      const peer = await stage.established(30)
      const lab = await stage.lab()
      const routes = () => lab.routes('inet6')
      await until('the other route', () => routes().has(taken.prefix), 15)
      expect(!routes().has(refused.prefix), 'the refused route came through')
      const errors = peer.input.errors.treatedAsWithdraw
      await stage.daemon.withdraw!(stage.nodeAddress, refused)
      await until('its withdrawal, with attributes', () => peer.input.errors.treatedAsWithdraw > errors, 15)
      await stage.daemon.withdraw!(stage.nodeAddress, taken)
      await until('the withdrawal of the other', () => !routes().has(taken.prefix), 15)
      expectEqual(peer.session.statistics.flaps, 0, 'sessions lost')
      return undefined
    })
  })
}
