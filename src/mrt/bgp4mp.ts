/** BGP4MP records (RFC 6396 §4.4), with the subtypes of RFC 8050 §3 for messages with path identifiers. */
import type { State } from '../bgp/fsm.js'
import { AttributeCode } from '../bgp/wire/canonical.js'
import { codeOf } from '../bgp/wire/families.js'
import { headerLength, MessageType } from '../bgp/wire/message.js'
import type { Writer } from '../bgp/wire/writer.js'
import { asTrans } from '../net/as-number.js'

/** Who speaks with whom. */
export interface Ends {
  readonly peerAs: number
  readonly localAs: number
  /** 4 or 16 bytes, both alike. */
  readonly peerAddress: Uint8Array
  readonly localAddress: Uint8Array
}

/** §4.4.1: BGP4MP_STATE_CHANGE_AS4. */
export const stateChangeSubtype = 5

/** §4.4.2, §4.4.3, §4.4.5, §4.4.6; RFC 8050 §3. `isLocal`: the message is our own. */
export function messageSubtype(fourByteAs: boolean, isLocal: boolean, hasPathIds: boolean): number {
  if (hasPathIds) return (isLocal ? 10 : 8) + (fourByteAs ? 1 : 0)
  return (isLocal ? 6 : 1) + (fourByteAs ? (isLocal ? 1 : 3) : 0)
}

export function writeEnds(to: Writer, ends: Ends, fourByteAs: boolean): void {
  for (const as of [ends.peerAs, ends.localAs]) {
    if (fourByteAs) to.u32(as)
    else to.u16(as > 0xffff ? asTrans : as)
  }
  // The interface is not known.
  to.u16(0)
  to.u16(ends.peerAddress.length === 16 ? 2 : 1)
  to.copy(ends.peerAddress)
  to.copy(ends.localAddress)
}

/** The numbers of RFC 4271's states, which Connect and Active have in this order. */
export const stateNumber = (state: State): number => numbers[state]
const numbers: Readonly<Record<State, number>> = {
  idle: 1,
  connect: 2,
  active: 3,
  openSent: 4,
  openConfirm: 5,
  established: 6
}

const inet = codeOf(1, 1)

/**
 * Whether NLRI of the message at `bytes[start..end)` have path identifiers, which the message itself does not tell;
 * `families`, by `codeOf`, are those for which the sender has agreed to send them. The message may be
 * malformed: what cannot be found is not there, nor in another message than an UPDATE.
 */
export function hasPathIds(
  bytes: Uint8Array,
  start: number,
  end: number,
  families: ReadonlySet<number>
): boolean {
  if (families.size === 0 || bytes[start + headerLength - 1] !== MessageType.update) return false
  const u16 = (at: number): number => (bytes[at]! << 8) | bytes[at + 1]!
  let at = start + headerLength
  if (at + 4 > end) return false
  const withdrawn = u16(at)
  at += 2 + withdrawn
  if (at + 2 > end) return false
  const attributesEnd = at + 2 + u16(at)
  if (families.has(inet) && (withdrawn > 0 || attributesEnd < end)) return true
  for (at += 2; at + 6 <= Math.min(attributesEnd, end); ) {
    const isLong = (bytes[at]! & 0x10) !== 0
    const value = at + (isLong ? 4 : 3)
    const type = bytes[at + 1]
    if (type === AttributeCode.mpReachNlri || type === AttributeCode.mpUnreachNlri) {
      if (families.has(codeOf(u16(value), bytes[value + 2]!))) return true
    }
    at = value + (isLong ? u16(at + 2) : bytes[at + 2]!)
  }
  return false
}
