/**
 * IPv6 addresses as 16 bytes, and prefixes of them (RFC 4291 §2.2, §2.3).
 * Print: RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups as `::`, the first of
 *        equal ones; IPv4-mapped addresses with dotted octets (§5).
 * Parse: every form of RFC 4291 §2.2, also with an IPv4 address as the last 32 bits; no zones.
 */
import { inet4FromBytes, parseInet4, parsePrefixLength, printInet4 } from './inet.js'

export interface Inet6Prefix {
  /** 16 bytes; bits past the length are 0. */
  readonly address: Uint8Array
  /** In bits, 0..128. */
  readonly length: number
}

export function parseInet6(text: string): Uint8Array | undefined {
  const gap = text.indexOf('::')
  if (gap < 0) {
    const groups = parseGroups(text)
    return groups?.length === 8 ? toBytes(groups) : undefined
  }
  // A second `::`, also as `:::`, leaves an empty group in what follows, which `parseGroups` refuses.
  const head = gap === 0 ? [] : parseGroups(text.slice(0, gap))
  const rest = text.slice(gap + 2)
  const tail = rest === '' ? [] : parseGroups(rest)
  if (head === undefined || tail === undefined || head.length + tail.length > 7) return undefined
  if (gap > 0 && text.slice(0, gap).includes('.')) return undefined
  return toBytes([...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail])
}

/** Groups divided by `:`; the last may be an IPv4 address, which makes two. */
function parseGroups(text: string): number[] | undefined {
  const groups: number[] = []
  const parts = text.split(':')
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16))
      continue
    }
    const address = i === parts.length - 1 ? parseInet4(part) : undefined
    if (address === undefined) return undefined
    groups.push(address >>> 16, address & 0xffff)
  }
  return groups
}

function toBytes(groups: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(16)
  groups.forEach((group, i) => {
    bytes[2 * i] = group >>> 8
    bytes[2 * i + 1] = group
  })
  return bytes
}

export function printInet6(bytes: Uint8Array, at = 0): string {
  if (isInet4Mapped(bytes, at)) return `::ffff:${printInet4(inet4FromBytes(bytes, at + 12))}`
  let gap = -1
  let gapLength = 1
  for (let i = 0; i < 8; ) {
    let next = i
    while (next < 8 && groupAt(bytes, at, next) === 0) next++
    if (next - i > gapLength) {
      gap = i
      gapLength = next - i
    }
    i = next + 1
  }
  let text = ''
  for (let i = 0; i < 8; i++) {
    if (i === gap) {
      text += '::'
      i += gapLength - 1
      continue
    }
    if (text !== '' && !text.endsWith('::')) text += ':'
    text += groupAt(bytes, at, i).toString(16)
  }
  return text
}

function groupAt(bytes: Uint8Array, at: number, group: number): number {
  return (bytes[at + 2 * group]! << 8) | bytes[at + 2 * group + 1]!
}

/** In ::ffff:0:0/96 (RFC 4291 §2.5.5.2). */
export function isInet4Mapped(bytes: Uint8Array, at = 0): boolean {
  for (let i = 0; i < 10; i++) if (bytes[at + i] !== 0) return false
  return bytes[at + 10] === 0xff && bytes[at + 11] === 0xff
}

/** ::ffff:a.b.c.d */
export function inet4Mapped(address: number): Uint8Array {
  return toBytes([0, 0, 0, 0, 0, 0xffff, address >>> 16, address & 0xffff])
}

/** In fe80::/10 (RFC 4291 §2.5.6). */
export function isLinkLocal(bytes: Uint8Array, at = 0): boolean {
  return bytes[at] === 0xfe && (bytes[at + 1]! & 0xc0) === 0x80
}

/** Clears the bits past `length` of the address in `bytes[at..at + 16)`, in place. */
export function maskInet6(bytes: Uint8Array, length: number, at = 0): void {
  const octets = length >> 3
  if ((length & 7) !== 0) bytes[at + octets]! &= 0xff00 >> (length & 7)
  for (let i = (length + 7) >> 3; i < 16; i++) bytes[at + i] = 0
}

/** Bits past the length are cleared; `undefined` without a length. */
export function parseInet6Prefix(text: string): Inet6Prefix | undefined {
  const slash = text.indexOf('/')
  if (slash < 0) return undefined
  const address = parseInet6(text.slice(0, slash))
  const length = parsePrefixLength(text.slice(slash + 1), 128)
  if (address === undefined || length === undefined) return undefined
  maskInet6(address, length)
  return { address, length }
}

export function printInet6Prefix(bytes: Uint8Array, length: number, at = 0): string {
  return `${printInet6(bytes, at)}/${length}`
}
