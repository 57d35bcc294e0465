/** AS numbers of two and of four bytes at whole neighbours (RFC 6793; spec bgp 9). */
import t from 'tap'
import { printAsPath } from '../../../src/bgp/wire/as-path-text.js'
import { findAttribute, valueEnd, valueStart } from '../../../src/bgp/wire/attributes.js'
import { AttributeCode } from '../../../src/bgp/wire/canonical.js'
import { MessageType } from '../../../src/bgp/wire/message.js'
import { key } from '../rib/rib-helpers.js'
import { keepalive, open } from '../session/nodes.js'
import { validUpdates } from '../wire/vectors/valid-updates.js'
import { attribute, called, capabilities, update } from './called.js'
import { Lab, type LabNode } from './lab.js'

const prefix = '203.0.113.0/24'
const nlri = '18cb0071'

/** AS path and aggregator of the first path on the prefix, as text. */
function seen(node: LabNode): string | undefined {
  const path = node.table().find(key(prefix))?.paths
  if (path === undefined) return undefined
  const { bytes } = path.attributes
  const value = (code: number): [number, number] | undefined => {
    const at = findAttribute(bytes, 0, bytes.length, code)
    return at < 0 ? undefined : [valueStart(bytes, at), valueEnd(bytes, at)]
  }
  const asPath = value(AttributeCode.asPath)!
  const aggregator = value(AttributeCode.aggregator)
  const by = aggregator && ` by ${Buffer.from(bytes).readUInt32BE(aggregator[0])}`
  return `${printAsPath(bytes, ...asPath)}${by ?? ''}`
}

const hex = (value: number, bytes: number): string => value.toString(16).padStart(bytes * 2, '0')
const sequence = (bytes: number, ...path: number[]): string =>
  `02${hex(path.length, 1)}${path.map(as => hex(as, bytes)).join('')}`
const [path, as4Path] = [
  (...list: number[]) => attribute(0x40, 2, sequence(2, ...list)),
  (...list: number[]) => attribute(0xc0, 17, sequence(4, ...list))
]
const aggregator = (as: number): string => attribute(0xc0, 7, `${hex(as, 2)}0a000001`)
const as4Aggregator = (as: number): string => attribute(0xc0, 18, `${hex(as, 4)}0a000001`)
const [trans, large, larger] = [23456, 70000, 4200000001]

t.test('T-AS-1 V54', async t => {
  const { lab, node, connection } = called({ twoByteAs: true })
  connection.send(validUpdates.find(({ id }) => id === 'V54')!.bytes)
  lab.seconds(0.1)
  t.equal(seen(node), '65001 4200000001 65550 by 4200000009')
})

const joined: readonly (readonly [id: string, name: string, attributes: string, expected: string])[] = [
  ['T-AS-3', 'no AS4_PATH', path(65001, trans), '65001 23456'],
  ['T-AS-3', 'AS4_PATH longer than AS_PATH', path(65001) + as4Path(large, larger), '65001'],
  ['T-AS-3', 'malformed AS4_PATH', path(65001, trans) + attribute(0xc0, 17, '0202000111'), '65001 23456'],
  [
    'T-AS-3',
    'AGGREGATOR is AS_TRANS',
    path(65001, trans) + aggregator(trans) + as4Path(large) + as4Aggregator(larger),
    '65001 70000 by 4200000001'
  ],
  [
    'T-AS-3',
    'AGGREGATOR is not AS_TRANS: an old speaker has aggregated since',
    path(65001, trans) + aggregator(65001) + as4Path(large) + as4Aggregator(larger),
    '65001 23456 by 65001'
  ],
  [
    'T-AS-3',
    'AGGREGATOR alone says nothing about AS4_PATH (RFC 6793 4.2.3)',
    path(65001, trans) + aggregator(65009) + as4Path(large),
    '65001 70000 by 65009'
  ],
  ['T-AS-4', 'an old speaker prepended', path(65001, 65001, trans) + as4Path(large), '65001 65001 70000'],
  [
    'T-AS-4',
    'and stands in between',
    path(65001, trans, 65005, trans) + as4Path(larger, 65005, large),
    '65001 4200000001 65005 70000'
  ],
  [
    'T-AS-5',
    'a set counts one',
    attribute(0x40, 2, `0201fde9 0102${hex(1, 2)}${hex(2, 2)} 0201${hex(trans, 2)}`) + as4Path(large),
    '65001 {1 2} 70000'
  ],
  [
    'T-AS-5',
    'the boundary inside a set: the set stays whole',
    attribute(0x40, 2, `0201fde9 0102${hex(trans, 2)}${hex(2, 2)}`) +
      attribute(0xc0, 17, `0102${hex(large, 4)}${hex(2, 4)}`),
    '65001 {70000 2}'
  ],
  ['T-AS-6', 'private numbers and AS_TRANS are like others', path(65001, trans, 64512), '65001 23456 64512']
]
for (const [id, name, attributes, expected] of joined) {
  t.test(`${id} from an old speaker: ${name}`, async t => {
    const { lab, node, peer, connection } = called({ twoByteAs: true, nodeAs: 65100 })
    // Ascending: ORIGIN, AS_PATH, NEXT_HOP, AGGREGATOR and the rest.
    connection.send(update(`40010100${attributes}400304c0000201`, nlri))
    lab.seconds(0.1)
    t.equal(seen(node), expected)
    t.equal(peer.session.state, 'established')
  })
}

t.test('T-AS-3 AS4_PATH on a session with 4-byte numbers means nothing', async t => {
  const { lab, node, connection } = called()
  const wide = attribute(0x40, 2, sequence(4, 65001, trans))
  connection.send(update(`40010100${wide}400304c0000201${as4Path(large, larger)}${as4Aggregator(5)}`, nlri))
  lab.seconds(0.1)
  t.equal(seen(node), '65001 23456')
})

t.test('T-AS-2 through speakers of both kinds the path stays what it was', async t => {
  const lab = new Lab()
  const ases = [4200000001, 65002, 65003, 65550, 65005]
  const nodes = ases.map((as, i) => lab.node(`10.0.0.${i + 1}`, as))
  // Between the second and the third, numbers have two bytes.
  for (const [i, next] of nodes.slice(1).entries()) {
    const offer = { fourByteAs: i !== 1 }
    nodes[i]!.peer(next, { offer })
    next.peer(nodes[i]!, { offer })
  }
  nodes[0]!.announce(prefix)
  lab.seconds(30)
  t.equal(seen(nodes[2]!), '65002 4200000001', 'behind the old session')
  t.equal(seen(nodes[4]!), '65550 65003 65002 4200000001')
})

t.test('T-AS-6 towards an old speaker: AS4_PATH only where a number needs it', async t => {
  const told = (wide: number[]): string => {
    const { lab, node, connection } = called()
    node.peer({ address: '10.0.0.3', as: 65003 }, { session: { passive: true } })
    const raw = lab.raw('10.0.0.3')
    lab.seconds(1)
    const old = raw.dial('10.0.0.1')
    old.send(open({ as: 65003, id: '0a000003', parameters: capabilities(['inet']) }), keepalive)
    lab.seconds(3)
    connection.send(update(`40010100${attribute(0x40, 2, sequence(4, 65001, ...wide))}400304c0000201`, nlri))
    lab.seconds(3)
    return old.of(MessageType.update).find(text => text.endsWith(nlri)) ?? ''
  }
  const small = told([trans, 65534])
  t.match(small, attribute(0x40, 2, sequence(2, 64512, 65001, trans, 65534)))
  t.notMatch(small, 'c011')
  const big = told([larger])
  t.match(big, attribute(0x40, 2, sequence(2, 64512, 65001, trans)))
  t.match(big, as4Path(64512, 65001, larger))
})
