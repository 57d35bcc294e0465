import t from 'tap'
import { readRouteRefresh, writeRouteRefresh } from '../../../src/bgp/wire/route-refresh.js'
import { Writer } from '../../../src/bgp/wire/writer.js'
import { bytesOf, hexOf } from './support.js'

const marker = 'ffffffffffffffffffffffffffffffff'
const vectors = [
  { id: 'V13', bytes: `${marker}00170500010080`, refresh: { afi: 1, safi: 128, kind: 0 } },
  { id: 'V14', bytes: `${marker}00170500020101`, refresh: { afi: 2, safi: 1, kind: 1 } },
  { id: 'V15', bytes: `${marker}00170500020201`, refresh: { afi: 2, safi: 1, kind: 2 } }
]
for (const { id, bytes, refresh } of vectors) {
  t.test(id, async t => {
    const message = bytesOf(bytes)
    t.strictSame(readRouteRefresh(message, 0, message.length), { refresh })
    const to = new Writer(100)
    writeRouteRefresh(to, refresh)
    t.equal(hexOf(to.bytes, 0, to.at), bytes)
  })
}

t.test('M67: a bracket with a stray byte', async t => {
  const message = bytesOf(`${marker}0018050002010100`)
  const { error } = readRouteRefresh(message, 0, message.length)
  t.match(error, { code: 7, subcode: 1 })
  t.equal(hexOf(error!.data!), hexOf(message))
})

t.test('a request may have an ORF part', async t => {
  const message = bytesOf(`${marker}001b050001000101020304`)
  t.strictSame(readRouteRefresh(message, 0, message.length), { refresh: { afi: 1, safi: 1, kind: 0 } })
  t.match(readRouteRefresh(message, 0, 22), { error: { code: 1, subcode: 2 } })
})
