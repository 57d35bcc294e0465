/**
 * Messages to agents (spec xmpp 5.1, 5.2). All agents get the same body; only the start tag in front of it names the
 * receiver. So a body is made once and written to many sockets behind each agent's own start tag.
 */
import type { Segment } from '../bgp/export/receiver.js'
import { controlNodeJid } from './stanza.js'
import { escapeXml } from './xml.js'

export const itemsPerMessage = 32
export const retractsPerMessage = 256

/** What precedes every body that goes to this agent. */
export const envelopeFor = (agentName: string): Buffer =>
  Buffer.from(`\n<message from="${controlNodeJid}" to="${escapeXml(agentName)}/bgp-peer">\n`)

const bodyHead = '\t<event xmlns="http://jabber.org/protocol/pubsub">\n'
const bodyTail = '\t</event>\n</message>\n'
const itemsTail = '\t\t</items>\n'

/** In front of the items or retracts of one table. `node`: `<afi>/<safi>/<instance>`. */
export const itemsHead = (node: string): string => `${bodyHead}\t\t<items node="${escapeXml(node)}">\n`

/** Items or retracts, never both: an agent that finds a retract looks at nothing else. */
export const messageBody = (head: string, content: string): Buffer =>
  Buffer.from(head + content + itemsTail + bodyTail)

/** `id` is the first attribute, where agents look for it. */
export const retract = (id: string): string => `\t\t\t<retract id="${escapeXml(id)}" />\n`

/** Sent once per connection (spec xmpp 5.9). */
export const endOfRibBody: Buffer = Buffer.from(`${bodyHead}<items node="0/0/EndOfRib"></items>\n${bodyTail}`)

/** Fills messages of one table with items or retracts and gives them as the segments of a rib-out. */
export class MessageBuilder {
  readonly #head: string
  #limit = itemsPerMessage
  #content = ''
  #count = 0
  #chunks: Uint8Array[] = []
  #bytes = 0
  #announced = 0
  #withdrawn = 0

  /** `node`: `<afi>/<safi>/<instance>`. */
  constructor(node: string) {
    this.#head = itemsHead(node)
  }

  /** Begins a run of items. */
  items(): void {
    this.#limit = itemsPerMessage
  }

  item(text: string): void {
    this.#announced++
    this.#add(text)
  }

  /** Begins a run of retracts. */
  retracts(): void {
    this.#limit = retractsPerMessage
  }

  retract(id: string): void {
    this.#withdrawn++
    this.#add(retract(id))
  }

  /** Ends the message at hand. */
  end(): void {
    if (this.#count === 0) return
    const body = messageBody(this.#head, this.#content)
    this.#chunks.push(body)
    this.#bytes += body.length
    this.#content = ''
    this.#count = 0
  }

  /** All messages since the last call; undefined: none. */
  take(): Segment | undefined {
    if (this.#chunks.length === 0) return undefined
    const chunks = this.#chunks
    const segment: Segment = {
      chunks,
      bytes: this.#bytes,
      messages: chunks.length,
      announced: this.#announced,
      withdrawn: this.#withdrawn
    }
    this.#chunks = []
    this.#bytes = this.#announced = this.#withdrawn = 0
    return segment
  }

  #add(text: string): void {
    this.#content += text
    if (++this.#count === this.#limit) this.end()
  }
}
