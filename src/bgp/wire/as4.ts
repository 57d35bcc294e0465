/**
 * AS numbers of two bytes: sessions where one side lacks the capability (RFC 6793 §4.2, spec bgp 9). On receipt the
 * path becomes one of 4-byte numbers; on sending large numbers become AS_TRANS and AS4_PATH tells the truth.
 */
import { asTrans } from '../../net/as-number.js'
import { hopCount, isConfederationSegment, SegmentType } from './as-path.js'
import { putU32, u16At, u32At } from './attributes.js'

/** Appends segments, joining neighbouring sequences so that a path merged from two equals one received whole. */
class SegmentWriter {
  #segment = -1
  constructor(
    private readonly into: Uint8Array,
    public at: number
  ) {}

  begin(type: number): void {
    const { into } = this
    if (type === SegmentType.sequence && this.#segment >= 0 && into[this.#segment] === type) return
    this.#open(type)
  }

  append(as: number): void {
    const { into } = this
    const count = into[this.#segment + 1]!
    if (count === 255) {
      this.#open(into[this.#segment]!)
      this.append(as)
      return
    }
    into[this.#segment + 1] = count + 1
    putU32(into, this.at, as)
    this.at += 4
  }

  #open(type: number): void {
    this.#segment = this.at
    this.into[this.at] = type
    this.into[this.at + 1] = 0
    this.at += 2
  }
}

/**
 * RFC 6793 §4.2.3: joins AS_PATH of 2-byte numbers `bytes[start..end)` with AS4_PATH `bytes[start4..end4)` (empty
 * where absent) into a path of 4-byte numbers at `into[at..)`. Both are well formed. Needs at most the bytes of both
 * with 2-byte numbers doubled.
 */
export function mergeAs4Path(
  bytes: Uint8Array,
  start: number,
  end: number,
  start4: number,
  end4: number,
  into: Uint8Array,
  at: number
): number {
  const hops = hopCount(bytes, start, end, 2)
  const hops4 = hopCount(bytes, start4, end4)
  const whole = start4 >= end4 || hops < hops4
  let lead = whole ? Number.POSITIVE_INFINITY : hops - hops4
  const to = new SegmentWriter(into, at)
  for (let i = start; i < end; ) {
    const type = bytes[i]!
    // Confederation segments in front of what AS4_PATH tells are kept (RFC 6793 §4.2.3).
    if (lead === 0 && !isConfederationSegment(type)) break
    const segmentEnd = i + 2 + bytes[i + 1]! * 2
    to.begin(type)
    // A set is one hop and is never split; confederation segments are none.
    const taken = type === SegmentType.sequence ? Math.min(lead, bytes[i + 1]!) : bytes[i + 1]!
    for (let n = 0; n < taken; n++) to.append(u16At(bytes, i + 2 + n * 2))
    lead -= type === SegmentType.sequence ? taken : type === SegmentType.set ? 1 : 0
    i = segmentEnd
  }
  if (whole) return to.at
  for (let i = start4; i < end4; ) {
    const type = bytes[i]!
    const segmentEnd = i + 2 + bytes[i + 1]! * 4
    if (!isConfederationSegment(type)) {
      to.begin(type)
      for (let n = i + 2; n < segmentEnd; n += 4) to.append(u32At(bytes, n))
    }
    i = segmentEnd
  }
  return to.at
}

/** Writes the 4-byte path with 2-byte numbers; large ones become AS_TRANS (RFC 6793 §4.2.2). */
export function narrowAsPath(
  bytes: Uint8Array,
  start: number,
  end: number,
  into: Uint8Array,
  at: number
): number {
  for (let i = start; i < end; ) {
    const segmentEnd = i + 2 + bytes[i + 1]! * 4
    into[at] = bytes[i]!
    into[at + 1] = bytes[i + 1]!
    at += 2
    for (i += 2; i < segmentEnd; i += 4, at += 2) {
      const as = u32At(bytes, i)
      const short = as > 0xffff ? asTrans : as
      into[at] = short >>> 8
      into[at + 1] = short
    }
  }
  return at
}

/**
 * Some number of the path needs four bytes, so AS4_PATH has to go along. One that stands in a confederation segment is
 * lost on the old speaker: AS4_PATH has no place for it (RFC 6793 §3).
 */
export function needsAs4Path(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; ) {
    const isTold = !isConfederationSegment(bytes[i]!)
    const segmentEnd = i + 2 + bytes[i + 1]! * 4
    for (i += 2; i < segmentEnd; i += 4) if (isTold && (bytes[i]! | bytes[i + 1]!) !== 0) return true
  }
  return false
}
