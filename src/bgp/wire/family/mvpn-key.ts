/**
 * Keys of multicast VPN routes (RFC 6514 §4, RFC 6515 §2; spec evpn-multicast 3.1): the route type (1), then the body
 * as on the wire. Customer addresses have the length of the AFI, with their length in bits (1) in front; an
 * originator is IPv4 or IPv6 by what is left of the body:
 *
 *   1 intra-AS I-PMSI      RD (8), originator
 *   2 inter-AS I-PMSI      RD, source AS (4)
 *   3 S-PMSI               RD, source, group, originator; length 0 is a wildcard (RFC 6625 §2)
 *   4 leaf                 type (1), length (1) and body of the route answered, of type 1, 2 or 3; originator
 *   5 source active        RD, source, group
 *   6 shared tree join     RD, source AS, source (the rendezvous point), group
 *   7 source tree join     RD, source AS, source, group
 *   others                 opaque
 *
 * Bytewise order is the order of the table: type, then field by field.
 * Text: the type, `-`, the fields divided by commas, where those of a route answered stand in place; wildcards are
 *       `*`: `3-<rd>,<source>,<group>,<originator>`, `4-3-<rd>,<source>,<group>,<originator>,<originator>`.
 */
import { maximumAs, parseDecimal } from '../../../net/as-number.js'
import { inet4FromBytes, inet4ToBytes } from '../../../net/inet.js'
import { parseIp, printIp } from '../../../net/ip.js'
import { parseRd, printRd, rdLength } from '../../../net/rd.js'
import { joinKey, parseOpaque, printOpaque } from './typed.js'

/** Route types. */
export const MvpnType = {
  intraAsPmsi: 1,
  interAsPmsi: 2,
  selectivePmsi: 3,
  leaf: 4,
  sourceActive: 5,
  sharedTreeJoin: 6,
  sourceTreeJoin: 7
} as const
export type MvpnType = (typeof MvpnType)[keyof typeof MvpnType]

type Field = 'answered' | 'rd' | 'as' | 'source' | 'group' | 'originator'

/** Fields of the body, by route type. */
const layouts: readonly (readonly Field[] | undefined)[] = [
  undefined,
  ['rd', 'originator'],
  ['rd', 'as'],
  ['rd', 'source', 'group', 'originator'],
  ['answered', 'originator'],
  ['rd', 'source', 'group'],
  ['rd', 'as', 'source', 'group'],
  ['rd', 'as', 'source', 'group']
]

export function isMvpnType(type: number): type is MvpnType {
  return layouts[type] !== undefined
}

/** What is wrong with the body in `bytes[at..end)` of a known type; '' when nothing is. */
export function mvpnProblem(
  type: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  addressBytes: number
): string {
  let next = at
  for (const field of layouts[type] ?? []) {
    next = fieldEnd(field, type, bytes, next, end, addressBytes)
    if (next > end) return `${field} of type ${type} does not fit in ${end - at} bytes`
  }
  return next === end ? '' : `type ${type} of ${end - at} bytes, not ${next - at}`
}

const doesNotFit = Number.MAX_SAFE_INTEGER

/** Offset behind the field, which is beyond `end` when the field is wrong. */
function fieldEnd(
  field: Field,
  type: number,
  bytes: Uint8Array,
  at: number,
  end: number,
  addressBytes: number
): number {
  switch (field) {
    case 'rd':
      return at + rdLength
    case 'as':
      return at + 4
    case 'originator':
      return end - at === 4 || end - at === 16 ? end : doesNotFit
    case 'answered': {
      const behind = at + 2 < end ? at + 2 + bytes[at + 1]! : doesNotFit
      const answered = bytes[at]!
      const answerable = answered >= MvpnType.intraAsPmsi && answered <= MvpnType.selectivePmsi
      if (!answerable) return doesNotFit
      return mvpnProblem(answered, bytes, at + 2, behind, addressBytes) === '' ? behind : doesNotFit
    }
    default: {
      const bits = at < end ? bytes[at]! : -1
      const wildcard = bits === 0 && type === MvpnType.selectivePmsi
      return wildcard || bits === 8 * addressBytes ? at + 1 + (bits >> 3) : doesNotFit
    }
  }
}

/** `originator` has 4 or 16 bytes, here and below; so have customer addresses, all of one key the same. */
export function mvpnIntraAsKey(rd: Uint8Array, originator: Uint8Array): Uint8Array {
  return joinKey(Uint8Array.of(MvpnType.intraAsPmsi), rd, originator)
}

export function mvpnInterAsKey(rd: Uint8Array, as: number): Uint8Array {
  return joinKey(Uint8Array.of(MvpnType.interAsPmsi), rd, inet4ToBytes(as))
}

/** An empty `source` or `group` is a wildcard. */
export function mvpnSelectiveKey(
  rd: Uint8Array,
  source: Uint8Array,
  group: Uint8Array,
  originator: Uint8Array
): Uint8Array {
  return joinKey(Uint8Array.of(MvpnType.selectivePmsi), rd, sized(source), sized(group), originator)
}

/** `answered` is the key of the route that asked for leaf information. */
export function mvpnLeafKey(answered: Uint8Array, originator: Uint8Array): Uint8Array {
  const head = Uint8Array.of(MvpnType.leaf, answered[0]!, answered.length - 1)
  return joinKey(head, answered.subarray(1), originator)
}

export function mvpnSourceActiveKey(rd: Uint8Array, source: Uint8Array, group: Uint8Array): Uint8Array {
  return joinKey(Uint8Array.of(MvpnType.sourceActive), rd, sized(source), sized(group))
}

export function mvpnJoinKey(
  type: typeof MvpnType.sharedTreeJoin | typeof MvpnType.sourceTreeJoin,
  rd: Uint8Array,
  as: number,
  source: Uint8Array,
  group: Uint8Array
): Uint8Array {
  return joinKey(Uint8Array.of(type), rd, inet4ToBytes(as), sized(source), sized(group))
}

function sized(ip: Uint8Array): Uint8Array {
  return joinKey(Uint8Array.of(ip.length * 8), ip)
}

/** May be none of `MvpnType` where unknown types are kept. */
export function mvpnTypeOf(key: Uint8Array, start = 0): number {
  return key[start]!
}

/** Offset of the RD: a leaf has that of the route it answers. */
function rdAt(key: Uint8Array, start: number): number {
  return start + (key[start] === MvpnType.leaf ? 3 : 1)
}

/** A view, not a copy. */
export function mvpnRdOf(key: Uint8Array, start = 0): Uint8Array {
  const at = rdAt(key, start)
  return key.subarray(at, at + rdLength)
}

/** Source AS of types 2, 6 and 7. */
export function mvpnAsOf(key: Uint8Array, start = 0): number {
  return inet4FromBytes(key, rdAt(key, start) + rdLength)
}

/** Of types 3 to 7 (of a leaf, that of the S-PMSI answered); empty for a wildcard. A view, not a copy. */
export function mvpnSourceOf(key: Uint8Array, start = 0): Uint8Array {
  return ipAt(key, sourceAt(key, start))
}

/** Likewise. */
export function mvpnGroupOf(key: Uint8Array, start = 0): Uint8Array {
  const at = sourceAt(key, start)
  return ipAt(key, at + 1 + (key[at]! >> 3))
}

function sourceAt(key: Uint8Array, start: number): number {
  const type = key[start]
  const joins = type === MvpnType.sharedTreeJoin || type === MvpnType.sourceTreeJoin
  return rdAt(key, start) + rdLength + (joins ? 4 : 0)
}

/** The address whose length in bits is at `at`. */
function ipAt(key: Uint8Array, at: number): Uint8Array {
  return key.subarray(at + 1, at + 1 + (key[at]! >> 3))
}

/** Of types 1, 3 and 4 (of a leaf, the leaf's): a view, not a copy. */
export function mvpnOriginatorOf(key: Uint8Array, start = 0, end = key.length): Uint8Array {
  return key.subarray(originatorAt(key, start), end)
}

function originatorAt(key: Uint8Array, start: number): number {
  if (key[start] === MvpnType.leaf) return start + 3 + key[start + 2]!
  if (key[start] === MvpnType.intraAsPmsi) return start + 1 + rdLength
  const source = sourceAt(key, start)
  const group = source + 1 + (key[source]! >> 3)
  return group + 1 + (key[group]! >> 3)
}

/** Of type 4: a copy of the key of the route answered. */
export function mvpnAnsweredOf(key: Uint8Array, start = 0): Uint8Array {
  return joinKey(key.subarray(start + 1, start + 2), key.subarray(start + 3, originatorAt(key, start)))
}

/** The same route under another RD, as it is copied between a VRF and the VPN table. */
export function mvpnWithRd(key: Uint8Array, rd: Uint8Array): Uint8Array {
  const copy = key.slice()
  copy.set(rd, rdAt(copy, 0))
  return copy
}

export function printMvpnKey(key: Uint8Array, start: number, end: number): string {
  const type = key[start]!
  const layout = layouts[type]
  if (layout === undefined) return printOpaque(key, start, end)
  const texts = layout.map(field => {
    switch (field) {
      case 'answered': {
        const answered = mvpnAnsweredOf(key, start)
        return printMvpnKey(answered, 0, answered.length)
      }
      case 'rd':
        return printRd(key, start + 1)
      case 'as':
        return String(mvpnAsOf(key, start))
      case 'originator':
        return printIp(mvpnOriginatorOf(key, start, end))
      default: {
        const address = field === 'source' ? mvpnSourceOf(key, start) : mvpnGroupOf(key, start)
        return address.length === 0 ? '*' : printIp(address)
      }
    }
  })
  return `${type}-${texts.join(',')}`
}

/** The inverse of `printMvpnKey`, for the family whose addresses have `addressBytes`. */
export function parseMvpnKey(text: string, addressBytes: number): Uint8Array | undefined {
  const dash = text.indexOf('-')
  const type = parseDecimal(text.slice(0, Math.max(dash, 0)), 255)
  if (type === undefined) return undefined
  const body = text.slice(dash + 1)
  if (!isMvpnType(type)) return parseOpaque(type, body)
  const key = type === MvpnType.leaf ? parseLeaf(body, addressBytes) : parseFields(type, body.split(','))
  const isWhole = key !== undefined && mvpnProblem(type, key, 1, key.length, addressBytes) === ''
  return isWhole ? key : undefined
}

/** The text of the route answered, then the originator. */
function parseLeaf(body: string, addressBytes: number): Uint8Array | undefined {
  const comma = body.lastIndexOf(',')
  const answered = parseMvpnKey(body.slice(0, Math.max(comma, 0)), addressBytes)
  const originator = parseIp(body.slice(comma + 1))
  return answered && originator && mvpnLeafKey(answered, originator)
}

function parseFields(type: MvpnType, texts: readonly string[]): Uint8Array | undefined {
  const layout = layouts[type]!
  if (texts.length !== layout.length) return undefined
  const parts = layout.map((field, i) => parseField(field, texts[i]!))
  return parts.every(part => part !== undefined) ? joinKey(Uint8Array.of(type), ...parts) : undefined
}

function parseField(field: Field, text: string): Uint8Array | undefined {
  if (field === 'rd') return parseRd(text)
  if (field === 'as') {
    const as = parseDecimal(text, maximumAs)
    return as === undefined ? undefined : inet4ToBytes(as)
  }
  if (field === 'originator') return parseIp(text)
  const address = text === '*' ? new Uint8Array(0) : parseIp(text)
  return address && sized(address)
}
