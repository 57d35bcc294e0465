/**
 * A unicast route as the text of an item (spec xmpp 5.4): elements, their order and their layout as agents have
 * always received them. The text of an attribute set is made once and joined to what differs per route.
 */
import type { AttributeSet } from '../../bgp/rib/attribute-set.js'
import { escapeXml } from '../xml.js'
import { loadBalanceFields } from './unicast.js'
import { readUnicastFacts, type SendContext, type UnicastFacts } from './unicast-facts.js'

/** One equal-cost path as it is told to agents. */
export interface SentNextHop {
  readonly attributes: AttributeSet
  /** As `Path.label`. */
  readonly label: number
  /** Name of the virtual network that the destination belongs to, or `unresolved`. */
  readonly virtualNetwork: string
}

/** Best path first; never empty (spec xmpp 5.10). */
export type SentRoute = readonly [SentNextHop, ...SentNextHop[]]

/** The parts of an item that follow from attributes alone. */
interface AttributeText {
  readonly facts: UnicastFacts
  /** `<next-hop>` up to the label's number. */
  readonly nextHopHead: string
  /** From behind the label's number to the name of the virtual network, with a label and without. */
  readonly labeled: string
  readonly unlabeled: string
  /** From behind that name to `</next-hop>`. */
  readonly nextHopTail: string
  /** From behind the entry's virtual network to `</item>`. */
  readonly tail: string
}

/** Sets whose text is kept: those of a few slices of a table. */
const cacheSize = 1024

/** Makes the text of items; one serves all tables of a node. */
export class UnicastText {
  readonly #cache = new Map<AttributeSet, AttributeText>()
  #context: SendContext

  constructor(context: SendContext) {
    this.#context = context
  }

  set context(context: SendContext) {
    this.#context = context
    this.#cache.clear()
  }

  facts(attributes: AttributeSet): UnicastFacts {
    return this.#textOf(attributes).facts
  }

  /** `prefix` is also the item's id; `afi` and `safi` are the table's. */
  item(prefix: string, afi: number, safi: number, route: SentRoute): string {
    const best = this.#textOf(route[0].attributes)
    return (
      `\t\t\t\t\t\t<item id="${prefix}">\n\t\t\t\t<entry>\n\t\t\t\t\t<nlri>\n\t\t\t\t\t\t<af>${afi}</af>\n` +
      `\t\t\t\t\t\t<safi>${safi}</safi>\n\t\t\t\t\t\t<address>${prefix}</address>\n\t\t\t\t\t</nlri>\n` +
      '\t\t\t\t\t<next-hops>\n' +
      (route.length === 1 ? this.#nextHop(route[0], best) : this.#nextHops(route)) +
      '\t\t\t\t\t</next-hops>\n\t\t\t\t\t<version>1</version>\n\t\t\t\t\t<virtual-network>' +
      escapeXml(route[0].virtualNetwork) +
      best.tail
    )
  }

  /** Next hops that read the same are listed once. */
  #nextHops(route: SentRoute): string {
    const texts = new Set<string>()
    for (const nextHop of route) texts.add(this.#nextHop(nextHop, this.#textOf(nextHop.attributes)))
    return [...texts].join('')
  }

  #nextHop({ label, virtualNetwork }: SentNextHop, text: AttributeText): string {
    const number = text.facts.vxlan ? label : Math.floor(label / 16)
    return (
      text.nextHopHead +
      number +
      (number === 0 ? text.unlabeled : text.labeled) +
      escapeXml(virtualNetwork) +
      text.nextHopTail
    )
  }

  #textOf(attributes: AttributeSet): AttributeText {
    let text = this.#cache.get(attributes)
    if (text === undefined) {
      if (this.#cache.size >= cacheSize) this.#cache.clear()
      text = textOf(readUnicastFacts(attributes, this.#context))
      this.#cache.set(attributes, text)
    }
    return text
  }
}

function textOf(facts: UnicastFacts): AttributeText {
  const names = facts.encapsulations.length === 0 ? ['gre'] : facts.encapsulations
  const behindLabel = '</label>\n\t\t\t\t\t\t\t<vni>0</vni>\n'
  const virtualNetwork = '\t\t\t\t\t\t\t<virtual-network>'
  return {
    facts,
    nextHopHead:
      `\t\t\t\t\t\t<next-hop>\n\t\t\t\t\t\t\t<af>${facts.nextHopAfi}</af>\n` +
      `\t\t\t\t\t\t\t<address>${facts.nextHop}</address>\n\t\t\t\t\t\t\t<mac></mac>\n\t\t\t\t\t\t\t<label>`,
    labeled:
      behindLabel + list(7, 'tunnel-encapsulation-list', 'tunnel-encapsulation', names) + virtualNetwork,
    unlabeled:
      behindLabel + list(7, 'tunnel-encapsulation-list', 'tunnel-encapsulation', []) + virtualNetwork,
    nextHopTail:
      `</virtual-network>\n${list(7, 'tag-list', 'tag', facts.tags)}` +
      '\t\t\t\t\t\t\t<is-new-tags-list>true</is-new-tags-list>\n' +
      '\t\t\t\t\t\t\t<local-sequence-number>0</local-sequence-number>\n\t\t\t\t\t\t</next-hop>\n',
    tail:
      '</virtual-network>\n' +
      `\t\t\t\t\t<mobility sticky="${facts.sticky}" seqno="${facts.mobilitySequence}" />\n\t\t\t\t\t<peers />\n` +
      `\t\t\t\t\t<sequence-number>${facts.mobilitySequence}</sequence-number>\n` +
      list(5, 'security-group-list', 'security-group', facts.securityGroups) +
      list(5, 'community-tag-list', 'community-tag', facts.communities) +
      `\t\t\t\t\t<local-preference>${facts.localPreference}</local-preference>\n\t\t\t\t\t<med>${facts.med}</med>\n` +
      `\t\t\t\t\t<load-balance>\n${list(6, 'load-balance-fields', 'load-balance-field-list', fieldNames(facts))}` +
      `\t\t\t\t\t\t<load-balance-decision>${facts.loadBalance.sourceBias ? 'source-bias' : 'field-hash'}` +
      '</load-balance-decision>\n\t\t\t\t\t</load-balance>\n\t\t\t\t\t<sub-protocol>interface</sub-protocol>\n' +
      '\t\t\t\t</entry>\n\t\t\t</item>\n'
  }
}

/** The default, all fields without source bias, is told by an empty list. */
function fieldNames({ loadBalance }: UnicastFacts): string[] {
  const listed = loadBalanceFields.filter(([, bit]) => (loadBalance.fields & bit) !== 0)
  return listed.length === loadBalanceFields.length && !loadBalance.sourceBias
    ? []
    : listed.map(([name]) => name)
}

function list(
  depth: number,
  name: string,
  member: string,
  values: readonly (string | number | bigint)[]
): string {
  const indent = '\t'.repeat(depth)
  if (values.length === 0) return `${indent}<${name} />\n`
  const members = values.map(value => `${indent}\t<${member}>${value}</${member}>\n`)
  return `${indent}<${name}>\n${members.join('')}${indent}</${name}>\n`
}
