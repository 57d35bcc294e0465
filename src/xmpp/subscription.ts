import type { RibOut } from '../bgp/export/rib-out.js'
import type { FamilyName } from '../bgp/wire/family.js'
import type { AdjIn } from './adj-in.js'
import type { TableReceiver } from './agent-peer.js'
import type { ReceivedItem } from './entry/codec.js'
import type { AgentInstance } from './instances.js'
import type { Leaving } from './leaving.js'

/** What an agent is registered to in one table of an instance. */
export interface Registration {
  readonly adjIn: AdjIn
  readonly receiver: TableReceiver
  /** Undefined for an agent that takes no routes, or takes none yet. */
  ribOut: RibOut<unknown> | undefined
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
  /** Routes in tables of an instance that is gone, on their way out of there. */
  readonly #parking = new Map<AdjIn, FamilyName>()
  /** Tables of an instance that is gone, of which the agent is still told, and what waits for the end of that. */
  readonly #leaving = new Map<FamilyName, Set<Leaving>>()
  readonly #whenLeft = new Map<FamilyName, () => void>()

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

  /** The instance is gone: as its routes are swept from there, `put` is given each. */
  park(put: (family: FamilyName, item: ReceivedItem) => void): void {
    for (const [family, { adjIn }] of this.registrations) {
      adjIn.park(item => put(family, item))
      if (adjIn.size > 0) this.#parking.set(adjIn, family)
    }
  }

  /** The agent says something new of the route: what it said before does not come back. */
  forgetParked(family: FamilyName, key: Uint8Array): void {
    for (const [adjIn, of] of this.#parking) {
      if (of === family) adjIn.withdraw(key)
      if (!adjIn.isParking) this.#parking.delete(adjIn)
    }
  }

  /** It is still told of a table that is gone, until `left` is called. */
  leave(family: FamilyName, begin: (left: () => void) => Leaving): void {
    const others = this.#leaving.get(family) ?? new Set()
    this.#leaving.set(family, others)
    const leaving = begin(() => {
      others.delete(leaving)
      if (others.size > 0) return
      this.#leaving.delete(family)
      const then = this.#whenLeft.get(family)
      this.#whenLeft.delete(family)
      then?.()
    })
    others.add(leaving)
  }

  /** Calls `then` when the agent has been told all of tables that are gone: perhaps at once. */
  whenLeft(family: FamilyName, then: () => void): void {
    const leaving = this.#leaving.get(family)
    if (leaving === undefined) {
      then()
      return
    }
    this.#whenLeft.set(family, then)
    for (const each of leaving) each.await()
  }

  /** The agent takes more. */
  resume(): void {
    for (const { ribOut, receiver } of this.registrations.values()) ribOut?.resume(receiver)
    for (const leaving of this.#leaving.values()) for (const each of leaving) each.resume()
  }

  /** The subscription is over: nothing of what was comes back, or is told. */
  end(): void {
    for (const adjIn of this.#parking.keys()) adjIn.dropParked()
    this.#parking.clear()
    this.#whenLeft.clear()
    for (const leaving of [...this.#leaving.values()].flatMap(each => [...each])) leaving.end()
  }
}

const heldKey = (family: FamilyName, key: Uint8Array): string =>
  `${family} ${Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1')}`
