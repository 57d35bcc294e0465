/** eBGP with a daemon that dials: AS paths, 4-byte AS numbers, limits, and the end of a session from either side. */
import { familyNamed } from '../../src/bgp/wire/families.js'
import { masterInstance } from '../../src/config/settings.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { onGround } from '../harness/ground.js'
import { expect, expectEqual, Partly, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { whyNot } from './checks.js'
import { nodeAs, Stage } from './stage.js'

/** Needs four bytes. */
const daemonAs = 4200000001
const labAs = 65001
const behindLab = 4200000099
const prefixes = ['10.50.0.0/24', '10.51.0.0/24', '10.52.0.0/24']
const gracefulShutdown = '65535:0'
const routes = prefixes.map((prefix, i) => ({
  family: 'inet' as const,
  prefix,
  nextHop: '10.9.0.2',
  ...(i === 2 && { communities: [gracefulShutdown] })
}))

export async function externalChecks(kind: DaemonKind, report: Report): Promise<void> {
  await onGround(async ground => {
    const check = (feature: string, body: () => Promise<unknown>) => report.check(kind.name, feature, body)
    const stage = new Stage(ground, kind, {
      families: ['inet'],
      daemon: { as: daemonAs, routes },
      peer: { passive: true },
      labAs
    })
    const up = await check('session, it dials (eBGP)', async () => {
      await stage.startNode()
      await stage.startDaemon()
      await stage.established(30)
    })
    if (!up) return
    const lab = await stage.lab()
    lab.announce('inet', '10.70.0.0/24', { nextHop: '10.9.0.3', med: 7 })
    lab.announce('inet', '10.71.0.0/24', { nextHop: '10.9.0.3', asPath: `${labAs} ${behindLab}` })
    const theirs = (prefix: string) =>
      until(
        `${prefix} reaches it`,
        async () => (await stage.daemon.routes('inet')).find(route => route.prefix === prefix),
        15,
        () => stage.daemon.routes('inet')
      )
    const ours = () => lab.routes('inet')
    await check('eBGP: our AS in front of the path', async () => {
      const learned = await theirs('10.70.0.0/24')
      expectEqual(learned.asPath, `${nodeAs} ${labAs}`, 'AS path there')
      expectEqual(learned.nextHop, '10.9.0.3', 'next hop there')
      const received = await until('its route', () => ours().get(prefixes[0]!), 15)
      expectEqual(received.asPath, `${nodeAs} ${daemonAs}`, 'AS path here')
      expectEqual(received.localPreference, undefined, 'local preference here')
    })
    await check('AS numbers of 4 bytes', async () => {
      expectEqual((await theirs('10.71.0.0/24')).asPath, `${nodeAs} ${labAs} ${behindLab}`, 'AS path there')
      expectEqual(stage.peer.session.negotiated?.fourByteAs, true, 'agreed on')
    })
    // It is asked for its routes again, and must survive that.
    const why = whyNot(kind, { needs: ['surviveRefresh'] })
    const toIt = 'GRACEFUL_SHUTDOWN to it, and gone again'
    if (why !== undefined) report.lacks(kind.name, toIt, why)
    else await check(toIt, () => leave(stage, async () => (await theirs('10.70.0.0/24')).communities))
    await check('GRACEFUL_SHUTDOWN from it: local preference 0', async () => {
      const inet = familyNamed('inet')!
      const table = stage.node.control.instances.get(masterInstance)!.table('inet')!
      const best = (prefix: string) => table.find(inet.parse(prefix)!)?.best?.attributes.facts
      const marked = await until('its route', () => best(prefixes[2]!), 15)
      expectEqual(marked.localPref, 0, 'preference of what is about to go')
      // It may still be about to say its routes again, after the end of what the check before has ordered.
      await until('what stays has its own', () => best(prefixes[0]!)?.localPref === 100, 15)
    })
    await check('withdrawals reach it', async () => {
      lab.withdraw('inet', '10.71.0.0/24')
      await until('it is gone there', async () =>
        (await stage.daemon.routes('inet')).every(route => route.prefix !== '10.71.0.0/24')
      )
    })
    await check('our limit of its prefixes', () => ourLimit(stage, () => ours().size))
    await check('shutdown by us, with our text', async () => {
      await until('the session is back', () => stage.peer.session.state === 'established', 60)
      stage.node.control.stop()
      const words = /control node stops/
      const end = async (): Promise<string> => await stage.daemon.endOf(stage.nodeAddress)
      await until(
        'it is down',
        async () => !(await stage.daemon.neighbor(stage.nodeAddress)).isEstablished,
        10
      )
      if (words.test(await end())) return undefined
      expect(
        /shutdown|6[/,:]2|"subcode": 2|Cease/i.test(await end()),
        'it tells of no administrative shutdown'
      )
      return new Partly('it does not show the text')
    })
  })
}

/** The session is about to end (RFC 8326): what it is told says so, until it is not any more. */
async function leave(stage: Stage, communities: () => Promise<readonly string[] | undefined>) {
  if ((await communities()) === undefined) return new Partly('it does not show communities')
  const order = (leaves: boolean): void => stage.node.control.peers.setLeaving(stage.peer.name, leaves)
  const isMarked = async () => /65535:0|graceful/i.test((await communities())!.join(' '))
  order(true)
  await until('its route is marked', isMarked, 15, communities)
  order(false)
  await until('it is not any more', async () => !(await isMarked()), 15, communities)
  expectEqual(stage.peer.session.statistics.flaps, 0, 'resets')
  return undefined
}

/** Fewer than it has announced: the session ends with Cease 1 and stays down; more: it is back. */
async function ourLimit(stage: Stage, known: () => number): Promise<void> {
  const { statistics } = stage.peer.session
  await until('all its routes', () => known() === prefixes.length)
  stage.node.write(stage.objects({ prefixLimit: { maximum: 2, idleSeconds: 120 } }))
  const sent = await until('our NOTIFICATION', () => statistics.lastNotificationSent, 10)
  expectEqual([sent.code, sent.subcode], [6, 1], 'code and subcode')
  await until('its routes are gone', () => known() === 0, 5)
  expect(stage.peer.session.state !== 'established', 'it is up in the pause')
  stage.node.write(stage.objects({ prefixLimit: { maximum: 100, idleSeconds: 1 } }))
  stage.node.write(stage.objects({}))
}
