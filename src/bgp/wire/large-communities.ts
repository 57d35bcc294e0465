/**
 * LARGE_COMMUNITIES: 12 bytes each, AS (4) and two numbers (4 each) (RFC 8092).
 * Text: `<as>:<a>:<b>` (§5), or `tagLC:<as>:<tag>` for a tag.
 *
 * contrail-control keeps tags in them (spec routing 5.4): AS (4), 0x01, tag (7). A tag has a type in its bits from 32
 * on and a value of 32 bits; in the classic form both have 16 bits, which is what extended communities carry.
 */
import { parseAsNumber, parseDecimal } from '../../net/as-number.js'
import { inet4FromBytes, inet4ToBytes } from '../../net/inet.js'

export const largeLength = 12

const tagMark = 0x01
const maximumTag = (1n << 56n) - 1n
const firstGlobalTag = 8000000n

/** Tags from here on come from one place, and mean the same whatever AS they carry. */
export const isGlobalTag = (tag: bigint): boolean => tag >= firstGlobalTag

export function largeCommunity(as: number, first: number, second: number): Uint8Array {
  const value = inet4ToBytes(as, new Uint8Array(largeLength))
  inet4ToBytes(first, value, 4)
  return inet4ToBytes(second, value, 8)
}

/** `tag` has up to 56 bits. */
export function tagCommunity(as: number, tag: bigint): Uint8Array {
  const word = (BigInt(tagMark) << 56n) | tag
  return largeCommunity(as, Number(word >> 32n), Number(word & 0xffffffffn))
}

export function isTag(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 4] === tagMark
}

/** AS of the community at `at`. */
export function largeAsAt(bytes: Uint8Array, at: number): number {
  return inet4FromBytes(bytes, at)
}

/** The tag in the community at `at`. */
export function tagAt(bytes: Uint8Array, at: number): bigint {
  const high = inet4FromBytes(bytes, at + 4) & 0xffffff
  return (BigInt(high) << 32n) | BigInt(inet4FromBytes(bytes, at + 8))
}

/** From the classic form of 32 bits. */
export function tagOfClassic(classic: number): bigint {
  return (BigInt(classic >>> 16) << 32n) | BigInt(classic & 0xffff)
}

/** The classic form, where type and value fit in 16 bits each; else undefined. */
export function classicOfTag(tag: bigint): number | undefined {
  const type = Number(tag >> 32n)
  const value = Number(tag & 0xffffffffn)
  return type > 0xffff || value > 0xffff ? undefined : type * 0x10000 + value
}

export function parseLargeCommunity(text: string): Uint8Array | undefined {
  const parts = text.split(':')
  const [head = '', first = '', second = ''] = parts
  if (parts.length !== 3) return undefined
  if (head === 'tagLC') {
    const as = parseAsNumber(first)
    const tag = /^\d{1,17}$/.test(second) ? BigInt(second) : undefined
    return as === undefined || tag === undefined || tag > maximumTag ? undefined : tagCommunity(as, tag)
  }
  const numbers = [parseAsNumber(head), parseDecimal(first, 0xffffffff), parseDecimal(second, 0xffffffff)]
  const [as, a, b] = numbers
  return as === undefined || a === undefined || b === undefined ? undefined : largeCommunity(as, a, b)
}

export function printLargeCommunity(bytes: Uint8Array, at = 0): string {
  const as = largeAsAt(bytes, at)
  if (isTag(bytes, at)) return `tagLC:${as}:${tagAt(bytes, at)}`
  return `${as}:${inet4FromBytes(bytes, at + 4)}:${inet4FromBytes(bytes, at + 8)}`
}

export function printLargeCommunities(bytes: Uint8Array, start: number, end: number): string[] {
  const texts: string[] = []
  for (let at = start; at < end; at += largeLength) texts.push(printLargeCommunity(bytes, at))
  return texts
}
