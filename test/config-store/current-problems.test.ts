import t from 'tap'
import type { ConfigProblem } from '../../src/config-store/config-store.js'
import { CurrentProblems, warnOfProblems } from '../../src/config-store/current-problems.js'

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

t.test('lines of log about problems have a bound', async t => {
  const linesFor = (count: number): string[] => {
    const lines: string[] = []
    const problems = Array.from(
      { length: count },
      (_, i): ConfigProblem => ({
        severity: 'error',
        file: 'a.yaml',
        line: i + 1,
        column: 1,
        path: '',
        reason: 'bad'
      })
    )
    warnOfProblems(problems, { warn: (_, line) => void lines.push(line) })
    return lines
  }
  t.same(linesFor(1), ['configuration: a.yaml:1:1: error: bad'])
  t.equal(linesFor(100).length, 100)
  t.equal(linesFor(3000).length, 101)
  t.equal(linesFor(3000)[100], 'configuration: 2900 more problems, see /api/v1/config/problems')
})
