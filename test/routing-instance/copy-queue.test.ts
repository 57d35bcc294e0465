import t from 'tap'
import type { Route } from '../../src/bgp/rib/route.js'
import { CopyQueue } from '../../src/routing-instance/copy-queue.js'
import { agent, Lab } from './lab.js'

t.test('routes that come up meanwhile wait, and do not go away while they do', async t => {
  const lab = new Lab()
  const queue = new CopyQueue(lab.scheduler)
  const table = lab.table('inet.0')
  const a = agent('a')
  const count = 10_000
  const routes: Route[] = []
  for (let i = 0; i < count; i++) lab.publish(table, `10.${i >> 8}.${i & 255}.0/24`, a)
  for (let i = 0; i < count; i++) routes.push(table.at(i)!)
  let depth = 0
  let done = 0
  const copier = {
    replicate(route: Route): void {
      if (++depth > 1) t.fail('nested')
      if (done++ === 0) {
        for (const other of routes.slice(1)) for (let twice = 0; twice < 2; twice++) queue.run(copier, other)
        for (let i = 0; i < count; i++) lab.withdraw(table, `10.${i >> 8}.${i & 255}.0/24`, a)
      } else {
        if (table.at(route.index) !== route) t.fail('gone')
      }
      depth--
    }
  }
  queue.run(copier, routes[0]!)
  t.ok(done > 1000 && done < count, 'many in the same turn, the rest in slices')
  lab.settle()
  t.equal(done, count)
  t.equal(table.indexEnd, 0)
})
