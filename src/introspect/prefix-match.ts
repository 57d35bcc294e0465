/**
 * "Inside" and "covering" for printed prefixes (introspect §3.3, `longer_match` and `shorter_match`). Tables of
 * IPv4, IPv6 and their VPN forms have prefix order; in VPN tables the route distinguisher must be the same too.
 */
import { parsePrefixLength } from '../net/inet.js'
import { parseIp } from '../net/ip.js'
import type { TableFamilyName } from './view.js'

export interface MatchPrefix {
  /** Text of the route distinguisher; empty outside VPN tables. */
  readonly rd: string
  readonly address: Uint8Array
  readonly length: number
}

const hasRd: Partial<Record<TableFamilyName, boolean>> = {
  inet: false,
  inet6: false,
  l3vpn: true,
  'l3vpn-inet6': true
}

/** Undefined for what is no prefix of the family, and for families without prefix order. */
export function parseMatchPrefix(family: TableFamilyName, text: string): MatchPrefix | undefined {
  const withRd = hasRd[family]
  if (withRd === undefined) return undefined
  const [, rd = '', prefix = ''] = withRd ? (/^([^:]+:\d+):(.*)$/s.exec(text) ?? []) : ['', '', text]
  const slash = prefix.indexOf('/')
  const address = parseIp(slash < 0 ? prefix : prefix.slice(0, slash))
  if (address === undefined) return undefined
  const length =
    slash < 0 ? address.length * 8 : parsePrefixLength(prefix.slice(slash + 1), address.length * 8)
  return length === undefined ? undefined : { rd, address, length }
}

/** Whether `outer` is equal to or less specific than `inner`. */
export function covers(outer: MatchPrefix, inner: MatchPrefix): boolean {
  if (outer.rd !== inner.rd || outer.length > inner.length) return false
  if (outer.address.length !== inner.address.length) return false
  const whole = outer.length >> 3
  for (let i = 0; i < whole; i++) if (outer.address[i] !== inner.address[i]) return false
  const rest = outer.length & 7
  return rest === 0 || (outer.address[whole]! ^ inner.address[whole]!) >> (8 - rest) === 0
}
