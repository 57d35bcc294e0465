/**
 * Every family, within an AS and between two: a route of the lab's through node and daemon to the router behind it, one
 * from there to the lab, and one that the daemon has of its own. Labelled families have a scene of their own: FRR takes
 * labelled and plain routes of a neighbour only one at a time.
 */
import { familyNamed } from '../../src/bgp/wire/families.js'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import type { Announcement, LabRouter } from '../../src/lab/router.js'
import type { ReceivedRoute } from '../../src/lab/router-session.js'
import type { DaemonKind, DaemonRoute, Origination } from '../daemons/daemon.js'
import { expect, expectEqual, Partly, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { type SceneCheck, sceneChecks } from './checks.js'
import type { Scene } from './scene.js'
import { nodeAs } from './stage.js'

const target = '64512:100'
const esi = '00:11:22:33:44:55:66:77:88:99'

interface Row {
  readonly name: string
  readonly family: FamilyName
  /** Ours, with `7` in its RD and 3 as the last digit of its next hop; that from behind has 8 and 4. */
  readonly prefix: (rd: number, host: number) => string
  readonly nextHop: (host: number) => string
  readonly label?: number
  /** How the daemon would announce one. */
  readonly own?: Origination
}

const hop4 = (host: number): string => `10.9.0.${host}`
const hop6 = (host: number): string => `fd09::${host}`
const evpn = (type: number, prefix: Row['prefix'], label?: number): Row => ({
  name: `evpn type ${type}`,
  family: 'evpn',
  prefix: (rd, host) => `${type}-64512:${rd}-${prefix(rd, host)}`,
  nextHop: hop4,
  ...(label !== undefined && { label })
})

const own = (family: FamilyName, prefix: string, label?: number): Origination => ({
  family,
  prefix,
  nextHop: family.startsWith('inet6') ? 'fd09::2' : '10.9.0.2',
  ...(label !== undefined && { label }),
  ...(family.endsWith('-vpn') && { rd: '64512:5', target })
})

const plain: readonly Row[] = [
  {
    name: 'inet',
    family: 'inet',
    prefix: (_, host) => `10.7${host}.0.0/24`,
    nextHop: hop4,
    own: own('inet', '10.50.0.0/24')
  },
  {
    name: 'inet6',
    family: 'inet6',
    prefix: (_, host) => `fd7${host}::/64`,
    nextHop: hop6,
    own: own('inet6', 'fd50::/64')
  },
  {
    name: 'inet-vpn',
    family: 'inet-vpn',
    prefix: (rd, host) => `64512:${rd}:10.7${host}.0.0/24`,
    nextHop: hop4,
    label: 172,
    own: own('inet-vpn', '10.52.0.0/24', 152)
  },
  {
    name: 'inet6-vpn',
    family: 'inet6-vpn',
    prefix: (rd, host) => `64512:${rd}:fd7${host}::/64`,
    nextHop: hop6,
    label: 173,
    own: own('inet6-vpn', 'fd52::/64', 153)
  },
  evpn(1, () => `${esi}-0`, 174),
  evpn(2, (_, host) => `0-02:aa:bb:cc:dd:0${host},10.1.1.${host}`, 175),
  evpn(3, (_, host) => `0-${hop4(host)}`),
  evpn(4, (_, host) => `${esi}-${hop4(host)}`),
  {
    ...evpn(5, (_, host) => `0-10.7${host}.0.0/24`, 176),
    own: { family: 'evpn', prefix: '10.53.0.0/24', nextHop: '10.9.0.2', rd: '64512:5', label: 154, target }
  }
]

const labelled: readonly Row[] = [
  {
    name: 'inet-labeled',
    family: 'inet-labeled',
    prefix: (_, host) => `10.7${host}.1.0/24`,
    nextHop: hop4,
    label: 171,
    own: own('inet-labeled', '10.51.0.0/24', 151)
  },
  {
    name: 'inet6-labeled',
    family: 'inet6-labeled',
    prefix: (_, host) => `fd7${host}:1::/64`,
    nextHop: hop6,
    label: 177,
    own: own('inet6-labeled', 'fd51::/64', 155)
  }
]

/** Families that none of the daemons has: their cells say so. */
const foreign: readonly FamilyName[] = ['mvpn', 'erm-vpn']

export async function familyChecks(kind: DaemonKind, report: Report): Promise<void> {
  for (const sort of ['iBGP', 'eBGP'] as const) {
    for (const rows of [plain, labelled]) {
      const families = [...new Set(rows.map(row => row.family))].filter(family =>
        kind.families.includes(family)
      )
      const routes = rows.flatMap(row =>
        row.own !== undefined && kind.originates.includes(row.family) ? [row.own] : []
      )
      await sceneChecks(
        kind,
        report,
        () => ({ families, daemon: { routes }, ...(sort === 'eBGP' && { daemonAs: 65311 }) }),
        rows.map(row => rowCheck(row, sort))
      )
    }
    for (const family of foreign)
      if (!kind.families.includes(family))
        report.lacks(kind.name, `${family}, ${sort}`, `it has no such family`)
  }
}

const rowCheck = (row: Row, sort: string): SceneCheck => ({
  feature: `${row.name}, ${sort}`,
  lacks: kind => (kind.families.includes(row.family) ? undefined : 'it has no such family'),
  run: scene => bothWays(scene, row)
})

async function bothWays(scene: Scene, row: Row): Promise<Partly | undefined> {
  const { lab, behind, kind, daemon } = scene
  const { family } = row
  announce(lab, row, 7, 3)
  const learned = await known(scene, row)
  checkLearned(scene, row, learned)
  const whyNotOn =
    row.family.endsWith('-labeled') && scene.daemonAs !== nodeAs ? kind.cannot.get('passLabelled') : undefined
  if (whyNotOn !== undefined) return new Partly(whyNotOn)
  if (behind !== undefined) {
    announce(behind, row, 8, 4)
    checkArrived(scene, row, await arrived(behind, row, row.prefix(7, 3)), 3, [scene.daemonAs, nodeAs])
    checkArrived(scene, row, await arrived(lab, row, row.prefix(8, 4)), 4, [scene.daemonAs])
  }
  const whyItStays = family.endsWith('-vpn') ? kind.cannot.get('takeVpnWithdrawals') : undefined
  lab.withdraw(family, row.prefix(7, 3))
  if (whyItStays === undefined)
    await until(
      'the withdrawal reaches it',
      async () => !(await daemon.routes(family)).some(route => isIt(row, route))
    )
  const route = daemon.options.routes?.find(other => other.family === family && other === row.own)
  if (route === undefined)
    return partly(behind === undefined ? 'it announces none of its own, and forwards nothing' : whyItStays)
  const received = await until(
    `its own ${route.prefix} comes from it`,
    () => [...lab.routes(family).values()].find(each => each.prefix.endsWith(route.prefix)),
    15,
    () => [...lab.routes(family).keys()]
  )
  // FRR has its own address as next hop of prefixes in EVPN, whatever it is told.
  if (!(kind.name === 'frr' && family === 'evpn') && scene.daemonAs === nodeAs)
    expectEqual(received.nextHop, route.nextHop, 'next hop of its own')
  if (route.label !== undefined && !kind.cannot.has('chooseLabel') && family !== 'evpn')
    expectEqual(received.label, route.label, 'label of its own')
  if (route.rd !== undefined) expect(received.prefix.includes(route.rd), `RD of its own: ${received.prefix}`)
  return partly(whyItStays)
}

const partly = (why: string | undefined): Partly | undefined =>
  why === undefined ? undefined : new Partly(why)

function announce(router: LabRouter, row: Row, rd: number, host: number): void {
  const announcement: Announcement = {
    nextHop: row.nextHop(host),
    extendedCommunities: [`target:${target}`],
    ...(row.label !== undefined && { label: row.label + host })
  }
  router.announce(row.family, row.prefix(rd, host), announcement)
}

const canonical = ({ family: name }: Row, prefix: string): string => {
  const family = familyNamed(name)!
  const key = family.parse(prefix)!
  return family.print(key, 0, key.length)
}

async function arrived(router: LabRouter, row: Row, prefix: string): Promise<ReceivedRoute> {
  return await until(
    `${prefix} arrives at ${router.options.name}`,
    () => router.routes(row.family).get(canonical(row, prefix)),
    15,
    () => [...router.routes(row.family).keys()]
  )
}

/** Within an AS nothing is changed; between two, AS numbers are put in front and the daemon may be the next hop. */
function checkArrived(
  scene: Scene,
  row: Row,
  route: ReceivedRoute,
  host: number,
  path: readonly number[]
): void {
  const { family } = row
  if (scene.daemonAs !== nodeAs) {
    // What comes from behind is of the daemon's AS, which is where the router behind it is too.
    const wanted = path.filter(as => as !== scene.daemonAs || path.length === 1).join(' ')
    expectEqual(route.asPath, wanted, `AS path of ${route.prefix}`)
    return
  }
  expectEqual(route.asPath, '', `AS path of ${route.prefix}`)
  const isFrr = scene.kind.name === 'frr'
  if (!(isFrr && family.startsWith('inet6')))
    expectEqual(route.nextHop, row.nextHop(host), `next hop of ${route.prefix}`)
  if (row.label !== undefined && !(isFrr && row.name === 'evpn type 1'))
    expectEqual(route.labelField >>> 4, row.label + host, `label of ${route.prefix}`)
  if (family !== 'inet' && family !== 'inet6')
    expect(
      route.extendedCommunities?.includes(`target:${target}`) === true,
      `no route target: ${route.prefix}`
    )
}

/** As far as the daemon says. */
function checkLearned(scene: Scene, row: Row, learned: DaemonRoute): void {
  expectEqual(learned.nextHop, row.nextHop(3), 'next hop there')
  expectEqual(learned.asPath, scene.daemonAs === nodeAs ? '' : String(nodeAs), 'AS path there')
  if (row.family !== 'evpn' && row.label !== undefined && learned.label !== undefined)
    expectEqual(learned.label, row.label + 3, 'label there')
  if (row.family.endsWith('-vpn')) {
    expectEqual(learned.rd, '64512:7', 'RD there')
    expectEqual(learned.targets, [target], 'route targets there')
  }
}

/** The lab's route is in the daemon's own table. */
async function known({ daemon }: Scene, row: Row): Promise<DaemonRoute> {
  const prefix = row.prefix(7, 3)
  return await until(
    `${prefix} is in its table`,
    async () => (await daemon.routes(row.family)).find(route => isIt(row, route)),
    15,
    () => daemon.routes(row.family)
  )
}

const isIt = (row: Row, route: DaemonRoute): boolean =>
  row.family === 'evpn' ? route.nextHop === row.nextHop(3) : row.prefix(7, 3).endsWith(route.prefix)
