import t from 'tap'
import { NodeScheduler } from '../../src/runtime/node-scheduler.js'

t.test('a timer never runs early', async t => {
  const scheduler = new NodeScheduler()
  const early = await Promise.all(
    [0, 0.3, 1, 2.7, 5, 9.9].map(
      ms =>
        new Promise<number>(resolve => {
          const start = scheduler.now()
          scheduler.after(ms, () => resolve(start + ms - scheduler.now()))
        })
    )
  )
  t.ok(
    early.every(ms => ms <= 0),
    String(early)
  )
})

t.test('a cancelled timer does not run, and one of a hundred days waits', async t => {
  const scheduler = new NodeScheduler()
  const ran: string[] = []
  const far = scheduler.after(100 * 86_400_000, () => ran.push('far'))
  scheduler.after(1, () => ran.push('cancelled')).cancel()
  await new Promise<void>(resolve => scheduler.after(20, resolve))
  far.cancel()
  t.same(ran, [])
})

t.test('soon: one slice per turn, and what waits in the loop gets its turn', async t => {
  const scheduler = new NodeScheduler()
  let slices = 0
  let timerRanAt = -1
  scheduler.after(1, () => {
    timerRanAt = slices
  })
  await new Promise<void>(resolve => {
    const slice = (): void => {
      const until = scheduler.now() + 1
      while (scheduler.now() < until);
      if (++slices === 30) resolve()
      else scheduler.soon(slice)
    }
    scheduler.soon(slice)
  })
  t.ok(timerRanAt >= 0 && timerRanAt < 10, String(timerRanAt))
  t.ok(Math.abs(scheduler.wallClock() - Date.now()) < 50)
})
