/** Cluster ids that come and go: routes that were there before are looped, or not, by those of now (RFC 4456 §8). */
import t from 'tap'
import type { NeighbourOptions } from '../../../../src/config/neighbour-options.js'
import { neighbours, OptionLab, objects } from './option-lab.js'

const prefix = '10.4.0.0/16'

/** The leaf says a route that has come through cluster 77; the spoke may be told it. */
function lab(): OptionLab {
  const it = new OptionLab()
  it.routers.leaf.announce('inet', prefix, { clusterList: ['0.0.0.77'] })
  return it.settle()
}

/** One step: the options of a neighbour, or the node's own cluster id. */
type Step = [who: 'edge' | 'other' | 'spoke' | 'leaf', options: NeighbourOptions] | [who: 'node', id: number]

function take(it: OptionLab, [who, what]: Step): void {
  if (who === 'node') it.lab.store.replace(JSON.stringify(objects({ node: { cluster_id: what } })))
  else it.change({}, { neighbours: new Map([[neighbours[who].address, what as NeighbourOptions]]) })
  it.run(3)
}

const courses: readonly [what: string, steps: readonly (readonly [Step, told: boolean])[]][] = [
  [
    'of a neighbour that the route does not come from',
    [
      [['spoke', { clusterId: 77 }], false],
      [['spoke', { clusterId: 78 }], true],
      [['spoke', {}], true]
    ]
  ],
  [
    'of a neighbour that has no part in it',
    [
      [['edge', { clusterId: 77 }], false],
      [['edge', {}], true]
    ]
  ],
  [
    'of the neighbour that the route comes from',
    [
      [['leaf', { clusterId: 77 }], false],
      [['leaf', {}], true]
    ]
  ],
  [
    'of the node',
    [
      [['node', 77], false],
      [['node', 9], true]
    ]
  ],
  [
    'of the node, which has another towards the neighbour',
    [
      [['leaf', { clusterId: 78 }], true],
      [['node', 77], false],
      [['leaf', {}], false],
      [['node', 10], true]
    ]
  ],
  [
    'from one neighbour to another',
    [
      [['spoke', { clusterId: 77 }], false],
      [['edge', { clusterId: 77 }], false],
      [['leaf', { clusterId: 77 }], false],
      [['leaf', {}], true]
    ]
  ]
]

for (const [what, steps] of courses) {
  t.test(`T-RR-2 a cluster id ${what}`, async t => {
    const it = lab()
    t.ok(it.told('spoke', prefix), 'no id of ours')
    for (const [step, told] of steps) {
      take(it, step)
      t.equal(it.told('spoke', prefix) !== undefined, told, JSON.stringify(step))
    }
    for (const name of ['spoke', 'leaf'] as const) {
      t.equal(it.flaps(name), 0, `${name} stays up`)
      t.equal(it.refreshes(name), 0, `${name} is not asked: what it has said is there`)
    }
  })
}
