import type { Source } from '../bgp/rib/source.js'
import type { Table } from '../bgp/rib/table.js'
import type { FamilyName } from '../bgp/wire/family.js'

/** A routing instance as agents' sessions need to see it. */
export interface AgentInstance {
  /** Full name, `domain:project:network:instance`. */
  readonly name: string
  readonly isMaster: boolean
  /** Name of its own virtual network; a change of it is followed by `Table.touch` for the routes concerned. */
  readonly virtualNetwork: string
  /** Undefined for a family that the instance does not hold, or that agents do not see in it (spec xmpp 3.2). */
  table(family: FamilyName): Table | undefined
}

/** The instances of the node. */
export interface InstanceDirectory {
  /** Undefined for one that is not configured (yet, or any more). */
  find(name: string): AgentInstance | undefined
  /** Name of the virtual network with this index, for the origin of a route; undefined when unknown. */
  virtualNetworkName(index: number): string | undefined
}

/** Told which agents need which instances, to originate route-target routes for them (spec xmpp 3.2, effect 3). */
export interface InterestListener {
  subscribed(agent: Source, instance: AgentInstance): void
  unsubscribed(agent: Source, instance: AgentInstance): void
}
