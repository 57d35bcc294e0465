import { aigpMetric } from '../wire/aigp.js'
import { isConfederationSegment, SegmentType } from '../wire/as-path.js'
import { findAttribute } from '../wire/attributes.js'
import { AttributeCode, extendedLengthFlag, internalFlags } from '../wire/canonical.js'
import { isClassicTag } from '../wire/tag-conversion.js'
import type { Slab } from './byte-slabs.js'

/** Well-known communities that decide who is told (RFC 1997, RFC 9494, routing.md 4.10). */
export const WellKnown = {
  noExport: 0xffffff01,
  noAdvertise: 0xffffff02,
  noExportSubconfed: 0xffffff03,
  gracefulShutdown: 0xffff0000,
  llgrStale: 0xffff0006,
  noLlgr: 0xffff0007,
  noReoriginate: 0xfffff000
} as const

/**
 * `neighborAs` of a path that is internal to the confederation: it has confederation segments alone, so that MED is
 * compared as if all of them came from the own AS (RFC 5065 §5.3).
 */
export const ownConfederation = -1

/** What best path and export ask of a set, read once from its bytes. Defaults as routing.md 1.5. */
export interface AttributeFacts {
  origin: number
  localPref: number
  med: number
  /** Hops; an AS_SET counts 1 (RFC 4271 §9.1.2.2 a), a confederation segment 0 (RFC 5065 §5.3). */
  asPathLength: number
  /** Leftmost AS behind confederation segments; 0: none, or in an AS_SET; or `ownConfederation`. */
  neighborAs: number
  /** 0 when there is none. */
  originatorId: number
  clusterListLength: number
  llgrStale: boolean
  noLlgr: boolean
  hasOriginVnPath: boolean
  /** The accumulated IGP metric, which only sessions that agreed on it bring (RFC 7311); undefined: none. */
  aigp: bigint | undefined
  /** MAC mobility (RFC 7432 §7.7): 0 and false when absent. */
  mobilitySequence: number
  sticky: boolean
  /** E-Tree leaf (RFC 8317 §5.1). */
  leaf: boolean
}

/** What every export asks of a set, as bits of `AttributeSet.traits`: cheaper than all the facts. */
export const Trait = {
  noAdvertise: 1 << 0,
  /** NO_EXPORT or NO_EXPORT_SUBCONFED. */
  noExport: 1 << 1,
  /** The latter: within a confederation, too, it stays in its member AS (RFC 1997). */
  noExportSubconfed: 1 << 13,
  llgrStale: 1 << 2,
  asPath: 1 << 3,
  /** The AS path has a hop: confederation segments are none. */
  hops: 1 << 4,
  /** The AS path has a confederation segment. */
  confederation: 1 << 14,
  clusterList: 1 << 5,
  originatorId: 1 << 6,
  /** There is a LOCAL_PREF. */
  localPref: 1 << 7,
  largeCommunities: 1 << 8,
  /** Extended communities that are tags (routing.md 5.4). */
  classicTags: 1 << 9,
  /** There are internal attributes. */
  internal: 1 << 10,
  /** GRACEFUL_SHUTDOWN (RFC 8326). */
  gracefulShutdown: 1 << 11,
  aigp: 1 << 12
} as const

/** Something made of a set that lives with it: one of a chain, for whoever made it. */
export interface Derived {
  next: Derived | undefined
}

/**
 * One distinct set of path attributes in canonical form (`wire/canonical.ts`): equal sets are one object. The bytes
 * are `memory[start..end)` and never change while someone holds the set; a set that nobody holds is empty.
 */
export class AttributeSet {
  slab: Slab
  start: number
  end: number
  readonly hash: number
  /** Its number among the sets, for `AttributeDb` alone. */
  readonly id: number
  /** How many paths, rib-outs and calls under way hold it, for `AttributeDb` alone. */
  holders = 1
  derived: Derived | undefined = undefined
  #facts: AttributeFacts | undefined
  #traits = -1

  constructor(slab: Slab, start: number, end: number, hash: number, id: number) {
    this.slab = slab
    this.start = start
    this.end = end
    this.hash = hash
    this.id = id
  }

  get memory(): Uint8Array {
    return this.slab.bytes
  }

  /** A view of the bytes, made for the caller; where speed counts, `memory` is read between `start` and `end`. */
  get bytes(): Uint8Array {
    return this.slab.bytes.subarray(this.start, this.end)
  }

  /** Read at first use: a route with a single path is never compared. */
  get facts(): AttributeFacts {
    return (this.#facts ??= readFacts(this.slab.bytes, this.start, this.end))
  }

  /** `Trait` bits. */
  get traits(): number {
    if (this.#traits < 0) this.#traits = readTraits(this.slab.bytes, this.start, this.end)
    return this.#traits
  }
}

/** Where the attribute starts in the set's memory; -1 where there is none. */
export function attributeOf({ memory, start, end }: AttributeSet, code: number): number {
  return findAttribute(memory, start, end, code)
}

function readTraits(bytes: Uint8Array, from: number, behind: number): number {
  let traits = 0
  for (let at = from; at < behind; ) {
    const flags = bytes[at]!
    const extended = (flags & extendedLengthFlag) !== 0
    const start = at + (extended ? 4 : 3)
    const end = start + (extended ? (bytes[at + 2]! << 8) | bytes[at + 3]! : bytes[at + 2]!)
    if ((flags & internalFlags) !== 0) return traits | Trait.internal
    switch (bytes[at + 1]) {
      case AttributeCode.asPath:
        traits |= Trait.asPath
        for (let i = start; i < end; i += 2 + bytes[i + 1]! * 4) {
          traits |= isConfederationSegment(bytes[i]!) ? Trait.confederation : Trait.hops
        }
        break
      case AttributeCode.localPref:
        traits |= Trait.localPref
        break
      case AttributeCode.communities:
        traits |= communityTraits(bytes, start, end)
        break
      case AttributeCode.originatorId:
        traits |= Trait.originatorId
        break
      case AttributeCode.clusterList:
        traits |= Trait.clusterList
        break
      case AttributeCode.largeCommunities:
        traits |= Trait.largeCommunities
        break
      case AttributeCode.aigp:
        traits |= Trait.aigp
        break
      case AttributeCode.extendedCommunities:
        for (let i = start; i < end; i += 8) if (isClassicTag(bytes, i)) traits |= Trait.classicTags
        break
    }
    at = end
  }
  return traits
}

function communityTraits(bytes: Uint8Array, start: number, end: number): number {
  let traits = 0
  for (let at = start; at < end; at += 4) {
    if (bytes[at] !== 0xff) continue
    const value = u32(bytes, at)
    if (value === WellKnown.noAdvertise) traits |= Trait.noAdvertise
    else if (value === WellKnown.noExport) traits |= Trait.noExport
    else if (value === WellKnown.noExportSubconfed) traits |= Trait.noExport | Trait.noExportSubconfed
    else if (value === WellKnown.llgrStale) traits |= Trait.llgrStale
    else if (value === WellKnown.gracefulShutdown) traits |= Trait.gracefulShutdown
  }
  return traits
}

function readFacts(bytes: Uint8Array, from: number, behind: number): AttributeFacts {
  const facts: AttributeFacts = {
    origin: 2,
    localPref: 100,
    med: 0,
    asPathLength: 0,
    neighborAs: 0,
    originatorId: 0,
    clusterListLength: 0,
    llgrStale: false,
    noLlgr: false,
    hasOriginVnPath: false,
    aigp: undefined,
    mobilitySequence: 0,
    sticky: false,
    leaf: false
  }
  for (let at = from; at < behind; ) {
    const flags = bytes[at]!
    const code = bytes[at + 1]!
    const extended = (flags & extendedLengthFlag) !== 0
    const start = at + (extended ? 4 : 3)
    const end = start + (extended ? (bytes[at + 2]! << 8) | bytes[at + 3]! : bytes[at + 2]!)
    if ((flags & internalFlags) !== 0) break
    switch (code) {
      case AttributeCode.origin:
        facts.origin = bytes[start]!
        break
      case AttributeCode.asPath:
        readAsPath(bytes, start, end, facts)
        break
      case AttributeCode.multiExitDisc:
        facts.med = u32(bytes, start)
        break
      case AttributeCode.localPref:
        facts.localPref = u32(bytes, start)
        break
      case AttributeCode.communities:
        readCommunities(bytes, start, end, facts)
        break
      case AttributeCode.originatorId:
        facts.originatorId = u32(bytes, start)
        break
      case AttributeCode.clusterList:
        facts.clusterListLength = (end - start) >> 2
        break
      case AttributeCode.extendedCommunities:
        readExtendedCommunities(bytes, start, end, facts)
        break
      case AttributeCode.aigp:
        facts.aigp = aigpMetric(bytes, start)
        break
      case AttributeCode.originVnPath:
        facts.hasOriginVnPath = true
        break
      default:
    }
    at = end
  }
  return facts
}

function readAsPath(bytes: Uint8Array, start: number, end: number, facts: AttributeFacts): void {
  let hops = 0
  let isFirst = true
  for (let at = start; at < end; ) {
    const type = bytes[at]!
    const count = bytes[at + 1]!
    if (!isConfederationSegment(type)) {
      const isSequence = type === SegmentType.sequence
      if (isFirst && isSequence && count > 0) facts.neighborAs = u32(bytes, at + 2)
      isFirst = false
      hops += isSequence ? count : 1
    }
    at += 2 + count * 4
  }
  if (isFirst && end > start) facts.neighborAs = ownConfederation
  facts.asPathLength = hops
}

function readCommunities(bytes: Uint8Array, start: number, end: number, facts: AttributeFacts): void {
  for (let at = start; at < end; at += 4) {
    switch (u32(bytes, at)) {
      case WellKnown.llgrStale:
        facts.llgrStale = true
        break
      case WellKnown.noLlgr:
        facts.noLlgr = true
        break
      default:
    }
  }
}

function readExtendedCommunities(bytes: Uint8Array, start: number, end: number, facts: AttributeFacts): void {
  for (let at = start; at < end; at += 8) {
    if (bytes[at] !== 6) continue
    if (bytes[at + 1] === 0) {
      facts.sticky = (bytes[at + 2]! & 1) !== 0
      facts.mobilitySequence = u32(bytes, at + 4)
    } else if (bytes[at + 1] === 5) {
      facts.leaf = (bytes[at + 2]! & 1) !== 0
    }
  }
}

function u32(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}
