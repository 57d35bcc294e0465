import fc from 'fast-check'
import t from 'tap'
import { AdjIn } from '../../../src/bgp/rib/adj-in.js'
import { PathFlag } from '../../../src/bgp/rib/path.js'
import { TableWalk } from '../../../src/bgp/rib/table-walk.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import {
  announce,
  bgpSource,
  inetTable,
  key,
  localSource,
  pathsOf,
  ribContext,
  withdraw
} from './rib-helpers.js'

t.test('a source has one path per prefix, or one per path id', async t => {
  const context = ribContext()
  const table = inetTable(context)
  const one = bgpSource('10.0.0.1')
  const several = localSource('chain')
  announce(context, table, '10.1.0.0/16', one, {}, 0, 7)
  announce(context, table, '10.1.0.0/16', one, {}, 0, 8)
  t.equal(pathsOf(table.find(key('10.1.0.0/16'))).length, 1, 'a new path id replaces')
  announce(context, table, '10.1.0.0/16', several, {}, 0, 1)
  announce(context, table, '10.1.0.0/16', several, {}, 0, 2)
  t.equal(pathsOf(table.find(key('10.1.0.0/16'))).length, 3)
  t.equal(table.size, 1)
  t.equal(table.counts.primary, 3)
  t.equal(withdraw(table, '10.1.0.0/16', several, 9), false)
  withdraw(table, '10.1.0.0/16', several, 1)
  withdraw(table, '10.1.0.0/16', several, 2)
  withdraw(table, '10.1.0.0/16', one)
  t.equal(table.size, 0)
  t.equal(table.counts.primary, 0)
  t.equal(context.attributes.size, 0)
})

t.test('what is done to a route together is told once, at the end', async t => {
  const context = ribContext()
  const table = inetTable(context)
  const heard: string[] = []
  const prefix = '10.1.0.0/16'
  const [one, two] = [bgpSource('10.0.0.1'), bgpSource('10.0.0.2')]
  announce(context, table, prefix, one)
  announce(context, table, '10.2.0.0/16', one)
  const route = table.find(key(prefix))!
  table.addListener({
    routeChanged: index => heard.push(`${table.print(table.at(index)!)} ${pathsOf(table.at(index)).length}`)
  })
  t.equal(
    table.together(route.index, () => {
      announce(context, table, prefix, two)
      announce(context, table, prefix, two, { med: 5 })
      withdraw(table, '10.2.0.0/16', one)
      return 'done'
    }),
    'done'
  )
  t.same(heard.splice(0), ['10.2.0.0/16 0', `${prefix} 2`], 'other routes are told of at once')
  table.together(route.index, () => undefined)
  t.same(heard.splice(0), [], 'nothing has changed')
  t.throws(() =>
    table.together(route.index, () => {
      withdraw(table, prefix, one)
      throw new Error('half way')
    })
  )
  t.same(heard.splice(0), [`${prefix} 1`], 'what has been done is told of')
  table.together(route.index, () => withdraw(table, prefix, two))
  t.same(heard.splice(0), [`${prefix} 0`], 'the route stays until its end has been told')
  announce(context, table, prefix, one)
  t.equal(heard.length, 1)
  withdraw(table, prefix, one)
  t.equal(table.size, 0)
  t.equal(context.attributes.size, 0)
})

t.test('listeners hear of changes and of nothing else', async t => {
  const context = ribContext()
  const table = inetTable(context)
  const heard: string[] = []
  table.addListener({
    routeChanged: index => {
      const route = table.at(index)!
      heard.push(`${table.print(route)} ${pathsOf(route).length}`)
    }
  })
  const source = bgpSource('10.0.0.1')
  announce(context, table, '10.1.0.0/16', source)
  announce(context, table, '10.1.0.0/16', source)
  announce(context, table, '10.1.0.0/16', source, { med: 1 })
  announce(context, table, '10.1.0.0/16', source, { med: 1 }, PathFlag.stale)
  withdraw(table, '10.1.0.0/16', source)
  t.strictSame(heard, ['10.1.0.0/16 1', '10.1.0.0/16 1', '10.1.0.0/16 1', '10.1.0.0/16 0'])
})

t.test('a held route keeps its place, and comes back in it', async t => {
  const context = ribContext()
  const table = inetTable(context)
  const source = bgpSource('10.0.0.1')
  announce(context, table, '10.1.0.0/16', source)
  const route = table.find(key('10.1.0.0/16'))!
  table.hold(route)
  withdraw(table, '10.1.0.0/16', source)
  t.equal(table.find(key('10.1.0.0/16')), route)
  announce(context, table, '10.1.0.0/16', source)
  t.equal(table.find(key('10.1.0.0/16')), route)
  withdraw(table, '10.1.0.0/16', source)
  table.letGo(route)
  t.equal(table.find(key('10.1.0.0/16')), undefined)
  t.equal(table.indexEnd, 0)
})

t.test('an infeasible path is counted and never usable', async t => {
  const context = ribContext()
  const table = inetTable(context)
  announce(context, table, '10.1.0.0/16', bgpSource('10.0.0.1'), {}, PathFlag.clusterListLooped)
  const route = table.find(key('10.1.0.0/16'))!
  t.equal(route.usable, undefined)
  t.equal(table.counts.infeasible, 1)
  table.setFlags(route.index, route.paths!, 0)
  t.equal(route.usable, route.paths)
  t.equal(table.counts.infeasible, 0)
})

t.test('any history of updates and withdrawals ends as a model says', async t => {
  const step = fc.record({
    prefix: fc.integer({ min: 0, max: 40 }).map(n => `10.${n}.0.0/16`),
    source: fc.integer({ min: 0, max: 3 }),
    med: fc.option(fc.integer({ min: 0, max: 2 }), { nil: undefined })
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), steps => {
      const context = ribContext()
      const table = inetTable(context)
      const sources = [0, 1, 2, 3].map(n => bgpSource(`10.0.0.${n}`, { routerId: n + 1 }))
      const model = new Map<string, number>()
      for (const { prefix, source, med } of steps) {
        const name = `${prefix} ${source}`
        if (med === undefined) {
          if (withdraw(table, prefix, sources[source]!) !== model.delete(name)) return false
        } else {
          announce(context, table, prefix, sources[source]!, { med, asPath: [1] })
          model.set(name, med)
        }
      }
      const found = new Map<string, number>()
      let routes = 0
      for (let i = 0; i < table.indexEnd; i++) {
        const route = table.at(i)
        if (route === undefined) continue
        routes++
        for (const path of pathsOf(route)) {
          found.set(`${table.print(route)} ${sources.indexOf(path.source)}`, path.attributes.facts.med)
        }
        const meds = pathsOf(route).map(path => path.attributes.facts.med)
        if (meds.some((med, at) => at > 0 && med < meds[at - 1]!)) return false
      }
      if (routes !== table.size || table.counts.primary !== model.size || found.size !== model.size)
        return false
      for (const [name, med] of model) if (found.get(name) !== med) return false
      for (const name of model.keys()) {
        const [prefix, source] = name.split(' ')
        withdraw(table, prefix!, sources[Number(source)]!)
      }
      return (
        table.size === 0 &&
        table.indexEnd === 0 &&
        context.attributes.size === 0 &&
        context.attributes.bytes === 0
      )
    })
  )
  t.pass()
})

t.test('a walk visits in slices every route that stays, and a sweep leaves nothing', async t => {
  const scheduler = new VirtualScheduler(1)
  const context = ribContext()
  const table = inetTable(context)
  const [one, two] = [bgpSource('10.0.0.1'), bgpSource('10.0.0.2')]
  for (let i = 0; i < 5000; i++) {
    announce(context, table, `10.${i >> 8}.${i & 255}.0/24`, one)
    if (i % 2 === 0) announce(context, table, `10.${i >> 8}.${i & 255}.0/24`, two, { med: 1 })
  }
  let visited = 0
  let done = false
  new TableWalk(
    table,
    scheduler,
    () => {
      visited++
    },
    () => {
      done = true
    }
  ).start()
  scheduler.run(0)
  t.equal(visited, 5000)
  t.ok(done)
  const adjIn = new AdjIn(table, one)
  adjIn.paths = 5000
  let swept = false
  adjIn.sweep(scheduler, () => {
    swept = true
  })
  scheduler.run(0)
  t.ok(swept)
  t.equal(adjIn.paths, 0)
  t.equal(table.size, 2500)
  t.equal(table.counts.primary, 2500)
})

t.test('paths are counted by standing, infeasible ones for their source too', async t => {
  const context = ribContext()
  const table = inetTable(context)
  const [one, two] = [bgpSource('10.0.0.1'), bgpSource('10.0.0.2')]
  announce(context, table, '10.1.0.0/16', one, {}, PathFlag.asPathLooped)
  announce(context, table, '10.2.0.0/16', one, {}, PathFlag.stale)
  announce(context, table, '10.2.0.0/16', two, {}, PathFlag.stale | PathFlag.llgrStale)
  const counts = () => [
    table.counts.infeasible,
    table.counts.infeasibleOf(one),
    table.counts.infeasibleOf(two),
    table.counts.stale,
    table.counts.longLivedStale
  ]
  t.same(counts(), [1, 1, 0, 2, 1])
  announce(context, table, '10.1.0.0/16', one)
  const route = table.find(key('10.2.0.0/16'))!
  for (const path of pathsOf(route)) table.setFlags(route.index, path, 0)
  t.same(counts(), [0, 0, 0, 0, 0])
  announce(context, table, '10.2.0.0/16', two, {}, PathFlag.noNeighborAs | PathFlag.stale)
  t.same(counts(), [1, 0, 1, 1, 0])
  withdraw(table, '10.2.0.0/16', two)
  t.same(counts(), [0, 0, 0, 0, 0])
})

t.test('a resolved path is beside the one that it was made of, and its source does not see it', async t => {
  const context = ribContext()
  const table = inetTable(context)
  const tenant = bgpSource('10.1.0.3')
  const scheduler = new VirtualScheduler(1)
  const { resolveNextHop, resolvedPath } = PathFlag
  announce(context, table, '203.0.113.0/24', tenant, {}, resolveNextHop)
  announce(context, table, '203.0.113.0/24', tenant, {}, resolvedPath, 7)
  announce(context, table, '203.0.113.0/24', tenant, {}, resolvedPath, 8)
  const route = table.find(key('203.0.113.0/24'))
  const ids = () => pathsOf(route).map(({ flags, pathId }) => [flags, pathId])
  t.same(ids(), [
    [resolvedPath, 7],
    [resolvedPath, 8],
    [resolveNextHop, 0]
  ])
  t.equal(table.counts.infeasibleOf(tenant), 0, 'it only waits')
  t.equal(table.counts.infeasible, 1)
  announce(context, table, '203.0.113.0/24', tenant, { med: 7 }, resolveNextHop)
  t.equal(pathsOf(route).length, 3, 'announced again it takes its own place')
  const adjIn = new AdjIn(table, tenant)
  adjIn.mark(
    scheduler,
    () => {},
    path => path.flags | PathFlag.stale
  )
  scheduler.run(10)
  t.same(ids().at(-1), [resolveNextHop | PathFlag.stale, 0])
  t.equal(table.counts.stale, 1)
  t.ok(withdraw(table, '203.0.113.0/24', tenant))
  t.notOk(withdraw(table, '203.0.113.0/24', tenant), 'there is no other of its own')
  t.same(ids(), [
    [resolvedPath, 7],
    [resolvedPath, 8]
  ])
})
