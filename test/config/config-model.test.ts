import { deepStrictEqual } from 'node:assert'
import fc from 'fast-check'
import t from 'tap'
import type { ConfigObject } from '../../src/ifmap/config-object.js'
import { identityOf } from '../../src/ifmap/config-object.js'
import { instance, masterName, object, type Running, router, start } from './support.js'

const own = { autonomous_system: 64512, identifier: '10.0.0.1' }

t.test('the first change tells everything, the next ones differences', async t => {
  const running = start([router([...masterName, 'cn'], own), instance('n:a')])
  t.equal(running.changes.length, 1)
  t.match(running.changes[0], { globals: { self: { as: 64512 } }, endOfConfig: false })
  t.same([...running.changes[0]!.instances.keys()].sort(), [masterName.join(':'), 'n:a'])
  running.graph.update('store', instance('n:a', { routing_instance_has_pnf: true }))
  running.graph.update('store', instance('n:b'))
  running.graph.remove('store', 'routing-instance', 'n:b')
  running.turns.runAll()
  t.equal(running.changes.length, 2)
  t.equal(running.changes[1]?.globals, undefined)
  t.match(running.changes[1]?.instances, new Map([['n:a', { hasPnf: true }]]))
  t.equal(running.changes[1]?.instances.size, 1)
})

t.test('a change that makes no difference is not told', async t => {
  const running = start([instance('n:a')])
  running.graph.update('store', instance('n:a', { display_name: 'another' }))
  running.turns.runAll()
  t.equal(running.changes.length, 1)
})

t.test('the end of the configuration is told after all of it', async t => {
  const running = start([])
  for (let i = 0; i < 10; i++) running.graph.update('store', instance(`n:i${i}`))
  const sliced = start(
    [...Array(10).keys()].map(i => instance(`n:i${i}`)),
    'cn',
    3
  )
  t.equal(sliced.changes.length, 4, '11 instances in slices of 3')
  running.model.endConfig()
  running.model.endConfig()
  t.equal(running.model.endOfConfig, false)
  running.turns.runAll()
  t.equal(running.model.endOfConfig, true)
  t.equal(running.changes.at(-1)?.endOfConfig, true)
  t.equal(running.changes.filter(({ endOfConfig }) => endOfConfig).length, 1)
})

t.test('nothing is told after stop', async t => {
  const running = start([])
  running.graph.update('store', instance('n:a'))
  running.model.stop()
  running.graph.update('store', instance('n:b'))
  running.turns.runAll()
  t.equal(running.changes.length, 1)
})

// Few names, so that objects meet; every kind of object and link that settings are derived from.
const pick = <T>(...values: T[]) => fc.constantFrom(...values)
const some = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 3, size: 'max' })
const instanceNames = ['d:p:n:n', 'd:p:m:m', masterName.join(':')]
const names = (name: string) => name.split(':')

const instances = fc
  .record({
    name: pick(...instanceNames),
    pnf: fc.boolean(),
    targets: some(fc.tuple(pick('target:1:1', 'target:1:2', 'target:bad'), pick(null, 'import', 'export'))),
    connections: some(fc.tuple(pick(...instanceNames), pick(null, ...instanceNames)))
  })
  .map(({ name, pnf, targets, connections }) =>
    instance(name, {
      routing_instance_has_pnf: pnf,
      route_target_refs: targets.map(([to, direction]) => ({ to: [to], attr: { import_export: direction } })),
      routing_instance_refs: connections.map(([to, destination]) => ({
        to: names(to),
        attr: { destination_instance: destination }
      }))
    })
  )
/** Without links of their own, so that nothing else reaches them. */
const plainInstances = pick(...instanceNames).map(name => instance(name))
/** Always connected; only the attributes change. */
const pairedInstances = fc
  .tuple(pick('d:p:n:n', 'd:p:m:m'), pick(null, 'import', 'export'), pick(null, ...instanceNames))
  .map(([name, direction, destination]) => {
    const isN = name === 'd:p:n:n'
    return instance(name, {
      route_target_refs: [{ to: [isN ? 'target:1:1' : 'target:1:2'], attr: { import_export: direction } }],
      routing_instance_refs: [
        { to: names(isN ? 'd:p:m:m' : 'd:p:n:n'), attr: { destination_instance: destination } }
      ]
    })
  })
const networks = fc
  .tuple(pick('n', 'm'), fc.nat(2))
  .map(([name, id]) =>
    object({ type: 'virtual_network', fq_name: ['d', 'p', name], virtual_network_network_id: id })
  )
/** Mostly the way from `n` to `m`. */
const interfaces = pick<string[]>(['n'], ['n'], []).map(to =>
  object({
    type: 'virtual_machine_interface',
    fq_name: ['d', 'p', 'v'],
    virtual_network_refs: to.map(name => ({ to: ['d', 'p', name] }))
  })
)
const logicalRouters = fc
  .tuple(pick<string[]>(['v'], ['v'], []), pick<string[]>(['m'], ['m'], ['m', 'n'], []))
  .map(([vmis, nets]) =>
    object({
      type: 'logical_router',
      fq_name: ['d', 'p', 'r'],
      virtual_machine_interface_refs: vmis.map(name => ({ to: ['d', 'p', name] })),
      virtual_network_refs: nets.map(name => ({ to: ['d', 'p', name], attr: {} }))
    })
  )
const policies = fc
  .tuple(pick('p1', 'p2'), pick('1', '2'), fc.nat(2), some(pick(...instanceNames)))
  .map(([name, sequence, med, to]) =>
    object({
      type: 'routing_policy',
      fq_name: ['d', 'p', name],
      routing_policy_entries: { term: [{ term_action_list: { update: { med } } }] },
      routing_instance_refs: to.map(target => ({ to: names(target), attr: { sequence } }))
    })
  )
const aggregates = fc.tuple(pick('10.0.0.1', 'x'), some(pick(...instanceNames))).map(([hop, to]) =>
  object({
    type: 'route_aggregate',
    fq_name: ['d', 'p', 'g'],
    aggregate_route_entries: { route: ['10.0.0.0/8'] },
    aggregate_route_nexthop: hop,
    routing_instance_refs: to.map(target => ({ to: names(target) }))
  })
)
const routers = fc
  .record({
    name: pick('cn', 'a', 'b', 'bgpaas-server'),
    holder: pick(...instanceNames.slice(1)),
    type: pick('router', 'bgpaas-server', 'bgpaas-client'),
    as: fc.nat(2),
    subCluster: fc.boolean(),
    peers: some(fc.tuple(pick('cn', 'a', 'bgpaas-server'), fc.boolean(), pick(undefined, 'u')))
  })
  .map(({ name, holder, type, as, subCluster, peers }) =>
    object({
      type: 'bgp_router',
      fq_name: [...names(holder), name],
      bgp_router_parameters: { autonomous_system: as, router_type: type },
      sub_cluster_refs: subCluster ? [{ to: ['s'] }] : [],
      bgp_router_refs: peers.map(([to, passive, uuid]) => ({
        to: [...names(holder), to],
        attr: { session: [{ uuid, attributes: [{ passive }] }] }
      }))
    })
  )
const globals = fc.oneof(
  fc.nat(2).map(id => object({ type: 'sub_cluster', fq_name: ['s'], sub_cluster_id: id })),
  fc
    .tuple(pick('default-global-system-config', 'x'), fc.nat(2))
    .map(([name, seed]) => object({ type: 'global_system_config', fq_name: [name], rd_cluster_seed: seed })),
  fc.nat(2).map(control =>
    object({
      type: 'global_qos_config',
      fq_name: ['default-global-system-config', 'default-global-qos-config'],
      control_traffic_dscp: { control }
    })
  )
)
/** Themes, so that what belongs together meets often; and everything with everything. */
const themes: fc.Arbitrary<ConfigObject>[] = [
  instances,
  pairedInstances,
  fc.oneof(plainInstances, networks, interfaces, logicalRouters),
  fc.oneof(plainInstances, policies, aggregates),
  fc.oneof({ arbitrary: routers, weight: 3 }, globals),
  fc.oneof(instances, networks, interfaces, logicalRouters, policies, aggregates, routers, globals)
]
/** `turns`: how far the model gets before the next step. */
const steps = fc.oneof(
  ...themes.map(theme =>
    fc.array(fc.record({ object: theme, remove: fc.nat(3).map(dice => dice === 0), turns: fc.nat(3) }), {
      maxLength: 40,
      size: 'large'
    })
  )
)

t.test('settings are a function of the objects that are there, whatever came before', async () => {
  fc.assert(
    fc.property(steps, sequence => {
      const running = start([], 'cn', 2)
      const present = new Map<string, ConfigObject>()
      for (const { object, remove, turns } of sequence) {
        if (remove) {
          running.graph.remove('store', object.type, object.name)
          present.delete(identityOf(object))
        } else {
          running.graph.update('store', object)
          present.set(identityOf(object), object)
        }
        for (let i = 0; i < turns; i++) running.turns.turn()
      }
      running.turns.runAll()
      const fresh = start([...present.values()])
      deepStrictEqual(stateOf(running), stateOf(fresh))
      deepStrictEqual(told(running), stateOf(fresh), 'the changes add up to the state')
    }),
    { numRuns: 1000 }
  )
})

const sortedEntries = <T>(map: ReadonlyMap<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1))

function stateOf({ model }: Running) {
  return {
    globals: model.globals,
    peers: sortedEntries(model.peers),
    instances: sortedEntries(model.instances)
  }
}

/** What a consumer has that applies every change. */
function told({ changes }: Running) {
  const peers = new Map<string, unknown>()
  const instances = new Map<string, unknown>()
  let latest: unknown
  for (const change of changes) {
    latest = change.globals ?? latest
    for (const [map, differences] of [
      [peers, change.peers] as const,
      [instances, change.instances] as const
    ]) {
      for (const [name, settings] of differences) {
        if (settings === undefined) map.delete(name)
        else map.set(name, settings)
      }
    }
  }
  return { globals: latest, peers: sortedEntries(peers), instances: sortedEntries(instances) }
}
