/** Large tables through node and daemon, both ways; what arrives is compared route by route. */
import { createHash } from 'node:crypto'
import type { LabRouter } from '../../src/lab/router.js'
import type { ReceivedRoute } from '../../src/lab/router-session.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { expectEqual, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { sceneChecks } from './checks.js'
import type { Scene } from './scene.js'

const prefixes = 200_000
/** Attribute sets, and the prefixes that share one. */
const sets = 2000
const setSize = prefixes / sets
const limitSeconds = 150
/** Counting a table is work for the daemon. */
const lookMs = 300

const table = (first: number): string[] =>
  Array.from({ length: prefixes }, (_, i) => `${first + (i >> 16)}.${(i >> 8) & 255}.${i & 255}.0/24`)
const fromBehind = table(30)
const fromLab = table(40)
const setOf = (i: number): number => Math.floor(i / setSize)
const community = (set: number): string => `65001:${set}`

export async function loadChecks(kind: DaemonKind, report: Report): Promise<void> {
  const needs = ['forward'] as const
  await sceneChecks(
    kind,
    report,
    () => ({ families: ['inet'], daemonAs: 65311, daemon: { isQuiet: true } }),
    [
      {
        feature: '200,000 prefixes from it',
        needs,
        run: ({ lab, far }) => carried(far, lab, fromBehind, '10.9.0.4')
      },
      {
        feature: '200,000 prefixes to it',
        needs,
        run: ({ lab, far }) => carried(lab, far, fromLab, '10.9.0.3')
      },
      { feature: '200,000 prefixes withdrawn each way', needs, run: withdrawn }
    ]
  )
}

async function carried(
  from: LabRouter,
  to: LabRouter,
  routes: readonly string[],
  nextHop: string
): Promise<string> {
  const begun = performance.now()
  for (let set = 0; set < sets; set++)
    from.announceAll('inet', routes.slice(set * setSize, (set + 1) * setSize), {
      nextHop,
      communities: [community(set)]
    })
  // The daemon may send back what it has from there.
  const theirs = (): ReceivedRoute[] =>
    [...to.routes('inet').values()].filter(({ prefix }) => prefix[0] === routes[0]![0])
  const arrived = (): number => theirs().length
  await until('all', () => arrived() >= prefixes, limitSeconds, arrived, lookMs)
  const seconds = (performance.now() - begun) / 1000
  const wanted = routes.map((prefix, i) => `${prefix} ${community(setOf(i))}`)
  const found = theirs().map(route => `${route.prefix} ${route.communities?.join()}`)
  if (digest(found) !== digest(wanted)) {
    const isWanted = new Set(wanted)
    const isFound = new Set(found)
    const [more, less] = [
      found.filter(line => !isWanted.has(line)),
      wanted.filter(line => !isFound.has(line))
    ]
    const some = (lines: readonly string[]): string => `${lines.length} (${lines.slice(0, 3).join('; ')})`
    throw new Error(
      `hashes differ: ${found.length} arrived; unexpected: ${some(more)}; missing: ${some(less)}`
    )
  }
  return `in ${seconds.toFixed(1)} s`
}

const digest = (lines: string[]): string => createHash('sha256').update(lines.sort().join('\n')).digest('hex')

async function withdrawn({ lab, far, node, kind, daemon }: Scene): Promise<string> {
  const begun = performance.now()
  lab.withdrawAll('inet', fromLab)
  far.withdrawAll('inet', fromBehind)
  const left = (): number => lab.routes('inet').size + far.routes('inet').size
  await until('all gone', () => left() === 0, limitSeconds, left, lookMs)
  await until(
    'its table is empty',
    async () => (await daemon.count('inet')) === 0,
    limitSeconds,
    () => daemon.count('inet'),
    lookMs
  )
  expectEqual((await node.neighbor(kind.name)).flapCount, 0, 'sessions lost')
  return `in ${((performance.now() - begun) / 1000).toFixed(1)} s`
}
