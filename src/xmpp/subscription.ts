import type { RibOut } from '../bgp/export/rib-out.js'
import type { FamilyName } from '../bgp/wire/family.js'
import type { AdjIn } from './adj-in.js'
import type { TableReceiver } from './agent-peer.js'
import type { ReceivedItem } from './entry/codec.js'
import type { AgentInstance } from './instances.js'

/** What an agent is registered to in one table of an instance. */
export interface Registration {
  readonly adjIn: AdjIn
  readonly receiver: TableReceiver
  /** Undefined for an agent that takes no routes. */
  readonly ribOut: RibOut<unknown> | undefined
}

/**
 * An agent's subscription to one instance (spec xmpp 3). It outlives the instance: while that is not configured, the
 * agent's routes are held here and no one is told of them, so the order in which an agent and the configuration
 * arrive makes no difference.
 */
export class Subscription {
  /** Undefined while the instance is not configured: the subscription is pending. */
  instance: AgentInstance | undefined
  readonly registrations = new Map<FamilyName, Registration>()
  /** By family and key: what the agent published while the instance was not there, in its last state. */
  readonly held = new Map<string, { readonly family: FamilyName; readonly item: ReceivedItem }>()

  constructor(
    readonly name: string,
    readonly instanceId: number,
    readonly noRibOut: boolean
  ) {}

  hold(family: FamilyName, item: ReceivedItem): void {
    this.held.set(heldKey(family, item.key), { family, item })
  }

  dropHeld(family: FamilyName, key: Uint8Array): void {
    this.held.delete(heldKey(family, key))
  }
}

const heldKey = (family: FamilyName, key: Uint8Array): string =>
  `${family} ${Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')}`
