/** What an OPEN agrees on, beside families: roles, the width of AS numbers, and the length of messages. */
import { AttributeCode } from '../../src/bgp/wire/canonical.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { expect, expectEqual, Partly, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { sceneChecks } from './checks.js'
import type { Scene } from './scene.js'
import { nodeAs } from './stage.js'

const daemonAs = 65311
const wide = 4200000099
const asTrans = 23456
/** 4,800 bytes of them: more than a message of 4,096 holds. */
const manyCommunities = Array.from({ length: 1200 }, (_, i) => `65001:${i + 1}`)
const small = { nextHop: '10.9.0.3', communities: ['65001:1'] }
const big = { nextHop: '10.9.0.3', communities: manyCommunities }

export async function negotiationChecks(kind: DaemonKind, report: Report): Promise<void> {
  const external = { families: ['inet'], daemonAs } as const
  await sceneChecks(
    kind,
    report,
    () => ({ ...external, words: { role: 'provider' }, asNeighbor: { role: 'customer' } }),
    [{ feature: 'roles that match, and OTC', needs: ['roles'], run: rolesMatch }]
  )
  await sceneChecks(
    kind,
    report,
    () => ({ ...external, words: { role: 'provider' }, asNeighbor: { role: 'provider' }, mayStayDown: true }),
    [{ feature: 'roles that do not match', needs: ['roles'], run: rolesMismatch }]
  )
  await sceneChecks(kind, report, () => ({ ...external, asNeighbor: { twoByteAs: true } }), [
    { feature: 'it knows AS numbers of 2 bytes only', needs: ['twoByteAs'], run: narrowAs }
  ])
  await sceneChecks(
    kind,
    report,
    () => ({
      families: ['inet'],
      words: { extended_messages: true },
      labWords: { extended_messages: true },
      asNeighbor: { extendedMessages: true },
      behindAsNeighbor: { extendedMessages: true },
      lab: { extendedMessages: true },
      behind: { extendedMessages: true }
    }),
    [{ feature: 'an UPDATE of more than 4,096 bytes', needs: ['extendedMessages'], run: bigUpdate }]
  )
  await sceneChecks(
    kind,
    report,
    () => ({ families: ['inet'], labWords: { extended_messages: true }, lab: { extendedMessages: true } }),
    [{ feature: 'a route that 4,096 bytes cannot hold is withdrawn, the session stays', run: tooBig }]
  )
}

const otc = (as: number): string => as.toString(16).padStart(8, '0')

async function rolesMatch({ lab, daemon, behind }: Scene): Promise<void> {
  const prefix = '10.70.0.0/24'
  lab.announce('inet', prefix, { nextHop: '10.9.0.3' })
  await until(
    'our route',
    async () => (await daemon.routes('inet')).some(route => route.prefix === prefix),
    10
  )
  if (behind === undefined) return
  const route = await until('our route behind it', () => behind.routes('inet').get(prefix), 10)
  expectEqual(route.others?.[AttributeCode.onlyToCustomer], otc(nodeAs), 'OTC')
  // A customer sends no route up that came down to it.
  behind.announce('inet', '10.71.0.0/24', {
    nextHop: '10.9.0.4',
    others: { [AttributeCode.onlyToCustomer]: otc(65001) }
  })
  behind.announce('inet', '10.72.0.0/24', { nextHop: '10.9.0.4' })
  const free = await until('a route that may go up', () => lab.routes('inet').get('10.72.0.0/24'), 10)
  expectEqual(free.others, undefined, 'other attributes of its own route')
  expect(!lab.routes('inet').has('10.71.0.0/24'), 'a leaked route came up')
}

/** RFC 9234 §4.2: OPEN error, subcode 11, from whoever sees it first. */
async function rolesMismatch({ node, kind }: Scene): Promise<void> {
  await until(
    'a NOTIFICATION of role mismatch',
    async () => {
      const { notificationIn, notificationOut } = await node.neighbor(kind.name)
      return /role/i.test(`${notificationIn?.text} ${notificationOut?.text}`)
    },
    20,
    () => node.describe(kind.name)
  )
  expect(!(await node.isEstablished(kind.name)), 'the session is up')
}

/** RFC 6793 §4.2: AS_TRANS stands for what it cannot say, and AS4_PATH has the rest, both ways. */
async function narrowAs(scene: Scene): Promise<Partly | undefined> {
  const { lab, behind, node, kind, daemon } = scene
  expectEqual((await node.neighbor(kind.name)).as4, false, 'four bytes agreed on')
  lab.announce('inet', '10.70.0.0/24', { nextHop: '10.9.0.3', asPath: `${wide} 65001` })
  const route = await until(
    'our route',
    async () => (await daemon.routes('inet')).find(({ prefix }) => prefix === '10.70.0.0/24'),
    10
  )
  const why = kind.cannot.get('mergeAs4Path')
  expectEqual(route.asPath, `${nodeAs} ${why === undefined ? wide : asTrans} 65001`, 'AS path there')
  if (behind === undefined) return undefined
  behind.announce('inet', '10.71.0.0/24', { nextHop: '10.9.0.4', asPath: `65001 ${wide}` })
  const back = await until('its route', () => lab.routes('inet').get('10.71.0.0/24'), 10)
  expectEqual(back.asPath, `${daemonAs} 65001 ${wide}`, 'AS path here')
  return why === undefined ? undefined : new Partly(why)
}

async function bigUpdate(scene: Scene): Promise<void> {
  const { lab, behind, daemon, node, kind } = scene
  lab.announce('inet', '10.70.0.0/24', big)
  await until(
    'our route',
    async () => (await daemon.routes('inet')).find(({ prefix }) => prefix === '10.70.0.0/24'),
    10,
    () => node.describe(kind.name)
  )
  if (behind === undefined) return
  behind.announce('inet', '10.71.0.0/24', { ...big, nextHop: '10.9.0.4' })
  for (const [router, prefix] of [
    [behind, '10.70.0.0/24'],
    [lab, '10.71.0.0/24']
  ] as const) {
    const route = await until(
      `${prefix} at ${router.options.name}`,
      () => router.routes('inet').get(prefix),
      10
    )
    expectEqual(route.communities?.length, manyCommunities.length, `communities at ${router.options.name}`)
  }
}

/** The route that it has would be a lie: the new one is told as withdrawn. */
async function tooBig({ lab, daemon, node, kind }: Scene): Promise<void> {
  const prefixes = async (): Promise<string[]> => (await daemon.routes('inet')).map(({ prefix }) => prefix)
  lab.announce('inet', '10.70.0.0/24', small)
  await until('a route that fits', async () => (await prefixes()).includes('10.70.0.0/24'), 10)
  lab.announce('inet', '10.70.0.0/24', big)
  await until('it is withdrawn', async () => !(await prefixes()).includes('10.70.0.0/24'), 10)
  lab.announce('inet', '10.70.0.0/24', small)
  await until('it fits again', async () => (await prefixes()).includes('10.70.0.0/24'), 10)
  expectEqual((await node.neighbor(kind.name)).flapCount, 0, 'sessions lost')
}
