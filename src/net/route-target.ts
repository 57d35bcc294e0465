/**
 * Route targets: transitive extended communities of sub-type 2 (RFC 4360 §4; RFC 5668 §2 for four-byte AS).
 * Text:  `target:<asn>:<number>` or `target:<ipv4>:<number>`. An `L` after the AS asks for the four-byte form
 *        where the AS would fit in two (spec config 8.2, spec routing 2.2).
 * Bytes: type, sub-type 0x02, then
 *          type 0: AS (2), number (4)     AS and number of two bytes: number up to 2^32 - 1
 *          type 1: IPv4 address (4), number (2)
 *          type 2: AS (4), number (2)
 */
import { parseAsNumber, parseDecimal } from './as-number.js'
import { inet4ToBytes, parseInet4 } from './inet.js'

/** One object per distinct text is not promised: compare by `key`. */
export interface RouteTarget {
  /** As printed: `target:64512:8000000`, `target:192.0.2.1:7`, `target:64512L:7`, `target:70000:7`. */
  readonly text: string
  /** The eight bytes of the extended community. Never written to. */
  readonly bytes: Uint8Array
  /** The bytes as 16 lower-case hexadecimal digits: equal keys are equal targets. */
  readonly key: string
}

const subType = 0x02

/** Undefined when malformed, when the AS is 0, or when a part does not fit its field. */
export function parseRouteTarget(text: string): RouteTarget | undefined {
  const [word, administrator = '', numberText = '', ...rest] = text.split(':')
  if (word !== 'target' || rest.length > 0) return undefined
  const address = parseInet4(administrator)
  if (address !== undefined) {
    const number = parseDecimal(numberText, 0xffff)
    return number === undefined ? undefined : routeTargetOfAddress(address, number)
  }
  const asksForLong = administrator.endsWith('L')
  const as = parseAsNumber(asksForLong ? administrator.slice(0, -1) : administrator)
  if (as === undefined || as === 0) return undefined
  const isLong = asksForLong || as > 0xffff
  const number = parseDecimal(numberText, isLong ? 0xffff : 0xffffffff)
  if (number === undefined) return undefined
  return routeTargetFromBytes(
    isLong
      ? Uint8Array.of(2, subType, ...u32(as), number >>> 8, number & 0xff)
      : Uint8Array.of(0, subType, as >>> 8, as & 0xff, ...u32(number))
  )
}

/** `target:<router id>:<index>`, the route target that names one instance of one node (spec config 8.2). */
export function routeTargetOfAddress(address: number, number: number): RouteTarget {
  return routeTargetFromBytes(
    Uint8Array.of(1, subType, ...u32(address), (number >>> 8) & 0xff, number & 0xff)
  )
}

/** Takes any eight bytes; those which are no route target print as hexadecimal digits. The bytes are copied. */
export function routeTargetFromBytes(bytes: Uint8Array): RouteTarget {
  const own = Uint8Array.prototype.slice.call(bytes, 0, 8)
  return { text: printRouteTarget(own), bytes: own, key: Buffer.from(own).toString('hex') }
}

export function printRouteTarget(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8)
  if (bytes[1] !== subType) return Buffer.from(bytes).toString('hex')
  switch (bytes[0]) {
    case 0:
      return `target:${view.getUint16(2)}:${view.getUint32(4)}`
    case 1:
      return `target:${bytes.subarray(2, 6).join('.')}:${view.getUint16(6)}`
    case 2: {
      const as = view.getUint32(2)
      return `target:${as}${as > 0xffff ? '' : 'L'}:${view.getUint16(6)}`
    }
    default:
      return Buffer.from(bytes).toString('hex')
  }
}

const u32 = (value: number): Uint8Array => inet4ToBytes(value)
