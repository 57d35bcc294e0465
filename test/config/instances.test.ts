import t from 'tap'
import { type InstanceSettings, masterInstance } from '../../src/config/settings.js'
import type { ConfigObject } from '../../src/ifmap/config-object.js'
import { instance, object, start } from './support.js'

const target = (text: string, direction: string | null = null) => ({
  to: [text],
  attr: { import_export: direction }
})
const connection = (name: string, destination: string | null = null) => ({
  to: name.split(':'),
  attr: { destination_instance: destination }
})
const texts = (targets: InstanceSettings['importTargets'] | undefined) => targets?.map(({ text }) => text)

function settings(name: string, objects: readonly ConfigObject[]): InstanceSettings | undefined {
  return start(objects).model.instances.get(name)
}

t.test('the example of spec config 10.5', async t => {
  const objects = [
    instance('d:lab:amber:amber', {
      route_target_refs: [target('target:64730:8000003'), target('target:65311:700')],
      routing_instance_refs: [connection('d:lab:cobalt:cobalt')]
    }),
    instance('d:lab:cobalt:cobalt', {
      route_target_refs: [target('target:64730:8000004')],
      routing_instance_refs: [connection('d:lab:amber:amber')]
    }),
    object({ type: 'virtual_network', fq_name: ['d', 'lab', 'cobalt'], virtual_network_network_id: 12 })
  ]
  const cobalt = settings('d:lab:cobalt:cobalt', objects)
  t.same(texts(cobalt?.importTargets), ['target:64730:8000003', 'target:64730:8000004', 'target:65311:700'])
  t.same(texts(cobalt?.exportTargets), ['target:64730:8000004'])
  t.match(cobalt, { virtualNetwork: 'd:lab:cobalt', virtualNetworkIndex: 12, isMaster: false })
})

t.test('directions: only symmetric targets travel over connections, one hop', async t => {
  const objects = [
    instance('n:a', {
      route_target_refs: [
        target('target:1:1'),
        target('target:1:2', 'import'),
        target('target:1:3', 'export')
      ],
      routing_instance_refs: [connection('n:b')]
    }),
    instance('n:b', { routing_instance_refs: [connection('n:c')] }),
    instance('n:c')
  ]
  t.same(texts(settings('n:a', objects)?.importTargets), ['target:1:1', 'target:1:2'])
  t.same(texts(settings('n:a', objects)?.exportTargets), ['target:1:1', 'target:1:3'])
  t.same(
    texts(settings('n:b', objects)?.importTargets),
    ['target:1:1'],
    'a reference on one side connects both'
  )
  t.same(texts(settings('n:c', objects)?.importTargets), [])
})

t.test('a connection with a destination has one direction', async t => {
  const objects = [
    instance('n:a', {
      route_target_refs: [target('target:1:1')],
      routing_instance_refs: [connection('n:b', 'n:b')]
    }),
    instance('n:b', { route_target_refs: [target('target:1:2')] })
  ]
  t.same(texts(settings('n:a', objects)?.importTargets), ['target:1:1'])
  t.same(texts(settings('n:b', objects)?.importTargets), ['target:1:1', 'target:1:2'])
})

t.test('route targets that do not parse are left out, equal ones count once', async t => {
  const refs = [
    target('target:0:1'),
    target('target:bad'),
    target('target:70000:1'),
    target('target:70000L:1')
  ]
  t.same(texts(settings('n:a', [instance('n:a', { route_target_refs: refs })])?.importTargets), [
    'target:70000:1'
  ])
})

t.test('virtual network', async t => {
  const network = (members: object) => [
    instance('d:p:n:i'),
    object({ type: 'virtual_network', fq_name: ['d', 'p', 'n'], ...members })
  ]
  const settingsOf = (members: object) => settings('d:p:n:i', network(members))
  t.match(settingsOf({}), { virtualNetworkIndex: 0, vxlanId: 0, allowTransit: false, pbbEvpn: false })
  t.match(settingsOf({ virtual_network_properties: { network_id: 7, allow_transit: true } }), {
    virtualNetworkIndex: 7,
    vxlanId: 7,
    allowTransit: true
  })
  const both = {
    virtual_network_network_id: 8,
    virtual_network_properties: { network_id: 7, vxlan_network_identifier: 9 }
  }
  t.match(settingsOf({ ...both, pbb_evpn_enable: true }), {
    virtualNetworkIndex: 8,
    vxlanId: 9,
    pbbEvpn: true
  })
  const orphan = object({ type: 'routing_instance', fq_name: ['i'] })
  t.match(settings('i', [orphan]), { virtualNetwork: '' })
})

t.test('VXLAN parent: interface, logical router, internal network, its instance', async t => {
  const objects = [
    instance('d:p:n:n'),
    object({
      type: 'virtual_machine_interface',
      fq_name: ['d', 'p', 'v'],
      parent_type: 'project',
      virtual_network_refs: [{ to: ['d', 'p', 'n'] }]
    }),
    object({
      type: 'logical_router',
      fq_name: ['d', 'p', 'r'],
      virtual_machine_interface_refs: [{ to: ['d', 'p', 'v'] }],
      virtual_network_refs: [
        { to: ['d', 'p', 'internal'], attr: { logical_router_virtual_network_type: 'x' } }
      ]
    }),
    instance('d:p:internal:internal')
  ]
  t.equal(settings('d:p:n:n', objects)?.vxlanParent, 'd:p:internal:internal')
  t.equal(settings('d:p:n:n', objects.slice(0, 3))?.vxlanParent, undefined, 'the instance must be there')
})

t.test('static routes', async t => {
  const route = [
    {
      prefix: '10.1.2.3/24',
      next_hop: '10.0.0.1',
      route_target: ['target:1:1', 'x'],
      community: ['no-export']
    },
    { prefix: '10.1.2.0/24', next_hop: '10.0.0.1' },
    { prefix: '10.1.2.0/33', next_hop: '10.0.0.1' },
    { prefix: '10.1.2.0/24', next_hop: 'x' },
    { prefix: '10.1.2.0/24', next_hop: 'fd00::1' },
    { prefix: 'FD00:0::/32', next_hop: 'fd00::1' }
  ]
  t.match(settings('n:a', [instance('n:a', { static_route_entries: { route } })])?.staticRoutes, [
    {
      prefix: '10.1.2.0/24',
      nextHop: '10.0.0.1',
      routeTargets: [{ text: 'target:1:1' }],
      communities: ['no-export']
    },
    { prefix: 'fd00::/32', nextHop: 'fd00::1', routeTargets: [], communities: [] }
  ])
})

t.test('aggregates', async t => {
  const aggregate = (name: string, hop: string) =>
    object({
      type: 'route_aggregate',
      fq_name: ['d', 'p', name],
      aggregate_route_entries: { route: ['10.0.0.0/8', 'fd00::/16', 'x'] },
      aggregate_route_nexthop: hop,
      routing_instance_refs: [{ to: ['n', 'a'] }]
    })
  const objects = [
    instance('n:a'),
    aggregate('z', 'fd00::1'),
    aggregate('b', '10.0.0.1'),
    aggregate('c', 'x')
  ]
  t.same(settings('n:a', objects)?.aggregates, [
    { name: 'd:p:b', prefix: '10.0.0.0/8', nextHop: '10.0.0.1' },
    { name: 'd:p:z', prefix: 'fd00::/16', nextHop: 'fd00::1' }
  ])
})

t.test('service chains', async t => {
  const chain = {
    routing_instance: 'n:r',
    prefix: ['10.2.0.0/24'],
    service_chain_address: '10.1.0.60',
    sc_head: true
  }
  const members = {
    service_chain_information: chain,
    evpn_service_chain_information: { routing_instance: '' },
    ipv6_service_chain_information: {
      ...chain,
      prefix: [],
      source_routing_instance: 'n:l',
      service_chain_id: 'c'
    }
  }
  t.match(settings('n:s', [instance('n:s', members)])?.serviceChains, [
    {
      family: 'inet',
      destinationInstance: 'n:r',
      connectedInstance: 'n:s',
      prefixes: ['10.2.0.0/24'],
      address: '10.1.0.60',
      chainId: '',
      isHead: true,
      retainAsPath: false
    },
    { family: 'inet6', connectedInstance: 'n:l', chainId: 'c' }
  ])
})

t.test('routing policies, by sequence as text', async t => {
  const policy = (name: string, sequence: string, term: object = {}) =>
    object({
      type: 'routing_policy',
      fq_name: ['d', 'p', name],
      routing_policy_entries: { term: [term] },
      routing_instance_refs: [{ to: ['n', 'a'], attr: { sequence } }]
    })
  const term = {
    term_match_condition: {
      prefix: [{ prefix: '10.0.0.1/8' }, { prefix: 'x' }, { prefix: 'fd00::/8', prefix_type: 'longer' }],
      community: '1:1',
      community_list: ['1:2'],
      community_match_all: true
    },
    term_action_list: {
      update: {
        local_pref: 5,
        med: 0,
        as_path: { expand: { asn_list: [1, 2] } },
        community: { set: { community: ['1:3'] } },
        extcommunity: { add: { community: ['target:1:1'] } }
      },
      action: 'accept'
    }
  }
  const policies = settings('n:a', [
    instance('n:a'),
    policy('two', '2.0', term),
    policy('ten', '10.0')
  ])?.routingPolicies
  t.same(
    policies?.map(({ name }) => name),
    ['d:p:ten', 'd:p:two']
  )
  t.same(policies?.[1]?.terms, [
    {
      match: {
        protocols: [],
        prefixes: [
          { prefix: '10.0.0.0/8', type: 'exact' },
          { prefix: 'fd00::/8', type: 'longer' }
        ],
        communities: ['1:2', '1:1'],
        communityMatchAll: true,
        extendedCommunities: [],
        extendedCommunityMatchAll: false
      },
      update: {
        asPathExpand: [1, 2],
        communities: { add: [], remove: [], set: ['1:3'] },
        extendedCommunities: { add: ['target:1:1'], remove: [], set: undefined },
        localPref: 5,
        med: undefined
      },
      action: 'accept'
    }
  ])
})

t.test('an instance is there while its object is; the master always is', async t => {
  const { model } = start([instance('n:a', { routing_instance_refs: [connection('n:ghost')] })])
  t.same([...model.instances.keys()].sort(), [masterInstance, 'n:a'].sort())
  t.match(model.instances.get(masterInstance), {
    isMaster: true,
    virtualNetwork: 'default-domain:default-project:ip-fabric'
  })
})
