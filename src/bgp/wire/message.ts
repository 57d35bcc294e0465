/** The fixed header of every message: marker, length, type (RFC 4271 §4.1). */
import type { Writer } from './writer.js'

export const MessageType = { open: 1, update: 2, notification: 3, keepalive: 4, routeRefresh: 5 } as const
export type MessageType = (typeof MessageType)[keyof typeof MessageType]

export const messageTypeNames = ['', 'OPEN', 'UPDATE', 'NOTIFICATION', 'KEEPALIVE', 'ROUTE-REFRESH']

export const headerLength = 19
/** RFC 4271 §4.1, and RFC 8654 §4 where both sides have announced the capability. */
export const maximumLength = 4096
export const extendedMaximumLength = 65535

/** Writes a header with length 0 and gives its offset, for `endMessage`. */
export function beginMessage(to: Writer, type: MessageType): number {
  const { bytes, at } = to
  bytes.fill(0xff, at, at + 16)
  bytes[at + 16] = 0
  bytes[at + 17] = 0
  bytes[at + 18] = type
  to.at = at + headerLength
  return at
}

/** Fills in the length of the message that began at `start` and ends where `to` stands. */
export function endMessage(to: Writer, start: number): void {
  to.patchU16(start + 16, to.at - start)
}

export function writeKeepalive(to: Writer): void {
  endMessage(to, beginMessage(to, MessageType.keepalive))
}
