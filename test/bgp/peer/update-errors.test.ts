/** Malformed UPDATEs at a whole neighbour: what becomes of the session, of the routes, and of the record of it. */
import t from 'tap'
import { Reaction } from '../../../src/bgp/wire/decode-error.js'
import { familyNamed } from '../../../src/bgp/wire/families.js'
import type { FamilyName } from '../../../src/bgp/wire/family.js'
import { malformedUpdates } from '../wire/vectors/malformed-updates.js'
import { validUpdates } from '../wire/vectors/valid-updates.js'
import { attribute, called, prefixesOf, update } from './called.js'
import { Lab } from './lab.js'

const families: readonly FamilyName[] = ['inet', 'inet6', 'inet-vpn', 'evpn', 'route-target']
const vector = (id: string): string => validUpdates.find(valid => valid.id === id)!.bytes
/** 203.0.113.0/24 among others; 10.1.1.0/24; 203.0.113.0/24. */
const good = { external: vector('V16'), internal: vector('V20'), twoByteAs: vector('V54') }

for (const { id, name, bytes, error, reaction, sections, ...session } of malformedUpdates) {
  t.test(`T-ERR-1 ${id}: ${name}`, async t => {
    const { internal, twoByteAs, onlyInet } = session
    const { lab, node, peer, connection } = called({
      nodeAs: internal === true ? 65001 : 64512,
      families: onlyInet === true ? ['inet', 'inet-vpn', 'evpn', 'route-target'] : families,
      ...(twoByteAs === true && { twoByteAs })
    })
    const fine = good[internal === true ? 'internal' : twoByteAs === true ? 'twoByteAs' : 'external']
    connection.send(fine)
    lab.seconds(0.1)
    const before = prefixesOf(node)
    t.ok(before.length > 0, 'well-formed routes are there')
    connection.send(bytes)
    lab.seconds(3)
    if (reaction === 'reset') {
      t.equal(connection.notification?.split(' ')[0], error)
      t.equal(peer.session.state, 'idle')
      t.strictSame(prefixesOf(node), [], 'its routes go with it (T-ERR-6)')
    } else {
      t.equal(connection.notification, undefined)
      t.equal(peer.session.state, 'established')
      for (const section of sections) {
        const [family, sign, ...prefixes] = section.split(' ')
        const there = prefixesOf(node, family as FamilyName)
        for (const prefix of prefixes) t.equal(there.includes(prefix), sign === '+', `${sign} ${prefix}`)
      }
      connection.send(fine)
      lab.seconds(0.1)
      for (const prefix of before) t.ok(prefixesOf(node).includes(prefix), 'the next is taken')
    }
    const [kept] = peer.faults.kept.messages
    t.equal(kept === undefined ? '' : `${kept.code}/${kept.subcode}`, error)
    if (error !== '') t.equal(Buffer.from(kept!.bytes).toString('hex'), bytes, 'the message is kept')
  })
}

const mandatory = '4001010040020602010000fde9400304c0000201'
const malformedOrigin = '40010103'

t.test('T-ERR-2 of several errors the strongest decides', async t => {
  const { lab, node, peer, connection } = called()
  const discard = attribute(0x40, 6, '01')
  connection.send(update(mandatory + discard, '18cb0071'))
  lab.seconds(0.1)
  t.strictSame(prefixesOf(node), ['203.0.113.0/24'], 'discard alone: the route stays')
  connection.send(update(`${malformedOrigin}${mandatory.slice(8)}${discard}`, '18cb0071'))
  lab.seconds(0.1)
  t.strictSame(prefixesOf(node), [], 'with treat-as-withdraw: it goes')
  t.equal(peer.session.state, 'established')
  const { counts } = peer.faults.kept
  t.strictSame(counts, [
    { attribute: 6, reaction: Reaction.discardAttribute, count: 2 },
    { attribute: 1, reaction: Reaction.treatAsWithdraw, count: 1 }
  ])
  connection.send(
    update(`${malformedOrigin}${mandatory.slice(8)}${discard}${attribute(0x40, 150, '01')}`, '18cb0071')
  )
  lab.seconds(2)
  t.equal(connection.notification?.split(' ')[0], '3/2', 'with an unknown well-known one: reset')
})

t.test(
  'T-ERR-3 exactly the prefixes of the message go, in all its families, and others are told',
  async t => {
    const { lab, node, connection } = called({ families })
    const other = lab.node('10.0.0.3', 64512)
    const everything = { families }
    node.peer(other, everything)
    other.peer(node, everything)
    const rest = mandatory.slice(0, 26)
    const inet6 = (...prefixes: string[]): string =>
      attribute(0x80, 14, `000201 10 20010db8000000000000000000000001 00 ${prefixes.join('')}`)
    connection.send(
      update(mandatory, '18cb0071 18c63364 080a'),
      update(inet6('3020010db80001', '3020010db80002') + rest)
    )
    lab.seconds(10)
    const all = ['10.0.0.0/8', '198.51.100.0/24', '203.0.113.0/24']
    t.strictSame(prefixesOf(other), all)
    t.strictSame(prefixesOf(other, 'inet6'), ['2001:db8:1::/48', '2001:db8:2::/48'])
    // ORIGIN 3 with one prefix of each family; a withdrawal beside them counts too.
    connection.send(
      update(inet6('3020010db80002') + malformedOrigin + mandatory.slice(8), '18cb0071', '18c63364')
    )
    lab.seconds(1)
    for (const [name, where] of [
      ['the node', node],
      ['its other neighbour', other]
    ] as const) {
      t.strictSame(prefixesOf(where), ['10.0.0.0/8'], name)
      t.strictSame(prefixesOf(where, 'inet6'), ['2001:db8:1::/48'], name)
    }
    t.equal(connection.isClosed, false)
  }
)

t.test('errors in routes of IPv6, by cause', async t => {
  const { lab, peer, connection } = called({ families: ['inet', 'inet6'] })
  const rest = mandatory.slice(0, 26)
  const inet6 = (hop: string, nlri: string): string => attribute(0x80, 14, `000201 10 ${hop} 00 ${nlri}`)
  const hop = '20010db8000000000000000000000001'
  connection.send(
    update(inet6('0'.repeat(32), '3020010db80001') + rest),
    update(attribute(0x80, 15, '000204 3020010db80001'))
  )
  lab.seconds(0.1)
  t.match(
    peer.input.errors.inet6,
    { nextHop: 1, prefix: 0, family: 0 },
    'other families of AFI 2 are not counted'
  )
  connection.send(update(inet6(hop, '8120010db80001') + rest))
  lab.seconds(1)
  t.strictSame(peer.input.errors.inet6, { nextHop: 1, prefix: 1, family: 0 })
})

t.test('T-ERR-5 a hundred thousand malformed COMMUNITIES: one line, and a bounded record', async t => {
  const { lab, node, peer, connection } = called()
  const bad = update(mandatory + attribute(0xc0, 8, '010203'), '18cb0071')
  const many = bad.repeat(1000)
  for (let i = 0; i < 100; i++) {
    connection.send(many)
    lab.seconds(0.01)
  }
  t.equal(peer.session.state, 'established')
  t.strictSame(peer.faults.kept.counts, [
    { attribute: 8, reaction: Reaction.treatAsWithdraw, count: 100_000 }
  ])
  t.equal(peer.faults.kept.messages.length, 16)
  t.equal(node.logged.filter(line => line.includes('malformed')).length, 1)
  t.strictSame(prefixesOf(node), [])
})

t.test('T-ERR-6 our own 3/x: routes are kept for the peer only if both know the N bit', async t => {
  for (const notification of [true, false]) {
    const lab = new Lab()
    // Restart time 100 s, families inet with its forwarding state kept; the N bit is 0x4000.
    const { node, peer, connection } = called({
      lab,
      more: `4006${notification ? '4064' : '0064'}00010180`
    })
    connection.send(good.external)
    lab.seconds(0.1)
    connection.send(update(mandatory, '21cb00710101'))
    lab.seconds(1)
    t.match(connection.notification, /^3\/10/)
    t.equal(peer.session.state, 'idle')
    t.equal(prefixesOf(node).length, notification ? 3 : 0, notification ? 'kept' : 'gone')
    lab.seconds(101)
    t.strictSame(prefixesOf(node), [])
  }
})

t.test('T-AF-5 routes of a family not agreed on: ignored, counted, logged once', async t => {
  const { lab, node, peer, connection } = called({ families: ['inet'] })
  const reach = attribute(0x80, 14, '000201 10 20010db8000000000000000000000001 00 3020010db80001')
  const gone = attribute(0x80, 15, '001946 0311 00010a540509000500000000200a540509')
  for (let i = 0; i < 3; i++) connection.send(update(reach + mandatory, '18cb0071'), update(gone))
  lab.seconds(1)
  t.equal(peer.session.state, 'established')
  t.strictSame(prefixesOf(node), ['203.0.113.0/24'], 'the rest of the message counts')
  t.strictSame(prefixesOf(node, 'inet6'), [])
  t.equal(peer.input.errors.ignoredFamilies, 6)
  t.equal(node.logged.filter(line => line.includes('not agreed on')).length, 2, 'one line for each family')
})

t.test('however many families a neighbour makes up, the log stays short', async t => {
  const { lab, node, peer, connection } = called({ families: ['inet'] })
  for (let afi = 0x1000; afi < 0x1400; afi++)
    connection.send(update(attribute(0x80, 15, `${afi.toString(16)} 01 00`)))
  lab.seconds(1)
  t.equal(peer.session.state, 'established')
  t.equal(peer.input.errors.ignoredFamilies, 1024)
  t.equal(node.logged.filter(line => line.includes('agreed on')).length, 33)
})

t.test('VPN routes do not wait for the targets of a family that was disabled (RFC 7606 5.3)', async t => {
  const { lab, peer, connection } = called({
    families: ['route-target', 'inet-vpn'],
    policy: { decode: { disableFamilyOnError: true } }
  })
  const isTold = (): boolean => peer.families.get(familyNamed('inet-vpn')!)?.ribOut !== undefined
  t.equal(isTold(), false, 'it has not said which targets it wants')
  connection.send(update(mandatory + attribute(0x80, 14, '000184 04 c0000201 00 ff')))
  lab.seconds(1)
  t.equal(peer.session.state, 'established')
  t.strictSame(
    [...peer.families.keys()].map(({ name }) => name),
    ['inet-vpn']
  )
  t.equal(isTold(), true)
})

t.test('NLRI that are passed over: counted, and one line a minute', async t => {
  const { lab, node, peer, connection } = called({ families: ['evpn'] })
  // An inclusive multicast route whose address has 33 bits, then a good one.
  const bad = '0311 00010a540509000500000000210a540509'
  const fine = '0311 00010a540509000500000000200a540509'
  const reach = attribute(0x80, 14, `001946 04 c0000201 00 ${bad}${fine}`)
  for (let i = 0; i < 5; i++) connection.send(update(reach + mandatory.slice(0, 26)))
  lab.seconds(1)
  t.equal(peer.session.state, 'established')
  t.equal(prefixesOf(node, 'evpn').length, 1)
  t.equal(peer.input.errors.skippedNlri, 5)
  t.equal(node.logged.filter(line => line.includes('passed over')).length, 1)
})

t.test('an exception of the decoder or the tables costs one session, and the message is kept', async t => {
  const { lab, node, peer, connection } = called()
  const table = node.table(familyNamed('inet')!)
  t.intercept(table, 'update', {
    value: () => {
      throw new Error('a defect')
    }
  })
  connection.send(good.external)
  lab.seconds(2)
  t.equal(connection.notification, '3/0')
  t.match(peer.faults.kept.messages, [{ code: 3, subcode: 0, what: /a defect/ }])
  t.equal(Buffer.from(peer.faults.kept.messages[0]!.bytes).toString('hex'), good.external)
})
