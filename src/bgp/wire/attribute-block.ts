/** The path attributes of one UPDATE: checked one by one (RFC 7606 §3, §7), and where they are. */
import {
  attributeFlags,
  attributeName,
  checkValue,
  duplicate,
  duplicateMultiprotocol,
  filtered,
  filteredWithdraw,
  isEmptyList,
  malformedList,
  overlongAttribute,
  sortedWidth,
  unrecognisedWellKnown,
  wrongFlags
} from './attribute-rules.js'
import { AttributeCode, extendedLengthFlag, optionalFlag, partialFlag, transitiveFlag } from './canonical.js'
import { type DecodeContext, FilterAction } from './decode-context.js'
import { Reaction } from './decode-error.js'
import { isSorted } from './sorted-elements.js'
import type { UpdateFaults } from './update-faults.js'

const optionalTransitive = optionalFlag | transitiveFlag

export class AttributeBlock {
  /** The codes that count, in the order of the block; the first `count` are valid. */
  readonly codes = new Uint8Array(256)
  count = 0
  /** By code: flags as received (unknown attributes with the Partial bit) and the range of the value. */
  readonly flags = new Uint8Array(256)
  readonly starts = new Int32Array(256).fill(-1)
  readonly ends = new Int32Array(256)
  /** The block is canonical (canonical.ts) as it lies, if the next hop that counts is in NEXT_HOP. */
  canonical = false
  /** Values of MP_REACH_NLRI and MP_UNREACH_NLRI; -1 where there is none. `…At` is where the attribute starts. */
  mpReachAt = -1
  mpReach = -1
  mpReachEnd = -1
  mpUnreachAt = -1
  mpUnreach = -1
  mpUnreachEnd = -1
  /** Attributes met, whether or not they count. */
  size = 0
  /** The message in which a code was last seen. */
  readonly #seen = new Uint32Array(256)
  #message = 0

  constructor(private readonly faults: UpdateFaults) {}

  /** The block has the attribute and it was not left out. */
  has(code: number): boolean {
    return this.starts[code]! >= 0
  }

  /** The block has the attribute, well formed or not. */
  sees(code: number): boolean {
    return this.#seen[code] === this.#message
  }

  clear(): void {
    const { codes, starts } = this
    for (let i = 0; i < this.count; i++) starts[codes[i]!] = -1
    starts[AttributeCode.as4Path] = -1
    starts[AttributeCode.as4Aggregator] = -1
    this.count = 0
    this.size = 0
    this.mpReach = -1
    this.mpUnreach = -1
    if (this.#message === 0xffffffff) {
      this.#seen.fill(0)
      this.#message = 0
    }
    this.#message++
  }

  /** Walks `bytes[start..end)` after `clear`. An error of framing ends the walk: what came before still counts. */
  read(bytes: Uint8Array, start: number, end: number, context: DecodeContext): void {
    const { codes, starts, ends } = this
    const seen = this.#seen
    const message = this.#message
    const filter = context.attributeFilter
    let count = 0
    let size = 0
    let last = 0
    let canonical = context.fourByteAs
    for (let at = start; at < end; ) {
      // Reads past the end give undefined, and 0 in the arithmetic below; `value` and `next` are compared with it.
      const flags = bytes[at]!
      const code = bytes[at + 1]!
      const extended = flags & extendedLengthFlag
      const value = extended === 0 ? at + 3 : at + 4
      const length = extended === 0 ? bytes[at + 2]! : (bytes[at + 2]! << 8) | bytes[at + 3]!
      const next = value + length
      if (value > end || next > end) {
        this.#overrun(code, at, value > end, length)
        canonical = false
        break
      }
      size++
      if (seen[code] === message) {
        canonical = false
        if (!this.#again(code, at)) break
        at = next
        continue
      }
      seen[code] = message
      const expected = attributeFlags[code]!
      if (code === AttributeCode.mpReachNlri || code === AttributeCode.mpUnreachNlri) {
        if ((flags & optionalTransitive) !== expected) this.#flagFault(code, flags, at)
        this.#multiprotocol(code, at, value, next)
        canonical = false
        at = next
        continue
      }
      const width = sortedWidth[code]!
      if (
        !(filter !== undefined && filter[code] !== FilterAction.none
          ? this.#passes(filter[code]!, code, at)
          : this.#check(bytes, flags, expected, code, at, value, next, context))
      ) {
        canonical = false
        at = next
        continue
      }
      const wanted = expected === 0 ? flags | partialFlag : flags
      if (
        code <= last ||
        wanted !== flags ||
        (flags & 0x0f) !== 0 ||
        (extended !== 0) !== length > 255 ||
        ((flags & partialFlag) !== 0 && (flags & optionalTransitive) !== optionalTransitive) ||
        (width !== 0 && !isSorted(bytes, value, next, width))
      ) {
        canonical = false
      }
      last = code
      starts[code] = value
      ends[code] = next
      this.flags[code] = wanted
      if (code !== AttributeCode.as4Path && code !== AttributeCode.as4Aggregator) codes[count++] = code
      at = next
    }
    this.count = count
    this.size = size
    this.canonical = canonical
  }

  /** Puts `codes` in ascending order. */
  sort(): void {
    const { codes, count } = this
    for (let next = 1; next < count; next++) {
      const code = codes[next]!
      let at = next
      for (; at > 0 && codes[at - 1]! > code; at--) codes[at] = codes[at - 1]!
      codes[at] = code
    }
  }

  /** The attribute is well formed and is to be kept. */
  #check(
    bytes: Uint8Array,
    flags: number,
    expected: number,
    code: number,
    at: number,
    value: number,
    next: number,
    context: DecodeContext
  ): boolean {
    const { faults } = this
    if (expected === 0) {
      if ((flags & optionalFlag) === 0) {
        faults.addWithData(unrecognisedWellKnown, `unknown well-known attribute ${code}`, at, code, next)
        return false
      }
      if ((flags & transitiveFlag) !== 0) return true
      faults.discarded.push(code)
      return false
    }
    if ((flags & optionalTransitive) !== expected) {
      this.#flagFault(code, flags, at)
      return false
    }
    const found = checkValue(code, bytes, value, next, context)
    if (found !== undefined) {
      faults.add(found.kind, found.what, at, code)
      if (found.kind.reaction === Reaction.discardAttribute) faults.discarded.push(code)
      return false
    }
    return next > value || !isEmptyList(code)
  }

  /** Spec bgp 8.3: the operator's filter comes before anything else. */
  #passes(action: number, code: number, at: number): boolean {
    const kind = action === FilterAction.discard ? filtered : filteredWithdraw
    this.faults.add(kind, `${attributeName(code)} is filtered`, at, code)
    this.faults.discarded.push(code)
    return false
  }

  #multiprotocol(code: number, at: number, value: number, next: number): void {
    if (code === AttributeCode.mpReachNlri) {
      this.mpReachAt = at
      this.mpReach = value
      this.mpReachEnd = next
    } else {
      this.mpUnreachAt = at
      this.mpUnreach = value
      this.mpUnreachEnd = next
    }
  }

  /** RFC 7606 §3 g: the first one counts, but two multiprotocol ones end the session. */
  #again(code: number, at: number): boolean {
    const multiprotocol = code === AttributeCode.mpReachNlri || code === AttributeCode.mpUnreachNlri
    this.faults.add(
      multiprotocol ? duplicateMultiprotocol : duplicate,
      `${attributeName(code)} twice`,
      at,
      code
    )
    return !multiprotocol
  }

  /** RFC 7606 §4. */
  #overrun(code: number, at: number, inHeader: boolean, length: number): void {
    if (inHeader) this.faults.add(malformedList, 'an attribute header runs past the attributes', at)
    else
      this.faults.add(
        overlongAttribute,
        `${attributeName(code)} of ${length} bytes runs past the attributes`,
        at,
        code
      )
  }

  #flagFault(code: number, flags: number, at: number): void {
    this.faults.add(wrongFlags, `${attributeName(code)} with flags 0x${flags.toString(16)}`, at, code)
  }
}
