/**
 * The families that Weft speaks, a row each (IANA SAFI Namespace; 243 is contrail-control's own for ERM-VPN).
 * Adding a family is adding a file under `family/` and a row here.
 */

import { ermVpn } from './family/erm-vpn.js'
import { evpn } from './family/evpn.js'
import { inet } from './family/inet.js'
import { inetLabeled } from './family/inet-labeled.js'
import { inetVpn } from './family/inet-vpn.js'
import { inet6 } from './family/inet6.js'
import { inet6Labeled } from './family/inet6-labeled.js'
import { inet6Vpn } from './family/inet6-vpn.js'
import { mvpn, mvpn6 } from './family/mvpn.js'
import { routeTarget } from './family/route-target.js'
import type { Family, FamilyName } from './family.js'

/** In the order of contrail-control's capabilities (spec bgp 3.1), then what it does not know. */
export const families: readonly Family[] = [
  inet,
  inet6,
  inetVpn,
  inet6Vpn,
  routeTarget,
  evpn,
  ermVpn,
  mvpn,
  inetLabeled,
  inet6Labeled,
  mvpn6
]

/** Names that configuration gives to families, beside Weft's (spec bgp 2.1). */
const aliases: Readonly<Record<string, FamilyName>> = {
  'e-vpn': 'evpn',
  'inet-mvpn': 'mvpn',
  'inet6-mvpn': 'mvpn6'
}

const byName = new Map<string, Family>(families.map(family => [family.name, family]))
const byCode = new Map<number, Family>(families.map(family => [codeOf(family.afi, family.safi), family]))
const byLongestSuffix = [...families].sort((a, b) => b.tableSuffix.length - a.tableSuffix.length)

/** An (AFI, SAFI) as one number, for sets and maps. */
export function codeOf(afi: number, safi: number): number {
  return afi * 256 + safi
}

export function familyOf(afi: number, safi: number): Family | undefined {
  return byCode.get(codeOf(afi, safi))
}

/** By Weft's name or by the one in the configuration's schema (`e-vpn`). */
export function familyNamed(name: string): Family | undefined {
  return byName.get(aliases[name] ?? name)
}

/** The family of a table, by the longest suffix: `a:b:c:d.inet.0`, `bgp.l3vpn-inet6.0`. */
export function familyOfTable(table: string): Family | undefined {
  return byLongestSuffix.find(({ tableSuffix }) => table === tableSuffix || table.endsWith(`.${tableSuffix}`))
}

/** Families that carry the routes of instances between nodes: filtered by route target (RFC 4684), tagged (spec routing 5.4). */
export const vpnFamilyNames: ReadonlySet<FamilyName> = new Set([
  'inet-vpn',
  'inet6-vpn',
  'evpn',
  'erm-vpn',
  'mvpn',
  'mvpn6'
])
