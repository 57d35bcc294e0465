/**
 * Route distinguishers: 8 bytes, the first two of which are the type (RFC 4364 §4.2).
 * Bytes: type 0: AS (2), number (4); type 1: IPv4 address (4), number (2); type 2: AS (4), number (2).
 * Print: `<as>:<number>` or `<address>:<number>`; all zeros as `0:0`; other types as 16 hexadecimal digits.
 * Parse: type 1 for an address, type 0 for an AS of two bytes, type 2 for a larger one or one marked with `L`
 *        (`65000L:7`). So the text of a type 2 with a small AS, which prints like a type 0, does not come back as
 *        it was: compare bytes, never text.
 * Order: as bytes (spec routing 1.3).
 */
import { parseAsNumber, parseDecimal } from './as-number.js'
import { inet4FromBytes, inet4ToBytes, parseInet4, printInet4 } from './inet.js'

export const rdLength = 8
/** Most routes of a VRF table have it (spec evpn-multicast 0.5). Never written to. */
export const zeroRd: Uint8Array = new Uint8Array(rdLength)

/** Type 1. */
export function rdOfAddress(address: number, number: number): Uint8Array {
  const rd = new Uint8Array(rdLength)
  rd[1] = 1
  inet4ToBytes(address, rd, 2)
  rd[6] = number >>> 8
  rd[7] = number
  return rd
}

/** Type 0 where the AS fits in two bytes, otherwise type 2, of whose number 16 bits count. */
export function rdOfAs(as: number, number: number): Uint8Array {
  return as > 0xffff ? rdOfLongAs(as, number) : rdOfShortAs(as, number)
}

/** Type 0. */
function rdOfShortAs(as: number, number: number): Uint8Array {
  const rd = new Uint8Array(rdLength)
  rd[2] = as >>> 8
  rd[3] = as
  inet4ToBytes(number, rd, 4)
  return rd
}

/** Type 2, also for an AS that would fit in type 0 (spec routing 2.7). */
export function rdOfLongAs(as: number, number: number): Uint8Array {
  const rd = rdOfAddress(as, number)
  rd[1] = 2
  return rd
}

export function isZeroRd(bytes: Uint8Array, at = 0): boolean {
  for (let i = 0; i < rdLength; i++) if (bytes[at + i] !== 0) return false
  return true
}

export function parseRd(text: string): Uint8Array | undefined {
  if (/^[0-9a-fA-F]{16}$/.test(text)) return Uint8Array.from(Buffer.from(text, 'hex'))
  const colon = text.lastIndexOf(':')
  if (colon < 0) return undefined
  const administrator = text.slice(0, colon)
  const number = parseDecimal(text.slice(colon + 1), 0xffffffff)
  if (number === undefined) return undefined
  const address = parseInet4(administrator)
  if (address !== undefined) return number > 0xffff ? undefined : rdOfAddress(address, number)
  const long = administrator.endsWith('L')
  const as = parseAsNumber(long ? administrator.slice(0, -1) : administrator)
  if (as === undefined) return undefined
  if (!long && as <= 0xffff) return rdOfShortAs(as, number)
  return number > 0xffff ? undefined : rdOfLongAs(as, number)
}

export function printRd(bytes: Uint8Array, at = 0): string {
  switch ((bytes[at]! << 8) | bytes[at + 1]!) {
    case 0:
      return `${(bytes[at + 2]! << 8) | bytes[at + 3]!}:${inet4FromBytes(bytes, at + 4)}`
    case 1:
      return `${printInet4(inet4FromBytes(bytes, at + 2))}:${(bytes[at + 6]! << 8) | bytes[at + 7]!}`
    case 2:
      return `${inet4FromBytes(bytes, at + 2)}:${(bytes[at + 6]! << 8) | bytes[at + 7]!}`
    default:
      return Buffer.from(bytes.subarray(at, at + rdLength)).toString('hex')
  }
}
