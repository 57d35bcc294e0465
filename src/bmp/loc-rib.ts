/** The loc-RIB of one routing instance, as a station sees it (RFC 9069). */
import type { Table } from '../bgp/rib/table.js'
import { noCapabilities } from '../bgp/wire/capabilities.js'
import { type Open, writeOpen } from '../bgp/wire/open.js'
import { Writer } from '../bgp/wire/writer.js'
import type { OwnRouterSettings } from '../config/settings.js'
import { asTrans } from '../net/as-number.js'
import { zeroRd } from '../net/rd.js'
import type { RoutingInstance } from '../routing-instance/instance.js'
import { type BmpPeer, PeerType, peerUpBody, tableName } from './messages.js'
import type { Told } from './table-feed.js'

export interface ToldOfLocRib extends Told {
  readonly locRib: LocRib
}

/** §4.4: the master's has no name of its own. */
const nameOfMaster = 'global'

export class LocRib {
  readonly header: BmpPeer
  readonly told: ToldOfLocRib = { pathId: 0, isOver: false, locRib: this }
  /** Tables whose End-of-RIB has been sent. */
  readonly ended = new Set<Table>()
  readonly name: string

  /** `self` as it is when the station is told of it; it holds until the session with the station ends. */
  constructor(
    readonly instance: RoutingInstance,
    self: OwnRouterSettings | undefined
  ) {
    this.name = instance.isMaster ? nameOfMaster : instance.name
    this.header = {
      type: PeerType.locRib,
      distinguisher: instance.isMaster ? zeroRd : instance.rd,
      address: '',
      as: self?.localAs ?? 0,
      identifier: self?.identifier ?? 0
    }
  }

  get tables(): Iterable<Table> {
    return this.instance.tables.values()
  }

  /** §4.4: an OPEN as we would say it to ourselves. */
  peerUpBody(): Uint8Array {
    const { as, identifier } = this.header
    const open: Open = {
      myAs: as > 65535 ? asTrans : as,
      holdTimeSeconds: 0,
      routerId: identifier,
      capabilities: {
        ...noCapabilities,
        multiprotocol: [...this.tables].map(({ family: { afi, safi } }) => ({ afi, safi })),
        fourByteAs: as
      }
    }
    const to = new Writer(4096)
    writeOpen(to, open, 'standard')
    const bytes = to.bytes.slice(0, to.at)
    return peerUpBody('', 0, 0, bytes, bytes, tableName(this.name))
  }

  /** §4.5: reason 6, the local system closed, with the name. */
  peerDownBody(): Uint8Array {
    return Buffer.concat([Uint8Array.of(6), tableName(this.name)])
  }
}
