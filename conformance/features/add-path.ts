/** ADD-PATH (RFC 7911): several paths of one prefix, each with its id, and the withdrawal of one of them. */
import type { FamilyName } from '../../src/bgp/wire/family.js'
import type { LabRouter } from '../../src/lab/router.js'
import type { DaemonKind, Origination } from '../daemons/daemon.js'
import { Partly, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { type SceneCheck, sceneChecks } from './checks.js'
import type { Scene } from './scene.js'

const families: readonly FamilyName[] = ['inet', 'inet6', 'inet-vpn']
const pathIds = [1, 2, 3]

const prefixOf = (family: FamilyName, number: number): string =>
  family === 'inet6' ? `fd${number}::/64` : `${family === 'inet' ? '' : '64512:7:'}10.${number}.0.0/24`
const nextHopOf = (family: FamilyName, pathId: number): string =>
  family === 'inet6' ? `fd09::${pathId}` : `10.9.0.${pathId}`

export async function addPathChecks(kind: DaemonKind, report: Report): Promise<void> {
  const used = families.filter(family => kind.families.includes(family))
  const routes = kind.cannot.has('forward')
    ? used.flatMap(family => pathIds.map(id => ownRoute(family, id)))
    : []
  await sceneChecks(
    kind,
    report,
    () => ({
      families: used,
      daemon: { routes },
      asNeighbor: { addPath: true },
      behindAsNeighbor: { addPath: true },
      words: { add_path: 'both' },
      labWords: { add_path: 'both' },
      lab: { addPath: true },
      behind: { addPath: true }
    }),
    families.flatMap((family): SceneCheck[] => {
      const lacks = (of: DaemonKind) => (of.families.includes(family) ? undefined : 'it has no such family')
      const needs = ['addPath'] as const
      return [
        { feature: `ADD-PATH ${family}, from it`, needs, lacks, run: scene => fromIt(scene, family) },
        { feature: `ADD-PATH ${family}, to it`, needs, lacks, run: scene => toIt(scene, family) }
      ]
    })
  )
}

const ownRoute = (family: FamilyName, pathId: number): Origination => {
  const route = { family, nextHop: nextHopOf(family, pathId), pathId }
  return family === 'inet-vpn'
    ? { ...route, prefix: prefixOf('inet', 60), rd: '64512:7', label: 160 + pathId, target: '64512:100' }
    : { ...route, prefix: prefixOf(family, 60) }
}

function announce(router: LabRouter, family: FamilyName, prefix: string): void {
  for (const pathId of pathIds)
    router.announce(family, prefix, {
      nextHop: nextHopOf(family, pathId),
      pathId,
      ...(family === 'inet-vpn' && { label: 160 + pathId, extendedCommunities: ['target:64512:100'] })
    })
}

/** Next hops of the prefix's paths; ids must differ. */
function hops(router: LabRouter, family: FamilyName, prefix: string): string[] {
  const paths = [...router.routes(family).values()].filter(route => route.prefix === prefix)
  if (new Set(paths.map(path => path.pathId)).size !== paths.length)
    throw new Error('path ids are not distinct')
  if (paths.some(path => path.pathId === 0)) throw new Error('a path has no id')
  return paths.map(path => path.nextHop).sort()
}

async function sees(
  router: LabRouter,
  family: FamilyName,
  prefix: string,
  ids: readonly number[]
): Promise<void> {
  const wanted = ids.map(id => nextHopOf(family, id))
  await until(
    `${router.options.name} has paths ${ids.join(', ')} of ${prefix}`,
    () => JSON.stringify(hops(router, family, prefix)) === JSON.stringify(wanted),
    10,
    () => hops(router, family, prefix)
  )
}

async function fromIt(scene: Scene, family: FamilyName): Promise<Partly | undefined> {
  const { lab, behind, daemon } = scene
  const prefix = prefixOf(family, 60)
  if (behind !== undefined) announce(behind, family, prefix)
  await sees(lab, family, prefix, pathIds)
  const why = whyNoWithdrawal(scene, family)
  if (why !== undefined) return why
  if (behind !== undefined) behind.withdraw(family, prefix, 2)
  else await daemon.withdraw?.(scene.nodeAddress, ownRoute(family, 2))
  await sees(lab, family, prefix, [1, 3])
  return undefined
}

function whyNoWithdrawal({ kind }: Scene, family: FamilyName): Partly | undefined {
  const why = family.endsWith('-vpn') ? kind.cannot.get('takeVpnWithdrawals') : undefined
  return why === undefined ? undefined : new Partly(why)
}

async function toIt(scene: Scene, family: FamilyName): Promise<Partly | undefined> {
  const { lab, behind, daemon } = scene
  const prefix = prefixOf(family, 61)
  const there = async (): Promise<string[]> =>
    (await daemon.routes(family))
      .filter(route => prefix.endsWith(route.prefix))
      .map(route => route.nextHop)
      .sort()
  announce(lab, family, prefix)
  for (const ids of [pathIds, [1, 3]]) {
    if (ids.length < pathIds.length) lab.withdraw(family, prefix, 2)
    const wanted = ids.map(id => nextHopOf(family, id))
    await until(
      `its table has paths ${ids.join(', ')}`,
      async () => JSON.stringify(await there()) === JSON.stringify(wanted),
      10,
      there
    )
    if (behind !== undefined) await sees(behind, family, prefix, ids)
    const why = whyNoWithdrawal(scene, family)
    if (why !== undefined) return why
  }
  lab.withdraw(family, prefix, 1)
  lab.withdraw(family, prefix, 3)
  await until('nothing is left there', async () => (await there()).length === 0, 10, there)
  return undefined
}
