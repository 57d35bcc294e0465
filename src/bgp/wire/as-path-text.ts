/** AS_PATH for people: `65001 65002 {65003 65004}`; confederation segments are `(…)` and `[…]`. */
import { parseAsNumber } from '../../net/as-number.js'
import { SegmentType } from './as-path.js'
import { putU32, u32At } from './attributes.js'

const brackets: Record<number, readonly [string, string]> = {
  [SegmentType.set]: ['{', '}'],
  [SegmentType.sequence]: ['', ''],
  [SegmentType.confederationSequence]: ['(', ')'],
  [SegmentType.confederationSet]: ['[', ']']
}
const opening: Record<string, readonly [type: number, closing: string]> = {
  '{': [SegmentType.set, '}'],
  '(': [SegmentType.confederationSequence, ')'],
  '[': [SegmentType.confederationSet, ']']
}

export function printAsPath(bytes: Uint8Array, start = 0, end = bytes.length): string {
  const parts: string[] = []
  for (let at = start; at < end; ) {
    const [open, close] = brackets[bytes[at]!] ?? ['<', '>']
    const segmentEnd = at + 2 + bytes[at + 1]! * 4
    const numbers: number[] = []
    for (at += 2; at < segmentEnd; at += 4) numbers.push(u32At(bytes, at))
    parts.push(open + numbers.join(' ') + close)
  }
  return parts.join(' ')
}

/** The canonical value of a printed path; `undefined` where the text is none. Commas may separate numbers too. */
export function parseAsPath(text: string): Uint8Array | undefined {
  const tokens = text.match(/\d+|[^\s,\d]/g) ?? []
  const segments: { type: number; numbers: number[] }[] = []
  let closing: string | undefined
  for (const token of tokens) {
    const last = segments.at(-1)
    if (/^\d/.test(token)) {
      const as = parseAsNumber(token)
      if (as === undefined) return undefined
      if (
        last !== undefined &&
        last.numbers.length < 255 &&
        (closing !== undefined || last.type === SegmentType.sequence)
      ) {
        last.numbers.push(as)
      } else if (closing === undefined) {
        segments.push({ type: SegmentType.sequence, numbers: [as] })
      } else return undefined
      continue
    }
    if (token === closing && last !== undefined && last.numbers.length > 0) {
      closing = undefined
      continue
    }
    const opened = opening[token]
    if (opened === undefined || closing !== undefined) return undefined
    segments.push({ type: opened[0], numbers: [] })
    closing = opened[1]
  }
  if (closing !== undefined) return undefined
  const bytes = new Uint8Array(segments.reduce((size, { numbers }) => size + 2 + numbers.length * 4, 0))
  let at = 0
  for (const { type, numbers } of segments) {
    bytes[at] = type
    bytes[at + 1] = numbers.length
    at += 2
    for (const as of numbers) {
      putU32(bytes, at, as)
      at += 4
    }
  }
  return bytes
}
