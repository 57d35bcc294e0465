/**
 * Which families an ordinary instance has tables of, and which family carries each between control nodes (spec
 * routing 1.1, config 8.4). Adding a family to instances is adding a row.
 */
import type { FamilyName } from '../bgp/wire/family.js'

export interface VpnFamily {
  /** Family of the instance's table. */
  readonly family: FamilyName
  /** Family of the master's table that holds the routes of all instances. */
  readonly vpn: FamilyName
  /**
   * Routes are copied between instances and the VPN table by the common rules (spec routing 2), and the VPN key is
   * the instance's key behind a route distinguisher. Families whose keys carry one themselves have managers that
   * make their copies.
   */
  readonly replicated: boolean
}

export const vpnFamilies: readonly VpnFamily[] = [
  { family: 'inet', vpn: 'inet-vpn', replicated: true },
  { family: 'inet6', vpn: 'inet6-vpn', replicated: true },
  { family: 'evpn', vpn: 'evpn', replicated: false },
  { family: 'erm-vpn', vpn: 'erm-vpn', replicated: false },
  { family: 'mvpn', vpn: 'mvpn', replicated: false }
]
