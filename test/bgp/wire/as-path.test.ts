import fc from 'fast-check'
import t from 'tap'
import {
  AsPathFault,
  checkAsPath,
  containsAs,
  countAs,
  hopCount,
  isPrivateAs,
  overrideAs,
  type PrivateAsAction,
  prependAs,
  prependRoom,
  removePrivateAs,
  SegmentType,
  withoutConfederation
} from '../../../src/bgp/wire/as-path.js'
import { parseAsPath, printAsPath } from '../../../src/bgp/wire/as-path-text.js'
import { bytesOf } from './support.js'

const into = new Uint8Array(20_000)
const pathOf = (text: string): Uint8Array => parseAsPath(text)!
const result = (end: number): string => printAsPath(into, 0, end)

t.test('text', async t => {
  for (const text of ['', '65001', '65001 4200000001', '65001 {1 2} 3', '(65001 2) [3 4] 5', '{7}']) {
    t.equal(printAsPath(pathOf(text)), text)
  }
  t.equal(printAsPath(pathOf('1 {2,3}')), '1 {2 3}')
  for (const text of ['{', '}', '{1', '1)', '{}', '({1})', '4294967296', 'x', '1 - 2', '{1]']) {
    t.equal(parseAsPath(text), undefined, text)
  }
  const long = Array(300).fill(7).join(' ')
  t.equal(printAsPath(pathOf(long)), long)
  t.equal(pathOf(long)[1], 255, 'a sequence of 300 takes two segments')
})

t.test('what is asked of a path', async t => {
  const path = pathOf('65001 2 {3 65001} (4 5) 6')
  t.equal(hopCount(path, 0, path.length), 4, 'a set counts 1, a confederation 0')
  t.equal(countAs(path, 0, path.length, 65001), 2)
  t.ok(containsAs(path, 0, path.length, 5))
  t.notOk(containsAs(path, 0, path.length, 7))
})

t.test('prepending', async t => {
  const prepend = (text: string, times: number): Uint8Array => {
    const path = pathOf(text)
    const end = prependAs(path, 0, path.length, 9, times, into, 0)
    t.ok(end <= path.length + prependRoom(times))
    t.equal(checkAsPath(into, 0, end, 4), AsPathFault.none)
    return into.slice(0, end)
  }
  t.equal(printAsPath(prepend('', 1)), '9')
  t.equal(printAsPath(prepend('1 2', 2)), '9 9 1 2')
  t.equal(printAsPath(prepend('{1 2}', 1)), '9 {1 2}')
  t.equal(printAsPath(prepend('1', 0)), '1')
  const full = Array(255).fill(1).join(' ')
  t.same([...prepend(full, 1).slice(0, 8)], [2, 1, 0, 0, 0, 9, 2, 255])
  const nearly = Array(254).fill(1).join(' ')
  t.same([...prepend(nearly, 3).slice(0, 16)], [2, 2, 0, 0, 0, 9, 0, 0, 0, 9, 2, 255, 0, 0, 0, 9])
  t.equal(printAsPath(prepend('1', 600)), `${'9 '.repeat(600)}1`)
})

t.test('prepending within a confederation (RFC 5065 4.1)', async t => {
  const { confederationSequence, sequence } = SegmentType
  const prepend = (text: string, type: 2 | 3 = confederationSequence): string => {
    const path = pathOf(text)
    return result(prependAs(path, 0, path.length, 9, 1, into, 0, type))
  }
  t.equal(prepend(''), '(9)')
  t.equal(prepend('1'), '(9) 1')
  t.equal(prepend('(8) 1'), '(9 8) 1')
  t.equal(prepend('[8] 1'), '(9) [8] 1')
  t.equal(prepend('(8) 1', sequence), '9 (8) 1', 'a plain number never joins a confederation segment')
  const full = pathOf(`(${Array(255).fill(1).join(' ')}) 2`)
  const end = prependAs(full, 0, full.length, 9, 1, into, 0, confederationSequence)
  t.same([...into.slice(0, 8)], [3, 1, 0, 0, 0, 9, 3, 255])
  t.equal(end, full.length + 6)
})

t.test('leaving a confederation (RFC 5065 4.1 c)', async t => {
  const leave = (text: string): string => {
    const path = pathOf(text)
    return result(withoutConfederation(path, 0, path.length, into, 0))
  }
  for (const [path, left] of [
    ['', ''],
    ['(1 2)', ''],
    ['(1) [2 3]', ''],
    ['1 {2 3}', '1 {2 3}'],
    ['(1 2) 3 {4}', '3 {4}'],
    ['[1] (2) 3', '3'],
    ['{3} (2) 4', '{3} 4']
  ] as const)
    t.equal(leave(path), left, path)
})

t.test('override', async t => {
  const path = pathOf('1 2 {1 3}')
  t.equal(result(overrideAs(path, 0, path.length, 1, 9, into, 0)), '9 2 {9 3}')
  t.equal(printAsPath(path), '1 2 {1 3}', 'the original stays')
})

t.test('T-RR-6 private numbers', async t => {
  const bounds = [64511, 64512, 65534, 65535, 4199999999, 4200000000, 4294967294, 4294967295]
  t.same(bounds.map(isPrivateAs), [false, true, true, false, false, true, true, false])
  const remove = (text: string, action: PrivateAsAction, peerAs = 0, replacement = 0): string => {
    const path = pathOf(text)
    return result(removePrivateAs(path, 0, path.length, action, peerAs, replacement, into, 0))
  }
  t.equal(remove('64512 64513 1 64514 2', 'remove'), '1 64514 2', 'leading ones, up to the first public one')
  t.equal(remove('64512 64513 1 64514 2', 'remove-all'), '1 2')
  t.equal(
    remove('64512 64513 1 64514 2', 'replace-all', 0, 9),
    '9 9 1 1 2',
    'the nearest public one to the left'
  )
  t.equal(remove('64512 64513 1 64514 2', 'replace-all'), '1 1 1 1 2', 'else the leftmost one of the path')
  t.equal(remove('64512 64513', 'replace-all'), '', 'dropped where there is none')
  t.equal(remove('64512 64513 64514', 'remove', 64513), '64513 64514', 'the peer sees its loop')
  t.equal(remove('64512 64513 64514', 'remove-all', 64513), '64513')
  t.equal(
    remove('64512 64513 64514', 'replace-all', 64513, 9),
    '9 64513 9',
    'a kept private one replaces nothing'
  )
  t.equal(remove('64512 {64513 64514} 1', 'remove'), '1', 'empty segments vanish')
  t.equal(remove('64512 {64513 2} 64514', 'remove'), '{2} 64514')
  t.equal(remove('(64512 64513) [64514] 64515 1 64516', 'remove'), '(64512 64513) [64514] 1 64516')
  t.equal(remove('(64512) 64515 1 64516', 'remove-all'), '(64512) 1', 'members keep their numbers')
  t.equal(remove('(7) 64515 1 64516', 'replace-all'), '(7) 1 1 1', 'nor do those replace others')
})

const number = fc.integer({ min: 1, max: 5 })
const numbers = fc.array(number, { minLength: 1, maxLength: 4 }).map(list => list.join(' '))
const part = fc.oneof(
  numbers,
  numbers.map(text => `{${text}}`),
  numbers.map(text => `(${text})`),
  numbers.map(text => `[${text}]`)
)
const anyPath = fc.array(part, { maxLength: 5 }).map(parts => pathOf(parts.join(' ')))

t.test('a member that is put in front and taken off outside leaves no trace', async () => {
  const { confederationSequence } = SegmentType
  const plain = (path: Uint8Array): string =>
    printAsPath(path)
      .replaceAll(/\([^)]*\)|\[[^\]]*\]/g, '')
      .trim()
      .replaceAll(/ +/g, ' ')
  fc.assert(
    fc.property(anyPath, fc.integer({ min: 0, max: 300 }), (path, times) => {
      const within = prependAs(path, 0, path.length, 9, times, into, 0, confederationSequence)
      const member = into.slice(0, within)
      const isWell = checkAsPath(member, 0, within, 4) !== AsPathFault.overrun
      const sameHops = hopCount(member, 0, within) === hopCount(path, 0, path.length)
      const outside = into.slice(0, withoutConfederation(member, 0, within, into, 0))
      const expected = plain(path)
      return (
        isWell &&
        sameHops &&
        countAs(member, 0, within, 9) === times &&
        printAsPath(outside) === expected &&
        checkAsPath(outside, 0, outside.length, 4) === AsPathFault.none
      )
    })
  )
})

t.test('any text that parses prints as itself', async () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 5 }), parts => {
      const text = parts.join(' ')
      return printAsPath(pathOf(text)) === text
    })
  )
})

t.test('malformed values', async t => {
  const check = (hex: string, width = 4): number => checkAsPath(bytesOf(hex), 0, hex.length / 2, width)
  t.equal(check(''), AsPathFault.none)
  t.equal(check('02'), AsPathFault.overrun)
  t.equal(check('0201000000'), AsPathFault.overrun)
  t.equal(check('0001000000 01'.replace(' ', '')), AsPathFault.unknownSegment)
  t.equal(check('0200'), AsPathFault.emptySegment)
  t.equal(check('020100000000'), AsPathFault.asZero)
  t.equal(check('02010000', 2), AsPathFault.asZero)
  t.equal(check('030100000001'), AsPathFault.confederation)
  t.equal(check('030100000001020100000000'), AsPathFault.asZero)
})
