/** TCP MD5 keys of neighbours and ranges, and keys that change while sessions are up (spec bgp 11.4). */
import t from 'tap'
import type { DynamicNeighbours } from '../../../../src/config/dynamic-neighbours.js'
import { parseNodeConfig } from '../../../../src/config/node-config.js'
import type { LabRouter } from '../../../../src/lab/router.js'
import { VirtualListener } from '../../../../src/runtime/virtual-network.js'
import { neighbours, nodeAddress, nodeAs, OptionLab, objects } from './option-lab.js'

const withKeys = (md5Keys: readonly string[], ours: readonly string[] = md5Keys): OptionLab =>
  new OptionLab({
    ...(ours.length > 0 && { options: { md5Key: ours } }),
    edge: { session: { md5Keys } }
  })

const sessionOf = (router: LabRouter) => router.sessions.get(nodeAddress)!.session

function giveKeys(router: LabRouter, md5Keys: readonly string[]): void {
  const session = sessionOf(router)
  session.update({ ...session.settings, md5Keys })
}

t.test('T-AUTH-1 the same key, other keys, a key on one side only', async t => {
  for (const [theirs, ours, comesUp] of [
    [['one'], ['one'], true],
    [['one'], ['two'], false],
    [[], ['one'], false],
    [['one'], [], false]
  ] as const) {
    const it = withKeys(theirs, ours)
    it.run(60)
    t.equal(it.isUp('edge'), comesUp, `${theirs} and ${ours}`)
    t.ok(it.isUp('other'), 'the others do not care')
  }
})

t.test('T-AUTH-2 a key is changed, added and taken away on both sides, and the session lives on', async t => {
  const it = withKeys(['one']).settle()
  for (const keys of [['two'], [], ['three'], ['four']]) {
    it.change(keys.length === 0 ? {} : { md5Key: keys })
    it.run(40)
    giveKeys(it.routers.edge, keys)
    it.run(100)
    t.ok(it.isUp('edge'), `keys ${keys}`)
  }
  t.strictSame([it.flaps('edge'), it.flaps('other')], [0, 0])
})

t.test(
  'T-AUTH-2 a neighbour that does not follow is lost with its hold time, and is back when it does',
  async t => {
    const it = withKeys(['one']).settle()
    it.change({ md5Key: ['two'] })
    it.run(100)
    t.equal(it.isUp('edge'), false)
    giveKeys(it.routers.edge, ['two'])
    it.world.until('it is back', () => it.isUp('edge'))
  }
)

t.test('a neighbour that resets for the new key is not kept waiting for the hold timer', async t => {
  const it = withKeys(['one']).settle()
  it.change({ md5Key: ['two'] })
  const session = sessionOf(it.routers.edge)
  session.stop({ subcode: 6 })
  giveKeys(it.routers.edge, ['two'])
  session.start()
  it.world.until('it is back', () => it.isUp('edge') && session.state === 'established', 10_000)
  t.equal(it.flaps('edge'), 1)
})

t.test('several keys: what is up stays, and whatever the neighbour has is found', async t => {
  const it = withKeys(['old']).settle()
  it.change({ md5Key: ['new', 'old'] })
  it.run(200)
  t.equal(it.flaps('edge'), 0)
  const session = sessionOf(it.routers.edge)
  session.stop({ subcode: 6 })
  it.run(1)
  t.equal(it.isUp('edge'), false)
  giveKeys(it.routers.edge, ['new'])
  session.start()
  it.world.until('it is back', () => it.isUp('edge'), 30_000)
  const flaps = it.flaps('edge')
  it.change({ md5Key: ['new'] })
  it.run(200)
  t.equal(it.flaps('edge'), flaps)
})

const range = (options: DynamicNeighbours['options']): DynamicNeighbours => ({
  range: '10.8.0.0/16',
  peerAs: [65400],
  families: ['inet'],
  limit: 10,
  options,
  idleRemovalSeconds: 60
})

function caller(it: OptionLab, address: string, md5Keys: readonly string[]): LabRouter {
  return it.world.router({
    name: address,
    as: 65400,
    address,
    families: ['inet'],
    neighbors: [{ address: nodeAddress, as: nodeAs }],
    session: { md5Keys }
  })
}

t.test('T-AUTH-1 T-EXT-6 a range has a key, which changes, and turns', async t => {
  const configured = (md5Key: readonly string[]) => ({ dynamicNeighbours: [range({ md5Key })] })
  const it = new OptionLab({ config: configured(['one']) }).settle()
  const right = caller(it, '10.8.0.1', ['one'])
  const wrong = caller(it, '10.8.0.2', ['two'])
  const none = caller(it, '10.8.0.3', [])
  it.run(30)
  const states = () => [right, wrong, none].map(router => router.isEstablished)
  t.strictSame(states(), [true, false, false])
  it.change({}, configured(['two', 'one']))
  it.world.until('the key of the other has its turn', () => wrong.isEstablished, 60_000)
  t.strictSame(states(), [true, true, false])
  it.change({}, configured(['two']))
  giveKeys(right, ['two'])
  it.run(120)
  t.strictSame(states(), [true, true, false])
  t.equal(sessionOf(right).statistics.flaps, 0)
  it.change({}, { dynamicNeighbours: [range({})] })
  for (const router of [right, wrong]) giveKeys(router, [])
  it.run(120)
  t.strictSame(states(), [true, true, true], 'without a key everyone may call')
  it.change({})
  it.run(5)
  t.strictSame(states(), [false, false, false], 'the range is gone')
  t.match(sessionOf(right).statistics.lastNotificationReceived, { code: 6, subcode: 3 })
})

t.test('T-AUTH-5 where keys cannot be set, nobody with a key comes up, and the others do', async t => {
  const { setPeerKey } = VirtualListener.prototype
  VirtualListener.prototype.setPeerKey = () => {
    throw new Error('ENOTSUP')
  }
  t.teardown(() => {
    VirtualListener.prototype.setPeerKey = setPeerKey
  })
  // What an attacker with the neighbour's address would do: call without a key.
  const it = withKeys([], ['one'])
  it.run(60)
  t.equal(it.isUp('edge'), false)
  t.ok(it.lab.node.bgpListener!.statistics.unauthenticated > 0)
  t.ok(it.isUp('other'))
  t.ok(it.logged.some(({ message }) => message.startsWith('no TCP MD5 key set')))
})

t.test('T-AUTH-3 the option, then the session, then the router', async t => {
  const it = new OptionLab()
  const md5 = (key: string) => ({ auth_data: { key_type: 'md5', key_items: [{ key_id: 0, key }] } })
  const key = (): string | undefined => it.peer('edge').session.key
  it.run(1)
  it.lab.store.replace(JSON.stringify(objects({ node: md5('of-router') })))
  it.run(1)
  t.equal(key(), 'of-router')
  it.lab.store.replace(JSON.stringify(objects({ node: md5('of-router'), 'session edge': md5('of-session') })))
  it.run(1)
  t.equal(key(), 'of-session')
  it.change({ md5Key: ['of-option'] })
  t.equal(key(), 'of-option')
  t.equal(it.peer('other').session.key, 'of-router')
  it.change({})
  t.equal(key(), 'of-session')
  t.notMatch(JSON.stringify(it.logged), /of-(router|session|option)/, 'T-AUTH-7 no key is in the log')
})

t.test('T-AUTH-7 a key of 80 bytes is good, one of 81 is an error that does not repeat it', async t => {
  const text = (key: string): string => `bgp: { neighbours: [{ address: 10.0.0.1, md5_key: ${key} }] }`
  t.strictSame(parseNodeConfig('weft.yaml', text('k'.repeat(80))).problems, [])
  for (const [key, reason] of [
    ['k'.repeat(81), /^key 1 has 81 bytes/],
    [`[good, ${'k'.repeat(81)}]`, /^key 2 has 81 bytes/],
    ['1234567', /expected a text; numbers need quotation marks/],
    ['[]', /at least one/]
  ] as const) {
    const { problems } = parseNodeConfig('weft.yaml', text(key))
    t.match(problems[0], { path: 'bgp.neighbours[0].md5_key', line: 1, reason })
    t.notMatch(JSON.stringify(problems), /kkk|1234567/)
  }
})

t.test('T-AUTH-4 a listener knows the keys of all, and each caller has its own', async t => {
  const it = new OptionLab({ config: { neighbours: new Map() } })
  const keys = { edge: 'e', other: 'o', spoke: 's' } as const
  const all = new Map(
    Object.entries(keys).map(([name, key]) => [
      neighbours[name as keyof typeof keys].address,
      { md5Key: [key] }
    ])
  )
  it.change({}, { neighbours: all })
  for (const [name, key] of Object.entries(keys)) giveKeys(it.routers[name as keyof typeof keys], [key])
  it.settle()
  t.ok(it.isUp('leaf'))
})

t.test(
  'two neighbours that change addresses in one reading: callers need the key of either still',
  async t => {
    const { edge, other } = neighbours
    const options = new Map([
      [edge.address, { md5Key: ['one'] }],
      [other.address, { md5Key: ['two'] }]
    ])
    const it = new OptionLab({ config: { neighbours: options } })
    it.run(5)
    const keys = () => {
      const port = it.lab.node.bgpListener.ports[0]!
      return [edge, other].map(({ address }) => port.keyOf(address))
    }
    t.strictSame(keys(), ['one', 'two'])
    const swapped = { edge: { address: other.address }, other: { address: edge.address } }
    it.lab.store.replace(JSON.stringify(objects(swapped)))
    it.run(5)
    t.strictSame(keys(), ['one', 'two'])
  }
)
