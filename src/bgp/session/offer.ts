/** What an OPEN of ours offers, from the options that an operator thinks in (spec bgp 3.3). */
import type { Capabilities, FamilyCode, Role } from '../wire/capabilities.js'
import { families, familyNamed } from '../wire/families.js'
import type { Family, FamilyName } from '../wire/family.js'

export interface OfferedFamily {
  readonly family: Family
  /** We take several paths per prefix from the peer (RFC 7911). */
  readonly addPathReceive?: boolean
  /** We send several. */
  readonly addPathSend?: boolean
  /** IPv6 next hops for the IPv4 prefixes of this family (RFC 8950). */
  readonly extendedNextHop?: boolean
}

export interface Offer {
  readonly localAs: number
  readonly families: readonly OfferedFamily[]
  /** Default true (RFC 6793). */
  readonly fourByteAs?: boolean
  /** RFC 2918 and RFC 7313; default true, contrail-control offers neither. */
  readonly routeRefresh?: boolean
  readonly extendedMessage?: boolean
  /** External sessions only (RFC 9234). */
  readonly role?: Role
  /** Absent: no capability. `keepsRoutes` false: this node only helps, no families and time 0 (RFC 4724 §3). */
  readonly gracefulRestart?: { readonly keepsRoutes: boolean; readonly restartTimeSeconds: number }
  /** RFC 9494; 0 or absent: off. Needs `gracefulRestart` with `keepsRoutes`. */
  readonly longLivedStaleSeconds?: number
  readonly fqdn?: { readonly host: string; readonly domain: string }
  readonly softwareVersion?: string
}

/** AFI of IPv6, the next hop that RFC 8950 adds. */
const inet6Afi = 2

/** The order of contrail-control's restart capabilities, which is not that of its families (spec bgp 3.1). */
const restartOrder: readonly FamilyName[] = [
  'inet',
  'inet-labeled',
  'inet-vpn',
  'evpn',
  'route-target',
  'erm-vpn',
  'mvpn',
  'inet6',
  'inet6-vpn'
]

/** Families go out in contrail-control's order, in whichever order they are configured. */
export function offer(options: Offer): Capabilities {
  const codes = inOrder(options.families, families).map(codeOf)
  const preserved = inOrder(options.families, restartFamilies).map(offered => ({
    ...codeOf(offered),
    forwardingPreserved: true
  }))
  const { gracefulRestart, longLivedStaleSeconds = 0, routeRefresh = true } = options
  const keepsRoutes = gracefulRestart?.keepsRoutes === true
  return {
    multiprotocol: codes,
    routeRefresh,
    enhancedRouteRefresh: routeRefresh,
    extendedMessage: options.extendedMessage === true,
    extendedNextHop: options.families
      .filter(offered => offered.extendedNextHop === true)
      .map(({ family: { afi, safi } }) => ({ afi, safi, nextHopAfi: inet6Afi })),
    multipleLabels: [],
    addPath: options.families
      .filter(offered => offered.addPathReceive === true || offered.addPathSend === true)
      .map(({ family: { afi, safi }, addPathReceive = false, addPathSend = false }) => {
        return { afi, safi, receive: addPathReceive, send: addPathSend }
      }),
    ...(options.fourByteAs !== false && { fourByteAs: options.localAs }),
    ...(options.role !== undefined && { role: options.role }),
    ...(gracefulRestart !== undefined && {
      gracefulRestart: {
        restarting: false,
        notification: keepsRoutes, // RFC 8538 §2, and spec bgp 3.1
        restartTimeSeconds: keepsRoutes ? gracefulRestart.restartTimeSeconds : 0,
        families: keepsRoutes ? preserved : []
      }
    }),
    ...(keepsRoutes &&
      longLivedStaleSeconds > 0 && {
        longLived: preserved.map(family => ({ ...family, staleTimeSeconds: longLivedStaleSeconds }))
      }),
    ...(options.fqdn !== undefined && { fqdn: options.fqdn }),
    ...(options.softwareVersion !== undefined && { softwareVersion: options.softwareVersion }),
    unknown: [],
    malformed: []
  }
}

const codeOf = ({ family: { afi, safi } }: OfferedFamily): FamilyCode => ({ afi, safi })

const rest = families.filter(({ name }) => !restartOrder.includes(name))
const restartFamilies = [...restartOrder.map(name => familyNamed(name)!), ...rest]

const inOrder = (offered: readonly OfferedFamily[], order: readonly Family[]): OfferedFamily[] =>
  order.flatMap(family => offered.filter(each => each.family === family))
