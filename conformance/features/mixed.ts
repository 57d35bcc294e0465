/** Two instances of every daemon, all at once clients of one node: each has the routes of all the others. */
import type { Daemon, DaemonKind, DaemonRoute } from '../daemons/daemon.js'
import { missing } from '../daemons/daemon.js'
import { bgpPort, type Ground, onGround } from '../harness/ground.js'
import { NodeProcess } from '../harness/node-process.js'
import { fabricObjects, globalObject, type Neighbor, routerObjects } from '../harness/objects.js'
import { expectEqual, type Report } from '../harness/report.js'
import { until } from '../harness/until.js'
import { clusterId, nodeAs } from './stage.js'

interface Instance {
  readonly kind: DaemonKind
  readonly name: string
  readonly address: string
  readonly prefix: string
}

export async function mixedChecks(kinds: readonly DaemonKind[], report: Report): Promise<void> {
  await onGround(async ground => {
    const present = kinds.filter(kind => missing(kind) === undefined)
    const instances = present.flatMap((kind, i) => [
      instance(ground, kind, i, 1),
      instance(ground, kind, i, 2)
    ])
    const node = await startNode(ground, instances)
    const daemons = new Map<string, Daemon>()
    await Promise.all(instances.map(async one => daemons.set(one.name, await startDaemon(ground, node, one))))
    await Promise.all(instances.map(({ name }) => node.established(name, 60)))
    for (const kind of present) {
      const [first, second] = instances.filter(one => one.kind === kind) as [Instance, Instance]
      await report.check(kind.name, 'reflection between two of its kind', async () => {
        await reflected(daemons.get(first.name)!, second)
        await reflected(daemons.get(second.name)!, first)
      })
      await report.check(kind.name, 'reflection between it and all the others', async () => {
        for (const other of instances.filter(one => one.kind !== kind)) {
          await reflected(daemons.get(first.name)!, other)
          await reflected(daemons.get(second.name)!, other)
        }
      })
    }
  })
}

const instance = (ground: Ground, kind: DaemonKind, i: number, number: number): Instance => ({
  kind,
  name: `${kind.name}-${number}`,
  address: ground.address(10 + 2 * i + number),
  prefix: `10.${50 + i}.${number}.0/24`
})

async function startNode(ground: Ground, instances: readonly Instance[]): Promise<NodeProcess> {
  const address = ground.address(1)
  const neighbors = instances.map(
    ({ name, address }): Neighbor => ({ name, address, as: nodeAs, port: bgpPort, families: ['inet'] })
  )
  const own = { hostname: 'cn-a', as: nodeAs, address, port: bgpPort, clusterId, neighbors }
  return await NodeProcess.start(ground, {
    address,
    objects: [globalObject({ as: nodeAs }), ...fabricObjects(), ...routerObjects(own)]
  })
}

const startDaemon = async (
  ground: Ground,
  node: NodeProcess,
  { kind, address, prefix }: Instance
): Promise<Daemon> =>
  await kind.start(ground, {
    as: nodeAs,
    address,
    families: ['inet'],
    neighbors: [{ name: 'weft', address: node.options.address, as: nodeAs, passive: true }],
    routes: [{ family: 'inet', prefix, nextHop: '10.9.0.2', localPreference: 150 }]
  })

/** RFC 4456: the originator is who announced it, and our cluster is the only one on the way. */
async function reflected(at: Daemon, from: Instance): Promise<void> {
  const route = await until(
    `the route of ${from.name} at ${at.options.address}`,
    async (): Promise<DaemonRoute | undefined> =>
      (await at.routes('inet')).find(({ prefix }) => prefix === from.prefix),
    20
  )
  expectEqual(route.originatorId, from.address, `originator of the route of ${from.name}`)
  expectEqual(route.clusterList, [`0.0.0.${clusterId}`], `cluster list of the route of ${from.name}`)
  expectEqual(route.localPreference, 150, `local preference of the route of ${from.name}`)
  expectEqual(route.nextHop, '10.9.0.2', `next hop of the route of ${from.name}`)
}
