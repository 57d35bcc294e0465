/**
 * AS_PATH values in canonical form: segments of type (1 byte), count (1 byte) and 4-byte AS numbers (RFC 4271 §4.3,
 * RFC 6793 §4.1). Operations read `bytes[start..end)` and write to `into[at..)`, giving the offset behind.
 */
import { putU32, u32At } from './attributes.js'

export const SegmentType = { set: 1, sequence: 2, confederationSequence: 3, confederationSet: 4 } as const

/** AS_CONFED_SEQUENCE or AS_CONFED_SET (RFC 5065 §3); of a well-formed value. */
export const isConfederationSegment = (type: number): boolean => type > SegmentType.sequence

/** A segment's count is one byte. */
const maximumCount = 255

/** What is wrong with a value, `none` when nothing is (RFC 7606 §7.2, RFC 7607 §2, RFC 5065 §5). */
export const AsPathFault = {
  none: 0,
  overrun: 1,
  unknownSegment: 2,
  emptySegment: 3,
  asZero: 4,
  confederation: 5
} as const
export type AsPathFault = (typeof AsPathFault)[keyof typeof AsPathFault]

/** Checks a value from the wire with AS numbers of `width` (2 or 4) bytes. */
export function checkAsPath(bytes: Uint8Array, start: number, end: number, width: number): AsPathFault {
  let at = start
  let confederation = false
  while (at < end) {
    if (at + 2 > end) return AsPathFault.overrun
    const type = bytes[at]!
    const count = bytes[at + 1]!
    if (type === 0 || type > 4) return AsPathFault.unknownSegment
    if (count === 0) return AsPathFault.emptySegment
    if (isConfederationSegment(type)) confederation = true
    at += 2
    const segmentEnd = at + count * width
    if (segmentEnd > end) return AsPathFault.overrun
    if (width === 4) {
      for (; at < segmentEnd; at += 4) {
        if ((bytes[at]! | bytes[at + 1]! | bytes[at + 2]! | bytes[at + 3]!) === 0) return AsPathFault.asZero
      }
    } else {
      for (; at < segmentEnd; at += 2) if ((bytes[at]! | bytes[at + 1]!) === 0) return AsPathFault.asZero
    }
  }
  return confederation ? AsPathFault.confederation : AsPathFault.none
}

/** A well-formed value has an AS_SET or an AS_CONFED_SET. */
export function hasSets(bytes: Uint8Array, start: number, end: number, width: number): boolean {
  for (let at = start; at < end; at += 2 + bytes[at + 1]! * width) {
    if (bytes[at] === SegmentType.set || bytes[at] === SegmentType.confederationSet) return true
  }
  return false
}

/** Length for the best path: a set counts 1, confederation segments 0 (RFC 4271 §9.1.2.2, RFC 5065 §5.3). */
export function hopCount(bytes: Uint8Array, start: number, end: number, width = 4): number {
  let hops = 0
  for (let at = start; at < end; ) {
    const count = bytes[at + 1]!
    const type = bytes[at]
    if (type === SegmentType.sequence) hops += count
    else if (type === SegmentType.set) hops++
    at += 2 + count * width
  }
  return hops
}

/** How often `as` occurs, in segments of all types. */
export function countAs(bytes: Uint8Array, start: number, end: number, as: number): number {
  let found = 0
  for (let at = start; at < end; ) {
    const segmentEnd = at + 2 + bytes[at + 1]! * 4
    for (at += 2; at < segmentEnd; at += 4) if (u32At(bytes, at) === as) found++
  }
  return found
}

/** `withConfederation`: segments of a confederation count too. */
export function containsAs(
  bytes: Uint8Array,
  start: number,
  end: number,
  as: number,
  withConfederation = true
): boolean {
  for (let at = start; at < end; ) {
    const segmentEnd = at + 2 + bytes[at + 1]! * 4
    const counts = withConfederation || !isConfederationSegment(bytes[at]!)
    for (at += 2; at < segmentEnd; at += 4) if (counts && u32At(bytes, at) === as) return true
  }
  return false
}

/** Bytes that `prependAs` may add. */
export const prependRoom = (times: number): number => times * 4 + Math.ceil(times / maximumCount) * 2 + 2

/**
 * Puts `as` in front, `times` times; a full first sequence gets another in front of it (RFC 4271 §5.1.2). `type` is
 * that of the sequence: AS_CONFED_SEQUENCE towards another member of the confederation (RFC 5065 §4.1).
 */
export function prependAs(
  bytes: Uint8Array,
  start: number,
  end: number,
  as: number,
  times: number,
  into: Uint8Array,
  at: number,
  type: typeof SegmentType.sequence | typeof SegmentType.confederationSequence = SegmentType.sequence
): number {
  let left = times
  let rest = start
  let count = 0
  if (start < end && bytes[start] === type) {
    count = Math.min(maximumCount - bytes[start + 1]!, left)
    left -= count
  }
  // Whole new segments first: what joins the old first segment stands right in front of it.
  while (left > 0) {
    const size = Math.min(left, maximumCount)
    into[at] = type
    into[at + 1] = size
    at += 2
    for (let i = 0; i < size; i++, at += 4) putU32(into, at, as)
    left -= size
  }
  if (count > 0) {
    into[at] = type
    into[at + 1] = bytes[start + 1]! + count
    at += 2
    for (let i = 0; i < count; i++, at += 4) putU32(into, at, as)
    rest = start + 2
  }
  for (let i = rest; i < end; i++) into[at++] = bytes[i]!
  return at
}

/** The path as it leaves the confederation: without its segments, wherever they stand (RFC 5065 §4.1 c). */
export function withoutConfederation(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  at: number
): number {
  for (let i = start; i < end; ) {
    const segmentEnd = i + 2 + bytes[i + 1]! * 4
    const stays = !isConfederationSegment(bytes[i]!)
    for (; i < segmentEnd; i++) if (stays) into[at++] = bytes[i]!
  }
  return at
}

/** Puts `replacement` wherever `as` occurs (spec routing 4.4, AS-override). */
export function overrideAs(
  bytes: Uint8Array,
  start: number,
  end: number,
  as: number,
  replacement: number,
  into: Uint8Array,
  at: number
): number {
  const shift = at - start
  for (let i = start; i < end; i++) into[i + shift] = bytes[i]!
  for (let i = start; i < end; ) {
    const segmentEnd = i + 2 + bytes[i + 1]! * 4
    for (i += 2; i < segmentEnd; i += 4) if (u32At(bytes, i) === as) putU32(into, i + shift, replacement)
  }
  return end + shift
}

/** RFC 6996 §5, as contrail-control reads it: 65535 and 4294967295 are reserved, not private. */
export function isPrivateAs(as: number): boolean {
  return (as >= 64512 && as <= 65534) || (as >= 4200000000 && as <= 4294967294)
}

/** `remove`: the leading private numbers; `remove-all`: all; `replace-all`: all become the nearest public one. */
export type PrivateAsAction = 'remove' | 'remove-all' | 'replace-all'

/**
 * Spec routing 4.6. `peerAs` is kept although private, so that the peer still detects its loop. `replacement` stands
 * for a private number with no public one to its left: the local AS towards an external peer; 0 towards an internal
 * one, which means the leftmost public number of the path, and dropping where there is none. Confederation segments
 * stay as they are: members find their loops by them, and most member-AS numbers are private.
 */
export function removePrivateAs(
  bytes: Uint8Array,
  start: number,
  end: number,
  action: PrivateAsAction,
  peerAs: number,
  replacement: number,
  into: Uint8Array,
  at: number
): number {
  const all = action !== 'remove'
  let substitute = action === 'replace-all' ? replacement || leftmostPublicAs(bytes, start, end) : 0
  let finished = false
  for (let i = start; i < end; ) {
    const segmentEnd = i + 2 + bytes[i + 1]! * 4
    const segment = at
    if (isConfederationSegment(bytes[i]!)) {
      for (; i < segmentEnd; i++) into[at++] = bytes[i]!
      continue
    }
    into[at] = bytes[i]!
    at += 2
    for (i += 2; i < segmentEnd; i += 4) {
      const as = u32At(bytes, i)
      const isPublic = !isPrivateAs(as)
      if (finished || isPublic || as === peerAs) {
        finished = !all
        if (isPublic && action === 'replace-all') substitute = as
        putU32(into, at, as)
        at += 4
      } else if (substitute !== 0) {
        putU32(into, at, substitute)
        at += 4
      }
    }
    if (at === segment + 2) at = segment
    else into[segment + 1] = (at - segment - 2) >> 2
  }
  return at
}

function leftmostPublicAs(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; ) {
    const isOfConfederation = isConfederationSegment(bytes[at]!)
    const segmentEnd = at + 2 + bytes[at + 1]! * 4
    for (at += 2; at < segmentEnd; at += 4) {
      const as = u32At(bytes, at)
      if (!isOfConfederation && !isPrivateAs(as)) return as
    }
  }
  return 0
}
