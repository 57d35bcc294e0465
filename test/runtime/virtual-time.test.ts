import t from 'tap'
import { VirtualScheduler } from '../../src/runtime/virtual-time.js'

t.test('timers run when they are due, in order of time', async t => {
  const scheduler = new VirtualScheduler(1)
  const ran: string[] = []
  scheduler.after(20, () => ran.push(`b ${scheduler.now()}`))
  scheduler.after(10, () => ran.push(`a ${scheduler.now()}`))
  scheduler.after(30.5, () => ran.push(`c ${scheduler.now()}`))
  scheduler.run(20)
  t.same(ran, ['a 10', 'b 20'])
  t.equal(scheduler.now(), 20)
  scheduler.run(100)
  t.same(ran, ['a 10', 'b 20', 'c 30.5'])
  t.equal(scheduler.now(), 120)
  t.equal(scheduler.wallClock(), Date.UTC(2026, 0, 1) + 120)
  t.equal(scheduler.waiting, 0)
})

t.test('a cancelled timer does not run, and cancelling late is harmless', async t => {
  const scheduler = new VirtualScheduler(1)
  let ran = 0
  const timers = Array.from({ length: 5000 }, (_, i) => scheduler.after(i, () => ran++))
  for (const timer of timers.slice(1)) timer.cancel()
  scheduler.run(10_000)
  t.equal(ran, 1)
  for (const timer of timers) timer.cancel()
  t.equal(scheduler.waiting, 0)
})

t.test('many timers: the heap gives them back sorted', async t => {
  const scheduler = new VirtualScheduler(7)
  const ran: number[] = []
  for (let i = 0; i < 3000; i++) {
    const due = scheduler.random.below(500)
    const timer = scheduler.after(due, () => ran.push(due))
    if (i % 3 === 0) timer.cancel()
  }
  scheduler.run(500)
  t.equal(ran.length, 2000)
  t.same(
    ran,
    [...ran].sort((a, b) => a - b)
  )
})

t.test('the order of timers that are due at once comes from the seed', async t => {
  const order = (seed: number): string => {
    const scheduler = new VirtualScheduler(seed)
    const ran: number[] = []
    for (let i = 0; i < 6; i++) scheduler.after(5, () => ran.push(i))
    scheduler.run(5)
    return ran.join('')
  }
  t.equal(order(3), order(3))
  t.ok(new Set(Array.from({ length: 20 }, (_, seed) => order(seed))).size > 10)
})

t.test('soon: first come, first served, at this instant, and before timers that are not due', async t => {
  const scheduler = new VirtualScheduler(1)
  const ran: string[] = []
  scheduler.after(1, () => ran.push('timer'))
  scheduler.soon(() => {
    ran.push('one')
    scheduler.soon(() => ran.push('three'))
  })
  scheduler.soon(() => ran.push('two'))
  scheduler.run(1)
  t.same(ran, ['one', 'two', 'three', 'timer'])
})

t.test('slices may cost time, so that timers come between them', async t => {
  const scheduler = new VirtualScheduler(1, { sliceMilliseconds: 1 })
  let slices = 0
  let seen = -1
  const slice = (): void => {
    if (++slices < 100) scheduler.soon(slice)
  }
  scheduler.soon(slice)
  scheduler.after(50, () => {
    seen = slices
  })
  scheduler.run(200)
  t.equal(slices, 100)
  t.ok(seen >= 49 && seen < 70, `${seen}`)
})

t.test('runUntil stops at the task that makes it true, or at the limit', async t => {
  const scheduler = new VirtualScheduler(1)
  let count = 0
  const tick = (): void => {
    count++
    scheduler.after(10, tick)
  }
  tick()
  t.ok(scheduler.runUntil(() => count === 5, 1000))
  t.equal(scheduler.now(), 40)
  t.notOk(scheduler.runUntil(() => count === 0, 1000))
  t.equal(scheduler.now(), 1040)
})

t.test('what tasks throw reaches the test, and the others still run', async t => {
  const scheduler = new VirtualScheduler(1)
  let ran = 0
  scheduler.after(1, () => {
    throw new Error('one')
  })
  scheduler.after(2, () => ran++)
  t.throws(() => scheduler.run(10), { message: 'one' })
  t.equal(ran, 1)
  for (const what of ['two', 'three']) {
    scheduler.after(1, () => {
      throw new Error(what)
    })
  }
  t.throws(() => scheduler.run(10), AggregateError)
  scheduler.run(10)
})

t.test('a loop that never lets time pass is an error and not a hang', async t => {
  const scheduler = new VirtualScheduler(1)
  const spin = (): void => scheduler.soon(spin)
  spin()
  t.throws(() => scheduler.run(1), /something spins/)
})
