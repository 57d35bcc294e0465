/**
 * Addresses that may need the name of an interface: link-local ones of IPv6, which each link has its own of, as
 * `fe80::1%eth0` (RFC 4007 §11). A zone is no part of the bytes; wherever neighbours are told apart it is a part of the
 * address.
 */
import { isLinkLocal } from './inet6.js'
import { parseIp, printIp } from './ip.js'

/** Linux: IFNAMSIZ is 16 with the zero at the end; neither spaces nor slashes. */
const zoneForm = /^[^\s/%]{1,15}$/

/** `fe80::1` of `fe80::1%eth0`. */
export function withoutZone(text: string): string {
  const at = text.indexOf('%')
  return at < 0 ? text : text.slice(0, at)
}

/** `eth0` of `fe80::1%eth0`; empty where there is none. */
export function zoneOf(text: string): string {
  const at = text.indexOf('%')
  return at < 0 ? '' : text.slice(at + 1)
}

/** The 4 or 16 bytes, whatever the zone. */
export const bytesOf = (text: string): Uint8Array | undefined => parseIp(withoutZone(text))

/**
 * In the canonical form, with its zone; an IPv4-mapped one as the IPv4 address that it is, since who calls from it is
 * seen to call from that (RFC 4291 §2.5.5.2). Undefined: no address, or a zone where none can be.
 */
export function canonicalAddress(text: string): string | undefined {
  const bytes = bytesOf(text)
  if (bytes === undefined) return undefined
  if (!text.includes('%')) return printIp(isMapped(bytes) ? bytes.subarray(12) : bytes)
  const zone = zoneOf(text)
  return isLinkLocalBytes(bytes) && zoneForm.test(zone) ? `${printIp(bytes)}%${zone}` : undefined
}

/** ::ffff:0:0/96. */
export const isMapped = (bytes: Uint8Array): boolean =>
  bytes.length === 16 && bytes.every((byte, i) => i >= 12 || byte === (i < 10 ? 0 : 0xff))

/** fe80::/10, with or without a zone. */
export function isLinkLocalAddress(text: string): boolean {
  const bytes = bytesOf(text)
  return bytes !== undefined && isLinkLocalBytes(bytes)
}

export const isLinkLocalBytes = (bytes: Uint8Array): boolean => bytes.length === 16 && isLinkLocal(bytes)

/** A link-local address that is to be dialled or bound says nothing without its interface. */
export const lacksZone = (text: string): boolean => isLinkLocalAddress(text) && !text.includes('%')
