/**
 * Edge-replicated multicast: AFI 1, SAFI 243, private to contrail-control (spec evpn-multicast 2.2).
 * Wire:   type (1 local tree, 2 global tree), length 22, RD (8), router id (4), 32, source (4), 32, group (4).
 * Key:    source (4), group (4), type (1), RD (8), router id (4): the order of the table. Native routes, type 0,
 *         have keys and never stand on the wire.
 * Text:   `<type>-<rd>-<router id>,<group>,<source>`
 * Errors: length past the end. Unknown types and wrong sizes are passed over.
 */
import { inet4FromBytes, inet4ToBytes, parseInet4, printInet4 } from '../../../net/inet.js'
import { parseRd, printRd, rdLength } from '../../../net/rd.js'
import type { Family } from '../family.js'
import { readFrame } from './typed.js'

/** Route types. */
export const ErmVpnType = { native: 0, localTree: 1, globalTree: 2 } as const
export type ErmVpnType = (typeof ErmVpnType)[keyof typeof ErmVpnType]

export const ermVpnKeyLength = 21
const groupAt = 4
const typeAt = 8
const rdAt = 9
const routerIdAt = 17
const bodyLength = 22
const addressBits = 32

export const ermVpn: Family = {
  name: 'erm-vpn',
  afi: 1,
  safi: 243,
  tableSuffix: 'ermvpn.0',
  masterTable: 'bgp.ermvpn.0',
  keyLength: ermVpnKeyLength,
  fixedKeyLength: true,
  nextHopForm: 'inet',
  labeled: false,
  read(from, into) {
    const next = readFrame(from, into)
    if (next < 0) return
    const { bytes, at } = from
    const { key } = into
    const type = bytes[at]!
    from.at = next
    if (type !== ErmVpnType.localTree && type !== ErmVpnType.globalTree) {
      into.skipped = `route type ${type} is unknown`
    } else if (next - at - 2 !== bodyLength) {
      into.skipped = `body of ${next - at - 2} bytes, not ${bodyLength}`
    } else if (bytes[at + 14] !== addressBits || bytes[at + 19] !== addressBits) {
      into.skipped = `source length ${bytes[at + 14]} and group length ${bytes[at + 19]}, not 32`
    } else {
      for (let i = 0; i < 4; i++) {
        key[i] = bytes[at + 15 + i]!
        key[groupAt + i] = bytes[at + 20 + i]!
      }
      key[typeAt] = type
      for (let i = 0; i < rdLength + 4; i++) key[rdAt + i] = bytes[at + 2 + i]!
      into.keyLength = ermVpnKeyLength
    }
  },
  write(to, { key }) {
    to.u8(key[typeAt]!)
    to.u8(bodyLength)
    to.copy(key, rdAt, ermVpnKeyLength)
    to.u8(addressBits)
    to.copy(key, 0, groupAt)
    to.u8(addressBits)
    to.copy(key, groupAt, typeAt)
  },
  print(key, start) {
    const routerId = printInet4(ermVpnRouterIdOf(key, start))
    const group = printInet4(ermVpnGroupOf(key, start))
    const source = printInet4(ermVpnSourceOf(key, start))
    return `${key[start + typeAt]}-${printRd(key, start + rdAt)}-${routerId},${group},${source}`
  },
  parse(text) {
    const [, type, rdText = '', ...addresses] = /^([012])-([^-]+)-([^,]+),([^,]+),([^,]+)$/.exec(text) ?? []
    const rd = parseRd(rdText)
    const [routerId, group, source] = addresses.map(parseInet4)
    if (rd === undefined || routerId === undefined || group === undefined || source === undefined) {
      return undefined
    }
    return ermVpnKey(Number(type) as ErmVpnType, rd, routerId, group, source)
  }
}

export function ermVpnKey(
  type: ErmVpnType,
  rd: Uint8Array,
  routerId: number,
  group: number,
  source: number
): Uint8Array {
  const key = new Uint8Array(ermVpnKeyLength)
  inet4ToBytes(source, key)
  inet4ToBytes(group, key, groupAt)
  key[typeAt] = type
  key.set(rd, rdAt)
  return inet4ToBytes(routerId, key, routerIdAt)
}

export function ermVpnTypeOf(key: Uint8Array, start = 0): ErmVpnType {
  return key[start + typeAt] as ErmVpnType
}

/** A view, not a copy. */
export function ermVpnRdOf(key: Uint8Array, start = 0): Uint8Array {
  return key.subarray(start + rdAt, start + routerIdAt)
}

export function ermVpnRouterIdOf(key: Uint8Array, start = 0): number {
  return inet4FromBytes(key, start + routerIdAt)
}

export function ermVpnGroupOf(key: Uint8Array, start = 0): number {
  return inet4FromBytes(key, start + groupAt)
}

export function ermVpnSourceOf(key: Uint8Array, start = 0): number {
  return inet4FromBytes(key, start)
}

/** The same route under another RD, as it is copied between a VRF and the VPN table. */
export function ermVpnWithRd(key: Uint8Array, rd: Uint8Array): Uint8Array {
  const copy = key.slice()
  copy.set(rd, rdAt)
  return copy
}
