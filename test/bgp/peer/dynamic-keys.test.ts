/** TCP MD5 keys of ranges: what the listener is told (spec bgp 19.9, 11.4). */
import t from 'tap'
import { DynamicPeers } from '../../../src/bgp/peer/dynamic-peers.js'
import { ListenerKeys } from '../../../src/bgp/peer/listener-keys.js'
import type { DynamicNeighbours } from '../../../src/config/dynamic-neighbours.js'
import { VirtualScheduler } from '../../../src/runtime/virtual-time.js'

const neighbours = (range: string, zone: string | undefined, md5Key?: string[]): DynamicNeighbours => ({
  range,
  ...(zone !== undefined && { interface: zone }),
  peerAs: 'external',
  families: ['inet'],
  limit: 10,
  options: md5Key === undefined ? {} : { md5Key },
  idleRemovalSeconds: 60
})

/** The keys, and what the listener knows of them. */
function listenerKeys() {
  const known = new Map<string, string>()
  const keys = new ListenerKeys((peer, key) => {
    if (key === undefined) known.delete(peer)
    else known.set(peer, key)
  })
  return { keys, known }
}

for (const [eth0, eth1, told] of [
  [['k'], ['k'], ['k']],
  [['k'], undefined, ['k']],
  [undefined, ['k'], ['k']],
  [undefined, undefined, []]
] as const)
  t.test(`one range of two interfaces, keys ${eth0} and ${eth1}: one key, whoever comes first`, async t => {
    const { keys, known } = listenerKeys()
    const peers = new DynamicPeers(new VirtualScheduler(1), keys)
    const all = [
      neighbours('fe80::/10', 'eth0', eth0?.slice()),
      neighbours('fe80::/10', 'eth1', eth1?.slice())
    ]
    peers.configure(all)
    t.strictSame([...known.values()], told)
    for (const each of all) t.equal(peers.keyOf(each), told[0])
    peers.configure(all.slice(1))
    t.equal(known.size, eth1 === undefined ? 0 : 1)
    peers.configure([])
    t.equal(known.size, 0)
  })

t.test('a range of one address keeps its key when the neighbour there is gone', async t => {
  const { keys, known } = listenerKeys()
  const peers = new DynamicPeers(new VirtualScheduler(1), keys)
  peers.configure([neighbours('10.0.0.9/32', undefined, ['k'])])
  keys.set('10.0.0.9', 'k')
  keys.set('10.0.0.9', undefined)
  t.strictSame([...known], [['10.0.0.9/32', 'k']])
})
