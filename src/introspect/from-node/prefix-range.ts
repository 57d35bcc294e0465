/** Keys of prefixes in relation to one prefix: what lies inside it is a range, what covers it a short list. */
import { compareBytes } from '../../bgp/rib/compare-bytes.js'
import type { Family, FamilyName } from '../../bgp/wire/family.js'

/** Keys from `first` to `last`, both included; without either: all from there, or up to there. */
export class KeyRange {
  constructor(
    readonly first: Uint8Array = new Uint8Array(0),
    readonly last: Uint8Array | undefined = undefined
  ) {}

  includes(key: Uint8Array): boolean {
    return (
      compareBytes(key, this.first) >= 0 && (this.last === undefined || compareBytes(key, this.last) <= 0)
    )
  }

  /** The part of the range that starts at `key`. */
  from(key: Uint8Array | undefined): KeyRange {
    return key === undefined || compareBytes(key, this.first) <= 0 ? this : new KeyRange(key, this.last)
  }
}

/** Where the address starts in a key, for families with prefix order; the last byte is the length in bits. */
const addressAt: Partial<Record<FamilyName, number>> = {
  inet: 0,
  inet6: 0,
  'inet-vpn': 8,
  'inet6-vpn': 8
}

interface Prefix {
  readonly key: Uint8Array
  readonly start: number
  readonly bits: number
  readonly length: number
}

/** An address alone is a host prefix. */
function parse(family: Family, text: string): Prefix | undefined {
  const start = addressAt[family.name]
  if (start === undefined) return undefined
  const bits = (family.keyLength - start - 1) * 8
  const key = family.parse(text.includes('/') ? text : `${text}/${bits}`)
  return key === undefined ? undefined : { key, start, bits, length: key[key.length - 1]! }
}

/** Undefined for what is no prefix of the family, and for families without prefix order. */
export function keyRangeInside(family: Family, text: string): KeyRange | undefined {
  const prefix = parse(family, text)
  if (prefix === undefined) return undefined
  const { key, start, bits, length } = prefix
  const last = key.slice()
  for (let bit = length; bit < bits; bit++) last[start + (bit >> 3)]! |= 0x80 >> (bit & 7)
  last[last.length - 1] = bits
  return new KeyRange(key, last)
}

/** In order of the keys, the prefix itself included. */
export function coveringKeys(family: Family, text: string): Uint8Array[] | undefined {
  const prefix = parse(family, text)
  if (prefix === undefined) return undefined
  const { key, start, length } = prefix
  const keys = [key]
  for (let bit = length - 1; bit >= 0; bit--) {
    const shorter = keys[keys.length - 1]!.slice()
    shorter[start + (bit >> 3)]! &= ~(0x80 >> (bit & 7))
    shorter[shorter.length - 1] = bit
    keys.push(shorter)
  }
  return keys.sort(compareBytes)
}
