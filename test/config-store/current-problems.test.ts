import t from 'tap'
import type { ConfigProblem } from '../../src/config-store/config-store.js'
import { CurrentProblems } from '../../src/config-store/current-problems.js'

t.test('a problem that stays keeps its time, one that comes back is new', async t => {
  const problems = new CurrentProblems()
  const one: ConfigProblem = {
    severity: 'error',
    file: 'weft.yaml',
    line: 3,
    column: 1,
    path: 'port',
    reason: 'no number'
  }
  const two: ConfigProblem = { ...one, reason: 'too large' }
  t.same(problems.update([one], 10), [one])
  t.same(problems.update([{ ...one }, two], 20), [two], 'read again, it is the same')
  t.same(
    [...problems.since],
    [
      [one, 10],
      [two, 20]
    ]
  )
  t.same(problems.update([two], 30), [])
  t.same([...problems.since.values()], [20])
  t.same(problems.update([one], 40), [one])
  t.same([...problems.since.values()], [40])
})
