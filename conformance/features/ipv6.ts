/** Sessions over IPv6: routes of both versions, and IPv6 next hops of IPv4 prefixes (RFC 8950). */
import type { FamilyName } from '../../src/bgp/wire/family.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { expectEqual, Partly, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { type SceneCheck, sceneChecks } from './checks.js'
import type { Scene } from './scene.js'

interface Way {
  readonly family: FamilyName
  readonly prefixes: readonly [ours: string, theirs: string]
  readonly nextHops: readonly [ours: string, theirs: string]
}

const inet6: Way = {
  family: 'inet6',
  prefixes: ['fd70::/64', 'fd71::/64'],
  nextHops: ['fd09::3', 'fd09::4']
}
const inet: Way = {
  family: 'inet',
  prefixes: ['10.70.0.0/24', '10.71.0.0/24'],
  nextHops: ['10.9.0.3', '10.9.0.4']
}
const inetOverInet6: Way = { ...inet, prefixes: ['10.80.0.0/24', '10.81.0.0/24'], nextHops: inet6.nextHops }

export async function ipv6Checks(kind: DaemonKind, report: Report): Promise<void> {
  const check = (feature: string, way: Way, needs: SceneCheck['needs'] = []): SceneCheck => ({
    feature,
    needs,
    run: scene => bothWays(scene, way)
  })
  await sceneChecks(
    kind,
    report,
    () => ({ families: ['inet', 'inet6'] }),
    [check('over IPv6: inet6', inet6), check('over IPv6: inet', inet)],
    'inet6'
  )
  await sceneChecks(
    kind,
    report,
    () => ({
      families: ['inet', 'inet6'],
      words: { extended_next_hop: true },
      labWords: { extended_next_hop: true },
      asNeighbor: { extendedNextHop: true },
      behindAsNeighbor: { extendedNextHop: true },
      lab: { extendedNextHop: true },
      behind: { extendedNextHop: true }
    }),
    [check('over IPv6: inet with IPv6 next hops', inetOverInet6, ['extendedNextHop'])],
    'inet6'
  )
}

async function bothWays(scene: Scene, way: Way): Promise<Partly | undefined> {
  const { family, prefixes, nextHops } = way
  const { lab, behind, daemon, kind } = scene
  lab.announce(family, prefixes[0], { nextHop: nextHops[0] })
  const learned = await until(
    'our route in its table',
    async () => (await daemon.routes(family)).find(({ prefix }) => prefix === prefixes[0]),
    10,
    () => daemon.routes(family)
  )
  expectEqual(learned.nextHop, nextHops[0], 'next hop there')
  if (behind === undefined) return new Partly(kind.cannot.get('forward')!)
  behind.announce(family, prefixes[1], { nextHop: nextHops[1] })
  const far = await until('our route behind it', () => behind.routes(family).get(prefixes[0]), 10)
  const near = await until('its route', () => lab.routes(family).get(prefixes[1]), 10)
  expectEqual(near.nextHop, nextHops[1], 'next hop here')
  expectEqual(far.nextHop, nextHops[0], 'next hop behind it')
  return undefined
}
