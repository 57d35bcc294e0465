import fc from 'fast-check'
import t from 'tap'
import { tenantPort } from '../../../src/bgp/peer/tenant-ports.js'

const range = { first: 50000, last: 50512 }

t.test('T-BAAS-5 the owned port and the index that a source port stands for', async t => {
  const vectors: readonly [port: number, owned: number, index: number][] = [
    [50000, 50000, 0],
    [50513, 50000, 1],
    [51026, 50000, 2],
    [50256, 50256, 0],
    [50769, 50256, 1],
    [51282, 50256, 2],
    [50512, 50512, 0],
    [51025, 50512, 1],
    [51538, 50512, 2],
    [49999, 49999, 0],
    [1, 1, 0]
  ]
  for (const [port, owned, index] of vectors) t.same(tenantPort(port, range), { owned, index }, `${port}`)
})

t.test('without a range, or with one that makes no sense, ports are taken as they are', async t => {
  const ranges = [
    { first: 0, last: 0 },
    { first: 50512, last: 50000 },
    { first: 50000, last: 0 }
  ]
  for (const none of ranges) t.same(tenantPort(51000, none), { owned: 51000, index: 0 })
  t.same(tenantPort(51000, { first: 50000, last: 50000 }), { owned: 50000, index: 1000 }, 'a range of one')
})

t.test('what a compute node makes of a port and an index comes back', async () => {
  const ranges = fc.tuple(fc.integer({ min: 1, max: 60_000 }), fc.nat(600)).map(([first, more]) => ({
    first,
    last: first + more
  }))
  const cases = fc.tuple(ranges, fc.nat(), fc.nat(20)).map(([range, offset, index]) => {
    const count = range.last - range.first + 1
    const owned = range.first + (offset % count)
    return { range, owned, index, port: owned + count * index }
  })
  fc.assert(
    fc.property(cases, ({ range, owned, index, port }) => {
      const found = tenantPort(port, range)
      return found.owned === owned && found.index === index
    })
  )
})
