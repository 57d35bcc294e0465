/**
 * What EVPN, ERM-VPN and MVPN share: NLRI of the form type (1), length in bytes of the rest (1), body.
 * The length frames the NLRI whatever is inside, so a body that is wrong costs that NLRI and nothing else
 * (RFC 7606 §5.4).
 */
import { maximumKeyLength, type Nlri } from '../nlri.js'
import type { Reader } from '../reader.js'
import type { Writer } from '../writer.js'

/**
 * Clears `into` and checks the frame. Gives the offset behind the NLRI, or -1 with the error in `from`; `from` stays
 * at the type.
 */
export function readFrame(from: Reader, into: Nlri): number {
  const { bytes, at, end } = from
  into.clear()
  if (at + 2 > end) {
    from.fail(from.short, `route type and length expected, ${end - at} bytes left`)
    return -1
  }
  const next = at + 2 + bytes[at + 1]!
  if (next > end) {
    from.fail(from.short, `route length ${bytes[at + 1]} with ${end - at - 2} bytes left`)
    return -1
  }
  return next
}

/** Keeps an NLRI of unknown type as it is: the key is type and body. Gives the reason where that is not asked. */
export function readOpaque(bytes: Uint8Array, at: number, next: number, into: Nlri): string {
  const type = bytes[at]!
  if (!into.keepUnknown) return `route type ${type} is unknown`
  if (next - at - 1 > maximumKeyLength) return `route type ${type} is unknown, and too long to be kept`
  const { key } = into
  key[0] = type
  for (let i = at + 2; i < next; i++) key[i - at - 1] = bytes[i]!
  into.keyLength = next - at - 1
  return ''
}

/** Writes a key that is type and body. */
export function writeOpaque(to: Writer, { key, keyLength }: Nlri): void {
  to.u8(key[0]!)
  to.u8(keyLength - 1)
  to.copy(key, 1, keyLength)
}

/** `<type>-<body in hexadecimal digits>` */
export function printOpaque(key: Uint8Array, start: number, end: number): string {
  return `${key[start]}-${Buffer.from(key.subarray(start + 1, end)).toString('hex')}`
}

export function parseOpaque(type: number, body: string): Uint8Array | undefined {
  if (!/^([0-9a-f]{2})*$/.test(body) || body.length / 2 >= maximumKeyLength) return undefined
  return Uint8Array.of(type, ...Buffer.from(body, 'hex'))
}

/** One array of all parts, in order. */
export function joinKey(...parts: readonly Uint8Array[]): Uint8Array {
  const key = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    key.set(part, at)
    at += part.length
  }
  return key
}
