/** Well-formed UPDATEs at a whole neighbour: what gets into the tables, and out again to others. */
import t from 'tap'
import { AttributeCode } from '../../../src/bgp/wire/canonical.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import type { FamilyName } from '../../../src/bgp/wire/family.js'
import { MessageType } from '../../../src/bgp/wire/message.js'
import { keepalive, open } from '../session/nodes.js'
import { validUpdates } from '../wire/vectors/valid-updates.js'
import { attribute, called, capabilities, prefixesOf, update } from './called.js'
import type { Lab, LabNode, PeerOptions } from './lab.js'

const mandatory = '4001010040020602010000fde9400304c0000201'
const withoutNextHop = mandatory.slice(0, 26)
const prefix = '18cb0071'

/** A neighbour of the same AS as the node, which keeps what it is told. */
function observer(lab: Lab, node: LabNode, options: PeerOptions = {}): LabNode {
  const other = lab.node('10.0.0.3', 64512)
  node.peer(other, options)
  other.peer(node, options)
  lab.until(() => [...other.peers.values()][0]!.session.state === 'established', 10)
  return other
}

/** A neighbour of the same AS that only listens: what the node sends it, UPDATE by UPDATE, in hex. */
function listener(lab: Lab, node: LabNode, families: readonly FamilyName[] = ['inet']) {
  node.peer({ address: '10.0.0.3', as: 64512 }, { families, session: { passive: true } })
  const raw = lab.raw('10.0.0.3')
  lab.seconds(1)
  const connection = raw.dial('10.0.0.1')
  const parameters = capabilities(families, 64512)
  connection.send(open({ as: 64512, id: '0a000003', parameters }), keepalive)
  lab.seconds(5)
  let seen = connection.of(MessageType.update).length
  return (): string[] => {
    const all = connection.of(MessageType.update)
    const news = all.slice(seen)
    seen = all.length
    return news
  }
}

/** The attributes of the first path on the prefix, in hex. */
function attributesAt(node: LabNode, text: string, name: FamilyName = 'inet'): string | undefined {
  const path = node.table(familyNamed(name)!).find(familyNamed(name)!.parse(text)!)?.paths
  return path && Buffer.from(path.attributes.bytes).toString('hex')
}

t.test('T-UPD-3 lengths of 255 and of 256 bytes', async t => {
  const { lab, node, connection } = called()
  const updates = listener(lab, node)
  for (const [size, header] of [
    [255, 'e0c8ff'],
    [256, 'f0c80100']
  ] as const) {
    const value = 'ab'.repeat(size)
    connection.send(update(mandatory + attribute(0xc0, 200, value), prefix))
    lab.seconds(2)
    t.match(updates(), [new RegExp(`${header}${value}18cb0071$`)], `${size} bytes`)
  }
})

t.test('T-UPD-4 attributes that leave no room: withdrawn, counted, logged; the session stays', async t => {
  const { lab, node, connection } = called()
  const other = observer(lab, node)
  connection.send(update(mandatory, prefix))
  lab.seconds(5)
  const ribOut = [...node.peers.get('10.0.0.3')!.families.values()][0]!.ribOut!
  t.strictSame(prefixesOf(other), ['203.0.113.0/24'])
  // 4092 bytes as they come in; LOCAL_PREF makes them too many for the internal neighbour.
  connection.send(update(mandatory + attribute(0xc0, 200, '00'.repeat(4092 - 23 - 4 - 20 - 4)), prefix))
  lab.seconds(5)
  t.strictSame(prefixesOf(node), ['203.0.113.0/24'])
  t.strictSame(prefixesOf(other), [], 'the older version does not stay')
  t.equal((ribOut.exporter as { buildErrors?: number }).buildErrors, 1)
  t.ok(node.logged.some(line => line.includes('cannot be told')))
  connection.send(update(mandatory, prefix))
  lab.seconds(5)
  t.strictSame(prefixesOf(other), ['203.0.113.0/24'], 'and comes back when it fits')
  t.ok([...node.peers.values()].every(({ session }) => session.statistics.flaps === 0))
})

t.test('T-UPD-4 room for some prefixes and not for others', async t => {
  const short = ['10.0.0.0/8', '11.0.0.0/8', '12.0.0.0/8']
  const long = ['10.1.1.1/32', '11.1.1.1/32']
  for (let size = 4034; size < 4046; size++) {
    const { lab, node, connection } = called()
    const filler = attribute(0xc0, 200, '00'.repeat(size))
    for (const nlri of ['080a', '200a010101', '080b', '200b010101', '080c'])
      connection.send(update(mandatory + filler, nlri))
    lab.seconds(1)
    const other = observer(lab, node)
    lab.seconds(5)
    // What goes out: header and lengths 23, ORIGIN 4, AS_PATH 9, NEXT_HOP 7, LOCAL_PREF 7, the filler and its header.
    const room = 4096 - 23 - 27 - 4 - size
    const expected = [...(room >= 2 ? short : []), ...(room >= 5 ? long : [])].sort()
    t.strictSame(prefixesOf(other), expected, `${room} bytes`)
    t.equal(node.peers.get('10.0.0.3')!.session.statistics.flaps, 0)
  }
})

t.test('T-UPD-5 unknown attributes: transitive ones go on with the Partial bit, others do not', async t => {
  const { lab, node, connection } = called()
  const updates = listener(lab, node)
  const value = '0102030405060708'
  connection.send(update(mandatory + attribute(0xc0, 200, value) + attribute(0x80, 201, 'aabbccdd'), prefix))
  lab.seconds(2)
  const [told = '', ...more] = updates()
  t.equal(more.length, 0)
  t.match(told, attribute(0xe0, 200, value), 'the same bytes, flags 0xe0')
  t.notMatch(told, 'aabbccdd')
})

t.test('T-UPD-6 extended length with a small value, for each attribute', async t => {
  const values: readonly (readonly [flags: number, code: number, value: string])[] = [
    [0x40, AttributeCode.origin, '00'],
    [0x40, AttributeCode.asPath, '02010000fde9'],
    [0x40, AttributeCode.nextHop, 'c0000201'],
    [0x80, AttributeCode.multiExitDisc, '00000032'],
    [0x40, AttributeCode.localPref, '00000064'],
    [0x40, AttributeCode.atomicAggregate, ''],
    [0xc0, AttributeCode.aggregator, '0000fde90a000001'],
    [0xc0, AttributeCode.communities, '0000fc00'],
    [0x80, AttributeCode.originatorId, '0a000009'],
    [0x80, AttributeCode.clusterList, '0a00000a'],
    [0xc0, AttributeCode.extendedCommunities, '0002fde800000001'],
    [0xc0, AttributeCode.pmsiTunnel, '0006000000c0000201'],
    [0xc0, 25, '00'.repeat(20)],
    [0xc0, AttributeCode.largeCommunities, '00000001'.repeat(3)],
    [0xc0, AttributeCode.onlyToCustomer, '0000fde9'],
    [0xc0, 40, '01000700'.padEnd(20, '0')],
    [0xc0, 128, '0000fde940010100'],
    [0xc0, 200, 'aabb'],
    [0xc0, AttributeCode.edgeDiscovery, '040a0000010800000001000000ff'],
    [0xc0, AttributeCode.edgeForwarding, '040a000001000000010a00000200000002'],
    [0xc0, AttributeCode.originVnPath, '8071fc0000000007']
  ]
  const block = (extended: boolean): string =>
    values
      .map(([flags, code, value]) =>
        extended
          ? Buffer.from([flags | 0x10, code, 0, value.length / 2]).toString('hex') + value
          : attribute(flags, code, value)
      )
      .join('')
  const { lab, node, peer, connection } = called({ nodeAs: 65001 })
  connection.send(update(block(false), prefix))
  lab.seconds(0.1)
  const plain = attributesAt(node, '203.0.113.0/24')
  t.ok(plain)
  for (const [flags, code, value] of values)
    t.ok(plain!.includes(attribute(flags, code, value).slice(2)), `attribute ${code} is kept`)
  connection.send(update(block(true), '18cb0072'))
  lab.seconds(0.1)
  t.equal(attributesAt(node, '203.0.114.0/24'), plain, 'the same set, however its lengths are written')
  t.strictSame(peer.faults.kept.counts, [])
  // Both multiprotocol ones too.
  const reach = '000201 10 20010db8000000000000000000000001 00 3020010db80001'.replaceAll(' ', '')
  const { lab: second, node: two, connection: six } = called({ families: ['inet', 'inet6'] })
  six.send(update(`900e00${(reach.length / 2).toString(16)}${reach}${withoutNextHop}`))
  second.seconds(0.1)
  t.strictSame(prefixesOf(two, 'inet6'), ['2001:db8:1::/48'])
  six.send(update('900f000a0002013020010db80001'))
  second.seconds(0.1)
  t.strictSame(prefixesOf(two, 'inet6'), [])
})

t.test('T-UPD-7 classic and multiprotocol form are one route, and either form withdraws it', async t => {
  const reach = (nlri: string): string => attribute(0x80, 14, `000101 04 c0000201 00 ${nlri}`)
  const forms = {
    classic: { announce: update(mandatory, prefix), withdraw: update('', '', prefix) },
    multiprotocol: {
      announce: update(reach(prefix) + withoutNextHop),
      withdraw: update(attribute(0x80, 15, `000101 ${prefix}`))
    }
  }
  const { lab, node, connection } = called()
  const sets = new Set<string | undefined>()
  for (const first of Object.values(forms)) {
    for (const second of Object.values(forms)) {
      for (const last of Object.values(forms)) {
        connection.send(first.announce, second.announce)
        lab.seconds(0.1)
        t.strictSame(prefixesOf(node), ['203.0.113.0/24'])
        sets.add(attributesAt(node, '203.0.113.0/24'))
        connection.send(last.withdraw)
        lab.seconds(0.1)
        t.strictSame(prefixesOf(node), [])
      }
    }
  }
  t.strictSame([...sets], [mandatory])
  t.equal(node.context.attributes.size, 0)
})

t.test('T-UPD-8 bits past the prefix length mean nothing', async t => {
  const { lab, node, connection } = called()
  const updates = listener(lab, node)
  connection.send(update(mandatory, '14cb007f'), update(mandatory, '14cb0071'))
  lab.seconds(2)
  t.strictSame(prefixesOf(node), ['203.0.112.0/20'])
  t.match(updates(), [/14cb0070$/], 'told once, with zeros')
  connection.send(update('', '', '14cb007a'))
  lab.seconds(2)
  t.strictSame(prefixesOf(node), [])
})

t.test('T-UPD-9 several families, announced and withdrawn in one message', async t => {
  const { bytes, sections } = validUpdates.find(({ id }) => id === 'V60')!
  const families: readonly FamilyName[] = ['inet', 'inet6', 'inet-vpn', 'inet6-vpn', 'evpn']
  const { lab, node, peer, connection } = called({ families })
  const texts = sections.map(section => section.split(' '))
  // What it withdraws is there before.
  const path = (nlri: string): string => attribute(0x80, 14, nlri)
  connection.send(
    update(mandatory, '18c63364'),
    update(path('000201 10 20010db8000000000000000000000001 00 3020010db80002') + withoutNextHop)
  )
  lab.seconds(0.1)
  connection.send(bytes)
  lab.seconds(0.1)
  for (const [name, sign, ...prefixes] of texts) {
    const there = prefixesOf(node, name as FamilyName)
    for (const text of prefixes) t.equal(there.includes(text), sign === '+', `${name} ${sign} ${text}`)
  }
  connection.send(update(mandatory, prefix, prefix))
  lab.seconds(0.1)
  t.ok(prefixesOf(node).includes('203.0.113.0/24'), 'in both fields: present (RFC 4271 §4.3)')
  t.strictSame(peer.faults.kept.counts, [])
})

t.test('a withdrawal alone, in the multiprotocol attribute, needs no other attribute', async t => {
  const { lab, node, peer, connection } = called({ families: ['inet', 'inet6'] })
  const reach = attribute(0x80, 14, '000201 10 20010db8000000000000000000000001 00 3020010db80001')
  connection.send(update(reach + withoutNextHop), update(attribute(0x80, 15, '000201 3020010db80001')))
  lab.seconds(0.1)
  t.strictSame(prefixesOf(node, 'inet6'), [])
  t.equal(peer.input.errors.resets, 0)
  t.equal(peer.session.state, 'established')
})

t.test('next hops of every form, on the way in and out again', async t => {
  const global = '20010db8000000000000000000000001'
  const local = 'fe800000000000000000000000000001'
  const rd = '0000000000000000'
  const vpn4 = '700000010000fc00000000640a0102'
  const vpn6 = '980000010000fc000000006420010db800010000'
  const typed = '031100010a540509000500000000200a540509'
  const cases: readonly (readonly [
    FamilyName,
    code: string,
    hop: string,
    nlri: string,
    extended: boolean
  ])[] = [
    ['inet', '000101', 'c0000201', prefix, false],
    ['inet', '000101', global, prefix, true],
    ['inet', '000101', global + local, prefix, true],
    ['inet6', '000201', global, '3020010db80001', false],
    ['inet6', '000201', global + local, '3020010db80001', false],
    ['inet-vpn', '000180', `${rd}c0000201`, vpn4, false],
    ['inet-vpn', '000180', rd + global, vpn4, true],
    ['inet-vpn', '000180', rd + global + rd + local, vpn4, true],
    ['inet6-vpn', '000280', rd + global, vpn6, false],
    ['inet6-vpn', '000280', rd + global + rd + local, vpn6, false],
    ['inet6-vpn', '000280', `${rd}00000000000000000000ffffc0000201`, vpn6, false],
    ['evpn', '001946', 'c0000201', typed, false],
    ['evpn', '001946', global, typed, false]
  ]
  for (const [name, code, hop, nlri, extendedNextHop] of cases) {
    const family = familyNamed(name)!
    const capability = `0506${code.slice(0, 4)}00${code.slice(4)}0002`
    const { lab, node, peer, connection } = called({
      families: [name],
      more: extendedNextHop ? capability : '',
      offer: { families: [{ family, extendedNextHop }] }
    })
    const other = observer(lab, node, {
      families: [name],
      offer: { families: [{ family, extendedNextHop }] }
    })
    const length = (hop.length / 2).toString(16).padStart(2, '0')
    connection.send(update(attribute(0x80, 14, `${code}${length}${hop}00${nlri}`) + withoutNextHop))
    lab.seconds(5)
    const what = `${name}, next hop of ${hop.length / 2} bytes`
    t.equal(peer.session.state, 'established', what)
    t.strictSame(peer.faults.kept.counts, [], what)
    t.equal(prefixesOf(node, name).length, 1, what)
    const [there] = prefixesOf(other, name)
    t.ok(there, `${what}: and told on`)
    const nextHopOf = (where: LabNode): string | undefined =>
      /^40010100(?:4002(?:00|..(?:02)?01[0-9a-f]{8}))4003(..(?:..)*?)(?:4005|$)/.exec(
        attributesAt(where, there!, name) ?? ''
      )?.[1]
    t.equal(nextHopOf(other), nextHopOf(node), `${what}: the same next hop`)
  }
})

t.test('typed NLRI of a type that nobody knows are reflected as they came', async t => {
  const policy = { decode: { keepUnknownNlri: true } }
  const { lab, node, connection } = called({ families: ['evpn'], policy })
  const updates = listener(lab, node, ['evpn'])
  const unknown = '0b06a1a2a3a4a5a6'
  connection.send(update(attribute(0x80, 14, `001946 04 c0000201 00 ${unknown}`) + withoutNextHop))
  lab.seconds(2)
  t.strictSame(prefixesOf(node, 'evpn'), ['11-a1a2a3a4a5a6'])
  t.match(updates(), [new RegExp(`00194604c000020100${unknown}`)])
  connection.send(update(attribute(0x80, 15, `001946 ${unknown}`)))
  lab.seconds(2)
  t.strictSame(prefixesOf(node, 'evpn'), [])
  t.match(updates(), [new RegExp(`001946${unknown}$`)])
})

t.test(
  'confederation segments from a neighbour outside of the confederation withdraw (RFC 5065 5)',
  async t => {
    for (const segments of ['0301 0000fde9', '0301 0000fde9 0201 0000fde9', '0401 0000fde9 0201 0000fde9']) {
      const { lab, node, peer, connection } = called({ nodeAs: 65001 })
      const path = attribute(0x40, 2, segments)
      connection.send(update(`40010100${path}400304c000020140050400000064`, prefix))
      lab.seconds(0.1)
      t.strictSame(prefixesOf(node), [], segments)
      t.equal(peer.session.state, 'established')
      t.match(peer.faults.kept.messages, [{ what: /confederation segment/ }])
    }
  }
)

t.test('a restart capability without families is a promise to help, and no more', async t => {
  const { lab, node, peer, connection } = called({ more: '40020000' })
  t.match(peer.session.negotiated?.peerGracefulRestart, { restartTimeSeconds: 0, families: [] })
  connection.send(update(mandatory, prefix))
  lab.seconds(0.1)
  connection.tcp.destroy()
  lab.seconds(1)
  t.strictSame(prefixesOf(node), [], 'its routes are not kept')
})

t.test('a capability for each parameter, or all in one: the same', async t => {
  const one = ['0206 010400010001', '0206 010400020001', '0206 41040000fde9', '0202 0200', '0202 4600']
  for (const parameters of [one.join(''), '0216 010400010001 010400020001 41040000fde9 0200 4600']) {
    const { peer } = called({ families: ['inet', 'inet6'], parameters: parameters.replaceAll(' ', '') })
    t.match(peer.session.negotiated, { fourByteAs: true, routeRefresh: true, enhancedRouteRefresh: true })
    t.strictSame(
      [...peer.families.keys()].map(({ name }) => name),
      ['inet', 'inet6']
    )
  }
})
