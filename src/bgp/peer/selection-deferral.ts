import type { SelectionDeferralSettings } from '../../config/selection-deferral.js'
import type { Scheduler, Timer } from '../../runtime/scheduler.js'
import type { Log } from '../session/handler.js'
import { familyNamed } from '../wire/families.js'
import type { Family } from '../wire/family.js'
import type { BgpPeer } from './bgp-peer.js'
import { isDeferrable } from './receive-policy.js'

export interface SelectionDeferralOwner {
  readonly scheduler: Scheduler
  readonly log: Log
  /** Graceful restart is on. */
  readonly enabled: boolean
  /** How long the node's OPENs say that it restarts, from its start. */
  readonly startingSeconds: number
  /** All neighbours that are configured are among `peers`. */
  readonly configured: boolean
  readonly peers: Iterable<BgpPeer>
}

/** A family that ordinary neighbours are told nothing of yet. */
export interface DeferredFamily {
  readonly family: Family
  /** Names of neighbours that have not said all they have. */
  readonly waitsFor: readonly string[]
  /** No longer than to this time, on the scheduler's clock. */
  readonly until: number
}

/**
 * Selection deferral of a node that has just started (RFC 4724 §4.1, spec bgp 12.2): its neighbours have kept the routes
 * that it told them before, and must not hear of better ones that are only better because the rest has not come back.
 * For each family, ordinary neighbours are told nothing until each of them that may have routes of it has sent its
 * End-of-RIB. Not waited for: who is restarting as well (its R bit), who has no graceful restart, who is absent for too
 * long. Control nodes and agents neither wait nor are waited for, nor do clients of BGP as a service: what they have
 * is in the tables of their instances.
 *
 * Routes are taken, ranked and replicated meanwhile; only rib-outs are joined later (docs/decisions/0013). So a family
 * that is free costs nothing, and one that becomes free is told in one walk to all at once.
 */
export class SelectionDeferral {
  readonly #settings: SelectionDeferralSettings
  readonly #owner: SelectionDeferralOwner
  readonly #startedAt: number
  readonly #families: ReadonlySet<Family> | undefined
  /** Those that nobody is waited for any more. */
  readonly #free = new Set<Family>()
  /** Until who is waited for changes by itself. */
  #timer: Timer | undefined
  #hasBegun = false
  #isOver: boolean
  #scheduled = false

  constructor(settings: SelectionDeferralSettings, owner: SelectionDeferralOwner) {
    this.#settings = settings
    this.#owner = owner
    this.#startedAt = owner.scheduler.now()
    this.#isOver = settings.seconds === 0
    this.#families = settings.families && new Set(settings.families.map(name => familyNamed(name)!))
  }

  /** Ordinary neighbours are told nothing of the family for now. */
  isDeferred(family: Family): boolean {
    return !this.#isOver && this.#owner.enabled && !this.#free.has(family) && this.#mayBeDeferred(family)
  }

  /** For operators. */
  get deferred(): DeferredFamily[] {
    if (this.#isOver || !this.#owner.enabled) return []
    const until = this.#startedAt + this.#settings.seconds * 1000
    return this.#waiting().map(family => ({ family, waitsFor: this.#waitsFor(family), until }))
  }

  /** A neighbour or a setting has changed: somebody is perhaps not waited for any more. */
  changed(): void {
    if (this.#isOver || this.#scheduled) return
    this.#scheduled = true
    this.#owner.scheduler.soon(() => {
      this.#scheduled = false
      this.#look()
    })
  }

  stop(): void {
    this.#isOver = true
    this.#timer?.cancel()
  }

  #look(): void {
    const { enabled, configured, log } = this.#owner
    if (this.#isOver || !configured) return
    if (!enabled) {
      this.#end()
      return
    }
    if (!this.#hasBegun) this.#begin()
    const isLate = !this.#isWithin(this.#settings.seconds)
    let begins = false
    for (const family of this.#waiting()) {
      const missing = this.#waitsFor(family)
      if (missing.length > 0 && !isLate) continue
      this.#free.add(family)
      begins = true
      if (missing.length === 0) log.info({ family: family.name }, 'selection begins')
      else log.warn({ family: family.name, missing }, 'selection begins without an End-of-RIB of some')
    }
    if (begins) for (const peer of this.#owner.peers) peer.selectionBegins()
    // Whoever is new after that was not there before the start.
    if (isLate || (!this.#isWithin(this.#absentSeconds) && this.#waiting().length === 0)) this.#end()
    else this.#lookAgain()
  }

  #begin(): void {
    this.#hasBegun = true
    const { seconds } = this.#settings
    const families = this.#waiting().map(({ name }) => name)
    if (families.length === 0) return
    const text = 'selection is deferred until neighbours have said all they have'
    this.#owner.log.info({ families, atMostSeconds: seconds }, text)
  }

  #lookAgain(): void {
    const { scheduler } = this.#owner
    const { seconds } = this.#settings
    const at = this.#isWithin(this.#absentSeconds) ? Math.min(this.#absentSeconds, seconds) : seconds
    this.#timer?.cancel()
    this.#timer = scheduler.after(this.#startedAt + at * 1000 - scheduler.now(), () => this.changed())
  }

  #end(): void {
    this.stop()
    for (const peer of this.#owner.peers) peer.selectionBegins()
  }

  get #absentSeconds(): number {
    return this.#settings.absentSeconds ?? this.#owner.startingSeconds
  }

  /** Families of ordinary neighbours that are not free. */
  #waiting(): Family[] {
    const families = new Set<Family>()
    for (const peer of this.#owner.peers) {
      if (!isDeferrable(peer.receive)) continue
      for (const family of peer.session.settings.families)
        if (!this.#free.has(family) && this.#mayBeDeferred(family)) families.add(family)
    }
    return [...families].sort((a, b) => a.afi - b.afi || a.safi - b.safi)
  }

  /** Memberships are not: the routes of others, and so their End-of-RIBs, wait for them. */
  #mayBeDeferred(family: Family): boolean {
    return this.#families?.has(family) ?? family.name !== 'route-target'
  }

  #waitsFor(family: Family): string[] {
    const mayCome = this.#isWithin(this.#absentSeconds)
    const names: string[] = []
    for (const peer of this.#owner.peers) if (owes(peer, family, mayCome)) names.push(peer.name)
    return names.sort()
  }

  /** The node has been running for less. */
  #isWithin(seconds: number): boolean {
    return this.#owner.scheduler.now() - this.#startedAt < seconds * 1000
  }
}

/** The neighbour may have routes of the family that it has not told; `mayCome`: so may one that has no session. */
function owes(peer: BgpPeer, family: Family, mayCome: boolean): boolean {
  const { settings, negotiated } = peer.session
  if (!isDeferrable(peer.receive) || settings.adminDown) return false
  if (negotiated === undefined) return mayCome && settings.families.includes(family)
  const restart = negotiated.peerGracefulRestart
  if (restart === undefined || restart.restarting) return false
  return peer.families.get(family)?.endOfRibReceived === false
}
