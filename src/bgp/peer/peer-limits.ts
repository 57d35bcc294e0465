import type { Scheduler } from '../../runtime/scheduler.js'
import { CeaseSubcode, type Log } from '../session/handler.js'
import type { BgpSession } from '../session/session.js'
import type { Family } from '../wire/family.js'
import { maximumPrefixesData } from '../wire/notification.js'
import type { PeerFamily } from './peer-family.js'
import type { GuardVerdict } from './prefix-guard.js'

export interface LimitedPeer {
  readonly name: string
  readonly session: BgpSession
  readonly scheduler: Scheduler
  readonly log: Log
  /** The most prefixes that the neighbour may be told of the family; undefined: any number. */
  maximumTold(family: PeerFamily): number | undefined
  /** Asks for everything of the family again; false: the neighbour cannot be asked. */
  clearSoftIn(family: Family): boolean
}

/** Watches how many prefixes a neighbour has and is told, and closes its session where that is too much (RFC 4486). */
export class PeerLimits {
  constructor(private readonly peer: LimitedPeer) {}

  /** So many paths of the family are there now. */
  have(family: PeerFamily, paths: number): void {
    const verdict = family.guard.check(paths)
    if (verdict === 'nothing') return
    const { name: peer, log } = this.peer
    const { maximum, idleSeconds } = family.guard.limit!
    log.warn({ peer, family: family.family.name, paths, maximum }, guardTexts[verdict])
    // There is room for what was kept out. That asks at most once in each fall from the limit to well below it.
    const { guard } = family
    if (verdict === 'relax' && guard.blocked > 0 && this.peer.clearSoftIn(family.family)) guard.blocked = 0
    // Not from within the session's own call.
    if (verdict === 'reset')
      this.peer.scheduler.soon(() => this.#close(family, maximum, idleSeconds || undefined))
  }

  /** More of the family has been told, or may be. */
  told(family: PeerFamily): void {
    const maximum = this.peer.maximumTold(family)
    // Not from within the rib-out's own call.
    if (maximum !== undefined) this.peer.scheduler.soon(() => this.#checkTold(family, maximum))
  }

  #checkTold(family: PeerFamily, maximum: number): void {
    const paths = family.ribOut?.sent.countFor(family) ?? 0
    if (paths <= maximum) return
    this.peer.log.warn(
      { peer: this.peer.name, family: family.family.name, paths, maximum },
      'more prefixes to tell than the limit allows: closing the session'
    )
    this.#close(family, maximum, outLimitIdleSeconds)
  }

  #close({ family }: PeerFamily, maximum: number, idleSeconds: number | undefined): void {
    const { afi, safi } = family
    const data = maximumPrefixesData(afi, safi, maximum)
    this.peer.session.clear({ subcode: CeaseSubcode.maximumPrefixes, data }, idleSeconds)
  }
}

/** Who had too much to tell waits so long, or for another limit. */
const outLimitIdleSeconds = 300

const guardTexts: Record<Exclude<GuardVerdict, 'nothing'>, string> = {
  warn: 'the number of prefixes comes near its limit',
  warnExceeded: 'more prefixes than the limit allows',
  relax: 'the number of prefixes is well below its limit again',
  reset: 'more prefixes than the limit allows: closing the session'
}
