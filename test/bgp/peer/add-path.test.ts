import t from 'tap'
import { withOptions } from '../../../src/bgp/peer/neighbour-options.js'
import { familyOf } from '../../../src/bgp/wire/families.js'
import { noNeighbourOptions } from '../../../src/config/neighbour-options.js'
import { key, pathsOf } from '../rib/rib-helpers.js'
import { Lab, type LabNode } from './lab.js'

const prefix = '10.1.0.0/16'

/**
 * Two senders and two receivers around a reflector; the first receiver takes all paths, the second the best. The paths
 * come from different AS, so their MEDs, by which they are told apart here, are not compared.
 */
function world() {
  const lab = new Lab()
  const [one, two, reflector, all, best] = [1, 2, 3, 4, 5].map(n => lab.node(`10.0.0.${n}`)) as [
    LabNode,
    LabNode,
    LabNode,
    LabNode,
    LabNode
  ]
  for (const node of [one, two, best]) {
    node.peer(reflector)
    reflector.peer(node)
  }
  const addPath = (direction: 'send' | 'receive', of: LabNode, to: LabNode) =>
    withOptions(of.settings(to)[0], { ...noNeighbourOptions, addPath: direction })
  all.peer(reflector, { session: { capabilities: addPath('receive', all, reflector).capabilities } })
  reflector.peer(all, { session: { capabilities: addPath('send', reflector, all).capabilities } })
  return { lab, one, two, reflector, all, best }
}

const meds = (node: LabNode): number[] =>
  pathsOf(node.table().find(key(prefix)))
    .map(path => path.attributes.facts.med)
    .sort()

t.test('a receiver with ADD-PATH is told every path, the others the best', async t => {
  const { lab, one, two, reflector, all, best } = world()
  one.announce(prefix, { med: 1, asPath: [65010] })
  two.announce(prefix, { med: 2, asPath: [65020] })
  lab.seconds(20)
  t.strictSame(meds(all), [1, 2])
  t.strictSame(meds(best), [1])
  const ids = pathsOf(all.table().find(key(prefix))).map(path => path.pathId)
  t.equal(new Set(ids).size, 2, 'under different path ids')

  one.announce(prefix, { med: 5, asPath: [65010] })
  lab.seconds(5)
  t.strictSame(meds(all), [2, 5])
  t.strictSame(
    pathsOf(all.table().find(key(prefix)))
      .map(path => path.pathId)
      .sort(),
    ids.sort(),
    'a path keeps its id'
  )
  t.strictSame(meds(best), [5])

  two.withdraw(prefix)
  lab.seconds(5)
  t.strictSame(meds(all), [5])
  one.withdraw(prefix)
  lab.seconds(5)
  t.strictSame(meds(all), [])
  for (const node of [all, best, reflector]) t.equal(node.table().size, 0)
})

t.test('ADD-PATH is offered for families in which several paths mean something', async t => {
  const lab = new Lab()
  const families = ['inet', 'evpn', 'route-target', 'erm-vpn', 'mvpn', 'inet6-vpn'] as const
  const [session] = lab.node('10.0.0.1').settings({ address: '10.0.0.2', as: 65001 }, { families })
  const { addPath } = withOptions(session, { ...noNeighbourOptions, addPath: 'both' }).capabilities
  t.strictSame(
    addPath.map(({ afi, safi }) => familyOf(afi, safi)?.name),
    ['inet', 'evpn', 'inet6-vpn']
  )
})

t.test('who joins late is told every path, and nothing is left when it goes', async t => {
  const { lab, one, two, reflector, all } = world()
  one.announce(prefix, { med: 1, asPath: [65010] })
  two.announce(prefix, { med: 2, asPath: [65020] })
  lab.seconds(20)
  const listeners = reflector.table().listenerCount
  all.peers.get('10.0.0.3')!.session.stop({ subcode: 2 })
  lab.seconds(5)
  t.equal(reflector.table().listenerCount, listeners - 1, 'the table of all paths is gone')
  all.peers.get('10.0.0.3')!.session.start()
  lab.seconds(30)
  t.strictSame(meds(all), [1, 2])
  one.withdraw(prefix)
  two.withdraw(prefix)
  all.peers.get('10.0.0.3')!.session.stop({ subcode: 2 })
  lab.seconds(5)
  t.equal(reflector.table().indexEnd, 0)
})
