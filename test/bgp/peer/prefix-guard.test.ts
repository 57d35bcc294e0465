import t from 'tap'
import { type GuardVerdict, PrefixGuard } from '../../../src/bgp/peer/prefix-guard.js'

const courses: readonly [name: string, action: 'reset' | 'block' | 'warn', [number, GuardVerdict][]][] = [
  [
    'a warning once, and again only after it went well below',
    'reset',
    [
      [74, 'nothing'],
      [75, 'warn'],
      [80, 'nothing'],
      [74, 'nothing'],
      [76, 'nothing'],
      [67, 'relax'],
      [75, 'warn']
    ]
  ],
  [
    'exactly the limit is fine, one more is not',
    'reset',
    [
      [100, 'warn'],
      [101, 'reset'],
      [150, 'nothing']
    ]
  ],
  [
    'only said',
    'warn',
    [
      [101, 'warnExceeded'],
      [200, 'nothing'],
      [99, 'nothing'],
      [101, 'warnExceeded'],
      [50, 'relax']
    ]
  ]
]
for (const [name, action, steps] of courses) {
  t.test(name, async t => {
    const guard = new PrefixGuard({ maximum: 100, idleSeconds: 0, action })
    for (const [paths, verdict] of steps) t.equal(guard.check(paths), verdict, `${paths}`)
  })
}

t.test('no limit: 0, or none', async t => {
  for (const limit of [undefined, { maximum: 0, idleSeconds: 0 }]) {
    const guard = new PrefixGuard(limit)
    t.equal(guard.maximum, Number.POSITIVE_INFINITY)
    t.equal(guard.check(1e6), 'nothing')
  }
})

t.test('another limit is judged anew, and the same again is not', async t => {
  const limit = { maximum: 100, idleSeconds: 0, action: 'warn' } as const
  const guard = new PrefixGuard(limit)
  t.equal(guard.check(150), 'warnExceeded')
  t.equal(guard.setLimit({ ...limit }), false)
  t.equal(guard.check(150), 'nothing')
  guard.setLimit({ ...limit, action: 'reset' })
  t.equal(guard.check(150), 'reset', 'the action is another one')
})

t.test('what was kept out has to be said again once more is taken', async t => {
  const limit = { maximum: 100, idleSeconds: 0, action: 'block' } as const
  for (const [next, again] of [
    [{ ...limit }, false],
    [{ ...limit, maximum: 90 }, false],
    [{ ...limit, maximum: 200 }, true],
    [{ ...limit, action: 'warn' }, true],
    [undefined, true]
  ] as const) {
    const guard = new PrefixGuard(limit)
    t.equal(guard.tooMany(), true)
    t.equal(guard.setLimit(next), again)
    t.equal(guard.blocked, again ? 0 : 1)
  }
})
