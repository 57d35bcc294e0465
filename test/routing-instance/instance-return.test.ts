/** In whole nodes: an instance that is removed and comes back at once leaves everyone with what the tables have. */
import t from 'tap'
import { Cluster } from '../support/cluster.js'
import { type ApiObject, instanceOf } from '../support/cluster-objects.js'
import { snapshot } from '../support/snapshot.js'

const lonely = instanceOf('lonely')
const isLonely = ({ type, fq_name }: ApiObject): boolean =>
  type === 'routing_instance' && fq_name.join(':') === lonely

/** Lines of the one that the other has not. */
function missing(lines: readonly string[], from: readonly string[]): string[] {
  const there = new Set(from)
  return lines.filter(line => !there.has(line))
}

for (const pauseMs of [0, 1, 20])
  t.test(`${pauseMs} ms without it`, async t => {
    const cluster = new Cluster(pauseMs + 1)
    cluster.start()
    for (const deed of cluster.deeds) deed()
    for (const [i, name] of (['cn-a', 'cn-b'] as const).entries())
      for (let route = 0; route < 300; route++)
        cluster
          .agent(name)
          .publish(lonely, { prefix: `10.${40 + i}.${route >> 8}.${route & 255}/32`, label: 60 + i })
    cluster.world.run(30_000)
    const before = snapshot(cluster)
    t.ok(before.length > 1200)
    const { instances } = cluster.nodes.get('cn-a')!.node
    let objects: readonly ApiObject[] = []
    for (let round = 0; round < 3; round++) {
      cluster.configure('cn-a', all => {
        objects = all
        return all.filter(object => !isLonely(object))
      })
      cluster.world.until('it is gone', () => instances.get(lonely) === undefined)
      cluster.world.run(pauseMs)
      cluster.configure('cn-a', () => objects)
      cluster.world.until('it is back', () => instances.get(lonely) !== undefined)
      cluster.world.run(pauseMs)
    }
    cluster.world.run(30_000)
    const after = snapshot(cluster)
    const lost = missing(before, after)
    const more = missing(after, before)
    t.same([lost.slice(0, 3), more.slice(0, 3)], [[], []], `${lost.length} lost, ${more.length} more`)
  })
