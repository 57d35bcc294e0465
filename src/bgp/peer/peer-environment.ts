import type { Listeners } from '../../runtime/listeners.js'
import type { TargetFilter } from '../export/bgp-export-group.js'
import type { RibOuts } from '../export/rib-outs.js'
import type { AttributeDb } from '../rib/attribute-db.js'
import type { SubclusterMark } from '../rib/subcluster-mark.js'
import type { Table } from '../rib/table.js'
import type { SessionEnvironment } from '../session/handler.js'
import type { Family } from '../wire/family.js'
import type { BgpPeer } from './bgp-peer.js'
import type { PeerMonitor } from './peer-monitor.js'

/** What peers share, and need from the rest of the node. */
export interface PeerEnvironment extends SessionEnvironment {
  readonly attributes: AttributeDb
  readonly ribOuts: RibOuts
  readonly subcluster?: SubclusterMark
  /** The table in which a peer of `instance` has its routes of `family`. */
  tableOf(instance: string, family: Family): Table | undefined
  /** The filter by route targets that holds for a table, where there is one. */
  targetFilter(family: Family): TargetFilter | undefined
  /** Who holds back, after a start of the node, what ordinary neighbours are told. Absent: nobody. */
  readonly selection?: {
    isDeferred(family: Family): boolean
    /** A session, or what it has said, has changed. */
    changed(): void
  }
  /** Spec bgp 13.2: whether the node's start lets an End-of-RIB of `family` go out; `sinceMs`: the session is up. */
  mayEndRib(family: Family, sinceMs: number): boolean
  /** A session came up with these families, or went down (undefined). */
  sessionChanged(peer: BgpPeer, families: readonly Family[] | undefined): void
  /** The session is down, and no routes of the peer are left or kept. */
  departed?(peer: BgpPeer): void
  /** Callers from the neighbour must carry this TCP MD5 key from now on; undefined: none. */
  keyInUse?(peer: string, key: string | undefined): void
  /** Absent: nobody ever looks on. */
  readonly monitors?: Listeners<PeerMonitor>
}
