import t from 'tap'
import { routesPerSlice } from '../../src/bgp/rib/table-walk.js'
import { Sweep } from '../../src/routing-instance/sweep.js'
import { agent, Lab } from './lab.js'

t.test('asked before it starts it walks once, asked while it walks once more', async t => {
  const lab = new Lab()
  const table = lab.table('inet.0')
  const routes = routesPerSlice + 1
  for (let i = 0; i < routes; i++) lab.publish(table, `10.${i >> 8}.${i & 255}.0/24`, agent('a'))
  const log: string[] = []
  let visited = 0
  const sweep = new Sweep(
    table,
    lab.scheduler,
    () => visited++,
    () => log.push(`begin ${visited}`),
    () => log.push(`done ${visited}`)
  )
  sweep.request()
  sweep.request()
  lab.scheduler.runUntil(() => visited === routesPerSlice, 0)
  t.ok(sweep.running)
  sweep.request()
  sweep.request()
  lab.settle()
  t.same(log, ['begin 0', `begin ${routes}`, `done ${2 * routes}`])
  t.notOk(sweep.running)
  sweep.request()
  t.ok(sweep.running)
  sweep.stop()
  lab.settle()
  t.equal(visited, 2 * routes)
})
