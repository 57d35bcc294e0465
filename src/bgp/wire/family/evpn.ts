/**
 * EVPN: AFI 25, SAFI 70 (RFC 7432 §7, RFC 9135 §5, RFC 9136 §3.1, RFC 9251 §9.1).
 * Wire:   type (1), length (1), body. In the tables below a label is 3 bytes and an address has its length in bits
 *         (1) in front:
 *           1  RD, ESI, tag, label
 *           2  RD, ESI, tag, 48, MAC, IP (0, 32 or 128 bits), label, perhaps a second label
 *           3  RD, tag, IP
 *           4  RD, ESI, IP
 *           5  RD, ESI, tag, prefix length, prefix, gateway, label; prefix and gateway of 4 or of 16 bytes
 *           6  RD, tag, source, group, originator, flags (1)
 * Key:    `evpn-key.ts`. Labels go to `label` and `l3Label`, as the 24 bits on the wire: whether they hold an MPLS
 *         label or a VNI is in the path's encapsulation.
 * Extra:  empty, except: type 2 with an ESI, the ESI (10); type 5 with an ESI or a gateway, both (10 and 4 or 16);
 *         type 6 with flags other than IGMPv2, the flags (1).
 * Errors: length past the end. Unknown types and bodies that are wrong inside are passed over (RFC 7606 §5.4), the
 *         former unless `keepUnknown`. A withdrawal may lack the label of types 1, 2 and 5.
 */
import { esiLength } from '../../../net/esi.js'
import { maskInet6 } from '../../../net/inet6.js'
import { rdLength } from '../../../net/rd.js'
import type { Family } from '../family.js'
import { maximumKeyLength, type Nlri } from '../nlri.js'
import type { Writer } from '../writer.js'
import { EvpnType, parseEvpnKey, printEvpnKey } from './evpn-key.js'
import { readFrame, readOpaque, writeOpaque } from './typed.js'

const macBits = 48
/** The only flag that contrail-control ever sends (RFC 9251 §9.1: bit 6). */
const igmpV2 = 0x02

export const evpn: Family = {
  name: 'evpn',
  afi: 25,
  safi: 70,
  tableSuffix: 'evpn.0',
  masterTable: 'bgp.evpn.0',
  keyLength: maximumKeyLength,
  fixedKeyLength: false,
  nextHopForm: 'inet',
  labeled: true,
  read(from, into, withdrawn) {
    const next = readFrame(from, into)
    if (next < 0) return
    const { bytes, at } = from
    from.at = next
    const problem = readBody(bytes, at, next, into, withdrawn)
    if (problem === '') return
    into.clear()
    into.skipped = problem
  },
  write(to, nlri, withdrawn) {
    const { key } = nlri
    const mark = to.at
    switch (key[0]) {
      case EvpnType.autoDiscovery:
        to.at += 2
        to.copy(key, 1, 23)
        to.u24(nlri.label)
        break
      case EvpnType.macAdvertisement:
        writeMac(to, nlri, withdrawn)
        break
      case EvpnType.inclusiveMulticast:
      case EvpnType.ethernetSegment:
        to.at += 2
        to.copy(key, 1, nlri.keyLength)
        break
      case EvpnType.ipPrefix:
        writeIpPrefix(to, nlri, withdrawn)
        break
      case EvpnType.selectiveMulticast:
        to.at += 2
        to.copy(key, 1, nlri.keyLength)
        to.u8(nlri.extraLength === 1 ? nlri.extra[0]! : igmpV2)
        break
      default:
        writeOpaque(to, nlri)
        return
    }
    to.bytes[mark] = key[0]!
    to.bytes[mark + 1] = to.at - mark - 2
  },
  print: printEvpnKey,
  parse: parseEvpnKey
}

/** `at` is the offset of the type. Gives what is wrong, '' when nothing is. */
function readBody(bytes: Uint8Array, at: number, next: number, into: Nlri, withdrawn: boolean): string {
  into.key[0] = bytes[at]!
  switch (bytes[at]) {
    case EvpnType.autoDiscovery:
      return readAutoDiscovery(bytes, at + 2, next, into, withdrawn)
    case EvpnType.macAdvertisement:
      return readMac(bytes, at + 2, next, into, withdrawn)
    case EvpnType.inclusiveMulticast:
      return readOriginator(bytes, at + 2, next, into, 12)
    case EvpnType.ethernetSegment:
      return readOriginator(bytes, at + 2, next, into, 18)
    case EvpnType.ipPrefix:
      return readIpPrefix(bytes, at + 2, next, into, withdrawn)
    case EvpnType.selectiveMulticast:
      return readSelective(bytes, at + 2, next, into)
    default:
      return readOpaque(bytes, at, next, into)
  }
}

function readAutoDiscovery(
  bytes: Uint8Array,
  at: number,
  next: number,
  into: Nlri,
  withdrawn: boolean
): string {
  const length = next - at
  if (length !== 25 && !(withdrawn && length === 22)) return `type 1 of ${length} bytes, not 25`
  const { key } = into
  for (let i = 0; i < 22; i++) key[1 + i] = bytes[at + i]!
  into.keyLength = 23
  if (length === 25) into.label = u24(bytes, at + 22)
  return ''
}

/** By far the most frequent type: nothing is allocated. */
function readMac(bytes: Uint8Array, at: number, next: number, into: Nlri, withdrawn: boolean): string {
  const length = next - at
  if (length < 30) return `type 2 of ${length} bytes is too short`
  if (bytes[at + 22] !== macBits) return `MAC length ${bytes[at + 22]}, not 48`
  const ipBits = bytes[at + 29]!
  if (ipBits !== 0 && ipBits !== 32 && ipBits !== 128) return `IP length ${ipBits}, not 0, 32 or 128`
  const labelAt = at + 30 + (ipBits >> 3)
  const labels = next - labelAt
  if (labels !== 3 && labels !== 6 && !(withdrawn && labels === 0)) {
    return `type 2 of ${length} bytes with IP length ${ipBits}`
  }
  const { key, extra } = into
  let esi = 0
  for (let i = 0; i < rdLength; i++) key[1 + i] = bytes[at + i]!
  for (let i = 0; i < esiLength; i++) esi |= extra[i] = bytes[at + 8 + i]!
  for (let i = 0; i < 4; i++) key[9 + i] = bytes[at + 18 + i]!
  for (let i = 0; i < 6; i++) key[13 + i] = bytes[at + 23 + i]!
  let ip = 0
  for (let i = at + 30; i < labelAt; i++) ip |= key[i - at - 10] = bytes[i]!
  if (ip === 0) {
    // For the MAC alone: one key, however the address was left out.
    for (let i = 20; i < 24; i++) key[i] = 0
    key[19] = 32
    into.keyLength = 24
  } else {
    key[19] = ipBits
    into.keyLength = 20 + (ipBits >> 3)
  }
  if (esi !== 0) into.extraLength = esiLength
  if (labels >= 3) into.label = u24(bytes, labelAt)
  if (labels === 6) into.l3Label = u24(bytes, labelAt + 3)
  return ''
}

function writeMac(to: Writer, nlri: Nlri, withdrawn: boolean): void {
  const { bytes } = to
  const { key, extra } = nlri
  const hasEsi = !withdrawn && nlri.extraLength === esiLength
  let at = to.at + 2
  for (let i = 1; i <= rdLength; i++) bytes[at++] = key[i]!
  for (let i = 0; i < esiLength; i++) bytes[at++] = hasEsi ? extra[i]! : 0
  for (let i = 9; i < 13; i++) bytes[at++] = key[i]!
  bytes[at++] = macBits
  for (let i = 13; i < 19; i++) bytes[at++] = key[i]!
  let ip = 0
  for (let i = 20; i < nlri.keyLength; i++) ip |= bytes[at + i - 19] = key[i]!
  bytes[at] = ip === 0 ? 0 : key[19]!
  at += 1 + (bytes[at]! >> 3)
  to.at = at
  to.u24(nlri.label)
  if (!withdrawn && nlri.l3Label >= 0) to.u24(nlri.l3Label)
}

/** Types 3 and 4, which are their key: `ipLengthAt` bytes, then an address with its length. */
function readOriginator(bytes: Uint8Array, at: number, next: number, into: Nlri, ipLengthAt: number): string {
  const length = next - at
  const ipBits = length > ipLengthAt ? bytes[at + ipLengthAt]! : 0
  if (ipBits !== 32 && ipBits !== 128) return `IP length ${ipBits}, not 32 or 128`
  if (length !== ipLengthAt + 1 + (ipBits >> 3)) return `${length} bytes with IP length ${ipBits}`
  const { key } = into
  for (let i = 0; i < length; i++) key[1 + i] = bytes[at + i]!
  into.keyLength = 1 + length
  return ''
}

function readIpPrefix(bytes: Uint8Array, at: number, next: number, into: Nlri, withdrawn: boolean): string {
  const length = next - at
  const ipBytes = length >= 55 ? 16 : 4
  const labelAt = at + 23 + 2 * ipBytes
  if (next !== labelAt + 3 && !(withdrawn && next === labelAt))
    return `type 5 of ${length} bytes, not 34 or 58`
  const bits = bytes[at + 22]!
  if (bits > 8 * ipBytes) return `prefix length ${bits} exceeds ${8 * ipBytes}`
  const { key, extra } = into
  for (let i = 0; i < rdLength; i++) key[1 + i] = bytes[at + i]!
  for (let i = 0; i < 4; i++) key[9 + i] = bytes[at + 18 + i]!
  key[13] = 8 * ipBytes
  for (let i = 0; i < 16; i++) key[14 + i] = i < ipBytes ? bytes[at + 23 + i]! : 0
  maskInet6(key, bits, 14)
  key[14 + ipBytes] = bits
  into.keyLength = 15 + ipBytes
  let overlay = 0
  for (let i = 0; i < esiLength; i++) overlay |= extra[i] = bytes[at + 8 + i]!
  for (let i = 0; i < ipBytes; i++) overlay |= extra[esiLength + i] = bytes[at + 23 + ipBytes + i]!
  if (overlay !== 0) into.extraLength = esiLength + ipBytes
  if (next > labelAt) into.label = u24(bytes, labelAt)
  return ''
}

function writeIpPrefix(to: Writer, nlri: Nlri, withdrawn: boolean): void {
  const { bytes } = to
  const { key, extra } = nlri
  const ipBytes = key[13]! >> 3
  const hasOverlay = !withdrawn && nlri.extraLength === esiLength + ipBytes
  let at = to.at + 2
  for (let i = 1; i <= rdLength; i++) bytes[at++] = key[i]!
  for (let i = 0; i < esiLength; i++) bytes[at++] = hasOverlay ? extra[i]! : 0
  for (let i = 9; i < 13; i++) bytes[at++] = key[i]!
  bytes[at++] = key[14 + ipBytes]!
  for (let i = 0; i < ipBytes; i++) bytes[at++] = key[14 + i]!
  for (let i = 0; i < ipBytes; i++) bytes[at++] = hasOverlay ? extra[esiLength + i]! : 0
  to.at = at
  to.u24(nlri.label)
}

function readSelective(bytes: Uint8Array, at: number, next: number, into: Nlri): string {
  const { key } = into
  for (let i = 0; i < 12; i++) key[1 + i] = bytes[at + i]!
  let from = at + 12
  let to = 13
  for (let address = 0; address < 3; address++) {
    const bits = from < next ? bytes[from]! : -1
    if (bits !== 32 && bits !== 128 && !(bits === 0 && address < 2))
      return `type 6 with address length ${bits}`
    const end = from + 1 + (bits >> 3)
    if (end > next) return `type 6 of ${next - at} bytes is too short`
    const lengthAt = to
    let value = 0
    key[to++] = bits
    for (let i = from + 1; i < end; i++) value |= key[to++] = bytes[i]!
    if (address === 0 && value === 0) {
      // (*,G), however the source was left out.
      key[lengthAt] = 0
      to = lengthAt + 1
    }
    from = end
  }
  if (from + 1 !== next) return `type 6 of ${next - at} bytes, not ${from + 1 - at}`
  into.keyLength = to
  if (bytes[from] !== igmpV2) {
    into.extra[0] = bytes[from]!
    into.extraLength = 1
  }
  return ''
}

function u24(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
}
