/** Texts of values in Sandesh XML (introspect §1.5, §3.1). */

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const

const special = /[&'<>\u0000-\u001f\ud800-\udfff\ufffe\uffff]/
/** What XML 1.0 has no form for (§2.2), lone surrogates included. */
const unprintable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu

/** Escapes text content; the double quote stays (introspect §1.5). Characters that XML has no form for become `?`. */
export function escapeText(text: string): string {
  if (!special.test(text)) return text
  return text
    .replace(unprintable, '?')
    .replace(/[&'<>]/g, c => (c === '&' ? '&amp;' : c === "'" ? '&apos;' : c === '<' ? '&lt;' : '&gt;'))
}

const digits = (value: number, width: number): string => String(value).padStart(width, '0')

/**
 * `2024-Mar-05 09:15:42.118230`, UTC; empty for a time that never was. The six fraction digits are always there:
 * clients parse them (introspect §0.5).
 */
export function printTime(time: number | undefined): string {
  if (time === undefined) return ''
  const microseconds = Math.round(time * 1000)
  const date = new Date(Math.floor(microseconds / 1000))
  if (Number.isNaN(date.getTime())) return ''
  const day = `${date.getUTCFullYear()}-${months[date.getUTCMonth()]}-${digits(date.getUTCDate(), 2)}`
  const clock = `${digits(date.getUTCHours(), 2)}:${digits(date.getUTCMinutes(), 2)}:${digits(date.getUTCSeconds(), 2)}`
  return `${day} ${clock}.${digits(((microseconds % 1_000_000) + 1_000_000) % 1_000_000, 6)}`
}

/** `00:03:11.402918`; hours may exceed two digits, and a zero fraction is dropped. */
export function printDuration(ms: number): string {
  const microseconds = Math.max(0, Math.round(ms * 1000))
  const seconds = Math.floor(microseconds / 1_000_000)
  const fraction = microseconds % 1_000_000
  const clock = `${digits(Math.floor(seconds / 3600), 2)}:${digits(Math.floor(seconds / 60) % 60, 2)}:${digits(seconds % 60, 2)}`
  return fraction === 0 ? clock : `${clock}.${digits(fraction, 6)}`
}

/** Six significant digits, as C++ streams print a double. */
export const printDouble = (value: number): string => String(Number(value.toPrecision(6)))

/** Client indexes: `-` for none, else numbers and ranges, `0,2-5` (introspect §3.12). */
export function printIndexSet(indexes: readonly number[]): string {
  if (indexes.length === 0) return '-'
  const sorted = [...indexes].sort((a, b) => a - b)
  const parts: string[] = []
  for (let at = 0; at < sorted.length; ) {
    let end = at
    while (end + 1 < sorted.length && sorted[end + 1]! <= sorted[end]! + 1) end++
    parts.push(end === at ? `${sorted[at]}` : `${sorted[at]}-${sorted[end]}`)
    at = end + 1
  }
  return parts.join(',')
}
