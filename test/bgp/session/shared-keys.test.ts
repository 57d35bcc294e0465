/** Neighbours that the system has one TCP MD5 key for between them: none is taken without its key (spec bgp 11.3). */
import t from 'tap'
import { BgpListener } from '../../../src/bgp/session/acceptor.js'
import { KeySlots } from '../../../src/bgp/session/key-slots.js'
import { libcUnavailable } from '../../../src/runtime/libc.js'
import { NodeScheduler } from '../../../src/runtime/node-scheduler.js'
import { NodeTransport } from '../../../src/runtime/node-transport.js'
import { silent, World } from './nodes.js'

t.test(
  'who shares a slot: the key that came last, of addresses first, as long as somebody has one',
  async t => {
    const slots = new KeySlots()
    const steps: [peer: string, key: string | undefined, slot: string, inForce: string | undefined][] = [
      ['fe80::1%eth0', 'one', 'fe80::1', 'one'],
      ['fe80::1%eth1', 'two', 'fe80::1', 'two'],
      ['fe80::1%eth0', 'three', 'fe80::1', 'three'],
      ['fe80::1%eth0', undefined, 'fe80::1', 'two'],
      ['fe80::1/128', 'range', 'fe80::1', 'two'],
      ['fe80::1%eth1', undefined, 'fe80::1', 'range'],
      ['fe80::1%eth2', undefined, 'fe80::1', 'range'],
      ['10.9.1.0/16', 'all', '10.9.0.0/16', 'all'],
      ['fe80::1/128', undefined, 'fe80::1', undefined]
    ]
    for (const [peer, key, slot, inForce] of steps) {
      t.equal(slots.set(peer, key), slot)
      t.equal(slots.inForce(slot), inForce, `${peer}: ${key}`)
    }
    t.strictSame([...slots], [['10.9.0.0/16', 'all']])
  }
)

const [ours, theirs] = ['fe80::1%eth0', 'fe80::2%eth0']
const twin = 'fe80::2%eth1'

t.test('the same link-local address on two links: the key of one goes, the other keeps its own', async t => {
  const world = new World()
  const node = world.node(ours)
  const { session } = node.session(theirs, { passive: true, routerId: 1, md5Keys: ['secret'] })
  session.start()
  const { session: caller } = world.node(theirs).session(ours, { routerId: 2 })
  caller.start()
  node.listener.setPeerKey(theirs, 'secret')
  node.listener.setPeerKey(twin, 'secret')
  node.listener.setPeerKey(twin, undefined)
  world.seconds(30)
  t.equal(session.state, 'active', 'a caller without a key is kept out')
  t.equal(session.statistics.accepted, 0)
  caller.update({ ...caller.settings, md5Keys: ['secret'] })
  t.ok(world.until(() => session.state === 'established', 60))
})

t.test('who came in with the key of the other one is not taken', async t => {
  const world = new World()
  const node = world.node(ours)
  const { session } = node.session(theirs, { passive: true, routerId: 1, md5Keys: ['secret'] })
  session.start()
  const { session: caller } = world.node(theirs).session(ours, { routerId: 2, md5Keys: ['of-the-twin'] })
  caller.start()
  node.listener.setPeerKey(theirs, 'secret')
  node.listener.setPeerKey(twin, 'of-the-twin')
  world.seconds(30)
  t.equal(session.state, 'active')
  t.ok(node.listener.statistics.unauthenticated > 0)
})

const skip = libcUnavailable()?.message ?? (process.getuid?.() === 0 ? false : 'socket options need root')

t.test('the keys of an address and of the range of that address alone, in the kernel', { skip }, async t => {
  const transport = new NodeTransport()
  const listener = new BgpListener({
    scheduler: new NodeScheduler(),
    transport,
    log: silent,
    addresses: [{ address: '127.0.0.1', port: 0 }],
    find: () => 'unknown'
  })
  t.teardown(() => listener.stop())
  listener.start()
  while (listener.endpoints.length === 0) await new Promise(resolve => setTimeout(resolve, 2))
  const reaches = (md5Key?: string): Promise<boolean> =>
    new Promise(resolve => {
      const dial = transport.connect({
        remote: listener.endpoints[0]!,
        localAddress: '127.0.0.9',
        ...(md5Key !== undefined && { md5Key }),
        connected: tcp => {
          clearTimeout(timer)
          tcp?.attach({ received() {}, writable() {}, closed() {} })
          tcp?.destroy()
          resolve(tcp !== undefined)
        }
      })
      const timer = setTimeout(() => {
        dial.cancel()
        resolve(false)
      }, 300)
    })
  listener.setPeerKey('127.0.0.9/32', 'of-the-range')
  listener.setPeerKey('127.0.0.9', 'of-one')
  await new Promise(resolve => setTimeout(resolve, 20)) // until a key is not new any more
  t.ok(await reaches('of-one'))
  listener.setPeerKey('127.0.0.9', undefined)
  t.notOk(await reaches(), 'the range still has its key')
  t.ok(await reaches('of-the-range'))
  listener.setPeerKey('127.0.0.9/32', undefined)
  t.ok(await reaches())
})
