/**
 * What a vRouter agent writes, byte for byte as real ones print it (spec xmpp 2.1, 3.1, 4.1, 4.4): a line feed after
 * every line, no indentation, every element of an entry in the order of its schema.
 */
import { escapeXml } from '../xmpp/xml.js'

/** A unicast route as an agent publishes it; what is absent has the value that agents usually send. */
export interface PublishedRoute {
  /** '10.1.1.1/32' or 'fd00::1/128': as the agent prints it. */
  readonly prefix: string
  /** 'inet', the default for IPv4 prefixes, 'inet6' for IPv6 ones, or 'inet-labeled'. */
  readonly family?: UnicastName
  /** Of this compute node in the underlay; absent: the agent's. */
  readonly nextHop?: string
  /** Absent: 0 in the master instance, where there are none, and 16 elsewhere. */
  readonly label?: number
  /** Absent: 'native' in the master instance, 'gre' and 'udp' elsewhere. */
  readonly encapsulations?: readonly string[]
  /** Agents send 100 (low) or 200 (high), the default. */
  readonly localPreference?: number
  readonly med?: number
  readonly sequenceNumber?: number
  readonly securityGroups?: readonly number[]
  readonly tags?: readonly number[]
  /** '64512:77' or 'no-export'. */
  readonly communities?: readonly string[]
  /** Absent: the one that the instance's name says. */
  readonly virtualNetwork?: string
  readonly mac?: string
  /** Master instance: the instance that the address belongs to, by this agent's number for it (spec xmpp 4.5). */
  readonly primaryInstanceId?: number
  readonly subProtocol?: string
}

export type UnicastName = 'inet' | 'inet6' | 'inet-labeled'

/** The agents' numbers: those of BGP for unicast, their own for the others (spec xmpp 4.2). */
export const familyNumbers = {
  inet: '1/1',
  'inet-labeled': '1/4',
  inet6: '2/1',
  evpn: '25/242',
  'erm-vpn': '1/241',
  mvpn: '1/5'
} as const

export type AgentFamily = keyof typeof familyNumbers

export const masterInstance = 'default-domain:default-project:ip-fabric:__default__'

/** A run of "whitespace" that keeps the hold timer of the other side (spec xmpp 2.6). */
export const keepalive = Buffer.from([0xc8, 0x80])

export const openStream = (name: string, subcluster = ''): string =>
  `<stream:stream from="${escapeXml(name)}" to="network-control@contrailsystems.com" version="1.0" ` +
  `xml:lang="en" xmlns="${escapeXml(subcluster)}" xmlns:stream="http://etherx.jabber.org/streams"  >`

/** The stanzas of one agent. Their ids count up, for each kind on its own. */
export class AgentStanzas {
  readonly #counters = new Map<string, number>()

  constructor(
    private readonly name: string,
    private readonly nextHop: string
  ) {}

  subscribe(instance: string, instanceId: number | undefined, noRibOut: boolean): string {
    return this.#iq('subscribe', this.#subscription('subscribe', instance, instanceId, noRibOut))
  }

  unsubscribe(instance: string, instanceId: number | undefined): string {
    return this.#iq('unsubscribe', this.#subscription('unsubscribe', instance, instanceId, false))
  }

  associate(instance: string, route: PublishedRoute): string {
    return this.#pair(instance, route, 'associate')
  }

  dissociate(instance: string, route: PublishedRoute): string {
    return this.#pair(instance, route, 'dissociate')
  }

  /** Both halves of an update of any family; `node` and `entry` are the caller's. */
  update(
    instance: string,
    node: string,
    entry: string,
    what: 'associate' | 'dissociate',
    kind: 'pubsub' | 'pubsub_l2' | 'pubsub_b' = 'pubsub'
  ): string {
    const escaped = escapeXml(node)
    const collection = kind === 'pubsub_l2' ? 'collection_l2' : 'collection'
    return (
      this.#iq(kind, `<publish node="${escaped}">\n<item>\n${entry}</item>\n</publish>\n`) +
      this.#iq(
        collection,
        `<collection node="${escapeXml(instance)}">\n<${what} node="${escaped}" />\n</collection>\n`
      )
    )
  }

  /** The form that control nodes understand; real agents send another, which they ignore (spec xmpp 7.5). */
  endOfRib(): string {
    return this.#iq('eor', '<publish/>\n') + this.#iq('eor', '<collection/>\n')
  }

  #pair(instance: string, route: PublishedRoute, what: 'associate' | 'dissociate'): string {
    const id = route.primaryInstanceId
    const numbers = familyNumbers[familyOf(route)]
    const node = `${numbers}/${instance}/${route.prefix}${id === undefined ? '' : `/${id}`}`
    return this.update(instance, node, unicastEntry(instance, route, this.nextHop), what)
  }

  #subscription(
    what: 'subscribe' | 'unsubscribe',
    instance: string,
    id: number | undefined,
    noRibOut: boolean
  ): string {
    const options = [
      ...(id === undefined ? [] : [`<instance-id>${id}</instance-id>\n`]),
      ...(noRibOut ? ['<no-ribout>true</no-ribout>\n'] : [])
    ]
    return `<${what} node="${escapeXml(instance)}">\n<options>\n${options.join('')}</options>\n</${what}>\n`
  }

  #iq(kind: string, inside: string): string {
    const number = this.#counters.get(kind) ?? 0
    this.#counters.set(kind, number + 1)
    return (
      `<iq type="set" from="${escapeXml(this.name)}" to="network-control@contrailsystems.com/bgp-peer" ` +
      `id="${kind}${number}">\n<pubsub xmlns="http://jabber.org/protocol/pubsub">\n${inside}</pubsub>\n</iq>\n`
    )
  }
}

export const familyOf = (route: PublishedRoute): UnicastName =>
  route.family ?? (route.prefix.includes(':') ? 'inet6' : 'inet')

function unicastEntry(instance: string, route: PublishedRoute, agentNextHop: string): string {
  const [afi, safi] = familyNumbers[familyOf(route)].split('/')
  const isMaster = instance === masterInstance
  const nextHop = route.nextHop ?? agentNextHop
  const sequence = route.sequenceNumber ?? 0
  return `<entry>
<nlri>
<af>${afi}</af>
<safi>${safi}</safi>
<address>${escapeXml(route.prefix)}</address>
</nlri>
<next-hops>
<next-hop>
<af>${nextHop.includes(':') ? 2 : 1}</af>
<address>${nextHop}</address>
<mac>${route.mac ?? '00:00:5e:00:01:00'}</mac>
<label>${route.label ?? (isMaster ? 0 : 16)}</label>
<vni>0</vni>
${list('tunnel-encapsulation-list', 'tunnel-encapsulation', route.encapsulations ?? (isMaster ? ['native'] : ['gre', 'udp']))}
<virtual-network>${escapeXml(route.virtualNetwork ?? networkOf(instance))}</virtual-network>
${list('tag-list', 'tag', route.tags ?? [])}
<is-new-tags-list>false</is-new-tags-list>
<local-sequence-number>0</local-sequence-number>
</next-hop>
</next-hops>
<version>1</version>
<virtual-network></virtual-network>
<mobility sticky="false" seqno="0" />
<peers />
<sequence-number>${sequence}</sequence-number>
${list('security-group-list', 'security-group', route.securityGroups ?? [])}
${list('community-tag-list', 'community-tag', route.communities ?? [])}
<local-preference>${route.localPreference ?? 200}</local-preference>
<med>${route.med ?? 0}</med>
<load-balance>
<load-balance-fields />
<load-balance-decision>field-hash</load-balance-decision>
</load-balance>
<sub-protocol>${route.subProtocol ?? 'interface'}</sub-protocol>
</entry>
`
}

function list(name: string, member: string, values: readonly (string | number)[]): string {
  if (values.length === 0) return `<${name} />`
  const members = values.map(value => `<${member}>${escapeXml(String(value))}</${member}>\n`)
  return `<${name}>\n${members.join('')}</${name}>`
}

/** An instance is named after its network, and one part more. */
const networkOf = (instance: string): string => instance.slice(0, Math.max(0, instance.lastIndexOf(':')))
