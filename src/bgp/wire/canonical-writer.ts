/**
 * Rewrites received attributes in canonical form (canonical.ts), for the messages whose attributes are not so
 * already: multiprotocol next hops, 2-byte AS numbers, attributes or communities out of order.
 */
import { asTrans } from '../../net/as-number.js'
import { mergeAs4Path } from './as4.js'
import type { AttributeBlock } from './attribute-block.js'
import { sortedWidth } from './attribute-rules.js'
import { beginAttribute, copyBytes, endAttribute, putU32, u16At, valueStart } from './attributes.js'
import { AttributeCode, transitiveFlag } from './canonical.js'
import { sortElements } from './sorted-elements.js'

/** Bytes that the canonical form of `length` received bytes may need: 2-byte AS numbers double. */
export const canonicalRoom = (length: number): number => length * 2 + 64

const absent = -1

/**
 * Writes the attributes of `block`, whose codes ascend, at `into[at..)` and gives the offset behind, or -1 where a value would exceed
 * what an attribute can hold. The next hop is the canonical one at `hops[hop..hopEnd)`, none where that is empty.
 */
export function writeCanonical(
  bytes: Uint8Array,
  block: AttributeBlock,
  fourByteAs: boolean,
  hops: Uint8Array,
  hop: number,
  hopEnd: number,
  into: Uint8Array,
  at: number
): number {
  const { codes, count, flags, starts, ends } = block
  let hopDue = hop < hopEnd
  for (let i = 0; i < count && at >= 0; i++) {
    const code = codes[i]!
    if (hopDue && code >= AttributeCode.nextHop) {
      at = writeNextHop(hops, hop, hopEnd, into, at)
      hopDue = false
    }
    if (code === AttributeCode.nextHop) continue
    const start = starts[code]!
    const end = ends[code]!
    if (fourByteAs || (code !== AttributeCode.asPath && code !== AttributeCode.aggregator)) {
      const width = sortedWidth[code]!
      const body = beginAttribute(into, at, flags[code]!, code, end - start)
      const behind = copyBytes(into, body, bytes, start, end)
      at = width === 0 ? behind : endSorted(into, at, behind, width)
    } else if (code === AttributeCode.asPath) {
      at = writeMergedPath(bytes, block, into, at)
    } else {
      at = writeWideAggregator(bytes, block, into, at)
    }
  }
  return hopDue && at >= 0 ? writeNextHop(hops, hop, hopEnd, into, at) : at
}

function writeNextHop(hops: Uint8Array, hop: number, hopEnd: number, into: Uint8Array, at: number): number {
  into[at] = transitiveFlag
  into[at + 1] = AttributeCode.nextHop
  into[at + 2] = hopEnd - hop
  return copyBytes(into, at + 3, hops, hop, hopEnd)
}

/** Sorts the value of the attribute `into[at..end)`; dropped duplicates may shorten it below the extended length. */
function endSorted(into: Uint8Array, at: number, end: number, width: number): number {
  const body = valueStart(into, at)
  const sorted = sortElements(into, body, end, width)
  if (sorted === end) return end
  const code = into[at + 1]!
  const shortBody = beginAttribute(into, at, into[at]!, code, sorted - body)
  if (shortBody !== body) into.copyWithin(shortBody, body, sorted)
  return sorted - body + shortBody
}

/** AS4_PATH counts unless the two aggregators tell that an old speaker has changed the path since (RFC 6793 §4.2.3). */
function writeMergedPath(bytes: Uint8Array, block: AttributeBlock, into: Uint8Array, at: number): number {
  const { starts, ends, flags } = block
  const start = starts[AttributeCode.asPath]!
  const end = ends[AttributeCode.asPath]!
  const trusted =
    !block.has(AttributeCode.aggregator) ||
    !block.has(AttributeCode.as4Aggregator) ||
    aggregatorAs(bytes, block) === asTrans
  const start4 = trusted && block.has(AttributeCode.as4Path) ? starts[AttributeCode.as4Path]! : 0
  const end4 = start4 === 0 ? 0 : ends[AttributeCode.as4Path]!
  const body = at + 3
  const behind = mergeAs4Path(bytes, start, end, start4, end4, into, body)
  if (behind - body > 0xffff) return absent
  return endAttribute(into, at, flags[AttributeCode.asPath]!, AttributeCode.asPath, behind)
}

function writeWideAggregator(bytes: Uint8Array, block: AttributeBlock, into: Uint8Array, at: number): number {
  const { starts, ends, flags } = block
  const start = starts[AttributeCode.aggregator]!
  const as = aggregatorAs(bytes, block)
  const body = beginAttribute(into, at, flags[AttributeCode.aggregator]!, AttributeCode.aggregator, 8)
  if (as === asTrans && block.has(AttributeCode.as4Aggregator)) {
    return copyBytes(
      into,
      body,
      bytes,
      starts[AttributeCode.as4Aggregator]!,
      ends[AttributeCode.as4Aggregator]!
    )
  }
  putU32(into, body, as)
  return copyBytes(into, body + 4, bytes, start + 2, start + 6)
}

function aggregatorAs(bytes: Uint8Array, block: AttributeBlock): number {
  const start = block.starts[AttributeCode.aggregator]!
  return start < 0 ? 0 : u16At(bytes, start)
}
