/** What may happen to a node and its neighbours, drawn from few values so that much of it meets. */
import fc from 'fast-check'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import type { NeighbourOptions } from '../../src/config/neighbour-options.js'
import type { Announcement } from '../../src/lab/router.js'
import { type Configuration, type Name, names, neighbours, nodeAs } from '../support/neighbourhood.js'

export type Step =
  | { readonly does: 'announce'; readonly of: Claim; readonly route: Announcement }
  | { readonly does: 'withdraw'; readonly of: Claim }
  | { readonly does: 'configure'; readonly change: Partial<Configuration>; readonly objectsFirst: boolean }
  /** The neighbour goes, and is back after so many milliseconds. */
  | {
      readonly does: 'restart'
      readonly name: Name
      readonly how: 'shutdown' | 'silent'
      readonly awayMs: number
    }
  | { readonly does: 'wait'; readonly ms: number }

/** Whose route it is, and which. */
export interface Claim {
  readonly name: Name
  readonly family: FamilyName
  readonly prefix: string
  readonly pathId: number
}

/** In each member of a change that is by neighbour, only the neighbours named are changed. */
export function changed(before: Configuration, change: Partial<Configuration>): Configuration {
  return {
    ...before,
    ...change,
    options: { ...before.options, ...change.options },
    peerings: { ...before.peerings, ...change.peerings },
    families: { ...before.families, ...change.families }
  }
}

const { constantFrom, record } = fc
const anyone = constantFrom(...names)
const targets = ['target:64512:1', 'target:64512:2'] as const

function prefixOf(family: FamilyName, i: number): string {
  switch (family) {
    case 'inet6':
      return `2001:db8:${i}::/48`
    case 'inet-vpn':
      return `10.9.9.9:1:10.${i}.0.0/16`
    case 'evpn':
      return `2-10.9.9.9:1-0-00:00:00:00:00:0${i},10.0.0.${i}`
    case 'route-target':
      return [...targets.map(target => `${nodeAs}:${target}`), `65311:${targets[0]}`, '0:target:0:0'][i % 4]!
    default:
      return `10.${i}.0.0/16`
  }
}

const claims = anyone
  .chain(name =>
    fc.tuple(fc.constant(name), constantFrom(...neighbours[name].families), fc.nat(4), fc.nat(2))
  )
  .map(([name, family, i, id]): Claim => {
    const several = neighbours[name].sendsSeveral === true && family !== 'route-target'
    return { name, family, prefix: prefixOf(family, i), pathId: several ? id : 0 }
  })

/** Behind the AS of the neighbour, where it is of another one. */
const tails = constantFrom(
  '',
  '',
  '65400',
  '65400 65401',
  '64512',
  '64512 64512',
  '65311',
  '174',
  '65400 {65401}'
)
const clusterIds = ['0.0.0.9', '0.0.0.10', '0.0.0.77', '0.0.0.88'] as const

const sometimes = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 3 })
const attributes = record({
  tail: tails,
  origin: constantFrom('igp', 'igp', 'incomplete'),
  med: sometimes(constantFrom(0, 5, 100)),
  communities: sometimes(
    constantFrom<string[]>(
      ['64512:77'],
      ['no-export'],
      ['no-advertise'],
      ['65535:0'],
      ['65535:6'],
      ['65535:7']
    )
  ),
  largeCommunities: sometimes(fc.constant(['64512:1:2'])),
  extendedCommunities: constantFrom<string[]>([targets[0]], [targets[1]], [...targets], []),
  aigp: sometimes(constantFrom(10, 20)),
  others: sometimes(constantFrom({ 35: '0000ff1f' }, { 35: '0000ff20' })),
  ownNextHop: fc.boolean(),
  label: constantFrom(16, 17),
  internal: record({
    localPreference: constantFrom(100, 100, 200),
    originatorId: sometimes(constantFrom('10.0.0.1', '10.0.0.14', '10.0.0.99', '1.1.1.1')),
    clusterList: sometimes(fc.subarray([...clusterIds], { minLength: 1, maxLength: 2 }))
  })
})

function routeOf(
  { name, family, pathId }: Claim,
  drawn: typeof attributes extends fc.Arbitrary<infer T> ? T : never
) {
  const { as, address } = neighbours[name]
  const { tail, internal, ownNextHop, label, extendedCommunities, ...rest } = drawn
  const isInternal = as === nodeAs
  const isVpn = family === 'inet-vpn' || family === 'evpn'
  const hop = ownNextHop ? address : '192.0.2.1'
  const said = {
    ...rest,
    ...(isInternal && internal),
    ...(isVpn && { extendedCommunities }),
    ...((isVpn || family === 'inet-labeled') && { label }),
    asPath: isInternal ? tail : `${as} ${tail}`.trim(),
    nextHop: family === 'inet6' ? `2001:db8::${address.slice(-2)}` : hop,
    pathId
  }
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined)) as Announcement
}

const announcements = fc
  .tuple(claims, attributes)
  .map(([of, drawn]): Step => ({ does: 'announce', of, route: routeOf(of, drawn) }))
const withdrawals = claims.map((of): Step => ({ does: 'withdraw', of }))

/** Of which one or two are put together. */
const optionChoices: readonly NeighbourOptions[] = [
  {},
  { allowAsIn: 1 },
  { allowAsIn: 2 },
  { enforceFirstAs: false },
  { allowEmptyAsPath: true },
  { nextHop: 'self' },
  { nextHop: 'self-always' },
  { export: 'none' },
  { import: 'none' },
  { export: 'all', import: 'all' },
  { asOverride: true },
  { removePrivateAs: 'remove' },
  { removePrivateAs: 'remove-all' },
  { removePrivateAs: 'replace-all' },
  { sendCommunities: ['standard'] },
  { sendCommunities: [] },
  { clusterId: 77 },
  { clusterId: 88 },
  { routeReflectorClient: true },
  { routeReflectorClient: false },
  { addPath: 'both' },
  { addPath: 'send', addPathSelect: 1 },
  { addPath: 'both', addPathSelect: 2 },
  { addPath: 'both', addPathSelect: 'best-per-as' },
  { aigp: true },
  { rejectAsSets: true },
  { discardAttributes: [8] },
  { discardAttributes: [4, 32] },
  { withdrawAttributes: [32] },
  { withdrawAttributes: [8] },
  { gracefulShutdown: true },
  { acceptGracefulShutdown: false },
  { advertisementInterval: 2 },
  { role: 'provider' },
  { role: 'customer' },
  { role: 'peer' },
  { extendedMessages: true },
  { extendedNextHop: true },
  { adminDown: true },
  { sendHold: 100 },
  { holdTime: 60 }
]

/** Together as the node's own file may have them. */
function allowed(name: Name, { role, addPathSelect, ...all }: NeighbourOptions): NeighbourOptions {
  const { withdrawAttributes, ...rest } = all
  return {
    ...(all.discardAttributes === undefined ? all : rest),
    ...(role !== undefined && neighbours[name].as !== nodeAs && { role }),
    ...(addPathSelect !== undefined &&
      (all.addPath === 'send' || all.addPath === 'both') && { addPathSelect })
  }
}

const options = fc
  .tuple(anyone, constantFrom(...optionChoices), constantFrom(...optionChoices))
  .map(([name, one, other]) => ({ options: { [name]: allowed(name, { ...one, ...other }) } }))
const ofNeighbour = (member: 'peerings' | 'families', values: readonly unknown[]) =>
  fc.tuple(anyone, constantFrom(...values)).map(([name, value]) => ({ [member]: { [name]: value } }))
const of = (member: 'node' | 'global' | 'file' | 'absent', ...values: readonly unknown[]) =>
  constantFrom(...values).map(value => ({ [member]: value }))

const changes: fc.Arbitrary<Partial<Configuration>> = fc.oneof(
  { weight: 12, arbitrary: options },
  {
    weight: 2,
    arbitrary: of(
      'global',
      {},
      { bgp_always_compare_med: true },
      { graceful_restart_parameters: { enable: false } }
    )
  },
  {
    weight: 3,
    arbitrary: of(
      'node',
      {},
      { cluster_id: 9 },
      { cluster_id: 10 },
      { identifier: '10.0.0.99', cluster_id: 9 }
    )
  },
  {
    weight: 1,
    arbitrary: ofNeighbour('peerings', [
      {},
      { as_override: true },
      { loop_count: 2 },
      { route_origin_override: { origin_override: true, origin: 'EGP' } },
      { private_as_action: 'remove-all' },
      { admin_down: true }
    ])
  },
  { weight: 1, arbitrary: of('file', {}, { ebgpRequiresPolicy: true }, { gracefulShutdown: true }) },
  {
    weight: 1,
    arbitrary: ofNeighbour('families', [undefined, ['inet'], ['inet', 'inet-vpn'], ['inet', 'inet6', 'evpn']])
  },
  { weight: 1, arbitrary: of('absent', [], ['e1'], ['i1'], ['e2', 'i3']) }
)

const configurations = record({ change: changes, objectsFirst: fc.boolean() }).map(
  (drawn): Step => ({ does: 'configure', ...drawn })
)
const restarts = record({
  name: anyone,
  how: constantFrom('shutdown' as const, 'silent' as const),
  awayMs: constantFrom(0, 10, 2000, 25_000)
}).map((drawn): Step => ({ does: 'restart', ...drawn }))
const waits = constantFrom(0, 1, 50, 1000, 5000, 30_000).map((ms): Step => ({ does: 'wait', ms }))

export const histories: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 10, arbitrary: announcements },
    { weight: 3, arbitrary: withdrawals },
    { weight: 4, arbitrary: configurations },
    { weight: 1, arbitrary: restarts },
    { weight: 4, arbitrary: waits }
  ),
  { minLength: 60, maxLength: 140, size: 'max' }
)
