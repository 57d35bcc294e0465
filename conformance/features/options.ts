/** Options of a neighbour between AS that change while its session stands: what the daemon is told of it. */
import type { NeighbourConfig } from '../../src/config/neighbour-config.js'
import { noNeighbourConfig } from '../../src/config/neighbour-config.js'
import type { NeighbourOptions } from '../../src/config/neighbour-options.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { onGround } from '../harness/ground.js'
import { expect, expectEqual, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { whyNot } from './checks.js'
import { nodeAs, Stage } from './stage.js'

const daemonAs = 4200000001
const itsPrefix = '10.50.0.0/24'
const plain = '10.80.0.0/24'
const behindPrivate = '10.81.0.0/24'
const behindIt = '10.82.0.0/24'
const several = '10.83.0.0/24'
const flapping = '10.84.0.0/24'
const publicAs = 3333
/** What the daemon has for the node's AS. */
const migratedAs = 64990
/** Best first. */
const paths = ['65077', '65077 65078', '65088 1 2'].map((asPath, i) => ({
  asPath,
  pathId: i + 1,
  nextHop: `10.9.0.${i + 1}`
}))

export async function optionChecks(kind: DaemonKind, report: Report): Promise<void> {
  const addPath = !kind.cannot.has('addPath')
  await onGround(async ground => {
    const check = (feature: string, body: () => Promise<unknown>) => report.check(kind.name, feature, body)
    const routes = [{ family: 'inet' as const, prefix: itsPrefix, nextHop: '10.9.0.9' }]
    const stage = new Stage(ground, kind, {
      families: ['inet'],
      daemon: { as: daemonAs, routes },
      ...(addPath && { asNeighbor: { addPath } }),
      peer: { passive: true }
    })
    const configure = (options: NeighbourOptions, config: Partial<NeighbourConfig> = {}): void => {
      const both: NeighbourOptions = addPath ? { addPath: 'both' } : {}
      stage.node.control.configureNeighbours({
        ...noNeighbourConfig,
        ...config,
        neighbours: new Map<string, NeighbourOptions>([
          [stage.daemonAddress, { ...both, ...options }],
          [stage.labAddress, both]
        ])
      })
    }
    const up = await check('options: session (eBGP)', async () => {
      await stage.startNode()
      configure({})
      await stage.startDaemon()
      await stage.established(30)
    })
    if (!up) return
    const lab = await stage.lab(addPath ? { addPath: true } : {})
    const there = async (prefix: string) =>
      (await stage.daemon.routes('inet')).filter(route => route.prefix === prefix)
    const pathOf = async (prefix: string) => (await there(prefix))[0]?.asPath
    const becomes = async (prefix: string, asPath: string | undefined): Promise<void> => {
      await until(
        `${prefix} is there with ${asPath}`,
        async () => (await pathOf(prefix)) === asPath,
        15,
        () => stage.daemon.routes('inet')
      )
    }
    const announce = (prefix: string, asPath: string): void =>
      lab.announce('inet', prefix, { nextHop: '10.9.0.3', asPath, ...(addPath && { pathId: 1 }) })

    await check('default deny (RFC 8212), and let through again', async () => {
      const ours = () => [...lab.routes('inet').values()].some(({ prefix }) => prefix === itsPrefix)
      announce(plain, `${publicAs}`)
      await becomes(plain, `${nodeAs} ${publicAs}`)
      await until('its route is here', ours, 15)
      configure({}, { ebgpRequiresPolicy: true })
      await becomes(plain, undefined)
      await until('its route is not used', () => !ours(), 15)
      configure({ import: 'all', export: 'all' }, { ebgpRequiresPolicy: true })
      await becomes(plain, `${nodeAs} ${publicAs}`)
      await until('its route is here again', ours, 15)
    })
    await check('private AS numbers are left out', async () => {
      announce(behindPrivate, `65077 ${publicAs} 65078`)
      await becomes(behindPrivate, `${nodeAs} 65077 ${publicAs} 65078`)
      configure({ removePrivateAs: 'remove-all' })
      await becomes(behindPrivate, `${nodeAs} ${publicAs}`)
      configure({})
      await becomes(behindPrivate, `${nodeAs} 65077 ${publicAs} 65078`)
    })
    await check('AS override', async () => {
      announce(behindIt, `${publicAs} ${daemonAs}`)
      configure({ asOverride: true })
      await becomes(behindIt, `${nodeAs} ${publicAs} ${nodeAs}`)
    })
    await check('advertisement interval: a route that flaps is told in its last state', async () => {
      configure({ advertisementInterval: 5 })
      const [family] = [...stage.peer.families.values()]
      announce(flapping, `${publicAs} 1`)
      await becomes(flapping, `${nodeAs} ${publicAs} 1`)
      const before = family!.counts.reachSent
      for (let i = 2; i <= 11; i++) {
        announce(flapping, `${publicAs} ${i}`)
        await new Promise(resolve => setTimeout(resolve, 150))
      }
      await becomes(flapping, `${nodeAs} ${publicAs} 11`)
      expect(family!.counts.reachSent - before <= 3, `it was told ${family!.counts.reachSent - before} times`)
      configure({})
    })
    for (const [feature, select, ids] of [
      ['ADD-PATH: the best two', 2, [1, 2]],
      ['ADD-PATH: the best of each AS', 'best-per-as', [1, 3]],
      ['ADD-PATH: all again', undefined, [1, 2, 3]]
    ] as const) {
      const why = whyNot(kind, { needs: ['addPath'] })
      if (why !== undefined) report.lacks(kind.name, feature, why)
      else
        await check(feature, async () => {
          for (const path of paths) lab.announce('inet', several, path)
          configure(select === undefined ? {} : { addPathSelect: select })
          const wanted = JSON.stringify(ids.map(id => `10.9.0.${id}`))
          const hops = async () => (await there(several)).map(({ nextHop }) => nextHop).sort()
          await until(
            `${ids.join(', ')} are there`,
            async () => JSON.stringify(await hops()) === wanted,
            15,
            hops
          )
        })
    }
    await check('options change, and the session stands', async () => {
      expectEqual(stage.peer.session.statistics.flaps, 0, 'resets')
    })
  })
}

/** The node is in another AS for the daemon than for itself, as after a merger. */
export async function localAsChecks(kind: DaemonKind, report: Report): Promise<void> {
  await onGround(async ground => {
    const stage = new Stage(ground, kind, {
      families: ['inet'],
      daemon: { as: daemonAs, routes: [{ family: 'inet', prefix: itsPrefix, nextHop: '10.9.0.9' }] },
      asNeighbor: { as: migratedAs },
      peer: { passive: true }
    })
    const configure = (options: NeighbourOptions): void =>
      stage.node.control.configureNeighbours({
        ...noNeighbourConfig,
        neighbours: new Map([[stage.daemonAddress, { localAs: migratedAs, ...options }]])
      })
    await report.check(kind.name, 'local AS: the session, and both AS numbers in paths', async () => {
      await stage.startNode()
      configure({})
      await stage.startDaemon()
      await stage.established(30)
      const lab = await stage.lab()
      lab.announce('inet', plain, { nextHop: '10.9.0.3', asPath: `${publicAs}` })
      const there = async () =>
        (await stage.daemon.routes('inet')).find(({ prefix }) => prefix === plain)?.asPath
      const here = () => lab.routes('inet').get(itsPrefix)?.asPath
      const becomes = async (sent: string, received: string): Promise<void> => {
        await until(`it is told ${sent}`, async () => (await there()) === sent, 15, there)
        await until(`we have ${received}`, () => here() === received, 15, here)
      }
      await becomes(`${migratedAs} ${nodeAs} ${publicAs}`, `${migratedAs} ${daemonAs}`)
      configure({ localAsReplaceAs: true })
      await becomes(`${migratedAs} ${publicAs}`, `${migratedAs} ${daemonAs}`)
    })
  })
}
