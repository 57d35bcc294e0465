/**
 * contrail-control's numbers that an AS gives out, as extended communities (spec routing 5.3): security groups, tags,
 * origin VNs and subclusters. `80 <sub-type>` has room for an AS of two bytes (2) and the number (4), and
 * `82 <sub-type>` for one of four (4) and a short number (2). A long number of a long AS takes both:
 *
 *   security groups, tags   82 (AS, k) and 80 (k, number), k counting from 0 in each route
 *   origin VN               82 (AS, 23456) and 80 (23456, index)
 */
import { asTrans } from '../../net/as-number.js'
import { inet4FromBytes, inet4ToBytes } from '../../net/inet.js'
import {
  ExtendedKind,
  extendedKindAt,
  extendedLength,
  findExtended,
  findExtendedValue
} from './ext-communities.js'

export interface AsScoped {
  readonly as: number
  readonly number: number
}

/** Numbers from here on come from one place, and mean the same whatever AS they carry. */
const firstGlobal = 8000000

export const isGlobalVn = (index: number): boolean => index >= firstGlobal
/** Security groups are numbered the other way round: the low numbers are the global ones. */
export const isGlobalSecurityGroup = (id: number): boolean => id >= 1 && id < firstGlobal

export function securityGroupsOf(bytes: Uint8Array, start: number, end: number): AsScoped[] {
  return listOf(bytes, start, end, ExtendedKind.securityGroup, ExtendedKind.securityGroupAs4)
}

/** All security groups of a route, one community behind the other. */
export function securityGroupCommunities(as: number, ids: readonly number[]): Uint8Array {
  return communitiesOf(as, ids, ExtendedKind.securityGroup, ExtendedKind.securityGroupAs4)
}

/** Tags in the classic form of 32 bits; `large-communities.ts` has the long form. */
export function classicTagsOf(bytes: Uint8Array, start: number, end: number): AsScoped[] {
  return listOf(bytes, start, end, ExtendedKind.tag, ExtendedKind.tagAs4)
}

/** All tags of a route, one community behind the other. */
export function classicTagCommunities(as: number, tags: readonly number[]): Uint8Array {
  return communitiesOf(as, tags, ExtendedKind.tag, ExtendedKind.tagAs4)
}

function communitiesOf(as: number, numbers: readonly number[], kind: number, kindAs4: number): Uint8Array {
  const long = as > 0xffff
  const value = new Uint8Array(numbers.length * extendedLength * (long ? 2 : 1))
  let at = 0
  numbers.forEach((number, k) => {
    if (long) at = putLong(value, at, kindAs4, as, k)
    at = putShort(value, at, kind, long ? k : as, number)
  })
  return value
}

function listOf(bytes: Uint8Array, start: number, end: number, kind: number, kindAs4: number): AsScoped[] {
  const list: AsScoped[] = []
  for (let at = start; at < end; at += extendedLength) {
    if (extendedKindAt(bytes, at) !== kind) continue
    const as = u16(bytes, at + 2)
    list.push({ as: longAs(bytes, start, end, kindAs4, as) ?? as, number: inet4FromBytes(bytes, at + 4) })
  }
  return list
}

/** The AS of the `82` community with the short number `k`. */
function longAs(bytes: Uint8Array, start: number, end: number, kind: number, k: number): number | undefined {
  for (let at = start; at < end; at += extendedLength) {
    if (extendedKindAt(bytes, at) === kind && u16(bytes, at + 6) === k) return inet4FromBytes(bytes, at + 2)
  }
  return undefined
}

/** One community, or the two of a pair behind each other. */
export function originVnCommunities(as: number, index: number): Uint8Array {
  const pair = as > 0xffff && index > 0xffff
  const value = new Uint8Array(pair ? 2 * extendedLength : extendedLength)
  if (as <= 0xffff) {
    putShort(value, 0, ExtendedKind.originVn, as, index)
  } else if (pair) {
    const next = putShort(value, 0, ExtendedKind.originVn, asTrans, index)
    putLong(value, next, ExtendedKind.originVnAs4, as, asTrans)
  } else {
    putLong(value, 0, ExtendedKind.originVnAs4, as, index)
  }
  return value
}

/** The first; its `number` is the index of the VN. */
export function originVnOf(bytes: Uint8Array, start: number, end: number): AsScoped | undefined {
  const short = findExtended(bytes, start, end, ExtendedKind.originVn)
  const long = findExtended(bytes, start, end, ExtendedKind.originVnAs4)
  if (long >= 0) {
    const as = inet4FromBytes(bytes, long + 2)
    const index = u16(bytes, long + 6)
    const isPair = index === asTrans && short >= 0 && u16(bytes, short + 2) === asTrans
    return { as, number: isPair ? inet4FromBytes(bytes, short + 4) : index }
  }
  return short < 0 ? undefined : { as: u16(bytes, short + 2), number: inet4FromBytes(bytes, short + 4) }
}

/**
 * The service chain has been through this VN: membership in an origin VN path (code 243) or in the communities of a
 * route (spec routing 5.5). A global index matches under any AS.
 */
export function containsOriginVn(
  bytes: Uint8Array,
  start: number,
  end: number,
  as: number,
  index: number
): boolean {
  if (isGlobalVn(index)) {
    for (let at = start; at < end; at += extendedLength) {
      const isShort = extendedKindAt(bytes, at) === ExtendedKind.originVn
      if (isShort && inet4FromBytes(bytes, at + 4) === index) return true
    }
    return false
  }
  const wanted = originVnCommunities(as, index)
  for (let part = 0; part < wanted.length; part += extendedLength) {
    const value = wanted.subarray(part, part + extendedLength)
    if (findExtendedValue(bytes, start, end, value) < 0) return false
  }
  return true
}

/** What the number of a subcluster can be at most: beside an AS of four bytes there is room for two (spec bgp 17.2). */
export const greatestSubcluster = (as: number): number => (as > 0xffff ? 0xffff : 0xffffffff)

/** `id` from 1 to `greatestSubcluster(as)`. */
export function subclusterCommunity(as: number, id: number): Uint8Array {
  const value = new Uint8Array(extendedLength)
  if (as > 0xffff) putLong(value, 0, ExtendedKind.subclusterAs4, as, id)
  else putShort(value, 0, ExtendedKind.subcluster, as, id)
  return value
}

export function subclusterOf(bytes: Uint8Array, start: number, end: number): AsScoped | undefined {
  const short = findExtended(bytes, start, end, ExtendedKind.subcluster)
  if (short >= 0) return { as: u16(bytes, short + 2), number: inet4FromBytes(bytes, short + 4) }
  const long = findExtended(bytes, start, end, ExtendedKind.subclusterAs4)
  return long < 0 ? undefined : { as: inet4FromBytes(bytes, long + 2), number: u16(bytes, long + 6) }
}

function putShort(value: Uint8Array, at: number, kind: number, as: number, number: number): number {
  putU16(value, at, kind)
  putU16(value, at + 2, as)
  inet4ToBytes(number, value, at + 4)
  return at + extendedLength
}

function putLong(value: Uint8Array, at: number, kind: number, as: number, number: number): number {
  putU16(value, at, kind)
  inet4ToBytes(as, value, at + 2)
  putU16(value, at + 6, number)
  return at + extendedLength
}

function putU16(value: Uint8Array, at: number, number: number): void {
  value[at] = number >>> 8
  value[at + 1] = number
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 8) | bytes[at + 1]!
}
