/**
 * EXTENDED_COMMUNITIES: 8 bytes each, the first two of which say what it is (RFC 4360, RFC 7153; spec routing 5.3).
 * Ranges are those of the attribute's value; walk it in steps of `extendedLength`. Readers take the offset of one
 * community, or a range, of which the first of its kind counts.
 *
 * Security groups, tags, origin VNs and subclusters, which may need two communities for one number, are in
 * `as-scoped-communities.ts`; text is in `ext-community-text.ts`.
 */
import { inet4FromBytes, inet4ToBytes } from '../../net/inet.js'

export const extendedLength = 8

/** The first two bytes. Those from 0x8000 on are contrail-control's own, 0xc000 is not transitive. */
export const ExtendedKind = {
  vrfRouteImport: 0x010b,
  encapsulation: 0x030c,
  defaultGateway: 0x030d,
  loadBalance: 0x03aa,
  macMobility: 0x0600,
  esiLabel: 0x0601,
  esImport: 0x0602,
  routerMac: 0x0603,
  eTree: 0x0605,
  multicastFlags: 0x0609,
  securityGroup: 0x8004,
  originVn: 0x8071,
  tag: 0x8084,
  subcluster: 0x8085,
  securityGroupAs4: 0x8204,
  originVnAs4: 0x8271,
  tagAs4: 0x8284,
  subclusterAs4: 0x8285,
  localSequenceNumber: 0xc000
} as const

/** Sub-types of the kinds that exist for AS (type 0), address (1) and four-byte AS (2). */
const routeTargetSubType = 0x02
const routeOriginSubType = 0x03
const sourceAsSubType = 0x09

/** Tunnel types (RFC 9012 §4.1, IANA); 13, MPLS over UDP, is contrail-control's `udp`. */
export const TunnelType = {
  gre: 2,
  vxlan: 8,
  nvgre: 9,
  mpls: 10,
  mplsOverGre: 11,
  vxlanGpe: 12,
  udp: 13,
  native: 16
} as const

/** Header fields that share the load, as bits of one byte; the default is all of them. */
export const LoadBalanceField = {
  l3Source: 0x80,
  l3Destination: 0x40,
  l4Protocol: 0x20,
  l4SourcePort: 0x10,
  l4DestinationPort: 0x08
} as const
export const allLoadBalanceFields = 0xf8

export function extendedKindAt(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

/** Offset of the first community of the kind; -1: there is none. */
export function findExtended(bytes: Uint8Array, start: number, end: number, kind: number): number {
  for (let at = start; at < end; at += extendedLength) if (extendedKindAt(bytes, at) === kind) return at
  return -1
}

/** Offset of the first community equal to `value`; -1: there is none. */
export function findExtendedValue(bytes: Uint8Array, start: number, end: number, value: Uint8Array): number {
  for (let at = start; at < end; at += extendedLength) {
    let i = 0
    while (i < extendedLength && bytes[at + i] === value[i]) i++
    if (i === extendedLength) return at
  }
  return -1
}

/** RFC 4360 §4, RFC 5668 §2. */
export function isRouteTarget(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! <= 2 && bytes[at + 1] === routeTargetSubType
}

/** Route origin, also called site of origin (RFC 4360 §5). */
export function isRouteOrigin(bytes: Uint8Array, at: number): boolean {
  return bytes[at]! <= 2 && bytes[at + 1] === routeOriginSubType
}

/** RFC 6514 §6. */
export function isSourceAs(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] === 0 || bytes[at] === 2) && bytes[at + 1] === sourceAsSubType
}

/** The AS of a source AS community at `at`. */
export function sourceAsAt(bytes: Uint8Array, at: number): number {
  return bytes[at] === 0 ? (bytes[at + 2]! << 8) | bytes[at + 3]! : inet4FromBytes(bytes, at + 2)
}

export function sourceAsCommunity(as: number): Uint8Array {
  const value = Uint8Array.of(as > 0xffff ? 2 : 0, sourceAsSubType, 0, 0, 0, 0, 0, 0)
  if (as > 0xffff) return inet4ToBytes(as, value, 2)
  value[2] = as >>> 8
  value[3] = as
  return value
}

/** `address` is the node's BGP identifier, `index` that of the instance (RFC 6514 §7). */
export function vrfRouteImportCommunity(address: number, index: number): Uint8Array {
  const value = inet4ToBytes(address, of(ExtendedKind.vrfRouteImport), 2)
  value[6] = index >>> 8
  value[7] = index
  return value
}

/** The tunnel type of an encapsulation community at `at`. */
export function encapsulationAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 6]! << 8) | bytes[at + 7]!
}

/** Tunnel types, ascending where the range is. */
export function encapsulationsOf(bytes: Uint8Array, start: number, end: number): number[] {
  const types: number[] = []
  for (let at = start; at < end; at += extendedLength) {
    if (extendedKindAt(bytes, at) === ExtendedKind.encapsulation) types.push(encapsulationAt(bytes, at))
  }
  return types
}

/** Label fields of such a path are VNIs, whatever other tunnels it takes (spec evpn-multicast 1.4). */
export function isVxlan(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += extendedLength) {
    const isEncapsulation = extendedKindAt(bytes, at) === ExtendedKind.encapsulation
    if (isEncapsulation && encapsulationAt(bytes, at) === TunnelType.vxlan) return true
  }
  return false
}

export function encapsulationCommunity(tunnelType: number): Uint8Array {
  const value = of(ExtendedKind.encapsulation)
  value[6] = tunnelType >>> 8
  value[7] = tunnelType
  return value
}

/** RFC 7432 §10.1: default gateway of the subnet. */
export function defaultGatewayCommunity(): Uint8Array {
  return of(ExtendedKind.defaultGateway)
}

export interface LoadBalance {
  /** Bits of `LoadBalanceField`. */
  readonly fields: number
  readonly sourceBias: boolean
}

/** Absence is the default. */
export function loadBalanceOf(bytes: Uint8Array, start: number, end: number): LoadBalance {
  const at = findExtended(bytes, start, end, ExtendedKind.loadBalance)
  if (at < 0) return { fields: allLoadBalanceFields, sourceBias: false }
  return { fields: bytes[at + 2]! & allLoadBalanceFields, sourceBias: (bytes[at + 4]! & 0x80) !== 0 }
}

/** Undefined for the default, which is never sent. */
export function loadBalanceCommunity({ fields, sourceBias }: LoadBalance): Uint8Array | undefined {
  if (fields === allLoadBalanceFields && !sourceBias) return undefined
  const value = of(ExtendedKind.loadBalance)
  value[2] = fields
  value[4] = sourceBias ? 0x80 : 0
  return value
}

export interface MacMobility {
  readonly sequence: number
  readonly sticky: boolean
}

/** RFC 7432 §7.7. */
export function macMobilityOf(bytes: Uint8Array, start: number, end: number): MacMobility | undefined {
  const at = findExtended(bytes, start, end, ExtendedKind.macMobility)
  return at < 0 ? undefined : { sequence: inet4FromBytes(bytes, at + 4), sticky: flagAt(bytes, at) }
}

export function macMobilityCommunity({ sequence, sticky }: MacMobility): Uint8Array {
  const value = of(ExtendedKind.macMobility)
  value[2] = sticky ? 1 : 0
  return inet4ToBytes(sequence, value, 4)
}

export interface EsiLabel {
  readonly singleActive: boolean
  /** 20 bits. */
  readonly label: number
}

/** RFC 7432 §7.5. */
export function esiLabelOf(bytes: Uint8Array, start: number, end: number): EsiLabel | undefined {
  const at = findExtended(bytes, start, end, ExtendedKind.esiLabel)
  return at < 0 ? undefined : { singleActive: flagAt(bytes, at), label: labelAt(bytes, at) }
}

export function esiLabelCommunity({ singleActive, label }: EsiLabel): Uint8Array {
  return flagAndLabel(ExtendedKind.esiLabel, singleActive, label)
}

export interface ETree {
  readonly leaf: boolean
  /** 20 bits. */
  readonly label: number
}

/** RFC 8317 §6.1. */
export function eTreeOf(bytes: Uint8Array, start: number, end: number): ETree | undefined {
  const at = findExtended(bytes, start, end, ExtendedKind.eTree)
  return at < 0 ? undefined : { leaf: flagAt(bytes, at), label: labelAt(bytes, at) }
}

export function eTreeCommunity({ leaf, label }: ETree): Uint8Array {
  return flagAndLabel(ExtendedKind.eTree, leaf, label)
}

/** 6 bytes, a copy (RFC 9135 §8.1). */
export function routerMacOf(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  const at = findExtended(bytes, start, end, ExtendedKind.routerMac)
  return at < 0 ? undefined : bytes.slice(at + 2, at + extendedLength)
}

export function routerMacCommunity(mac: Uint8Array): Uint8Array {
  return withMac(ExtendedKind.routerMac, mac)
}

/** RFC 7432 §7.6. */
export function esImportCommunity(mac: Uint8Array): Uint8Array {
  return withMac(ExtendedKind.esImport, mac)
}

/** RFC 9251 §9.4; 0 where there is none. */
export function multicastFlagsOf(bytes: Uint8Array, start: number, end: number): number {
  const at = findExtended(bytes, start, end, ExtendedKind.multicastFlags)
  return at < 0 ? 0 : (bytes[at + 2]! << 8) | bytes[at + 3]!
}

export function multicastFlagsCommunity(flags: number): Uint8Array {
  const value = of(ExtendedKind.multicastFlags)
  value[2] = flags >>> 8
  value[3] = flags
  return value
}

/** 0 where there is none. */
export function localSequenceNumberOf(bytes: Uint8Array, start: number, end: number): number {
  const at = findExtended(bytes, start, end, ExtendedKind.localSequenceNumber)
  return at < 0 ? 0 : inet4FromBytes(bytes, at + 2)
}

export function localSequenceNumberCommunity(sequence: number): Uint8Array {
  return inet4ToBytes(sequence, of(ExtendedKind.localSequenceNumber), 2)
}

function of(kind: number): Uint8Array {
  return Uint8Array.of(kind >>> 8, kind & 0xff, 0, 0, 0, 0, 0, 0)
}

function withMac(kind: number, mac: Uint8Array): Uint8Array {
  const value = of(kind)
  value.set(mac, 2)
  return value
}

function flagAndLabel(kind: number, flag: boolean, label: number): Uint8Array {
  const value = of(kind)
  value[2] = flag ? 1 : 0
  value[5] = label >>> 12
  value[6] = label >>> 4
  value[7] = label << 4
  return value
}

/** The lowest bit of the flags. */
function flagAt(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + 2]! & 1) !== 0
}

/** The label of the last three bytes, without its low 4 bits (RFC 3032 §2.1). */
function labelAt(bytes: Uint8Array, at: number): number {
  return (bytes[at + 5]! << 12) | (bytes[at + 6]! << 4) | (bytes[at + 7]! >>> 4)
}
