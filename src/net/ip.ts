/**
 * An address of either version, where both may stand: 4 bytes are IPv4, 16 are IPv6. For next hops, originators,
 * multicast groups and the like; where the version is known, `inet.ts` and `inet6.ts` serve.
 */
import { inet4FromBytes, inet4ToBytes, parseInet4, printInet4 } from './inet.js'
import { parseInet6, printInet6 } from './inet6.js'

export function parseIp(text: string): Uint8Array | undefined {
  const address = parseInet4(text)
  return address === undefined ? parseInet6(text) : inet4ToBytes(address)
}

/** `length` is 4 or 16 bytes. */
export function printIp(bytes: Uint8Array, at = 0, length = bytes.length - at): string {
  return length === 4 ? printInet4(inet4FromBytes(bytes, at)) : printInet6(bytes, at)
}

/** 0.0.0.0 or :: (RFC 4291 §2.5.2). */
export function isUnspecified(bytes: Uint8Array, at = 0, length = bytes.length - at): boolean {
  for (let i = 0; i < length; i++) if (bytes[at + i] !== 0) return false
  return true
}
