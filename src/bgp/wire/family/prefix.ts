/**
 * What the six prefix families share: an address of which only the leading bits are sent, alone or behind labels
 * and a route distinguisher.
 *
 * Wire:   length in bits of all that follows (1 byte), labels (3 bytes each), RD (8), then the leading
 *         ceil(bits / 8) bytes of the address (RFC 4271 §4.3, RFC 8277 §2, RFC 4364 §4.3.4).
 * Key:    RD (8, VPN families only), whole address (4 or 16), prefix length in bits (1). Bits past the length are
 *         irrelevant on the wire and zero here. Bytewise order is: RD, address, length (spec routing 1.3).
 * Extra:  the labels below the first, 3 bytes each as on the wire; empty for a single label.
 */
import type { Nlri } from '../nlri.js'
import type { Reader } from '../reader.js'
import type { Writer } from '../writer.js'

const labelBytes = 3
const bottomOfStack = 1
/** RFC 8277 §2.4: the label field of a withdrawal. */
const withdrawnLabel = 0x800000

/** inet and inet6. Runs once per prefix of a full table: nothing is allocated. */
export function readPrefix(from: Reader, into: Nlri, addressBytes: number): void {
  const { bytes, at } = from
  into.label = 0
  into.l3Label = -1
  into.extraLength = 0
  if (at >= from.end) {
    from.fail(from.short, 'prefix expected, nothing left')
    return
  }
  readAddress(from, into, at + 1, bytes[at]!, 0, addressBytes)
}

export function writePrefix(to: Writer, nlri: Nlri, addressBytes: number): void {
  const { bytes } = to
  const { key } = nlri
  let { at } = to
  const bits = key[addressBytes]!
  bytes[at++] = bits
  const octets = (bits + 7) >> 3
  for (let i = 0; i < octets; i++) bytes[at++] = key[i]!
  to.at = at
}

/** The labeled families, with `rdBytes` 0, and the VPN families, with 8. */
export function readLabeledPrefix(
  from: Reader,
  into: Nlri,
  rdBytes: number,
  addressBytes: number,
  withdrawn: boolean
): void {
  const { bytes, end } = from
  let { at } = from
  const { key } = into
  into.l3Label = -1
  into.extraLength = 0
  if (at >= end) {
    from.fail(from.short, 'prefix expected, nothing left')
    return
  }
  const length = bytes[at++]!
  let bits = length - 8 * (labelBytes + rdBytes)
  if (bits < 0) {
    from.fail(from.short, `length ${length} is too short for ${rdBytes > 0 ? 'label and RD' : 'a label'}`)
    return
  }
  if (at + ((length + 7) >> 3) > end) {
    from.fail(from.short, `${(length + 7) >> 3} bytes expected, ${end - at} left`)
    return
  }
  let label = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!
  at += labelBytes
  into.label = label
  if (into.maximumLabels > 1 && !withdrawn) {
    const { extra } = into
    while ((label & bottomOfStack) === 0) {
      bits -= 8 * labelBytes
      if (bits < 0) {
        from.fail(from.short, `label stack without bottom in length ${length}`)
        return
      }
      label = bytes[at + 2]!
      for (let i = 0; i < labelBytes; i++) extra[into.extraLength++] = bytes[at++]!
    }
  }
  for (let i = 0; i < rdBytes; i++) key[i] = bytes[at++]!
  readAddress(from, into, at, bits, rdBytes, addressBytes)
}

export function writeLabeledPrefix(
  to: Writer,
  nlri: Nlri,
  rdBytes: number,
  addressBytes: number,
  withdrawn: boolean
): void {
  const { bytes } = to
  const { key, extra } = nlri
  const extraLength = withdrawn ? 0 : nlri.extraLength
  const label = withdrawn && nlri.label === 0 ? withdrawnLabel : nlri.label
  const bits = key[rdBytes + addressBytes]!
  let { at } = to
  bytes[at++] = 8 * (labelBytes + extraLength + rdBytes) + bits
  bytes[at++] = label >>> 16
  bytes[at++] = label >>> 8
  bytes[at++] = label
  for (let i = 0; i < extraLength; i++) bytes[at++] = extra[i]!
  const end = rdBytes + ((bits + 7) >> 3)
  for (let i = 0; i < end; i++) bytes[at++] = key[i]!
  to.at = at
}

/** Reads `bits` bits of address at `at` to `into.key[offset..]`, ends the key with the length, and moves `from`. */
function readAddress(
  from: Reader,
  into: Nlri,
  at: number,
  bits: number,
  offset: number,
  addressBytes: number
): void {
  if (bits > 8 * addressBytes) {
    from.fail(from.short, `prefix length ${bits} exceeds ${8 * addressBytes}`)
    return
  }
  const { bytes } = from
  const { key } = into
  const octets = (bits + 7) >> 3
  if (at + octets > from.end) {
    from.fail(from.short, `prefix length ${bits} with ${from.end - at} bytes left`)
    return
  }
  let i = 0
  for (; i < octets; i++) key[offset + i] = bytes[at + i]!
  if ((bits & 7) !== 0) key[offset + octets - 1]! &= 0xff00 >> (bits & 7)
  for (; i < addressBytes; i++) key[offset + i] = 0
  key[offset + addressBytes] = bits
  into.keyLength = offset + addressBytes + 1
  from.at = at + octets
}
