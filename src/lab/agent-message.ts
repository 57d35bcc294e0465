/** What a control node tells an agent about routes (spec xmpp 5.1 to 5.4), as the agent reads it. */
import { attributeOf, childOf, findElement, isXmlError, parseXml, type XmlElement } from '../xmpp/xml.js'

/** A route as the agent has it. */
export interface LearnedRoute {
  /** Item id: the prefix, for unicast. */
  readonly id: string
  /** Best first; more than one share the load. */
  readonly nextHops: readonly LearnedNextHop[]
  readonly virtualNetwork: string
  readonly localPreference: number
  readonly med: number
  readonly sequenceNumber: number
  readonly securityGroups: readonly number[]
  readonly communities: readonly string[]
  /** All of it, for families and members that the fields above leave out. */
  readonly entry: XmlElement
}

export interface LearnedNextHop {
  readonly address: string
  readonly label: number
  readonly encapsulations: readonly string[]
  readonly virtualNetwork: string
  readonly tags: readonly number[]
}

export type AgentMessage =
  /** `numbers` is AFI/SAFI: '1/1'. */
  | {
      readonly kind: 'items'
      readonly numbers: string
      readonly instance: string
      readonly routes: LearnedRoute[]
    }
  | { readonly kind: 'retracts'; readonly numbers: string; readonly instance: string; readonly ids: string[] }
  | { readonly kind: 'endOfRib' }
  /** Not about routes: configuration, for example. */
  | { readonly kind: 'other'; readonly root: XmlElement }
  | { readonly kind: 'malformed'; readonly what: string }

export function parseAgentMessage(text: string): AgentMessage {
  const root = parseXml(text)
  if (isXmlError(root)) return { kind: 'malformed', what: root.what }
  if (root.name !== 'message' || !(attributeOf(root, 'to') ?? '').endsWith('/bgp-peer'))
    return { kind: 'other', root }
  const items = findElement(root, 'items')
  if (items === undefined) return { kind: 'other', root }
  const node = attributeOf(items, 'node') ?? ''
  if (node === '0/0/EndOfRib') return { kind: 'endOfRib' }
  const [afi = '', safi = ''] = node.split('/', 2)
  const where = { numbers: `${afi}/${safi}`, instance: node.slice(afi.length + safi.length + 2) }
  const retracts = items.children.filter(child => child.name === 'retract')
  if (retracts.length > 0) {
    if (retracts.length < items.children.length)
      return { kind: 'malformed', what: 'items and retracts in one message' }
    return { kind: 'retracts', ...where, ids: retracts.map(idOf) }
  }
  const routes: LearnedRoute[] = []
  for (const item of items.children) {
    const entry = childOf(item, 'entry')
    if (entry === undefined) return { kind: 'malformed', what: `item ${idOf(item)} has no entry` }
    routes.push(readRoute(idOf(item), entry))
  }
  return { kind: 'items', ...where, routes }
}

function readRoute(id: string, entry: XmlElement): LearnedRoute {
  const nextHops = childOf(entry, 'next-hops')?.children ?? []
  return {
    id,
    nextHops: nextHops.map(readNextHop),
    virtualNetwork: textOf(entry, 'virtual-network'),
    localPreference: numberOf(entry, 'local-preference'),
    med: numberOf(entry, 'med'),
    sequenceNumber: numberOf(entry, 'sequence-number'),
    securityGroups: listOf(entry, 'security-group-list').map(Number),
    communities: listOf(entry, 'community-tag-list'),
    entry
  }
}

const readNextHop = (nextHop: XmlElement): LearnedNextHop => ({
  address: textOf(nextHop, 'address'),
  label: numberOf(nextHop, 'label'),
  encapsulations: listOf(nextHop, 'tunnel-encapsulation-list'),
  virtualNetwork: textOf(nextHop, 'virtual-network'),
  tags: listOf(nextHop, 'tag-list').map(Number)
})

const idOf = (element: XmlElement): string => attributeOf(element, 'id') ?? ''
const textOf = (parent: XmlElement, name: string): string => childOf(parent, name)?.text ?? ''
const numberOf = (parent: XmlElement, name: string): number => Number(textOf(parent, name))
const listOf = (parent: XmlElement, name: string): string[] =>
  (childOf(parent, name)?.children ?? []).map(member => member.text)
