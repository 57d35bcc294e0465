/**
 * A route target as one number, for maps and sets: type (1 byte) * 2^48 + the six bytes behind type and sub-type.
 * Types 0 to 2 (RFC 4360 §3.1, RFC 5668 §2) make fewer than 51 bits, which a number holds exactly.
 */
import { printRouteTarget } from '../net/route-target.js'

export type TargetKey = number

const routeTargetSubType = 0x02
const highestType = 2
const typeUnit = 2 ** 48
const highUnit = 2 ** 32

/** Stands for all route targets in memberships (RFC 4684 §4); no route target has it. */
export const everyTarget: TargetKey = -1

/** The extended community at `bytes[at]` is a route target. */
export function isTarget(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 1] === routeTargetSubType && bytes[at]! <= highestType
}

/** Of an extended community that is a route target. */
export function targetKeyAt(bytes: Uint8Array, at: number): TargetKey {
  const low = bytes[at + 4]! * 0x1000000 + ((bytes[at + 5]! << 16) | (bytes[at + 6]! << 8) | bytes[at + 7]!)
  return bytes[at]! * typeUnit + ((bytes[at + 2]! << 8) | bytes[at + 3]!) * highUnit + low
}

/** The eight bytes of the extended community. */
export function targetBytes(key: TargetKey): Uint8Array {
  const bytes = new Uint8Array(8)
  const view = new DataView(bytes.buffer)
  bytes[0] = Math.floor(key / typeUnit)
  bytes[1] = routeTargetSubType
  view.setUint16(2, Math.floor(key / highUnit) & 0xffff)
  view.setUint32(4, key % highUnit)
  return bytes
}

/** `target:64512:8000000` */
export function printTarget(key: TargetKey): string {
  return key === everyTarget ? 'target:0:0' : printRouteTarget(targetBytes(key))
}
