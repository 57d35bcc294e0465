/** What is fuzzed: bytes as a session takes them, to the last call that reads them. Each throws only for a defect. */
import { AttributeDb } from '../../src/bgp/rib/attribute-db.js'
import { Framer as BgpFramer } from '../../src/bgp/wire/framer.js'
import { MessageType } from '../../src/bgp/wire/message.js'
import { readNotification } from '../../src/bgp/wire/notification.js'
import { readOpen } from '../../src/bgp/wire/open.js'
import { readRouteRefresh } from '../../src/bgp/wire/route-refresh.js'
import { UpdateDecoder } from '../../src/bgp/wire/update.js'
import { type EntryCodecs, entryCodecs } from '../../src/xmpp/entry/codecs.js'
import { isItemError } from '../../src/xmpp/entry/unicast.js'
import { Framer as XmppFramer } from '../../src/xmpp/framer.js'
import { parseStanza } from '../../src/xmpp/stanza.js'
import { parseStreamHeader } from '../../src/xmpp/stream-header.js'
import { contextOf, decode, printSection, sectionsOf } from '../bgp/wire/support.js'

export interface Target {
  readonly name: string
  /** How its corpus is kept: name of the folder, which is also the files' extension or 'hex'. */
  readonly folder: 'bgp' | 'xmpp'
  /** Takes the bytes in pieces of `piece`; gives a line that says what became of them. */
  take(bytes: Uint8Array, piece: number): string
}

const decoder = new UpdateDecoder()
const contexts = [
  contextOf(),
  contextOf({ internal: true }),
  contextOf({ twoByteAs: true, internal: true }),
  contextOf({ addPath: true, enforceFirstAs: false })
]

export const bgpTarget: Target = {
  name: 'BGP messages',
  folder: 'bgp',
  take: (bytes, piece) => {
    const framer = new BgpFramer()
    const seen: string[] = []
    for (const part of parts(bytes, piece)) {
      framer.push(part)
      while (framer.next()) {
        const { type, start, end } = framer
        seen.push(bgpMessage(type, framer.bytes, start, end))
      }
      if (framer.error !== undefined) return [...seen, `error ${framer.error.what}`].join('; ')
    }
    return seen.join('; ')
  }
}

function bgpMessage(type: number, bytes: Uint8Array, start: number, end: number): string {
  if (type === MessageType.open) return `open ${readOpen(bytes, start, end).error?.what ?? 'good'}`
  if (type === MessageType.notification) return `notification ${readNotification(bytes, start, end).code}`
  if (type === MessageType.routeRefresh)
    return `refresh ${readRouteRefresh(bytes, start, end).error?.what ?? 'good'}`
  if (type !== MessageType.update) return 'keepalive'
  const message = bytes.slice(start, end)
  return contexts
    .map(context => {
      const reaction = decode(decoder, message, context)
      const routes = sectionsOf(decoder).map(section => printSection(section).length)
      return `update ${reaction} ${routes.join()}`
    })
    .join(' ')
}

const attributes = new AttributeDb({ k0: 1, k1: 2 })
const codecs: EntryCodecs = entryCodecs(attributes)

export const xmppTarget: Target = {
  name: 'stanzas of agents',
  folder: 'xmpp',
  take: (bytes, piece) => {
    const framer = new XmppFramer()
    const seen: string[] = []
    for (const part of parts(bytes, piece)) {
      framer.push(part)
      for (let frame = framer.next(); frame !== undefined; frame = framer.next()) {
        if (frame.kind === 'header') {
          const header = parseStreamHeader(frame.text)
          seen.push('what' in header ? `bad header` : `header ${header.from.length}`)
          if ('what' in header) return seen.join('; ')
        } else if (frame.kind === 'stanza') seen.push(stanza(frame.text))
        // One run of blanks may come in several reads.
        else if (seen[seen.length - 1] !== frame.kind) seen.push(frame.kind)
        if (frame.kind === 'oversized') return seen.join('; ')
      }
    }
    if (attributes.size !== 0) throw new Error(`${attributes.size} sets of attributes are held`)
    return seen.join('; ')
  }
}

function stanza(text: string): string {
  const parsed = parseStanza(text)
  if (parsed.kind !== 'publish') return parsed.kind
  const codec = codecs.forNode(parsed.node)
  if (codec === undefined) return 'publish of another kind'
  return parsed.items
    .map(element => {
      const item = codec.read(element, parsed.node)
      if (isItemError(item)) return `fault ${item.fault}`
      const path = item.path({ as: 64512, rdClusterSeed: 0, isMaster: false, instanceId: 5 })
      return isItemError(path) ? `fault ${path.fault}` : `item ${path.attributes.length}`
    })
    .join()
}

function* parts(bytes: Uint8Array, piece: number): Iterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += piece) yield bytes.slice(at, at + piece)
}

export const targets: readonly Target[] = [bgpTarget, xmppTarget]
