import fc from 'fast-check'
import t from 'tap'
import { parseStanza } from '../../src/xmpp/stanza.js'
import { isXmlError, parseXml } from '../../src/xmpp/xml.js'

const to = 'network-control@contrailsystems.com/bgp-peer'
const iq = (content: string, attributes = `type="set" from="compute-7" to="${to}" id="x"`): string =>
  `<iq ${attributes}>\n<pubsub xmlns="http://jabber.org/protocol/pubsub">\n${content}\n</pubsub>\n</iq>`
const blue = 'default-domain:demo:blue:blue'

t.test('subscriptions', async t => {
  const subscribe = { kind: 'subscribe', instance: blue, instanceId: 7, noRibOut: false }
  const id = '<instance-id>7</instance-id>'
  const vectors = [
    { name: 'options inside', content: `<subscribe node="${blue}"><options>${id}</options></subscribe>` },
    { name: 'options beside', content: `<subscribe node="${blue}"/><options>${id}</options>` },
    {
      name: 'other options',
      content: `<subscribe node="${blue}"><options>${id}<new>1</new></options></subscribe>`
    },
    { name: 'no id', content: `<subscribe node="${blue}"/>`, instanceId: -1 },
    {
      name: 'an empty id is 0',
      content: `<subscribe node="${blue}"><options><instance-id/></options></subscribe>`,
      instanceId: 0
    },
    {
      name: 'a negative id',
      content: `<subscribe node="${blue}"><options><instance-id>-1</instance-id></options></subscribe>`,
      instanceId: -1
    },
    {
      name: 'no id that is a number',
      content: `<subscribe node="${blue}"><options><instance-id>x</instance-id></options></subscribe>`,
      instanceId: -1
    },
    ...['1', 'true', 'T', 'yes', 'Y'].map(flag => ({
      name: `no-ribout ${flag}`,
      content: `<subscribe node="${blue}"><options>${id}<no-ribout>${flag}</no-ribout></options></subscribe>`,
      noRibOut: true
    })),
    ...['0', 'false', 'no', ''].map(flag => ({
      name: `no-ribout '${flag}'`,
      content: `<subscribe node="${blue}"><options>${id}<no-ribout>${flag}</no-ribout></options></subscribe>`
    }))
  ]
  for (const { name, content, ...rest } of vectors)
    t.same(parseStanza(iq(content)), { ...subscribe, ...rest }, name)
  t.same(parseStanza(iq(`<unsubscribe node="${blue}"><options>${id}</options></unsubscribe>`)), {
    kind: 'unsubscribe',
    instance: blue
  })
})

t.test('publish and collection', async t => {
  const node = `1/1/${blue}/10.20.1.7/32`
  t.match(parseStanza(iq(`<publish node="${node}"><item><entry/></item><item/></publish>`)), {
    kind: 'publish',
    node,
    items: [{ name: 'item' }, { name: 'item' }]
  })
  const collection = { kind: 'collection', instance: blue, node, associate: true }
  t.same(parseStanza(iq(`<collection node="${blue}"><associate node="${node}" /></collection>`)), collection)
  t.same(parseStanza(iq(`<collection node="${blue}"><dissociate node="${node}" /></collection>`)), {
    ...collection,
    associate: false
  })
  const both = `<collection node="${blue}"><dissociate node="x"/><associate node="${node}"/></collection>`
  t.same(parseStanza(iq(both)), collection, 'associate wins')
  const empty = iq('<publish/>')
  t.same(parseStanza(empty), { kind: 'publish', node: '', items: [], length: empty.length })
  t.same(parseStanza(iq('<collection/>')), { kind: 'collection', instance: '', node: '', associate: false })
})

t.test('ignored', async t => {
  const vectors = [
    '<message from="compute-7"><event/></message>',
    iq('<subscribe node="x"/>', `type="get" to="${to}"`),
    iq('<subscribe node="x"/>', `to="${to}"`),
    iq('<subscribe node="x"/>', 'type="set" to="network-dns@contrailsystems.com/dns-peer"'),
    iq('<configure node="x"/>'),
    iq(''),
    iq('<subscribe/>'),
    iq('<subscribe node=""/>'),
    iq('<unsubscribe/>'),
    `<iq type="set" to="${to}"></iq>`
  ]
  for (const text of vectors) t.equal(parseStanza(text).kind, 'ignored', text)
  t.match(parseStanza(iq('<subscribe node="virtual-router:x"/>', 'type="set" to="n@c/config"')), {
    kind: 'config',
    iq: { name: 'iq' }
  })
})

t.test('malformed', async t => {
  const vectors = [
    '<iq type="set"><pubsub></iq>',
    '<iq type="set"><pubsub></iq></iq>',
    '<iq/><iq></iq>',
    '</stream:stream><iq></iq>',
    '<presence><iq></iq></presence>',
    '<iq a="&undefined;"></iq>',
    '<iq>&#0;</iq>',
    '<iq a="</iq>',
    '<iq><!-- </iq>',
    `<iq>${'<a>'.repeat(100)}${'</a>'.repeat(100)}</iq>`
  ]
  for (const text of vectors) t.equal(parseStanza(text).kind, 'malformed', text.slice(0, 60))
})

t.test('no entity is expanded but those of XML itself', async t => {
  const bomb = '<!DOCTYPE iq [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><iq>&b;</iq>'
  t.equal(parseStanza(bomb).kind, 'malformed')
  t.match(parseXml('<a>&amp;lt;&#65;<![CDATA[<b>&c;]]></a>'), { text: '&lt;A<b>&c;' })
})

t.test('text without an end does not cost more than its length', async t => {
  for (const start of [
    '<iq a="',
    '<iq><!',
    '<iq><!--',
    '<iq><![CDATA[',
    '<iq ',
    '<iq><',
    '<iq><?',
    '<iq a='
  ]) {
    const text = `${start}${'x '.repeat(2 * 1024 * 1024)}</iq>`
    const began = process.hrtime.bigint()
    parseStanza(text)
    const milliseconds = Number(process.hrtime.bigint() - began) / 1e6
    t.ok(milliseconds < 3000, `${start} ${milliseconds.toFixed()} ms`)
  }
})

t.test('garbage never throws', async t => {
  const pieces = fc.constantFrom(
    '<iq type="set" to="x/bgp-peer">',
    '<pubsub>',
    '<publish node="1/1/a">',
    '</publish>',
    '</pubsub>',
    '</iq>',
    '<a',
    '>',
    '/>',
    '="',
    '"',
    "'",
    '<!',
    '-->',
    '<![CDATA[',
    ']]>',
    '<?',
    '?>',
    '&',
    ';',
    '&#x41;',
    '&#x0;',
    '&lt;',
    ' ',
    '__proto__="1"',
    'constructor="1"',
    '\u0000'
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ maxLength: 4 })), { maxLength: 30 }), list => {
      const text = list.join('')
      parseStanza(text)
      const tree = parseXml(text)
      return isXmlError(tree) || typeof tree.name === 'string'
    }),
    { numRuns: 5000 }
  )
  t.pass()
})
