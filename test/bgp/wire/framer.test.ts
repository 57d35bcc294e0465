import t from 'tap'
import { Framer } from '../../../src/bgp/wire/framer.js'
import { extendedMaximumLength, MessageType } from '../../../src/bgp/wire/message.js'
import { bytesOf, hexOf } from './support.js'

const marker = 'ffffffffffffffffffffffffffffffff'
const keepalive = `${marker}001304`

/** All messages that come out of the chunks, as hex. */
function framesOf(framer: Framer, chunks: readonly Uint8Array[]): string[] {
  const found: string[] = []
  for (const chunk of chunks) {
    framer.push(chunk)
    while (framer.next()) found.push(hexOf(framer.bytes, framer.start, framer.end))
    if (framer.error !== undefined) break
  }
  return found
}

/** An UPDATE of `length` bytes with a recognisable inside; the framer does not look at it. */
function messageOf(length: number): Uint8Array {
  const bytes = new Uint8Array(length).map((_, i) => i)
  bytes.set(bytesOf(marker))
  bytes.set([length >> 8, length, MessageType.update], 16)
  return bytes
}

/** Cuts at the given lengths; the last piece is what is left. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let at = 0
  for (const length of [...lengths, bytes.length]) {
    if (at >= bytes.length) break
    pieces.push(bytes.slice(at, at + length))
    at += length
  }
  return pieces
}

const malformed = [
  { id: 'M01', bytes: 'fffffffffffffffffffffffffffffff1001304', error: { code: 1, subcode: 1 }, data: '' },
  { id: 'M02', bytes: `${marker}001204`, error: { code: 1, subcode: 2 }, data: '0012' },
  { id: 'M03', bytes: `${marker}100102`, error: { code: 1, subcode: 2 }, data: '1001' },
  { id: 'M04', bytes: `${marker}00130a`, error: { code: 1, subcode: 3 }, data: '0a' },
  { id: 'M05', bytes: `${marker}00140400`, error: { code: 1, subcode: 2 }, data: '0014' },
  { id: 'OPEN of 28 bytes', bytes: `${marker}001c01`, error: { code: 1, subcode: 2 }, data: '001c' },
  { id: 'UPDATE of 22 bytes', bytes: `${marker}001602`, error: { code: 1, subcode: 2 }, data: '0016' },
  { id: 'NOTIFICATION of 20 bytes', bytes: `${marker}001403`, error: { code: 1, subcode: 2 }, data: '0014' },
  { id: 'ROUTE-REFRESH of 22 bytes', bytes: `${marker}001605`, error: { code: 1, subcode: 2 }, data: '0016' },
  { id: 'type 0', bytes: `${marker}001300`, error: { code: 1, subcode: 3 }, data: '00' }
]
for (const { id, bytes, error, data } of malformed) {
  t.test(`${id}: the header is judged without its body`, async t => {
    for (const size of [1, 7, 19, 100]) {
      const framer = new Framer()
      const message = bytesOf(keepalive + bytes)
      const chunks = cut(message, Array(message.length).fill(size))
      t.strictSame(framesOf(framer, chunks), [keepalive], 'what came before is still given')
      t.match(framer.error, error)
      t.equal(hexOf(framer.error?.data ?? new Uint8Array(0)), data)
      t.notOk(framer.next(), 'and nothing more')
    }
  })
}

t.test('messages of many sizes in segments of others', async t => {
  const messages = [100, 400, 80, 110, 40, 60].map(messageOf)
  const stream = Uint8Array.from(messages.flatMap(message => [...message]))
  const expected = messages.map(message => hexOf(message))
  t.strictSame(framesOf(new Framer(), cut(stream, [120, 200, 270, 7, 10, 83, 40, 60])), expected)
  for (let at = 0; at <= stream.length; at++) {
    t.strictSame(framesOf(new Framer(), cut(stream, [at])), expected)
  }
  t.strictSame(framesOf(new Framer(), cut(stream, Array(stream.length).fill(1))), expected)
})

t.test('a hundred KEEPALIVEs in one segment', async t => {
  const framer = new Framer()
  t.equal(framesOf(framer, [bytesOf(keepalive.repeat(100))]).length, 100)
  t.equal(framer.pending, 0)
})

t.test('whole messages are given where they lie; the rest survives its chunk', async t => {
  const framer = new Framer()
  const chunk = bytesOf(`${keepalive}${keepalive}${keepalive.slice(0, 20)}`)
  framer.push(chunk)
  t.ok(framer.next())
  t.equal(framer.bytes, chunk)
  t.strictSame([framer.start, framer.end, framer.type], [0, 19, MessageType.keepalive])
  t.ok(framer.next())
  t.notOk(framer.next())
  t.equal(framer.pending, 10)
  chunk.fill(0)
  framer.push(bytesOf(keepalive.slice(20)))
  t.ok(framer.next())
  t.equal(hexOf(framer.bytes, framer.start, framer.end), keepalive)
})

t.test('pushing early or after an error does no harm', async t => {
  const framer = new Framer()
  framer.push(bytesOf(keepalive + keepalive))
  framer.push(bytesOf(keepalive.slice(0, 10)))
  framer.push(bytesOf(keepalive.slice(10)))
  let count = 0
  while (framer.next()) count++
  t.equal(count, 3)
  t.strictSame(framesOf(framer, [bytesOf('00'.repeat(19))]), [])
  t.ok(framer.error)
  t.strictSame(framesOf(framer, [bytesOf(keepalive)]), [])
})

t.test('long messages, once they are negotiated', async t => {
  const long = messageOf(extendedMaximumLength)
  const framer = new Framer()
  framer.limit = extendedMaximumLength
  const stream = Uint8Array.from([...long, ...long, ...messageOf(4096)])
  const expected = [hexOf(long), hexOf(long), hexOf(messageOf(4096))]
  t.strictSame(framesOf(framer, cut(stream, [5, 14, 30_000, 60_000])), expected)
  const open = new Framer()
  open.limit = extendedMaximumLength
  t.strictSame(framesOf(open, [bytesOf(`${marker}100101`)]), [], 'but not for OPEN (RFC 8654 §4)')
  t.match(open.error, { code: 1, subcode: 2 })
})
