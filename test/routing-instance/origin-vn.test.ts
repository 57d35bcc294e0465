import t from 'tap'
import { Protocol, Source, SourceKind } from '../../src/bgp/rib/source.js'
import { CommunityList } from '../../src/routing-instance/communities.js'
import { originVnOf, setOriginVn } from '../../src/routing-instance/origin-vn.js'
import { agent, communityBytes, identity, Lab, peer } from './lab.js'

const amber = 'target:65010:8000010'
const cobalt = 'target:65010:8000011'
const onyx = 'target:65010:8000012'
const vpn = 'bgp.l3vpn.0'

function listOf(text: string): CommunityList {
  const list = new CommunityList()
  const bytes = communityBytes(text)
  for (let at = 0; at < bytes.length; at += 8) list.add(bytes.subarray(at, at + 8))
  return list.sort()
}

t.test('encodings', async t => {
  const vectors = [
    { as: 65010, index: 5, bytes: '8071fdf200000005' },
    { as: 65010, index: 8000001, bytes: '8071fdf2007a1201' },
    { as: 400000, index: 7, bytes: '827100061a800007' },
    { as: 400000, index: 70000, bytes: '80715ba000011170827100061a805ba0' }
  ]
  for (const { as, index, bytes } of vectors) {
    const list = listOf('originvn:1:1')
    setOriginVn(list, as, index)
    t.equal(Buffer.from(list.bytes.subarray(0, list.end)).toString('hex'), bytes)
    t.same(originVnOf(list.bytes, 0, list.end), { as, index })
  }
  const several = listOf('originvn:64999:9 originvn:65010:5')
  t.same(originVnOf(several.bytes, 0, several.end), { as: 65010, index: 5 }, 'the last one counts')
  t.equal(originVnOf(new Uint8Array(0), 0, 0), undefined)
})

/** What the copies of a VPN route with these communities say about its origin, per instance that has one. */
function origins(lab: Lab, communities: string): Record<string, string> {
  const p = peer('p')
  lab.publish(vpn, '65010:1:10.9.9.0/24', p, { communities })
  const found: [string, string][] = []
  for (const { name, isMaster } of lab.instances) {
    if (isMaster) continue
    const copy = lab.dump(`${name}.inet.0`).find(line => line.startsWith('10.9.9.0/24'))
    if (copy !== undefined) found.push([name, /originvn:(\S+)/.exec(copy)?.[1] ?? 'none'])
  }
  lab.withdraw(vpn, '65010:1:10.9.9.0/24', p)
  return Object.fromEntries(found)
}

t.test('copies of VPN routes', async t => {
  const lab = new Lab()
  lab.configure('amber', { both: amber, import: cobalt, index: 5 })
  lab.configure('cobalt', { both: cobalt, import: amber, index: 6 })
  lab.configure('onyx', { both: onyx, index: 7 })
  const of = (communities: string) => origins(lab, communities)
  t.same(of(amber), { amber: '65010:5', cobalt: '65010:5' }, 'the target stands for a network')
  t.same(of(`${onyx} originvn:65010:6`), { onyx: '65010:6' }, 'own AS: kept')
  t.same(of(`${onyx} originvn:64999:8000006`), { onyx: '64999:8000006' }, 'global index: kept')
  t.same(of(`${onyx} originvn:64999:6`), { onyx: '65010:7' }, 'foreign AS: replaced')
  t.same(
    of(`${amber} ${cobalt}`),
    { amber: '65010:5', cobalt: '65010:6' },
    'ambiguous: that of the destination'
  )
  t.same(
    of(`${amber} ${onyx} originvn:64999:7`),
    { amber: '65010:5', cobalt: 'none', onyx: '65010:7' },
    'ambiguous: removed where the destination does not export a target either'
  )
  t.same(
    of(`${amber} target:64999:1`),
    { amber: '65010:5', cobalt: '65010:5' },
    'unknown targets are neutral'
  )
})

t.test('targets and networks', async t => {
  const lab = new Lab()
  const shared = 'target:65010:1'
  const of = (communities: string) => origins(lab, communities)
  lab.configure('all', { import: `${shared} ${amber} ${cobalt} ${onyx}` })
  lab.configure('a1', { both: `${shared} ${amber}`, index: 5, network: 'a' })
  lab.configure('a2', { both: `${shared} ${cobalt}`, index: 5, network: 'a' })
  t.equal(of(shared).all, '65010:5', 'shared by instances of one network')
  t.equal(of(`${amber} ${cobalt}`).all, '65010:5', 'several targets of one network')
  lab.configure('b', { both: shared, index: 6 })
  t.equal(of(shared).all, 'none', 'shared by two networks')
  lab.configure('b', { import: shared, index: 6 })
  t.equal(of(shared).all, '65010:5', 'only imported there')
  lab.configure('b', { export: `${shared} ${onyx}`, index: 6 })
  t.equal(of(shared).all, '65010:5', 'only exported there')
  t.equal(of(onyx).all, 'none', 'a target that is only exported stands for nothing')
  t.equal(lab.instances.networks.nameOf(5), 'a')
  t.equal(lab.instances.networks.nameOf(6), 'b')
  lab.remove('b')
  t.equal(lab.instances.networks.nameOf(6), undefined)
})

t.test('paths of an instance get its network, unless they name one or come from elsewhere', async t => {
  const lab = new Lab()
  lab.configure('amber', { both: amber, index: 5 })
  const publish = (prefix: string, source: Source, communities = '') =>
    lab.publish('amber.inet.0', prefix, source, { communities })
  publish('10.1.0.1/32', agent('a'))
  publish('10.1.0.2/32', agent('a'), 'originvn:65010:9')
  publish('10.1.0.3/32', agent('a'), 'originvn:65010:0')
  publish('10.1.0.4/32', new Source('chain', SourceKind.serviceChain, Protocol.none))
  publish('10.1.0.5/32', new Source('static', SourceKind.staticRoute, Protocol.none))
  publish('10.1.0.6/32', new Source('aggregate', SourceKind.aggregate, Protocol.none))
  const found = lab.dump(vpn).map(line => /(10\.1\.0\.\d)\/32.*?(?:originvn:(\S+)|<)/.exec(line)!.slice(1, 3))
  t.same(found, [
    ['10.1.0.1', '65010:5'],
    ['10.1.0.2', '65010:9'],
    ['10.1.0.3', '65010:5'],
    ['10.1.0.4', undefined],
    ['10.1.0.5', undefined],
    ['10.1.0.6', '65010:5']
  ])
})

t.test('a four-byte AS and a large index make a pair', async t => {
  const lab = new Lab({ ...identity, as: 400000, localAs: 400000 })
  lab.configure('amber', { both: amber, index: 70000 })
  lab.publish('amber.inet.0', '10.1.0.1/32', agent('a'))
  t.match(lab.dump(vpn)[0], `${amber} originvn:23456:70000 originvn:400000L:23456`)
})

t.test('a change of the network index reaches all copies', async t => {
  const lab = new Lab()
  lab.configure('amber', { both: amber, import: cobalt, index: 5 })
  lab.configure('cobalt', { both: cobalt, import: amber, index: 6 })
  lab.publish('amber.inet.0', '10.1.0.10/32', agent('a'), { rd: '10.20.0.7:4' })
  lab.publish(vpn, '65010:99:10.9.0.0/24', peer('p'), { communities: amber })
  lab.publish(vpn, '65010:99:10.9.1.0/24', peer('p'), { communities: `${amber} ${cobalt}` })
  let told = 0
  lab.table('amber.inet.0').addListener({ routeChanged: () => told++ })
  lab.configure('amber', { both: amber, import: cobalt, index: 55 })
  lab.settle()
  t.match(lab.dump('cobalt.inet.0'), [/65010:55 </, /65010:55 </, /65010:6 </])
  t.match(lab.dump('amber.inet.0'), [/32 a/, /65010:55 </, /65010:55 </])
  t.match(lab.dump(vpn)[0], 'originvn:65010:55 <')
  t.equal(told, 2 + 3, 'the two copies changed, and everything is announced again')
})
