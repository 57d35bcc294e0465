/** GRACEFUL_SHUTDOWN (RFC 8326): told to neighbours that lose our routes soon, heard from those whose routes go. */
import t from 'tap'
import { offer } from '../../../../src/bgp/session/offer.js'
import { familyNamed } from '../../../../src/bgp/wire/families.js'
import { type Name, neighbours, OptionLab } from './option-lab.js'

const [fromEdge, fromOther, fromLeaf] = ['10.2.0.0/16', '10.1.0.0/16', '10.3.0.0/16'] as const
/** GRACEFUL_SHUTDOWN. */
const community = '65535:0'

function lab(): OptionLab {
  const it = new OptionLab()
  it.routers.edge.announce('inet', fromEdge)
  it.routers.other.announce('inet', fromOther, { asPath: '65312', communities: ['65312:7'] })
  it.routers.leaf.announce('inet', fromLeaf, { localPreference: 300 })
  return it.settle()
}

const edgeOffer = (routeRefresh: boolean) =>
  offer({
    localAs: neighbours.edge.as,
    routeRefresh,
    families: [{ family: familyNamed('inet')! }]
  })

const communities = (it: OptionLab, name: Name, prefix: string) =>
  [...(it.told(name, prefix)?.communities ?? [])].sort()

t.test('a neighbour about to go: what it is told, and what it has told', async t => {
  const it = lab()
  const seen = () => [
    communities(it, 'edge', fromOther),
    it.told('leaf', fromEdge)?.localPreference,
    communities(it, 'other', fromEdge),
    it.told('leaf', fromOther)?.localPreference
  ]
  const before = seen()
  t.strictSame(before, [['65312:7'], 100, [], 100])
  it.change({ gracefulShutdown: true })
  it.run(3)
  t.strictSame(seen(), [['65312:7', community].sort(), 0, [], 100], 'others feel of it the preference alone')
  it.change({ gracefulShutdown: true, sendCommunities: [] })
  it.run(3)
  t.strictSame(communities(it, 'edge', fromOther), [community], 'whatever kinds it is spared')
  it.change({})
  it.run(3)
  t.strictSame(seen(), before)
  t.equal(it.flaps('edge'), 0)
})

t.test('what has been told is drained, and is back, with route refresh and without', async t => {
  for (const routeRefresh of [true, false]) {
    const it = new OptionLab({ edge: { session: { capabilities: edgeOffer(routeRefresh) } } })
    it.routers.edge.announce('inet', fromEdge, { med: 7 })
    it.settle()
    const preference = (prefix: string = fromEdge) => it.told('leaf', prefix)?.localPreference
    it.change({ gracefulShutdown: true })
    it.run(3)
    t.equal(preference(), 0)
    it.routers.edge.announce('inet', fromLeaf)
    it.run(3)
    t.equal(preference(fromLeaf), 0, 'so is what comes meanwhile')
    it.change({})
    it.run(3)
    t.strictSame([preference(), preference(fromLeaf)], [100, 100])
    t.strictSame([it.flaps('edge'), it.refreshes('edge')], [0, 0])
  }
})

t.test('within the AS it is the least preference', async t => {
  const it = lab()
  it.change({}, { neighbours: new Map([['10.0.0.13', { gracefulShutdown: true }]]) })
  it.run(3)
  t.match(it.told('spoke', fromLeaf), { localPreference: 0, clusterList: ['0.0.0.9'] })
  t.strictSame(communities(it, 'spoke', fromOther), ['65312:7'])
  t.equal(it.told('other', fromLeaf) !== undefined, true)
})

t.test('the whole node: everybody is told, nobody is asked', async t => {
  const it = lab()
  it.change({}, { gracefulShutdown: true })
  it.run(3)
  t.strictSame(communities(it, 'edge', fromOther), ['65312:7', community].sort())
  t.equal(it.told('leaf', fromEdge)?.localPreference, 0)
  t.equal(it.refreshes('edge'), 0)
  it.change({})
  it.run(3)
  t.strictSame(communities(it, 'edge', fromOther), ['65312:7'])
  t.equal(it.told('leaf', fromEdge)?.localPreference, 100)
})

t.test('heard: local preference 0, unless the operator wants it to mean nothing', async t => {
  const it = lab()
  it.routers.edge.announce('inet', fromEdge, { communities: [community] })
  it.run(3)
  const preference = () => it.told('leaf', fromEdge)?.localPreference
  t.equal(preference(), 0)
  it.change({ acceptGracefulShutdown: false })
  it.run(3)
  t.equal(preference(), 100)
  it.change({})
  it.run(3)
  t.equal(preference(), 0)
})
