import { parseDecimal } from '../../net/as-number.js'

/** Communities in the words of agents (spec xmpp 4.4.8). */
const accepted: ReadonlyMap<string, number> = new Map([
  ['no-export', 0xffffff01],
  ['no-advertise', 0xffffff02],
  ['no-export-subconfed', 0xffffff03],
  ['no-reoriginate', 0xfffff000],
  ['accept-own', 0xffff0001],
  ['accept-own-nexthop', 0xffff0008],
  ['LlgrStale', 0xffff0006],
  ['NoLlgr', 0xffff0007]
])

/** Two names differ from those that are accepted; agents have always been told these. */
const sent: ReadonlyMap<number, string> = new Map([
  ...[...accepted].map(([name, value]) => [value, name] as const),
  [0xffff0006, 'llgr-stale'],
  [0xffff0007, 'no-llgr']
])

/** `asn:value`, both below 65535, or a name; `undefined`: neither. */
export function parseCommunity(text: string): number | undefined {
  const named = accepted.get(text)
  if (named !== undefined) return named
  const colon = text.indexOf(':')
  if (colon < 0) return undefined
  const as = parseDecimal(text.slice(0, colon), 65534)
  const value = parseDecimal(text.slice(colon + 1), 65534)
  return as === undefined || value === undefined ? undefined : as * 65536 + value
}

export const printCommunity = (value: number): string =>
  sent.get(value) ?? `${value >>> 16}:${value & 0xffff}`
