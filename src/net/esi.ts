/**
 * Ethernet segment identifiers: 10 bytes, the first of which is the type (RFC 7432 §5).
 * Text (spec evpn-multicast 1.3): `zero_esi`, `max_esi`; type 4 `<router id>:<discriminator>`; type 5
 *       `<as>:<discriminator>`; others, and those of types 4 and 5 whose last byte is not 0, ten octets with colons.
 */
import { parseAsNumber, parseDecimal } from './as-number.js'
import { inet4FromBytes, inet4ToBytes, parseInet4, printInet4 } from './inet.js'
import { printOctets } from './mac.js'

export const esiLength = 10
/** The segment of a single-homed host (RFC 7432 §5). Never written to. */
export const zeroEsi: Uint8Array = new Uint8Array(esiLength)
/** MAX-ESI (RFC 7432 §5). Never written to. */
export const maxEsi: Uint8Array = new Uint8Array(esiLength).fill(0xff)

export function isZeroEsi(bytes: Uint8Array, at = 0): boolean {
  for (let i = 0; i < esiLength; i++) if (bytes[at + i] !== 0) return false
  return true
}

function isMaxEsi(bytes: Uint8Array, at: number): boolean {
  for (let i = 0; i < esiLength; i++) if (bytes[at + i] !== 0xff) return false
  return true
}

export function parseEsi(text: string): Uint8Array | undefined {
  if (text === 'zero_esi') return zeroEsi.slice()
  if (text === 'max_esi') return maxEsi.slice()
  if (/^[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){9}$/.test(text)) {
    return Uint8Array.from(text.split(':'), octet => Number.parseInt(octet, 16))
  }
  const [administrator = '', discriminatorText = '', ...rest] = text.split(':')
  const discriminator = parseDecimal(discriminatorText, 0xffffffff)
  if (rest.length > 0 || discriminator === undefined) return undefined
  const address = parseInet4(administrator)
  const value = address ?? parseAsNumber(administrator)
  if (value === undefined) return undefined
  const esi = new Uint8Array(esiLength)
  esi[0] = address === undefined ? 5 : 4
  inet4ToBytes(value, esi, 1)
  inet4ToBytes(discriminator, esi, 5)
  return esi
}

export function printEsi(bytes: Uint8Array, at = 0): string {
  if (isZeroEsi(bytes, at)) return 'zero_esi'
  if (isMaxEsi(bytes, at)) return 'max_esi'
  const type = bytes[at]!
  if ((type !== 4 && type !== 5) || bytes[at + 9] !== 0) return printOctets(bytes, at, esiLength)
  const administrator = inet4FromBytes(bytes, at + 1)
  return `${type === 4 ? printInet4(administrator) : administrator}:${inet4FromBytes(bytes, at + 5)}`
}
