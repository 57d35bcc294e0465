/** The last word of a session, over real sockets: what is unread must not turn the close into a reset. */
import net from 'node:net'
import t from 'tap'
import { notificationMessage } from '../../../src/bgp/session/messages.js'
import { MessageStream } from '../../../src/bgp/session/stream.js'
import { NodeScheduler } from '../../../src/runtime/node-scheduler.js'
import { NodeTransport } from '../../../src/runtime/node-transport.js'
import { endOfRib } from './nodes.js'

const word = notificationMessage({ code: 6, subcode: 2, what: '' })
/** More than the buffers of both ends hold, so that the last word waits in ours. */
const said = Buffer.alloc(4 << 20, Buffer.from(endOfRib, 'hex'))
const megabyte = Buffer.from(endOfRib.repeat(46_000), 'hex')

/** What a peer gets that has read nothing yet, and of whose UPDATEs nothing was read, when the session ends. */
const lastWords = (): Promise<{ read: Buffer; error: Error | undefined }> =>
  new Promise(resolve => {
    const listener = new NodeTransport().listen({
      address: '127.0.0.1',
      port: 0,
      accepted: tcp => {
        const stream = new MessageStream(tcp, new NodeScheduler())
        tcp.pause()
        stream.write([said])
        setTimeout(() => stream.finish(word), 20)
      },
      listening: () => {
        const peer = net.connect(listener.endpoint.port, '127.0.0.1')
        const chunks: Buffer[] = []
        let error: Error | undefined
        peer.pause()
        peer.on('data', chunk => chunks.push(chunk))
        // Only then does it read: its own words are gone, because somebody took them after all.
        peer.on('connect', () => peer.write(megabyte, () => peer.resume()))
        peer.on('error', found => {
          error = found
          peer.resume()
        })
        peer.on('close', () => {
          listener.close()
          resolve({ read: Buffer.concat(chunks), error })
        })
      }
    })
  })

t.test('T-NOT-2 a NOTIFICATION gets through to a peer whose UPDATEs were not read', async t => {
  for (let round = 0; round < 5; round++) {
    const { read, error } = await lastWords()
    t.equal(error, undefined)
    t.equal(read.length, said.length + word.length)
    t.equal(read.subarray(-word.length).toString('hex'), Buffer.from(word).toString('hex'))
  }
})
