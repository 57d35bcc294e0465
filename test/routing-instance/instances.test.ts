import t from 'tap'
import type { RoutingInstance } from '../../src/routing-instance/instance.js'
import { masterInstance } from '../../src/routing-instance/instance-settings.js'
import { printTarget } from '../../src/routing-instance/target-key.js'
import { announce, bgpSource } from '../bgp/rib/rib-helpers.js'
import { agent, identity, instanceConfig, Lab } from './lab.js'

const imports = (instance: RoutingInstance) => [...instance.imports].map(printTarget).sort()

t.test('tables', async t => {
  const lab = new Lab()
  const amber = lab.configure('d:p:amber:amber', { both: 'target:1:1' })
  t.same(
    [...amber.tables.values()].map(table => table.name.replace('d:p:amber:amber', '')),
    ['.inet.0', '.inet6.0', '.evpn.0', '.ermvpn.0', '.mvpn.0']
  )
  const master = [...lab.instances.master.tables.values()].map(table => table.name)
  const wanted =
    'inet.0 inet.3 inet6.0 bgp.l3vpn.0 bgp.l3vpn-inet6.0 bgp.evpn.0 bgp.ermvpn.0 bgp.mvpn.0 bgp.rtarget.0'
  for (const name of wanted.split(' ')) {
    t.ok(master.includes(name), name)
    t.equal(lab.instances.table(name)?.name, name)
  }
  t.equal(lab.instances.table('d:p:amber:amber.inet6.0'), amber.table('inet6'))
  t.equal(lab.instances.table('d:p:cobalt:cobalt.inet6.0'), undefined)
  t.equal(lab.instances.get(masterInstance), lab.instances.master)
})

t.test('indexes: the lowest free one, in order of name within one change', async t => {
  const lab = new Lab()
  const names = ['delta', 'amber', 'cobalt']
  lab.instances.apply(new Map(names.map(name => [name, instanceConfig(name, {})])))
  const indexes = () => Object.fromEntries([...lab.instances].map(({ name, index }) => [name, index]))
  t.same(indexes(), { [masterInstance]: 0, amber: 1, cobalt: 2, delta: 3 })
  lab.remove('amber', 'cobalt')
  lab.configure('onyx', {})
  t.same(indexes(), { [masterInstance]: 0, onyx: 1, delta: 3 })
})

t.test('implicit import targets', async t => {
  const lab = new Lab()
  const amber = lab.configure('amber', { both: 'target:65010:8000010' })
  t.same(imports(amber), ['target:127.0.0.31:1', 'target:65010:7999999', 'target:65010:8000010'])
  t.same([...amber.exports].map(printTarget), ['target:65010:8000010'])
  lab.instances.setIdentity({ ...identity, as: 400000, identifier: 0x0a000001 })
  t.same(imports(amber), ['target:10.0.0.1:1', 'target:400000:7999', 'target:65010:8000010'])
  t.same(imports(lab.instances.master), ['target:10.0.0.1:0'])
})

t.test('listeners are told when lists and groups are as configured', async t => {
  const lab = new Lab()
  const log: string[] = []
  const listener = {
    instanceAdded: (instance: RoutingInstance) =>
      log.push(
        `added ${instance.name} ${lab.instances.get(instance.name) === instance} ${instance.imports.size}`
      ),
    instanceChanged: (instance: RoutingInstance) =>
      log.push(`changed ${instance.name} ${instance.imports.size}`),
    instanceRemoved: (instance: RoutingInstance) =>
      log.push(`removed ${instance.name} ${lab.instances.get(instance.name)} ${instance.imports.size}`)
  }
  lab.instances.addListener(listener)
  lab.configure('amber', { both: 'target:1:1' })
  lab.configure('amber', { both: 'target:1:1 target:1:2' })
  lab.remove('amber')
  lab.remove('amber', 'never-was')
  t.same(log, ['added amber true 3', 'changed amber 4', 'removed amber undefined 0'])
  lab.instances.removeListener(listener)
  lab.configure('amber', {})
  t.equal(log.length, 3)
})

t.test('the master stays when its configuration goes', async t => {
  const lab = new Lab()
  const { master } = lab.instances
  const config = { ...instanceConfig(masterInstance, { both: 'target:1:1', index: 2 }), isMaster: true }
  lab.instances.apply(new Map([[masterInstance, config]]))
  t.equal(master.virtualNetworkIndex, 2)
  t.equal(master.exports.size, 0, 'it has no lists')
  lab.remove(masterInstance)
  t.equal(lab.instances.get(masterInstance), master)
  t.equal(master.virtualNetworkIndex, 0)
})

t.test('what sources leave behind in a removed instance goes in slices', async t => {
  const lab = new Lab()
  const { tables } = lab.configure('amber', { both: 'target:1:1' })
  const inet = tables.get('inet')!
  for (let i = 0; i < 5000; i++) lab.publish(inet, `10.1.${i >> 8}.${i & 255}/32`, agent('a'))
  lab.remove('amber')
  t.equal(inet.size, 5000)
  lab.settle()
  t.equal(inet.size, 0)
  t.equal(lab.table('bgp.l3vpn.0').size, 0)
})

t.test(
  'paths whose order is not transitive go with a removed instance, whichever of them went first',
  async t => {
    const lab = new Lab()
    const inet = lab.configure('amber', { both: 'target:1:1' }).tables.get('inet')!
    const sources = [1, 2, 3, 4].map(host => bgpSource(`10.0.0.${host}`))
    const kinds = [1, 2].flatMap(as => [0, 1, 2].map(med => ({ asPath: [as], med })))
    for (let route = 0; route < kinds.length ** sources.length; route++)
      for (const [i, source] of sources.entries()) {
        const kind = kinds[Math.floor(route / kinds.length ** i) % kinds.length]!
        announce(lab.rib, inet, `10.1.${route >> 8}.${route & 255}/32`, source, kind)
      }
    lab.remove('amber')
    lab.settle()
    t.equal(inet.size, 0)
  }
)
