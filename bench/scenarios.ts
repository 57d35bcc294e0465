/** What is measured; the letters are those of docs/performance.md. */
import type { BgpLoadOptions } from './load/protocol.js'

type BgpShape = Pick<
  BgpLoadOptions,
  'family' | 'senders' | 'receivers' | 'prefixes' | 'groups' | 'withdraw' | 'churn'
>

export interface BgpScenario {
  readonly kind: 'bgp'
  readonly name: string
  readonly what: string
  readonly load: BgpShape
  /** Daemons beside Weft that are left out: they take minutes, or do not come to an end. */
  readonly without?: readonly string[]
  readonly timeoutSeconds?: number
}

export interface AgentScenario {
  readonly kind: 'agents'
  readonly name: string
  readonly what: string
  readonly load: { readonly agents: number; readonly routes: number; readonly processes: number }
  readonly timeoutSeconds?: number
}

export type Scenario = BgpScenario | AgentScenario

const bgp = (
  name: string,
  what: string,
  load: Omit<BgpShape, 'withdraw'> & { withdraw?: boolean },
  more: Partial<BgpScenario> = {}
): BgpScenario => ({ kind: 'bgp', name, what, load: { withdraw: true, ...load }, ...more })

const inet = { family: 'inet', senders: 1, receivers: 1 } as const

export const scenarios: readonly Scenario[] = [
  bgp('A', 'inet, 800,000 prefixes in 100,000 attribute sets, 1 sender, 1 receiver', {
    ...inet,
    prefixes: 800_000,
    groups: 100_000
  }),
  bgp(
    'B',
    'inet, 100,000 prefixes in 12,500 attribute sets, 1 sender, 50 receivers',
    {
      ...inet,
      receivers: 50,
      prefixes: 100_000,
      groups: 12_500
    },
    { without: ['gobgp'] }
  ),
  bgp('C', 'vpnv4, 200,000 prefixes in 20,000 attribute sets, 1,000 RDs, 10 senders, 10 receivers', {
    family: 'vpnv4',
    senders: 10,
    receivers: 10,
    prefixes: 200_000,
    groups: 20_000
  }),
  bgp(
    'D',
    'evpn type 2, 100,000 routes in 10,000 attribute sets, 500 EVIs, 10 senders, 10 receivers',
    {
      family: 'evpn',
      senders: 10,
      receivers: 10,
      prefixes: 100_000,
      groups: 10_000
    },
    { without: ['gobgp'] }
  ),
  bgp(
    'F',
    'inet, 100,000 prefixes in 12,500 attribute sets, 1 sender, 1,000 receivers',
    {
      ...inet,
      receivers: 1000,
      prefixes: 100_000,
      groups: 12_500
    },
    { without: ['gobgp', 'openbgpd'] }
  ),
  bgp(
    'K',
    'inet, 10,000 changes a second for 20 s on 100,000 routes, 1 sender, 1 receiver',
    {
      ...inet,
      prefixes: 100_000,
      groups: 12_500,
      churn: { perSecond: 10_000, seconds: 20 }
    },
    { without: ['gobgp'] }
  ),
  ...[10_000, 100_000, 500_000, 1_000_000, 2_000_000].map(prefixes =>
    bgp(
      `G${prefixes / 1000}k`,
      `inet, ${prefixes.toLocaleString('en')} prefixes, 8 to a set, 1 sender, 1 receiver`,
      {
        ...inet,
        prefixes,
        groups: prefixes / 8
      },
      { without: ['gobgp', 'openbgpd', 'frr', 'bird'] }
    )
  ),
  {
    kind: 'agents',
    name: 'X',
    what: '500 agents, 500 routes each, one instance: 125,000,000 items',
    load: { agents: 500, routes: 500, processes: 1 },
    timeoutSeconds: 1200
  },
  {
    kind: 'agents',
    name: 'X2',
    what: '10 agents, 1,000 routes each, one instance: 100,000 items',
    load: { agents: 10, routes: 1000, processes: 1 }
  },
  {
    kind: 'agents',
    name: 'X3',
    what: '500 agents, 50 routes each, one instance: 12,500,000 items',
    load: { agents: 500, routes: 50, processes: 1 }
  },
  {
    kind: 'agents',
    name: 'I',
    what: '2 agents, 25,000 routes each, one instance: what publishing costs',
    load: { agents: 2, routes: 25_000, processes: 1 }
  },
  bgp('S', 'smoke run: inet, 10,000 prefixes, 2 senders, 2 receivers', {
    family: 'inet',
    senders: 2,
    receivers: 2,
    prefixes: 10_000,
    groups: 1_250
  })
]
