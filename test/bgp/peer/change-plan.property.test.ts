/** T-PEER-6: what a dry run of a change says is what the change does, for 100 random changes of a whole node. */
import fc from 'fast-check'
import t from 'tap'
import { type PlannedChange, planChange } from '../../../src/bgp/peer/change-plan.js'
import type { Confederation } from '../../../src/config/confederation.js'
import { type NeighbourConfig, noNeighbourConfig } from '../../../src/config/neighbour-config.js'
import { type NeighbourOptions, noNeighbourOptions } from '../../../src/config/neighbour-options.js'
import { readObjectFile } from '../../../src/config-store/object-file.js'
import { outlookOf } from '../../../src/dry-run/outlook.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'
import { Cluster } from '../../support/cluster.js'
import { type ApiObject, clusterObjects, routers, textOf } from '../../support/cluster-objects.js'

const others = ['cn-b', 'edge', 'gateway'] as const
type Other = (typeof others)[number]
/** Paths into objects, and what may stand there; `undefined`: the member goes. */
type Change =
  | { readonly of: 'router'; readonly name: Other | 'cn-a'; readonly member: string; readonly value: unknown }
  | { readonly of: 'session'; readonly name: Other; readonly member: string; readonly value: unknown }
  | { readonly of: 'global'; readonly member: string; readonly value: unknown }
  | { readonly of: 'peering'; readonly name: Other }
  | { readonly of: 'options'; readonly name: Other; readonly options: Partial<NeighbourOptions> }
  | { readonly of: 'policy' }
  | { readonly of: 'confederation'; readonly confederation: Confederation }

const router = fc.constantFrom<readonly [string, unknown]>(
  ['hold_time', 30],
  ['hold_time', 90],
  ['autonomous_system', 64999],
  ['local_autonomous_system', 64998],
  ['identifier', '10.9.9.9'],
  ['admin_down', true],
  ['port', 1179],
  ['cluster_id', 7],
  ['address_families', { family: ['inet'] }],
  ['address_families', { family: ['inet', 'inet-vpn', 'e-vpn', 'route-target'] }],
  ['vendor', 'somebody else'],
  ['auth_data', { key_type: 'md5', key_items: [{ key_id: 0, key: 'hunter2' }] }]
)
const session = fc.constantFrom<readonly [string, unknown]>(
  ['admin_down', true],
  ['passive', true],
  ['as_override', true],
  ['hold_time', 33],
  ['loop_count', 3],
  ['local_autonomous_system', 64997],
  ['private_as_action', 'remove-all'],
  ['route_origin_override', { origin_override: true, origin: 'EGP' }],
  ['address_families', { family: ['inet'] }]
)
const graceful = {
  enable: true,
  restart_time: 60,
  long_lived_restart_time: 600,
  end_of_rib_timeout: 300,
  bgp_helper_enable: true,
  xmpp_helper_enable: false
}
const global = fc.constantFrom<readonly [string, unknown]>(
  ['autonomous_system', 64512],
  ['enable_4byte_as', false],
  ['graceful_restart_parameters', graceful],
  ['graceful_restart_parameters', { ...graceful, enable: false }],
  ['graceful_restart_parameters', { ...graceful, end_of_rib_timeout: 60 }],
  ['bgp_always_compare_med', true],
  ['display_name', 'the one']
)
const options = fc.constantFrom<Partial<NeighbourOptions>>(
  {},
  { description: 'a neighbour' },
  { holdTime: 60 },
  { adminDown: true },
  { passive: true },
  { allowAsIn: 2 },
  { enforceFirstAs: false },
  { addPath: 'both' },
  { extendedMessages: true },
  { nextHop: 'self' },
  { export: 'none' },
  { import: 'none' },
  { asOverride: true },
  { removePrivateAs: 'remove-all' },
  { localAs: 64996 },
  { routeReflectorClient: true },
  { clusterId: 99 },
  { connectRetry: 7 },
  { multihop: 3 }
)
const other = fc.constantFrom(...others)
const change: fc.Arbitrary<Change> = fc.oneof(
  fc
    .record({
      of: fc.constant('router' as const),
      name: fc.constantFrom('cn-a' as const, ...others),
      at: router
    })
    .map(({ at: [member, value], ...rest }) => ({ ...rest, member, value })),
  fc
    .record({ of: fc.constant('session' as const), name: other, at: session })
    .map(({ at: [member, value], ...rest }) => ({ ...rest, member, value })),
  fc
    .record({ of: fc.constant('global' as const), at: global })
    .map(({ at: [member, value], of }) => ({ of, member, value })),
  fc.record({ of: fc.constant('peering' as const), name: other }),
  fc.record({ of: fc.constant('options' as const), name: other, options }),
  fc.record({ of: fc.constant('options' as const), name: other, options }),
  fc.record({ of: fc.constant('policy' as const) }),
  fc.record({
    of: fc.constant('confederation' as const),
    confederation: fc.constantFrom(
      { identifier: 64990, members: [] },
      { identifier: 64990, members: [routers.edge.as] },
      { identifier: routers.edge.as, members: [] },
      { identifier: routers['cn-a'].as, members: [] }
    )
  })
)

const isRouter = ({ type, fq_name }: ApiObject, name: string): boolean =>
  type === 'bgp_router' && fq_name.at(-1) === name

/** The objects of the cluster with the change in them. */
function changed(change: Change): readonly ApiObject[] {
  return clusterObjects.map(object => {
    if (change.of === 'router' && isRouter(object, change.name)) {
      const parameters = object.bgp_router_parameters as object
      return { ...object, bgp_router_parameters: { ...parameters, [change.member]: change.value } }
    }
    if (change.of === 'global' && object.type === 'global_system_config')
      return { ...object, [change.member]: change.value }
    if (change.of === 'peering' && isRouter(object, 'cn-a'))
      return { ...object, bgp_router_refs: refsOf(object).filter(({ to }) => to.at(-1) !== change.name) }
    if (change.of === 'peering' && isRouter(object, change.name))
      return { ...object, bgp_router_refs: refsOf(object).filter(({ to }) => to.at(-1) !== 'cn-a') }
    if (change.of === 'session' && isRouter(object, 'cn-a')) {
      const attributes = [{ bgp_router: null, [change.member]: change.value }]
      const refs = refsOf(object).map(ref =>
        ref.to.at(-1) === change.name ? { ...ref, attr: { session: [{ attributes }] } } : ref
      )
      return { ...object, bgp_router_refs: refs }
    }
    return object
  })
}

const refsOf = (object: ApiObject) =>
  (object.bgp_router_refs ?? []) as readonly { readonly to: readonly string[]; readonly attr: object }[]

function configOf(change: Change): NeighbourConfig {
  if (change.of === 'policy') return { ...noNeighbourConfig, ebgpRequiresPolicy: true }
  if (change.of === 'confederation') return { ...noNeighbourConfig, confederation: change.confederation }
  if (change.of !== 'options') return noNeighbourConfig
  const { address } = routers[change.name]
  return {
    ...noNeighbourConfig,
    neighbours: new Map([[address, { ...noNeighbourOptions, ...change.options }]])
  }
}

async function outlook(objects: readonly ApiObject[], config: NeighbourConfig) {
  const scheduler = new VirtualScheduler(1)
  const read = readObjectFile('objects', textOf(objects))
  const found = outlookOf(
    [...read.objects.values()].map(({ object }) => object),
    'cn-a',
    config,
    scheduler
  )
  scheduler.run(10_000)
  return found
}

t.test('T-PEER-6 a dry run of a change tells what the change does', async t => {
  const cluster = new Cluster()
  cluster.start()
  cluster.world.run(20_000)
  const { node } = cluster.nodes.get('cn-a')!
  const nameOf = (name: string): Other => others.find(each => name.endsWith(`:${each}`))!
  const closed = new Set<Other>()
  node.peerMonitors.add({ closed: ({ name }) => closed.add(nameOf(name)) })
  const asked = (): Map<Other, number> =>
    new Map(
      [...node.peers].map(({ name, families }) => [
        nameOf(name),
        [...families.values()].reduce((sum, { counts }) => sum + counts.refreshRequestsSent, 0)
      ])
    )
  const base = await outlook(clusterObjects, noNeighbourConfig)
  const seen = new Map<string, number>()
  const ends = new Set(['goes', 'closes', 'reset'])
  const asks = new Set(['refresh', 'refresh-or-reset'])
  /** Towards a control node, as upstream's, nothing is announced, and so nothing can be asked. */
  const canBeAsked = (name: Other): boolean => name !== 'cn-b'

  const perform = async (change: Change): Promise<void> => {
    const objects = changed(change)
    const config = configOf(change)
    const plan: readonly PlannedChange[] = planChange(base, await outlook(objects, config))
    closed.clear()
    const before = asked()
    cluster.configure('cn-a', () => objects)
    node.configureNeighbours(config)
    cluster.world.run(1_000)
    const what = JSON.stringify(change)
    const those = (is: (effect: string, name: Other) => boolean): Other[] =>
      plan.filter(({ effect, name }) => is(effect, nameOf(name))).map(({ name }) => nameOf(name))
    const ended = those(
      (effect, name) => ends.has(effect) || (effect === 'refresh-or-reset' && !canBeAsked(name))
    )
    t.same([...closed].sort(), ended.sort(), `sessions that end: ${what}`)
    const after = asked()
    const refreshed = others.filter(name => !closed.has(name) && after.get(name)! > (before.get(name) ?? 0))
    const planned = those((effect, name) => asks.has(effect) && canBeAsked(name))
    t.same(refreshed, planned.sort(), `asked again: ${what}`)
    for (const { effect } of plan) seen.set(effect, (seen.get(effect) ?? 0) + 1)

    cluster.configure('cn-a', () => clusterObjects)
    node.configureNeighbours(noNeighbourConfig)
    cluster.world.until(`all is well again after ${what}`, () => cluster.isConnected, 900_000)
    cluster.world.run(5_000)
  }
  for (const one of fc.sample(change, { numRuns: 100, seed: 6 })) await perform(one)
  for (const effect of ['goes', 'closes', 'reset', 'refresh-or-reset', 'live']) t.ok(seen.has(effect), effect)
  t.comment(JSON.stringify([...seen]))
})
