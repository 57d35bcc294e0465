/** A node reduced to what agents see: tables, rib-outs, agents and the server, over the virtual network. */
import { RibOuts } from '../../src/bgp/export/rib-outs.js'
import { AttributeDb } from '../../src/bgp/rib/attribute-db.js'
import { type RibContext, Table } from '../../src/bgp/rib/table.js'
import { inet } from '../../src/bgp/wire/family/inet.js'
import { inetLabeled } from '../../src/bgp/wire/family/inet-labeled.js'
import { inet6 } from '../../src/bgp/wire/family/inet6.js'
import type { FamilyName } from '../../src/bgp/wire/family.js'
import type { Connection, ConnectionHandler } from '../../src/runtime/transport.js'
import { VirtualNetwork, type VirtualNetworkOptions } from '../../src/runtime/virtual-network.js'
import { VirtualScheduler } from '../../src/runtime/virtual-time.js'
import { Agents } from '../../src/xmpp/agents.js'
import type { CloseCause } from '../../src/xmpp/close-cause.js'
import type { AgentInstance } from '../../src/xmpp/instances.js'
import { XmppServer } from '../../src/xmpp/server.js'

export const master = 'default-domain:default-project:ip-fabric:__default__'
export const blue = 'default-domain:demo:blue:blue'
export const red = 'default-domain:demo:red:red'
export const nodeAddress = '192.0.2.1'

export class LabInstance implements AgentInstance {
  readonly isMaster: boolean
  readonly virtualNetwork: string
  readonly #tables = new Map<FamilyName, Table>()

  constructor(
    readonly name: string,
    context: RibContext
  ) {
    this.isMaster = name === master
    this.virtualNetwork = name.slice(0, name.lastIndexOf(':'))
    for (const family of this.isMaster ? [inet, inet6, inetLabeled] : [inet, inet6]) {
      const table = this.isMaster ? family.masterTable : `${name}.${family.tableSuffix}`
      this.#tables.set(family.name, new Table(table, family, context))
    }
  }

  table(family: FamilyName): Table | undefined {
    return this.#tables.get(family)
  }

  get tables(): Iterable<Table> {
    return this.#tables.values()
  }
}

export class LabNode {
  readonly scheduler: VirtualScheduler
  readonly network: VirtualNetwork
  readonly attributes = new AttributeDb({ k0: 1, k1: 2 })
  readonly ribOuts: RibOuts
  readonly instances = new Map<string, LabInstance>()
  readonly agents: Agents
  readonly server: XmppServer
  readonly interest: string[] = []
  readonly ended: { readonly name: string; readonly cause: CloseCause }[] = []
  readonly networks = new Map<number, string>()

  constructor(seed = 1, options: VirtualNetworkOptions = {}) {
    this.scheduler = new VirtualScheduler(seed)
    this.network = new VirtualNetwork(this.scheduler, options)
    this.ribOuts = new RibOuts(this.scheduler)
    this.agents = new Agents({
      scheduler: this.scheduler,
      directory: {
        find: name => this.instances.get(name),
        virtualNetworkName: index => this.networks.get(index)
      },
      attributes: this.attributes,
      ribOuts: this.ribOuts,
      interest: {
        subscribed: (agent, instance) => this.interest.push(`+${agent.name} ${instance.name}`),
        unsubscribed: (agent, instance) => this.interest.push(`-${agent.name} ${instance.name}`)
      }
    })
    this.agents.apply({ as: 64512, rdClusterSeed: 0, allTagsAreGlobal: false, endOfRibTimeoutSeconds: 300 })
    this.server = new XmppServer({
      transport: this.network.host(nodeAddress),
      scheduler: this.scheduler,
      layer: this.agents,
      hostName: 'ctrl-1',
      ended: (session, cause) => this.ended.push({ name: session.name, cause })
    })
    this.server.start()
    this.server.setGate(undefined)
    this.scheduler.run(1)
  }

  addInstance(name: string): LabInstance {
    const context = {
      attributes: this.attributes,
      hashKey: { k0: 3, k1: 4 },
      bestPath: { alwaysCompareMed: false, ignoreAsPath: false },
      scheduler: this.scheduler,
      wallClock: () => this.scheduler.wallClock()
    }
    const instance = new LabInstance(name, context)
    this.instances.set(name, instance)
    this.agents.instanceAdded(instance)
    return instance
  }

  removeInstance(name: string): void {
    this.instances.delete(name)
    this.agents.instanceRemoved(name)
  }

  /** A client at that address that has connected and sent nothing. */
  client(address: string): RawClient {
    const host = this.network.hosts.get(address) ?? this.network.host(address)
    const client = new RawClient(this.scheduler)
    host.connect({
      remote: { address: nodeAddress, port: 5269 },
      connected: (connection, error) => {
        if (connection === undefined) client.closed(error)
        else client.take(connection)
      }
    })
    this.scheduler.run(10)
    return client
  }

  /** A client that has opened its stream. */
  agent(name: string, address: string): RawClient {
    const client = this.client(address)
    client.open(name)
    this.scheduler.run(100)
    return client
  }
}

/** Speaks XMPP as an agent, as far as a test asks it to. */
export class RawClient implements ConnectionHandler {
  connection: Connection | undefined
  text = ''
  isClosed = false
  name = ''
  #id = 0

  constructor(private readonly scheduler: VirtualScheduler) {}

  take(connection: Connection): void {
    this.connection = connection
    connection.attach(this)
  }

  received(bytes: Uint8Array): void {
    this.text += Buffer.from(bytes).toString('latin1')
  }

  writable(): void {}

  closed(_error: Error | undefined): void {
    this.isClosed = true
  }

  /** What arrived since the last call. */
  takeText(): string {
    const { text } = this
    this.text = ''
    return text
  }

  /** Sends and lets a second pass. */
  send(text: string | Uint8Array): this {
    this.connection?.write(typeof text === 'string' ? Buffer.from(text) : text)
    this.scheduler.run(1000)
    return this
  }

  open(name: string, attributes = 'xmlns=""'): this {
    this.name = name
    return this.send(
      `<stream:stream from="${name}" to="network-control@contrailsystems.com" version="1.0" xml:lang="en" ` +
        `${attributes} xmlns:stream="http://etherx.jabber.org/streams"  >`
    )
  }

  iq(content: string): string {
    return (
      `<iq type="set" from="${this.name}" to="network-control@contrailsystems.com/bgp-peer" id="x${this.#id++}">\n` +
      `<pubsub xmlns="http://jabber.org/protocol/pubsub">\n${content}\n</pubsub>\n</iq>\n`
    )
  }

  /** `id` 'none': without an instance id. */
  subscribe(instance: string, id: number | 'none' = 7, options = ''): this {
    return this.send(this.subscribeText(instance, id, options))
  }

  subscribeText(instance: string, id: number | 'none' = 7, options = ''): string {
    const given = id === 'none' ? '' : `<instance-id>${id}</instance-id>`
    return this.iq(`<subscribe node="${instance}">\n<options>${given}${options}</options>\n</subscribe>`)
  }

  unsubscribe(instance: string): this {
    return this.send(this.unsubscribeText(instance))
  }

  unsubscribeText(instance: string): string {
    return this.iq(`<unsubscribe node="${instance}"/>`)
  }

  publishText(instance: string, prefix: string, item: ItemFields = {}): string {
    return this.#route(instance, prefix, 'associate', item)
  }

  publish(instance: string, prefix: string, item: ItemFields = {}): this {
    return this.send(this.publishText(instance, prefix, item))
  }

  withdraw(instance: string, prefix: string, item: ItemFields = {}): this {
    return this.send(this.withdrawText(instance, prefix, item))
  }

  withdrawText(instance: string, prefix: string, item: ItemFields = {}): string {
    return this.#route(instance, prefix, 'dissociate', item)
  }

  #route(instance: string, prefix: string, action: string, item: ItemFields): string {
    const afi = prefix.includes(':') ? 2 : 1
    const safi = item.safi ?? 1
    const node = `${afi}/${safi}/${instance}/${prefix}${item.nodeTail ?? ''}`
    return (
      this.iq(`<publish node="${node}">\n${itemText(afi, prefix, item)}</publish>`) +
      this.iq(`<collection node="${instance}">\n<${action} node="${node}" />\n</collection>`)
    )
  }
}

export interface ItemFields {
  readonly safi?: number
  readonly nextHop?: string
  readonly label?: number | string
  readonly localPreference?: number
  readonly sequence?: number
  readonly encapsulations?: readonly string[]
  /** More elements of the entry and of the next hop. */
  readonly entry?: string
  readonly nextHopEntry?: string
  readonly nodeTail?: string
  /** Instead of the one next hop. */
  readonly nextHops?: string
}

export function itemText(afi: number, prefix: string, item: ItemFields): string {
  const names = item.encapsulations ?? ['gre', 'udp']
  const list = names.map(name => `<tunnel-encapsulation>${name}</tunnel-encapsulation>\n`).join('')
  const nextHop =
    item.nextHops ??
    `<next-hop>\n<af>1</af>\n<address>${item.nextHop ?? '192.0.2.17'}</address>\n<label>${item.label ?? 42}</label>\n` +
      `<tunnel-encapsulation-list>\n${list}</tunnel-encapsulation-list>\n${item.nextHopEntry ?? ''}</next-hop>\n`
  return (
    `<item>\n<entry>\n<nlri>\n<af>${afi}</af>\n<safi>${item.safi ?? 1}</safi>\n<address>${prefix}</address>\n</nlri>\n` +
    `<next-hops>\n${nextHop}</next-hops>\n<version>1</version>\n` +
    `<local-preference>${item.localPreference ?? 200}</local-preference>\n` +
    `<sequence-number>${item.sequence ?? 0}</sequence-number>\n${item.entry ?? ''}</entry>\n</item>\n`
  )
}

/** What a client was told, in order: `+prefix next-hops` and `-prefix`, by instance. */
export function told(text: string): string[] {
  const lines: string[] = []
  const parts =
    /<items node="(\d+\/\d+)\/([^"]*)">|<item id="([^"]*)">|<retract id="([^"]*)"|<next-hop>[\s\S]*?<address>([^<]*)<\/address>[\s\S]*?<label>(\d+)<\/label>/g
  for (const [, , instance, item, retract, address, label] of text.matchAll(parts)) {
    if (instance !== undefined) continue
    if (item !== undefined) lines.push(`+${item}`)
    else if (retract !== undefined) lines.push(`-${retract}`)
    else lines[lines.length - 1] += ` ${address}/${label}`
  }
  return lines
}
