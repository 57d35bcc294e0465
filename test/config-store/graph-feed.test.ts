import t from 'tap'
import { GraphFeed } from '../../src/config-store/graph-feed.js'
import { Graph } from '../../src/ifmap/graph.js'
import { Turns } from '../config/support.js'

const domain = (name: string) => ({
  type: 'domain',
  name,
  parent: undefined,
  properties: {},
  references: []
})

t.test('in slices, in order, and then the end', async t => {
  const graph = new Graph()
  const turns = new Turns()
  const heard: string[] = []
  const feed = new GraphFeed({
    graph,
    scheduler: turns,
    objectsPerSlice: 2,
    endOfConfig: () => heard.push(`end with ${graph.nodeCount()}`),
    problemsChanged: problems => heard.push(`${problems.length} problems`)
  })
  feed.changed({ updated: ['a', 'b', 'c'].map(domain), removed: [] })
  feed.problemsChanged([])
  feed.changed({ updated: [domain('d')], removed: [domain('a')] })
  feed.endOfConfig()
  t.equal(graph.nodeCount(), 0)
  turns.turn()
  t.equal(graph.nodeCount(), 2)
  turns.runAll()
  t.same(
    [...graph.nodes('domain')].map(({ name }) => name),
    ['b', 'c', 'd']
  )
  t.same(heard, ['0 problems', 'end with 3'])
  feed.changed({ updated: [], removed: [domain('b')] })
  turns.runAll()
  t.equal(graph.nodeCount(), 2)
  t.equal(heard.length, 2, 'one end only')
})
