import type { State } from '../fsm.js'
import type { CloseReason } from '../session/handler.js'
import type { Negotiated } from '../wire/negotiate.js'
import type { BgpPeer } from './bgp-peer.js'

/** Who looks on while neighbours come, speak and go (BMP, MRT, watching operators). It changes nothing. */
export interface PeerMonitor {
  stateChanged?(peer: BgpPeer, state: State, before: State): void
  /** Its families and tables are known; nothing has been received yet. */
  established?(peer: BgpPeer, negotiated: Negotiated): void
  /** An UPDATE as it came, before it is applied; the bytes are valid only during the call. */
  update?(peer: BgpPeer, bytes: Uint8Array, start: number, end: number): void
  /** UPDATEs of ours that are given to the session: each chunk holds whole messages, and is never changed. */
  sent?(peer: BgpPeer, chunks: readonly Uint8Array[]): void
  closed?(peer: BgpPeer, reason: CloseReason): void
}
