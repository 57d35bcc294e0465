/** Several paths of a VPN route (RFC 7911) towards a neighbour that asks for some route targets (RFC 4684). */
import t from 'tap'
import { Neighbourhood, plainConfiguration } from '../../support/neighbourhood.js'

const prefix = '10.9.9.9:1:10.3.0.0/16'
const [first, second] = ['target:64512:1', 'target:64512:2'] as const

/** i2 has the better path with `best`, i3 the other with the second target; i1 takes several and says what it wants. */
function lab(best: readonly string[]): Neighbourhood {
  const it = new Neighbourhood({ ...plainConfiguration, options: { i1: { addPath: 'both' } } })
  it.run(60)
  const { i2, i3 } = it.routers
  i2.announce('inet-vpn', prefix, { label: 17, localPreference: 200, extendedCommunities: best })
  i3.announce('inet-vpn', prefix, { label: 18, localPreference: 100, extendedCommunities: [second] })
  it.run(5)
  return it
}

const preferences = (it: Neighbourhood): (number | undefined)[] =>
  it
    .told('i1', 'inet-vpn')
    .map(({ localPreference }) => localPreference)
    .sort()

const courses: readonly [
  best: readonly string[],
  asked: string,
  before: readonly number[],
  after: readonly number[]
][] = [
  [[first], `64512:${second}`, [], [100]],
  [[first], `64512:${first}`, [], [200]],
  [[first], '0:target:0:0', [], [100, 200]],
  [[first, second], `64512:${second}`, [], [100, 200]],
  // Who carries no target is told to everybody.
  [[], `64512:${second}`, [200], [100, 200]],
  [[], '0:target:0:0', [200], [100, 200]]
]
for (const [best, asked, before, after] of courses) {
  t.test(`the best path with ${best.join(', ') || 'no target'}, asked for ${asked}`, async t => {
    const it = lab(best)
    t.strictSame(preferences(it), before)
    it.routers.i1.announce('route-target', asked)
    it.run(5)
    t.strictSame(preferences(it), after)
    it.routers.i1.withdraw('route-target', asked)
    it.run(5)
    t.strictSame(preferences(it), before)
  })
}
