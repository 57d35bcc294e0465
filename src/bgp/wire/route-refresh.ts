/** ROUTE-REFRESH (RFC 2918 §3; the enhanced kinds RFC 7313 §3). */
import { u16At } from './attributes.js'
import { type DecodeError, Reaction } from './decode-error.js'
import { beginMessage, endMessage, headerLength, MessageType } from './message.js'
import type { Writer } from './writer.js'

/** `begin` and `end` bracket the answer: BoRR and EoRR. Unknown kinds are to be ignored. */
export const RefreshKind = { request: 0, begin: 1, end: 2 } as const

export interface RouteRefresh {
  readonly afi: number
  readonly safi: number
  readonly kind: number
}

export type RouteRefreshResult =
  | { readonly refresh: RouteRefresh; readonly error?: undefined }
  | { readonly refresh?: undefined; readonly error: DecodeError }

const bodyLength = 4
const invalidLength = { code: 7, subcode: 1, reaction: Reaction.resetSession } as const
const badMessageLength = { code: 1, subcode: 2, reaction: Reaction.resetSession } as const

/**
 * Reads the message at `bytes[start..end)`, header included. A request may have an ORF part (RFC 5291 §5), which
 * is ignored; a bracket with anything more is 7/1 (RFC 7313 §5), other messages with less are 1/2.
 */
export function readRouteRefresh(bytes: Uint8Array, start: number, end: number): RouteRefreshResult {
  const at = start + headerLength
  const what = `ROUTE-REFRESH of ${end - at} bytes`
  if (at + bodyLength > end) {
    return { error: { ...badMessageLength, offset: 16, what, data: bytes.slice(start + 16, start + 18) } }
  }
  const kind = bytes[at + 2]!
  if (at + bodyLength < end && (kind === RefreshKind.begin || kind === RefreshKind.end)) {
    return { error: { ...invalidLength, offset: headerLength, what, data: bytes.slice(start, end) } }
  }
  return { refresh: { afi: u16At(bytes, at), safi: bytes[at + 3]!, kind } }
}

export function writeRouteRefresh(to: Writer, { afi, safi, kind }: RouteRefresh): void {
  const start = beginMessage(to, MessageType.routeRefresh)
  to.u16(afi)
  to.u8(kind)
  to.u8(safi)
  endMessage(to, start)
}
