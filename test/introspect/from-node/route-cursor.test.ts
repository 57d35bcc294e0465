import fc from 'fast-check'
import t from 'tap'
import { compareBytes } from '../../../src/bgp/rib/compare-bytes.js'
import { KeyRange, keyRangeInside } from '../../../src/introspect/from-node/prefix-range.js'
import { OrderedRoutes } from '../../../src/introspect/from-node/route-cursor.js'
import { announce, bgpSource, inetTable, key, ribContext, withdraw } from '../../bgp/rib/rib-helpers.js'

function filled(count: number, prefixOf: (i: number) => string) {
  const context = ribContext()
  const table = inetTable(context)
  const source = bgpSource('10.0.0.1')
  for (let i = 0; i < count; i++) announce(context, table, prefixOf(i), source)
  return { context, table, source }
}

/** All prefixes, however many calls it takes; between two of them `meanwhile` is called. */
function read(routes: OrderedRoutes, budget: number, meanwhile: () => void = () => {}): string[] {
  const found: string[] = []
  for (let some = routes.next(budget); some !== undefined; some = routes.next(budget)) {
    for (const route of some) found.push(route.table.print(route))
    meanwhile()
  }
  return found
}

const inOrder = (prefixes: Iterable<string>): string[] =>
  [...prefixes].sort((a, b) => compareBytes(key(a), key(b)))

t.test('a table of several windows comes in key order, each route once', async t => {
  const count = 30_000
  const prefixes = Array.from({ length: count }, (_, i) => {
    const n = (i * 7919) % count // no order of its own
    return `10.${n >> 8}.${n & 255}.0/24`
  })
  const { table } = filled(count, i => prefixes[i]!)
  t.same(read(new OrderedRoutes(table), 256), inOrder(prefixes))
  t.same(
    read(new OrderedRoutes(table, new KeyRange(key('10.50.0.0/16'))), 1000),
    inOrder(prefixes).filter(prefix => compareBytes(key(prefix), key('10.50.0.0/16')) >= 0)
  )
  const inside = keyRangeInside(table.family, '10.60.0.0/14')!
  t.same(
    read(new OrderedRoutes(table, inside), 256),
    inOrder(prefixes).filter(prefix => /^10\.6[0-3]\./.test(prefix))
  )
})

t.test('routes may come and go meanwhile: those that stay are all there, in order', async () => {
  fc.assert(
    fc.property(fc.array(fc.record({ add: fc.boolean(), n: fc.nat(4000) }), { maxLength: 60 }), changes => {
      const stable = Array.from({ length: 20_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)
      const { context, table, source } = filled(stable.length, i => stable[i]!)
      const rest = [...changes]
      const found = read(new OrderedRoutes(table), 512, () => {
        const change = rest.pop()
        if (change === undefined) return
        const prefix = `10.${change.n >> 8}.${change.n & 255}.128/25`
        if (change.add) announce(context, table, prefix, source)
        else withdraw(table, prefix, source)
      })
      const kept = found.filter(prefix => prefix.endsWith('/24'))
      return (
        kept.length === stable.length &&
        found.every((prefix, i) => i === 0 || compareBytes(key(found[i - 1]!), key(prefix)) < 0)
      )
    }),
    { numRuns: 10 }
  )
})
