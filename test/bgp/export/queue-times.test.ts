import fc from 'fast-check'
import t from 'tap'
import { QueueTimes } from '../../../src/bgp/export/queue-times.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'

type Deed =
  | { readonly does: 'push'; readonly entries: number }
  | { readonly does: 'turn'; readonly ms: number }
  | { readonly does: 'drop'; readonly entries: number }

const deeds = fc.array(
  fc.oneof(
    fc.record({ does: fc.constant('push' as const), entries: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ does: fc.constant('turn' as const), ms: fc.integer({ min: 1, max: 20 }) }),
    fc.record({ does: fc.constant('drop' as const), entries: fc.integer({ min: 1, max: 8 }) })
  ),
  { maxLength: 60 }
)

t.test('entries are as old as those that came in their turn', async () => {
  fc.assert(
    fc.property(deeds, (all: readonly Deed[]) => {
      const scheduler = new VirtualScheduler(1)
      const times = new QueueTimes(scheduler)
      /** The model: of each entry ever pushed, when it came. */
      const came: number[] = []
      let dropped = 0
      const done: number[] = []
      for (const deed of all) {
        if (deed.does === 'push') {
          for (let i = 0; i < deed.entries; i++) {
            if (!times.isStamped) times.stamp(came.length)
            came.push(scheduler.now())
          }
        } else if (deed.does === 'turn') {
          scheduler.run(deed.ms)
          times.isStamped = false
        } else {
          dropped = Math.min(came.length, dropped + deed.entries)
          times.isStamped = false
          times.dropTo(dropped, came.length, since => done.push(since))
        }
        for (let at = dropped; at < came.length; at++) if (times.at(at) !== came[at]) return false
      }
      times.dropTo(came.length, came.length, since => done.push(since))
      const isSame = JSON.stringify([...new Set(done)]) === JSON.stringify([...new Set(came)])
      return times.at(came.length) === undefined && isSame
    })
  )
})

t.test('what moves together keeps its age', async t => {
  const scheduler = new VirtualScheduler(1)
  const times = new QueueTimes(scheduler)
  for (let at = 0; at < 30; at++) {
    if (at % 10 === 0) times.isStamped = false
    if (!times.isStamped) times.stamp(at)
    if (at % 10 === 9) scheduler.run(50)
  }
  const start = times.at(0)!
  // The first ten are gone, and every second of the others.
  times.move(position => Math.max(0, Math.ceil((position - 10) / 2)))
  t.equal(times.at(0), start + 50)
  t.equal(times.at(4), start + 50)
  t.equal(times.at(5), start + 100)
})
