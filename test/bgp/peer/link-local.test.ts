/** Neighbours by link-local addresses of IPv6: the interface is a part of who they are (spec bgp 1.2). */
import t from 'tap'
import { noNeighbourConfig } from '../../../src/config/neighbour-config.js'
import { LabRouter } from '../../../src/lab/router.js'
import { LabWorld } from '../../../src/lab/world.js'
import { objects } from './options/option-lab.js'

const here = 'fe80::1%eth0'
const there = 'fe80::b%eth0'
const elsewhere = 'fe80::b%eth1'
/** Of a global address, and of `here`. */
const [globalBytes, ownBytes] = [`20010db8${'0'.repeat(23)}1`, `fe80${'0'.repeat(27)}1`]

/** The node has both links; the edge of its objects is at `there`. */
function world(passive = true) {
  const world = new LabWorld()
  world.host('10.0.0.1', '2001:db8::1', here, 'fe80::1%eth1')
  const lab = world.node({
    hostname: 'node',
    address: '10.0.0.1',
    bgpAddress: '::',
    objects: [
      JSON.stringify(
        objects({ edge: { address: there, identifier: '10.0.0.11' }, 'session edge': { passive } })
      )
    ]
  })
  const router = (address: string, neighbour = here): LabRouter =>
    new LabRouter({
      scheduler: world.scheduler,
      transport: world.host(address),
      name: address,
      as: 65311,
      address,
      families: ['inet', 'inet6'],
      listenPort: 179,
      neighbors: [{ address: neighbour, as: 64512 }]
    })
  const peer = (address: string) => lab.node.peers.byAddress(address)
  const isUp = (address: string): boolean => peer(address)?.session.state === 'established'
  return { world, lab, router, peer, isUp }
}

function leafOf(it: LabWorld): LabRouter {
  const leaf = it.router({
    name: 'leaf',
    address: '10.0.0.14',
    as: 64512,
    families: ['inet6'],
    neighbors: [{ address: '10.0.0.1', as: 64512 }]
  })
  leaf.start()
  it.until('the leaf is up', () => leaf.isEstablished)
  return leaf
}

for (const passive of [true, false])
  t.test(`a neighbour of the graph, ${passive ? 'it calls' : 'both dial'}`, async t => {
    const { world: it, router, isUp, peer } = world(passive)
    const edge = router(there)
    edge.start()
    it.until('it is up', () => isUp(there))
    t.match(peer(there)!.session.remote, { address: there })
    t.match(peer(there)!.session.local, { address: here })
  })

t.test('the same address on another link is somebody else', async t => {
  const { world: it, lab, router, isUp } = world()
  const stranger = router(elsewhere, 'fe80::1%eth1')
  stranger.start()
  it.run(60_000)
  t.notOk(isUp(there))
  t.ok(lab.node.bgpCalls.refused > 0)
})

t.test(
  'options by its address; next hop self: a global address and that of the link (RFC 2545 3)',
  async t => {
    const { world: it, lab, router, isUp } = world()
    const edge = router(there)
    edge.start()
    it.until('it is up', () => isUp(there))
    const other = leafOf(it)
    const updates: string[] = []
    edge.sessions.get(here)!.onUpdate = bytes => updates.push(Buffer.from(bytes).toString('hex'))
    const nextHops = (options: object): string | undefined => {
      updates.length = 0
      lab.node.configureNeighbours({ ...noNeighbourConfig, neighbours: new Map([[there, options]]) })
      it.run(30_000)
      return /000201(10[0-9a-f]{32}|20[0-9a-f]{64})00/.exec(updates.join(' '))?.[1]
    }
    other.announce('inet6', '2001:db8:9::/48', { nextHop: '2001:db8:9::1' })
    it.run(3000)
    t.equal(nextHops({ nextHop: 'self' }), `10${ownBytes}`, 'the node has no global address of its own')
    t.equal(
      nextHops({ nextHop: 'self', localAddress: '2001:db8::1', passive: true }),
      `20${globalBytes}${ownBytes}`
    )
  }
)

t.test('32 bytes from the neighbour: the global one counts', async t => {
  const { world: it, router, isUp } = world()
  const edge = router(there)
  edge.start()
  it.until('it is up', () => isUp(there))
  const leaf = leafOf(it)
  // ORIGIN, AS_PATH 65311, MP_REACH_NLRI with both next hops and 2001:db8::/32.
  const reach = `800e2a00020120${globalBytes}fe80${'0'.repeat(27)}b002020010db8`
  const attributes = `40010100400206020100 00ff1f${reach}`.replace(' ', '')
  const body = `0000${(attributes.length / 2).toString(16).padStart(4, '0')}${attributes}`
  const length = (19 + body.length / 2).toString(16).padStart(4, '0')
  edge.sessions.get(here)!.session.send(Buffer.from(`${'ff'.repeat(16)}${length}02${body}`, 'hex'))
  it.run(2000)
  t.match(leaf.routes('inet6').get('2001:db8::/32'), { nextHop: '2001:db8::1' })
})

t.test('dynamic neighbours of a link, and of any', async t => {
  const range = (options: object) => ({
    range: 'fe80::/10',
    peerAs: [65311],
    families: ['inet6' as const],
    limit: 9,
    options: {},
    idleRemovalSeconds: 60,
    ...options
  })
  for (const [dynamicNeighbours, comesUp] of [
    [[range({ interface: 'eth0' })], false],
    [[range({ interface: 'eth1' })], true],
    [[range({})], true],
    // The range of its own link counts, and that has no room.
    [[range({}), range({ interface: 'eth1', peerAs: [1] })], false]
  ] as const) {
    const { world: it, lab, router, isUp } = world()
    lab.node.configureNeighbours({ ...noNeighbourConfig, dynamicNeighbours })
    const stranger = router(elsewhere, 'fe80::1%eth1')
    stranger.start()
    it.run(20_000)
    t.equal(isUp(elsewhere), comesUp, JSON.stringify(dynamicNeighbours))
  }
})
