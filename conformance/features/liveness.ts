/** Sessions that end: a daemon that falls silent, one that has too many prefixes, and both that restart. */
import type { DaemonKind } from '../daemons/daemon.js'
import { onGround } from '../harness/ground.js'
import { expect, expectEqual, type Report } from '../harness/report.js'
import { stays, until } from '../harness/until.js'
import { checksOf } from './checks.js'
import { Stage } from './stage.js'

const ibgp = 64512
const prefix = '10.50.0.0/24'
const route = { family: 'inet' as const, prefix, nextHop: '10.9.0.2' }
/** The shortest that RFC 4271 allows. */
const holdTimeSeconds = 3

export async function livenessChecks(kind: DaemonKind, report: Report): Promise<void> {
  const check = checksOf(kind, report)
  await check('hold timer: a silent one loses its routes', () => holdTimer(kind))
  await check('its limit of our prefixes', () => itsLimit(kind), 'maximumPrefixes')
  await check('graceful restart: it is killed and comes back', () => itRestarts(kind), 'keepRoutes')
  await check('graceful restart: killed, and does not come back', () => itStaysAway(kind), 'keepRoutes')
  await check('graceful restart: we restart', () => weRestart(kind), 'gracefulRestart')
}

async function holdTimer(kind: DaemonKind): Promise<string> {
  return await onGround(async ground => {
    const stage = new Stage(ground, kind, {
      families: ['inet'],
      daemon: { as: ibgp, routes: [route], holdTimeSeconds },
      asNeighbor: { passive: true },
      peer: { holdTimeSeconds }
    })
    await stage.startDaemon()
    await stage.startNode()
    await stage.established()
    const lab = await stage.lab()
    await until('its route', () => lab.routes('inet').has(prefix))
    await stays('established', () => stage.peer.session.state === 'established', 2 * holdTimeSeconds)
    const { statistics } = stage.peer.session
    stage.daemon.child.signal('SIGSTOP')
    const begun = performance.now()
    await until('its route is gone', () => !lab.routes('inet').has(prefix), holdTimeSeconds + 2)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    expectEqual(statistics.holdExpirations, 1, 'expirations')
    expectEqual(statistics.lastNotificationSent?.code, 4, 'NOTIFICATION')
    stage.daemon.child.signal('SIGCONT')
    await until('it is back', () => lab.routes('inet').has(prefix), 40)
    return `after ${seconds} s of ${holdTimeSeconds}`
  })
}

async function itsLimit(kind: DaemonKind): Promise<void> {
  await onGround(async ground => {
    const asNeighbor = { passive: true, maximumPrefixes: 2 }
    const stage = new Stage(ground, kind, { families: ['inet'], daemon: { as: ibgp }, asNeighbor })
    await stage.startDaemon()
    await stage.startNode()
    await stage.established()
    const lab = await stage.lab()
    const { statistics } = stage.peer.session
    lab.announceAll('inet', ['10.70.0.0/24', '10.71.0.0/24'], { nextHop: '10.9.0.3' })
    await until('two', async () => (await stage.daemon.routes('inet')).length === 2)
    lab.announceAll('inet', ['10.72.0.0/24', '10.73.0.0/24'], { nextHop: '10.9.0.3' })
    const received = await until('its NOTIFICATION', () => statistics.lastNotificationReceived, 10)
    expectEqual([received.code, received.subcode], [6, 1], 'code and subcode')
    expect(stage.node.peer('lab').session.state === 'established', "the lab's session is not up")
  })
}

/** Both keep routes. */
function restartStage(
  ground: ConstructorParameters<typeof Stage>[0],
  kind: DaemonKind,
  restartSeconds = 30
): Stage {
  return new Stage(ground, kind, {
    families: ['inet'],
    daemon: { as: ibgp, routes: [route], gracefulRestart: true, restartSeconds },
    asNeighbor: { passive: true },
    globals: { gracefulRestart: { restartSeconds: 30 } }
  })
}

async function itRestarts(kind: DaemonKind): Promise<string> {
  return await onGround(async ground => {
    const stage = restartStage(ground, kind)
    await stage.startDaemon()
    await stage.startNode()
    await stage.established()
    const lab = await stage.lab()
    await until('its route', () => lab.routes('inet').has(prefix))
    const { statistics } = stage.peer.session
    const session = [...lab.sessions.values()][0]!
    const withdrawals = session.withdrawals
    await stage.daemon.kill()
    await until('we notice', () => stage.peer.session.state !== 'established', 5)
    await stays('its route is kept', () => lab.routes('inet').has(prefix), 1)
    const begun = performance.now()
    await stage.daemon.restart()
    await until('it is back', () => statistics.establishments === 2, 40)
    const seconds = ((performance.now() - begun) / 1000).toFixed(1)
    await stays('its route is kept', () => lab.routes('inet').has(prefix), 2)
    expectEqual(session.withdrawals, withdrawals, 'withdrawals seen behind us')
    return `back after ${seconds} s`
  })
}

async function itStaysAway(kind: DaemonKind): Promise<void> {
  await onGround(async ground => {
    const restartSeconds = 4
    const stage = restartStage(ground, kind, restartSeconds)
    await stage.startDaemon()
    await stage.startNode()
    await stage.established()
    const lab = await stage.lab()
    await until('its route', () => lab.routes('inet').has(prefix))
    await stage.daemon.kill()
    await until('we notice', () => stage.peer.session.state !== 'established', 5)
    await stays('its route is kept', () => lab.routes('inet').has(prefix), restartSeconds - 1)
    await until('its route is gone after its restart time', () => !lab.routes('inet').has(prefix), 4)
  })
}

async function weRestart(kind: DaemonKind): Promise<void> {
  await onGround(async ground => {
    const stage = restartStage(ground, kind)
    await stage.startDaemon()
    const before = await stage.startNode()
    await stage.established()
    const lab = await stage.lab()
    const ours = '10.70.0.0/24'
    lab.announce('inet', ours, { nextHop: '10.9.0.3' })
    const has = async (): Promise<boolean> =>
      (await stage.daemon.routes('inet')).some(each => each.prefix === ours)
    await until('our route', has)
    before.control.stop('silent')
    await stays('our route is kept', has, 2)
    await stage.startNode()
    await stage.established(40)
    await stays('our route is kept', has, 3)
  })
}
