/**
 * Route target membership: AFI 1, SAFI 132 (RFC 4684 §4).
 * Wire:   length in bits (1 byte: 0, or 32..96), then the leading ceil(length / 8) bytes of origin AS (4) and route
 *         target (8).
 * Key:    origin AS (4), route target (8), length (1). Bits past the length are zero. The default, which asks for
 *         every route, is all zeros and sorts first.
 * Text:   `<as>:target:<a>:<b>`, the default `0:target:0:0`; a partial one `<as>:<16 digits>/<length>`.
 * Errors: length 1..31 or above 96, or past the end.
 */
import { parseAsNumber } from '../../../net/as-number.js'
import { inet4FromBytes, inet4ToBytes, parsePrefixLength } from '../../../net/inet.js'
import { parseRouteTarget, printRouteTarget } from '../../../net/route-target.js'
import type { Family } from '../family.js'

export const routeTargetKeyLength = 13
const targetAt = 4
const lengthAt = 12
const minimumLength = 32
const fullLength = 96

/** Asks for the routes of all route targets. Never written to. */
export const defaultRouteTargetKey: Uint8Array = new Uint8Array(routeTargetKeyLength)

export const routeTarget: Family = {
  name: 'route-target',
  afi: 1,
  safi: 132,
  tableSuffix: 'rtarget.0',
  masterTable: 'bgp.rtarget.0',
  keyLength: routeTargetKeyLength,
  fixedKeyLength: true,
  nextHopForm: 'inet',
  labeled: false,
  read(from, into) {
    const { bytes, at, end } = from
    const { key } = into
    into.clear()
    if (at >= end) {
      from.fail(from.short, 'route target expected, nothing left')
      return
    }
    const length = bytes[at]!
    if ((length !== 0 && length < minimumLength) || length > fullLength) {
      from.fail(from.short, `route target length ${length} is neither 0 nor 32 to 96`)
      return
    }
    const octets = (length + 7) >> 3
    if (at + 1 + octets > end) {
      from.fail(from.short, `route target length ${length} with ${end - at - 1} bytes left`)
      return
    }
    for (let i = 0; i < lengthAt; i++) key[i] = i < octets ? bytes[at + 1 + i]! : 0
    if ((length & 7) !== 0) key[octets - 1]! &= 0xff00 >> (length & 7)
    key[lengthAt] = length
    into.keyLength = routeTargetKeyLength
    from.at = at + 1 + octets
  },
  write(to, { key }) {
    const length = key[lengthAt]!
    to.u8(length)
    to.copy(key, 0, (length + 7) >> 3)
  },
  print(key, start) {
    const as = routeTargetAsOf(key, start)
    const target = routeTargetOf(key, start)
    const length = routeTargetLengthOf(key, start)
    if (length === 0) return '0:target:0:0'
    if (length === fullLength) return `${as}:${printRouteTarget(target)}`
    return `${as}:${Buffer.from(target).toString('hex')}/${length}`
  },
  parse(text) {
    if (text === '0:target:0:0') return defaultRouteTargetKey.slice()
    const colon = text.indexOf(':')
    const as = parseAsNumber(text.slice(0, Math.max(colon, 0)))
    if (as === undefined) return undefined
    const target = text.slice(colon + 1)
    const [, digits, length] = /^([0-9a-f]{16})(?:\/(\d+))?$/.exec(target) ?? []
    if (digits === undefined) {
      const known = parseRouteTarget(target)
      return known && routeTargetKey(as, known.bytes)
    }
    const bits = length === undefined ? fullLength : parsePrefixLength(length, fullLength)
    if (bits === undefined || bits < minimumLength) return undefined
    return routeTargetKey(as, Buffer.from(digits, 'hex'), bits)
  }
}

/** `target` is the 8 bytes of the extended community; bits past the length are cleared. */
export function routeTargetKey(as: number, target: Uint8Array, length = fullLength): Uint8Array {
  const key = inet4ToBytes(as, new Uint8Array(routeTargetKeyLength))
  key.set(target, targetAt)
  if ((length & 7) !== 0) key[length >> 3]! &= 0xff00 >> (length & 7)
  key.fill(0, (length + 7) >> 3, lengthAt)
  key[lengthAt] = length
  return key
}

/** Origin AS. */
export function routeTargetAsOf(key: Uint8Array, start = 0): number {
  return inet4FromBytes(key, start)
}

/** The 8 bytes of the extended community: a view, not a copy. */
export function routeTargetOf(key: Uint8Array, start = 0): Uint8Array {
  return key.subarray(start + targetAt, start + lengthAt)
}

/** In bits: 0 is the default, 96 one whole route target. */
export function routeTargetLengthOf(key: Uint8Array, start = 0): number {
  return key[start + lengthAt]!
}
