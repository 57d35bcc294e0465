/**
 * COMMUNITIES: 4 bytes each, AS (2) and value (2), or a well-known one (RFC 1997, RFC 7999, RFC 8326, RFC 9494).
 * A community is one number here. Ranges are those of the attribute's value, ascending as `canonical.ts` has it.
 * Text: `<as>:<value>` or a name (spec routing 4.10). Agents have slightly other words, which are the agents' affair.
 */
import { parseDecimal } from '../../net/as-number.js'
import { inet4FromBytes } from '../../net/inet.js'

export const communityLength = 4

export const Community = {
  gracefulShutdown: 0xffff0000,
  acceptOwn: 0xffff0001,
  llgrStale: 0xffff0006,
  noLlgr: 0xffff0007,
  acceptOwnNextHop: 0xffff0008,
  blackhole: 0xffff029a,
  /** contrail-control's own: a service chain does not originate the route again. */
  noReoriginate: 0xfffff000,
  noExport: 0xffffff01,
  noAdvertise: 0xffffff02,
  noExportSubconfed: 0xffffff03
} as const

const names: ReadonlyMap<number, string> = new Map([
  [Community.acceptOwn, 'accept-own'],
  [Community.llgrStale, 'llgr-stale'],
  [Community.noLlgr, 'no-llgr'],
  [Community.acceptOwnNextHop, 'accept-own-nexthop'],
  [Community.noReoriginate, 'no-reoriginate'],
  [Community.noExport, 'no-export'],
  [Community.noAdvertise, 'no-advertise'],
  [Community.noExportSubconfed, 'no-export-subconfed']
])

/** The last four are understood, and printed in another way: two are configuration's words for names above. */
const values: ReadonlyMap<string, number> = new Map([
  ...[...names].map(([value, name]) => [name, value] as const),
  ['LlgrStale', Community.llgrStale],
  ['NoLlgr', Community.noLlgr],
  ['blackhole', Community.blackhole],
  ['graceful-shutdown', Community.gracefulShutdown]
])

export function parseCommunity(text: string): number | undefined {
  const named = values.get(text)
  if (named !== undefined) return named
  const colon = text.indexOf(':')
  const as = parseDecimal(text.slice(0, Math.max(colon, 0)), 0xffff)
  const value = parseDecimal(text.slice(colon + 1), 0xffff)
  return as === undefined || value === undefined ? undefined : as * 0x10000 + value
}

export function printCommunity(value: number): string {
  return names.get(value) ?? `${value >>> 16}:${value & 0xffff}`
}

export function printCommunities(bytes: Uint8Array, start: number, end: number): string[] {
  const texts: string[] = []
  for (let at = start; at < end; at += communityLength) texts.push(printCommunity(inet4FromBytes(bytes, at)))
  return texts
}
