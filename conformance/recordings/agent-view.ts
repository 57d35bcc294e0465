/**
 * What an agent knows after what it was sent: per table the items in force, each as one line of text without layout.
 * Two nodes mean the same when their agents' views are equal, whatever the order of independent messages, the number
 * of items per message, repeated items, whitespace and keepalives.
 */
import { isXmlError, parseXml, type XmlElement } from '../../src/xmpp/xml.js'

export class AgentView {
  /** `<afi>/<safi>/<instance>` -> item id -> content. */
  readonly tables = new Map<string, Map<string, string>>()
  /** The stream header as sent. */
  header = ''
  /** Against the rules of the protocol: items and retracts in one message, unreadable text. */
  readonly faults: string[] = []
  /** Messages of the configuration channel, which is not looked into here. */
  configMessages = 0
  #rest = ''

  /** `afiSafi`: what is compared; the rest is left out. */
  constructor(private readonly families: ReadonlySet<string>) {}

  /** All items as `<node> <id>` -> content. */
  get state(): Map<string, string> {
    const state = new Map<string, string>()
    for (const [node, items] of this.tables)
      for (const [id, content] of items) state.set(`${node} ${id}`, content)
    return state
  }

  receive(text: string): void {
    this.#rest = (this.#rest + text).replaceAll('\u0200', '').trimStart()
    for (;;) {
      const end = this.#endOfNext()
      if (end < 0) return
      const next = this.#rest.slice(0, end)
      this.#rest = this.#rest.slice(end).trimStart()
      if (next.startsWith('<stream:stream')) this.header = next.trim()
      else this.#stanza(next)
    }
  }

  /** A new connection: the agent knows nothing. */
  reset(): void {
    this.tables.clear()
    this.#rest = ''
  }

  #endOfNext(): number {
    const rest = this.#rest
    if (rest.startsWith('<?')) {
      const end = rest.indexOf('?>')
      if (end < 0) return -1
      this.#rest = rest.slice(end + 2).trimStart()
      return this.#endOfNext()
    }
    for (const [start, stop] of [
      ['<message', '</message>'],
      ['<iq', '</iq>'],
      ['<stream:stream', '>']
    ] as const) {
      if (!rest.startsWith(start)) continue
      const end = rest.indexOf(stop)
      return end < 0 ? -1 : end + stop.length
    }
    if (rest !== '' && !'<message<iq<stream<?xml'.includes(rest.slice(0, 4))) {
      this.faults.push(`unknown text ${JSON.stringify(rest.slice(0, 60))}`)
      this.#rest = ''
    }
    return -1
  }

  #stanza(text: string): void {
    const root = parseXml(text)
    if (isXmlError(root)) {
      this.faults.push(root.what)
      return
    }
    if (root.name === 'iq') {
      this.configMessages++
      return
    }
    for (const event of root.children) {
      for (const items of event.children) {
        const node = items.attributes.node ?? ''
        if (this.families.has(node.split('/').slice(0, 2).join('/'))) this.#items(node, items)
      }
    }
  }

  #items(node: string, items: XmlElement): void {
    let table = this.tables.get(node)
    if (table === undefined) this.tables.set(node, (table = new Map()))
    const kinds = new Set(items.children.map(child => child.name))
    if (kinds.size > 1) this.faults.push(`${[...kinds].join(' and ')} in one message`)
    for (const child of items.children) {
      const id = child.attributes.id ?? ''
      if (child.name === 'retract') table.delete(id)
      else table.set(id, child.children.map(printElement).join(''))
    }
  }
}

/** One line: names, attributes in order of name, text, children in order. */
export function printElement(element: XmlElement): string {
  const attributes = Object.entries(element.attributes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => ` ${name}="${value}"`)
    .join('')
  const content = element.children.length > 0 ? element.children.map(printElement).join('') : element.text
  return `<${element.name}${attributes}>${content}</${element.name}>`
}
