import type { Receiver, Segment } from '../bgp/export/receiver.js'
import { Protocol, Source, SourceKind } from '../bgp/rib/source.js'
import { parseInet4 } from '../net/inet.js'
import { AdjIn } from './adj-in.js'
import type { AgentContext } from './agents.js'
import type { CloseCause } from './close-cause.js'
import { EndOfRibTimer } from './end-of-rib.js'
import type { EntryCodec, ReceivedItem } from './entry/codec.js'
import { type ItemError, isItemError } from './entry/unicast.js'
import type { AgentInstance } from './instances.js'
import { endOfRibBody } from './message.js'
import type { AgentHandler, AgentSession, RouteUpdate } from './session.js'
import type { Subscribe, Unsubscribe } from './stanza.js'
import { type Registration, Subscription } from './subscription.js'
import type { XmlElement } from './xml.js'

/** Routes that an agent may publish for instances that are not configured; one more closes its session. */
export const maximumHeldRoutes = 100_000

/** As many as a compute node has instances, and some; one more closes the session. */
export const maximumSubscriptions = 16_384
/** Four names of the API, each of at most 255 characters, have less. */
const maximumNameLength = 2048

/**
 * One agent's session joined to tables: its subscriptions, the routes that it publishes, and the routes that it is
 * told (spec xmpp 3, 4.4, 5.5). What the agent may not do comes back as text, and the session closes.
 */
export class AgentPeer implements AgentHandler {
  readonly name: string
  readonly session: AgentSession
  readonly source: Source
  readonly subscriptions = new Map<string, Subscription>()
  readonly #context: AgentContext
  readonly #endOfRib: EndOfRibTimer
  #heldRoutes = 0
  /** Tables that have not been told whole yet. */
  #joining = 0
  /** The last item that was ignored, and why. */
  lastFault = ''

  constructor(session: AgentSession, context: AgentContext) {
    this.name = session.name
    this.session = session
    this.#context = context
    this.source = new Source(session.name, SourceKind.peer, Protocol.xmpp)
    this.source.address = session.remote.address
    this.source.routerId = parseInet4(session.remote.address) ?? 0
    this.#endOfRib = new EndOfRibTimer(session, context, () => this.#sendEndOfRib())
    this.#endOfRib.ready = true
  }

  // ---- what the agent asks for

  subscribe({ instance, instanceId, noRibOut }: Subscribe): string | undefined {
    this.session.statistics.instanceSubscribe++
    if (instance.length > maximumNameLength) return `an instance with a name of ${instance.length} characters`
    if (this.subscriptions.has(instance)) return `duplicate subscribe to ${instance}`
    if (this.subscriptions.size >= maximumSubscriptions)
      return `more than ${maximumSubscriptions} subscriptions`
    // As a text of its own: cut out of the stanza, the name would keep all of that in memory.
    const name = Buffer.from(instance).toString()
    const subscription = new Subscription(name, instanceId, noRibOut)
    this.subscriptions.set(name, subscription)
    const found = this.#context.directory.find(instance)
    if (found !== undefined) this.#attach(subscription, found)
    return undefined
  }

  unsubscribe({ instance }: Unsubscribe): string | undefined {
    this.session.statistics.instanceUnsubscribe++
    const subscription = this.subscriptions.get(instance)
    if (subscription === undefined) return `spurious unsubscribe from ${instance}`
    this.#end(subscription)
    return undefined
  }

  update({ instance, node, items, associate }: RouteUpdate): string | undefined {
    const { statistics } = this.session
    const { codecs } = this.#context
    const subscription = this.subscriptions.get(instance)
    if (codecs.isKnown(node) && (subscription === undefined || subscription.instanceId < 0))
      return `routes of ${instance} without subscription`
    const codec = codecs.forNode(node)
    if (codec === undefined || subscription === undefined) {
      statistics.ignoredStanzas++
      return undefined
    }
    statistics.routesReceived.updates++
    for (const element of items) {
      const item = codec.read(element, node)
      const error = isItemError(item)
        ? item
        : associate
          ? this.#add(subscription, codec, item)
          : this.#remove(subscription, codec, item)
      if (error === undefined) continue
      statistics.itemFaults[error.fault]++
      if (codec.family === 'inet6') statistics.inet6ItemFaults[error.fault]++
      this.lastFault = `${node}: ${error.what}`
    }
    return this.#heldRoutes > maximumHeldRoutes
      ? `more than ${maximumHeldRoutes} routes for instances that are not configured`
      : undefined
  }

  endOfRib(): void {
    this.#context.endOfRib?.(this)
  }

  config(iq: XmlElement): void {
    this.#context.config?.(this, iq)
  }

  writable(): void {
    for (const subscription of this.subscriptions.values()) subscription.resume()
  }

  down(cause: CloseCause): void {
    this.#endOfRib.stop()
    for (const subscription of [...this.subscriptions.values()]) this.#end(subscription)
    this.#context.down(this, cause)
  }

  // ---- what the instances say

  /** The instance of a pending subscription is there. */
  instanceAdded(instance: AgentInstance): void {
    const subscription = this.subscriptions.get(instance.name)
    if (subscription !== undefined && subscription.instance === undefined)
      this.#attach(subscription, instance)
  }

  /** The instance goes: its routes wait for it to come back. */
  instanceRemoved(name: string): void {
    const subscription = this.subscriptions.get(name)
    if (subscription?.instance === undefined) return
    subscription.park((family, item) => {
      if (subscription.instance === undefined) this.#hold(subscription, family, item)
      else this.#apply(subscription, family, item)
    })
    this.#detach(subscription, subscription.instance, true)
  }

  // ---- what the agent is told

  deliver(segments: readonly Segment[]): boolean {
    const { routesSent } = this.session.statistics
    const bodies: Uint8Array[] = []
    for (const segment of segments) {
      bodies.push(...segment.chunks)
      routesSent.reach += segment.announced
      routesSent.unreach += segment.withdrawn
      routesSent.updates += segment.messages
    }
    return this.session.send(bodies)
  }

  /** A table that the agent joined has been told whole, or the agent has left it. */
  joined(): void {
    if (--this.#joining === 0) this.#endOfRib.ready = true
  }

  // ----

  #attach(subscription: Subscription, instance: AgentInstance): void {
    const { codecs, attributes, interest, subcluster } = this.#context
    const { statistics } = this.session
    subscription.instance = instance
    for (const codec of codecs.all) {
      const table = instance.table(codec.family)
      if (table === undefined) continue
      statistics.tableSubscribe++
      const receiver = new TableReceiver(this)
      const adjIn =
        this.#context.adjInOf(this, table) ?? new AdjIn(table, this.source, attributes, subcluster)
      const registration: Registration = { adjIn, receiver, ribOut: undefined }
      subscription.registrations.set(codec.family, registration)
      if (subscription.noRibOut) receiver.synchronised()
      else
        subscription.whenLeft(codec.family, () => {
          if (subscription.registrations.get(codec.family) === registration)
            registration.ribOut = this.#context.join(table, instance, codec, receiver)
        })
    }
    interest.subscribed(this.source, instance)
    this.#heldRoutes -= subscription.held.size
    for (const { family, item } of subscription.held.values()) this.#apply(subscription, family, item)
    subscription.held.clear()
  }

  /** `tell`: the agent is still told of the withdrawals that are under way. */
  #detach(subscription: Subscription, instance: AgentInstance, tell = false): void {
    const { statistics } = this.session
    for (const [family, { adjIn, ribOut, receiver }] of subscription.registrations) {
      statistics.tableUnsubscribe++
      receiver.synchronised()
      if (ribOut !== undefined && tell)
        subscription.leave(family, left => this.#context.leaveWhenTold(ribOut, receiver, left))
      else if (ribOut !== undefined) this.#context.leave(ribOut, receiver)
      adjIn.retire()
      if (adjIn.size > 0) this.#context.sweep(this, adjIn)
    }
    subscription.registrations.clear()
    subscription.instance = undefined
    this.#context.interest.unsubscribed(this.source, instance)
  }

  #end(subscription: Subscription): void {
    this.subscriptions.delete(subscription.name)
    this.#heldRoutes -= subscription.held.size
    subscription.end()
    if (subscription.instance !== undefined) this.#detach(subscription, subscription.instance)
  }

  #add(subscription: Subscription, { family }: EntryCodec, item: ReceivedItem): ItemError | undefined {
    this.session.statistics.routesReceived.reach++
    subscription.forgetParked(family, item.key)
    if (subscription.instance !== undefined) return this.#apply(subscription, family, item)
    this.#hold(subscription, family, item)
    return undefined
  }

  #remove(subscription: Subscription, { family }: EntryCodec, { key }: ReceivedItem): undefined {
    this.session.statistics.routesReceived.unreach++
    const before = subscription.held.size
    subscription.forgetParked(family, key)
    subscription.dropHeld(family, key)
    this.#heldRoutes -= before - subscription.held.size
    subscription.registrations.get(family)?.adjIn.withdraw(key)
  }

  #hold(subscription: Subscription, family: EntryCodec['family'], item: ReceivedItem): void {
    const before = subscription.held.size
    subscription.hold(family, item)
    this.#heldRoutes += subscription.held.size - before
  }

  #apply(
    subscription: Subscription,
    family: EntryCodec['family'],
    item: ReceivedItem
  ): ItemError | undefined {
    const registration = subscription.registrations.get(family)
    if (registration === undefined)
      return { fault: 'family', what: `${subscription.name} has no ${family} table` }
    const path = item.path({
      as: this.#context.settings.as,
      rdClusterSeed: this.#context.settings.rdClusterSeed,
      isMaster: subscription.instance!.isMaster,
      instanceId: subscription.instanceId
    })
    if (isItemError(path)) return path
    registration.adjIn.update(item.key, path)
    return undefined
  }

  /** A table that the agent joins: the end-of-RIB waits for it. */
  joining(): void {
    this.#joining++
    this.#endOfRib.ready = false
  }

  #sendEndOfRib(): void {
    this.session.statistics.routesSent.endOfRib++
    this.session.send([endOfRibBody])
  }
}

/** The agent's place in the rib-out of one table. */
export class TableReceiver implements Receiver {
  readonly name: string
  readonly source: Source
  #joining = true

  constructor(readonly agent: AgentPeer) {
    this.name = agent.name
    this.source = agent.source
    agent.joining()
  }

  get isBlocked(): boolean {
    return this.agent.session.blocked
  }

  deliver(segments: readonly Segment[]): boolean {
    return this.agent.deliver(segments)
  }

  synchronised(): void {
    if (!this.#joining) return
    this.#joining = false
    this.agent.joined()
  }
}
