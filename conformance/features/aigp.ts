/** The accumulated IGP metric (RFC 7311), through node and daemon both ways, and what it decides at the node. */
import type { DaemonKind } from '../daemons/daemon.js'
import { expectEqual, Partly, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { sceneChecks } from './checks.js'
import type { Scene, SceneOptions } from './scene.js'

const feature = 'AIGP passes, decides, and stays with whom it was agreed on'

export async function aigpChecks(kind: DaemonKind, report: Report): Promise<void> {
  const agreed: SceneOptions = {
    families: ['inet'],
    words: { aigp: true },
    labWords: { aigp: true },
    asNeighbor: { aigp: true },
    behindAsNeighbor: { aigp: true }
  }
  const needs = ['forward', 'aigp'] as const
  await sceneChecks(kind, report, () => agreed, [{ feature, needs, run: passAndDecide }])
  // To the lab alone nobody has agreed on it.
  const { labWords: _, ...others } = agreed
  await sceneChecks(kind, report, () => others, [{ feature, needs, run: stay }])
}

const metric = 2 ** 40 + 7
const [theirs, ours, both] = ['10.160.1.0/24', '10.160.2.0/24', '10.160.3.0/24']

async function passAndDecide(scene: Scene): Promise<Partly | undefined> {
  const { lab, far, node, kind } = scene
  far.announce('inet', theirs, { nextHop: '10.9.0.4', aigp: metric })
  lab.announce('inet', ours, { nextHop: '10.9.0.3', aigp: metric })
  const arrived = async (at: typeof lab, prefix: string): Promise<number> =>
    await until(`the metric of ${prefix}`, () => at.routes('inet').get(prefix)?.aigp, 10)
  expectEqual(await arrived(lab, theirs), metric, 'metric from it')
  expectEqual(await arrived(far, ours), metric, 'metric to it')
  // The daemon tells what is best to it: by the metric, or else by the AS path.
  const lack = kind.cannot.get('decideByAigp')
  const [low, high] = lack === undefined ? [far, lab] : [lab, far]
  const table = async () => {
    const { tables } = await node.get<{
      tables: { routes: { paths: { aigp?: string; asPath: string; rankedBy: string }[] }[] }[]
    }>(`/routes?table=inet.0&prefix=${both}&longer=true`)
    return tables[0]?.routes[0]?.paths
  }
  const pathsAre = (count: number) => async () => {
    const found = await table()
    return found?.length === count && found
  }
  low.announce('inet', both, { nextHop: '10.9.0.5', asPath: '65001 65002', aigp: 400 })
  await until('the lower one at the node', pathsAre(1), 10)
  high.announce('inet', both, { nextHop: '10.9.0.6', aigp: 500 })
  const paths = await until('both at the node', pathsAre(2), 10, async () => ({
    node: await table(),
    daemon: await scene.daemon.routes('inet')
  }))
  expectEqual(
    paths.map(({ aigp, asPath }) => `${aigp} ${asPath}`.trim()),
    ['400 65001 65002', '500'],
    'paths, best first'
  )
  expectEqual(paths[1]!.rankedBy, 'lower accumulated IGP metric', 'why the other is behind')
  return lack === undefined ? undefined : new Partly(lack)
}

async function stay({ lab, far }: Scene): Promise<void> {
  far.announce('inet', theirs, { nextHop: '10.9.0.4', aigp: metric })
  lab.announce('inet', ours, { nextHop: '10.9.0.3', aigp: metric })
  for (const [to, prefix] of [
    [lab, theirs],
    [far, ours]
  ] as const) {
    const route = await until(`${prefix} at ${to.options.name}`, () => to.routes('inet').get(prefix), 10)
    expectEqual(route.aigp, undefined, `metric at ${to.options.name}`)
  }
}
