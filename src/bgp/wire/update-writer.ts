/**
 * UPDATE, from canonical attributes and NLRI to messages that lie back to back in one buffer (spec bgp 7.4, 7.5):
 *
 *   if (updates.beginReach(attributes, start, end, family, options) === BeginResult.ok) {
 *     while (updates.add(nlri)) …
 *     updates.finish()
 *   }
 */
import { u16At } from './attributes.js'
import { AttributeCode, extendedLengthFlag, optionalFlag } from './canonical.js'
import type { Family } from './family.js'
import { beginMessage, endMessage, headerLength, MessageType } from './message.js'
import { canSayNextHop, wireNextHopLength, writeWireNextHop } from './next-hop.js'
import type { Nlri } from './nlri.js'
import { SessionAttributes } from './session-attributes.js'
import type { Writer } from './writer.js'

/** How a session wants its UPDATEs of one family. */
export interface EncodeOptions {
  readonly fourByteAs: boolean
  readonly addPath: boolean
  readonly extendedNextHop: boolean
  readonly maximumLength: number
  /**
   * `standard`: inet in the classic fields, all else in MP_REACH_NLRI in front of ascending attributes.
   * `control-node`: the fields and order of contrail-control, inet in MP_REACH_NLRI too (spec bgp 7.4).
   */
  readonly form: 'standard' | 'control-node'
}

export const BeginResult = {
  ok: 0,
  /** The attributes leave no room for an NLRI: withdraw the route from this session (spec bgp 7.5). */
  tooLong: 1,
  /** There is no next hop, or this session has no way to say it (RFC 8950). */
  noNextHop: 2,
  /** The output buffer has no room for a whole message: send it, then begin again. */
  outputFull: 3
} as const
export type BeginResult = (typeof BeginResult)[keyof typeof BeginResult]

const multiprotocolFlags = optionalFlag | extendedLengthFlag
const isClassic = (family: Family, form: EncodeOptions['form']): boolean =>
  form === 'standard' && family.afi === 1 && family.safi === 1

export class UpdateWriter {
  /** Messages written since the start. */
  messages = 0
  /** NLRI in the open message. */
  count = 0
  /** The last `add` that gave false was into an empty message: the NLRI fits into none. */
  tooLong = false

  readonly #attributes = new SessionAttributes()
  #family!: Family
  #form: EncodeOptions['form'] = 'standard'
  #addPath = false
  #withdrawn = false
  /** Offset of the open message; -1 where none is open. */
  #start = -1
  /** Offset behind the last byte that NLRI may take. */
  #limit = 0
  /** Offset of the two-byte length of what holds the NLRI; -1 in the classic NLRI field, which has none. */
  #lengthAt = -1
  /** The NLRI are in an attribute: the block's length is to be patched. */
  #multiprotocol = false
  /** Attributes follow the NLRI. */
  #trailing = false

  constructor(readonly out: Writer) {}

  /** Opens an announcement with the canonical attributes `bytes[start..end)`; internal ones do not go out. */
  beginReach(
    bytes: Uint8Array,
    start: number,
    end: number,
    family: Family,
    options: EncodeOptions
  ): BeginResult {
    this.finish() // before its attributes, which may still be to be written, are replaced
    const { fourByteAs, form } = options
    // The common case is tried first: inet with an IPv4 next hop in the classic place.
    let classic = isClassic(family, form)
    const attributes = this.#attributes
    const beside = family.afi === 1 && family.safi === 1
    attributes.over(bytes, start, end, beside, fourByteAs, form)
    const hopLength = attributes.hopEnd - attributes.hop
    if (!canSayNextHop(family, hopLength, options.extendedNextHop)) return BeginResult.noNextHop
    if (beside && hopLength !== 4) {
      classic = false
      attributes.over(bytes, start, end, false, fourByteAs, form)
    }
    const opened = this.#open(family, options, false)
    if (opened !== BeginResult.ok) return opened
    const { out } = this
    const { length } = attributes
    out.u16(0)
    // MP_REACH_NLRI: flags, type, length, AFI, SAFI, length of the next hop, next hop, reserved byte.
    const header = classic ? 0 : 9 + wireNextHopLength(family, hopLength)
    if (out.at + 2 + length + header >= this.#limit) return this.#tooLong()
    out.u16(length)
    this.#trailing = !classic && form === 'standard'
    if (this.#trailing) this.#limit -= length
    else this.#writeAttributes()
    if (!classic) this.#beginMpReach(family)
    return BeginResult.ok
  }

  beginWithdraw(family: Family, options: EncodeOptions): BeginResult {
    this.finish()
    const opened = this.#open(family, options, true)
    if (opened !== BeginResult.ok) return opened
    if (isClassic(family, options.form)) {
      this.#lengthAt = this.out.at
      this.out.u16(0)
      // The length of the attribute block, 0, follows.
      this.#limit -= 2
    } else {
      this.out.u16(0)
      this.out.u16(0)
      this.#beginMultiprotocol(AttributeCode.mpUnreachNlri, family)
    }
    return BeginResult.ok
  }

  /**
   * Adds one NLRI to the open message. False: it does not fit. The message is then finished without it, and another
   * is to be begun for it, unless it fits into none (`tooLong`).
   */
  add(nlri: Nlri): boolean {
    const { out } = this
    const mark = out.at
    if (this.#addPath) out.u32(nlri.pathId)
    if (this.#withdrawn && this.#form === 'control-node') this.#writeWithdrawn(nlri)
    else this.#family.write(out, nlri, this.#withdrawn)
    if (out.at <= this.#limit) {
      this.count++
      return true
    }
    out.at = mark
    this.tooLong = this.count === 0
    this.finish()
    return false
  }

  /** contrail-control has 1 in the label field of a withdrawal (spec bgp 7.2). */
  #writeWithdrawn(nlri: Nlri): void {
    const { label } = nlri
    if (label === 0) nlri.label = 1
    this.#family.write(this.out, nlri, true)
    nlri.label = label
  }

  /** Closes the open message; one without NLRI is taken back. */
  finish(): void {
    if (this.#start < 0) return
    if (this.count === 0) this.out.at = this.#start
    else this.#close()
    this.#start = -1
  }

  /** RFC 4724 §2; contrail-control has the multiprotocol form for inet too (spec bgp 13.1). */
  endOfRib(family: Family, options: EncodeOptions): BeginResult {
    const opened = this.beginWithdraw(family, options)
    if (opened !== BeginResult.ok) return opened
    this.#close()
    this.#start = -1
    return opened
  }

  #open(family: Family, { addPath, form, maximumLength }: EncodeOptions, withdrawn: boolean): BeginResult {
    const { out } = this
    const length = Math.min(maximumLength, out.limit)
    if (out.at + length > out.limit) return BeginResult.outputFull
    this.#family = family
    this.#addPath = addPath
    this.#form = form
    this.#withdrawn = withdrawn
    this.#start = beginMessage(out, MessageType.update)
    this.#limit = this.#start + length
    this.#lengthAt = -1
    this.#multiprotocol = false
    this.#trailing = false
    this.count = 0
    this.tooLong = false
    return BeginResult.ok
  }

  #tooLong(): BeginResult {
    this.out.at = this.#start
    this.#start = -1
    return BeginResult.tooLong
  }

  #beginMpReach(family: Family): void {
    const { out } = this
    const { hops, hop, hopEnd } = this.#attributes
    this.#beginMultiprotocol(AttributeCode.mpReachNlri, family)
    out.u8(wireNextHopLength(family, hopEnd - hop))
    out.at = writeWireNextHop(family, hops, hop, hopEnd, out.bytes, out.at)
    out.u8(0)
  }

  #beginMultiprotocol(code: number, family: Family): void {
    const { out } = this
    this.#multiprotocol = true
    out.u8(multiprotocolFlags)
    out.u8(code)
    this.#lengthAt = out.at
    out.u16(0)
    out.u16(family.afi)
    out.u8(family.safi)
  }

  #writeAttributes(): void {
    const { bytes, start, middle, resume, end } = this.#attributes
    this.out.copy(bytes, start, middle)
    if (resume < end) this.out.copy(bytes, resume, end)
  }

  #close(): void {
    const { out } = this
    const lengthAt = this.#lengthAt
    if (lengthAt >= 0) out.patchU16(lengthAt, out.at - lengthAt - 2)
    if (this.#multiprotocol) {
      // The block has the attributes written before or after, and this one.
      const blockAt = this.#start + headerLength + 2
      const others = this.#trailing ? u16At(out.bytes, blockAt) : 0
      out.patchU16(blockAt, out.at - blockAt - 2 + others)
    } else if (this.#withdrawn) {
      out.u16(0)
    }
    if (this.#trailing) this.#writeAttributes()
    endMessage(out, this.#start)
    this.messages++
  }
}
