/**
 * Recordings of contrail-control and of real routers, where they are at hand (WEFT_CAPTURES, or `captures` beside the
 * repository; T-UPD-10): each file has a line per message or several,
 * `direction type hex`. All that a node has sent is read and written
 * again byte for byte.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Framer } from '../../../src/bgp/wire/framer.js'
import { MessageType } from '../../../src/bgp/wire/message.js'
import { readNotification, writeNotification } from '../../../src/bgp/wire/notification.js'
import { readOpen, writeOpen } from '../../../src/bgp/wire/open.js'
import { UpdateDecoder } from '../../../src/bgp/wire/update.js'
import { UpdateWriter } from '../../../src/bgp/wire/update-writer.js'
import { Writer } from '../../../src/bgp/wire/writer.js'
import { bytesOf, contextOf, encodeOptions, hexOf, rewrite } from './support.js'

const root = process.env.WEFT_CAPTURES ?? join(import.meta.dirname, '../../../../shared/captures')

/** Lists that contrail-control sends empty: they say nothing, and do not go out again. */
const emptyLists = /c02000|c0f200/
const decoder = new UpdateDecoder()
const to = new Writer(70_000)
const updates = new UpdateWriter(to)

/** Which session it was is not written down: whether it was external, and whether AS numbers had two bytes. */
const sessions = [false, true].flatMap(twoByteAs =>
  [true, false].map(internal =>
    contextOf({ internal, twoByteAs, enforceFirstAs: false, loopbackNextHop: true })
  )
)

/** The message as Weft writes it; '' where it is malformed. */
function writtenAgain(message: Uint8Array): string {
  to.at = 0
  switch (message[18]) {
    case MessageType.open: {
      const { open } = readOpen(message, 0, message.length)
      if (open !== undefined) writeOpen(to, open, 'control-node')
      break
    }
    case MessageType.notification:
      writeNotification(to, readNotification(message, 0, message.length))
      break
    case MessageType.update: {
      const context = sessions.find(context => decoder.decode(message, 0, message.length, context) < 2)
      if (context === undefined) break
      rewrite(decoder, updates, { ...encodeOptions, form: 'control-node', fourByteAs: context.fourByteAs })
      break
    }
    default:
      return hexOf(message)
  }
  return hexOf(to.bytes, 0, to.at)
}

if (!existsSync(root)) {
  t.comment(`NO RECORDINGS at ${root}: nothing is checked here. Set WEFT_CAPTURES.`)
  t.pass('skipped', { skip: 'no recordings' })
} else {
  const folders = readdirSync(root, { withFileTypes: true }).filter(entry => entry.isDirectory())
  for (const { name } of folders) {
    t.test(name, async t => {
      let messages = 0
      const differ: string[] = []
      for (const file of readdirSync(join(root, name)).filter(file => file.endsWith('.bgphex'))) {
        for (const line of readFileSync(join(root, name, file), 'utf8').split('\n')) {
          const [direction = '', , hex] = line.trim().split(/\s+/)
          if (hex === undefined) continue
          const framer = new Framer()
          framer.push(bytesOf(hex))
          while (framer.next()) {
            const message = framer.bytes.slice(framer.start, framer.end)
            const written = writtenAgain(message)
            // The recorder's own messages (`tx`) are of any form, and some are wrong on purpose.
            if (direction === 'tx' || emptyLists.test(hex)) continue
            messages++
            if (written !== hexOf(message))
              differ.push(`${file}: ${hexOf(message)}\n      is written ${written}`)
          }
          if (framer.pending > 0 && direction !== 'tx') differ.push(`${file}: not a message: ${hex}`)
        }
      }
      t.strictSame(differ, [], `${messages} messages`)
    })
  }
}
