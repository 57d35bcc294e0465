/**
 * Which of two connections with one neighbour survives (RFC 4271 §6.8): the one dialled by the speaker with the
 * higher identifier; between speakers with equal identifiers, which only external ones have, by the one with the
 * higher AS (RFC 6286 §2.3). Both ends come to the same answer, whichever OPEN they see first.
 */
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

/** Two that the peer dialled: it has given up the first, or it would not have opened another. */
export function survivor<C extends Candidate>(a: C, b: C, local: Speaker, peer: Speaker): C {
  if (a.dialled === b.dialled) return a.serial > b.serial ? a : b
  return a.dialled === outranks(local, peer) ? a : b
}

const outranks = (local: Speaker, peer: Speaker): boolean =>
  local.routerId === peer.routerId ? local.as > peer.as : local.routerId > peer.routerId
