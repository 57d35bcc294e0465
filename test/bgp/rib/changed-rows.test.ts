/** The queue of rows to look at, against a plain list; and the hash of short keys. */
import fc from 'fast-check'
import t from 'tap'
import { ChangedRows } from '../../../src/bgp/rib/changed-rows.js'
import { RowList } from '../../../src/bgp/rib/row-list.js'
import { tabulatedLength, tabulationHash, tabulationOf } from '../../../src/bgp/rib/tabulation-hash.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { announce, bgpSource, inetTable, key, ribContext, withdraw } from './rib-helpers.js'

t.test('rows come out once each, oldest first, and hold their routes until then', t => {
  const context = ribContext()
  const scheduler = new VirtualScheduler()
  const steps = fc.array(fc.oneof(fc.nat(200), fc.constant('take' as const)), { maxLength: 400 })
  fc.assert(
    fc.property(steps, fc.boolean(), (steps, clears) => {
      const table = inetTable(context)
      const source = bgpSource('one')
      const rows = Array.from({ length: 201 }, (_, i) => {
        announce(context, table, `10.0.${i}.0/24`, source)
        return table.indexOf(key(`10.0.${i}.0/24`))
      })
      const changed = new ChangedRows(table)
      const model: number[] = []
      for (const step of steps) {
        if (step !== 'take') {
          changed.add(rows[step]!)
          if (!model.includes(rows[step]!)) model.push(rows[step]!)
        } else if (model.length > 0) {
          const row = changed.take()
          table.letGoAt(row)
          if (row !== model.shift()) return false
        }
        if (changed.size !== model.length || rows.some(row => changed.has(row) !== model.includes(row)))
          return false
      }
      for (const [i] of rows.entries()) withdraw(table, `10.0.${i}.0/24`, source)
      const stay = model.every(row => table.isUsed(row))
      const waiting = changed.size
      if (clears) {
        changed.clear(scheduler)
        if (changed.size > 0 || changed.taken < waiting) return false
        scheduler.run(0)
      }
      while (changed.size > 0) table.letGoAt(changed.take())
      return stay && rows.every(row => !table.isUsed(row)) && context.attributes.size === 0
    })
  )
  t.end()
})

t.test('routes that are let go of together leave like those that are let go of one by one', t => {
  const context = ribContext()
  const table = inetTable(context)
  const source = bgpSource('one')
  const rows = new RowList()
  const prefixes = Array.from({ length: 500 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)
  for (const prefix of prefixes) announce(context, table, prefix, source)
  for (const prefix of prefixes) {
    const row = table.indexOf(key(prefix))
    table.holdAt(row)
    rows.push(row)
  }
  // One is held by someone else too, one has a path again, one stands in the list twice.
  table.holdAt(rows.rows[7]!)
  table.holdAt(rows.rows[9]!)
  rows.push(rows.rows[9]!)
  for (const prefix of prefixes) withdraw(table, prefix, source)
  announce(context, table, prefixes[8]!, source)
  table.letGoAll(rows)
  t.strictSame(
    prefixes.filter(prefix => table.indexOf(key(prefix)) >= 0),
    [prefixes[7], prefixes[8]]
  )
  t.end()
})

t.test('a whole table is let go of in slices', t => {
  const context = ribContext()
  const table = inetTable(context)
  const source = bgpSource('one')
  const changed = new ChangedRows(table)
  const prefixes = Array.from({ length: 10_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`)
  for (const prefix of prefixes) {
    announce(context, table, prefix, source)
    changed.add(table.indexOf(key(prefix)))
  }
  for (const prefix of prefixes) withdraw(table, prefix, source)
  const isHeld = () => prefixes.filter(prefix => table.indexOf(key(prefix)) >= 0).length
  t.equal(isHeld(), 10_000)
  const scheduler = new VirtualScheduler(1, { sliceMilliseconds: 1 })
  changed.clear(scheduler)
  const afterFirst = isHeld()
  t.ok(afterFirst > 5000 && afterFirst < 10_000, `${afterFirst} are left after the first slice`)
  scheduler.run(100)
  t.equal(isHeld(), 0)
  t.end()
})

t.test('the hash of a key follows from the node’s words alone, and lengths make a difference', t => {
  const [words, others] = [tabulationOf({ k0: 1, k1: 2 }), tabulationOf({ k0: 1, k1: 3 })]
  const bytes = fc.uint8Array({ maxLength: tabulatedLength })
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const hash = tabulationHash(words, a, 0, a.length)
      const inside = Uint8Array.of(9, 9, ...a, 9)
      if (hash !== tabulationHash(words, inside, 2, 2 + a.length)) return false
      const isSame = Buffer.compare(a, b) === 0
      // By chance, in one of four thousand million cases.
      return isSame === (hash === tabulationHash(words, b, 0, b.length))
    })
  )
  const zeros = new Uint8Array(tabulatedLength)
  const lengths = Array.from({ length: tabulatedLength + 1 }, (_, i) => tabulationHash(words, zeros, 0, i))
  t.equal(new Set(lengths).size, lengths.length, 'zeros of each length')
  t.not(tabulationHash(words, zeros, 0, 5), tabulationHash(others, zeros, 0, 5))
  const low = new Set(
    Array.from(
      { length: 4096 },
      (_, i) => tabulationHash(words, Uint8Array.of(10, i >> 8, i, 0, 24), 0, 5) & 4095
    )
  )
  t.ok(low.size > 2400, 'neighbouring prefixes spread over the slots as chance would have them')
  t.end()
})
