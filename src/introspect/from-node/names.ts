/** Words of operators for what the node calls otherwise (introspect §3.1). */
import type { State } from '../../bgp/fsm.js'
import { familyNamed, familyOf } from '../../bgp/wire/families.js'
import type { Family, FamilyName } from '../../bgp/wire/family.js'
import type { Endpoint } from '../../runtime/transport.js'
import type * as view from '../view/common.js'

const familyNames: Readonly<Record<FamilyName, view.FamilyName>> = {
  inet: 'inet',
  inet6: 'inet6',
  'inet-labeled': 'inet-labeled',
  'inet6-labeled': 'inet6-labeled',
  'inet-vpn': 'inet-vpn',
  'inet6-vpn': 'inet6-vpn',
  evpn: 'e-vpn',
  'route-target': 'route-target',
  'erm-vpn': 'erm-vpn',
  mvpn: 'inet-mvpn',
  mvpn6: 'inet6-mvpn'
}

const tableFamilyNames: Readonly<Record<FamilyName, view.TableFamilyName>> = {
  inet: 'inet',
  inet6: 'inet6',
  'inet-labeled': 'inet',
  'inet6-labeled': 'inet6',
  'inet-vpn': 'l3vpn',
  'inet6-vpn': 'l3vpn-inet6',
  evpn: 'evpn',
  'route-target': 'rtarget',
  'erm-vpn': 'ermvpn',
  mvpn: 'mvpn',
  mvpn6: 'mvpn6'
}

export const familyName = (family: Family): view.FamilyName => familyNames[family.name]

export const tableFamilyName = (family: Family): view.TableFamilyName => tableFamilyNames[family.name]

/** Of families as the configuration names them. */
export const namesOfConfigured = (names: readonly string[]): view.FamilyName[] =>
  names.flatMap(name => {
    const family = familyNamed(name)
    return family === undefined ? [] : [familyName(family)]
  })

/** Of families as an OPEN has them; those that this node does not know are left out. */
export const namesOfCodes = (
  codes: readonly { readonly afi: number; readonly safi: number }[]
): view.FamilyName[] =>
  codes.flatMap(({ afi, safi }) => {
    const family = familyOf(afi, safi)
    return family === undefined ? [] : [familyName(family)]
  })

const stateNames: Readonly<Record<State, view.SessionState>> = {
  idle: 'Idle',
  active: 'Active',
  connect: 'Connect',
  openSent: 'OpenSent',
  openConfirm: 'OpenConfirm',
  established: 'Established'
}

export const stateName = (state: State): view.SessionState => stateNames[state]

export function printEndpoint(endpoint: Endpoint | undefined): string {
  if (endpoint === undefined) return '0.0.0.0:0'
  const { address, port } = endpoint
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`
}

/** A name without the `<instance>:` in front of it. */
export const shortName = (name: string, instance: string): string =>
  name.startsWith(`${instance}:`) ? name.slice(instance.length + 1) : name

export const byName = (a: { readonly name: string }, b: { readonly name: string }): number =>
  a.name < b.name ? -1 : a.name > b.name ? 1 : 0
