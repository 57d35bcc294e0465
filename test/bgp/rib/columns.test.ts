/** The memory under the tables: hash slots, slabs and columns of objects, each against a plain model. */
import fc from 'fast-check'
import t from 'tap'
import { AttributeDb } from '../../../src/bgp/rib/attribute-db.js'
import type { AttributeSet } from '../../../src/bgp/rib/attribute-set.js'
import { ByteSlabs, type Slab } from '../../../src/bgp/rib/byte-slabs.js'
import { HashSlots } from '../../../src/bgp/rib/hash-slots.js'
import { ObjectColumn } from '../../../src/bgp/rib/object-column.js'
import { SeededRandom } from '../../../src/runtime/seeded-random.js'
import { hashKey } from './rib-helpers.js'

t.test('hash slots find every entry, whatever came and went, and however hashes collide', t => {
  fc.assert(
    fc.property(
      // Few hashes, so that runs are long and wrap around the end.
      fc.array(fc.record({ entry: fc.integer({ min: 1, max: 60 }), hash: fc.constantFrom(0, 1, 7, -1, -2) })),
      steps => {
        const slots = new HashSlots()
        const model = new Map<number, number>()
        for (const { entry, hash } of steps) {
          const known = model.get(entry)
          if (known !== undefined) {
            slots.remove(known, entry)
            model.delete(entry)
          } else {
            slots.fill(freeSlot(slots, hash), hash, entry)
            model.set(entry, hash)
          }
          t.equal(slots.size, model.size)
          for (const [held, at] of model) if (!holds(slots, at, held)) return false
        }
        return true
      }
    )
  )
  t.end()
})

t.test('a large table is split into segments again and again, and forgets nothing', t => {
  const slots = new HashSlots()
  const random = new SeededRandom(7)
  const hashes = Array.from({ length: 40_000 }, () => random.u32() | 0)
  // A segment may be split several times over, when most hashes begin alike.
  for (let i = 0; i < 4000; i++) hashes[i] = (hashes[i]! >>> 9) | (0b1011 << 28)
  const entries = hashes.map((hash, i) => ({ hash, entry: i + 1 }))
  for (const { hash, entry } of entries) slots.fill(freeSlot(slots, hash), hash, entry)
  t.ok(entries.every(({ hash, entry }) => holds(slots, hash, entry)))
  t.ok(slots.cells.length <= 8 * entries.length, 'at most four slots an entry')
  const [gone, left] = [
    entries.filter(({ entry }) => entry % 3 !== 0),
    entries.filter(({ entry }) => entry % 3 === 0)
  ]
  for (const { hash, entry } of gone) slots.remove(hash, entry)
  t.equal(slots.size, left.length)
  t.ok(left.every(({ hash, entry }) => holds(slots, hash, entry)))
  t.notOk(gone.some(({ hash, entry }) => holds(slots, hash, entry)))
  for (const { hash, entry } of gone) slots.fill(freeSlot(slots, hash), hash, entry)
  t.ok(entries.every(({ hash, entry }) => holds(slots, hash, entry)))
  for (const { hash, entry } of entries) slots.remove(hash, entry)
  t.equal(slots.cells.length, new HashSlots().cells.length, 'its memory is given back')
  t.end()
})

function freeSlot(slots: HashSlots, hash: number): number {
  const { cells, mask } = slots
  const base = slots.segmentOf(hash)
  let at = (hash << 1) & mask
  while (cells[base + at + 1] !== 0) at = (at + 2) & mask
  return base + at
}

function holds(slots: HashSlots, hash: number, entry: number): boolean {
  const { cells, mask } = slots
  const base = slots.segmentOf(hash)
  for (let at = (hash << 1) & mask; cells[base + at + 1] !== 0; at = (at + 2) & mask) {
    if (cells[base + at + 1] === entry) return cells[base + at] === hash
  }
  return false
}

t.test('a place in a slab is one string’s until it is released', t => {
  const lengths = fc.oneof(fc.integer({ min: 0, max: 40 }), fc.constantFrom(255, 2048, 2049, 70_000))
  fc.assert(
    fc.property(fc.array(fc.tuple(lengths, fc.boolean(), fc.nat())), steps => {
      const slabs = new ByteSlabs()
      const held: { slab: Slab; start: number; length: number; mark: number }[] = []
      let mark = 0
      for (const [length, releases, which] of steps) {
        if (releases && held.length > 0) {
          const [{ slab, start }] = held.splice(which % held.length, 1) as [(typeof held)[number]]
          slabs.release(slab, start)
        } else {
          const slab = slabs.take(length)
          mark = (mark + 1) & 255
          held.push({ slab, start: slab.taken, length, mark })
          slab.bytes.fill(mark, slab.taken, slab.taken + length)
        }
      }
      return held.every(({ slab, start, length, mark }) => {
        const bytes = slab.bytes.subarray(start, start + length)
        return bytes.length === length && bytes.every(byte => byte === mark)
      })
    })
  )
  t.end()
})

t.test('slabs whose strings are gone are given back', t => {
  const slabs = new ByteSlabs()
  const taken = Array.from({ length: 5000 }, () => {
    const slab = slabs.take(100)
    return { slab, start: slab.taken }
  })
  const used = new Set(taken.map(({ slab }) => slab))
  for (const { slab, start } of taken.slice(1)) slabs.release(slab, start)
  const again = new Set(Array.from({ length: 10 }, () => slabs.take(100)))
  t.ok(used.size > 1)
  // Of all those slabs only the one that still holds a string is there to be filled.
  t.strictSame(
    [...again].filter(slab => used.has(slab)),
    [taken[0]!.slab]
  )
  t.end()
})

t.test('a set that nobody holds has no bytes, and its place serves another', t => {
  const db = new AttributeDb(hashKey)
  const bytes = Uint8Array.of(0x40, 1, 1, 0)
  const others = Uint8Array.of(0x40, 1, 1, 2)
  const set = db.intern(bytes, 0, 4)
  t.strictSame([...set.bytes], [...bytes])
  db.release(set)
  const other = db.intern(others, 0, 4)
  t.strictSame([...other.bytes], [...others])
  t.strictSame([...set.bytes], [])
  t.equal(db.size, 1)
  t.equal(db.bytes, 4)
  t.throws(() => db.hold(set), /nobody holds/, 'it does not come back')
  t.throws(() => db.release(set), /more often than held/)
  t.equal(db.size, 1)
  t.end()
})

t.test('interned sets keep their bytes, whatever is interned and released beside them', t => {
  const attributes = fc.uint8Array({ minLength: 1, maxLength: 30 })
  fc.assert(
    fc.property(fc.array(fc.tuple(attributes, fc.boolean())), steps => {
      const db = new AttributeDb(hashKey)
      const model = new Map<string, { set: AttributeSet; holders: number }>()
      for (const [bytes, releases] of steps) {
        const text = bytes.join()
        const known = model.get(text)
        if (releases && known !== undefined) {
          db.release(known.set)
          if (--known.holders === 0) model.delete(text)
        } else {
          const set = db.intern(bytes, 0, bytes.length)
          if (known !== undefined && known.set !== set) return false
          model.set(text, { set, holders: (known?.holders ?? 0) + 1 })
        }
      }
      return db.size === model.size && [...model].every(([text, { set }]) => set.bytes.join() === text)
    })
  )
  t.end()
})

t.test('a column of objects reads as an array of them', t => {
  const objects = [{ n: 0 }, { n: 1 }, { n: 2 }]
  const step = fc.record({
    row: fc.nat(40),
    object: fc.option(fc.nat(2)),
    run: fc.integer({ min: 1, max: 5 })
  })
  fc.assert(
    fc.property(fc.array(step), steps => {
      const column = new ObjectColumn<object>()
      const model = new Map<number, object>()
      for (const { row, object, run } of steps) {
        for (let at = row; at < row + run; at++) {
          if (object === null) {
            column.clear(at)
            model.delete(at)
          } else {
            column.set(at, objects[object]!)
            model.set(at, objects[object]!)
          }
        }
        if (column.size !== model.size) return false
        for (let at = 0; at < 60; at++) if (column.get(at) !== model.get(at)) return false
      }
      return true
    })
  )
  t.end()
})
