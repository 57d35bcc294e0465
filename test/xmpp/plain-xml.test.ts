import fc from 'fast-check'
import t from 'tap'
import { parsePlainXml } from '../../src/xmpp/plain-xml.js'
import { parseAnyXml } from '../../src/xmpp/xml.js'

t.test('plain documents', async t => {
  for (const text of [
    '<a/>',
    '\n <a b="1" c="<x>" ></a >\n',
    '<iq type="set">\n<pubsub>\n<publish node="1/1/x"><item>10</item><item /></publish>\n</pubsub>\n</iq>\n'
  ]) {
    t.not(parsePlainXml(text), undefined, text)
    t.same(parsePlainXml(text), parseAnyXml(text), text)
  }
})

t.test('left to the full parser', async t => {
  for (const text of [
    '',
    ' ',
    'a',
    '<a',
    '<a>',
    '<a></b>',
    '<a></ab>',
    '<ab></a>',
    '<a/><b/>',
    '<a/>b',
    'b<a/>',
    "<a b='1'/>",
    '<a b = "1"/>',
    '<a b="1"c="2"/>',
    '<a b="1/>',
    '<a / >',
    '<a>&lt;</a>',
    '<a b="&lt;"/>',
    '<!-- --><a/>',
    '<?xml?><a/>',
    '<a><![CDATA[b]]></a>',
    '</a>',
    `${'<a>'.repeat(65)}${'</a>'.repeat(65)}`
  ])
    t.equal(parsePlainXml(text), undefined, text)
})

t.test('both parsers give the same tree', async t => {
  const name = fc.constantFrom('a', 'ab', 'item', 'x:y', '__proto__', 'constructor')
  const text = fc.constantFrom('', '\n', ' 10 ', 'a>b', '\u00e9"', "'")
  const tag = fc
    .tuple(name, fc.array(fc.tuple(name, text), { maxLength: 3 }))
    .map(
      ([element, attributes]) =>
        element + attributes.map(([key, value]) => ` ${key}="${value.replaceAll('"', '')}"`).join('')
    )
  const document = fc.letrec<{ element: string; content: string }>(tie => ({
    element: fc.oneof(
      { depthSize: 'small' },
      tag.map(start => `<${start} />`),
      fc
        .tuple(tag, fc.array(tie('content'), { maxLength: 4 }))
        .map(([start, inside]) => `<${start}>${inside.join('')}</${start.split(' ')[0]}>`)
    ),
    content: fc.oneof(text, tie('element'))
  })).element
  fc.assert(
    fc.property(document, made => {
      t.not(parsePlainXml(made), undefined, made)
      t.same(parsePlainXml(made), parseAnyXml(made), made)
    }),
    { numRuns: 500 }
  )
  // With a piece taken out or put in: where the plain parser has an answer, it is that of the other.
  const broken = fc
    .tuple(
      document,
      fc.nat(),
      fc.nat(3),
      fc.constantFrom('', '<', '>', '/', '"', '=', ' ', '&', '</a>', '<b>', '\u0000')
    )
    .map(([made, at, cut, piece]) => {
      const place = at % (made.length + 1)
      return made.slice(0, place) + piece + made.slice(place + cut)
    })
  let answered = 0
  fc.assert(
    fc.property(broken, made => {
      const plain = parsePlainXml(made)
      if (plain === undefined) return
      answered++
      t.same(plain, parseAnyXml(made), made)
    }),
    { numRuns: 5000 }
  )
  t.ok(answered > 300, `${answered} answers`)
})
