import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import type { Advertised } from '../export/advertised.js'
import type { BgpExporter } from '../export/bgp-exporter.js'
import type { Receiver, Segment } from '../export/receiver.js'
import type { RibOut } from '../export/rib-out.js'
import type { RibOuts } from '../export/rib-outs.js'
import type { AdjIn } from '../rib/adj-in.js'
import type { Source } from '../rib/source.js'
import type { Table } from '../rib/table.js'
import type { Family } from '../wire/family.js'
import { RefreshKind } from '../wire/route-refresh.js'
import { PrefixGuard, type PrefixLimit } from './prefix-guard.js'
import { RefreshIn } from './refresh-in.js'

/** What a family has counted, in one life of the session (spec bgp 18.1). */
export class FamilyCounts {
  /** Prefixes announced and withdrawn in UPDATEs, and End-of-RIBs. */
  reachReceived = 0
  unreachReceived = 0
  endOfRibReceived = 0
  reachSent = 0
  unreachSent = 0
  endOfRibSent = 0
  /** Requests for everything again, and answers in brackets begun (RFC 7313). */
  refreshRequestsReceived = 0
  refreshRequestsSent = 0
  refreshesReceived = 0
  refreshesSent = 0
  refreshesTimedOut = 0
  /** Paths that a refresh did not name again. */
  refreshRemoved = 0
}

export interface PeerFamilyOwner {
  readonly name: string
  readonly source: Source
  readonly scheduler: Scheduler
  readonly ribOuts: RibOuts
  sendUpdates(chunks: readonly Uint8Array[], updates: number): boolean
  /** The session takes no more for now. */
  readonly isBlocked: boolean
  /** Both have enhanced route refresh. */
  readonly enhancedRefresh: boolean
  sendRefresh(family: Family, kind: number): void
  sendEndOfRib(family: PeerFamily): void
  /** A refresh has ended, and what it did not name again is gone. */
  routesRemoved?(family: PeerFamily): void
  /** More has been told. */
  told?(family: PeerFamily): void
  /** Whether a family's End-of-RIB may go out as far as the node's start is concerned (spec bgp 13.2). */
  mayEndRib(family: Family): boolean
}

/** One family of a session that is up: where its routes go, and its side of the rib-out. */
export class PeerFamily implements Receiver {
  readonly family: Family
  readonly table: Table
  readonly counts = new FamilyCounts()
  readonly guard: PrefixGuard
  /** Its End-of-RIB has come, or was given up on. */
  endOfRibReceived = false
  #ribOut: RibOut<Advertised> | undefined
  /** Until ours may go out, and until theirs is given up on. */
  #endOfRib: Timer | undefined
  #awaited: Timer | undefined
  /** Until everything may be told again. */
  #pause: Timer | undefined
  /** Everything is being told, for the first time or again; it was asked for once more; it ends with an EoRR. */
  #walking = false
  #again = false
  #bracketed = false
  #refreshIn: RefreshIn | undefined
  readonly #owner: PeerFamilyOwner

  constructor(family: Family, table: Table, limit: PrefixLimit | undefined, owner: PeerFamilyOwner) {
    this.family = family
    this.table = table
    this.guard = new PrefixGuard(limit)
    this.#owner = owner
  }

  get name(): string {
    return this.#owner.name
  }

  get source(): Source {
    return this.#owner.source
  }

  get ribOut(): RibOut<Advertised> | undefined {
    return this.#ribOut
  }

  /** RFC 9234 §5: roles bear on IPv4 and IPv6 unicast alone. */
  get hasRoles(): boolean {
    return isPlainUnicast(this.family)
  }

  get endOfRibSent(): boolean {
    return this.counts.endOfRibSent > 0
  }

  /** Starts to send: the whole table, an End-of-RIB, then each change. */
  startSending(exporter: BgpExporter): void {
    this.#walking = true
    this.#ribOut = this.#owner.ribOuts.join(this.table, this, exporter)
  }

  /** Moves to another rib-out, because a setting that the exporter depends on has changed. */
  changeExporter(exporter: BgpExporter): void {
    if (this.#ribOut === undefined || this.#ribOut.exporter.key === exporter.key) return
    this.#walking = true
    this.#ribOut = this.#owner.ribOuts.move(this.table, this.#ribOut, this, exporter)
  }

  /** Sends everything again. However many requests come meanwhile, they cost one more walk (RFC 7313 §4.1). */
  repeat(): void {
    if (this.#ribOut === undefined) return
    if (this.#walking || this.#pause !== undefined) {
      this.#again = true
      return
    }
    this.#walking = true
    this.counts.refreshesSent++
    if (this.#owner.enhancedRefresh) {
      this.#bracketed = true
      this.#owner.sendRefresh(this.family, RefreshKind.begin)
    }
    this.#pause = this.#owner.scheduler.after(repeatPauseMs, () => {
      this.#pause = undefined
      if (!this.#walking) this.#toldAll()
    })
    this.#ribOut.repeat(this)
  }

  /** BoRR: the peer tells us everything again; `adjIn` is what it has told. */
  refreshBegins(adjIn: AdjIn, timedOut: () => void): void {
    this.counts.refreshesReceived++
    this.#refreshIn ??= new RefreshIn(adjIn, this.#owner.scheduler, paths => {
      this.counts.refreshRemoved += paths
      this.#owner.routesRemoved?.(this)
    })
    this.#refreshIn.begin(() => {
      this.counts.refreshesTimedOut++
      timedOut()
    })
  }

  /** EoRR. False: none has begun. */
  refreshEnds(): boolean {
    return this.#refreshIn?.end() === true
  }

  /** `givenUp` is called when the End-of-RIB has not come by then. */
  awaitEndOfRib(seconds: number, givenUp: () => void): void {
    this.#awaited = this.#owner.scheduler.after(seconds * 1000, givenUp)
  }

  /** It has come, or is not waited for any more. False: that was so already. */
  endOfRibOver(): boolean {
    this.#awaited?.cancel()
    if (this.endOfRibReceived) return false
    this.endOfRibReceived = true
    return true
  }

  stop(): void {
    this.#endOfRib?.cancel()
    this.#awaited?.cancel()
    this.#pause?.cancel()
    this.#refreshIn?.stop()
    if (this.#ribOut !== undefined) this.#owner.ribOuts.leave(this.table, this.#ribOut, this)
    this.#ribOut = undefined
  }

  resume(): void {
    this.#ribOut?.resume(this)
  }

  get isBlocked(): boolean {
    return this.#owner.isBlocked
  }

  deliver(segments: readonly Segment[]): boolean {
    let writable = true
    let announced = 0
    for (const segment of segments) {
      announced += segment.announced
      this.counts.reachSent += segment.announced
      this.counts.unreachSent += segment.withdrawn
      if (!this.#owner.sendUpdates(segment.chunks, segment.messages)) writable = false
    }
    if (announced > 0) this.#owner.told?.(this)
    return writable
  }

  synchronised(): void {
    if (this.endOfRibSent) {
      if (this.#bracketed) this.#owner.sendRefresh(this.family, RefreshKind.end)
      this.#bracketed = false
      this.#toldAll()
      return
    }
    const { scheduler } = this.#owner
    const attempt = (): void => {
      if (this.#owner.mayEndRib(this.family)) {
        this.counts.endOfRibSent++
        this.#owner.sendEndOfRib(this)
        this.#toldAll()
      } else {
        this.#endOfRib = scheduler.after(endOfRibRetryMs, attempt)
      }
    }
    attempt()
  }

  /** No BoRR goes out before the End-of-RIB (RFC 7313 §4.1). */
  #toldAll(): void {
    this.#walking = false
    if (!this.#again) return
    this.#again = false
    this.repeat()
  }
}

/** IPv4 or IPv6 unicast without labels. */
export const isPlainUnicast = ({ name }: Family): boolean => name === 'inet' || name === 'inet6'

/** How often a held-back End-of-RIB is thought about again (routing.md 3.6). */
const endOfRibRetryMs = 1000
/** What a peer that does nothing but ask may cost: a walk a second. */
const repeatPauseMs = 1000
