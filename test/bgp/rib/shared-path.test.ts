import t from 'tap'
import { PathFlag } from '../../../src/bgp/rib/path.js'
import { announce, bgpSource, inetTable, key, pathsOf, ribContext, withdraw } from './rib-helpers.js'

t.test('routes that differ in nothing but the prefix share a path until one of them changes', async t => {
  const context = ribContext()
  const table = inetTable(context)
  const [one, two] = [bgpSource('10.0.0.1'), bgpSource('10.0.0.2')]
  const route = (n: number) => table.find(key(`10.${n}.0.0/16`))!
  for (const n of [1, 2, 3, 4]) announce(context, table, `10.${n}.0.0/16`, one, { med: 7 })
  t.equal(route(1).paths, route(4).paths)

  announce(context, table, '10.1.0.0/16', two, { med: 9 })
  t.strictSame(
    pathsOf(route(1)).map(path => path.source.name),
    ['10.0.0.1', '10.0.0.2']
  )
  t.equal(pathsOf(route(2)).length, 1, 'a second path on one route is on that route alone')

  table.setFlags(route(2).index, route(2).paths!, PathFlag.asPathLooped)
  t.equal(route(3).usable, route(3).paths, 'nor is a flag')
  t.equal(table.counts.infeasible, 1)

  announce(context, table, '10.3.0.0/16', one, { med: 8 })
  t.equal(route(4).paths!.attributes.facts.med, 7, 'nor are attributes')

  for (const n of [1, 2, 3, 4]) withdraw(table, `10.${n}.0.0/16`, one)
  withdraw(table, '10.1.0.0/16', two)
  t.equal(context.attributes.size, 0)
  t.equal(table.counts.primary, 0)
  t.equal(table.counts.infeasible, 0)
})

t.test('routes whose flags change alike share a path again', async t => {
  const context = ribContext()
  const table = inetTable(context)
  const one = bgpSource('10.0.0.1')
  const route = (n: number) => table.find(key(`10.${n}.0.0/16`))!
  for (const n of [1, 2, 3]) announce(context, table, `10.${n}.0.0/16`, one, { med: 7 })
  for (const n of [1, 2, 3]) table.setFlags(route(n).index, route(n).paths!, PathFlag.stale)
  t.equal(route(1).paths, route(3).paths)
  t.equal(table.counts.stale, 3)
  for (const n of [1, 2, 3]) withdraw(table, `10.${n}.0.0/16`, one)
  t.equal(context.attributes.size, 0)
  t.equal(table.counts.stale, 0)
})
