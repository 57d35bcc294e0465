import t from 'tap'
import { withOptionalCapabilities } from '../../../src/bgp/peer/peer-options.js'
import { familyOf } from '../../../src/bgp/wire/families.js'
import { LabRouter } from '../../../src/lab/router.js'
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
    withOptionalCapabilities(of.settings(to)[0].capabilities, { addPath: direction })
  all.peer(reflector, { session: { capabilities: addPath('receive', all, reflector) } })
  reflector.peer(all, { session: { capabilities: addPath('send', reflector, all) } })
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
  const { addPath } = withOptionalCapabilities(session.capabilities, { addPath: 'both' })
  t.strictSame(
    addPath.map(({ afi, safi }) => familyOf(afi, safi)?.name),
    ['inet', 'inet6-vpn', 'evpn']
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

const hub = { address: '10.0.0.100', as: 65001 }

/** A reflector that takes several paths from `sender` and `other`, and tells `receiver` all of them. */
function star() {
  const lab = new Lab()
  const reflector = lab.node(hub.address)
  const router = (name: string, address: string): LabRouter => {
    const to = { address, as: 65001 }
    const [session] = reflector.settings(to)
    const capabilities = withOptionalCapabilities(session.capabilities, { addPath: 'both' })
    reflector.peer(to, { session: { passive: true, capabilities } })
    const { scheduler, network } = lab
    const transport = network.host(address)
    const families = ['inet'] as const
    const made = new LabRouter({
      scheduler,
      transport,
      name,
      as: 65001,
      address,
      families,
      neighbors: [hub],
      addPath: true
    })
    made.start()
    return made
  }
  const [sender, other, receiver] = ['sender', 'other', 'receiver'].map((name, i) =>
    router(name, `10.0.0.${i + 1}`)
  ) as [LabRouter, LabRouter, LabRouter]
  lab.seconds(5)
  /** MED by path id, as the receiver has it; MEDs tell the paths apart. */
  const told = (): [pathId: number, med: number | undefined][] =>
    [...receiver.routes('inet').values()]
      .map(({ pathId, med }): [number, number | undefined] => [pathId, med])
      .sort((a, b) => a[1]! - b[1]!)
  const toldMeds = () => told().map(([, med]) => med)
  return { lab, reflector, sender, other, receiver, told, toldMeds }
}

t.test('T-EXT-1 two paths of one neighbour: told apart by id, replaced and withdrawn by id', async t => {
  const { lab, reflector, sender, receiver, toldMeds } = star()
  sender.announce('inet', prefix, { pathId: 7, med: 1 })
  sender.announce('inet', prefix, { pathId: 0x80000001, med: 2 })
  lab.seconds(2)
  t.strictSame(meds(reflector), [1, 2])
  t.strictSame(toldMeds(), [1, 2])
  sender.announce('inet', prefix, { pathId: 7, med: 3 })
  lab.seconds(2)
  t.strictSame(meds(reflector), [2, 3], 'the same id replaces')
  t.strictSame(toldMeds(), [2, 3])
  sender.withdraw('inet', prefix, 9)
  lab.seconds(2)
  t.strictSame(meds(reflector), [2, 3], 'an id that was never announced')
  sender.withdraw('inet', prefix, 0x80000001)
  lab.seconds(2)
  t.strictSame(meds(reflector), [3], 'the other stays')
  t.strictSame(toldMeds(), [3])
  sender.withdraw('inet', prefix, 7)
  lab.seconds(2)
  t.equal(reflector.table().size, 0)
  t.equal(receiver.routes('inet').size, 0)
  t.equal(reflector.context.attributes.size, 0)
})

t.test('T-EXT-2 a path keeps its id while it lives, whatever others do', async t => {
  const { lab, sender, other, receiver, told } = star()
  sender.announce('inet', prefix, { pathId: 1, med: 10 })
  sender.announce('inet', prefix, { pathId: 2, med: 20 })
  other.announce('inet', prefix, { pathId: 1, med: 30 })
  lab.seconds(2)
  const before = told()
  t.equal(new Set(before.map(([id]) => id)).size, 3)
  t.ok(
    before.every(([id]) => id > 0),
    '0 is no id of ours'
  )
  const idOf = (med: number) => told().find(each => each[1] === med)?.[0]

  sender.announce('inet', '10.2.0.0/16', { pathId: 9, med: 1 })
  sender.announce('inet', prefix, { pathId: 3, med: 5 })
  sender.withdraw('inet', prefix, 3)
  lab.seconds(2)
  sender.withdraw('inet', '10.2.0.0/16', 9)
  lab.seconds(2)
  t.strictSame(told(), before, 'unrelated changes')

  other.stop()
  lab.seconds(5)
  t.strictSame(told(), before.slice(0, 2), 'another neighbour has gone')
  other.start()
  lab.seconds(60)
  t.strictSame(told(), before, 'and is back')

  sender.announce('inet', prefix, { pathId: 1, med: 11 })
  lab.seconds(2)
  t.equal(idOf(11), before[0]![0], 'other attributes, the same path')
  receiver.stop()
  lab.seconds(5)
  receiver.start()
  lab.seconds(60)
  t.strictSame(
    [idOf(11), idOf(20), idOf(30)],
    before.map(([id]) => id),
    'the receiver itself restarts'
  )
})
