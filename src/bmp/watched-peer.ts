/** A neighbour that a station knows to be up. */
import type { BgpPeer } from '../bgp/peer/bgp-peer.js'
import type { Table } from '../bgp/rib/table.js'
import type { CloseReason } from '../bgp/session/handler.js'
import { notificationMessage } from '../bgp/session/messages.js'
import type { Negotiated } from '../bgp/wire/negotiate.js'
import { zeroRd } from '../net/rd.js'
import type { RoutingInstance } from '../routing-instance/instance.js'
import { type BmpPeer, PeerFlag, PeerType, peerUpBody } from './messages.js'
import type { Told } from './table-feed.js'

export interface ToldOfPeer extends Told {
  readonly of: WatchedPeer
}

export class WatchedPeer {
  readonly header: BmpPeer
  readonly mirrorFlags: number
  readonly upBody: Uint8Array
  /** Tables whose post-policy End-of-RIB has been sent. */
  readonly ended = new Set<Table>()
  /** Tables of which is still to be told what the neighbour had said before the station was there. */
  readonly past = new Set<Table>()
  readonly #addPath: ReadonlySet<string>
  /** By path id. */
  readonly #told = new Map<number, ToldOfPeer>()

  private constructor(
    readonly peer: BgpPeer,
    negotiated: Negotiated,
    instance: RoutingInstance | undefined,
    opens: { readonly sent: Uint8Array; readonly received: Uint8Array }
  ) {
    const { session, source } = peer
    const { local, remote } = session
    const isGlobal = instance?.isMaster !== false
    this.header = {
      type: isGlobal ? PeerType.global : PeerType.rdInstance,
      distinguisher: isGlobal ? zeroRd : instance.rd,
      address: remote?.address ?? source.address,
      as: negotiated.peerAs,
      identifier: negotiated.peerRouterId
    }
    this.mirrorFlags = negotiated.fourByteAs ? 0 : PeerFlag.twoByteAs
    const addPath = negotiated.families.filter(each => each.addPathReceive)
    this.#addPath = new Set(addPath.map(each => each.family.name))
    const [address, localPort, remotePort] = [local?.address ?? '', local?.port ?? 0, remote?.port ?? 0]
    this.upBody = peerUpBody(address, localPort, remotePort, opens.sent, opens.received)
  }

  /** Undefined: the session is down again already. */
  static of(
    peer: BgpPeer,
    negotiated: Negotiated,
    instance: RoutingInstance | undefined
  ): WatchedPeer | undefined {
    const opens = peer.session.openMessages
    return opens && new WatchedPeer(peer, negotiated, instance, opens)
  }

  hasPathIds({ family }: Table): boolean {
    return this.#addPath.has(family.name)
  }

  /** What stands for its paths with this identifier. */
  told(pathId: number): ToldOfPeer {
    let told = this.#told.get(pathId)
    if (told === undefined) this.#told.set(pathId, (told = { pathId, isOver: false, of: this }))
    return told
  }

  over(): void {
    for (const told of this.#told.values()) told.isOver = true
  }
}

/** §4.9: 1 and 3 with the NOTIFICATION, 2 with the event of the state machine (ours has no number), 4 alone. */
export function peerDownBody({ cause, notification }: CloseReason): Uint8Array[] {
  if (cause === 'connection-lost') return [Uint8Array.of(4)]
  if (notification === undefined) return [Uint8Array.of(2, 0, 0)]
  const { code, subcode, data } = notification
  const message = notificationMessage({ code, subcode, data, what: '' })
  return [Uint8Array.of(cause === 'notification-received' ? 3 : 1), message]
}
