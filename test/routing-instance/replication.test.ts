import t from 'tap'
import { PathFlag } from '../../src/bgp/rib/path.js'
import { agent, Lab, peer } from './lab.js'

const amber = 'target:65010:8000010'
const cobalt = 'target:65010:8000011'
const onyx = 'target:65010:8000012'
const vpn = 'bgp.l3vpn.0'

/** As in spec routing 2.2: two connected networks and one beside them. */
function connected(): Lab {
  const lab = new Lab()
  lab.configure('amber', { both: amber, import: cobalt, index: 5 })
  lab.configure('cobalt', { both: cobalt, import: amber, index: 6 })
  lab.configure('onyx', { both: onyx, index: 7 })
  return lab
}

t.test('an agent route goes to the VPN table under its RD and to the connected VRF', async t => {
  const lab = connected()
  const a = agent('a')
  lab.publish('amber.inet.0', '10.1.0.10/32', a, { rd: '10.20.0.7:4', label: 480, localPref: 200 })
  const copy = `a nh 10.20.0.7 label 480 lp 200 rd 10.20.0.7:4 ${amber} originvn:65010:5 < amber.inet.0`
  t.same(lab.dump('amber.inet.0'), ['10.1.0.10/32 a nh 10.20.0.7 label 480 lp 200 rd 10.20.0.7:4'])
  t.same(lab.dump(vpn), [`10.20.0.7:4:10.1.0.10/32 ${copy}`])
  t.same(lab.dump('cobalt.inet.0'), [`10.1.0.10/32 ${copy}`], 'the copy keeps the source RD')
  t.same(lab.dump('onyx.inet.0'), [])
  const route = lab.table('amber.inet.0').at(0)!
  const tables = lab.instances.replication.tablesOf(route, route.paths!).map(table => table.name)
  t.same(tables, [vpn, 'cobalt.inet.0'])
  lab.withdraw('amber.inet.0', '10.1.0.10/32', a)
  t.same([...lab.dump(vpn), ...lab.dump('cobalt.inet.0'), ...lab.dump('amber.inet.0')], [])
  t.equal(lab.rib.attributes.size, 1, 'what the master asks for')
})

t.test('IPv6 likewise', async t => {
  const lab = connected()
  lab.publish('amber.inet6.0', '2001:db8::1/128', agent('a'), { rd: '10.20.0.7:4' })
  const copy = `a nh 10.20.0.7 rd 10.20.0.7:4 ${amber} originvn:65010:5 < amber.inet6.0`
  t.same(lab.dump('bgp.l3vpn-inet6.0'), [`10.20.0.7:4:2001:db8::1/128 ${copy}`])
  t.same(lab.dump('cobalt.inet6.0'), [`2001:db8::1/128 ${copy}`])
})

t.test('two agents, one prefix: two VPN routes, two paths in the connected VRF', async t => {
  const lab = connected()
  const b = agent('b', '10.20.0.8')
  lab.publish('amber.inet.0', '10.1.0.10/32', agent('a'), { rd: '10.20.0.7:4' })
  lab.publish('amber.inet.0', '10.1.0.10/32', b, { rd: '10.20.0.8:1', nextHop: '10.20.0.8' })
  t.equal(lab.table(vpn).size, 2)
  t.equal(lab.dump('cobalt.inet.0').length, 2)
  lab.withdraw('amber.inet.0', '10.1.0.10/32', b)
  t.match(lab.dump(vpn), [/^10.20.0.7:4:10.1.0.10\/32 a /])
  t.match(lab.dump('cobalt.inet.0'), [/ a nh 10.20.0.7 /])
})

t.test(
  'the same peer and prefix under two RDs: two paths in the VRF, told apart by their origin',
  async t => {
    const lab = connected()
    const p = peer('p')
    lab.publish(vpn, '65010:99:10.9.0.0/24', p, { communities: amber, label: 1600 })
    lab.publish(vpn, '65010:98:10.9.0.0/24', p, { communities: amber, label: 1616 })
    const copy = (rd: string, label: number) =>
      `10.9.0.0/24 p nh 10.20.0.7 label ${label} rd ${rd} ${amber} originvn:65010:5 < ${vpn}`
    t.same(lab.dump('amber.inet.0'), [copy('65010:98', 1616), copy('65010:99', 1600)])
    t.same(lab.dump('cobalt.inet.0'), [copy('65010:98', 1616), copy('65010:99', 1600)])
    lab.withdraw(vpn, '65010:98:10.9.0.0/24', p)
    t.same(lab.dump('amber.inet.0'), [copy('65010:99', 1600)])
  }
)

t.test(
  'a VPN route without extended communities, or with foreign targets only, is copied nowhere',
  async t => {
    const lab = connected()
    lab.publish(vpn, '65010:97:10.9.1.0/24', peer('p'))
    lab.publish(vpn, '65010:97:10.9.2.0/24', peer('p'), { communities: 'target:64999:1' })
    lab.publish(vpn, '65010:97:10.9.3.0/24', peer('p'), { communities: 'originvn:65010:5' })
    for (const name of ['amber', 'cobalt', 'onyx']) t.same(lab.dump(`${name}.inet.0`), [])
  }
)

t.test('a path that leaves the ECMP set takes its copies along', async t => {
  const lab = connected()
  const [a, b] = [agent('a'), agent('b', '10.20.0.8')]
  const publish = (localPref: number) =>
    lab.publish('amber.inet.0', '10.1.0.10/32', a, { rd: '10.20.0.7:4', localPref })
  publish(200)
  lab.publish('amber.inet.0', '10.1.0.10/32', b, { rd: '10.20.0.8:1', nextHop: '10.20.0.8', localPref: 200 })
  t.equal(lab.dump(vpn).length, 2)
  publish(100)
  t.match(lab.dump(vpn), [/^10.20.0.8:1/])
  t.match(lab.dump('cobalt.inet.0'), [/ b /])
  publish(200)
  t.equal(lab.dump(vpn).length, 2)
})

t.test('an infeasible best path: no copies', async t => {
  const lab = connected()
  const a = agent('a')
  lab.publish('amber.inet.0', '10.1.0.10/32', a, { rd: '10.20.0.7:4' })
  t.equal(lab.dump(vpn).length, 1)
  lab.publish('amber.inet.0', '10.1.0.10/32', a, { rd: '10.20.0.7:4', flags: PathFlag.noTunnelEncap })
  t.equal(lab.dump(vpn).length, 0)
})

t.test('flags and label of a copy follow its origin', async t => {
  const lab = connected()
  const a = agent('a')
  lab.publish('amber.inet.0', '10.1.0.10/32', a, { label: 16 })
  lab.publish('amber.inet.0', '10.1.0.10/32', a, { label: 32, flags: PathFlag.stale })
  t.match(lab.dump('cobalt.inet.0'), [/ label 32 .*stale/])
})

t.test('VPN copy and local route coexist; the local one wins', async t => {
  const lab = connected()
  const a = agent('a')
  lab.publish(vpn, '65010:99:10.1.0.10/32', peer('p'), { communities: amber })
  lab.publish('amber.inet.0', '10.1.0.10/32', a, { rd: '10.20.0.7:4' })
  t.match(lab.dump('amber.inet.0'), [/ a /, / p /])
  lab.withdraw('amber.inet.0', '10.1.0.10/32', a)
  t.match(lab.dump('amber.inet.0'), [/ p /])
})

t.test('a local route that loses to a copy is not copied, and is again when the copy goes', async t => {
  const lab = connected()
  const [a, c] = [agent('a'), agent('c', '10.20.0.9')]
  lab.publish('amber.inet.0', '10.1.0.10/32', a, { localPref: 100 })
  t.match(lab.dump('cobalt.inet.0'), [/ a /])
  lab.publish('cobalt.inet.0', '10.1.0.10/32', c, { localPref: 200, nextHop: '10.20.0.9' })
  t.match(lab.dump('cobalt.inet.0'), [/ c /], 'the copy of a has gone')
  t.match(lab.dump('amber.inet.0'), [/ c /, / a /])
  lab.withdraw('cobalt.inet.0', '10.1.0.10/32', c)
  t.match(lab.dump('cobalt.inet.0'), [/ a /])
})

t.test('withdrawn and published again: one copy', async t => {
  const lab = connected()
  const p = peer('p')
  for (let i = 0; i < 3; i++) {
    lab.publish(vpn, '65010:99:10.9.0.0/24', p, { communities: amber })
    lab.withdraw(vpn, '65010:99:10.9.0.0/24', p)
  }
  lab.publish(vpn, '65010:99:10.9.0.0/24', p, { communities: amber })
  t.equal(lab.dump('amber.inet.0').length, 1)
})

t.test('connecting and disconnecting moves the routes that are there, however old', async t => {
  const lab = connected()
  lab.publish('onyx.inet.0', '10.3.0.30/32', agent('c', '10.20.0.9'), { rd: '10.20.0.9:1' })
  lab.publish(vpn, '65010:99:10.9.0.0/24', peer('p'), { communities: onyx })
  lab.scheduler.run(31 * 60 * 1000)
  lab.configure('amber', { both: amber, import: `${cobalt} ${onyx}`, index: 5 })
  lab.settle()
  t.match(lab.dump('amber.inet.0'), [/^10.3.0.30\/32 c .*< onyx.inet.0/, /^10.9.0.0\/24 p .*< bgp.l3vpn.0/])
  t.match(lab.dump('amber.inet.0')[0], 'originvn:65010:7')
  lab.configure('amber', { both: amber, import: cobalt, index: 5 })
  lab.settle()
  t.same(lab.dump('amber.inet.0'), [])
})

t.test('an export target more: the routes have it, here and elsewhere', async t => {
  const lab = connected()
  lab.publish('amber.inet.0', '10.1.0.10/32', agent('a'), { rd: '10.20.0.7:4' })
  lab.configure('onyx', { both: `${onyx} target:64999:100`, index: 7 })
  lab.settle()
  t.same(lab.dump('onyx.inet.0'), [])
  lab.configure('amber', { both: amber, import: cobalt, export: 'target:64999:100', index: 5 })
  lab.settle()
  t.match(lab.dump('onyx.inet.0'), [`target:64999:100 ${amber} originvn`])
  t.match(lab.dump(vpn), [`target:64999:100 ${amber} originvn:65010:5`])
  lab.configure('amber', { both: amber, import: cobalt, index: 5 })
  lab.settle()
  t.same(lab.dump('onyx.inet.0'), [])
  t.match(lab.dump(vpn), [`10.20.0.7:4 ${amber} originvn`])
})

t.test('the target of both sides replaced in one step', async t => {
  const lab = connected()
  lab.publish('amber.inet.0', '10.1.0.10/32', agent('a'), { rd: '10.20.0.7:4' })
  lab.publish(vpn, '65010:99:10.9.0.0/24', peer('p'), { communities: onyx })
  lab.configure('amber', { both: onyx, index: 5 })
  lab.settle()
  t.match(lab.dump(vpn), [`10.20.0.7:4 ${onyx} originvn:65010:5`, onyx])
  t.equal(lab.dump('onyx.inet.0').length, 2, 'two instances that share a target need no connection')
  t.equal(lab.dump('amber.inet.0').length, 2)
  t.same(lab.dump('cobalt.inet.0'), [])
})

t.test(
  'a target that no instance has any more takes the VPN copies of routes that carry it along',
  async t => {
    const lab = new Lab()
    lab.configure('amber', { both: amber })
    lab.configure('other', { import: 'target:64999:5' })
    lab.publish('amber.inet.0', '10.1.0.10/32', agent('a'), { communities: 'target:64999:5' })
    t.equal(lab.dump('other.inet.0').length, 1, 'targets on the path itself count')
    lab.remove('other')
    lab.settle()
    t.match(lab.dump(vpn), [`target:64999:5 ${amber}`])
    lab.configure('amber', { import: amber })
    lab.settle()
    t.same(lab.dump(vpn), [], 'without export targets a VRF copies nothing')
  }
)

t.test('the route distinguisher', async t => {
  const lab = new Lab()
  lab.configure('amber', { both: amber })
  const publish = (prefix: string, source = agent('a'), rd?: string) =>
    lab.publish('amber.inet.0', prefix, source, rd === undefined ? {} : { rd })
  const clients = [1, 2, 3].map(i => peer(`c${i}`, 64600 + i, `10.50.0.${i}`))
  publish('10.1.0.1/32')
  publish('10.1.0.2/32', agent('a'), '10.20.0.7:4')
  for (const client of clients) publish('10.1.0.3/32', client, '9.9.9.9:9')
  t.match(lab.dump(vpn), [
    /^10.20.0.7:4:10.1.0.2\/32 a nh/,
    /^10.50.0.1:0:10.1.0.3\/32 c1 .*rd 10.50.0.1:0/,
    /^10.50.0.2:0:10.1.0.3\/32 c2/,
    /^10.50.0.3:0:10.1.0.3\/32 c3/,
    /^127.0.0.31:1:10.1.0.1\/32 a nh 10.20.0.7 rd 127.0.0.31:1/
  ])
  publish('10.1.0.3/32', peer('c4', 64601, '10.50.0.4'))
  for (const client of clients) lab.withdraw('amber.inet.0', '10.1.0.3/32', client)
  t.match(
    lab.dump(vpn).map(line => line.split(' ')[0]),
    ['10.20.0.7:4:10.1.0.2/32', '10.50.0.4:0:10.1.0.3/32', '127.0.0.31:1:10.1.0.1/32']
  )
  lab.publish('amber.inet6.0', '2001:db8::/64', peer('c5', 64601, '10.50.0.5'))
  t.match(lab.dump('bgp.l3vpn-inet6.0'), [/^64601:0:2001:db8::\/64/], 'AS and port')
  lab.instances.setIdentity({ as: 65010, localAs: 65010, identifier: 0x0a000001 })
  lab.settle()
  t.ok(lab.dump(vpn).some(line => line.startsWith('10.0.0.1:1:10.1.0.1/32')))
})

t.test('an instance with copies from and to others goes without a trace', async t => {
  const lab = connected()
  lab.publish('cobalt.inet.0', '10.2.0.20/32', agent('c', '10.20.0.9'), { rd: '10.20.0.9:3' })
  lab.publish('amber.inet.0', '10.1.0.10/32', agent('a'), { rd: '10.20.0.7:4' })
  lab.publish(vpn, '65010:99:10.9.0.0/24', peer('p'), { communities: amber })
  const gone = lab.table('cobalt.inet.0')
  t.equal(gone.size, 3)
  lab.remove('cobalt')
  t.equal(lab.instances.get('cobalt'), undefined)
  const again = lab.configure('cobalt', { both: cobalt, import: amber, index: 6 })
  t.equal(again.index, 2, 'the index is free at once')
  lab.settle()
  t.equal(gone.size, 0)
  t.equal(gone.indexEnd, 0)
  t.match(lab.dump('cobalt.inet.0'), [/^10.1.0.10\/32/, /^10.9.0.0\/24/], 'those of the others are back')
  t.match(lab.dump('amber.inet.0'), [/^10.1.0.10\/32/, /^10.9.0.0\/24/])
})

t.test('withdrawing everything leaves no trace', async t => {
  const lab = connected()
  const [a, p] = [agent('a'), peer('p')]
  for (let i = 0; i < 50; i++) {
    lab.publish('amber.inet.0', `10.1.0.${i}/32`, a, { rd: '10.20.0.7:4' })
    lab.publish(vpn, `65010:99:10.9.${i}.0/24`, p, { communities: `${cobalt} target:64999:${i % 3}` })
  }
  lab.remove('amber')
  lab.settle()
  for (let i = 0; i < 50; i++) lab.withdraw(vpn, `65010:99:10.9.${i}.0/24`, p)
  lab.remove('cobalt', 'onyx')
  lab.instances.setIdentity({ as: 0, localAs: 0, identifier: 0 })
  lab.settle()
  t.same(lab.leftovers(), {})
  t.equal(lab.rib.attributes.size, 0)
  t.equal(lab.scheduler.waiting, 0)
})

t.test('a node without instances works nothing out for VPN routes', async t => {
  const lab = new Lab()
  lab.publish(vpn, '65010:99:10.9.0.0/24', peer('p'), { communities: amber })
  t.equal(lab.instances.groups.size, 0)
  lab.configure('amber', { both: amber })
  lab.settle()
  t.equal(lab.dump('amber.inet.0').length, 1)
  lab.remove('amber')
  lab.settle()
  t.equal(lab.instances.groups.size, 0)
})
