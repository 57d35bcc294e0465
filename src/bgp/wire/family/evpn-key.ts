/**
 * Keys of EVPN routes: what identifies them (RFC 7432 §7, RFC 9136 §3.1, RFC 9251 §9.1; spec evpn-multicast 1.3).
 * Each begins with the route type (1) and the RD (8); an address has its length in bits (1) in front:
 *
 *   1 auto-discovery       ESI (10), tag (4)
 *   2 MAC advertisement    tag (4), MAC (6), length 32 or 128, IP
 *   3 inclusive multicast  tag (4), length 32 or 128, IP
 *   4 Ethernet segment     ESI (10), length 32 or 128, IP
 *   5 IP prefix            tag (4), length 32 or 128, IP, prefix length (1)
 *   6 selective multicast  tag (4), length 0, 32 or 128, source, the same with group, and with originator
 *   others                 type (1), then the body as on the wire: opaque
 *
 * Bytewise order is the order of the table: type, then field by field, IPv4 before IPv6. A route for a MAC without
 * IP has 0.0.0.0 in its key; agents also make one with ::, which is another key and the same bytes on the wire.
 * The last bytes of a type 5 key, from the IP on, are a key of `inet` or `inet6`.
 */
import { parseDecimal } from '../../../net/as-number.js'
import { esiLength, parseEsi, printEsi } from '../../../net/esi.js'
import { inet4FromBytes, inet4ToBytes } from '../../../net/inet.js'
import { isUnspecified, parseIp, printIp } from '../../../net/ip.js'
import { parseMac, printMac } from '../../../net/mac.js'
import { parseRd, printRd } from '../../../net/rd.js'
import { parseInetKey } from './inet.js'
import { parseInet6Key } from './inet6.js'
import { joinKey, parseOpaque, printOpaque } from './typed.js'

/** Route types. */
export const EvpnType = {
  autoDiscovery: 1,
  macAdvertisement: 2,
  inclusiveMulticast: 3,
  ethernetSegment: 4,
  ipPrefix: 5,
  selectiveMulticast: 6
} as const
export type EvpnType = (typeof EvpnType)[keyof typeof EvpnType]

/** Ethernet tag MAX-ET: a type 1 route per segment (RFC 7432 §8.2.1). */
export const maximumTag = 0xffffffff

const rdAt = 1
/** Behind the RD: tag of types 2, 3, 5 and 6, ESI of types 1 and 4. */
const tagAt = 9
const esiAt = 9
const tagBehindEsi = esiAt + esiLength
const macAt = 13
const unspecifiedInet4 = new Uint8Array(4)

/** Offset of the length of the (first) address. */
function ipLengthAt(type: number): number {
  return type === EvpnType.macAdvertisement || type === EvpnType.ethernetSegment ? 19 : 13
}

export function evpnAutoDiscoveryKey(rd: Uint8Array, esi: Uint8Array, tag: number): Uint8Array {
  return joinKey(Uint8Array.of(EvpnType.autoDiscovery), rd, esi, inet4ToBytes(tag))
}

/** `ip` has 4 or 16 bytes; left out for a route of the MAC alone. */
export function evpnMacKey(
  rd: Uint8Array,
  tag: number,
  mac: Uint8Array,
  ip: Uint8Array = unspecifiedInet4
): Uint8Array {
  return joinKey(Uint8Array.of(EvpnType.macAdvertisement), rd, inet4ToBytes(tag), mac, sized(ip))
}

/** `ip`, the originating router, has 4 or 16 bytes. */
export function evpnMulticastKey(rd: Uint8Array, tag: number, ip: Uint8Array): Uint8Array {
  return joinKey(Uint8Array.of(EvpnType.inclusiveMulticast), rd, inet4ToBytes(tag), sized(ip))
}

/** `ip`, the originating router, has 4 or 16 bytes. */
export function evpnSegmentKey(rd: Uint8Array, esi: Uint8Array, ip: Uint8Array): Uint8Array {
  return joinKey(Uint8Array.of(EvpnType.ethernetSegment), rd, esi, sized(ip))
}

/** `prefixKey` is a key of `inet` or `inet6`. */
export function evpnPrefixKey(rd: Uint8Array, tag: number, prefixKey: Uint8Array): Uint8Array {
  const ipBits = Uint8Array.of((prefixKey.length - 1) * 8)
  return joinKey(Uint8Array.of(EvpnType.ipPrefix), rd, inet4ToBytes(tag), ipBits, prefixKey)
}

/** Addresses have 4 or 16 bytes; `source` is left out for (*,G), and an unspecified one is the same. */
export function evpnSelectiveKey(
  rd: Uint8Array,
  tag: number,
  source: Uint8Array | undefined,
  group: Uint8Array,
  originator: Uint8Array
): Uint8Array {
  const from = source === undefined || isUnspecified(source) ? Uint8Array.of(0) : sized(source)
  const type = Uint8Array.of(EvpnType.selectiveMulticast)
  return joinKey(type, rd, inet4ToBytes(tag), from, sized(group), sized(originator))
}

function sized(ip: Uint8Array): Uint8Array {
  return joinKey(Uint8Array.of(ip.length * 8), ip)
}

function isKnown(type: number): boolean {
  return type >= EvpnType.autoDiscovery && type <= EvpnType.selectiveMulticast
}

/** May be none of `EvpnType` where unknown types are kept. */
export function evpnTypeOf(key: Uint8Array, start = 0): number {
  return key[start]!
}

/** A view, not a copy. */
export function evpnRdOf(key: Uint8Array, start = 0): Uint8Array {
  return key.subarray(start + rdAt, start + tagAt)
}

/** Ethernet tag; 0 for type 4, which has none. */
export function evpnTagOf(key: Uint8Array, start = 0): number {
  const type = key[start]
  if (type === EvpnType.ethernetSegment) return 0
  return inet4FromBytes(key, start + (type === EvpnType.autoDiscovery ? tagBehindEsi : tagAt))
}

/** Of type 2: a view, not a copy. */
export function evpnMacOf(key: Uint8Array, start = 0): Uint8Array {
  return key.subarray(start + macAt, start + macAt + 6)
}

/** Of types 1 and 4: a view, not a copy. */
export function evpnEsiOf(key: Uint8Array, start = 0): Uint8Array {
  return key.subarray(start + esiAt, start + tagBehindEsi)
}

/** Of types 2 to 5, 4 or 16 bytes: a view, not a copy. */
export function evpnIpOf(key: Uint8Array, start = 0): Uint8Array {
  return ipAt(key, start + ipLengthAt(key[start]!))
}

/** The address whose length in bits is at `at`. */
function ipAt(key: Uint8Array, at: number): Uint8Array {
  return key.subarray(at + 1, at + 1 + (key[at]! >> 3))
}

/** A type 2 route for the MAC alone. */
export function evpnIsMacOnly(key: Uint8Array, start = 0): boolean {
  return isUnspecified(evpnIpOf(key, start))
}

/** Of type 5: the key of `inet` (5 bytes) or `inet6` (17 bytes) that it stands for: a view, not a copy. */
export function evpnToPrefixKey(key: Uint8Array, start = 0): Uint8Array {
  const at = start + ipLengthAt(EvpnType.ipPrefix)
  return key.subarray(at + 1, at + 2 + (key[at]! >> 3))
}

/** Of type 6: undefined for (*,G). A view, not a copy. */
export function evpnSourceOf(key: Uint8Array, start = 0): Uint8Array | undefined {
  const source = ipAt(key, selectiveAt(key, start, 0))
  return source.length === 0 ? undefined : source
}

/** Of type 6: a view, not a copy; empty for (*,*). */
export function evpnGroupOf(key: Uint8Array, start = 0): Uint8Array {
  return ipAt(key, selectiveAt(key, start, 1))
}

/** Of type 6: a view, not a copy. */
export function evpnOriginatorOf(key: Uint8Array, start = 0): Uint8Array {
  return ipAt(key, selectiveAt(key, start, 2))
}

/** Offset of the length of address `index` of a type 6 route. */
function selectiveAt(key: Uint8Array, start: number, index: number): number {
  let at = start + ipLengthAt(EvpnType.selectiveMulticast)
  for (let i = 0; i < index; i++) at += 1 + (key[at]! >> 3)
  return at
}

/** The same route under another RD, as it is copied between a VRF and the VPN table. */
export function evpnWithRd(key: Uint8Array, rd: Uint8Array): Uint8Array {
  const copy = key.slice()
  copy.set(rd, rdAt)
  return copy
}

export function printEvpnKey(key: Uint8Array, start: number, end: number): string {
  const type = key[start]!
  if (!isKnown(type)) return printOpaque(key, start, end)
  const head = `${type}-${printRd(key, start + rdAt)}-`
  switch (type) {
    case EvpnType.autoDiscovery:
      return `${head}${printEsi(key, start + esiAt)}-${evpnTagOf(key, start)}`
    case EvpnType.macAdvertisement:
      return `${head}${evpnTagOf(key, start)}-${printMac(key, start + macAt)},${printIp(evpnIpOf(key, start))}`
    case EvpnType.inclusiveMulticast:
      return `${head}${evpnTagOf(key, start)}-${printIp(evpnIpOf(key, start))}`
    case EvpnType.ethernetSegment:
      return `${head}${printEsi(key, start + esiAt)}-${printIp(evpnIpOf(key, start))}`
    case EvpnType.ipPrefix:
      return `${head}${evpnTagOf(key, start)}-${printIp(evpnIpOf(key, start))}/${key[end - 1]}`
    default: {
      const source = evpnSourceOf(key, start)
      const group = evpnGroupOf(key, start)
      const pair = `${source === undefined ? '' : `${printIp(source)}-`}${group.length === 0 ? '*' : printIp(group)}`
      return `${head}${evpnTagOf(key, start)}-${pair}-${printIp(evpnOriginatorOf(key, start))}`
    }
  }
}

/** The inverse of `printEvpnKey`. A type 6 route may be (*,G), where contrail-control's own parser wants a source. */
export function parseEvpnKey(text: string): Uint8Array | undefined {
  const [typeText = '', rdText = '', ...rest] = text.split('-')
  const type = parseDecimal(typeText, 255)
  if (type === undefined) return undefined
  if (!isKnown(type)) return rest.length === 0 ? parseOpaque(type, rdText) : undefined
  const rd = parseRd(rdText)
  if (rd === undefined || rest.length < 2) return undefined
  if (type === EvpnType.selectiveMulticast) return parseSelective(rd, rest)
  if (rest.length !== 2) return undefined
  const [first = '', second = ''] = rest
  if (type === EvpnType.autoDiscovery || type === EvpnType.ethernetSegment) {
    const esi = parseEsi(first)
    if (esi === undefined) return undefined
    if (type === EvpnType.ethernetSegment) return given(parseIp(second), ip => evpnSegmentKey(rd, esi, ip))
    return given(parseDecimal(second, maximumTag), tag => evpnAutoDiscoveryKey(rd, esi, tag))
  }
  const tag = parseDecimal(first, maximumTag)
  if (tag === undefined) return undefined
  switch (type) {
    case EvpnType.inclusiveMulticast:
      return given(parseIp(second), ip => evpnMulticastKey(rd, tag, ip))
    case EvpnType.ipPrefix:
      return given(parseInetKey(second) ?? parseInet6Key(second), prefix => evpnPrefixKey(rd, tag, prefix))
    default: {
      const [macText = '', ipText = '', ...more] = second.split(',')
      const mac = parseMac(macText)
      if (mac === undefined || more.length > 0) return undefined
      return given(parseIp(ipText), ip => evpnMacKey(rd, tag, mac, ip))
    }
  }
}

function parseSelective(rd: Uint8Array, parts: readonly string[]): Uint8Array | undefined {
  const tag = parseDecimal(parts[0]!, maximumTag)
  const [originator, group, source] = parts
    .slice(1)
    .reverse()
    .map(part => (part === '*' ? new Uint8Array(0) : parseIp(part)))
  if (tag === undefined || parts.length > 4 || group === undefined || !originator?.length) return undefined
  if (parts.length === 4 && !source?.length) return undefined
  return evpnSelectiveKey(rd, tag, source, group, originator)
}

function given<A, B>(value: A | undefined, then: (value: A) => B): B | undefined {
  return value === undefined ? undefined : then(value)
}
