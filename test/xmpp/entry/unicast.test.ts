import fc from 'fast-check'
import t from 'tap'
import { AttributeDb } from '../../../src/bgp/rib/attribute-db.js'
import { PathFlag } from '../../../src/bgp/rib/path.js'
import { parseInteger, parseInteger64 } from '../../../src/xmpp/entry/schema.js'
import { isItemError, parseUnicastItem, type UnicastItem } from '../../../src/xmpp/entry/unicast.js'
import { type ReceiveContext, unicastPath } from '../../../src/xmpp/entry/unicast-attributes.js'
import { UnicastText } from '../../../src/xmpp/entry/unicast-text.js'
import { isXmlError, parseXml } from '../../../src/xmpp/xml.js'
import { type ItemFields, itemText } from '../support.js'

const context: ReceiveContext = { as: 64512, rdClusterSeed: 0, isMaster: false, instanceId: 7 }

function item(fields: ItemFields = {}) {
  const tree = parseXml(itemText(1, '10.20.1.7/32', fields))
  if (isXmlError(tree)) throw new Error(tree.what)
  return parseUnicastItem(tree)
}

function parsed(fields: ItemFields = {}): UnicastItem {
  const result = item(fields)
  if (isItemError(result)) throw new Error(result.what)
  return result
}

/** The canonical attributes as `code:value` in hexadecimal. */
function attributesOf(
  fields: ItemFields,
  overrides: Partial<ReceiveContext> = {},
  primaryInstanceId = 0
): string[] {
  const path = unicastPath(parsed(fields), { ...context, ...overrides }, primaryInstanceId)
  if (isItemError(path)) throw new Error(path.what)
  const bytes = Buffer.from(path.attributes)
  const all: string[] = []
  for (let at = 0; at < bytes.length; ) {
    const extended = (bytes[at]! & 0x10) !== 0
    const start = at + (extended ? 4 : 3)
    const length = extended ? bytes.readUInt16BE(at + 2) : bytes[at + 2]!
    const internal = (bytes[at]! & 1) !== 0 ? 'i' : ''
    all.push(`${internal}${bytes[at + 1]}:${bytes.toString('hex', start, start + length)}`)
    at = start + length
  }
  return all
}

t.test('integers are read as strtoul does', async t => {
  const vectors: [text: string, value: number | undefined][] = [
    ['', 0],
    ['  ', 0],
    ['0', 0],
    ['42', 42],
    [' +42 ', 42],
    ['\n7\t', 7],
    ['4294967295', 4294967295],
    ['4294967296', 0],
    ['4294967297', 1],
    ['-1', 4294967295],
    ['99999999999999999999999', 4294967295],
    ['000000000000000000000000000012', 12],
    ['x', undefined],
    ['4x', undefined],
    ['4 2', undefined],
    ['0x10', undefined],
    ['1.0', undefined],
    ['-', undefined]
  ]
  for (const [text, value] of vectors) t.equal(parseInteger(text), value, JSON.stringify(text))
  t.equal(parseInteger64('18446744073709551615'), 18446744073709551615n)
  t.equal(parseInteger64('281474976710655'), 0xffffffffffffn)
})

t.test('defaults', async t => {
  const tree = parseXml('<item><entry><nlri/></entry></item>')
  t.same(isXmlError(tree) ? undefined : parseUnicastItem(tree), {
    afi: 0,
    safi: 0,
    prefix: '',
    nextHops: [],
    sticky: false,
    sequence: 0,
    securityGroups: [],
    communities: [],
    localPreference: 0,
    med: 0,
    loadBalance: { fields: 0xf8, sourceBias: false },
    subProtocol: 'interface'
  })
})

t.test('an integer that is none makes the item unreadable, wherever it stands', async t => {
  const elements = [
    '<med>x</med>',
    '<version>1a</version>',
    '<mobility seqno="?"/>',
    '<security-group-list><security-group>a</security-group></security-group-list>'
  ]
  for (const entry of elements)
    t.match(item({ entry: `${entry}` }), entry.startsWith('<version') ? {} : { fault: 'xml' }, entry)
  t.match(item({ label: '1 2' }), { fault: 'xml' })
  t.match(item({ nextHopEntry: '<tag-list><tag>0x1</tag></tag-list>' }), { fault: 'xml' })
  t.match(item({ nextHopEntry: '<local-sequence-number>z</local-sequence-number>' }), { fault: 'xml' })
})

t.test('mobility', async t => {
  t.match(parsed({ sequence: 3 }), { sequence: 3, sticky: false })
  t.match(parsed({ sequence: 3, entry: '<mobility sticky="true" seqno="9"/>' }), {
    sequence: 9,
    sticky: true
  })
  t.match(parsed({ sequence: 3, entry: '<mobility sticky="true" seqno="0"/>' }), {
    sequence: 3,
    sticky: false
  })
})

t.test('tags', async t => {
  const list = '<tag-list><tag>327687</tag></tag-list>'
  t.same(parsed({ nextHopEntry: list }).nextHops[0]?.tags, [0x500000007n], 'old format by default')
  t.same(parsed({ nextHopEntry: `${list}<is-new-tags-list>false</is-new-tags-list>` }).nextHops[0]?.tags, [
    0x500000007n
  ])
  t.same(parsed({ nextHopEntry: `${list}<is-new-tags-list>true</is-new-tags-list>` }).nextHops[0]?.tags, [
    327687n
  ])
  t.same(parsed({ nextHopEntry: `${list}<is-new-tags-list>True</is-new-tags-list>` }).nextHops[0]?.tags, [
    0x500000007n
  ])
})

t.test('load balance', async t => {
  const of = (fields: string[], decision: string) =>
    parsed({
      entry:
        `<load-balance><load-balance-fields>${fields.map(f => `<load-balance-field-list>${f}</load-balance-field-list>`).join('')}` +
        `</load-balance-fields><load-balance-decision>${decision}</load-balance-decision></load-balance>`
    }).loadBalance
  t.same(of([], 'field-hash'), { fields: 0xf8, sourceBias: false })
  t.same(of([], ''), { fields: 0xf8, sourceBias: false })
  t.same(of([], 'source-bias'), { fields: 0, sourceBias: true })
  t.same(of(['l3-source-address', 'l4-protocol'], 'field-hash'), { fields: 0xa0, sourceBias: false })
  t.same(of(['l4-source-port', 'l4-destination-port', 'unknown'], 'source-bias'), {
    fields: 0x18,
    sourceBias: true
  })
})

t.test('items that are ignored', async t => {
  const faults: [ItemFields, Partial<ReceiveContext>?][] = [
    [{ nextHops: '' }],
    [{ nextHops: '<next-hop/>'.repeat(2) }],
    [{ nextHop: '0.0.0.0' }],
    [{ nextHop: '' }],
    [{ nextHop: 'compute-7' }],
    [{ nextHop: '2001:db8::1' }],
    [{ nextHops: '<next-hop><af>3</af><address>192.0.2.17</address><label>42</label></next-hop>' }],
    [{ label: 0 }],
    [{ label: 0x1000000 }],
    [{ label: 42 }, { isMaster: true }],
    [{ label: 0, safi: 4 }, { isMaster: true }],
    [{ nextHopEntry: '<mac>02:00</mac>' }]
  ]
  for (const [fields, overrides] of faults)
    t.match(
      unicastPath(parsed(fields), { ...context, ...overrides }, 0),
      { fault: 'next-hop' },
      JSON.stringify(fields)
    )
})

t.test('attributes', async t => {
  const rd = 'i1:0001c00002110007'
  const interface_ = `i2:${Buffer.from('interface').toString('hex')}`
  const encapsulations = '030c000000000002030c00000000000d'
  t.same(
    attributesOf({}),
    ['1:02', '3:c0000211', '4:00000064', '5:000000c8', `16:${encapsulations}`, rd, interface_],
    'the usual'
  )
  t.same(attributesOf({ localPreference: 100 }).slice(2, 4), ['4:000000c8', '5:00000064'], 'MED of a backup')
  t.same(attributesOf({ localPreference: 150 }).slice(2, 4), ['4:ffffff69', '5:00000096'])
  t.same(
    attributesOf({ localPreference: 0 }).slice(0, 3),
    ['1:02', '3:c0000211', `16:${encapsulations}`],
    'neither'
  )
  t.same(attributesOf({ entry: '<med>7</med>' })[2], '4:00000007')
  const rich = attributesOf({
    encapsulations: [],
    sequence: 258,
    nextHopEntry:
      '<mac>02:00:5e:00:53:11</mac><tag-list><tag>327687</tag></tag-list><local-sequence-number>66051</local-sequence-number>',
    entry:
      '<security-group-list><security-group>8000004</security-group></security-group-list>' +
      '<community-tag-list><community-tag>64512:77</community-tag><community-tag>no-export</community-tag>' +
      '<community-tag>65535:1</community-tag><community-tag>nonsense</community-tag></community-tag-list>' +
      '<load-balance><load-balance-fields><load-balance-field-list>l3-source-address</load-balance-field-list></load-balance-fields></load-balance>' +
      '<sub-protocol>bgpaas</sub-protocol>'
  })
  t.same(rich, [
    '1:02',
    '3:c0000211',
    '4:00000064',
    '5:000000c8',
    '8:fc00004dffffff01',
    '16:03aa8000000000000600000000000102060302005e0053118004fc00007a1204c000000102030000',
    '32:0000fc000100000500000007',
    rd,
    `i2:${Buffer.from('bgpaas').toString('hex')}`
  ])
})

t.test('own AS of four bytes: a companion per security group', async t => {
  const groups =
    '<security-group-list><security-group>8000004</security-group><security-group>5</security-group></security-group-list>'
  t.equal(
    attributesOf({ encapsulations: [], entry: groups }, { as: 400000 })[4],
    `16:${['80040000007a1204', '8004000100000005', '820400061a800000', '820400061a800001'].join('')}`
  )
})

t.test('source RD', async t => {
  t.ok(attributesOf({}, { instanceId: 0x10007 }).includes('i1:0001c00002110007'), 'low 16 bits of the index')
  t.ok(attributesOf({}, { rdClusterSeed: 0x1234 }).includes('i1:0001123402110007'))
  const fabric = { isMaster: true }
  const plain = attributesOf({ label: 0 }, fabric)
  t.same(plain, [
    '1:02',
    '3:c0000211',
    '4:00000064',
    '5:000000c8',
    `i2:${Buffer.from('interface').toString('hex')}`
  ])
  t.ok(attributesOf({ label: 0 }, fabric, 9).includes('i1:0001c00002110009'), 'primary instance')
})

t.test('encapsulations, label and flags', async t => {
  const of = (fields: ItemFields, overrides: Partial<ReceiveContext> = {}) => {
    const path = unicastPath(parsed(fields), { ...context, ...overrides }, 0)
    if (isItemError(path)) throw new Error(path.what)
    return { label: path.label, flags: path.flags, pathId: path.pathId }
  }
  const pathId = 0xc0000211
  t.same(of({}), { label: 42 * 16 + 1, flags: 0, pathId }, 'an MPLS label and the bottom of the stack')
  t.same(of({ encapsulations: ['vxlan'], label: 0xffffff }), { label: 0xffffff, flags: 0, pathId }, 'a VNI')
  t.same(of({ encapsulations: [] }), { label: 673, flags: 0, pathId })
  t.same(of({ encapsulations: ['mpls-o-gre', 'unspecified'] }), {
    label: 673,
    flags: PathFlag.noTunnelEncap,
    pathId
  })
  t.same(of({ encapsulations: ['quic', 'udp'] }), { label: 673, flags: 0, pathId })
  t.same(
    of({ label: 0, encapsulations: ['quic'] }, { isMaster: true }),
    { label: 0, flags: 0, pathId },
    'fabric'
  )
  t.same(of({ label: 3, safi: 4 }, { isMaster: true }), { label: 49, flags: 0, pathId }, 'labeled')
})

t.test('item text', async t => {
  const db = new AttributeDb({ k0: 1, k1: 2 })
  const text = new UnicastText({ as: 64512, allTagsAreGlobal: false })
  const sent = (fields: ItemFields, virtualNetwork = 'default-domain:demo:blue') => {
    const path = unicastPath(parsed(fields), context, 0)
    if (isItemError(path)) throw new Error(path.what)
    const attributes = db.intern(path.attributes, 0, path.attributes.length)
    return { attributes, label: path.label, virtualNetwork }
  }
  const rich: ItemFields = {
    sequence: 2,
    encapsulations: ['udp', 'gre'],
    nextHopEntry: '<tag-list><tag>4295032833</tag></tag-list><is-new-tags-list>true</is-new-tags-list>',
    entry:
      '<security-group-list><security-group>8000004</security-group></security-group-list>' +
      '<community-tag-list><community-tag>64512:77</community-tag></community-tag-list>'
  }
  t.equal(
    text.item('10.20.1.8/32', 1, 1, [sent(rich), sent({ nextHop: '192.0.2.19', label: 77 })]),
    `						<item id="10.20.1.8/32">
				<entry>
					<nlri>
						<af>1</af>
						<safi>1</safi>
						<address>10.20.1.8/32</address>
					</nlri>
					<next-hops>
						<next-hop>
							<af>1</af>
							<address>192.0.2.17</address>
							<mac></mac>
							<label>42</label>
							<vni>0</vni>
							<tunnel-encapsulation-list>
								<tunnel-encapsulation>gre</tunnel-encapsulation>
								<tunnel-encapsulation>udp</tunnel-encapsulation>
							</tunnel-encapsulation-list>
							<virtual-network>default-domain:demo:blue</virtual-network>
							<tag-list>
								<tag>4295032833</tag>
							</tag-list>
							<is-new-tags-list>true</is-new-tags-list>
							<local-sequence-number>0</local-sequence-number>
						</next-hop>
						<next-hop>
							<af>1</af>
							<address>192.0.2.19</address>
							<mac></mac>
							<label>77</label>
							<vni>0</vni>
							<tunnel-encapsulation-list>
								<tunnel-encapsulation>gre</tunnel-encapsulation>
								<tunnel-encapsulation>udp</tunnel-encapsulation>
							</tunnel-encapsulation-list>
							<virtual-network>default-domain:demo:blue</virtual-network>
							<tag-list />
							<is-new-tags-list>true</is-new-tags-list>
							<local-sequence-number>0</local-sequence-number>
						</next-hop>
					</next-hops>
					<version>1</version>
					<virtual-network>default-domain:demo:blue</virtual-network>
					<mobility sticky="false" seqno="2" />
					<peers />
					<sequence-number>2</sequence-number>
					<security-group-list>
						<security-group>8000004</security-group>
					</security-group-list>
					<community-tag-list>
						<community-tag>64512:77</community-tag>
					</community-tag-list>
					<local-preference>200</local-preference>
					<med>100</med>
					<load-balance>
						<load-balance-fields />
						<load-balance-decision>field-hash</load-balance-decision>
					</load-balance>
					<sub-protocol>interface</sub-protocol>
				</entry>
			</item>
`
  )
  const one = sent({ encapsulations: [] })
  t.match(text.item('p', 1, 1, [one, { ...one }]).match(/<next-hop>/g), { length: 1 }, 'equal next hops once')
  t.match(
    text.item('p', 1, 1, [one]),
    /<tunnel-encapsulation>gre<\/tunnel-encapsulation>/,
    'gre stands for none'
  )
  t.match(
    text.item('p', 1, 1, [{ ...one, label: 0 }]),
    /<label>0<\/label>\n\t*<vni>0<\/vni>\n\t*<tunnel-encapsulation-list \/>/
  )
  t.match(text.item('p', 1, 1, [sent({ encapsulations: ['vxlan', 'udp'], label: 60 })]), /<label>60<\/label>/)
  t.match(text.item('p', 2, 1, [sent({}, 'a:b:<c>')]), /<virtual-network>a:b:&lt;c&gt;<\/virtual-network>/)
  const bias = '<load-balance><load-balance-decision>source-bias</load-balance-decision></load-balance>'
  t.match(
    text.item('p', 1, 1, [sent({ entry: bias })]),
    /<load-balance-fields \/>\n\t*<load-balance-decision>source-bias</
  )
})

t.test('groups, tags and communities that this node passes on', async t => {
  const db = new AttributeDb({ k0: 1, k1: 2 })
  const facts = (hex: string, as = 64512, allTagsAreGlobal = false) => {
    const bytes = Buffer.from(hex, 'hex')
    return new UnicastText({ as, allTagsAreGlobal }).facts(db.intern(bytes, 0, bytes.length))
  }
  const extended = (...communities: string[]) =>
    `c010${(communities.length * 8).toString(16).padStart(2, '0')}${communities.join('')}`
  t.same(
    facts(extended('8004fde700000038', '8004fc0000000037')).securityGroups,
    [56, 55],
    'a global number of another AS'
  )
  t.same(
    facts(extended('8004fde7007a1201', '8004fc00007a1202')).securityGroups,
    [8000002],
    'not one of its own'
  )
  t.same(facts(extended('80040000007a1201', '820400061a800000'), 400000).securityGroups, [8000001])
  t.same(
    facts(extended('80040000007a1201', '820400061a810000'), 400000).securityGroups,
    [],
    'another AS of four bytes'
  )
  t.same(facts(extended('80040000007a1201', '820400061a800000')).securityGroups, [])
  const large = (...tags: string[]) =>
    `c020${(tags.length * 12).toString(16).padStart(2, '0')}${tags.join('')}`
  const foreign = '0000fde70100000500000007'
  t.same(
    facts(large('0000fc000100000600000001', '0000fc000100000500000007')).tags,
    [0x500000007n, 0x600000001n],
    'sorted'
  )
  t.same(facts(large('0000fde70100000000000007')).tags, [], 'of another AS')
  t.same(facts(large(foreign)).tags, [0x500000007n], 'a global one')
  t.same(facts(large('0000fde70100000000000007'), 64512, true).tags, [7n], 'all are global')
  t.same(facts(large('0000fc000200000000000007')).tags, [], 'no tag')
  t.equal(facts('').originVn, -1)
  t.equal(facts(extended('8071fc0000000005')).originVn, 5)
  t.equal(facts(extended('827100061a800007'), 400000).originVn, 7)
  t.equal(facts(extended('80715ba000010000', '827100061a805ba0'), 400000).originVn, 65536)
  t.same(facts('c00808ffff0006ffff0007').communities, ['llgr-stale', 'no-llgr'])
  t.same(facts('40030420010db8').nextHopAfi, 1)
  t.equal(facts(`400310${'20010db8'.padEnd(32, '0')}`).nextHop, '2001:db8::')
  t.equal(facts('').nextHopAfi, 0)
})

t.test('whatever the fields hold, an item is a path or an error', async t => {
  const text = fc.oneof(
    fc.string(),
    fc.constantFrom('0', '1', '16777216', '-1', '10.0.0.1', '::1', 'gre', 'vxlan', '65000:1', '')
  )
  const field = fc.tuple(
    fc.constantFrom('med', 'local-preference', 'sequence-number', 'sub-protocol', 'version'),
    text
  )
  const harmless = (value: string) => value.replace(/[&<>"]/g, '')
  fc.assert(
    fc.property(fc.array(field), text, text, fc.array(text), (fields, nextHop, label, encapsulations) => {
      const tree = parseXml(
        itemText(1, '10.0.0.0/8', {
          nextHop: harmless(nextHop),
          label: harmless(label),
          encapsulations: encapsulations.map(harmless),
          entry: fields.map(([name, value]) => `<${name}>${harmless(value)}</${name}>`).join('')
        })
      )
      if (isXmlError(tree)) return true
      const result = parseUnicastItem(tree)
      if (!isItemError(result)) unicastPath(result, context, 0)
      return true
    })
  )
  t.pass()
})
