/**
 * Next hops in MP_REACH_NLRI (spec bgp 7.3; RFC 4760 §3, RFC 2545 §3, RFC 4364 §4.3.2, RFC 4659 §3.2.1, RFC 8950 §4)
 * and in canonical form: 4 bytes, 16, or 32 (global, link-local).
 */
import { isInet4Mapped, isLinkLocal } from '../../net/inet6.js'
import { isUnspecified } from '../../net/ip.js'
import { rdLength } from '../../net/rd.js'
import { copyBytes, u32At } from './attributes.js'
import type { Family } from './family.js'

/** The family takes a next hop of `length` bytes from the wire. */
export function isNextHopLength(family: Family, length: number, extendedNextHop: boolean): boolean {
  switch (family.nextHopForm) {
    case 'inet':
      if (length === 4) return true
      if (extendedNextHop) return length === 16 || length === 32
      // Prefix families need RFC 8950; typed ones (EVPN, route targets, MVPN) take either kind of address.
      return length === 16 && !(family.afi === 1 && needsExtended(family.safi))
    case 'inet6':
      return length === 16 || length === 32
    case 'inet-vpn':
      return length === 12 || (extendedNextHop && (length === 24 || length === 48))
    case 'inet6-vpn':
      return length === 24 || length === 48
  }
}

/** Unicast, labeled, and the private SAFI of ERM-VPN, whose next hops are those of an IPv4 underlay. */
function needsExtended(safi: number): boolean {
  return safi === 1 || safi === 4 || safi === 243
}

/**
 * Writes the canonical form of the next hop `bytes[start..start+length)` to `into[at..)` and gives the offset behind.
 * The RD of a VPN next hop is left out, an IPv4-mapped address becomes IPv4, and of two equal or swapped addresses
 * the global one comes first.
 */
export function writeCanonicalNextHop(
  bytes: Uint8Array,
  start: number,
  length: number,
  into: Uint8Array,
  at: number
): number {
  switch (length) {
    case 12:
      return copyBytes(into, at, bytes, start + rdLength, start + length)
    case 24:
      return writeInet6(bytes, start + rdLength, into, at)
    case 48:
      return writePair(bytes, start + rdLength, start + 24 + rdLength, into, at)
    case 32:
      return writePair(bytes, start, start + 16, into, at)
    case 16:
      return writeInet6(bytes, start, into, at)
    default:
      return copyBytes(into, at, bytes, start, start + length)
  }
}

function writeInet6(bytes: Uint8Array, start: number, into: Uint8Array, at: number): number {
  return copyBytes(into, at, bytes, isInet4Mapped(bytes, start) ? start + 12 : start, start + 16)
}

function writePair(bytes: Uint8Array, first: number, second: number, into: Uint8Array, at: number): number {
  if (isUnspecified(bytes, second, 16) || isSame(bytes, first, second) || isInet4Mapped(bytes, first)) {
    return writeInet6(bytes, first, into, at)
  }
  const swapped = isLinkLocal(bytes, first) && !isLinkLocal(bytes, second)
  const behind = copyBytes(into, at, bytes, swapped ? second : first, (swapped ? second : first) + 16)
  return copyBytes(into, behind, bytes, swapped ? first : second, (swapped ? first : second) + 16)
}

/**
 * A canonical next hop that traffic can be sent to: not unspecified, multicast, reserved, nor (unless `loopback`
 * allows it) the loopback (spec bgp 8.2).
 */
export function isUsableNextHop(bytes: Uint8Array, start: number, end: number, loopback: boolean): boolean {
  const first = bytes[start]!
  if (end - start === 4) {
    return first < 224 && (first !== 127 || loopback) && u32At(bytes, start) !== 0
  }
  if (first === 0xff) return false
  if (first !== 0) return true
  for (let i = start; i < start + 15; i++) if (bytes[i] !== 0) return true
  return bytes[start + 15]! > 1 || (bytes[start + 15] === 1 && loopback)
}

/** A session can say a canonical next hop of `length` bytes for prefixes of the family. */
export function canSayNextHop(family: Family, length: number, extendedNextHop: boolean): boolean {
  return length > 0 && isNextHopLength(family, wireNextHopLength(family, length), extendedNextHop)
}

/** Bytes of a canonical next hop of `length` bytes as the family writes it. */
export function wireNextHopLength(family: Family, length: number): number {
  switch (family.nextHopForm) {
    case 'inet':
      return length
    case 'inet6':
      return length === 4 ? 16 : length
    case 'inet-vpn':
      return length === 32 ? 48 : length + rdLength
    case 'inet6-vpn':
      return length === 32 ? 48 : 24
  }
}

/** Writes a canonical next hop in the family's form; the RD is 0. */
export function writeWireNextHop(
  family: Family,
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  at: number
): number {
  const { nextHopForm } = family
  const vpn = nextHopForm === 'inet-vpn' || nextHopForm === 'inet6-vpn'
  const mapped = end - start === 4 && (nextHopForm === 'inet6' || nextHopForm === 'inet6-vpn')
  if (vpn) {
    into.fill(0, at, at + rdLength)
    at += rdLength
  }
  if (mapped) {
    into.fill(0, at, at + 10)
    into[at + 10] = 0xff
    into[at + 11] = 0xff
    at += 12
  }
  if (!vpn || end - start <= 16) return copyBytes(into, at, bytes, start, end)
  at = copyBytes(into, at, bytes, start, start + 16)
  into.fill(0, at, at + rdLength)
  return copyBytes(into, at + rdLength, bytes, start + 16, end)
}

function isSame(bytes: Uint8Array, one: number, other: number): boolean {
  for (let i = 0; i < 16; i++) if (bytes[one + i] !== bytes[other + i]) return false
  return true
}
