/** When an End-of-RIB goes out, and what waits for one (spec bgp 13). */
import t from 'tap'
import type { ConfigStoreListener } from '../../../src/config-store/config-store.js'
import { ObjectStore } from '../../../src/lab/object-store.js'
import { LabRouter, type LabRouterOptions } from '../../../src/lab/router.js'
import { LabWorld } from '../../../src/lab/world.js'
import { clusterObjects, instanceOf, textOf } from '../../support/cluster-objects.js'
import { validUpdates } from '../wire/vectors/valid-updates.js'
import { Lab, type PeerOptions } from './lab.js'

const own = { address: '10.0.0.1', as: 65001 }

/** A node of ours and a router. */
function pair(options: PeerOptions = {}, changes: Partial<LabRouterOptions> = {}) {
  const lab = new Lab()
  const node = lab.node(own.address, own.as)
  const address = '10.0.0.2'
  const peer = node.peer(
    { address, as: 65001 },
    { families: ['inet', 'inet-vpn'], ...options, session: { passive: true } }
  )
  const router = new LabRouter({
    scheduler: lab.scheduler,
    transport: lab.network.host(address),
    name: 'router',
    as: 65001,
    address,
    families: options.families ?? ['inet', 'inet-vpn'],
    neighbors: [own],
    ...changes
  })
  return { lab, node, peer, router, session: router.sessions.get(own.address)! }
}

t.test('T-EOR-1 every form is understood, and only when nothing else is said', async t => {
  const form = (id: string): Buffer => Buffer.from(validUpdates.find(each => each.id === id)!.bytes, 'hex')
  // MP_UNREACH 1/1 without NLRI beside the withdrawal of 203.0.113.0/24.
  const mixed = Buffer.from(`${'ff'.repeat(16)}00210200${'04'}18cb0071${'0006'}800f03000101`, 'hex')
  for (const [what, bytes, family] of [
    ['RFC 4724, inet', form('V18'), 'inet'],
    ['contrail-control, inet', form('V19'), 'inet'],
    ['inet-vpn', form('V30'), 'inet-vpn'],
    ['an empty MP_UNREACH beside a withdrawal', mixed, undefined]
  ] as const) {
    const { lab, peer, router, session } = pair({}, { holdsEndOfRib: true })
    router.start()
    lab.seconds(5)
    session.session.send(bytes)
    lab.seconds(5)
    const ended = [...peer.families.values()]
      .filter(each => each.endOfRibReceived)
      .map(each => each.family.name)
    t.same(ended, family === undefined ? [] : [family], what)
    t.equal(peer.session.state, 'established')
  }
})

t.test('T-EOR-2 it is behind the last route of its family, also for one that reads slowly', async t => {
  const { lab, node, peer, router, session } = pair({ families: ['inet'] })
  const routes = 100_000
  for (let i = 0; i < routes; i++)
    node.announce(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}/32`, { med: i >> 8 })
  const atTheEnd: number[] = []
  session.onUpdate = bytes => {
    if (bytes.length === 23) atTheEnd.push(router.routes('inet').size)
  }
  router.start()
  lab.scheduler.runUntil(() => router.isEstablished, 10_000)
  let pauses = 0
  for (; !router.hasEndOfRib('inet') && pauses < 1000; pauses++) {
    lab.network.pauseReading(router.options.address)
    lab.seconds(2)
    lab.network.resumeReading(router.options.address)
    lab.scheduler.run(1)
  }
  t.ok(pauses > 5, `it took ${pauses} pauses`)
  t.same(atTheEnd, [routes])
  t.ok(peer.session.statistics.blocked > 0, 'it was too slow for us')
  lab.seconds(30)
  t.equal(router.routes('inet').size, routes)
  t.same(atTheEnd, [routes], 'once')
})

t.test('T-EOR-3 an empty table has one too, at once', async t => {
  const { lab, router } = pair()
  router.start()
  lab.scheduler.runUntil(() => router.isEstablished, 10_000)
  lab.seconds(2)
  t.ok(router.hasEndOfRib('inet') && router.hasEndOfRib('inet-vpn'))
})

t.test(
  'T-EOR-6 one that does not come is given up: after 30 s for route targets, else when configured',
  async t => {
    const families = ['inet-vpn', 'route-target'] as const
    for (const [endOfRibSeconds, wait] of [
      [300, 30],
      [10, 10]
    ] as const) {
      const { lab, node, peer, router } = pair(
        { families, policy: { endOfRibSeconds } },
        { holdsEndOfRib: true }
      )
      router.start()
      lab.scheduler.runUntil(() => router.isEstablished, 10_000)
      lab.seconds(wait - 1)
      t.notOk(router.hasEndOfRib('inet-vpn'), 'nothing of the VPN families yet')
      t.ok(router.hasEndOfRib('route-target'))
      lab.seconds(2)
      t.ok(router.hasEndOfRib('inet-vpn'), `after ${wait} s`)
      const received = () => [...peer.families.values()].map(each => each.endOfRibReceived)
      if (endOfRibSeconds === 300) {
        t.same(received(), [false, true])
        lab.seconds(268)
        t.same(received(), [false, true])
        lab.seconds(2)
      }
      t.same(received(), [true, true], `after ${endOfRibSeconds} s`)
      t.equal(peer.session.statistics.flaps + node.context.attributes.size, 0)
    }
  }
)

t.test('T-EOR-6 a family of which the node’s start is not over waits for it', async t => {
  const { lab, node, router } = pair()
  node.mayEndRib = false
  router.start()
  lab.seconds(30)
  t.notOk(router.hasEndOfRib('inet'))
  node.mayEndRib = true
  lab.seconds(2)
  t.ok(router.hasEndOfRib('inet') && router.hasEndOfRib('inet-vpn'))
})

t.test(
  'T-EOR-5 route targets first: until they are said no VPN route goes out, then exactly those',
  async t => {
    for (const says of [true, false]) {
      const world = new LabWorld(1)
      const node = world.node({ hostname: 'cn-a', address: '10.0.0.1', objects: [textOf(clusterObjects)] })
      const agent = world.agent(node, { name: 'vr-01', address: '10.0.1.21', nextHop: '10.61.0.21' })
      for (const [i, name] of ['red', 'lonely'].entries()) {
        agent.subscribe(instanceOf(name), 21 + i)
        agent.publish(instanceOf(name), { prefix: `10.${i}.0.1/32`, label: 51 + i })
      }
      world.until('the agent is connected', () => agent.isEstablished)
      // Long after the start, of which End-of-RIBs have to wait for the end.
      world.run(120_000)
      const gateway = world.router({
        name: 'gateway',
        as: 64512,
        address: '10.0.0.12',
        families: ['route-target', 'inet-vpn'],
        listenPort: 179,
        neighbors: [{ address: '10.0.0.1', as: 64512 }],
        holdsEndOfRib: true
      })
      const vpn = (): string[] => [...gateway.routes('inet-vpn').keys()]
      world.until('it is up', () => gateway.isEstablished)
      gateway.announce('route-target', '64512:target:64512:8000021')
      world.run(20_000)
      t.same([vpn(), gateway.hasEndOfRib('inet-vpn')], [[], false], 'nothing yet')
      if (says) gateway.endOfRib()
      world.run(says ? 2000 : 12_000)
      t.same(
        vpn(),
        ['10.61.0.21:21:10.0.0.1/32'],
        says ? 'it has said what it wants' : 'after 30 s it had its time'
      )
      t.ok(gateway.hasEndOfRib('inet-vpn'))
      gateway.announce('route-target', '64512:target:64512:8000023')
      world.run(1000)
      t.same(vpn(), ['10.61.0.21:21:10.0.0.1/32', '10.61.0.21:22:10.1.0.1/32'], 'later wishes count as well')
    }
  }
)

/** A store of which the end is told later, or never. */
class SlowStore extends ObjectStore {
  #listener: ConfigStoreListener | undefined
  override start(listener: ConfigStoreListener): void {
    this.#listener = listener
    super.start({
      changed: change => listener.changed(change),
      problemsChanged: problems => listener.problemsChanged(problems),
      endOfConfig: () => {}
    })
  }
  end(): void {
    this.#listener?.endOfConfig()
  }
}

t.test('T-EOR-4 at the start none goes out before the configuration is complete', async t => {
  for (const completeAfter of [20, 40, undefined]) {
    const world = new LabWorld(1)
    const store = new SlowStore(textOf(clusterObjects))
    world.node({ hostname: 'cn-a', address: '10.0.0.1', objects: store })
    const edge = world.router({
      name: 'edge',
      as: 65311,
      address: '10.0.0.11',
      families: ['inet'],
      listenPort: 179,
      neighbors: [{ address: '10.0.0.1', as: 64512 }]
    })
    world.until('it is up', () => edge.isEstablished)
    const from = world.scheduler.now()
    world.run((completeAfter ?? 400) * 1000 - 1 - from)
    if (completeAfter !== undefined) {
      t.notOk(edge.hasEndOfRib('inet'), 'before the end of the configuration')
      store.end()
      world.run(2500)
    }
    t.ok(
      edge.hasEndOfRib('inet'),
      completeAfter === undefined ? 'at last it does not wait any more' : 'behind it'
    )
  }
})
