/**
 * The origin virtual network of a route: extended community 0x8071 with a two-byte AS, 0x8271 with a four-byte one
 * (spec routing 2.4, 5.3). With a four-byte AS an index above 65535 takes two of them: (AS, 23456) and (23456, index).
 */
import { type CommunityList, communityLength } from './communities.js'
import type { TargetKey } from './target-key.js'
import { ambiguous, type VirtualNetworks } from './virtual-networks.js'

const shortAsType = 0x80
const longAsType = 0x82
const originVnSubType = 0x71
/** RFC 6793 §9: says that the real number is elsewhere. */
const asTrans = 23456
/** Indexes from here on are the same network whatever the AS. */
const firstGlobalIndex = 8000000

export interface OriginVn {
  readonly as: number
  readonly index: number
}

export function isOriginVn(bytes: Uint8Array, at: number): boolean {
  return (bytes[at] === shortAsType || bytes[at] === longAsType) && bytes[at + 1] === originVnSubType
}

/** Of several the last one counts; undefined when there is none. */
export function originVnOf(bytes: Uint8Array, start: number, end: number): OriginVn | undefined {
  let origin: OriginVn | undefined
  let splitIndex = 0
  for (let at = start; at < end; at += communityLength) {
    if (!isOriginVn(bytes, at)) continue
    if (bytes[at] === shortAsType) {
      origin = { as: u16(bytes, at + 2), index: u32(bytes, at + 4) }
      if (origin.as === asTrans) splitIndex = origin.index
    } else {
      origin = { as: u32(bytes, at + 2), index: u16(bytes, at + 6) }
    }
  }
  if (origin?.index === asTrans && splitIndex > 0) return { as: origin.as, index: splitIndex }
  return origin
}

/** Replaces whatever origin the list has. It is sorted afterwards, if it was before. */
export function setOriginVn(list: CommunityList, as: number, index: number): void {
  removeOriginVn(list)
  if (as <= 0xffff) {
    list.add(shortAsCommunity(as, index))
  } else if (index <= 0xffff) {
    list.add(longAsCommunity(as, index))
  } else {
    list.add(shortAsCommunity(asTrans, index)).add(longAsCommunity(as, asTrans))
  }
  list.sort()
}

export function removeOriginVn(list: CommunityList): void {
  list.removeAll(isOriginVn)
}

/** A path from another node says where it comes from, unless its network is one of a foreign AS (spec routing 2.4 a). */
export function isTrusted(origin: OriginVn, as: number): boolean {
  return origin.index >= firstGlobalIndex || origin.as === as
}

/** The network that a path's targets stand for; 0: none, or more than one (spec routing 2.4). */
export function networkOfTargets(networks: VirtualNetworks, targets: readonly TargetKey[]): number {
  let found = 0
  for (const target of targets) {
    const index = networks.indexOf(target)
    if (index === 0 || index === found) continue
    if (index === ambiguous || found !== 0) return 0
    found = index
  }
  return found
}

function shortAsCommunity(as: number, index: number): Uint8Array {
  return Uint8Array.of(
    shortAsType,
    originVnSubType,
    as >>> 8,
    as,
    index >>> 24,
    index >>> 16,
    index >>> 8,
    index
  )
}

function longAsCommunity(as: number, index: number): Uint8Array {
  return Uint8Array.of(longAsType, originVnSubType, as >>> 24, as >>> 16, as >>> 8, as, index >>> 8, index)
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}

function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 0x10000 + u16(bytes, at + 2)
}
