/** Address families as the API names them (spec config 1.9) and two that it has no names for, and Weft's names for them. */
import type { FamilyName } from './settings.js'

const familyByApiName: ReadonlyMap<string, FamilyName> = new Map([
  ['inet', 'inet'],
  ['inet-labeled', 'inet-labeled'],
  ['inet-vpn', 'inet-vpn'],
  ['inet6', 'inet6'],
  ['inet6-vpn', 'inet6-vpn'],
  ['e-vpn', 'evpn'],
  ['erm-vpn', 'erm-vpn'],
  ['inet-mvpn', 'mvpn'],
  ['route-target', 'route-target'],
  ['inet6-labeled', 'inet6-labeled'],
  ['inet6-mvpn', 'mvpn6']
])

export const apiFamilyNames: readonly string[] = [...familyByApiName.keys()]

/** None twice; unknown names are left out (spec config 11, 12). */
export function familiesOf(apiNames: readonly string[]): FamilyName[] {
  const families = new Set<FamilyName>()
  for (const name of apiNames) {
    const family = familyByApiName.get(name)
    if (family !== undefined) families.add(family)
  }
  return [...families]
}
