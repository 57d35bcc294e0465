/** The close machine with its walks and its clock: what comes during a walk waits for its end (spec bgp 12.5). */
import t from 'tap'
import { AdjIn } from '../../../src/bgp/rib/adj-in.js'
import type { CloseState } from '../../../src/bgp/rib/close-machine.js'
import { CloseCounts, PeerClose, type PeerCloseOwner } from '../../../src/bgp/rib/peer-close.js'
import { Nlri } from '../../../src/bgp/wire/nlri.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { bgpSource, inetTable, intern, key, ribContext } from './rib-helpers.js'

const times = { restartSeconds: 100, longLivedSeconds: 1000 }
const noLongLived = { restartSeconds: 100, longLivedSeconds: 0 }

class Subject implements PeerCloseOwner {
  readonly scheduler = new VirtualScheduler(1)
  readonly closeCounts = new CloseCounts()
  readonly context = ribContext()
  readonly table = inetTable(this.context)
  readonly adjIn = new AdjIn(this.table, bgpSource('peer'))
  readonly close: PeerClose
  readonly told: string[] = []

  constructor(keepsClock = false) {
    this.close = new PeerClose([this.adjIn], keepsClock, this)
    const nlri = new Nlri()
    const attributes = intern(this.context.attributes, {})
    // A walk takes several slices.
    for (let i = 0; i < 5000; i++) {
      nlri.reset().setKey(key(`10.${i >> 8}.${i & 255}.0/24`))
      this.adjIn.update(nlri, attributes, 0)
    }
    this.context.attributes.release(attributes)
  }

  keepsAll(): boolean {
    return true
  }

  closeSession(): void {
    this.told.push('close the session')
  }

  gaveUpWaiting(): void {
    this.told.push('gave up waiting')
  }

  finished(): void {
    this.told.push('finished')
  }

  /** Until the walk under way is over, and no further. */
  walked(): void {
    const before = this.close.state
    this.scheduler.runUntil(() => this.close.state !== before, 90_000)
  }

  seconds(count: number): void {
    this.scheduler.run(count * 1000)
  }
}

/** Brings a machine into a state. */
const into: Readonly<Record<CloseState, (it: Subject) => void>> = {
  none: () => {},
  stale: it => it.close.close(times),
  grTimer: it => {
    into.stale(it)
    it.walked()
  },
  llgrStale: it => {
    into.grTimer(it)
    it.scheduler.runUntil(() => it.close.state === 'llgrStale', 200_000)
  },
  llgrTimer: it => {
    into.llgrStale(it)
    it.walked()
  },
  sweep: it => {
    into.grTimer(it)
    it.close.returned()
    it.close.synchronised()
  },
  delete: it => it.close.close(undefined)
}

/** What was lost once for good stays so, whatever comes after it in the same walk. */
const again: readonly [name: string, closes: readonly ('graceful' | 'hard')[]][] = [
  ['graceful', ['graceful']],
  ['hard', ['hard']],
  ['graceful, hard', ['graceful', 'hard']],
  ['hard, graceful', ['hard', 'graceful']],
  ['hard, graceful, graceful', ['hard', 'graceful', 'graceful']]
]
/** Where a walk leads to when the session was lost again meanwhile; of delete, nothing is left to be lost. */
const next = {
  stale: ['grTimer', 'delete'],
  llgrStale: ['stale', 'delete'],
  sweep: ['stale', 'delete'],
  delete: ['none', 'none']
} as const
for (const state of ['stale', 'llgrStale', 'sweep', 'delete'] as const) {
  for (const [name, closes] of again) {
    t.test(`T-GR-2 in ${state}, closed again: ${name}`, async t => {
      const it = new Subject()
      into[state](it)
      t.equal(it.close.state, state)
      for (const how of closes) it.close.close(how === 'graceful' ? times : undefined)
      t.equal(it.close.state, state, 'the walk goes on')
      t.notOk(it.close.mayReturn)
      it.walked()
      const goes = closes.includes('hard') || state === 'delete'
      const [graceful, hard] = next[state]
      t.equal(it.close.state, goes ? hard : graceful)
      it.seconds(50)
      t.equal(it.table.size, goes || state === 'sweep' ? 0 : 5000)
      t.equal(it.told.includes('finished'), goes)
    })
  }
}

for (const state of ['grTimer', 'llgrTimer'] as const) {
  t.test(`T-GR-2 in ${state}: each event of the table`, async t => {
    const outcomes: readonly [string, (it: Subject) => void, CloseState, number][] = [
      ['closed again, gracefully', it => it.close.close(times), 'stale', 5000],
      ['closed for good', it => it.close.close(undefined), 'delete', 0],
      ['back, unfit', it => it.close.returnedUnfit(), 'delete', 0],
      ['back', it => it.close.returned(), state, 5000]
    ]
    for (const [name, event, next, left] of outcomes) {
      const it = new Subject()
      into[state](it)
      event(it)
      t.equal(it.close.state, next, name)
      it.seconds(1)
      t.equal(it.table.size, left, name)
      t.equal(it.told.includes('close the session'), name === 'back, unfit')
    }
  })

  t.test(`T-GR-2 in ${state}, back: End-of-RIB, or the timer`, async t => {
    for (const ends of [true, false]) {
      const it = new Subject(true)
      into[state](it)
      it.close.returned()
      const nlri = new Nlri()
      nlri.reset().setKey(key('10.0.7.0/24'))
      const attributes = intern(it.context.attributes, {})
      it.adjIn.update(nlri, attributes, 0)
      it.context.attributes.release(attributes)
      if (ends) it.close.synchronised()
      else it.seconds(1100)
      it.seconds(1)
      t.equal(it.close.state, 'none')
      t.equal(it.table.size, 1, 'what was said again')
      t.equal(it.told.includes('gave up waiting'), !ends)
    }
  })
}

t.test('T-GR-2 the timer, with the session down: long-lived where it may be, then delete', async t => {
  const it = new Subject()
  it.close.close(noLongLived)
  it.seconds(99)
  t.equal(it.close.state, 'grTimer')
  it.seconds(2)
  t.same([it.table.size, it.close.state], [0, 'none'])
  const longer = new Subject()
  longer.close.close(times)
  longer.seconds(101)
  t.equal(longer.close.state, 'llgrTimer')
  longer.seconds(998)
  t.equal(longer.table.size, 5000)
  longer.seconds(3)
  t.same([longer.table.size, longer.close.state], [0, 'none'])
})

t.test('T-GR-5 losses within losses: the clock is that of the first', async t => {
  const it = new Subject()
  it.close.close(times)
  for (let i = 0; i < 10; i++) {
    it.seconds(5)
    it.close.returned()
    it.seconds(4)
    it.close.close(times)
  }
  t.equal(it.closeCounts.nested, 10)
  it.seconds(9)
  t.equal(it.close.state, 'grTimer', 'at 99 s')
  it.seconds(2)
  t.equal(it.close.state, 'llgrTimer')
  // A loss in the long-lived time does not begin another restart time: it is long over.
  it.close.returned()
  it.seconds(10)
  it.close.close(times)
  it.seconds(1)
  t.equal(it.close.state, 'llgrTimer')
  it.seconds(990)
  t.equal(it.table.size, 0, 'and not the long-lived time either')
})
