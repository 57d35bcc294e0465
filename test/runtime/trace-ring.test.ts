import t from 'tap'
import { TraceRing } from '../../src/runtime/trace-ring.js'

t.test('the last entries are kept, oldest first', async t => {
  const ring = new TraceRing<number>('ring', 3)
  t.same(ring.entries(), [])
  for (let i = 1; i <= 5; i++) ring.add(i, 'm', i)
  t.same(
    ring.entries().map(({ content }) => content),
    [3, 4, 5]
  )
})

t.test('what is kept never weighs more than the maximum', async t => {
  const ring = new TraceRing<number>('ring', 100, 1000)
  for (let i = 0; i < 500; i++) {
    const weight = (i * 37) % 400
    ring.add(i, 'm', weight, weight)
    const kept = ring.entries().map(({ content }) => content)
    t.ok(kept.reduce((sum, each) => sum + each, 0) <= 1000)
    t.equal(kept.at(-1), weight)
  }
  ring.add(500, 'm', 5000, 5000)
  t.not(ring.entries().at(-1)?.content, 5000)
})
