import { AttributeCode, extendedLengthFlag, internalFlags } from '../wire/canonical.js'

/** Well-known communities that decide who is told (RFC 1997, RFC 9494, routing.md 4.10). */
export const WellKnown = {
  noExport: 0xffffff01,
  noAdvertise: 0xffffff02,
  noExportSubconfed: 0xffffff03,
  llgrStale: 0xffff0006,
  noLlgr: 0xffff0007,
  noReoriginate: 0xfffff000
} as const

/** What best path and export ask of a set, read once from its bytes. Defaults as routing.md 1.5. */
export interface AttributeFacts {
  origin: number
  localPref: number
  med: number
  hasAsPath: boolean
  /** Hops; an AS_SET counts 1 (RFC 4271 §9.1.2.2 a). */
  asPathLength: number
  /** Leftmost AS; 0 when the path is empty or starts with an AS_SET. */
  neighborAs: number
  /** 0 when there is none. */
  originatorId: number
  clusterListLength: number
  noAdvertise: boolean
  noExport: boolean
  llgrStale: boolean
  noLlgr: boolean
  hasOriginVnPath: boolean
  /** MAC mobility (RFC 7432 §7.7): 0 and false when absent. */
  mobilitySequence: number
  sticky: boolean
  /** E-Tree leaf (RFC 8317 §5.1). */
  leaf: boolean
}

/** One distinct set of path attributes in canonical form (`wire/canonical.ts`): equal sets are one object. */
export class AttributeSet {
  /** Canonical bytes; never changed. */
  readonly bytes: Uint8Array
  readonly hash: number
  /** The next set with the same hash, for `AttributeDb` alone. */
  next: AttributeSet | undefined
  /** How many paths, rib-outs and calls under way hold it, for `AttributeDb` alone. */
  holders = 1
  #facts: AttributeFacts | undefined

  constructor(bytes: Uint8Array, hash: number, next: AttributeSet | undefined) {
    this.bytes = bytes
    this.hash = hash
    this.next = next
    this.#facts = undefined
  }

  /** Read at first use: a route with a single path is never compared. */
  get facts(): AttributeFacts {
    return (this.#facts ??= readFacts(this.bytes))
  }
}

function readFacts(bytes: Uint8Array): AttributeFacts {
  const facts: AttributeFacts = {
    origin: 2,
    localPref: 100,
    med: 0,
    hasAsPath: false,
    asPathLength: 0,
    neighborAs: 0,
    originatorId: 0,
    clusterListLength: 0,
    noAdvertise: false,
    noExport: false,
    llgrStale: false,
    noLlgr: false,
    hasOriginVnPath: false,
    mobilitySequence: 0,
    sticky: false,
    leaf: false
  }
  for (let at = 0; at < bytes.length; ) {
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
  facts.hasAsPath = true
  let hops = 0
  for (let at = start; at < end; ) {
    const isSequence = bytes[at] === 2
    const count = bytes[at + 1]!
    if (at === start && isSequence && count > 0) facts.neighborAs = u32(bytes, at + 2)
    hops += isSequence ? count : 1
    at += 2 + count * 4
  }
  facts.asPathLength = hops
}

function readCommunities(bytes: Uint8Array, start: number, end: number, facts: AttributeFacts): void {
  for (let at = start; at < end; at += 4) {
    switch (u32(bytes, at)) {
      case WellKnown.noAdvertise:
        facts.noAdvertise = true
        break
      case WellKnown.noExport:
      case WellKnown.noExportSubconfed:
        facts.noExport = true
        break
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
