import { parseInteger } from './entry/schema.js'
import { attributeOf, childOf, findElement, isXmlError, parseXml, type XmlElement } from './xml.js'

/**
 * What an agent asks for in one stanza (spec xmpp 2.5, 3.1, 4.1). Nothing is ever answered; what cannot be read at all
 * closes the connection, what is merely unknown is counted and ignored.
 */
export type Stanza =
  | Subscribe
  | Unsubscribe
  /** First half of a route update: held until the `Collection` that names its instance. */
  | {
      readonly kind: 'publish'
      readonly node: string
      readonly items: readonly XmlElement[]
      /** Of the whole stanza, whose text the items are parts of; in characters. */
      readonly length: number
    }
  /** Second half. `node` is what it associates or dissociates; empty when it names nothing (end of RIB). */
  | {
      readonly kind: 'collection'
      readonly instance: string
      readonly node: string
      readonly associate: boolean
    }
  /** For the configuration channel, which reads the tree itself. */
  | { readonly kind: 'config'; readonly iq: XmlElement }
  | { readonly kind: 'ignored'; readonly what: string }
  /** Not XML, or not a stanza: the connection is closed. */
  | { readonly kind: 'malformed'; readonly what: string }

export interface Subscribe {
  readonly kind: 'subscribe'
  readonly instance: string
  /** The agent's index of the instance; -1 when it gave none, and then it must not publish. */
  readonly instanceId: number
  /** Routes are taken from the agent, none are sent to it. */
  readonly noRibOut: boolean
}

export interface Unsubscribe {
  readonly kind: 'unsubscribe'
  readonly instance: string
}

export const controlNodeJid = 'network-control@contrailsystems.com'
export const bgpResource = 'bgp-peer'
export const configResource = 'config'

/** Reads a stanza as the framer cuts it. */
export function parseStanza(text: string): Stanza {
  const root = parseXml(text)
  if (isXmlError(root)) return { kind: 'malformed', what: root.what }
  // A message carries nothing that is acted upon: the end-of-RIB of real agents comes in one (spec xmpp 7.5).
  if (root.name === 'message') return ignored('message')
  if (root.name !== 'iq') return { kind: 'malformed', what: `<${root.name}> instead of a stanza` }
  if (attributeOf(root, 'type') !== 'set') return ignored(`iq of type ${attributeOf(root, 'type') ?? 'none'}`)
  const to = attributeOf(root, 'to') ?? ''
  if (to.includes(bgpResource)) return parseBgpRequest(root, text.length)
  if (to.includes(configResource)) return { kind: 'config', iq: root }
  return ignored(`iq to ${to.slice(0, 100)}`)
}

const ignored = (what: string): Stanza => ({ kind: 'ignored', what })

function parseBgpRequest(iq: XmlElement, length: number): Stanza {
  const action = childOf(iq, 'pubsub')?.children[0]
  if (action === undefined) return ignored('iq without a pubsub action')
  const node = attributeOf(action, 'node') ?? ''
  switch (action.name) {
    case 'subscribe': {
      if (node === '') return ignored('subscribe without an instance')
      // Agents put the options inside <subscribe>, their test tools beside it.
      const options = findElement(iq, 'options')
      return { kind: 'subscribe', instance: node, ...subscribeOptions(options) }
    }
    case 'unsubscribe':
      return node === ''
        ? ignored('unsubscribe without an instance')
        : { kind: 'unsubscribe', instance: node }
    case 'publish':
      return { kind: 'publish', node, items: action.children.filter(child => child.name === 'item'), length }
    case 'collection': {
      const associate = childOf(action, 'associate')
      const subject = associate ?? childOf(action, 'dissociate')
      const subjectNode = subject === undefined ? '' : (attributeOf(subject, 'node') ?? '')
      return { kind: 'collection', instance: node, node: subjectNode, associate: associate !== undefined }
    }
    default:
      return ignored(`pubsub ${action.name.slice(0, 100)}`)
  }
}

function subscribeOptions(options: XmlElement | undefined): { instanceId: number; noRibOut: boolean } {
  const id = options && childOf(options, 'instance-id')
  const flag = options && childOf(options, 'no-ribout')
  const instanceId = id === undefined ? -1 : (parseInteger(id.text) ?? -1)
  return {
    // A signed number to the agents; 2^31 and up is as absent as -1.
    instanceId: instanceId > 0x7fffffff ? -1 : instanceId,
    noRibOut: flag !== undefined && '1tTyY'.includes(flag.text.trim().charAt(0) || ' ')
  }
}
