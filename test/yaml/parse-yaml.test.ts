import fc from 'fast-check'
import t from 'tap'
import { parseDocument } from 'yaml'
import { parseAllYaml, parseYaml } from '../../src/yaml/parse-yaml.js'

const errorsOf = ({ errors }: { errors: { code: string; message: string; pos: [number, number] }[] }) =>
  errors.map(({ code, message, pos }) => ({ code, message, at: pos[0] }))
const duplicatesIn = (text: string) =>
  parseYaml(text)
    .errors.filter(({ code }) => code === 'DUPLICATE_KEY')
    .map(({ pos }) => pos[0])

/** Text with `^` before each key that is there already. */
const marked: Readonly<Record<string, string>> = {
  'a block mapping': 'a: 1\nb: 2\n^a: 3\n',
  'each time again': 'a: 1\n^a: 2\n^a: 3\n',
  'a flow mapping': '{a: 1, b: 2, ^a: 3}',
  'a flow mapping in a block mapping': 'a: {b: 1, ^b: 2}\n^a: 3\n',
  'in a list in a mapping in a list': '- a:\n    - b: 1\n      ^b: 2\n',
  'in a key': '? {a: 1, ^a: 2}\n: 1\n',
  'the same keys at other places': 'a: {a: {a: 1}}\nb: {a: 1}\nc: [a: 1, a: 1]\n',
  'numbers however written': '16: a\n^0x10: b\n^1.6e1: c\n',
  'numbers and texts': '1: a\n"1": b\n',
  'texts however written': 'a: 1\n^"a": 2\n^\'a\': 3\n',
  'true, null and their texts': 'true: 1\n"true": 2\nnull: 3\n^~: 4\n"null": 5\n^True: 6\n',
  'lists and mappings differ from all': '? [a]\n: 1\n? [a]\n: 2\n? {a: 1}\n: 3\n? {a: 1}\n: 4\n',
  'aliases differ from all': '&x a: 1\n*x : 2\n*x : 3\n',
  'behind an anchor or a tag': 'a: 1\n&x ^a: 2\n!!str ^a: 3\n',
  'merge keys, which are texts': '<<: {a: 1}\na: 2\n^<<: {a: 3}\n',
  'merge keys of YAML 1.1, of which there may be several': '%YAML 1.1\n---\n<<: {a: 1}\na: 2\n<<: {a: 3}\n',
  'sets of YAML 1.1': '%YAML 1.1\n---\n!!set {a, b, ^a}\n'
}

for (const [name, text] of Object.entries(marked)) {
  t.test(`duplicate keys: ${name}`, async t => {
    const parts = text.split('^')
    const places = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('').length)
    const plain = parts.join('')
    t.same(duplicatesIn(plain), places)
    t.same(errorsOf(parseYaml(plain)), errorsOf(parseDocument(plain, { prettyErrors: false })))
  })
}

t.test('they are found where the parser itself finds them, among its other errors', async t => {
  const key = fc.constantFrom('a', 'b', '"a"', '1', '"1"', '0x1', '~', '&x a', '!!str 1', '[a]', '{b: 1}')
  const { node } = fc.letrec<{ node: string; map: string; list: string }>(tie => ({
    node: fc.oneof({ maxDepth: 4 }, fc.constantFrom('x', '1', '*x', '!no!tag x'), tie('map'), tie('list')),
    map: fc
      .array(fc.tuple(key, tie('node')), { maxLength: 5 })
      .map(pairs => `{${pairs.map(([key, value]) => `${key} : ${value}`).join(', ')}}`),
    list: fc.array(tie('node'), { maxLength: 3 }).map(items => `[${items.join(', ')}]`)
  }))
  const block = fc
    .array(fc.tuple(key, node), { maxLength: 6 })
    .map(pairs => pairs.map(([key, value]) => `${key} : ${value}\n`).join(''))
  const inOrder = (errors: ReturnType<typeof errorsOf>) => [...errors].sort((a, b) => a.at - b.at)
  const places = (document: Parameters<typeof errorsOf>[0]) =>
    errorsOf(document)
      .map(({ code, at }) => `${at} ${code}`)
      .sort()
  fc.assert(
    fc.property(fc.oneof(node, block), text => {
      const found = parseYaml(text)
      t.same(places(found), places(parseDocument(text, { prettyErrors: false })))
      if (duplicatesIn(text).length > 0) t.same(errorsOf(found), inOrder(errorsOf(found)))
    }),
    { numRuns: 300 }
  )
})

t.test('each of several documents by itself', async t => {
  t.same(parseAllYaml('a: 1\n---\na: 1\na: 2\n---\na: 1\n').map(errorsOf), [
    [],
    [{ code: 'DUPLICATE_KEY', message: 'Map keys must be unique', at: 14 }],
    []
  ])
  t.match(parseYaml('a: 1\n---\nb: 1\n').errors, [{ code: 'MULTIPLE_DOCS' }])
})

t.test('a mapping of many keys', async t => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1\n`).join('')
  t.same(duplicatesIn(keys), [])
  t.same(duplicatesIn(`${keys}k0: 2\n`), [keys.length])
})
