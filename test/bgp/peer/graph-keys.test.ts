/** Neighbours of the graph by addresses that the system does not tell apart, or by another form (spec bgp 1.2, 11.4). */
import t from 'tap'
import { keyConflicts } from '../../../src/bgp/peer/shared-slots.js'
import { nodeView } from '../../../src/introspect/from-node/node-view.js'
import { LabWorld } from '../../../src/lab/world.js'
import { objects } from './options/option-lab.js'

const md5 = (key: string) => ({ key_type: 'md5', key_items: [{ key_id: 0, key }] })

/** A node with these neighbours, and what it has logged. */
function nodeWith(changes: Readonly<Record<string, object>>, bgpAddress = '::') {
  const world = new LabWorld()
  world.host('10.0.0.1', 'fe80::1%eth0', 'fe80::1%eth1')
  const lines: string[] = []
  const line = (fields: object, message: string): void => {
    lines.push(`${message} ${JSON.stringify(fields)}`)
  }
  const lab = world.node({
    hostname: 'node',
    address: '10.0.0.1',
    bgpAddress,
    objects: [JSON.stringify(objects(changes))],
    log: { info: line, warn: line, debug() {} }
  })
  world.run(1000)
  const keyOf = (address: string) => lab.node.bgpListener.ports[0]!.keyOf(address)
  const problems = () => [...nodeView(lab.node, '1').process.configProblems()]
  const change = (changes: Readonly<Record<string, object>>): void => {
    lab.store.replace(JSON.stringify(objects(changes)))
    world.run(1000)
  }
  return { world, lab, lines, keyOf, problems, change }
}

const onTwoLinks = (one: string | undefined, other: string | undefined) => ({
  edge: { address: 'fe80::b%eth0', identifier: '10.0.0.11' },
  other: { address: 'fe80::b%eth1', identifier: '10.0.0.12' },
  ...(one !== undefined && { 'session edge': { auth_data: md5(one) } }),
  ...(other !== undefined && { 'session other': { auth_data: md5(other) } })
})

t.test(
  'one link-local address on two interfaces with two keys: the second is refused, and told of',
  async t => {
    const { keyOf, problems, lines, change, lab } = nodeWith(onTwoLinks('one', 'two'))
    t.equal(keyOf('fe80::b'), 'one')
    t.match(problems(), [
      {
        object: 'bgp-router',
        where: /:other$/,
        what: /must have the same TCP MD5 keys: Linux keeps one for fe80::b/
      }
    ])
    t.equal(lines.filter(line => line.includes('must have the same TCP MD5 keys')).length, 1)
    change(onTwoLinks('three', 'two'))
    t.equal(keyOf('fe80::b'), 'three', 'whichever was configured last')
    t.equal(lines.filter(line => line.includes('must have the same TCP MD5 keys')).length, 1, 'told once')
    change(onTwoLinks('two', 'two'))
    t.same(problems(), [])
    t.equal(keyOf('fe80::b'), 'two')
    change(onTwoLinks(undefined, 'two'))
    t.equal(problems().length, 1)
    t.equal(keyOf('fe80::b'), undefined)
    lab.node.stop()
  }
)

t.test('who shares an address, and who does not', async t => {
  const neighbours = (...all: readonly (readonly [name: string, address: string, ...keys: string[]])[]) =>
    keyConflicts(all.map(([name, address, ...keys]) => ({ name, address, keys })))
  t.equal(neighbours(['a', 'fe80::1%eth0', 'k'], ['b', 'fe80::2%eth0', 'l']).size, 0)
  t.equal(neighbours(['a', 'fe80::1%eth0', 'k', 'l'], ['b', 'fe80::1%eth1', 'k', 'l']).size, 0)
  t.same(
    [...neighbours(['c', 'fe80::1%e2'], ['b', 'fe80::1%e1', 'l', 'k'], ['a', 'fe80::1%e0', 'k', 'l']).keys()],
    ['b', 'c']
  )
})

t.test('an IPv4-mapped address in the graph is that of IPv4', async t => {
  const changes = {
    edge: { address: '::ffff:10.0.0.11' },
    'session edge': { auth_data: md5('k'), passive: true }
  }
  const { lab, keyOf } = nodeWith(changes, '0.0.0.0')
  t.equal(lab.node.peers.byAddress('10.0.0.11')?.session.settings.remote?.address, '10.0.0.11')
  t.equal(keyOf('10.0.0.11'), 'k', 'and so is its key')
})
