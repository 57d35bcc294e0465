/** What neighbours are told after a start of the node, and when (RFC 4724 §4.1, spec bgp 12.2, 12.7). */
import t from 'tap'
import { type Offer, offer } from '../../../src/bgp/session/offer.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import type { FamilyName } from '../../../src/bgp/wire/family.js'
import { defaultSelectionDeferral } from '../../../src/config/selection-deferral.js'
import { nodeView } from '../../../src/introspect/from-node/node-view.js'
import { ObjectStore } from '../../../src/lab/object-store.js'
import type { LabRouter } from '../../../src/lab/router.js'
import { LabWorld } from '../../../src/lab/world.js'
import { fabric, instanceOf } from '../../support/cluster-objects.js'
import { TenantScene } from '../../support/tenants.js'

const as = 64512
const master = [...fabric, '__default__']
const nodeAddress = '10.0.0.1'

interface Neighbour {
  readonly name: string
  readonly families?: readonly FamilyName[]
  readonly type?: 'router' | 'control-node'
  readonly adminDown?: boolean
}

/** A route reflector with these neighbours at 10.0.0.11 and so on. */
function objects(neighbours: readonly Neighbour[], restart: boolean, endOfRibSeconds = 300): string {
  const router = (
    name: string,
    address: string,
    type: string,
    families: readonly string[],
    refs: object
  ) => ({
    type: 'bgp_router',
    fq_name: [...master, name],
    parent_type: 'routing-instance',
    bgp_router_parameters: {
      router_type: type,
      autonomous_system: as,
      identifier: address,
      address,
      port: 179,
      address_families: { family: families },
      ...(name === 'cn-a' && { cluster_id: 9 })
    },
    ...refs
  })
  const refs = neighbours.map(({ name, adminDown = false }) => ({
    to: [...master, name],
    attr: { session: [{ attributes: [{ bgp_router: null, admin_down: adminDown }] }] }
  }))
  return JSON.stringify([
    {
      type: 'global_system_config',
      fq_name: ['default-global-system-config'],
      autonomous_system: as,
      enable_4byte_as: true,
      graceful_restart_parameters: {
        enable: restart,
        restart_time: 120,
        bgp_helper_enable: true,
        end_of_rib_timeout: endOfRibSeconds
      }
    },
    { type: 'routing_instance', fq_name: master, parent_type: 'virtual-network' },
    router('cn-a', nodeAddress, 'control-node', ['inet', 'inet6', 'inet-vpn', 'route-target'], {
      bgp_router_refs: refs
    }),
    ...neighbours.map(({ name, families = ['inet'], type = 'router' }, i) =>
      router(name, `10.0.0.${11 + i}`, type, families, {})
    )
  ])
}

const restarts: Offer['gracefulRestart'] = { keepsRoutes: true, restartTimeSeconds: 120 }

class Stage {
  readonly world = new LabWorld(1)
  readonly logged: string[] = []
  readonly store: ObjectStore
  readonly node

  constructor(
    readonly neighbours: readonly Neighbour[],
    { restart = true, deferral = defaultSelectionDeferral, endOfRibSeconds = 300 } = {}
  ) {
    this.store = new ObjectStore(objects(neighbours, restart, endOfRibSeconds))
    const note = (_: object, message: string): void => {
      if (message.startsWith('selection')) this.logged.push(message)
    }
    this.node = this.world.node({
      hostname: 'cn-a',
      address: nodeAddress,
      objects: this.store,
      selectionDeferral: deferral,
      log: { info: note, warn: note, debug() {} }
    }).node
  }

  /** The neighbour of that name is there; without `gracefulRestart` it has none. */
  router(
    name: string,
    options: { gracefulRestart?: Offer['gracefulRestart']; restarting?: boolean; holds?: boolean } = {}
  ): LabRouter {
    const index = this.neighbours.findIndex(each => each.name === name)
    const { families = ['inet'] } = this.neighbours[index]!
    const { gracefulRestart, restarting = false, holds = false } = options
    return this.world.router({
      name,
      as,
      address: `10.0.0.${11 + index}`,
      families,
      listenPort: 179,
      neighbors: [{ address: nodeAddress, as }],
      holdsEndOfRib: holds,
      session: {
        restartingUntil: restarting ? Number.POSITIVE_INFINITY : 0,
        capabilities: offer({
          localAs: as,
          families: families.map(each => ({ family: familyNamed(each)! })),
          ...(gracefulRestart !== undefined && { gracefulRestart })
        })
      }
    })
  }

  seconds(count: number): void {
    this.world.run(count * 1000)
  }

  get deferred(): string[] {
    return this.node.selection.deferred.map(
      ({ family, waitsFor }) =>
        `${family.name}: ${waitsFor.map(name => name.slice(name.lastIndexOf(':') + 1)).join(' ')}`
    )
  }
}

const [one, two] = ['10.1.0.0/16', '10.2.0.0/16']
const prefixes = (router: LabRouter): string[] => [...router.routes('inet').keys()].sort()

t.test('nobody is told before all have said what they have, and then everything at once', async t => {
  const stage = new Stage([{ name: 'a' }, { name: 'b' }, { name: 'c' }])
  const a = stage.router('a', { gracefulRestart: restarts, holds: true })
  const b = stage.router('b', { gracefulRestart: restarts, holds: true })
  const c = stage.router('c', { gracefulRestart: restarts })
  a.announce('inet', one)
  b.announce('inet', one, { localPreference: 200 })
  b.announce('inet', two)
  stage.seconds(30)
  t.same(stage.deferred, ['inet: a b'])
  t.equal([...c.sessions.values()][0]!.updates, 0)
  a.endOfRib()
  stage.seconds(1)
  t.same(stage.deferred, ['inet: b'])
  t.same(prefixes(c), [])
  b.endOfRib()
  stage.seconds(1)
  t.same(stage.deferred, [])
  t.same(prefixes(c), [one, two])
  t.equal(c.routes('inet').get(one)?.localPreference, 200)
  const { announcements, withdrawals } = [...c.sessions.values()][0]!
  t.same([announcements, withdrawals], [2, 0], 'nothing was told twice')
  t.same(stage.logged, ['selection is deferred until neighbours have said all they have', 'selection begins'])
  t.equal(c.hasEndOfRib('inet'), false, 'agents may still come')
  stage.seconds(60)
  t.ok(c.hasEndOfRib('inet'))
})

t.test('once over it is over: who comes later is told at once', async t => {
  const stage = new Stage([{ name: 'a' }, { name: 'b' }])
  const a = stage.router('a', { gracefulRestart: restarts })
  a.announce('inet', one)
  stage.seconds(90)
  const late = stage.router('b', { gracefulRestart: restarts, holds: true })
  late.announce('inet', two)
  stage.world.until('b is up', () => late.isEstablished, 60_000)
  stage.seconds(1)
  t.same(prefixes(late), [one])
  t.same(prefixes(a), [two])
})

/** Whether `listener` is told after 20 s of what `a` said, and what holds it back. */
const cases: readonly {
  readonly name: string
  readonly neighbours: readonly Neighbour[]
  readonly options?: ConstructorParameters<typeof Stage>[1]
  readonly other?: Parameters<Stage['router']>[1]
  readonly deferred: readonly string[]
}[] = [
  {
    name: 'has no graceful restart',
    neighbours: [{ name: 'other' }],
    other: { holds: true },
    deferred: []
  },
  {
    name: 'only helps others restart: its End-of-RIB is expected',
    neighbours: [{ name: 'other' }],
    other: { gracefulRestart: { keepsRoutes: false, restartTimeSeconds: 0 }, holds: true },
    deferred: ['inet: other']
  },
  {
    name: 'is restarting as well (12.7)',
    neighbours: [{ name: 'other' }],
    other: { gracefulRestart: restarts, restarting: true, holds: true },
    deferred: []
  },
  {
    name: 'is absent',
    neighbours: [{ name: 'other' }],
    deferred: ['inet: other']
  },
  {
    name: 'is administratively down',
    neighbours: [{ name: 'other', adminDown: true }],
    deferred: []
  },
  {
    name: 'has other families',
    neighbours: [{ name: 'other', families: ['inet6'] }],
    other: { gracefulRestart: restarts, holds: true },
    deferred: ['inet6: other']
  },
  {
    name: 'is a control node',
    neighbours: [{ name: 'other', type: 'control-node' }],
    other: { gracefulRestart: restarts, holds: true },
    deferred: []
  },
  {
    name: 'would be waited for, but graceful restart is off',
    neighbours: [{ name: 'other' }],
    options: { restart: false },
    other: { gracefulRestart: restarts, holds: true },
    deferred: []
  },
  {
    name: 'would be waited for, but deferral is off',
    neighbours: [{ name: 'other' }],
    options: { deferral: { ...defaultSelectionDeferral, seconds: 0 } },
    other: { gracefulRestart: restarts, holds: true },
    deferred: []
  },
  {
    name: 'would be waited for, but not in this family',
    neighbours: [{ name: 'other' }],
    options: { deferral: { ...defaultSelectionDeferral, families: ['inet-vpn'] } },
    other: { gracefulRestart: restarts, holds: true },
    deferred: []
  }
]
for (const { name, neighbours, options, other, deferred } of cases) {
  t.test(`a neighbour ${name}`, async t => {
    const stage = new Stage([{ name: 'a' }, { name: 'listener' }, ...neighbours], options)
    const a = stage.router('a', { gracefulRestart: restarts })
    const listener = stage.router('listener', { gracefulRestart: restarts })
    if (other !== undefined) stage.router('other', other)
    a.announce('inet', one)
    stage.seconds(20)
    t.same(stage.deferred, deferred)
    t.same(prefixes(listener), deferred.some(each => each.startsWith('inet:')) ? [] : [one])
  })
}

t.test('control nodes are told at once, whoever else is waited for', async t => {
  const stage = new Stage([{ name: 'a' }, { name: 'sibling', type: 'control-node' }, { name: 'b' }])
  const a = stage.router('a', { gracefulRestart: restarts, holds: true })
  const sibling = stage.router('sibling')
  const b = stage.router('b', { gracefulRestart: restarts })
  a.announce('inet', one)
  stage.seconds(20)
  t.same([prefixes(sibling), prefixes(b)], [[one], []])
})

t.test(
  'the absent are waited for until they count as gone, an End-of-RIB until the time is over',
  async t => {
    const stage = new Stage([{ name: 'a' }, { name: 'silent' }, { name: 'absent' }])
    const a = stage.router('a', { gracefulRestart: restarts })
    stage.router('silent', { gracefulRestart: restarts, holds: true }).announce('inet', one)
    stage.seconds(59)
    t.same(stage.deferred, ['inet: absent silent'])
    stage.seconds(2)
    t.same(stage.deferred, ['inet: silent'])
    // Its End-of-RIB is given up on after 300 s, and no later than after 360 s from the start it would be over.
    stage.seconds(230)
    t.same(prefixes(a), [])
    stage.seconds(20)
    t.same([stage.deferred, prefixes(a)], [[], [one]])
  }
)

t.test('no time at all for the absent, or more than for all', async t => {
  for (const [seconds, absentSeconds, over] of [
    [100, 0, 1],
    [10, 60, 11]
  ] as const) {
    const stage = new Stage([{ name: 'a' }, { name: 'absent' }], {
      deferral: { seconds, absentSeconds, families: undefined }
    })
    const a = stage.router('a', { gracefulRestart: restarts })
    stage.seconds(over)
    t.same(stage.deferred, [])
    a.announce('inet', one)
    stage.seconds(60)
    t.equal(stage.node.selection.isDeferred(familyNamed('inet')!), false)
  }
})

t.test('when the time is over, the operator is told who is missing', async t => {
  const stage = new Stage([{ name: 'a' }, { name: 'silent' }], {
    deferral: { ...defaultSelectionDeferral, seconds: 100 }
  })
  const a = stage.router('a', { gracefulRestart: restarts })
  stage.router('silent', { gracefulRestart: restarts, holds: true }).announce('inet', one)
  stage.seconds(99)
  t.same(prefixes(a), [])
  stage.seconds(2)
  t.same(prefixes(a), [one])
  t.same(stage.logged.slice(1), ['selection begins without an End-of-RIB of some'])
})

t.test('memberships are told at once, VPN routes when both waits are over', async t => {
  const families: FamilyName[] = ['route-target', 'inet-vpn']
  const stage = new Stage([
    { name: 'a', families },
    { name: 'b', families }
  ])
  const a = stage.router('a', { gracefulRestart: restarts, holds: true })
  const b = stage.router('b', { gracefulRestart: restarts })
  a.announce('inet-vpn', '10.0.0.11:1:10.1.0.0/16', {
    label: 16,
    extendedCommunities: ['target:64512:1']
  })
  b.announce('route-target', '64512:target:64512:1')
  stage.seconds(20)
  t.ok(a.routes('route-target').has('64512:target:64512:1'))
  t.same(stage.deferred, ['inet-vpn: a'])
  t.equal(b.routes('inet-vpn').size, 0)
  a.endOfRib()
  stage.seconds(1)
  t.equal(b.routes('inet-vpn').size, 1)
})

t.test('a neighbour lost meanwhile is waited for like one that was never there', async t => {
  const stage = new Stage([{ name: 'a' }, { name: 'b' }])
  const a = stage.router('a', { gracefulRestart: restarts })
  const b = stage.router('b', { gracefulRestart: restarts, holds: true })
  b.announce('inet', one)
  stage.seconds(20)
  b.stop('silent')
  stage.seconds(10)
  t.same(stage.deferred, ['inet: b'])
  stage.seconds(31)
  t.same(stage.deferred, [])
  t.same(prefixes(a), [one], 'kept for it while it is away')
})

t.test('settings change meanwhile: neighbours that are deleted and graceful restart that ends', async t => {
  for (const after of [objects([{ name: 'a' }], true), objects([{ name: 'a' }, { name: 'b' }], false)]) {
    const stage = new Stage([{ name: 'a' }, { name: 'b' }])
    const a = stage.router('a', { gracefulRestart: restarts })
    a.announce('inet', one)
    stage.seconds(10)
    t.same(stage.deferred, ['inet: b'])
    stage.store.replace(after)
    stage.seconds(1)
    t.same(stage.deferred, [])
  }
})

t.test('operators see why a route is not told', async t => {
  const stage = new Stage([{ name: 'a' }, { name: 'b' }, { name: 'absent' }])
  const a = stage.router('a', { gracefulRestart: restarts })
  stage.router('b', { gracefulRestart: restarts })
  a.announce('inet', one)
  stage.seconds(10)
  const view = nodeView(stage.node, '1')
  t.match(
    [...view.bgp.neighbors()].map(({ sendState }) => sendState),
    ['not advertising', 'not advertising', 'not advertising']
  )
  const { selectionDeferral } = view.process.node()
  t.match(selectionDeferral, [{ family: 'inet', waitsFor: ['absent'] }])
})

t.test(
  'T-CAP-2 the R bit, absent neighbours and our End-of-RIB: a fifth of the End-of-RIB timeout',
  async t => {
    const stage = new Stage([{ name: 'a' }, { name: 'absent' }], { endOfRibSeconds: 100 })
    const a = stage.router('a', { gracefulRestart: restarts })
    const session = [...a.sessions.values()][0]!
    const restarting = () => session.session.peerOpen?.capabilities.gracefulRestart?.restarting
    stage.seconds(19)
    t.same([restarting(), a.hasEndOfRib('inet'), stage.deferred], [true, false, ['inet: absent']])
    stage.seconds(3)
    t.same([a.hasEndOfRib('inet'), stage.deferred], [true, []])
    session.session.clear({ subcode: 4 })
    stage.seconds(20)
    t.equal(restarting(), false)
  }
)

t.test('clients of BGP as a service neither wait nor are waited for', async t => {
  const client = { name: 'one', as: 65001, address: '10.1.0.3', sourcePort: 50000, gateway: '10.1.0.1' }
  const scene = new TenantScene({
    clients: [client, { ...client, name: 'absent', sourcePort: 50001 }],
    system: { graceful_restart_parameters: { enable: true, bgp_helper_enable: true, restart_time: 120 } }
  })
  const agent = scene.world.agent(scene.lab, { name: 'vr-01', address: '10.61.0.21', nextHop: '10.61.0.21' })
  agent.subscribe(instanceOf('red'), 4)
  agent.publish(instanceOf('red'), { prefix: '10.1.0.9/32', label: 33 })
  const router = scene.router(client, '10.61.0.21')
  scene.until('it is up', () => router.isEstablished && agent.isEstablished)
  scene.run(10)
  t.ok(router.routes('inet', nodeAddress).has('10.1.0.9/32'), 'it is told what there is')
  const waited = scene.node.selection.deferred.flatMap(({ waitsFor }) => waitsFor)
  t.ok(waited.includes('default-domain:default-project:ip-fabric:__default__:edge'), 'the underlay waits')
  t.same(
    waited.filter(name => name.includes(':red:')),
    []
  )
})
