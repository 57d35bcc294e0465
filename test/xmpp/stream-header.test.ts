import t from 'tap'
import { parseStreamHeader, printStreamHeader } from '../../src/xmpp/stream-header.js'

const open = (attributes: string): string =>
  `<stream:stream ${attributes} xmlns:stream="http://etherx.jabber.org/streams"  >`
const usual = 'from="compute-7" to="network-control@contrailsystems.com" version="1.0" xml:lang="en" xmlns=""'

t.test('accepted', async t => {
  const vectors = [
    { name: 'as agents print it', text: open(usual) },
    { name: 'with a declaration', text: `<?xml version="1.0"?>${open(usual)}` },
    { name: 'line ends do not count', text: `\n<?xml version="1.0"?>\r\n${open(usual)}` },
    { name: 'single quotes', text: open("from='compute-7'") },
    { name: 'sub-cluster', text: open('from="compute-7" xmlns="rack-3"'), subCluster: 'rack-3' },
    { name: 'entities', text: open('from="a&amp;b"'), from: 'a&b' }
  ]
  for (const { name, text, from = 'compute-7', subCluster = '' } of vectors)
    t.same(parseStreamHeader(text), { from, subCluster }, name)
})

t.test('refused', async t => {
  const vectors = [
    { text: `<?xml version='1.0'?>${open(usual)}`, what: 'something precedes the stream header' },
    { text: ` ${open(usual)}`, what: 'something precedes the stream header' },
    { text: `<iq></iq>${open(usual)}`, what: 'something precedes the stream header' },
    { text: open('to="x"'), what: 'stream header without from' },
    { text: open('from=""'), what: 'stream header without from' },
    { text: open(`from="${'x'.repeat(300)}"`), what: 'stream header with a from of 300 characters' },
    { text: open('from="&evil;"'), what: /^stream header: / },
    {
      text: `<stream:streams ${usual} xmlns:stream="http://etherx.jabber.org/streams">`,
      what: /stream:streams/
    },
    { text: open('from="compute-7'), what: /./ }
  ]
  for (const { text, what } of vectors) t.match(parseStreamHeader(text), { what }, text)
})

t.test('the answer', async t => {
  t.equal(
    printStreamHeader('ctrl-1', 'compute-7'),
    '<stream:stream from="ctrl-1" to="compute-7" id="++123" version="1.0" xml:lang="en" xmlns="jabber:client"' +
      ' xmlns:stream="http://etherx.jabber.org/streams" >'
  )
  t.match(printStreamHeader('c', 'a"<&'), 'to="a&quot;&lt;&amp;"')
})
