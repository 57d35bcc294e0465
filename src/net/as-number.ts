/**
 * AS numbers, 0..2^32 - 1 (RFC 6793 §3).
 * Print: asplain. Parse: asplain, and asdot `high.low` (RFC 5396 §2).
 */
export const maximumAs = 0xffffffff
/** Stands for an AS number that does not fit in two bytes (RFC 6793 §9). */
export const asTrans = 23456

export function parseAsNumber(text: string): number | undefined {
  const dot = text.indexOf('.')
  if (dot < 0) return parseDecimal(text, maximumAs)
  const high = parseDecimal(text.slice(0, dot), 0xffff)
  const low = parseDecimal(text.slice(dot + 1), 0xffff)
  return high === undefined || low === undefined ? undefined : high * 0x10000 + low
}

export function printAsNumber(as: number): string {
  return String(as)
}

/** Decimal digits without sign, at most `maximum`. */
export function parseDecimal(text: string, maximum: number): number | undefined {
  if (!/^\d{1,15}$/.test(text)) return undefined
  const value = Number(text)
  return value <= maximum ? value : undefined
}
