/** What a change of the configuration does to sessions that are up (spec bgp 16.2), in a whole node. */
import t from 'tap'
import { ObjectStore } from '../../../src/lab/object-store.js'
import type { LabRouter } from '../../../src/lab/router.js'
import { LabWorld } from '../../../src/lab/world.js'
import {
  type ApiObject,
  clusterObjects,
  masterInstance,
  type RouterName,
  routers,
  textOf
} from '../../support/cluster-objects.js'

type Others = Exclude<RouterName, 'cn-a'>
const others: readonly Others[] = ['cn-b', 'edge', 'gateway']
type Objects = readonly ApiObject[]
type Members = Record<string, unknown>

/** The first node of the cluster; its three neighbours are routers that keep why sessions ended. */
class Scene {
  readonly world = new LabWorld(1)
  readonly store: ObjectStore
  readonly node
  readonly routers = new Map<Others, LabRouter>()
  #objects: Objects

  constructor(objects: Objects = clusterObjects) {
    this.#objects = objects
    this.store = new ObjectStore(textOf(objects))
    this.node = this.world.node({
      hostname: 'cn-a',
      address: routers['cn-a'].address,
      objects: this.store
    }).node
    for (const name of others) {
      const { address, as } = routers[name]
      const router = this.world.router({
        name,
        as,
        address,
        families: name === 'gateway' ? ['route-target', 'inet-vpn', 'inet'] : ['inet', 'inet-vpn'],
        listenPort: 179,
        neighbors: [{ address: routers['cn-a'].address, as: 64512 }],
        session: { peerAs: [64512, 64999], idleHoldSeconds: 1, maximumIdleHoldSeconds: 1 }
      })
      this.routers.set(name, router)
    }
    this.settle()
    this.world.until('all are up', () => others.every(name => this.isUp(name)))
  }

  settle(): void {
    this.world.run(40_000)
  }

  peer(name: Others) {
    return this.node.peers.get(`${masterInstance}:${name}`)
  }

  isUp(name: Others): boolean {
    return this.peer(name)?.session.state === 'established'
  }

  change(change: (objects: Objects) => Objects): void {
    this.#objects = change(this.#objects)
    this.store.replace(textOf(this.#objects))
    this.settle()
  }

  /** Why sessions have ended since last asked, as their neighbours were told. */
  closes(): Partial<Record<Others, string>> {
    const found: Partial<Record<Others, string>> = {}
    for (const name of others) {
      const session = this.routers.get(name)!.sessions.get(routers['cn-a'].address)!
      const [close] = session.closes.splice(0)
      if (close !== undefined) {
        const { notification } = close
        found[name] =
          notification === undefined ? close.cause : `${notification.code}/${notification.subcode}`
      }
    }
    return found
  }
}

/** With other members of a bgp-router. */
const routerWith =
  (name: RouterName, members: Members) =>
  (objects: Objects): Objects =>
    objects.map(object =>
      object.type === 'bgp_router' && object.fq_name.at(-1) === name
        ? { ...object, bgp_router_parameters: { ...(object.bgp_router_parameters as Members), ...members } }
        : object
    )

/** With other attributes of the session with a neighbour; undefined: the peering is taken out. */
const sessionWith =
  (name: Others, attributes: Members | undefined) =>
  (objects: Objects): Objects =>
    objects.map(object => {
      if (object.type !== 'bgp_router' || object.fq_name.at(-1) !== 'cn-a') return object
      const refs = (object.bgp_router_refs as { to: string[] }[]).filter(
        ({ to }) => attributes !== undefined || to.at(-1) !== name
      )
      return {
        ...object,
        bgp_router_refs: refs.map(ref =>
          ref.to.at(-1) === name
            ? { ...ref, attr: { session: [{ attributes: [{ bgp_router: null, ...attributes }] }] } }
            : ref
        )
      }
    })

const globalWith =
  (members: Members) =>
  (objects: Objects): Objects =>
    objects.map(object => (object.type === 'global_system_config' ? { ...object, ...members } : object))

const inet = [{ address_family: 'inet' }]
const limited = (more: Members) => [{ address_family: 'inet', ...more }]
const all = (code: string) => ({ 'cn-b': code, edge: code, gateway: code })

const changes: readonly [
  what: string,
  change: (objects: Objects) => Objects,
  closes: Partial<Record<Others, string>>
][] = [
  ['nothing, delivered again', objects => objects.map(object => structuredClone(object)), {}],
  ['passive', sessionWith('edge', { passive: true }), {}],
  ['AS override', sessionWith('edge', { as_override: true }), {}],
  ['loop count', sessionWith('edge', { loop_count: 3 }), {}],
  ['private AS action', sessionWith('edge', { private_as_action: 'remove-all' }), {}],
  [
    'ORIGIN override',
    sessionWith('edge', { route_origin_override: { origin_override: true, origin: 'EGP' } }),
    {}
  ],
  ['cluster id', routerWith('cn-a', { cluster_id: 7 }), {}],
  ['always compare MED', globalWith({ bgp_always_compare_med: true }), {}],
  [
    'ports of BGP as a service',
    globalWith({ bgpaas_parameters: { port_start: 40000, port_end: 40512 } }),
    {}
  ],
  ['a neighbour’s vendor', routerWith('edge', { vendor: 'other' }), {}],
  ['hold time of one session', sessionWith('edge', { hold_time: 30 }), { edge: '6/6' }],
  ['hold time of the neighbour', routerWith('gateway', { hold_time: 30 }), { gateway: '6/6' }],
  ['hold time of the node', routerWith('cn-a', { hold_time: 60 }), all('6/6')],
  [
    'families of one session',
    sessionWith('edge', { address_families: { family: ['inet', 'inet-vpn'] } }),
    { edge: '6/6' }
  ],
  ['address', routerWith('edge', { address: '10.0.0.99' }), { edge: '6/6' }],
  ['port', routerWith('edge', { port: 1790 }), { edge: '6/6' }],
  ['AS of a neighbour', routerWith('edge', { autonomous_system: 65312 }), { edge: '6/6' }],
  ['local AS of one session', sessionWith('edge', { local_autonomous_system: 64999 }), { edge: '6/6' }],
  ['local AS of the node', routerWith('cn-a', { local_autonomous_system: 64999 }), all('6/6')],
  ['identifier of the node', routerWith('cn-a', { identifier: '10.0.0.77' }), all('6/6')],
  ['a control node becomes a router', routerWith('cn-b', { router_type: 'router' }), { 'cn-b': '6/6' }],
  ['4-byte AS numbers: control nodes alone', globalWith({ enable_4byte_as: false }), { 'cn-b': '6/6' }],
  [
    'graceful restart',
    globalWith({ graceful_restart_parameters: { enable: true, restart_time: 60 } }),
    all('6/6')
  ],
  [
    'helping restarts',
    globalWith({ graceful_restart_parameters: { enable: false, bgp_helper_enable: true } }),
    {}
  ],
  [
    'End-of-RIB timeout',
    globalWith({ graceful_restart_parameters: { enable: false, end_of_rib_timeout: 100 } }),
    {}
  ],
  ['admin-down of one session', sessionWith('edge', { admin_down: true }), { edge: '6/2' }],
  ['admin-down of the node', routerWith('cn-a', { admin_down: true }), all('6/2')],
  ['no peering', sessionWith('edge', undefined), { edge: '6/3' }],
  [
    'no bgp-router of a neighbour',
    objects => objects.filter(({ fq_name }) => fq_name.at(-1) !== 'gateway'),
    { gateway: '6/3' }
  ]
]

for (const [what, change, closes] of changes) {
  t.test(`T-PEER-2 ${what}: ${Object.values(closes)[0] ?? 'no session is lost'}`, async t => {
    const scene = new Scene()
    const before = others.map(name => scene.peer(name)?.session.statistics.establishments)
    t.same(scene.closes(), {})
    scene.change(change)
    t.same(scene.closes(), closes)
    t.same(
      others.filter(name => closes[name] === undefined).map(name => scene.isUp(name)),
      others.filter(name => closes[name] === undefined).map(() => true)
    )
    t.same(before, [1, 1, 1])
  })
}

t.test('T-PEER-2 attributes of a family are applied to the session that is up', async t => {
  const scene = new Scene(sessionWith('edge', { family_attributes: inet })(clusterObjects))
  for (let i = 0; i < 5; i++) scene.routers.get('edge')!.announce('inet', `10.9.${i}.0/24`)
  scene.settle()
  scene.change(sessionWith('edge', { family_attributes: limited({ prefix_limit: { maximum: 10 } }) }))
  scene.change(sessionWith('edge', { family_attributes: limited({ loop_count: 2 }) }))
  scene.change(sessionWith('edge', { family_attributes: limited({ default_tunnel_encap: ['vxlan'] }) }))
  t.same(scene.closes(), {})
  t.equal(scene.peer('edge')!.paths, 5)
  scene.change(
    sessionWith('edge', { family_attributes: limited({ prefix_limit: { maximum: 3, idle_timeout: 600 } }) })
  )
  t.same(scene.closes(), { edge: '6/1' }, 'a limit below what is there is enforced')
})

t.test('T-PEER-2 admin-down and back: a fresh start', async t => {
  const scene = new Scene()
  scene.change(sessionWith('edge', { admin_down: true }))
  t.equal(scene.peer('edge')!.session.state, 'idle')
  scene.world.run(600_000)
  t.equal(scene.peer('edge')!.session.state, 'idle', 'it stays down')
  scene.change(sessionWith('edge', {}))
  t.ok(scene.isUp('edge'))
  t.equal(scene.peer('edge')!.session.statistics.flaps, 0)
})

t.test(
  'T-PEER-3 out and in again within one reading: nothing has happened; another identity: another session',
  async t => {
    const scene = new Scene()
    const peer = scene.peer('edge')
    const edge = clusterObjects.find(({ fq_name }) => fq_name.at(-1) === 'edge')!
    scene.change(objects => [...objects.filter(object => object !== edge), structuredClone(edge)])
    t.same(scene.closes(), {})
    t.equal(scene.peer('edge'), peer)
    // Removed and added before the node has looked.
    const { store, world } = scene
    store.replace(textOf(sessionWith('edge', undefined)(clusterObjects)))
    store.replace(textOf(clusterObjects))
    world.run(20_000)
    t.same(scene.closes(), {})
    t.equal(scene.peer('edge'), peer)
    // The address goes to another neighbour in the same change.
    const renamed = (objects: Objects): Objects =>
      JSON.parse(textOf(objects).replaceAll('"edge"', '"border"')) as Objects
    store.replace(textOf(renamed(clusterObjects)))
    world.run(60_000)
    t.same(scene.closes(), { edge: '6/3' })
    t.equal(scene.peer('edge'), undefined)
    t.equal(scene.node.peers.get(`${masterInstance}:border`)?.session.state, 'established')
    t.equal([...scene.node.peers].filter(({ session }) => session.remote?.address === '10.0.0.11').length, 1)
  }
)

t.test('T-PEER-4 what is configured while the routes of the last life go waits for its end', async t => {
  const scene = new Scene()
  const edge = scene.routers.get('edge')!
  edge.announceAll(
    'inet',
    Array.from({ length: 20_000 }, (_, i) => `10.${100 + (i >> 14)}.${(i >> 6) & 255}.${(i & 63) * 4}/30`)
  )
  scene.settle()
  t.equal(scene.peer('edge')!.paths, 20_000)
  const { store, world, node } = scene
  const table = node.instances.get(masterInstance)!.table('inet')!
  // Out and in again, in two readings, while the table is still being emptied.
  store.replace(textOf(sessionWith('edge', undefined)(clusterObjects)))
  world.scheduler.runUntil(() => scene.peer('edge') === undefined, 10_000)
  store.replace(textOf(clusterObjects))
  world.run(60_000)
  t.same(scene.closes(), { edge: '6/3' })
  t.ok(scene.isUp('edge'))
  t.equal(scene.peer('edge')!.paths, 20_000)
  t.equal(table.counts.primary, 20_000, 'the old life has left nothing')
  // Closed, cleared and shut down again and again, before each is over.
  for (let i = 0; i < 10; i++) {
    scene.peer('edge')!.session.clear({ subcode: 4 })
    world.run(i)
    store.replace(textOf(sessionWith('edge', { admin_down: i % 2 === 0 })(clusterObjects)))
    world.run(i)
  }
  store.replace(textOf(clusterObjects))
  world.run(60_000)
  t.ok(scene.isUp('edge'))
  t.equal(table.counts.primary, 20_000)
})

t.test('T-PEER-5 cleared: hard, soft in, soft out; the others notice nothing', async t => {
  const scene = new Scene()
  const edge = scene.routers.get('edge')!
  const session = edge.sessions.get(routers['cn-a'].address)!
  edge.announce('inet', '10.9.0.0/24')
  scene.routers.get('gateway')!.announce('inet', '10.8.0.0/24')
  scene.change(sessionWith('gateway', { address_families: { family: ['inet'] } }))
  scene.closes()
  const peer = scene.peer('edge')!
  const counts = () => [...peer.families.values()].find(({ family }) => family.name === 'inet')!.counts
  const told = session.announcements
  t.ok(told > 0)
  peer.clearSoftOut()
  scene.settle()
  t.equal(session.announcements, 2 * told, 'everything again')
  const heard = counts().reachReceived
  t.ok(peer.clearSoftIn())
  scene.settle()
  t.equal(counts().reachReceived, 2 * heard)
  t.same(scene.closes(), {})
  peer.session.clear({ subcode: 4, text: 'maintenance' })
  scene.settle()
  t.same(scene.closes(), { edge: '6/4' })
  t.ok(scene.isUp('edge'))
  t.equal(peer.paths, 1)
})
