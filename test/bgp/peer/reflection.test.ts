/** Who is told what by a reflector (RFC 4456, spec bgp 10.2, 10.3): between a node of ours and routers that keep all. */
import fc from 'fast-check'
import t from 'tap'
import type { PeerPolicy } from '../../../src/bgp/peer/peer-policy.js'
import { PathFlag } from '../../../src/bgp/rib/path.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import { readAttributes } from '../../../src/lab/route-attributes.js'
import { type Announcement, LabRouter } from '../../../src/lab/router.js'
import type { ReceivedRoute } from '../../../src/lab/router-session.js'
import { key, pathsOf } from '../rib/rib-helpers.js'
import { Lab, type LabNode } from './lab.js'

const own = { address: '10.0.0.100', as: 65001 }
const cluster = 0x0a000064

/** What a router is to the reflector: eBGP, or iBGP by its part in reflection. */
type Kind = 'external' | 'client' | 'unsaid' | 'nonClient'
const kinds: readonly Kind[] = ['external', 'client', 'unsaid', 'nonClient']
/** Two of each, so that a route has another of its kind to go to. */
const places = kinds.flatMap((kind, i) =>
  [1, 2].map(n => ({ name: `${kind}${n}`, kind, address: `10.0.0.${10 * (i + 1) + n}` }))
)
const isClient = { client: true, nonClient: false, unsaid: undefined, external: undefined } as const

interface World {
  readonly lab: Lab
  readonly reflector: LabNode
  readonly routers: ReadonlyMap<string, LabRouter>
}

/** `clusterId` 0: no reflector. `controlNode`: all neighbours are treated as contrail-control would treat them. */
function world(clusterId = cluster, controlNode = false, more: Partial<PeerPolicy> = {}): World {
  const lab = new Lab()
  const reflector = lab.node(own.address, own.as)
  const routers = new Map<string, LabRouter>()
  for (const [i, { name, kind, address }] of places.entries()) {
    const as = kind === 'external' ? 65100 + i : own.as
    reflector.peer(
      { address, as },
      {
        receive: { clusterId, controlNode },
        policy: { reflectorClient: isClient[kind], ...more },
        session: { passive: true }
      }
    )
    const router = new LabRouter({
      scheduler: lab.scheduler,
      transport: lab.network.host(address),
      name,
      as,
      address,
      families: ['inet'],
      neighbors: [own]
    })
    router.start()
    routers.set(name, router)
  }
  lab.seconds(5)
  return { lab, reflector, routers }
}

const heard = ({ routers }: World, prefix: string): string[] =>
  [...routers].filter(([, router]) => router.routes('inet').has(prefix)).map(([name]) => name)
const routeAt = ({ routers }: World, name: string, prefix: string): ReceivedRoute | undefined =>
  routers.get(name)!.routes('inet').get(prefix)

/** Columns: external, client, unsaid, non-client. RFC 4456 §6 for clients and others, upstream's for those unsaid. */
const reflects: Record<Kind | 'local', Record<Kind, boolean>> = {
  local: { external: true, client: true, unsaid: true, nonClient: true },
  external: { external: true, client: true, unsaid: true, nonClient: true },
  client: { external: true, client: true, unsaid: true, nonClient: true },
  unsaid: { external: true, client: true, unsaid: true, nonClient: false },
  nonClient: { external: true, client: true, unsaid: true, nonClient: false }
}
const splitHorizon = (from: Kind | 'local', to: Kind): boolean =>
  from === 'local' || from === 'external' || to === 'external'

for (const controlNode of [false, true]) {
  for (const clusterId of [cluster, 0]) {
    const profile = `${clusterId === 0 ? 'no reflector' : 'reflector'}, ${controlNode ? 'control nodes' : 'routers'}`
    t.test(`T-RR-1 each cell of both matrices: ${profile}`, async t => {
      const scene = world(clusterId, controlNode)
      const { lab, reflector, routers } = scene
      reflector.announce('10.1.0.0/16')
      for (const kind of kinds)
        routers.get(`${kind}1`)!.announce('inet', `10.${kinds.indexOf(kind) + 2}.0.0/16`)
      lab.seconds(5)
      for (const [i, from] of (['local', ...kinds] as const).entries()) {
        const expected = places
          .filter(({ kind }) => (clusterId === 0 ? splitHorizon(from, kind) : reflects[from][kind]))
          .map(({ name }) => name)
          .filter(name => name !== `${from}1`)
        t.same(heard(scene, `10.${i + 1}.0.0/16`), expected, `from ${from}`)
      }
      for (const router of routers.values())
        for (const { errors } of router.sessions.values()) t.same(errors, [])
    })
  }
}

t.test('T-RR-1 not back to the sender: of the best path, or any that gave one', async t => {
  for (const controlNode of [false, true]) {
    const scene = world(cluster, controlNode)
    const { lab, routers } = scene
    const [better, worse] = ['client1', 'client2'] as const
    routers.get(better)!.announce('inet', '10.1.0.0/16', { localPreference: 200 })
    routers.get(worse)!.announce('inet', '10.1.0.0/16', { localPreference: 100 })
    lab.seconds(5)
    const names = places.map(({ name }) => name).filter(name => name !== better)
    t.same(heard(scene, '10.1.0.0/16'), controlNode ? names.filter(name => name !== worse) : names)
    routers.get(better)!.withdraw('inet', '10.1.0.0/16')
    lab.seconds(5)
    t.same(
      heard(scene, '10.1.0.0/16'),
      places.map(({ name }) => name).filter(name => name !== worse),
      'once the other is best'
    )
  }
})

t.test('T-RR-1 a neighbour becomes a client, and is one no more, without a reset', async t => {
  const scene = world()
  const { lab, reflector, routers } = scene
  routers.get('nonClient1')!.announce('inet', '10.1.0.0/16')
  routers.get('unsaid1')!.announce('inet', '10.2.0.0/16')
  lab.seconds(5)
  const nonClients = () =>
    ['10.1.0.0/16', '10.2.0.0/16'].map(prefix => routeAt(scene, 'nonClient2', prefix) !== undefined)
  t.same(nonClients(), [false, false])
  const set = (name: string, reflectorClient: boolean | undefined): void => {
    const place = places.find(each => each.name === name)!
    const peer = reflector.peers.get(place.address)!
    const to = { address: place.address, as: own.as }
    peer.update(...reflector.settings(to, { policy: { reflectorClient }, session: { passive: true } }))
    lab.seconds(5)
  }
  set('nonClient1', true)
  t.same(nonClients(), [true, false], 'what it had told is told on')
  set('nonClient1', false)
  t.same(nonClients(), [false, false])
  set('nonClient2', true)
  t.same(nonClients(), [true, true], 'the other is a client now')
  set('nonClient2', false)
  t.same(nonClients(), [false, false])
  for (const peer of reflector.peers.values()) t.equal(peer.session.statistics.flaps, 0)
})

const marked: Announcement = {
  nextHop: '192.0.2.7',
  asPath: '65300 65301',
  localPreference: 0,
  med: 4_000_000_000,
  communities: ['65300:1'],
  extendedCommunities: ['target:65300:7'],
  largeCommunities: ['4200000000:1:2'],
  originatorId: '10.7.7.7',
  clusterList: ['10.8.8.8', '10.9.9.9']
}

t.test('T-RR-4 what is reflected leaves as it came, but for the two marks', async t => {
  const scene = world()
  const { lab, routers } = scene
  const router = routers.get('client1')!
  router.announce('inet', '10.1.0.0/16', { ...marked, origin: 'egp' })
  router.announce('inet', '10.2.0.0/16', { nextHop: '192.0.2.8', localPreference: 4_294_967_295, med: 0 })
  lab.seconds(5)
  for (const to of ['client2', 'unsaid1', 'nonClient2']) {
    t.match(
      routeAt(scene, to, '10.1.0.0/16'),
      { ...marked, origin: 'egp', clusterList: [own.address, '10.8.8.8', '10.9.9.9'] },
      `${to}: ORIGINATOR_ID stays, the own cluster goes in front`
    )
    t.match(routeAt(scene, to, '10.2.0.0/16'), {
      nextHop: '192.0.2.8',
      asPath: '',
      localPreference: 4_294_967_295,
      med: 0,
      originatorId: '10.0.0.21',
      clusterList: [own.address]
    })
  }
  const external = routeAt(scene, 'external1', '10.1.0.0/16')!
  t.match(external, { nextHop: '192.0.2.7', asPath: '65001 65300 65301', communities: ['65300:1'] })
  for (const name of ['localPreference', 'med', 'originatorId', 'clusterList'] as const)
    t.equal(external[name], undefined, `not for another AS: ${name}`)
})

t.test('T-RR-4 own routes and those of other AS carry marks towards control nodes only', async t => {
  for (const controlNode of [false, true]) {
    const scene = world(cluster, controlNode)
    const { lab, reflector, routers } = scene
    reflector.announce('10.1.0.0/16')
    routers.get('external1')!.announce('inet', '10.2.0.0/16', { med: 7 })
    lab.seconds(5)
    const [local, external] = ['10.1.0.0/16', '10.2.0.0/16'].map(prefix => routeAt(scene, 'client1', prefix)!)
    t.same([local!.localPreference, external!.asPath], [100, '65100'])
    t.equal(local!.originatorId, controlNode ? own.address : undefined)
    t.equal(external!.originatorId, controlNode ? '10.0.0.11' : undefined)
    for (const route of [local!, external!])
      t.same(route.clusterList, controlNode ? [own.address] : undefined)
    // A control node of another AS says in MED how much it prefers a route.
    t.match(external, controlNode ? { localPreference: 4_294_967_288 } : { localPreference: 100, med: 7 })
  }
})

const flagsAt = (node: LabNode, prefix: string): number[] =>
  pathsOf(node.table().find(key(prefix))).map(path => path.flags & ~0x0f000000)

t.test('T-RR-2 T-RR-8 loops are kept to be seen, counted, and neither used nor told', async t => {
  const cases: readonly [what: string, from: string, Announcement, flag: number][] = [
    ['ORIGINATOR_ID', 'client1', { originatorId: own.address }, PathFlag.originatorIdLooped],
    ['CLUSTER_LIST', 'client1', { clusterList: ['10.9.9.9', own.address] }, PathFlag.clusterListLooped],
    ['AS path, internal', 'client1', { asPath: '65300 65001' }, PathFlag.asPathLooped],
    ['AS path, external', 'external1', { asPath: '65100 65001' }, PathFlag.asPathLooped],
    ['AS set', 'external1', { asPath: '65100 {65001 65300}' }, PathFlag.asPathLooped]
  ]
  const scene = world()
  const { lab, reflector, routers } = scene
  for (const [i, [, from, announcement]] of cases.entries())
    routers.get(from)!.announce('inet', `10.${i}.0.0/16`, announcement)
  lab.seconds(5)
  for (const [i, [what, , , flag]] of cases.entries()) {
    t.same(flagsAt(reflector, `10.${i}.0.0/16`), [flag], what)
    t.same(heard(scene, `10.${i}.0.0/16`), [], `${what}: told to no one`)
  }
  t.equal(reflector.table().counts.infeasible, cases.length)
  t.equal(reflector.table().counts.infeasibleOf(reflector.peers.get('10.0.0.21')!.source), 3)
  // The same without the loop takes its place.
  for (const [i, [what, from]] of cases.entries()) {
    routers.get(from)!.announce('inet', `10.${i}.0.0/16`)
    lab.seconds(1)
    t.equal(heard(scene, `10.${i}.0.0/16`).length, places.length - 1, what)
  }
  t.equal(reflector.table().counts.infeasible, 0)
})

t.test('T-RR-8 ORIGIN is replaced where configured', async t => {
  const scene = world(cluster, false, {})
  const { lab, reflector, routers } = scene
  const to = { address: '10.0.0.21', as: own.as }
  reflector.peers.get(to.address)!.update(
    ...reflector.settings(to, {
      receive: { originOverride: 2, clusterId: cluster },
      session: { passive: true }
    })
  )
  routers.get('client1')!.announce('inet', '10.1.0.0/16', { origin: 'igp' })
  routers.get('client2')!.announce('inet', '10.2.0.0/16', { origin: 'igp' })
  lab.seconds(5)
  t.equal(routeAt(scene, 'unsaid1', '10.1.0.0/16')?.origin, 'incomplete')
  t.equal(routeAt(scene, 'unsaid1', '10.2.0.0/16')?.origin, 'igp')
})

t.test('T-RR-5 how often an own AS may occur, and which counts as own', async t => {
  for (const loopCount of [0, 1, 16]) {
    for (const occurs of [loopCount, loopCount + 1]) {
      for (const which of ['65001', '65555', 'both'] as const) {
        const lab = new Lab()
        const node = lab.node(own.address, own.as)
        const address = '10.0.0.11'
        node.peer(
          { address, as: 65100 },
          { receive: { loopCount, nodeAs: 65555 }, session: { passive: true } }
        )
        const router = new LabRouter({
          scheduler: lab.scheduler,
          transport: lab.network.host(address),
          name: 'r',
          as: 65100,
          address,
          families: ['inet'],
          neighbors: [own]
        })
        const asn = (i: number) => (which === 'both' ? ['65001', '65555'][i % 2] : which)
        const asPath = ['65100', ...Array.from({ length: occurs }, (_, i) => asn(i))].join(' ')
        router.announce('inet', '10.1.0.0/16', { asPath })
        router.start()
        lab.seconds(5)
        const looped = occurs > loopCount ? PathFlag.asPathLooped : 0
        t.same(flagsAt(node, '10.1.0.0/16'), [looped], `${asPath} with a loop count of ${loopCount}`)
      }
    }
  }
})

t.test(
  'GRACEFUL_SHUTDOWN: a route of another AS that is about to go is the last choice (RFC 8326)',
  async t => {
    const scene = world()
    const { lab, routers } = scene
    for (const name of ['external1', 'client1']) {
      routers.get(name)!.announce('inet', '10.1.0.0/16', { communities: ['graceful-shutdown'] })
    }
    routers.get('external2')!.announce('inet', '10.1.0.0/16', { asPath: '65101 65300 65301 65302' })
    lab.seconds(5)
    t.match(
      routeAt(scene, 'unsaid1', '10.1.0.0/16'),
      { localPreference: 100, asPath: '' },
      'inside the AS it is for others to lower it'
    )
    routers.get('client1')!.withdraw('inet', '10.1.0.0/16')
    lab.seconds(5)
    t.match(routeAt(scene, 'unsaid1', '10.1.0.0/16'), { asPath: '65101 65300 65301 65302' })
    routers.get('external2')!.withdraw('inet', '10.1.0.0/16')
    lab.seconds(5)
    t.match(routeAt(scene, 'unsaid1', '10.1.0.0/16'), {
      localPreference: 0,
      asPath: '65100',
      communities: ['65535:0']
    })
  }
)

t.test('T-RR-3 two reflectors, with one cluster id and with two: no loop, right paths', async t => {
  for (const shared of [true, false]) {
    const lab = new Lab()
    const [one, two] = ['10.0.0.100', '10.0.0.101'].map(address => lab.node(address))
    const clusterOf = (node: LabNode): number => (shared ? cluster : node === one ? cluster : cluster + 1)
    for (const [node, other] of [
      [one!, two!],
      [two!, one!]
    ] as const) {
      node.peer(other, { receive: { clusterId: clusterOf(node) }, policy: { reflectorClient: false } })
      for (const address of ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
        node.peer(
          { address, as: 65001 },
          { receive: { clusterId: clusterOf(node) }, policy: { reflectorClient: true } }
        )
    }
    // The third is a client of the second alone.
    const clients = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((address, i) => {
      const neighbors = (i === 2 ? [two!] : [one!, two!]).map(node => ({ address: node.address, as: 65001 }))
      const { scheduler, network } = lab
      const transport = network.host(address)
      const router = new LabRouter({
        scheduler,
        transport,
        name: address,
        as: 65001,
        address,
        families: ['inet'],
        listenPort: 179,
        neighbors
      })
      router.start()
      return router
    })
    lab.seconds(10)
    clients[0]!.announce('inet', '10.1.0.0/16')
    lab.seconds(10)
    const updates = clients.map(client =>
      [...client.sessions.values()].reduce((sum, each) => sum + each.announcements, 0)
    )
    t.same(updates, [0, 2, 1], 'each client hears it once from each of its reflectors, the sender not at all')
    for (const node of [one!, two!]) {
      t.match(clients[1]!.routes('inet', node.address).get('10.1.0.0/16'), {
        originatorId: '10.0.0.1',
        clusterList: [node === one || shared ? '10.0.0.100' : '10.0.0.101']
      })
      const flags = flagsAt(node, '10.1.0.0/16').sort((a, b) => a - b)
      t.same(
        flags,
        shared ? [0, PathFlag.clusterListLooped] : [0, 0],
        'the other reflector’s is a loop in one cluster'
      )
    }
    // The link from the client to the second reflector is lost: with one cluster id it cannot know the route any more.
    clients[0]!.sessions.get(two!.address)!.session.stop({ subcode: 2 })
    lab.seconds(10)
    t.equal(clients[2]!.routes('inet').has('10.1.0.0/16'), !shared)
    if (!shared)
      t.match(clients[2]!.routes('inet').get('10.1.0.0/16'), { clusterList: ['10.0.0.101', '10.0.0.100'] })
    clients[0]!.withdraw('inet', '10.1.0.0/16')
    lab.seconds(10)
    for (const node of [one!, two!]) t.equal(node.table().size, 0, 'and nothing keeps itself alive')
  }
})

t.test('T-RR-1 whoever says what, each is told the best path that the matrix lets through', async t => {
  const from = fc.nat(places.length - 1)
  const fact = fc.record({
    from,
    prefix: fc.nat(3),
    localPreference: fc.constantFrom(100, 200),
    loop: fc.constantFrom('none', 'none', 'none', 'originator', 'cluster', 'as'),
    community: fc.constantFrom(undefined, undefined, 'no-export', 'no-advertise', 'no-export-subconfed')
  })
  const deeds = fc.array(
    fc.oneof(fact, fc.record({ from, prefix: fc.nat(3), withdraw: fc.constant(true) })),
    {
      minLength: 4,
      maxLength: 24
    }
  )
  fc.assert(
    fc.property(fc.boolean(), fc.constantFrom(cluster, 0), deeds, (controlNode, clusterId, list) => {
      const scene = world(clusterId, controlNode)
      const { lab, reflector, routers } = scene
      for (const deed of list) {
        const place = places[deed.from]!
        const router = routers.get(place.name)!
        const prefix = `10.${deed.prefix}.0.0/16`
        if ('withdraw' in deed) {
          router.withdraw('inet', prefix)
          continue
        }
        const { loop, community, localPreference } = deed
        const first = place.kind === 'external' ? `${router.options.as} ` : ''
        router.announce('inet', prefix, {
          ...(place.kind !== 'external' && { localPreference }),
          asPath: `${first}65300${loop === 'as' ? ' 65001' : ''}`,
          ...(loop === 'originator' && { originatorId: own.address }),
          ...(loop === 'cluster' && { clusterList: [own.address] }),
          ...(community !== undefined && { communities: [community] })
        })
      }
      lab.seconds(5)
      for (const place of places) {
        for (let n = 0; n < 4; n++) {
          const prefix = `10.${n}.0.0/16`
          const route = reflector.table().find(key(prefix))
          const told = routeAt(scene, place.name, prefix) !== undefined
          if (told !== isTold(place, route, clusterId, controlNode)) return false
        }
      }
      return true
    }),
    { numRuns: 60 }
  )
  t.pass()
})

/** The rules, written once more, from the best path alone; which path is best has its own tests. */
function isTold(
  to: (typeof places)[number],
  route: ReturnType<ReturnType<LabNode['table']>['find']>,
  clusterId: number,
  controlNode: boolean
): boolean {
  const best = route?.usable
  if (best === undefined) return false
  const source = places.find(({ address }) => address === best.source.name)!
  const { bytes } = best.attributes
  const { communities = [] } = readAttributes(bytes, 0, bytes.length)
  if (communities.includes('no-advertise')) return false
  if (to.kind === 'external') {
    if (communities.length > 0) return false
    // Its own AS is in the path of what it told us itself.
    return source.name !== to.name
  }
  if (clusterId === 0) return splitHorizon(source.kind, to.kind)
  if (source.name === to.name || !reflects[source.kind][to.kind]) return false
  if (!controlNode) return true
  return !pathsOf(route).some(path => path.feasible && path.source.name === to.address)
}

t.test('T-RR-5 a family may have a loop count of its own', async t => {
  const lab = new Lab()
  const node = lab.node(own.address, own.as)
  const address = '10.0.0.11'
  const families = ['inet', 'inet6'] as const
  const familyLoopCounts = new Map([['inet6', 2]])
  const to = { address, as: 65100 }
  node.peer(to, { families, receive: { loopCount: 1, familyLoopCounts }, session: { passive: true } })
  const { scheduler, network } = lab
  const transport = network.host(address)
  const router = new LabRouter({
    scheduler,
    transport,
    name: 'r',
    as: 65100,
    address,
    families,
    neighbors: [own]
  })
  const asPath = '65100 65001 65001'
  router.announce('inet', '10.1.0.0/16', { asPath })
  router.announce('inet6', '2001:db8::/32', { asPath, nextHop: '2001:db8::1' })
  router.start()
  lab.seconds(5)
  const counts = families.map(name => node.table(familyNamed(name)!).counts.infeasible)
  t.same(counts, [1, 0])
})

t.test('T-RR-6 private AS numbers, on the way to another AS and within the own', async t => {
  const asPath = '64512 3356 64513 1299 4200000000'
  const expected = {
    none: [`65001 ${asPath}`, asPath],
    remove: ['65001 3356 64513 1299 4200000000', '3356 64513 1299 4200000000'],
    'remove-all': ['65001 3356 1299', '3356 1299'],
    'replace-all': ['65001 65001 3356 3356 1299 1299', '3356 3356 3356 1299 1299']
  } as const
  for (const action of ['none', 'remove', 'remove-all', 'replace-all'] as const) {
    const scene = world(cluster, false, action === 'none' ? {} : { privateAsAction: action })
    const { lab, routers } = scene
    routers.get('client1')!.announce('inet', '10.1.0.0/16', { asPath })
    lab.seconds(5)
    const [external, internal] = expected[action]
    t.equal(
      routeAt(scene, 'external1', '10.1.0.0/16')?.asPath,
      external,
      `${action}, then the own AS in front`
    )
    t.equal(routeAt(scene, 'client2', '10.1.0.0/16')?.asPath, internal, action)
  }
})
