import fc from 'fast-check'
import t from 'tap'
import { addedMetric, aigpMetric, isAigp, putAigpMetric } from '../../../src/bgp/wire/aigp.js'
import { bytesOf, hexOf } from './support.js'

const vectors: readonly (readonly [name: string, hex: string, metric: bigint | undefined])[] = [
  ['a metric', '01000b0000000000000007', 7n],
  ['the greatest', '01000bffffffffffffffff', 2n ** 64n - 1n],
  ['of two the first counts', '01000b000000000000000701000b0000000000000009', 7n],
  ['behind a TLV of another type', '02000401 01000b0000000200000000'.replace(' ', ''), 2n ** 33n],
  ['before one', '01000b0000000000000007020003', 7n],
  ['nothing', '', undefined],
  ['another type alone', '02000401', undefined],
  ['a metric of four bytes', '01000700000007', undefined],
  ['a length without the header', '010008', undefined],
  ['a length of 0', '01000b0000000000000007020000', undefined]
]
for (const [name, hex, metric] of vectors) {
  t.test(name, async t => {
    const bytes = bytesOf(hex)
    t.equal(isAigp(bytes, 0, bytes.length), metric !== undefined)
    if (metric === undefined) return
    t.equal(aigpMetric(bytes, 0), metric)
    for (let cut = 0; cut < 11; cut++) t.notOk(isAigp(bytes, 0, cut), `cut to ${cut}`)
    putAigpMetric(bytes, 0, metric)
    t.equal(hexOf(bytes), hex, 'nothing else changes')
  })
}

t.test('any metric is read as it was put', async () => {
  const metric = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
  fc.assert(
    fc.property(metric, metric, (value, distance) => {
      const bytes = bytesOf('02000401' + '01000b0000000000000000')
      putAigpMetric(bytes, 0, value)
      const sum = addedMetric(value, distance)
      return (
        aigpMetric(bytes, 0) === value &&
        sum >= value &&
        sum < 2n ** 64n &&
        (sum === value + distance || sum === 2n ** 64n - 1n)
      )
    })
  )
})
