/** What becomes of several connections with one neighbour, of which one may stay. */
import type { FsmEvent, State } from '../fsm.js'
import type { Negotiated } from '../wire/negotiate.js'

export interface Speaker {
  readonly routerId: number
  readonly as: number
}

export interface Candidate {
  /** We opened it; otherwise the peer did. */
  readonly dialled: boolean
  /** Grows with every connection of the session. */
  readonly serial: number
}

/** A connection that another one of its session may end. */
export interface Contender extends Candidate {
  readonly state: State
  /** It has a TCP connection. */
  readonly isOpen: boolean
  readonly negotiated: Negotiated | undefined
  raise(event: FsmEvent, word?: undefined, what?: string): void
  /** It does not put off its OPEN any more. */
  hurry(): void
}

/**
 * The OPEN of `one` is good: of the session's others, those that lose against it end. False: it is itself the one in
 * excess.
 */
export function settleCollisions(
  one: Contender,
  others: readonly Contender[],
  local: Speaker,
  peer: Speaker,
  statistics: { collisions: number }
): boolean {
  let wins = true
  for (const other of others) {
    if (!other.isOpen) {
      // a dial that has not got through yet is given up (spec bgp 5.3)
      if (other.state === 'connect') other.raise('collisionLost')
      continue
    }
    if (other.state === 'established') {
      // RFC 4724 §4.2: the peer has restarted. No NOTIFICATION, so that this counts as the loss that it is; and not
      // before it has said OPEN, or a late call of before the session came up would end it.
      other.raise('tcpFailed', undefined, 'replaced by a new connection from the peer')
      continue
    }
    statistics.collisions++
    if (survivor(one, other, local, peer) === one) {
      other.raise('collisionLost', undefined, 'connection collision')
    } else {
      // One that the peer dialled may be given up by now: until it is heard of, both go on.
      if (other.dialled || other.negotiated !== undefined) wins = false
      other.hurry()
    }
  }
  return wins
}

/**
 * Which of two connections with one neighbour survives (RFC 4271 §6.8): the one dialled by the speaker with the
 * higher identifier; between speakers with equal identifiers, which only external ones have, by the one with the
 * higher AS (RFC 6286 §2.3). Both ends come to the same answer, whichever OPEN they see first. Of two that the peer
 * dialled it has given up the first, or it would not have opened another.
 */
export function survivor<C extends Candidate>(a: C, b: C, local: Speaker, peer: Speaker): C {
  if (a.dialled === b.dialled) return a.serial > b.serial ? a : b
  return a.dialled === outranks(local, peer) ? a : b
}

const outranks = (local: Speaker, peer: Speaker): boolean =>
  local.routerId === peer.routerId ? local.as > peer.as : local.routerId > peer.routerId
