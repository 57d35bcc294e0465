/** Clearing a neighbour for an operator (spec bgp 16.3): what it would do, and doing it. */
import { CeaseSubcode } from '../session/handler.js'
import type { Family } from '../wire/family.js'
import type { BgpPeer } from './bgp-peer.js'

/** `hard`: Cease, administrative reset. `soft-in`: everything is asked for again; `soft-out`: told again. */
export const clearKinds = ['hard', 'soft-in', 'soft-out'] as const
export type ClearKind = (typeof clearKinds)[number]

export interface ClearRequest {
  readonly kind: ClearKind
  /** Of soft clears; absent: all. */
  readonly family: Family | undefined
  /** What the neighbour is told (RFC 9003); empty: nothing. */
  readonly text: string
}

export interface ClearPlan {
  /** False: nothing happens, and `what` says why. */
  readonly acts: boolean
  /** For people. */
  readonly what: string
}

export function planClear(peer: BgpPeer, { kind, family }: ClearRequest): ClearPlan {
  const { session } = peer
  const { negotiated, state, settings } = session
  if (settings.adminDown) return nothing('it is administratively down')
  if (kind === 'hard') {
    if (state === 'established') return acts(`the session is reset: ${routesText(peer)}`)
    return acts(`no session is up: what is under way in ${state} ends, and it is tried again`)
  }
  if (negotiated === undefined) return nothing(`no session is up: it is in ${state}`)
  const families = [...peer.families.keys()].filter(each => family === undefined || each === family)
  if (families.length === 0) return nothing(`${family!.name} is not exchanged with it`)
  const names = families.map(({ name }) => name).join(', ')
  if (kind === 'soft-out') return acts(`it is told all routes again: ${names}`)
  if (!negotiated.routeRefresh) return nothing('it cannot be asked: it did not announce route refresh')
  return acts(`it is asked for all routes again: ${names}`)
}

/** True: something was done. */
export function clearPeer(peer: BgpPeer, request: ClearRequest): boolean {
  if (!planClear(peer, request).acts) return false
  const { kind, family, text } = request
  if (kind === 'soft-in') return peer.clearSoftIn(family)
  if (kind === 'soft-out') peer.clearSoftOut(family)
  else peer.session.clear({ subcode: CeaseSubcode.administrativeReset, text })
  return true
}

function routesText({ paths, families }: BgpPeer): string {
  let advertised = 0
  for (const family of families.values()) advertised += family.ribOut?.sent.countFor(family) ?? 0
  return `${paths} paths from it, ${advertised} routes told to it`
}

const acts = (what: string): ClearPlan => ({ acts: true, what })
const nothing = (what: string): ClearPlan => ({ acts: false, what })
