/**
 * The unicast entry of inet, inet6 and labeled inet, as an agent publishes it (spec xmpp 4.4): XML to typed values,
 * with the schema's defaults. What it means as a BGP path is `unicast-attributes.ts`.
 */
import { attributeOf, childOf, type XmlElement } from '../xml.js'
import { SchemaReader } from './schema.js'

export interface UnicastItem {
  readonly afi: number
  readonly safi: number
  /** `address/length`, verbatim. */
  readonly prefix: string
  readonly nextHops: readonly UnicastNextHop[]
  readonly sticky: boolean
  /** Of `<mobility>`, or `<sequence-number>` where that is 0; real agents use the latter. */
  readonly sequence: number
  readonly securityGroups: readonly number[]
  /** `asn:value` or a name. */
  readonly communities: readonly string[]
  /** 0: none given. */
  readonly localPreference: number
  /** 0: none given. */
  readonly med: number
  readonly loadBalance: LoadBalance
  readonly subProtocol: string
}

export interface UnicastNextHop {
  readonly afi: number
  readonly address: string
  /** Of the router behind the next hop; empty: none. */
  readonly mac: string
  readonly label: number
  readonly encapsulations: readonly string[]
  /** 48 bits: type in bits 32 to 47, value in bits 0 to 31. */
  readonly tags: readonly bigint[]
  /** 0: none given. */
  readonly localSequence: number
}

export interface LoadBalance {
  /** Bits of `loadBalanceFields`; an agent that lists none means all. */
  readonly fields: number
  readonly sourceBias: boolean
}

/** The bits are those of the load-balance community (spec xmpp 4.4.7). */
export const loadBalanceFields: readonly (readonly [name: string, bit: number])[] = [
  ['l3-source-address', 0x80],
  ['l3-destination-address', 0x40],
  ['l4-protocol', 0x20],
  ['l4-source-port', 0x10],
  ['l4-destination-port', 0x08]
]
export const allLoadBalanceFields = 0xf8

/** Why an item was ignored, as it is counted (spec xmpp 4.4.3, 8). */
export type ItemFault = 'xml' | 'family' | 'prefix' | 'next-hop'

export interface ItemError {
  readonly fault: ItemFault
  readonly what: string
}

export const isItemError = (result: object): result is ItemError => 'fault' in result

export function parseUnicastItem(item: XmlElement): UnicastItem | ItemError {
  const entry = childOf(item, 'entry')
  const nlri = entry && childOf(entry, 'nlri')
  if (entry === undefined || nlri === undefined) return { fault: 'xml', what: 'item without entry and nlri' }
  const read = new SchemaReader()
  read.integer(entry, 'version')
  const mobility = childOf(entry, 'mobility')
  const mobilitySequence = mobility === undefined ? 0 : read.integerAttribute(mobility, 'seqno')
  const sequenceNumber = read.integer(entry, 'sequence-number')
  const result: UnicastItem = {
    afi: read.integer(nlri, 'af'),
    safi: read.integer(nlri, 'safi'),
    prefix: read.text(nlri, 'address'),
    nextHops: read.members(entry, 'next-hops', 'next-hop').map(nextHop => parseNextHop(nextHop, read)),
    // The sticky flag goes with the sequence beside it, not with <sequence-number>.
    sticky: mobilitySequence !== 0 && attributeOf(mobility!, 'sticky') === 'true',
    sequence: mobilitySequence || sequenceNumber,
    securityGroups: read.integers(entry, 'security-group-list', 'security-group'),
    communities: read.texts(entry, 'community-tag-list', 'community-tag'),
    localPreference: read.integer(entry, 'local-preference'),
    med: read.integer(entry, 'med'),
    loadBalance: parseLoadBalance(childOf(entry, 'load-balance'), read),
    subProtocol: read.text(entry, 'sub-protocol', 'interface')
  }
  return read.fault === undefined ? result : { fault: 'xml', what: read.fault }
}

function parseNextHop(nextHop: XmlElement, read: SchemaReader): UnicastNextHop {
  read.integer(nextHop, 'vni')
  const newTags = read.boolean(nextHop, 'is-new-tags-list')
  return {
    afi: read.integer(nextHop, 'af'),
    address: read.text(nextHop, 'address'),
    mac: read.text(nextHop, 'mac'),
    label: read.integer(nextHop, 'label'),
    encapsulations: read.texts(nextHop, 'tunnel-encapsulation-list', 'tunnel-encapsulation'),
    tags: read.members(nextHop, 'tag-list', 'tag').map(tag => parseTag(read.integer64Of(tag), newTags)),
    localSequence: read.integer(nextHop, 'local-sequence-number')
  }
}

/** Agents up to R25.1 write tags in 32 bits, type in bits 16 to 31 (spec xmpp 4.4.6). */
const parseTag = (tag: bigint, isNew: boolean): bigint =>
  isNew ? tag : ((tag & 0xffff0000n) << 16n) | (tag & 0xffffn)

function parseLoadBalance(element: XmlElement | undefined, read: SchemaReader): LoadBalance {
  if (element === undefined) return { fields: allLoadBalanceFields, sourceBias: false }
  const names = read.texts(element, 'load-balance-fields', 'load-balance-field-list')
  const sourceBias = read.text(element, 'load-balance-decision') === 'source-bias'
  let fields = 0
  for (const [name, bit] of loadBalanceFields) if (names.includes(name)) fields |= bit
  return { fields: names.length === 0 && !sourceBias ? allLoadBalanceFields : fields, sourceBias }
}
