/** What routes carry, through node and daemon both ways: attributes that pass, and those that stop a loop. */
import type { Announcement, LabRouter } from '../../src/lab/router.js'
import type { ReceivedRoute } from '../../src/lab/router-session.js'
import type { DaemonKind } from '../daemons/daemon.js'
import { expect, expectEqual, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { type SceneCheck, sceneChecks } from './checks.js'
import type { Scene } from './scene.js'
import { clusterId, nodeAs } from './stage.js'

const longPath = Array.from({ length: 300 }, (_, i) => 65001 + (i % 200)).join(' ')
const member = 64513
const confederation = { identifier: 64999, members: [nodeAs, member] }

interface Cargo {
  readonly name: string
  readonly attributes: Announcement
  readonly needs?: SceneCheck['needs']
}

const cargos: readonly Cargo[] = [
  {
    name: '20 communities of each kind pass',
    attributes: {
      communities: Array.from({ length: 20 }, (_, i) => `64512:${100 + i}`),
      largeCommunities: Array.from({ length: 20 }, (_, i) => `64512:4200000000:${100 + i}`),
      extendedCommunities: [
        ...Array.from({ length: 16 }, (_, i) => `target:64512:${100 + i}`),
        'target:4200000001:7', // of an AS number of four bytes
        '4308010203040506' // of a type that nobody knows
      ]
    }
  },
  { name: 'an AS path of 300', attributes: { asPath: longPath } },
  {
    name: 'an AS_SET and its AGGREGATOR',
    attributes: { asPath: '65001 {65002 65003}', others: { 7: '0000fde90a090004' } }
  },
  {
    name: 'an unknown transitive attribute passes',
    attributes: { others: { 222: 'c0ffee00112233' } },
    needs: ['passUnknown']
  }
]

export async function attributeChecks(kind: DaemonKind, report: Report): Promise<void> {
  await sceneChecks(kind, report, () => ({ families: ['inet'] }), [
    ...cargos.map(
      ({ name, attributes, needs = [] }, i): SceneCheck => ({
        feature: name,
        needs: ['forward', ...needs],
        run: scene => bothWays(scene, i, attributes)
      })
    ),
    { feature: 'a loop is cut by cluster id and by originator', needs: ['forward'], run: loops }
  ])
  await sceneChecks(kind, report, () => ({ families: ['inet'], daemon: { confederation } }), [
    {
      feature: 'confederation segments, to a node that is in none: taken as withdrawn',
      needs: ['forward', 'confederations'],
      run: confederationSegments
    }
  ])
}

async function bothWays(scene: Scene, number: number, attributes: Announcement): Promise<void> {
  const { lab, far } = scene
  const ways: readonly (readonly [LabRouter, LabRouter, string, string])[] = [
    [lab, far, `10.${100 + number}.1.0/24`, '10.9.0.3'],
    [far, lab, `10.${100 + number}.2.0/24`, '10.9.0.4']
  ]
  for (const [from, , prefix, nextHop] of ways) from.announce('inet', prefix, { nextHop, ...attributes })
  for (const [, to, prefix] of ways) {
    const route = await until(`${prefix} at ${to.options.name}`, () => to.routes('inet').get(prefix), 10)
    for (const [name, wanted] of Object.entries(attributes)) {
      const found = route[name as keyof ReceivedRoute]
      expectEqual(inOrder(found), inOrder(wanted), `${name} at ${to.options.name}`)
    }
  }
}

/** Without what print puts before a community that it has no words for. */
const inOrder = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(text => String(text).replace('ext community: ', '')).sort() : value

/** RFC 4456 §8: what has been here, and what is our own, comes no further. */
async function loops({ lab, far, nodeAddress, node, kind }: Scene): Promise<void> {
  const nextHop = '10.9.0.4'
  far.announce('inet', '10.120.1.0/24', {
    nextHop,
    originatorId: '10.9.9.9',
    clusterList: [`0.0.0.${clusterId}`]
  })
  far.announce('inet', '10.120.2.0/24', { nextHop, originatorId: nodeAddress, clusterList: ['0.0.0.77'] })
  far.announce('inet', '10.120.3.0/24', { nextHop, originatorId: '10.9.9.9', clusterList: ['0.0.0.77'] })
  await until('what is no loop', () => lab.routes('inet').has('10.120.3.0/24'), 10)
  for (const prefix of ['10.120.1.0/24', '10.120.2.0/24'])
    expect(!lab.routes('inet').has(prefix), `${prefix} came through`)
  expect(await node.isEstablished(kind.name), 'the session has ended')
}

/** RFC 5065 §5: malformed from who is not in our confederation, and the node is in none; treated as withdrawn. */
async function confederationSegments({ lab, far, daemon, node, kind }: Scene): Promise<void> {
  const [inside, outside] = ['10.140.1.0/24', '10.140.2.0/24']
  far.announce('inet', inside, { nextHop: '10.9.0.4', asPath: `(${member} 64514) 65001` })
  const has = async (): Promise<boolean> =>
    (await daemon.routes('inet')).some(({ prefix }) => prefix === inside)
  await until('it has the route', has, 10)
  far.announce('inet', outside, { nextHop: '10.9.0.4', asPath: '65001' })
  await until('a route without them', () => lab.routes('inet').has(outside), 10)
  expect(!lab.routes('inet').has(inside), 'the route came through')
  expectEqual((await node.neighbor(kind.name)).flapCount, 0, 'sessions lost')
}
