import fc from 'fast-check'
import t from 'tap'
import { defaultFramerLimits, type Frame, Framer, type FramerLimits } from '../../src/xmpp/framer.js'

const header =
  '<stream:stream from="compute-7" to="network-control@contrailsystems.com" version="1.0" xml:lang="en" xmlns=""' +
  ' xmlns:stream="http://etherx.jabber.org/streams"  >'

/** Feeds the chunks, each in a buffer that is overwritten afterwards; runs of whitespace frames count as one. */
function frames(chunks: readonly Uint8Array[], limits: FramerLimits = defaultFramerLimits): Frame[] {
  const framer = new Framer(limits)
  const all: Frame[] = []
  for (const chunk of chunks) {
    const scratch = Buffer.from(chunk)
    framer.push(scratch)
    for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
      if (frame.kind !== 'whitespace' || all[all.length - 1]?.kind !== 'whitespace') all.push(frame)
    }
    scratch.fill(0xdb)
  }
  return all
}

const texts = (all: readonly Frame[]): string[] =>
  all.map(frame => (frame.kind === 'stanza' || frame.kind === 'header' ? frame.text : `[${frame.kind}]`))

const framed = (text: string | Buffer, limits?: FramerLimits): string[] =>
  texts(frames([Buffer.from(text as string)], limits))

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const at = [...new Set(places.map(place => place % (bytes.length + 1)))].sort((a, b) => a - b)
  return [0, ...at].map((start, i) => bytes.subarray(start, at[i] ?? bytes.length))
}

t.test('vectors', async t => {
  const iq = '<iq type="set"><pubsub/></iq>'
  const vectors: { name: string; behind: string | Buffer; frames: string[] }[] = [
    { name: 'a stanza', behind: iq, frames: [iq] },
    { name: 'two stanzas', behind: iq + iq, frames: [iq, iq] },
    { name: 'a keepalive', behind: Buffer.from([0xc8, 0x80]), frames: ['[whitespace]'] },
    { name: 'a run of whitespace is one keepalive', behind: ' \n\r\t\n', frames: ['[whitespace]'] },
    {
      name: 'line ends around stanzas',
      behind: `\n${iq}\n${iq}\n`,
      frames: ['[whitespace]', iq, '[whitespace]', iq, '[whitespace]']
    },
    { name: 'blanks inside the end tag', behind: '<iq></iq \n>', frames: ['<iq></iq \n>'] },
    { name: 'a message', behind: '<message a="</iq>"></message>', frames: ['<message a="</iq>"></message>'] },
    {
      name: 'a declaration in front',
      behind: `<?xml version="1.0"?>\n${iq}`,
      frames: [`<?xml version="1.0"?>\n${iq}`]
    },
    {
      name: 'junk in front stays with the next stanza',
      behind: `</stream:stream>${iq}`,
      frames: [`</stream:stream>${iq}`]
    },
    { name: 'a self-closed iq swallows what follows', behind: `<iq/>${iq}`, frames: [`<iq/>${iq}`] },
    { name: 'an end tag of another name', behind: '<iq></iqx></iq><', frames: ['<iq></iqx></iq>'] },
    { name: 'an end tag that starts again', behind: '<iq></iq </iq>', frames: ['<iq></iq </iq>'] },
    { name: 'nothing complete', behind: '<iq></iq', frames: [] },
    { name: 'a second stream header is junk', behind: `${header}${iq}`, frames: [header + iq] },
    {
      name: 'a tag that only starts alike',
      behind: '<i><me><messag><iq></iq>',
      frames: ['<i><me><messag><iq></iq>']
    }
  ]
  for (const { name, behind, frames: expected } of vectors) {
    t.same(
      framed(Buffer.concat([Buffer.from(header), Buffer.from(behind as string)])),
      [header, ...expected],
      name
    )
  }
})

t.test('stream header', async t => {
  t.same(
    framed(`<?xml version="1.0"?>\n${header}`),
    [`<?xml version="1.0"?>\n${header}`],
    'with a declaration'
  )
  t.same(framed("<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>"), [
    "<stream:stream xmlns:stream='http://etherx.jabber.org/streams'>"
  ])
  t.same(framed('GET / HTTP/1.1\r\n\r\n'), [], 'something else waits for the open timer')
  t.same(framed('<iq></iq>'), [], 'a stanza in front of it too')
  const twice =
    '<stream:stream a="http://etherx.jabber.org/streams" xmlns:stream="http://etherx.jabber.org/streams" >'
  t.same(framed(twice), [twice], 'the namespace in another attribute is not the end')
})

t.test('limits', async t => {
  const limits = { headerBytes: 400, stanzaBytes: 100 }
  t.same(framed('x'.repeat(401), limits), ['[oversized]'])
  t.same(framed('x'.repeat(400), limits), [])
  t.same(framed(`${header}<iq>${'x'.repeat(100)}`, limits), [header, '[oversized]'])
  t.same(
    framed(`${header}<iq>${'x'.repeat(100)}</iq>`, limits),
    [header, '[oversized]'],
    'complete but too long'
  )
  const fitting = `<iq>${'x'.repeat(91)}</iq>`
  t.same(framed(`${header}${fitting}${fitting}`, limits), [header, fitting, fitting])
  const framer = new Framer(limits)
  framer.push(Buffer.alloc(1000, 'x'))
  t.equal(framer.next()?.kind, 'oversized')
  framer.push(Buffer.from(header))
  t.equal(framer.next(), undefined, 'nothing comes after it')
  t.equal(framer.pendingBytes <= header.length, true)
})

t.test('however the stream is cut, the same stanzas come out', async t => {
  const pieces = fc.constantFrom(
    '<iq>',
    '</iq>',
    '</iq',
    '>',
    ' ',
    '\n',
    '<',
    '<message',
    '</message>',
    '<i',
    'q',
    '\u0200',
    'ü',
    'text',
    '<iq/>',
    '&amp;',
    '"'
  )
  const streams = fc.array(pieces, { maxLength: 40 }).map(list => Buffer.from(header + list.join('')))
  fc.assert(
    fc.property(streams, fc.array(fc.nat(2000), { maxLength: 30 }), (bytes, places) => {
      // Whitespace in front of a stanza may come as several runs, or as none behind junk: stanzas must not differ.
      const whole = frames([bytes]).filter(frame => frame.kind !== 'whitespace')
      const parts = frames(cut(bytes, places)).filter(frame => frame.kind !== 'whitespace')
      t.same(texts(parts), texts(whole))
    }),
    { numRuns: 2000 }
  )
  const bytewise = Buffer.from(`${header}\n<iq a="1">ü</iq>\n<message></message >`)
  t.same(texts(frames([...bytewise].map(byte => Buffer.from([byte])))), texts(frames([bytewise])))
})

t.test('time is linear in the bytes, whatever they are', async t => {
  const size = 8 * 1024 * 1024
  const limits = { headerBytes: 1024, stanzaBytes: 2 * size }
  for (const filler of ['</iq ', '<', '</iq', '<i', ' ', 'x', '<iq</message>']) {
    const bytes = Buffer.alloc(size, filler)
    const chunks = [Buffer.from(`${header}<iq>`)]
    for (let at = 0; at < size; at += 1000) chunks.push(bytes.subarray(at, at + 1000))
    const start = process.hrtime.bigint()
    frames(chunks, limits)
    const milliseconds = Number(process.hrtime.bigint() - start) / 1e6
    t.ok(milliseconds < 5000, `${filler.trim()}: ${milliseconds.toFixed()} ms`)
  }
})
