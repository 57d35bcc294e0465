import t from 'tap'
import { type ConfigDocument, parseDocuments } from '../../src/config-store/config-document.js'

const values = (text: string) =>
  parseDocuments(text).map(document => ('value' in document ? document.value : document))
const first = (text: string) => parseDocuments(text)[0] as ConfigDocument

t.test('YAML and JSON, several documents, empty ones left out', async t => {
  t.same(values('a: 1\n---\n---\n[x, 2]\n'), [{ a: 1 }, ['x', 2]])
  t.same(values('{\n\t"a": "\\u00e4"\n}'), [{ a: 'ä' }])
  t.same(values(''), [])
  t.same(values('# only a comment\n'), [])
})

t.test('integers stay whole', async t => {
  t.same(values('[9007199254740991, 9007199254740993, -5, 0x10, 1.5]'), [
    [9007199254740991, 9007199254740993n, -5, 16, 1.5]
  ])
})

t.test('positions', async t => {
  const document = first('- a: 1\n  list:\n    - x\n    - y: 2\n- &anchor {b: 3}\n- *anchor\n')
  t.same(document.position([0, 'a']), { line: 1, column: 3 })
  t.same(document.position([0, 'list', 1, 'y']), { line: 4, column: 7 })
  t.same(document.position([0, 'list', 7, 'y']), { line: 2, column: 3 }, 'the deepest part that exists')
  t.same(document.position([2, 'b']), { line: 5, column: 12 }, 'through an alias')
  t.same(document.position(['no']), { line: 1, column: 1 })
})

const wrong = {
  'a: [': { line: 1 },
  'a: 1\na: 2': { line: 2, column: 1, reason: 'Map keys must be unique' },
  'a: *nothing': { reason: /nothing/ }
}
for (const [text, problem] of Object.entries(wrong)) {
  t.test(`not YAML: ${JSON.stringify(text)}`, async t => t.match(parseDocuments(text)[0], problem))
}

t.test('an alias bomb is an error', async t => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x]']
  for (let i = 1; i < 9; i++)
    lines.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]`
    )
  t.match(parseDocuments(lines.join('\n'))[0], { reason: /alias/i })
})

t.test('large JSON', async t => {
  const entries = Array.from(
    { length: 20_000 },
    (_, index) => `{ "n": ${index}, "long": 12916900405300187083 }`
  )
  const text = `[\n${entries.join(',\n')}\n]`
  const document = first(text)
  t.match((document.value as unknown[])[19_999], { n: 19_999, long: '12916900405300187083' })
  t.same(document.position([19_999, 'n']), { line: 20_001, column: 3 })
  t.match(parseDocuments(`${text},`), [{ line: 20_002 }], 'what is wrong is found all the same')
  const digits = '"12345678901234567890 \\" 12345678901234567890"'
  t.equal(
    first(`[${digits}, ${entries.join(',')}]`).value?.[0 as never],
    JSON.parse(digits),
    'texts stay texts'
  )
})
