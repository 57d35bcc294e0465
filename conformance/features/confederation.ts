/** Confederations (RFC 5065): node and daemon as two members of one, and each as the outside of the other's. */
import type { Announcement, LabRouter } from '../../src/lab/router.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { bgpPort, type Ground } from '../harness/ground.js'
import { expectEqual, Partly, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { sceneChecks } from './checks.js'
import type { Scene, SceneOptions } from './scene.js'
import { nodeAs } from './stage.js'

const identifier = 64999
const daemonMember = 64513
const confederation = { identifier, members: [nodeAs, daemonMember] }
const outsider = 65001

const [member, outside] = ['confederation, member', 'confederation, outside']

export async function confederationChecks(kind: DaemonKind, report: Report): Promise<void> {
  const needs = ['forward', 'confederations'] as const
  await sceneChecks(kind, report, twoMembers, [{ feature: member, needs, run: throughMembers }])
  await sceneChecks(kind, report, () => daemonOutside, [{ feature: outside, needs: ['forward'], run: out }])
  await sceneChecks(kind, report, () => nodeOutside, [{ feature: outside, needs, run: outOfTheirs }])
}

/** `lab` is outside, and `behind` in the member AS of the daemon. */
const twoMembers = (ground: Ground): SceneOptions => ({
  families: ['inet'],
  daemonAs: daemonMember,
  daemon: { confederation },
  confederation,
  lab: {
    as: outsider,
    neighbors: [{ address: ground.address(1), as: identifier, port: bgpPort }]
  }
})

const daemonOutside: SceneOptions = {
  families: ['inet'],
  daemonAs: outsider,
  asNeighbor: { as: identifier },
  confederation: { identifier, members: [daemonMember] }
}

/** The node is in none, and has the daemon as the AS of the whole. */
const nodeOutside: SceneOptions = {
  families: ['inet'],
  daemonAs: daemonMember,
  daemon: { confederation: { identifier, members: [daemonMember, 64514] } },
  peer: { as: identifier }
}

interface Passage {
  readonly from: LabRouter
  readonly to: LabRouter
  readonly prefix: string
  readonly says: Announcement
  /** What arrives; undefined: the attribute is not there. */
  readonly becomes: Partial<
    Record<'asPath' | 'med' | 'localPreference' | 'nextHop', string | number | undefined>
  >
}

async function pass(passages: readonly Passage[]): Promise<void> {
  for (const { from, prefix, says } of passages) from.announce('inet', prefix, says)
  for (const { to, prefix, becomes } of passages) {
    const route = await until(
      `${prefix} at ${to.options.name}`,
      () => to.routes('inet').get(prefix),
      10,
      () => ({ errors: [...to.sessions.values()].flatMap(({ errors }) => errors) })
    )
    for (const [name, wanted] of Object.entries(becomes))
      expectEqual(
        route[name as keyof Passage['becomes']],
        wanted,
        `${name} of ${prefix} at ${to.options.name}`
      )
  }
  for (const { from, prefix } of passages) from.withdraw('inet', prefix)
  for (const { to, prefix } of passages)
    await until(`${prefix} is gone at ${to.options.name}`, () => !to.routes('inet').has(prefix), 10)
}

async function throughMembers(scene: Scene): Promise<Partly | undefined> {
  const { lab, far, node, kind } = scene
  const nextHop = '10.9.0.4'
  const inside = { nextHop, med: 7, localPreference: 300 }
  const lack = kind.cannot.get('tellMembers')
  await pass([
    {
      from: lab,
      to: far,
      prefix: '10.150.1.0/24',
      says: { nextHop, asPath: `${outsider} 64700`, med: 7 },
      becomes: { asPath: `(${nodeAs}) ${outsider} 64700`, med: 7, localPreference: 100 }
    },
    {
      from: far,
      to: lab,
      prefix: '10.150.2.0/24',
      says: { ...inside, asPath: '' },
      becomes: { asPath: `${identifier}`, localPreference: undefined, ...(lack === undefined && { med: 7 }) }
    },
    {
      from: far,
      to: lab,
      prefix: '10.150.3.0/24',
      says: { ...inside, asPath: '(64514) 64700' },
      becomes: { asPath: `${identifier} 64700`, localPreference: undefined, med: undefined }
    }
  ])
  // What the node has of it is what the daemon has said.
  far.announce('inet', '10.150.4.0/24', { ...inside, asPath: '(64514) 64700' })
  const has = async () => {
    const { tables } = await node.get<{
      tables: { routes: { paths: { asPath: string; localPreference: number }[] }[] }[]
    }>('/routes?table=inet.0&prefix=10.150.4.0/24&longer=true')
    return tables[0]?.routes[0]?.paths[0]
  }
  const path = await until('the route at the node', has, 10)
  expectEqual(path.asPath, `(${daemonMember} 64514) 64700`, 'AS path at the node')
  expectEqual(path.localPreference, lack === undefined ? 300 : 100, 'local preference at the node')
  expectEqual((await node.neighbor(kind.name)).flapCount, 0, 'sessions lost')
  return lack === undefined ? undefined : new Partly(lack)
}

async function out({ lab, far }: Scene): Promise<void> {
  const nextHop = '10.9.0.4'
  await pass([
    {
      from: lab,
      to: far,
      prefix: '10.151.1.0/24',
      says: { nextHop, asPath: `(${daemonMember} 64514) 64700`, med: 7, localPreference: 300 },
      becomes: { asPath: `${identifier} 64700` }
    },
    {
      from: lab,
      to: far,
      prefix: '10.151.2.0/24',
      says: { nextHop, asPath: `(${daemonMember}) [64514 64515]`, med: 7 },
      becomes: { asPath: `${identifier}`, med: 7 }
    },
    { from: far, to: lab, prefix: '10.151.3.0/24', says: { nextHop }, becomes: { asPath: `${outsider}` } }
  ])
}

async function outOfTheirs({ lab, far }: Scene): Promise<void> {
  const nextHop = '10.9.0.4'
  await pass([
    { from: lab, to: far, prefix: '10.152.1.0/24', says: { nextHop }, becomes: { asPath: `${nodeAs}` } },
    {
      from: far,
      to: lab,
      prefix: '10.152.2.0/24',
      says: { nextHop, asPath: '(64514) 64700' },
      becomes: { asPath: `${identifier} 64700` }
    }
  ])
}
