/** Which AS a neighbour is to have us as (RFC 5065 4), by its own and what is said of it. */
import t from 'tap'
import { membershipOf, withConfederation } from '../../../src/bgp/peer/confederation.js'
import { dynamicPeer } from '../../../src/bgp/peer/dynamic-neighbours.js'
import type { NeighbourOptions } from '../../../src/config/neighbour-options.js'
import type { OwnRouterSettings, PeerSettings } from '../../../src/config/settings.js'

const self: OwnRouterSettings = {
  name: 'node',
  as: 65001,
  localAs: 65001,
  identifier: 1,
  identifierText: '0.0.0.1',
  address: '10.0.0.1',
  port: 179,
  holdTimeSeconds: 90,
  adminDown: false,
  clusterId: 0,
  families: ['inet'],
  keys: [],
  routerType: 'router',
  subCluster: undefined,
  complete: true
}
const confederation = { identifier: 64999, members: [65002] }

function peer(peerAs: number, more: Partial<PeerSettings> = {}): PeerSettings {
  const range = {
    range: '10.0.0.0/8',
    families: ['inet'],
    limit: 1,
    options: {},
    idleRemovalSeconds: 1
  } as const
  return { ...dynamicPeer({ ...range, peerAs: [peerAs] }, '10.0.0.2', self), ...more }
}
const tenant = { routerType: 'bgpaas-client', instance: 'red' } as const

const rows: readonly (readonly [
  string,
  PeerSettings,
  NeighbourOptions,
  localAs: number,
  internal: boolean
])[] = [
  ['its own AS', peer(65001), {}, 65001, true],
  ['a member', peer(65002), {}, 65001, false],
  ['outside', peer(64500), {}, 64999, false],
  ['a range of any other AS', peer(0), {}, 64999, false],
  ['a member that has us as another member', peer(65002), { localAs: 65001 }, 65001, false],
  ['a member that has us as no member', peer(65002), { localAs: 64777 }, 64999, false],
  ['outside, with a local AS', peer(64500), { localAs: 64777 }, 64999, false],
  ['the peering names an AS', peer(64500, { localAs: 64700 }), {}, 64700, false],
  ['a client of BGP as a service', peer(64500, tenant), {}, 64999, false],
  ['a client with the number of a member', peer(65002, tenant), {}, 64999, false],
  ['a client in the AS of the whole, which is not served', peer(64999, tenant), {}, 64999, true]
]
for (const [name, settings, options, localAs, internal] of rows) {
  t.test(name, async t => {
    const membership = membershipOf(confederation, self)
    t.match(withConfederation(settings, options, membership, self), { localAs, internal })
    t.equal(withConfederation(settings, options, undefined, self), settings, 'and in none it stays as it is')
  })
}

t.test('the AS of the node is a member, whether it is named or not', async t => {
  const members = [...membershipOf(confederation, self)!.members].sort()
  t.strictSame(members, [65001, 65002])
  t.strictSame(membershipOf({ identifier: 64999, members: [65001, 65002] }, self)?.members, [65001, 65002])
  t.equal(membershipOf({ identifier: 65001, members: [] }, self), undefined)
  t.equal(membershipOf(confederation, undefined), undefined)
})
