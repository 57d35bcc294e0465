/** What the options of a neighbour mean on the wire. */
import t from 'tap'
import type { NeighbourOptions } from '../../../../src/config/neighbour-options.js'
import type { PrefixLimitOption } from '../../../../src/config/prefix-limits.js'
import { type Name, neighbours, nodeAddress, nodeAs, OptionLab, type OptionLabOptions } from './option-lab.js'

const fromEdge = '10.2.0.0/16'
const fromOther = '10.1.0.0/16'
const fromLeaf = '10.3.0.0/16'

function lab(options: NeighbourOptions = {}, rest: Omit<OptionLabOptions, 'options'> = {}): OptionLab {
  const it = new OptionLab({ options, ...rest })
  it.routers.edge.announce('inet', fromEdge)
  it.routers.other.announce('inet', fromOther, {
    asPath: '65312 65000 65311',
    communities: ['65312:1'],
    extendedCommunities: ['target:65312:1'],
    largeCommunities: ['65312:1:1']
  })
  it.routers.leaf.announce('inet', fromLeaf)
  return it.settle()
}

t.test('T-RR-7 between AS nothing passes without a policy where one is required (RFC 8212)', async t => {
  const it = lab({}, { config: { ebgpRequiresPolicy: true } })
  const passes = (): boolean[] => [
    it.told('leaf', fromEdge) !== undefined,
    it.told('edge', fromLeaf) !== undefined
  ]
  t.strictSame(passes(), [false, false])
  t.ok(it.told('spoke', fromLeaf), 'within the AS no policy is needed')
  const required = { ebgpRequiresPolicy: true }
  it.change({ import: 'all' }, required)
  it.run(3)
  t.strictSame(passes(), [true, false])
  it.change({ import: 'all', export: 'all' }, required)
  it.run(3)
  t.strictSame(passes(), [true, true])
  it.change({ export: 'all' }, required)
  it.run(3)
  t.strictSame(passes(), [false, true], 'what was taken is not used any more')
  it.change({})
  it.run(3)
  t.strictSame(passes(), [true, true], 'not required by default')
  it.change({ import: 'none', export: 'none' })
  it.run(3)
  t.strictSame(passes(), [false, false], 'said by the operator')
  t.equal(it.flaps('edge'), 0)
})

t.test(
  'T-RR-7 what is there is refused, and used again, whether or not the neighbour says it again',
  async t => {
    const it = lab()
    const { session } = it.routers.edge.sessions.get(nodeAddress)!
    const { capabilities } = session.settings
    session.update({ ...session.settings, capabilities: { ...capabilities, routeRefresh: false } })
    it.run(60)
    t.equal(it.peer('edge').session.negotiated?.routeRefresh, false)
    const flaps = it.flaps('edge')
    const passes = (): boolean => it.told('leaf', fromEdge) !== undefined
    t.equal(passes(), true)
    it.change({}, { ebgpRequiresPolicy: true })
    it.run(3)
    t.equal(passes(), false)
    it.change({ import: 'all' }, { ebgpRequiresPolicy: true })
    it.run(3)
    t.equal(passes(), true)
    it.change({ import: 'none' })
    it.change({ import: 'all' })
    it.change({ import: 'none' })
    it.run(3)
    t.equal(passes(), false)
    t.equal(it.flaps('edge'), flaps, 'its session does not feel it')
  }
)

t.test('T-RR-5 allow_as_in: our AS may be in the path so often', async t => {
  const it = lab()
  const comes = (times: number): boolean => {
    const asPath = `65311 ${`${nodeAs} `.repeat(times)}65000`
    it.routers.edge.announce('inet', '10.9.0.0/16', { asPath })
    it.run(2)
    return it.told('other', '10.9.0.0/16') !== undefined
  }
  t.strictSame([comes(0), comes(1)], [true, false])
  it.change({ allowAsIn: 1 })
  it.run(2)
  t.strictSame([comes(1), comes(2)], [true, false])
  it.change({ allowAsIn: 16 })
  it.run(2)
  t.strictSame([comes(16), comes(17)], [true, false])
})

t.test('enforce_first_as: the path of a route server does not begin with its AS', async t => {
  const it = lab()
  it.routers.edge.announce('inet', '10.9.0.0/16', { asPath: '65000 65001' })
  it.run(2)
  t.notOk(it.told('leaf', '10.9.0.0/16'))
  it.change({ enforceFirstAs: false })
  it.run(2)
  t.equal(it.told('leaf', '10.9.0.0/16')?.asPath, '65000 65001')
  it.change({})
  it.run(2)
  t.notOk(it.told('leaf', '10.9.0.0/16'))
})

t.test('next_hop', async t => {
  const it = lab()
  const own = (name: Name, prefix: string) => it.told(name, prefix)?.nextHop
  t.equal(own('edge', fromLeaf), neighbours.leaf.address, 'unchanged')
  it.change({ nextHop: 'self' })
  it.run(2)
  t.equal(own('edge', fromLeaf), nodeAddress)
  t.equal(own('other', fromLeaf), neighbours.leaf.address, 'of this neighbour alone')
  const ofLeaf = (nextHop: 'self' | 'self-always') => {
    it.change({}, { neighbours: new Map([[neighbours.spoke.address, { nextHop }]]) })
    it.run(2)
    return [own('spoke', fromEdge), own('spoke', fromLeaf)]
  }
  t.strictSame(ofLeaf('self'), [nodeAddress, neighbours.leaf.address], 'reflected: left alone (RFC 4456 10)')
  t.strictSame(ofLeaf('self-always'), [nodeAddress, nodeAddress])
  t.equal(it.flaps('spoke'), 0)
})

t.test('as_override, remove_private_as, send_communities (T-RR-6)', async t => {
  const it = lab()
  t.notOk(it.told('edge', fromOther), 'its own AS is in the path')
  it.change({ asOverride: true })
  it.run(2)
  t.equal(it.told('edge', fromOther)?.asPath, `${nodeAs} 65312 65000 ${nodeAs}`)
  it.change({ asOverride: true, removePrivateAs: 'remove-all' })
  it.run(2)
  t.equal(it.told('edge', fromOther)?.asPath, `${nodeAs}`)
  it.change({ asOverride: true, sendCommunities: ['large'] })
  it.run(2)
  const { communities = [], extendedCommunities = [], largeCommunities } = it.told('edge', fromOther)!
  t.strictSame([communities, extendedCommunities], [[], []])
  t.ok(largeCommunities?.includes('65312:1:1'))
  it.change({ asOverride: true, sendCommunities: [] })
  it.run(2)
  t.strictSame(it.told('edge', fromOther)?.largeCommunities ?? [], [])
})

t.test('local_as, with all its ways', async t => {
  const ways: [NeighbourOptions, told: string, taken: string][] = [
    [{}, `64999 ${nodeAs} 65312`, '64999 65311'],
    [{ localAsNoPrepend: true }, `64999 ${nodeAs} 65312`, '65311'],
    [{ localAsReplaceAs: true }, '64999 65312', '64999 65311'],
    [{ localAsNoPrepend: true, localAsReplaceAs: true }, '64999 65312', '65311']
  ]
  const it = lab({ localAs: 64999 }, { nodeAs: 64999 })
  it.routers.other.announce('inet', '10.4.0.0/16')
  for (const [way, told, taken] of ways) {
    it.change({ localAs: 64999, ...way })
    it.run(3)
    t.equal(it.told('edge', '10.4.0.0/16')?.asPath, told, JSON.stringify(way))
    t.equal(it.told('leaf', fromEdge)?.asPath, taken, JSON.stringify(way))
  }
  t.equal(it.flaps('edge'), 0)
  it.routers.edge.announce('inet', '10.9.0.0/16', { asPath: '65311 64999' })
  it.run(2)
  t.notOk(it.told('leaf', '10.9.0.0/16'), 'T-RR-5 both of our AS numbers are loops')
})

t.test('local_as_dual_as: it may have us as either', async t => {
  for (const seen of [nodeAs, 64999]) {
    const it = new OptionLab({ options: { localAs: 64999, localAsDualAs: true }, nodeAs: seen })
    it.routers.edge.announce('inet', fromEdge)
    it.settle()
    t.equal(it.peer('edge').session.negotiated?.localAs, seen)
    t.equal(it.told('leaf', fromEdge)?.asPath, seen === nodeAs ? '65311' : '64999 65311')
  }
  const it = new OptionLab({ options: { localAs: 64999 }, nodeAs })
  it.run(60)
  t.notOk(it.isUp('edge'), 'not without the option')
})

t.test('T-TR-2 admin_down, with a text, and up again', async t => {
  const it = lab()
  it.change({ adminDown: true, shutdownText: 'back at noon' })
  it.run(30)
  t.equal(it.isUp('edge'), false)
  const { closes } = it.routers.edge.sessions.get(nodeAddress)!
  t.match(closes, [{ notification: { code: 6, subcode: 2, text: /back at noon/ } }])
  it.change({})
  it.run(30)
  t.ok(it.isUp('edge'))
})

const limit = (changes: Partial<PrefixLimitOption>): PrefixLimitOption => ({
  maximum: 3,
  warningPercent: 75,
  action: 'reset',
  idleSeconds: 0,
  ...changes
})
const prefixes = (count: number): string[] => Array.from({ length: count }, (_, i) => `10.20.${i}.0/24`)

t.test('T-PL-5 prefix_limit: warn, block, and what a change does', async t => {
  const it = lab({ prefixLimit: { families: { inet: limit({ action: 'block' }) } } })
  const taken = (): number => it.peer('edge').paths
  it.routers.edge.announceAll('inet', prefixes(5))
  it.run(2)
  t.equal(taken(), 3)
  t.equal(it.flaps('edge'), 0)
  it.change({ prefixLimit: { families: { inet: limit({ action: 'warn' }) } } })
  it.peer('edge').clearSoftIn()
  it.run(2)
  t.equal(taken(), 6)
  t.ok(it.logged.some(({ message }) => message === 'more prefixes than the limit allows'))
  t.equal(it.flaps('edge'), 0)
})

t.test('T-PL-2 T-PL-3 prefix_limit: reset and idle time, of one family', async t => {
  const it = lab({ prefixLimit: { families: { inet: limit({ idleSeconds: 100 }) } } })
  it.routers.edge.announceAll(
    'inet6',
    Array.from({ length: 9 }, (_, i) => `2001:db8:${i}::/48`),
    {
      nextHop: '2001:db8::1'
    }
  )
  it.run(2)
  t.ok(it.isUp('edge'), 'the other family has no limit')
  it.routers.edge.announceAll('inet', prefixes(3))
  it.run(2)
  t.match(it.peer('edge').session.statistics.lastNotificationSent, { code: 6, subcode: 1 })
  it.routers.edge.withdrawAll('inet', prefixes(3))
  it.run(90)
  t.equal(it.isUp('edge'), false)
  it.run(30)
  t.ok(it.isUp('edge'))
  it.routers.edge.announceAll('inet', prefixes(3))
  it.run(5)
  t.equal(it.isUp('edge'), false)
  it.change({})
  it.run(40)
  t.ok(it.isUp('edge'), 'another limit ends the wait')
  t.equal(it.flaps('other'), 0)
})

t.test('prefix_limit_out: who would be told too much is told no more', async t => {
  const it = lab({ prefixLimitOut: { families: { inet: 5 } } })
  it.routers.leaf.announceAll('inet', prefixes(3))
  it.run(2)
  t.ok(it.isUp('edge'))
  it.routers.leaf.announceAll('inet', prefixes(9))
  it.run(2)
  t.equal(it.isUp('edge'), false)
  t.match(it.peer('edge').session.statistics.lastNotificationSent, { code: 6, subcode: 1 })
  for (const name of ['other', 'spoke', 'leaf'] as const) t.equal(it.flaps(name), 0)
  it.run(60)
  t.equal(it.isUp('edge'), false, 'it would be told as much again')
  it.change({ prefixLimitOut: { families: { inet: 50 } } })
  it.run(60)
  t.ok(it.isUp('edge'))
})

t.test('keepalive: no longer apart than that, from now on', async t => {
  const it = lab()
  const sent = (): number => it.peer('edge').session.statistics.sent.keepalive
  const inMinute = (): number => {
    const before = sent()
    it.run(60)
    return sent() - before
  }
  t.ok(inMinute() <= 3)
  it.change({ keepalive: 2 })
  it.run(31)
  t.ok(inMinute() >= 30)
})

t.test(
  'T-AUTH-6 ttl_security, multihop and dscp reach the sockets that are open, and the listener',
  async t => {
    const it = lab()
    const socket = () => it.peer('edge').session.settings.socket
    const listened: object[] = []
    const listener = it.lab.node.bgpListener!
    const setOptions = listener.setOptions.bind(listener)
    listener.setOptions = options => {
      listened.push(options)
      setOptions(options)
    }
    it.change({ ttlSecurity: 2, dscp: 48 })
    t.strictSame(socket(), { minimumTtl: 254, dscp: 48 })
    t.strictSame(listened.at(-1), { ttl: 255, noteTtl: true }, 'a SYN-ACK comes with 255 too')
    it.change({ multihop: 4 })
    t.strictSame(socket(), { ttl: 4 })
    t.strictSame(listened.at(-1), { ttl: 255 }, 'its neighbour may check the TTL')
    it.change({})
    t.strictSame(listened.at(-1), {})
    it.run(60)
    t.equal(it.flaps('edge'), 0)
  }
)
