/**
 * Canonical attributes as one session has to see them: which bytes go out, in which order, without internal ones.
 * With 4-byte AS numbers and the standard form these are one or two runs of the canonical bytes themselves; all else
 * is composed in a scratch buffer.
 */

import { asTrans } from '../../net/as-number.js'
import { withoutConfederation } from './as-path.js'
import { narrowAsPath, needsAs4Path } from './as4.js'
import {
  beginAttribute,
  copyBytes,
  endAttribute,
  isInternal,
  u32At,
  valueEnd,
  valueStart
} from './attributes.js'
import { AttributeCode, optionalFlag, transitiveFlag } from './canonical.js'

const optionalTransitive = optionalFlag | transitiveFlag
const code = AttributeCode

/** The order of contrail-control (spec bgp 7.4); attributes that it does not know follow, ascending. */
const controlNodeOrder: readonly number[] = [
  code.origin,
  code.nextHop,
  code.multiExitDisc,
  code.localPref,
  code.atomicAggregate,
  code.aggregator,
  code.originatorId,
  code.clusterList,
  code.asPath,
  code.edgeDiscovery,
  code.edgeForwarding,
  code.communities,
  code.largeCommunities,
  code.extendedCommunities,
  code.originVnPath,
  code.pmsiTunnel
]
const inOrder = new Uint8Array(256)
for (const known of controlNodeOrder) inOrder[known] = 1

export class SessionAttributes {
  /** What goes out is `bytes[start..middle)` and `bytes[resume..end)`. */
  bytes: Uint8Array = new Uint8Array(0)
  start = 0
  middle = 0
  resume = 0
  end = 0
  /** Canonical next hop, `hops[hop..hopEnd)`; empty where there is none. */
  hops: Uint8Array = new Uint8Array(0)
  hop = 0
  hopEnd = 0

  #scratch = new Uint8Array(8192)
  /** Where the attributes of the set being composed are, by code; -1 where there is none. */
  readonly #at = new Int32Array(256).fill(-1)

  get length(): number {
    return this.middle - this.start + this.end - this.resume
  }

  /** Looks at the canonical attributes `bytes[start..end)`; `keepNextHop` leaves NEXT_HOP in what goes out. */
  over(
    bytes: Uint8Array,
    start: number,
    end: number,
    keepNextHop: boolean,
    fourByteAs: boolean,
    form: 'standard' | 'control-node'
  ): this {
    let hopAt = -1
    let at = start
    while (at < end && !isInternal(bytes, at)) {
      if (bytes[at + 1] === code.nextHop) hopAt = at
      at = valueEnd(bytes, at)
    }
    this.hops = bytes
    this.hop = hopAt < 0 ? 0 : valueStart(bytes, hopAt)
    this.hopEnd = hopAt < 0 ? 0 : valueEnd(bytes, hopAt)
    if (form === 'control-node') return this.#compose(bytes, start, at, keepNextHop, fourByteAs)
    if (!fourByteAs) return this.#narrow(bytes, start, at, keepNextHop)
    this.bytes = bytes
    this.start = start
    this.end = at
    const whole = keepNextHop || hopAt < 0
    this.middle = whole ? at : hopAt
    this.resume = whole ? at : this.hopEnd
    return this
  }

  /** Ascending, with 2-byte AS numbers. */
  #narrow(bytes: Uint8Array, start: number, end: number, keepNextHop: boolean): this {
    const into = this.#room(end - start)
    let to = 0
    let path = -1
    let aggregator = -1
    for (let at = start; at < end; at = valueEnd(bytes, at)) {
      const found = bytes[at + 1]!
      if (found === code.nextHop && !keepNextHop) continue
      // The two that tell the truth stand behind all codes below them.
      if (found > code.as4Path && path >= 0) {
        to = writeAs4(bytes, path, aggregator, into, to)
        path = -1
      }
      if (found === code.asPath) {
        path = at
        to = writeNarrowPath(bytes, at, into, to)
      } else if (found === code.aggregator) {
        aggregator = at
        to = writeNarrowAggregator(bytes, at, into, to)
      } else {
        to = copyBytes(into, to, bytes, at, valueEnd(bytes, at))
      }
    }
    if (path >= 0) to = writeAs4(bytes, path, aggregator, into, to)
    return this.#composed(into, to)
  }

  #compose(bytes: Uint8Array, start: number, end: number, keepNextHop: boolean, fourByteAs: boolean): this {
    const into = this.#room(end - start)
    const places = this.#at
    for (let at = start; at < end; at = valueEnd(bytes, at)) places[bytes[at + 1]!] = at
    let to = 0
    for (const known of controlNodeOrder) {
      const at = places[known]!
      if (at < 0) continue
      if (known === code.nextHop && !keepNextHop) continue
      if (known === code.multiExitDisc && u32At(bytes, valueStart(bytes, at)) === 0) continue
      if (fourByteAs || (known !== code.asPath && known !== code.aggregator)) {
        to = copyBytes(into, to, bytes, at, valueEnd(bytes, at))
      } else if (known === code.asPath) {
        to = writeAs4Attribute(bytes, at, into, writeNarrowPath(bytes, at, into, to))
      } else {
        to = writeAs4AggregatorAttribute(bytes, at, into, writeNarrowAggregator(bytes, at, into, to))
      }
    }
    for (let at = start; at < end; at = valueEnd(bytes, at)) {
      const found = bytes[at + 1]!
      places[found] = -1
      if (inOrder[found] === 0) to = copyBytes(into, to, bytes, at, valueEnd(bytes, at))
    }
    return this.#composed(into, to)
  }

  #composed(into: Uint8Array, end: number): this {
    this.bytes = into
    this.start = 0
    this.middle = end
    this.resume = end
    this.end = end
    return this
  }

  /** AS4_PATH repeats AS_PATH, and its header and the aggregator's come on top. */
  #room(length: number): Uint8Array {
    if (this.#scratch.length < length * 2 + 64) this.#scratch = new Uint8Array(length * 2 + 64)
    return this.#scratch
  }
}

function writeNarrowPath(bytes: Uint8Array, at: number, into: Uint8Array, to: number): number {
  const behind = narrowAsPath(bytes, valueStart(bytes, at), valueEnd(bytes, at), into, to + 3)
  return endAttribute(into, to, transitiveFlag, code.asPath, behind)
}

/** AS4_PATH, where the path has a number that needs it (RFC 6793 §4.2.2). */
function writeAs4Attribute(bytes: Uint8Array, at: number, into: Uint8Array, to: number): number {
  const start = valueStart(bytes, at)
  const end = valueEnd(bytes, at)
  if (!needsAs4Path(bytes, start, end)) return to
  const behind = withoutConfederation(bytes, start, end, into, to + 3)
  return endAttribute(into, to, optionalTransitive, code.as4Path, behind)
}

function writeNarrowAggregator(bytes: Uint8Array, at: number, into: Uint8Array, to: number): number {
  const start = valueStart(bytes, at)
  const as = u32At(bytes, start)
  const short = as > 0xffff ? asTrans : as
  const body = beginAttribute(into, to, bytes[at]!, code.aggregator, 6)
  into[body] = short >>> 8
  into[body + 1] = short
  return copyBytes(into, body + 2, bytes, start + 4, start + 8)
}

function writeAs4AggregatorAttribute(bytes: Uint8Array, at: number, into: Uint8Array, to: number): number {
  const start = valueStart(bytes, at)
  if (u32At(bytes, start) <= 0xffff) return to
  return copyBytes(
    into,
    beginAttribute(into, to, optionalTransitive, code.as4Aggregator, 8),
    bytes,
    start,
    start + 8
  )
}

function writeAs4(bytes: Uint8Array, path: number, aggregator: number, into: Uint8Array, to: number): number {
  const behind = writeAs4Attribute(bytes, path, into, to)
  return aggregator < 0 ? behind : writeAs4AggregatorAttribute(bytes, aggregator, into, behind)
}
