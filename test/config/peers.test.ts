import t from 'tap'
import { families } from '../../src/bgp/wire/families.js'
import type { PeerSettings } from '../../src/config/settings.js'
import { parseObject } from '../../src/ifmap/object-parser.js'
import { namesOfCodes } from '../../src/introspect/from-node/names.js'
import { masterName, object, router, start } from './support.js'

const listed = { family: ['inet-vpn', 'e-vpn', 'inet'] }
const own = {
  autonomous_system: 64730,
  identifier: '10.61.0.11',
  address: '10.61.0.11',
  address_families: listed
}
const remote = {
  autonomous_system: 65311,
  identifier: '10.61.0.1',
  address: '10.61.0.1',
  hold_time: 30,
  address_families: { family: ['inet', 'inet-vpn'] },
  router_type: 'router'
}
const peerName = [...masterName, 'edge'].join(':')

/** The neighbours that one peering yields. */
function peers(ownMembers: object, remoteMembers: object, attribute: object | null = null): PeerSettings[] {
  const { model } = start([
    router([...masterName, 'cn'], { ...own, ...ownMembers }, { edge: attribute }),
    router([...masterName, 'edge'], { ...remote, ...remoteMembers })
  ])
  return [...model.peers.values()]
}
const session = (attributes: object, uuid?: string) => ({ session: [{ uuid, attributes: [attributes] }] })
const familyNames = (list: PeerSettings[]) => list[0]?.families.map(({ family }) => family)

t.test('T-PEER-1 the example of spec config 10.5', async t => {
  t.match(peers({}, {}), [
    {
      name: peerName,
      instance: masterName.join(':'),
      routerType: 'router',
      peerAs: 65311,
      localAs: 64730,
      internal: false,
      localIdentifier: 0x0a3d000b,
      peerIdentifier: 0x0a3d0001,
      address: '10.61.0.1',
      port: 179,
      holdTimeSeconds: 30,
      passive: false,
      adminDown: false,
      keys: [],
      families: [{ family: 'inet-vpn' }, { family: 'inet' }]
    }
  ])
})

t.test('AS numbers (spec config 8.6)', async t => {
  t.match(peers({ local_autonomous_system: 7 }, { local_autonomous_system: 7 }), [
    { localAs: 7, peerAs: 7, internal: true }
  ])
  t.match(peers({ local_autonomous_system: 7 }, {}, session({ local_autonomous_system: 8 })), [
    { localAs: 8 }
  ])
})

t.test('hold time: session, remote router, own router, 90', async t => {
  t.match(peers({ hold_time: 20 }, {}, session({ hold_time: 10 })), [{ holdTimeSeconds: 10 }])
  t.match(peers({ hold_time: 20 }, { hold_time: 0 }), [{ holdTimeSeconds: 20 }])
  t.match(peers({}, { hold_time: 0 }), [{ holdTimeSeconds: 90 }])
})

t.test('any side can take the session down', async t => {
  t.match(peers({ admin_down: true }, {}), [{ adminDown: true }])
  t.match(peers({}, { admin_down: true }), [{ adminDown: true }])
  t.match(peers({}, {}, session({ admin_down: true })), [{ adminDown: true }])
})

t.test('every family can be configured', async t => {
  const named = families.map(({ afi, safi }) => namesOfCodes([{ afi, safi }])[0]!)
  t.strictSame(
    new Set(familyNames(peers({}, {}, session({ address_families: { family: named } })))),
    new Set(families.map(({ name }) => name)),
    'taken'
  )
  const parameters = { address_families: { family: named } }
  const json = {
    type: 'bgp_router',
    fq_name: [...masterName, 'cn'],
    parent_type: 'routing-instance',
    bgp_router_parameters: parameters
  }
  t.strictSame(parseObject(json).problems, [], 'without complaint')
})

t.test('families (spec config 8.5)', async t => {
  t.same(
    familyNames(peers({}, { address_families: { family: [] } })),
    ['inet-vpn', 'evpn', 'inet'],
    'no list limits nothing'
  )
  t.same(
    familyNames(peers({ address_families: { family: ['e-vpn'] } }, {})),
    ['inet', 'inet-vpn'],
    'nothing shared'
  )
  t.same(familyNames(peers({}, {}, session({ address_families: { family: ['inet6', 'inet6'] } }))), ['inet6'])
  const attributes = {
    address_families: { family: ['inet', 'inet-mvpn'] },
    family_attributes: [
      {
        address_family: 'inet',
        loop_count: 2,
        prefix_limit: { maximum: 100, idle_timeout: 60 },
        default_tunnel_encap: ['vxlan', 'odd']
      }
    ]
  }
  t.match(peers({}, {}, session(attributes))[0]?.families, [
    {
      family: 'inet',
      loopCount: 2,
      prefixLimit: 100,
      idleTimeoutSeconds: 60,
      defaultTunnelEncapsulations: ['vxlan']
    },
    { family: 'mvpn', prefixLimit: 0 }
  ])
})

t.test('session attributes: the common ones hide the local ones', async t => {
  const both = [
    { bgp_router: 'cn', passive: true, loop_count: 3 },
    { bgp_router: null, as_override: true }
  ]
  t.match(peers({}, {}, { session: [{ attributes: both }] }), [
    { asOverride: true, passive: false, loopCount: 0 }
  ])
  t.match(peers({}, {}, { session: [{ attributes: both.slice(0, 1) }] }), [{ passive: true, loopCount: 3 }])
  t.match(peers({}, {}, session({ bgp_router: 'edge', passive: true })), [{ passive: false }])
})

t.test('the other session attributes', async t => {
  const attributes = {
    private_as_action: 'remove-all',
    loop_count: 99,
    route_origin_override: { origin_override: true, origin: 'EGP' }
  }
  t.match(peers({}, {}, session(attributes)), [
    { privateAsAction: 'remove-all', loopCount: 16, originOverride: 1 }
  ])
  t.match(peers({}, {}, session({ route_origin_override: { origin: 'EGP' } })), [
    { originOverride: undefined }
  ])
})

t.test("keys: the session's, otherwise the own router's", async t => {
  const auth = (key: string, type = 'MD5') => ({
    auth_data: { key_type: type, key_items: [{ key_id: 1, key }] }
  })
  t.match(peers(auth('own'), {}), [{ keys: [{ id: 1, key: 'own' }] }])
  t.match(peers(auth('own'), auth('theirs'), session(auth('session'))), [{ keys: [{ key: 'session' }] }])
  t.match(peers(auth('own', 'sha'), {}), [{ keys: [] }])
})

t.test('one neighbour per session', async t => {
  const sessions = {
    session: [
      { uuid: 'a', attributes: [] },
      { uuid: 'b', attributes: [{ passive: true }] }
    ]
  }
  const found = peers({}, {}, sessions)
  t.same(
    found.map(({ name, passive }) => [name, passive]),
    [
      [`${peerName}:a`, false],
      [`${peerName}:b`, true]
    ]
  )
  t.equal(peers({}, {}, { session: [{ attributes: [] }, { attributes: [] }] }).length, 1, 'names are unique')
})

t.test('an address that does not parse is none', async t => {
  t.match(peers({}, { address: '10.0.0' }), [{ address: undefined }])
})

t.test('peerings that do not concern this node, or are not complete', async t => {
  const a = router([...masterName, 'a'], remote, { b: null })
  const b = router([...masterName, 'b'], remote)
  const self = router([...masterName, 'cn'], own, { gone: null })
  t.equal(start([a, b, self]).model.peers.size, 0)
  t.equal(
    start([router([...masterName, 'cn'], own, { a: null }), a], 'other').model.peers.size,
    0,
    'no own router'
  )
})

t.test('BGP as a service (spec config 8.7)', async t => {
  const vrf = ['d', 'p', 'n', 'n']
  const client = {
    router_type: 'bgpaas-client',
    autonomous_system: 65001,
    source_port: 50001,
    gateway_address: '10.1.0.1',
    ipv6_gateway_address: 'fd00::1'
  }
  const attributes = { bgp_router: 'bgpaas-server', address_families: { family: ['inet', 'e-vpn', 'inet6'] } }
  const objects = [
    router([...masterName, 'cn'], { ...own, auth_data: { key_type: 'md5', key_items: [{ key: 'x' }] } }),
    router([...vrf, 'bgpaas-server'], { router_type: 'bgpaas-server' }, { vm: session(attributes) }),
    router([...vrf, 'vm'], client)
  ]
  t.match(
    [...start(objects).model.peers.values()],
    [
      {
        name: 'd:p:n:n:vm',
        instance: 'd:p:n:n',
        routerType: 'bgpaas-client',
        localAs: 64730,
        sourcePort: 50001,
        passive: true,
        keys: [],
        families: [{ family: 'inet' }, { family: 'inet6' }],
        gatewayInet: '10.1.0.1',
        gatewayInet6: 'fd00::1'
      }
    ]
  )
  const noServer = router([...vrf, 'cn'], { router_type: 'router' }, { vm: null })
  t.equal(
    start([...objects.slice(0, 1), noServer, objects[2]!]).model.peers.size,
    0,
    'a client peers with a server only'
  )
})

t.test('the global objects', async t => {
  const { model } = start([])
  t.match(model.globals, {
    self: undefined,
    gracefulRestart: {
      enabled: false,
      restartTimeSeconds: 0,
      longLivedRestartTimeSeconds: 0,
      endOfRibTimeoutSeconds: 300
    },
    xmppHoldTimeSeconds: 90,
    bgpaasPorts: { first: 0, last: 0 },
    dscp: { control: 0 }
  })
  const system = (members: object) =>
    start([
      object({ type: 'global_system_config', fq_name: ['default-global-system-config'], ...members }),
      object({ type: 'global_system_config', fq_name: ['another'], enable_4byte_as: true })
    ]).model.globals
  t.match(system({}), {
    enable4ByteAs: false,
    gracefulRestart: { restartTimeSeconds: 300 },
    bgpaasPorts: { first: 50000, last: 50512 }
  })
  t.match(
    system({ rd_cluster_seed: 65543, fast_convergence_parameters: { enable: true, xmpp_hold_time: 9 } }),
    {
      rdClusterSeed: 7,
      fastConvergence: { enabled: true },
      xmppHoldTimeSeconds: 9
    }
  )
  t.match(system({ fast_convergence_parameters: { xmpp_hold_time: 9 } }), { xmppHoldTimeSeconds: 90 })
})

t.test('the own router', async t => {
  const self = (members: object) =>
    start([router([...masterName, 'cn'], { ...own, ...members })]).model.globals.self
  t.match(self({}), {
    as: 64730,
    localAs: 64730,
    identifierText: '10.61.0.11',
    port: 179,
    families: ['inet-vpn', 'evpn', 'inet'],
    routerType: 'other',
    complete: true
  })
  t.match(self({ identifier: '' }), { identifier: 0, identifierText: '0.0.0.0', complete: false })
  t.match(self({ autonomous_system: 0, local_autonomous_system: 5 }), { complete: false })
})
