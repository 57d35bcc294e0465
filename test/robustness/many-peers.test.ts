/** A thousand neighbours of which one reads nothing (spec bgp 20, 3; T-NODE-3), in virtual time. */
import t from 'tap'
import { keepaliveMessage, openMessage, RawPeer } from '../../conformance/robustness/raw-peer.js'
import { Lab } from '../bgp/peer/lab.js'

const highWaterBytes = 4096
const routes = 100
/** What a route of ours takes on the wire: each has attributes of its own. */
const routeBytes = { least: 40, most: 80 }
const prefix = (i: number): string => `10.${i >> 8}.${i & 255}.0/24`

t.test(
  'T-NODE-3 one of a thousand reads nothing: it costs its buffer, and the others wait for nothing',
  async t => {
    const lab = new Lab(1, { highWaterBytes, windowBytes: 16_384 })
    const node = lab.node('10.0.0.1')
    const peers = Array.from({ length: 1000 }, (_, i) => {
      const address = `10.9.${i >> 8}.${i & 255}`
      node.peer({ address, as: 65001 }, { session: { passive: true } })
      const remote = { address: '10.0.0.1', port: 179 }
      return new RawPeer(
        lab.network.host(address),
        remote,
        address,
        openMessage(65001, address),
        keepaliveMessage
      )
    })
    lab.seconds(10)
    t.ok(peers.every(peer => peer.isEstablished))
    const [deaf, ...others] = peers
    const session = node.peers.get('10.9.0.0')!.session
    const ribOut = [...node.peers.get('10.9.0.0')!.families.values()][0]!.ribOut!
    deaf!.stopReading()
    let most = 0
    for (let round = 0; round < 8; round++) {
      const before = others.map(peer => peer.bytes)
      for (let i = 0; i < routes; i++) node.announce(prefix(i), { med: round * routes + i })
      lab.seconds(1)
      t.ok(
        others.every((peer, i) => peer.bytes - before[i]! > routeBytes.least * routes),
        `round ${round}: all others have been told everything within a second`
      )
      deaf!.send(keepaliveMessage)
      most = Math.max(most, session.pendingBytes)
    }
    t.ok(most > 0 && most < 2 * highWaterBytes + routes * routeBytes.most, `${most} bytes wait for it`)
    t.equal(ribOut.laggardCount, 1)
    // Places in the history: those of changes that newer ones have overtaken are cleared in time.
    t.ok(ribOut.laggardPending <= 2 * routes + 1024, `${ribOut.laggardPending} marks for it`)
    t.equal(session.state, 'established')
  }
)
