/**
 * Whether the routes of a lost session are kept, and which (spec bgp 12.3, 12.4; RFC 4724 §4.2, RFC 8538 §4,
 * RFC 9494 §4.2): pure functions of how it ended and of what was agreed.
 */

import type { KeepTimes } from '../rib/peer-close.js'
import type { CloseReason } from '../session/handler.js'
import type { FamilyCode } from '../wire/capabilities.js'
import type { Family } from '../wire/family.js'
import type { Negotiated } from '../wire/negotiate.js'
import { CeaseSubcode, ErrorCode } from '../wire/notification.js'

/** Trees are built from the start: these paths go at once, even in a graceful close (spec bgp 12.4). */
export const isRebuilt = (family: Family): boolean => rebuilt.has(family.name)
const rebuilt: ReadonlySet<string> = new Set(['erm-vpn', 'mvpn', 'mvpn6'])

/** The table of spec bgp 12.3. `keepsOnNotification`: the N bit is set. */
export function isGraceful(
  { cause, notification }: Pick<CloseReason, 'cause' | 'notification'>,
  keepsOnNotification: boolean
): boolean {
  if (cause === 'connection-lost') return true
  if (cause === 'silent' || notification === undefined || !keepsOnNotification) return false
  if (notification.code !== ErrorCode.cease) return true
  const { subcode } = notification
  if (subcode === CeaseSubcode.hardReset || subcode === CeaseSubcode.peerDeconfigured) return false
  return cause === 'notification-received' || !endsForGood.has(subcode)
}

/** What we mean for good goes out as a hard reset to those who understand it; both ends then drop the routes. */
const endsForGood: ReadonlySet<number> = new Set([
  CeaseSubcode.maximumPrefixes,
  CeaseSubcode.administrativeShutdown
])

const includes = (codes: readonly FamilyCode[], { afi, safi }: FamilyCode): boolean =>
  codes.some(code => code.afi === afi && code.safi === safi)

const isSameSet = (a: readonly FamilyCode[], b: readonly FamilyCode[]): boolean =>
  a.every(code => includes(b, code)) && b.every(code => includes(a, code))

/**
 * How long each family is kept after the session was lost; a family that is not among them goes at once. The F bits
 * of the OPEN of the session that was lost say nothing about this loss (RFC 4724 §3); contrail-control asks for them.
 */
export function keptFamilies(negotiated: Negotiated, controlNode: boolean): ReadonlyMap<Family, KeepTimes> {
  const families = negotiated.families.map(({ family }) => family)
  return controlNode ? keptByControlNode(negotiated, families) : keptByFamily(negotiated, families)
}

function keptByFamily(negotiated: Negotiated, families: readonly Family[]): ReadonlyMap<Family, KeepTimes> {
  const kept = new Map<Family, KeepTimes>()
  const { peerGracefulRestart: restart, peerLongLived: longLived = [] } = negotiated
  for (const family of families) {
    if (restart === undefined || isRebuilt(family) || !includes(restart.families, family)) continue
    const longLivedSeconds = longLived.find(other => includes([other], family))?.staleTimeSeconds ?? 0
    const { restartTimeSeconds: restartSeconds } = restart
    if (restartSeconds + longLivedSeconds > 0) kept.set(family, { restartSeconds, longLivedSeconds })
  }
  return kept
}

/** All or nothing: upstream's `IsGRReady` and `IsLLGRReady`. */
function keptByControlNode(
  negotiated: Negotiated,
  families: readonly Family[]
): ReadonlyMap<Family, KeepTimes> {
  const { peerGracefulRestart: restart, peerLongLived: longLived = [] } = negotiated
  if (restart === undefined || restart.families.length === 0) return noFamily
  if (!isSameSet(families, restart.families)) return noFamily
  const kept = families.filter(family => !isRebuilt(family))
  const preserved = restart.families.filter(code => code.forwardingPreserved)
  if (!kept.every(family => includes(preserved, family))) return noFamily
  const longLivedKept = longLived.filter(code => !families.some(f => isRebuilt(f) && includes([f], code)))
  const longLivedUsable =
    longLivedKept.length > 0 &&
    isSameSet(longLivedKept, kept) &&
    longLivedKept.every(code => code.forwardingPreserved)
  // The largest of the families' times, for all of them.
  const longLivedSeconds = longLivedUsable ? Math.max(...longLivedKept.map(code => code.staleTimeSeconds)) : 0
  const { restartTimeSeconds: restartSeconds } = restart
  if (restartSeconds + longLivedSeconds === 0) return noFamily
  return new Map(kept.map(family => [family, { restartSeconds, longLivedSeconds }]))
}

/**
 * Whether the peer that is back has kept its forwarding state for a family (RFC 4724 §4.2; RFC 9494 §4.2 once the
 * routes are long-lived stale): otherwise what is stale goes at once.
 */
export function hasPreserved(negotiated: Negotiated, family: Family, longLived: boolean): boolean {
  if (!negotiated.families.some(other => other.family === family)) return false
  const codes = longLived ? negotiated.peerLongLived : negotiated.peerGracefulRestart?.families
  return codes?.some(code => code.forwardingPreserved && includes([code], family)) === true
}

/** The control-node profile's answer for all families at once: the sets are what they were, all F bits are set. */
export function hasPreservedAll(negotiated: Negotiated, held: readonly Family[]): boolean {
  const families = negotiated.families.map(({ family }) => family)
  return isSameSet(families, held) && keptByControlNode(negotiated, families).size > 0
}

const noFamily: ReadonlyMap<Family, KeepTimes> = new Map()
