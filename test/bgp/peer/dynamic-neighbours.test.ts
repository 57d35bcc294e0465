import t from 'tap'
import { BgpPeers } from '../../../src/bgp/peer/bgp-peers.js'
import { dynamicAddress, dynamicName, NeighbourRanges } from '../../../src/bgp/peer/dynamic-neighbours.js'
import { BgpListener } from '../../../src/bgp/session/acceptor.js'
import type { DynamicNeighbours } from '../../../src/config/dynamic-neighbours.js'
import { noNeighbourConfig } from '../../../src/config/neighbour-config.js'
import { noNeighbourOptions } from '../../../src/config/neighbour-options.js'
import type { GlobalSettings, PeerSettings } from '../../../src/config/settings.js'
import { neighborsIn } from '../../../src/introspect/from-node/neighbor-group.js'
import { Lab, type LabNode, type PeerOptions } from './lab.js'

const neighbours = (changes: Partial<DynamicNeighbours> = {}): DynamicNeighbours => ({
  range: '10.9.0.0/16',
  peerAs: [65001],
  families: ['inet'],
  limit: 100,
  options: noNeighbourOptions,
  idleRemovalSeconds: 60,
  ...changes
})

t.test('the most specific range', async t => {
  const ranges = new NeighbourRanges(
    ['10.0.0.0/8', '10.9.0.0/16', '0.0.0.0/0', '2001:db8::/32', '10.9.1.1/32'].map(range =>
      neighbours({ range })
    )
  )
  const found = (address: string) => ranges.find(address)?.range
  t.equal(found('10.1.2.3'), '10.0.0.0/8')
  t.equal(found('10.9.2.3'), '10.9.0.0/16')
  t.equal(found('10.9.1.1'), '10.9.1.1/32')
  t.equal(found('192.0.2.1'), '0.0.0.0/0')
  t.equal(found('2001:db8:1::1'), '2001:db8::/32')
  t.equal(found('2001:db9::1'), undefined)
  t.equal(found('nonsense'), undefined)
})

const globals = {
  self: {
    name: 'hub',
    as: 65001,
    localAs: 65001,
    identifier: 0x0a000001,
    identifierText: '10.0.0.1',
    address: '10.0.0.1',
    port: 179,
    holdTimeSeconds: 90,
    adminDown: false,
    clusterId: 1,
    families: [],
    keys: [],
    routerType: 'control-node',
    subCluster: undefined,
    complete: true
  },
  gracefulRestart: {
    enabled: true,
    restartTimeSeconds: 100,
    longLivedRestartTimeSeconds: 0,
    endOfRibTimeoutSeconds: 300,
    bgpHelperEnabled: true,
    xmppHelperEnabled: false
  },
  enable4ByteAs: true,
  alwaysCompareMed: false,
  bgpaasPorts: { first: 0, last: 0 },
  dscp: { control: 0, analytics: 0, dns: 0 }
} as unknown as GlobalSettings

/** A node whose neighbours are those that call. */
function hub(all: readonly DynamicNeighbours[]) {
  const lab = new Lab()
  const node = lab.node('10.0.0.1')
  const peers = new BgpPeers(node.environment, 0, () => {}, { ...noNeighbourConfig, dynamicNeighbours: all })
  peers.setGlobals(globals)
  const { scheduler } = lab
  new BgpListener({
    scheduler,
    transport: node.transport,
    log: node.log,
    addresses: [{ port: 1790 }],
    find: remote => peers.called(remote)?.session ?? 'unknown'
  }).start()
  const call = (address: string, as = 65001, options: PeerOptions = {}): LabNode => {
    const caller = lab.node(address, as)
    const session = { remote: { address: '10.0.0.1', port: 1790 }, peerAs: 65001, ...options.session }
    caller.peer(node, { ...options, session })
    return caller
  }
  return { lab, node, peers, call }
}
const stateOf = (caller: LabNode) => caller.peers.get('10.0.0.1')!.session.state

t.test('who calls from the range is a neighbour, others are not', async t => {
  const { lab, node, peers, call } = hub([
    neighbours(),
    neighbours({ range: '10.8.0.0/16', peerAs: [65008, 65009] })
  ])
  const callers = [call('10.9.0.1'), call('10.7.0.1'), call('10.8.0.1', 65009), call('10.8.0.2', 65010)]
  callers[0]!.announce('10.1.0.0/16')
  lab.seconds(20)
  t.same(
    callers.map(caller => stateOf(caller) === 'established'),
    [true, false, true, false]
  )
  t.equal(callers[2]!.look('10.1.0.0/16'), 'fresh')
  t.match(peers.get(dynamicName('10.8.0.1'))?.receive, { internal: false, peerAs: 65009 })
  t.equal(node.prefixes.length, 1)
})

t.test('one that is gone is forgotten, after the routes that are kept for it', async t => {
  const { lab, node, peers, call } = hub([neighbours()])
  const caller = call('10.9.0.1')
  caller.announce('10.1.0.0/16')
  lab.seconds(20)
  caller.peers.get('10.0.0.1')!.session.stop('silent')
  lab.seconds(90)
  t.equal(peers.size, 1)
  t.equal(node.look('10.1.0.0/16'), 'stale')
  lab.seconds(200)
  t.equal(peers.size, 0)
  t.equal(peers.settingsOf(dynamicName('10.9.0.1')), undefined)
  t.equal(node.context.attributes.size, 0)
  caller.peers.get('10.0.0.1')!.session.start()
  lab.seconds(60)
  t.equal(stateOf(caller), 'established')
})

t.test('T-EXT-6 a thousand call, five hundred are taken, and their places are free again', async t => {
  const { lab, peers, call } = hub([neighbours({ limit: 500 })])
  const callers = Array.from({ length: 1000 }, (_, i) => call(`10.9.${i >> 8}.${i & 255}`))
  lab.seconds(40)
  const up = () => callers.filter(caller => stateOf(caller) === 'established')
  t.equal(up().length, 500)
  t.equal(peers.size, 500)
  for (const caller of up()) caller.peers.get('10.0.0.1')!.session.stop({ subcode: 2 })
  lab.seconds(400)
  t.equal(up().length, 500, 'the others have taken their places')
  for (const caller of callers) caller.peers.get('10.0.0.1')!.session.stop({ subcode: 2 })
  lab.seconds(200)
  t.equal(peers.size, 0)
})

t.test('a neighbour of the configuration takes the place of a dynamic one', async t => {
  const { lab, peers, call } = hub([neighbours()])
  const caller = call('10.9.0.1')
  lab.seconds(20)
  const dynamic = peers.settingsOf(dynamicName('10.9.0.1'))!
  const configured: PeerSettings = { ...dynamic, name: 'configured', port: 179 }
  peers.apply(new Map([['configured', configured]]))
  lab.seconds(60)
  t.equal(peers.get(dynamicName('10.9.0.1')), undefined)
  t.equal(peers.get('configured')?.session.state, 'established')
  t.equal(stateOf(caller), 'established')
})

t.test('a group of an AS, or of a type: of the session, or of what it may become', async t => {
  const { lab, peers, call } = hub([
    neighbours({ peerAs: [65008, 65009] }),
    neighbours({ range: '10.8.0.0/16', peerAs: 'external' }),
    neighbours({ range: '10.7.0.0/16', peerAs: [65002, 65001] }),
    neighbours({ range: '10.6.0.0/16', peerAs: 'internal' })
  ])
  const names = (group: object): string[] => {
    const found = neighborsIn({ peers, instances: new Map() } as never, group)
    return 'refused' in found ? [found.why] : found.map(peer => dynamicAddress(peer.name))
  }
  const [list, external, mixed, internal] = ['10.9.0.1', '10.8.0.1', '10.7.0.1', '10.6.0.1'] as const
  const callers = [call(list, 65009), call(external, 65077), call(mixed, 65001), call(internal, 65001)]
  t.ok(lab.until(() => callers.every(caller => stateOf(caller) === 'established')))
  const groups = () => [
    names({ peerAs: 65008 }),
    names({ peerAs: 65009 }),
    names({ peerAs: 65077 }),
    names({ peerAs: 65001 }),
    names({ peerType: 'internal' }),
    names({ peerType: 'external' })
  ]
  t.strictSame(groups(), [[], [list], [external], [internal, mixed], [internal, mixed], [external, list]])
  for (const peer of peers) peer.session.clear({ subcode: 4 })
  t.ok([...peers].every(({ session }) => session.negotiated === undefined))
  t.strictSame(groups(), [
    [external, list],
    [external, list],
    [external],
    [internal, mixed],
    [internal, mixed],
    [mixed, external, list]
  ])
})
