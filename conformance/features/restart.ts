/**
 * Graceful restart and long-lived graceful restart, both ways, between the node's process and a daemon that are killed
 * (T-GR-9 and its counterparts).
 */
import { offer } from '../../src/bgp/session/offer.js'
import { familyNamed } from '../../src/bgp/wire/families.js'
import type { LabRouter, LabRouterOptions } from '../../src/lab/router.js'
import type { DaemonKind, DaemonRoute } from '../daemons/daemon.js'
import { onGround } from '../harness/ground.js'
import { NodeProcess } from '../harness/node-process.js'
import { expect, expectEqual, Partly, type Report } from '../harness/report.js'
import { stays, until } from '../harness/until.js'
import { checksOf } from './checks.js'
import { Scene } from './scene.js'
import { nodeAs } from './stage.js'

const [kept, gone] = ['10.70.0.0/24', '10.71.0.0/24']
const [theirs, theirsGone] = ['10.50.0.0/24', '10.51.0.0/24'].map(prefix => ({
  family: 'inet' as const,
  prefix,
  nextHop: '10.9.0.2'
})) as [Route, Route]
type Route = { readonly family: 'inet'; readonly prefix: string; readonly nextHop: string }

/** Short enough to be waited for. */
const restartSeconds = 4
const longLivedSeconds = 6
/** LLGR_STALE (RFC 9494 §4.6), however a daemon prints it. */
const llgrStale = /65535:6|llgr.stale/i

export async function restartChecks(kind: DaemonKind, report: Report): Promise<void> {
  const check = checksOf(kind, report)
  await check(
    'graceful restart: our process is killed and comes back',
    () => weReturn(kind),
    'gracefulRestart'
  )
  await check('graceful restart: SIGTERM to our process', () => weStop(kind), 'gracefulRestart')
  await check('graceful restart: it comes back with less', () => itReturns(kind), 'keepRoutes')
  await check('long-lived: it is killed and stays away', () => itStaysAway(kind), 'longLived')
  await check('long-lived: our process is killed and stays away', () => weStayAway(kind), 'longLived')
}

/** A router of the lab that comes back within a second, and knows long-lived graceful restart. */
const quickLab: Partial<LabRouterOptions> = {
  session: {
    idleHoldSeconds: 0.5,
    maximumIdleHoldSeconds: 0.5,
    maximumConnectRetrySeconds: 0.5,
    capabilities: offer({
      localAs: nodeAs,
      families: [{ family: familyNamed('inet')! }],
      gracefulRestart: { keepsRoutes: true, restartTimeSeconds: 30 },
      longLivedStaleSeconds: 60
    })
  }
}

const scene = (
  ground: Parameters<typeof Scene.start>[0],
  kind: DaemonKind,
  seconds: { readonly restart: number; readonly longLived?: number }
): Promise<Scene> => {
  const { restart: restartSeconds, longLived } = seconds
  const longLivedSeconds = longLived !== undefined && { longLivedSeconds: longLived }
  return Scene.start(ground, kind, {
    families: ['inet'],
    daemon: { routes: [theirs, theirsGone], gracefulRestart: true, restartSeconds, ...longLivedSeconds },
    globals: { gracefulRestart: { restartSeconds, endOfRibSeconds: 60, ...longLivedSeconds } },
    lab: quickLab,
    behind: quickLab
  })
}

/** Both ways; what the lab tells, the daemon has. */
async function exchange({ lab, daemon, behind }: Scene): Promise<void> {
  lab.announceAll('inet', [kept, gone], { nextHop: '10.9.0.3' })
  await until('our routes there', async () => (await prefixesAt(daemon)).filter(isOurs).length === 2)
  await until('and behind it', () => behind === undefined || isThere(behind, kept, gone))
  await until('its routes here', () => isThere(lab, theirs.prefix))
}

const isOurs = (prefix: string): boolean => prefix === kept || prefix === gone
const isThere = (router: LabRouter, ...prefixes: readonly string[]): boolean =>
  prefixes.every(prefix => router.routes('inet').has(prefix))
const withdrawals = (router: LabRouter | undefined): number =>
  router === undefined ? 0 : [...router.sessions.values()][0]!.withdrawals

async function prefixesAt(daemon: Scene['daemon']): Promise<string[]> {
  return (await daemon.routes('inet')).map(({ prefix }) => prefix)
}

async function weReturn(kind: DaemonKind): Promise<string> {
  return await onGround(async ground => {
    const it = await scene(ground, kind, { restart: 40 })
    await exchange(it)
    const before = withdrawals(it.behind)
    await it.node.child.kill()
    // Gone while nobody could say so.
    await until('the lab notices', () => !it.lab.isEstablished, 5)
    it.lab.withdraw('inet', gone)
    const has = async (): Promise<boolean> => (await prefixesAt(it.daemon)).includes(kept)
    await stays(
      'our routes are kept',
      async () => (await prefixesAt(it.daemon)).filter(isOurs).length === 2,
      2
    )
    const begun = performance.now()
    it.node = await NodeProcess.start(ground, it.node.options)
    await it.established(30)
    const back = seconds(begun)
    await until(
      'what has not come back is swept at the End-of-RIB',
      async () => {
        expect(await has(), 'the route that has come back was lost meanwhile')
        return !(await prefixesAt(it.daemon)).includes(gone)
      },
      30
    )
    const swept = seconds(begun)
    await until('its route is back here', () => isThere(it.lab, theirs.prefix))
    if (it.behind !== undefined)
      await until('one withdrawal and no more behind it', () => withdrawals(it.behind) === before + 1)
    await stays('our route is there', has, 1)
    expectEqual((await it.node.neighbor(kind.name)).flapCount, 0, 'flaps')
    return `back after ${back} s, swept after ${swept} s`
  })
}

async function weStop(kind: DaemonKind): Promise<void> {
  await onGround(async ground => {
    const it = await scene(ground, kind, { restart: 40 })
    await exchange(it)
    it.node.child.signal('SIGTERM')
    await until('the process ends', () => !it.node.child.isRunning, 5)
    const keeps = async (): Promise<boolean> => (await prefixesAt(it.daemon)).filter(isOurs).length === 2
    await stays('our routes are kept after SIGTERM', keeps, 2)
    it.node = await NodeProcess.start(ground, it.node.options)
    await it.established(30)
    it.node.child.signal('SIGINT')
    await until('the process ends', () => !it.node.child.isRunning, 5)
    const drops = async (): Promise<boolean> => (await prefixesAt(it.daemon)).filter(isOurs).length === 0
    await until('our routes go at once after SIGINT', drops, 5)
  })
}

async function itReturns(kind: DaemonKind): Promise<string> {
  return await onGround(async ground => {
    const it = await scene(ground, kind, { restart: 40 })
    await exchange(it)
    const before = withdrawals(it.lab)
    const endOfRibs = async (): Promise<number> => {
      const view = await it.node.get<{ received: { updates: { endOfRib: number } } }>(
        `/neighbors/${kind.name}`
      )
      return view.received.updates.endOfRib
    }
    await until('its End-of-RIB', async () => (await endOfRibs()) === 1)
    await it.daemon.kill()
    await until('we notice', async () => !(await it.node.isEstablished(kind.name)), 5)
    await stays('its routes are kept', () => isThere(it.lab, theirs.prefix, theirsGone.prefix), 1)
    const begun = performance.now()
    await it.daemon.restart([theirs])
    await it.established(40)
    const back = seconds(begun)
    await until(
      'what it does not say again is swept',
      () => {
        expect(isThere(it.lab, theirs.prefix), 'what it says again was lost meanwhile')
        return !isThere(it.lab, theirsGone.prefix)
      },
      40
    )
    expectEqual(await endOfRibs(), 1, 'End-of-RIBs')
    expectEqual(withdrawals(it.lab), before + 1, 'withdrawals seen behind us')
    return `back after ${back} s, swept after ${seconds(begun)} s`
  })
}

async function itStaysAway(kind: DaemonKind): Promise<void> {
  await onGround(async ground => {
    const it = await scene(ground, kind, { restart: restartSeconds, longLived: longLivedSeconds })
    await exchange(it)
    const route = () => it.lab.routes('inet').get(theirs.prefix)
    const isStale = () => route()?.communities?.some(text => llgrStale.test(text)) === true
    await it.daemon.kill()
    await stays('its route as it was', () => route() !== undefined && !isStale(), restartSeconds - 1)
    await until('LLGR_STALE after its restart time', isStale, 3)
    await stays('its route as a last resort', isStale, longLivedSeconds - 3)
    await until('gone after its long-lived time', () => route() === undefined, 5)
  })
}

async function weStayAway(kind: DaemonKind): Promise<unknown> {
  return await onGround(async ground => {
    const it = await scene(ground, kind, { restart: restartSeconds, longLived: longLivedSeconds })
    await exchange(it)
    const route = async (): Promise<DaemonRoute | undefined> =>
      (await it.daemon.routes('inet')).find(({ prefix }) => prefix === kept)
    await it.node.child.kill()
    const begun = performance.now()
    await stays('our route is kept', async () => (await route()) !== undefined, restartSeconds + 2)
    const stale = (await route())?.communities?.some(text => llgrStale.test(text)) === true
    await until(
      'gone after its long-lived time',
      async () => (await route()) === undefined,
      longLivedSeconds + 8
    )
    return stale
      ? `gone after ${seconds(begun)} s`
      : new Partly('it keeps the route and adds no LLGR_STALE to it')
  })
}

const seconds = (begun: number): string => ((performance.now() - begun) / 1000).toFixed(1)
