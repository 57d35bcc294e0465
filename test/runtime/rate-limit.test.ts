import t from 'tap'
import { RateLimit } from '../../src/runtime/rate-limit.js'

t.test('a burst at once, then at the rate; each caller for itself', async t => {
  const limit = new RateLimit({ burst: 3, perSecond: 2 })
  const admitted = (caller: string, now: number): number => {
    let count = 0
    while (limit.admits(caller, now)) count++
    return count
  }
  t.equal(admitted('a', 0), 3)
  t.equal(admitted('b', 0), 3)
  t.equal(admitted('a', 499), 0)
  t.equal(admitted('a', 1000), 2)
  t.equal(admitted('a', 60_000), 3)
})

t.test(
  'callers without number: room is made for many at once, and not by a look at all for each',
  async t => {
    const limit = new RateLimit({ burst: 1, perSecond: 1 / 60 })
    for (let i = 0; i <= 10_000; i++) limit.admits(`caller ${i}`, i / 10)
    t.equal(limit.admits('caller 10000', 1001), false)
    t.equal(limit.admits('caller 1001', 1001), false, 'the last are remembered')
    t.equal(limit.admits('caller 999', 1001), true, 'the oldest tenth is forgotten')
  }
)
