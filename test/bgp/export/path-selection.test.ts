/** Which paths a receiver with ADD-PATH is told, against a plain model of the selections. */
import fc from 'fast-check'
import t from 'tap'
import { isSelected, type PathSelection } from '../../../src/bgp/export/path-selection.js'
import type { Path } from '../../../src/bgp/rib/path.js'
import { OptionLab } from '../peer/options/option-lab.js'

interface Sketch {
  readonly as: number
  readonly feasible: boolean
}

/** A list of paths, best first. */
function listOf(sketches: readonly Sketch[]): Path[] {
  const paths = sketches.map(
    ({ as, feasible }, i) =>
      ({
        source: {},
        pathId: i,
        flags: 0,
        feasible,
        attributes: { facts: { neighborAs: as } },
        next: undefined as unknown
      }) as unknown as Path & { next: Path | undefined }
  )
  for (const [i, path] of paths.entries()) path.next = paths[i + 1]
  return paths
}

function model(sketches: readonly Sketch[], selection: PathSelection): number[] {
  const usable = [...sketches.keys()].filter(i => sketches[i]!.feasible)
  if (typeof selection === 'number') return usable.slice(0, selection)
  return usable.filter(i => usable.find(other => sketches[other]!.as === sketches[i]!.as) === i)
}

const sketch = fc.record({ as: fc.nat(2), feasible: fc.boolean() })
const selection = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constant('best-per-as' as const))

t.test('of any list', async () => {
  fc.assert(
    fc.property(fc.array(sketch, { maxLength: 7 }), selection, (sketches, selection) => {
      const paths = listOf(sketches)
      const found = [...paths.keys()].filter(i => isSelected(paths[0], paths[i]!, selection))
      return JSON.stringify(found) === JSON.stringify(model(sketches, selection))
    })
  )
})

const prefix = '10.9.0.0/16'

/** The spoke takes several paths; the edge, the other and the leaf have one each. */
function lab(addPathSelect?: PathSelection | 'all') {
  const it = new OptionLab({
    config: { neighbours: optionsOf(addPathSelect) },
    spoke: { addPath: true }
  })
  return it.settle()
}

const optionsOf = (addPathSelect?: PathSelection | 'all') =>
  new Map([
    ['10.0.0.13', { addPath: 'send' as const, ...(addPathSelect !== undefined && { addPathSelect }) }]
  ])

t.test('add_path_select on the wire: what comes, goes and changes its place', async t => {
  const it = lab(2)
  /** MEDs, by which the paths are told apart, of what the spoke is told. */
  const told = (): number[] =>
    [...it.routers.spoke.routes('inet').values()]
      .filter(route => route.prefix === prefix)
      .map(({ med }) => med!)
      .sort()
  const announce = (
    name: 'edge' | 'other' | 'leaf',
    med: number,
    localPreference: number,
    asPath?: string
  ) => {
    it.routers[name].announce('inet', prefix, {
      med,
      ...(name === 'leaf'
        ? { localPreference, asPath: asPath ?? '65311' }
        : { asPath: asPath ?? `${name === 'edge' ? 65311 : 65312}` })
    })
    it.run(2)
    return told()
  }
  t.strictSame(announce('edge', 1, 100), [1])
  t.strictSame(announce('other', 2, 100, '65312 65000'), [1, 2], 'longer, the second')
  t.strictSame(announce('leaf', 3, 200), [1, 3], 'the best now')
  t.strictSame(announce('leaf', 3, 50), [1, 2], 'and the last of three')
  it.routers.edge.withdraw('inet', prefix)
  it.run(2)
  t.strictSame(told(), [2, 3])
  t.strictSame(announce('edge', 1, 100), [1, 2])

  const change = (addPathSelect?: PathSelection | 'all'): number[] => {
    it.change({}, { neighbours: optionsOf(addPathSelect) })
    it.run(5)
    return told()
  }
  t.strictSame(change('all'), [1, 2, 3])
  t.strictSame(change('best-per-as'), [1, 2], 'the path of the leaf is of the AS of the edge')
  t.strictSame(announce('leaf', 3, 300), [2, 3])
  t.strictSame(announce('leaf', 3, 300, '65009'), [1, 2, 3], 'of an AS of its own')
  t.strictSame(change(1), [3])
  t.strictSame(change(), [1, 2, 3])
  t.equal(it.flaps('spoke'), 0)
})
