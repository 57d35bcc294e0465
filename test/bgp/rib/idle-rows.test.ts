import fc from 'fast-check'
import t from 'tap'
import type { Route } from '../../../src/bgp/rib/route.js'
import { Table } from '../../../src/bgp/rib/table.js'
import { inet } from '../../../src/bgp/wire/family/inet.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { bgpSource, intern, ribContext } from './rib-helpers.js'

const keyOf = (n: number): Uint8Array => Uint8Array.of(10, n >> 16, n >> 8, n, 32)

function lab(turnOverChance = 0) {
  const scheduler = new VirtualScheduler(1, { turnOverChance })
  const context = ribContext(scheduler)
  const table = new Table('inet.0', inet, context)
  const attributes = intern(context.attributes, { asPath: [1], nextHop: '10.0.0.1' })
  const source = bgpSource('a')
  return {
    scheduler,
    table,
    announce: (n: number) => table.update(keyOf(n), 0, 5, source, attributes),
    withdraw: (n: number) => table.withdraw(keyOf(n), 0, 5, source)
  }
}

t.test('a route that is gone is gone at once, and its place is free a second later', t => {
  const { scheduler, table, announce, withdraw } = lab()
  announce(1)
  announce(2)
  const route = table.find(keyOf(1))!
  t.ok(withdraw(1))
  t.notOk(withdraw(1), 'it has none')
  t.equal(table.find(keyOf(1)), undefined)
  t.equal(table.indexOf(keyOf(1)), -1)
  t.equal(table.at(route.index), undefined)
  t.equal(table.size, 1)

  announce(1)
  t.equal(table.indexOf(keyOf(1)), route.index, 'back within it, it is where it was')
  t.not(table.find(keyOf(1)), route, 'and is another route')
  scheduler.run(2000)
  t.equal(table.indexOf(keyOf(1)), route.index, 'nobody takes it out')

  withdraw(1)
  scheduler.run(2000)
  announce(3)
  t.equal(table.indexOf(keyOf(3)), route.index, 'later its place is another’s')
  t.equal(scheduler.waiting, 0)
  t.end()
})

t.test('a table does not grow for routes that are gone', t => {
  const { table, announce, withdraw } = lab()
  for (let n = 0; n < 1024; n++) announce(n)
  const end = table.indexEnd
  for (let n = 0; n < 100_000; n++) {
    withdraw(n)
    announce(n + 1024)
  }
  t.equal(table.indexEnd, end)
  t.equal(table.size, 1024)
  t.end()
})

t.test('whatever comes and goes, a table has what a map has', t => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ what: fc.constant('announce' as const), n: fc.nat(20) }) },
    { weight: 6, arbitrary: fc.record({ what: fc.constant('withdraw' as const), n: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant('hold' as const), n: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant('letGo' as const), n: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ what: fc.constant('wait' as const), n: fc.nat(1500) }) }
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const { scheduler, table, announce, withdraw } = lab(0.5)
      const there = new Set<number>()
      const held = new Map<number, Route>()
      for (const { what, n } of steps) {
        if (what === 'announce') {
          announce(n)
          there.add(n)
        } else if (what === 'withdraw') {
          if (withdraw(n) !== there.delete(n)) return false
        } else if (what === 'hold') {
          const route = table.find(keyOf(n))
          if ((route === undefined) === (there.has(n) || held.has(n))) return false
          if (route !== undefined && !held.has(n)) {
            table.hold(route)
            held.set(n, route)
          }
        } else if (what === 'letGo') {
          if (held.has(n)) table.letGo(held.get(n)!)
          held.delete(n)
        } else {
          scheduler.run(n)
        }
        const rows = new Set<number>()
        for (let m = 0; m <= 20; m++) {
          const row = table.indexOf(keyOf(m))
          if (row >= 0 !== (there.has(m) || held.has(m))) return false
          if (row >= 0 && (rows.has(row) || (table.pathsAt(row) !== undefined) !== there.has(m))) return false
          if (held.has(m) && held.get(m) !== table.find(keyOf(m))) return false
          rows.add(row)
        }
      }
      for (const route of held.values()) table.letGo(route)
      for (const n of there) withdraw(n)
      return table.size === 0 && table.indexEnd === 0
    }),
    { numRuns: 500 }
  )
  t.end()
})
