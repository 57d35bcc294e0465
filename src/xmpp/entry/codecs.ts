import type { AttributeDb } from '../../bgp/rib/attribute-db.js'
import { inet } from '../../bgp/wire/family/inet.js'
import { inetLabeled } from '../../bgp/wire/family/inet-labeled.js'
import { inet6 } from '../../bgp/wire/family/inet6.js'
import type { Family } from '../../bgp/wire/family.js'
import type { EntryCodec, ReceivedItem } from './codec.js'
import { isItemError, parseUnicastItem } from './unicast.js'
import { unicastPath } from './unicast-attributes.js'
import { UnicastExporter } from './unicast-exporter.js'
import { UnicastText } from './unicast-text.js'

/** The kinds of entries that agents and this node exchange, a row each (spec xmpp 4.2). */
export function entryCodecs(attributes: AttributeDb): EntryCodecs {
  const shared = { text: new UnicastText({ as: 0, allTagsAreGlobal: false }), attributes }
  const unicast = (family: Family): EntryCodec => ({
    afi: family.afi,
    safi: family.safi,
    family: family.name,
    read(item, node) {
      const parsed = parseUnicastItem(item)
      if (isItemError(parsed)) return parsed
      if (parsed.afi !== family.afi || parsed.safi !== family.safi)
        return {
          fault: 'family',
          what: `nlri of af ${parsed.afi} safi ${parsed.safi} in a ${family.name} item`
        }
      const key = family.parse(parsed.prefix)
      if (key === undefined) return { fault: 'prefix', what: JSON.stringify(parsed.prefix.slice(0, 60)) }
      return {
        key,
        path: context => unicastPath(parsed, context, primaryInstanceId(node))
      } satisfies ReceivedItem
    },
    exporter: (table, instance, context) =>
      new UnicastExporter(table, instance, context, shared, family.afi, family.safi)
  })
  return new EntryCodecs([unicast(inet), unicast(inet6), unicast(inetLabeled)], shared.text)
}

export class EntryCodecs {
  readonly #byNumbers: ReadonlyMap<string, EntryCodec>

  constructor(
    readonly all: readonly EntryCodec[],
    /** Whoever changes own AS or the meaning of tags sets its context. */
    readonly unicastText: UnicastText
  ) {
    this.#byNumbers = new Map(all.map(codec => [`${codec.afi}/${codec.safi}`, codec]))
  }

  /** Undefined: a kind whose routes are not taken. */
  forNode(node: string): EntryCodec | undefined {
    return this.#byNumbers.get(numbersOf(node))
  }

  /** The rules of subscriptions hold for these; updates of any other kind are not looked at (spec xmpp 4.1). */
  isKnown(node: string): boolean {
    const numbers = numbersOf(node)
    return this.#byNumbers.has(numbers) || notYet.has(numbers)
  }
}

/** EVPN, ERM-VPN and MVPN entries (spec xmpp 4.6 to 4.8): their updates are checked, their routes not taken. */
const notYet: ReadonlySet<string> = new Set(['25/242', '1/241', '1/5'])

/** The first two parts of a node string, AFI and SAFI. */
function numbersOf(node: string): string {
  const second = node.indexOf('/', node.indexOf('/') + 1)
  return second < 0 ? node : node.slice(0, second)
}

/**
 * `1/1/<master instance>/10.20.1.7/32/7`: the sixth part is the index of the instance that the address belongs to
 * (spec xmpp 4.5); 0: there is none.
 */
function primaryInstanceId(node: string): number {
  const id = Number(node.split('/', 6)[5] ?? '')
  return Number.isInteger(id) && id > 0 && id <= 0x7fffffff ? id : 0
}
