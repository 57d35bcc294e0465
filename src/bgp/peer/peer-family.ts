import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import type { BgpExporter } from '../export/bgp-exporter.js'
import type { Receiver, Segment } from '../export/receiver.js'
import type { RibOut } from '../export/rib-out.js'
import type { RibOuts } from '../export/rib-outs.js'
import type { AttributeSet } from '../rib/attribute-set.js'
import type { Source } from '../rib/source.js'
import type { Table } from '../rib/table.js'
import type { Family } from '../wire/family.js'

/** What a family has counted, in one life of the session (spec bgp 18.1). */
export class FamilyCounts {
  /** Prefixes announced and withdrawn in UPDATEs, and End-of-RIBs. */
  reachReceived = 0
  unreachReceived = 0
  endOfRibReceived = 0
  reachSent = 0
  unreachSent = 0
  endOfRibSent = 0
}

export interface PeerFamilyOwner {
  readonly name: string
  readonly source: Source
  readonly scheduler: Scheduler
  readonly ribOuts: RibOuts
  send(chunks: readonly Uint8Array[]): boolean
  sendEndOfRib(family: PeerFamily): void
  /** Whether a family's End-of-RIB may go out as far as the node's start is concerned (spec bgp 13.2). */
  mayEndRib(family: Family): boolean
}

/** One family of a session that is up: where its routes go, and its side of the rib-out. */
export class PeerFamily implements Receiver {
  readonly family: Family
  readonly table: Table
  readonly counts = new FamilyCounts()
  /** Most prefixes that are taken. */
  limit: number
  /** Its End-of-RIB has come, or was given up on. */
  endOfRibReceived = false
  /** More came than the limit allows: what follows is not taken any more. */
  overLimit = false
  #ribOut: RibOut<AttributeSet> | undefined
  /** Until ours may go out, and until theirs is given up on. */
  #endOfRib: Timer | undefined
  #awaited: Timer | undefined
  readonly #owner: PeerFamilyOwner

  constructor(family: Family, table: Table, limit: number, owner: PeerFamilyOwner) {
    this.family = family
    this.table = table
    this.limit = limit
    this.#owner = owner
  }

  get name(): string {
    return this.#owner.name
  }

  get source(): Source {
    return this.#owner.source
  }

  get ribOut(): RibOut<AttributeSet> | undefined {
    return this.#ribOut
  }

  get endOfRibSent(): boolean {
    return this.counts.endOfRibSent > 0
  }

  /** Starts to send: the whole table, an End-of-RIB, then each change. */
  startSending(exporter: BgpExporter): void {
    this.#ribOut = this.#owner.ribOuts.join(this.table, this, exporter)
  }

  /** Moves to another rib-out, because a setting that the exporter depends on has changed. */
  changeExporter(exporter: BgpExporter): void {
    if (this.#ribOut === undefined || this.#ribOut.exporter.key === exporter.key) return
    this.#owner.ribOuts.leave(this.#ribOut, this)
    this.#ribOut = this.#owner.ribOuts.join(this.table, this, exporter)
  }

  /** Sends everything again. */
  repeat(): void {
    this.#ribOut?.repeat(this)
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
    if (this.#ribOut !== undefined) this.#owner.ribOuts.leave(this.#ribOut, this)
    this.#ribOut = undefined
  }

  resume(): void {
    this.#ribOut?.resume(this)
  }

  deliver(segments: readonly Segment[]): boolean {
    let writable = true
    for (const segment of segments) {
      this.counts.reachSent += segment.announced
      this.counts.unreachSent += segment.withdrawn
      if (!this.#owner.send(segment.chunks)) writable = false
    }
    return writable
  }

  synchronised(): void {
    if (this.endOfRibSent) return
    const { scheduler } = this.#owner
    const attempt = (): void => {
      if (this.#owner.mayEndRib(this.family)) {
        this.counts.endOfRibSent++
        this.#owner.sendEndOfRib(this)
      } else {
        this.#endOfRib = scheduler.after(endOfRibRetryMs, attempt)
      }
    }
    attempt()
  }
}

/** How often a held-back End-of-RIB is thought about again (routing.md 3.6). */
const endOfRibRetryMs = 1000
