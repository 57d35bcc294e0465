import t from 'tap'
import { AgentView } from '../../../conformance/recordings/agent-view.js'
import { Comparison, printDifference } from '../../../conformance/recordings/compare.js'
import { knownDifference } from '../../../conformance/recordings/known-differences.js'
import { PeerView } from '../../../conformance/recordings/peer-view.js'
import { parsePeerLines, splitAtCloses } from '../../../conformance/recordings/recording.js'
import { withoutFourByteAs } from '../../../conformance/recordings/replay.js'

const node = '1/1/default-domain:demo:blue:blue'
const message = (content: string, at = node): string =>
  `\n<message from="n" to="a/bgp-peer">\n\t<event xmlns="x">\n\t\t<items node="${at}">\n${content}\n</items>\n</event>\n</message>\n`
const item = (id: string, label: number): string =>
  `\t<item id="${id}">\n<entry>\n <label>${label}</label></entry></item>`

t.test('agents: layout, order, batching, keepalives and cuts do not matter', async t => {
  const one = new AgentView(new Set(['1/1']))
  one.receive(
    `<stream:stream from="n" >${message(item('a', 1) + item('b', 2))}\u0200${message('<retract id="a" />')}`
  )
  const other = new AgentView(new Set(['1/1']))
  const text = `<stream:stream from="n" >\u0200${message(item('b', 3))}${message(item('b', 2).replaceAll('\n', ''))}`
  for (const character of text) other.receive(character)
  t.same(one.state, other.state)
  t.same([...one.state], [[`${node} b`, '<entry><label>2</label></entry>']])
  t.equal(other.header, '<stream:stream from="n" >')
  t.same(other.faults, [])
})

t.test('agents: what is left out, and what is wrong', async t => {
  const view = new AgentView(new Set(['1/1']))
  view.receive(
    message(item('a', 1), '25/242/x') +
      message('', '0/0/EndOfRib') +
      '<?xml version="1.0"?>\n<iq><config/></iq>'
  )
  t.equal(view.state.size, 0)
  t.equal(view.configMessages, 1)
  view.receive(message(`${item('a', 1)}<retract id="b"/>`))
  t.same(view.faults, ['item and retract in one message'])
  view.receive(message(item('c', 1)))
  view.reset()
  t.equal(view.state.size, 0)
  view.receive('junk <message></message>')
  t.match(view.faults[1], /^unknown text/)
})

const header = (hex: string, type = '02'): Buffer =>
  Buffer.from(`${'ff'.repeat(16)}${(hex.length / 2 + 19).toString(16).padStart(4, '0')}${type}${hex}`, 'hex')

t.test('peers: classic and multiprotocol IPv4 unicast mean the same', async t => {
  const [classic, multiprotocol] = [new PeerView(new Set(['1/1'])), new PeerView(new Set(['1/1']))]
  classic.message(header('0000000e400101004003040a00000140020018c00002'))
  const reach = '800e0d000101040a0000010018c00002'
  const attributes = `400101004003040a000001400200${reach}`
  const update = header(`0000${(attributes.length / 2).toString(16).padStart(4, '0')}${attributes}`)
  for (const byte of update) multiprotocol.receive(Buffer.from([byte]))
  t.same(classic.state, multiprotocol.state)
  t.same([...classic.state.keys()], ['1/1 192.0.2.0/24'])
  classic.message(header('000418c000020000'))
  t.equal(classic.state.size, 0)
  classic.message(header('00000000'))
  t.same([...classic.endOfRibs], ['1/1'])
  classic.message(header('0302', '03'))
  t.same(classic.others, ['3 0302'])
})

t.test('differences are told once, and again when they change', async t => {
  const comparison = new Comparison()
  const state = (value?: string) => new Map(value === undefined ? [] : [['s', value]])
  comparison.compare('1', 'A', state('x'), state('x'))
  comparison.compare('2', 'A', state('x'), state('y'))
  comparison.compare('3', 'A', state('x'), state('y'))
  comparison.compare('4', 'A', state('x'), state())
  comparison.compare('5', 'A', state('x'), state('x'))
  comparison.compare('6', 'A', state('x'), state())
  comparison.compare('7', 'A', state(), state())
  comparison.compare('8', 'A', state('x'), state())
  t.same(
    comparison.differences.map(({ step }) => step),
    ['2', '4', '6', '8']
  )
  t.match(printDifference(comparison.differences[0]!), /recorded: …x\n.*ours: {5}…y/)
  t.match(printDifference(comparison.differences[1]!), /only recorded: x/)
})

t.test('a known difference explains no more than it says', async t => {
  const difference = { step: '10-x', actor: 'P1', subject: '1/128 192.0.2.1:1:10.0.0.1/32' }
  const recorded = 'label 1 40:1:02 c0:16:0002fc00007a12010009fc0000000000010b7f0000010001'
  const known = (ours: string) => knownDifference({ ...difference, recorded, ours }, 'base')?.kind
  t.equal(known('label 1 40:1:02 c0:16:0002fc00007a1201'), 'missing')
  t.equal(known('label 2 40:1:02 c0:16:0002fc00007a1201'), undefined)
  t.equal(known('label 1 40:1:02'), undefined)
})

t.test('files', async t => {
  t.same(
    parsePeerLines('tx OPEN ff01\nrx UPDATE 00\n\nclose\n# x\n').map(({ direction, bytes }) => [
      direction,
      bytes.length
    ]),
    [
      ['tx', 2],
      ['rx', 1],
      ['close', 0]
    ]
  )
  t.same(splitAtCloses(Buffer.from('a\n<!-- TCP CLOSE -->\nb\n<!-- agent closed TCP -->\n')), ['a', 'b', ''])
})

t.test('a peer that offers no 4-byte AS numbers', async t => {
  const open = header(
    '04fc00005a7f00000b0e020601040001000102044104 0000fc00'
      .replaceAll(' ', '')
      .replace('02044104', '02064104'),
    '01'
  )
  const without = withoutFourByteAs(open)
  t.equal(without.toString('hex', 19), '04fc00005a7f00000b08020601040001000 1'.replaceAll(' ', ''))
  t.equal(without.readUInt16BE(16), without.length)
})
