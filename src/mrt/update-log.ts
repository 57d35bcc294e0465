/**
 * What neighbours say, as MRT records: every UPDATE as it came, both OPENs when a session is up, the NOTIFICATION
 * that ended it, and each change of state; if asked for, what they are told too. KEEPALIVEs are not recorded.
 */
import type { State } from '../bgp/fsm.js'
import type { BgpPeer } from '../bgp/peer/bgp-peer.js'
import type { PeerMonitor } from '../bgp/peer/peer-monitor.js'
import type { CloseReason } from '../bgp/session/handler.js'
import { notificationMessage } from '../bgp/session/messages.js'
import { u16At } from '../bgp/wire/attributes.js'
import { codeOf } from '../bgp/wire/families.js'
import { extendedMaximumLength, headerLength } from '../bgp/wire/message.js'
import type { Negotiated } from '../bgp/wire/negotiate.js'
import { Writer } from '../bgp/wire/writer.js'
import { bytesOf } from '../net/scoped-ip.js'
import type { Scheduler } from '../runtime/scheduler.js'
import {
  type Ends,
  hasPathIds,
  messageSubtype,
  stateChangeSubtype,
  stateNumber,
  writeEnds
} from './bgp4mp.js'
import { beginRecord, endRecord, MrtType } from './record.js'

/** Both heads and 16-byte addresses. */
const headRoom = 64

export interface RecordSink {
  /** One record, `bytes[0..length)`, valid during the call. */
  append(bytes: Uint8Array, length: number): void
}

/** A session that is up. */
interface Talk {
  readonly ends: Ends
  readonly fourByteAs: boolean
  /** Families whose NLRI come with path identifiers, by `codeOf`. */
  readonly pathIdFamilies: ReadonlySet<number>
  /** The same of what we send. */
  readonly ownPathIdFamilies: ReadonlySet<number>
}

export interface UpdateLogOptions {
  readonly microseconds: boolean
  /** UPDATEs of our own, too. */
  readonly own: boolean
}

export class UpdateLog implements PeerMonitor {
  readonly #out = new Writer(extendedMaximumLength + headRoom)
  readonly #talks = new Map<BgpPeer, Talk>()
  /** A change to or from Established waits for what belongs in front of it: the OPENs, the NOTIFICATION. */
  readonly #turns = new Map<BgpPeer, { readonly state: State; readonly before: State }>()
  readonly #type: MrtType
  readonly #isOwnWanted: boolean

  constructor(
    private readonly sink: RecordSink,
    private readonly scheduler: Scheduler,
    { microseconds, own }: UpdateLogOptions
  ) {
    this.#type = microseconds ? MrtType.bgp4mpEt : MrtType.bgp4mp
    this.#isOwnWanted = own
  }

  stateChanged(peer: BgpPeer, state: State, before: State): void {
    this.#writeTurn(peer)
    this.#turns.set(peer, { state, before })
    if (state !== 'established' && before !== 'established') this.#writeTurn(peer)
  }

  established(peer: BgpPeer, negotiated: Negotiated): void {
    const { fourByteAs, peerAs, localAs, families } = negotiated
    const codes = (those: Negotiated['families']) =>
      new Set(those.map(({ family }) => codeOf(family.afi, family.safi)))
    const talk = {
      ends: endsOf(peer, peerAs, localAs),
      fourByteAs,
      pathIdFamilies: codes(families.filter(each => each.addPathReceive)),
      ownPathIdFamilies: codes(families.filter(each => each.addPathSend))
    }
    this.#talks.set(peer, talk)
    const opens = peer.session.openMessages
    if (opens !== undefined) {
      this.#message(talk, opens.sent, 0, opens.sent.length, true)
      this.#message(talk, opens.received, 0, opens.received.length, false)
    }
    this.#writeTurn(peer)
  }

  update(peer: BgpPeer, bytes: Uint8Array, start: number, end: number): void {
    const talk = this.#talks.get(peer)
    if (talk !== undefined) this.#message(talk, bytes, start, end, false)
  }

  /** A record for each message. */
  sent(peer: BgpPeer, chunks: readonly Uint8Array[]): void {
    const talk = this.#isOwnWanted ? this.#talks.get(peer) : undefined
    if (talk === undefined) return
    for (const chunk of chunks) {
      for (let at = 0; at + headerLength <= chunk.length; ) {
        const end = at + u16At(chunk, at + 16)
        this.#message(talk, chunk, at, end, true)
        at = end
      }
    }
  }

  closed(peer: BgpPeer, { cause, notification }: CloseReason): void {
    const talk = this.#talks.get(peer)
    this.#talks.delete(peer)
    if (talk !== undefined && notification !== undefined) {
      const { code, subcode, data } = notification
      const message = notificationMessage({ code, subcode, data, what: '' })
      this.#message(talk, message, 0, message.length, cause !== 'notification-received')
    }
    this.#writeTurn(peer, talk)
  }

  #message(talk: Talk, bytes: Uint8Array, start: number, end: number, isLocal: boolean): void {
    const { ends, fourByteAs, pathIdFamilies, ownPathIdFamilies } = talk
    const withPathIds = hasPathIds(bytes, start, end, isLocal ? ownPathIdFamilies : pathIdFamilies)
    const record = this.#begin(messageSubtype(fourByteAs, isLocal, withPathIds))
    writeEnds(this.#out, ends, fourByteAs)
    this.#out.copy(bytes, start, end)
    this.#end(record)
  }

  #writeTurn(peer: BgpPeer, talk = this.#talks.get(peer)): void {
    const turn = this.#turns.get(peer)
    if (turn === undefined) return
    this.#turns.delete(peer)
    const { localAs } = peer.session.settings
    const record = this.#begin(stateChangeSubtype)
    writeEnds(this.#out, talk?.ends ?? endsOf(peer, peer.source.as, localAs), true)
    this.#out.u16(stateNumber(turn.before))
    this.#out.u16(stateNumber(turn.state))
    this.#end(record)
  }

  #begin(subtype: number): number {
    this.#out.at = 0
    return beginRecord(this.#out, this.#type, subtype, this.scheduler.wallClock())
  }

  #end(record: number): void {
    endRecord(this.#out, record)
    this.sink.append(this.#out.bytes, this.#out.at)
  }
}

/** Without a connection the ends are those of the configuration; what is not known is zero. */
function endsOf({ session }: BgpPeer, peerAs: number, localAs: number): Ends {
  const { settings, remote, local } = session
  const peerAddress = bytesOf(remote?.address ?? settings.remote?.address ?? '') ?? new Uint8Array(4)
  const own = bytesOf(local?.address ?? settings.localAddress ?? '')
  const localAddress = own?.length === peerAddress.length ? own : new Uint8Array(peerAddress.length)
  return { peerAs, localAs, peerAddress, localAddress }
}
