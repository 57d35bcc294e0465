/** Capabilities of an OPEN as text for people. */
import { type Capabilities, Role } from '../../bgp/wire/capabilities.js'
import { familyOf } from '../../bgp/wire/families.js'
import { familyName } from './names.js'

const nameOf = ({ afi, safi }: { readonly afi: number; readonly safi: number }): string => {
  const family = familyOf(afi, safi)
  return family === undefined ? `AFI ${afi} SAFI ${safi}` : familyName(family)
}

/** Words of RFC 9234 §4.1. */
const roleNames: Readonly<Record<Role, string>> = {
  [Role.provider]: 'provider',
  [Role.routeServer]: 'rs',
  [Role.routeServerClient]: 'rs-client',
  [Role.customer]: 'customer',
  [Role.peer]: 'peer'
}

export function capabilityTexts(capabilities: Capabilities): string[] {
  const { gracefulRestart, longLived, fourByteAs, role } = capabilities
  const when = (isThere: boolean, text: string): string[] => (isThere ? [text] : [])
  return [
    ...capabilities.multiprotocol.map(family => `multiprotocol ${nameOf(family)}`),
    ...when(fourByteAs !== undefined, `four-octet AS ${fourByteAs}`),
    ...when(capabilities.routeRefresh, 'route refresh'),
    ...when(capabilities.enhancedRouteRefresh, 'enhanced route refresh'),
    ...when(capabilities.extendedMessage, 'extended messages'),
    ...capabilities.addPath.map(each => {
      const ways = [...when(each.receive, 'receive'), ...when(each.send, 'send')]
      return `add-path ${nameOf(each)} ${ways.join(' and ')}`
    }),
    ...capabilities.extendedNextHop.map(
      each => `extended next hop ${nameOf(each)} with AFI ${each.nextHopAfi}`
    ),
    ...capabilities.multipleLabels.map(each => `multiple labels ${nameOf(each)} ${each.count}`),
    ...when(role !== undefined, `role ${role === undefined ? '' : (roleNames[role] ?? role)}`),
    ...(gracefulRestart === undefined
      ? []
      : [
          [
            `graceful restart ${gracefulRestart.restartTimeSeconds} s`,
            ...when(gracefulRestart.restarting, 'restarting'),
            ...when(gracefulRestart.notification, 'with notifications'),
            ...gracefulRestart.families.map(
              each => `${nameOf(each)}${each.forwardingPreserved ? ' (forwarding kept)' : ''}`
            )
          ].join(', ')
        ]),
    ...(longLived ?? []).map(each => `long-lived graceful restart ${nameOf(each)} ${each.staleTimeSeconds} s`)
  ]
}
