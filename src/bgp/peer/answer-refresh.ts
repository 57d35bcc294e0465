import type { AdjIn } from '../rib/adj-in.js'
import type { Log } from '../session/handler.js'
import { RefreshKind } from '../wire/route-refresh.js'
import type { PeerFamily } from './peer-family.js'

/** Does what a ROUTE-REFRESH of the family asks for, or says (RFC 2918, RFC 7313 §4). */
export function answerRefresh(
  family: PeerFamily,
  subtype: number,
  { peer, adjIn, enhanced, log }: { peer: string; adjIn: () => AdjIn; enhanced: boolean; log: Log }
): void {
  const fields = { peer, family: family.family.name }
  if (subtype === RefreshKind.request) {
    family.counts.refreshRequestsReceived++
    family.repeat()
  } else if (subtype === RefreshKind.begin && enhanced) {
    family.refreshBegins(adjIn(), () => log.warn(fields, 'route refresh without an end'))
  } else if (subtype === RefreshKind.end && !family.refreshEnds()) {
    log.info(fields, 'end of a route refresh that has not begun')
  }
}
