/** Tables that fit the terminal: one line per row, long names shortened where it hurts least. */
import Table from 'cli-table3'

export interface Column<T> {
  readonly title: string
  readonly cell: (row: T) => string
  readonly align?: 'right'
  /** Where letters go when there is no room; names of instances and tables tell more at their end. */
  readonly shorten?: 'start' | 'end'
}

const gap = 2
const narrowest = 5

/**
 * `limit` undefined: none. Never wider than the limit, unless even the narrowest cells do not fit. Columns in which
 * no row has anything are left out.
 */
export function printTable<T>(
  all: readonly Column<T>[],
  rows: readonly T[],
  limit: number | undefined
): string {
  const columns = all.filter(column => rows.some(row => column.cell(row) !== ''))
  const cells = rows.map(row => columns.map(column => oneLine(column.cell(row))))
  const natural = columns.map((column, at) =>
    Math.max(column.title.length, ...cells.map(row => row[at]!.length))
  )
  const widths = fit(
    natural,
    limit === undefined ? Number.POSITIVE_INFINITY : limit - gap * (columns.length - 1)
  )
  const table = new Table({
    chars: borderless,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
    colAligns: columns.map(column => column.align ?? 'left')
  })
  const cut = (row: readonly string[]) =>
    row.map((text, at) => shorten(text, widths[at]!, columns[at]!.shorten ?? 'end'))
  table.push(cut(columns.map(column => column.title)), ...cells.map(cut))
  return table
    .toString()
    .split('\n')
    .map(line => line.trimEnd())
    .join('\n')
}

const borderless = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' '.repeat(gap)
}

/** Names come from the network: control characters must not reach the terminal. */
export const oneLine = (text: string): string =>
  text
    .replace(/\p{Cc}+/gu, ' ')
    // What turns the direction of a line, or cannot be seen: peers and agents choose their names.
    .replace(/[\p{Cf}\p{Zl}\p{Zp}]/gu, character => `\\u{${character.codePointAt(0)!.toString(16)}}`)

/** Takes from the widest column, letter by letter, until the sum fits. */
function fit(natural: readonly number[], limit: number): number[] {
  const widths = [...natural]
  for (let sum = widths.reduce((a, b) => a + b, 0); sum > limit; sum--) {
    const widest = widths.indexOf(Math.max(...widths))
    if (widths[widest]! <= narrowest) break
    widths[widest]!--
  }
  return widths
}

export function shorten(text: string, width: number, from: 'start' | 'end'): string {
  if (text.length <= width) return text
  return from === 'end' ? `${text.slice(0, width - 1)}…` : `…${text.slice(text.length - width + 1)}`
}

/** `3d 4h`, `12:07:09`: how long ago. */
export function printAge(since: string | undefined, now: number): string {
  if (since === undefined) return '-'
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000))
  if (seconds >= 86_400 * 2)
    return `${Math.floor(seconds / 86_400)}d ${Math.floor((seconds % 86_400) / 3600)}h`
  const two = (n: number): string => String(n).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}

/** Names and values under each other; empty values are left out. */
export function printPairs(pairs: readonly (readonly [string, string | undefined])[]): string {
  const shown = pairs.filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(0, ...shown.map(([name]) => name.length))
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${oneLine(value!)}`).join('\n')
}
