/**
 * IPv4 addresses as unsigned 32-bit numbers, and prefixes of them (RFC 791; text RFC 4632 §3.1).
 * Text:  four decimal octets without leading zeros, which other programs read as octal.
 * Names: `inet4` is the address, `inet` the family of routes.
 */

export interface Inet4Prefix {
  /** Bits past the length are 0. */
  readonly address: number
  /** In bits, 0..32. */
  readonly length: number
}

export function parseInet4(text: string): number | undefined {
  let address = 0
  let octet = -1
  let dots = 0
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit >= 0 && digit <= 9) {
      if (octet === 0) return undefined
      octet = octet < 0 ? digit : octet * 10 + digit
      if (octet > 255) return undefined
    } else if (digit === -2 && octet >= 0 && dots < 3) {
      address = address * 256 + octet
      octet = -1
      dots++
    } else {
      return undefined
    }
  }
  return dots === 3 && octet >= 0 ? address * 256 + octet : undefined
}

export function printInet4(address: number): string {
  return `${address >>> 24}.${(address >>> 16) & 255}.${(address >>> 8) & 255}.${address & 255}`
}

export function inet4FromBytes(bytes: Uint8Array, at = 0): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

export function inet4ToBytes(address: number, into: Uint8Array = new Uint8Array(4), at = 0): Uint8Array {
  into[at] = address >>> 24
  into[at + 1] = address >>> 16
  into[at + 2] = address >>> 8
  into[at + 3] = address
  return into
}

/** The `length` leading bits set. */
export function inet4Mask(length: number): number {
  // A shift by 32 would be a shift by 0.
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0
}

/** Bits past the length are cleared; `undefined` without a length. */
export function parseInet4Prefix(text: string): Inet4Prefix | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const address = parseInet4(text.slice(0, slash))
  const length = parsePrefixLength(text.slice(slash + 1), 32)
  if (address === undefined || length === undefined) return undefined
  return { address: (address & inet4Mask(length)) >>> 0, length }
}

export function printInet4Prefix(address: number, length: number): string {
  return `${printInet4(address)}/${length}`
}

/** Decimal digits without sign or leading zeros, at most `maximum`. */
export function parsePrefixLength(text: string, maximum: number): number | undefined {
  if (!/^(0|[1-9]\d{0,2})$/.test(text)) return undefined
  const length = Number(text)
  return length <= maximum ? length : undefined
}
