/** Import targets that every instance has besides the configured ones (spec config 8.2). */
import { parseRouteTarget, type RouteTarget, routeTargetOfAddress } from '../net/route-target.js'
import type { GlobalSettings } from './settings.js'

/** The AS before the own bgp-router is known (spec config 8.1). */
const builtInAs = 64512

/**
 * `target:<router id>:<index>`, by which MVPN leaf routes find this instance of this node, once the router id is
 * known; and `target:<as>:7999999`, or `:7999` for a four-byte AS, which carries EVPN Ethernet segment routes.
 */
export function implicitImportTargets(globals: GlobalSettings, instanceIndex: number): RouteTarget[] {
  const identifier = globals.self?.identifier ?? 0
  const segments = ethernetSegmentTarget(globals.self?.as || builtInAs)
  return identifier === 0 ? [segments] : [routeTargetOfAddress(identifier, instanceIndex), segments]
}

const ethernetSegmentTarget = (as: number): RouteTarget =>
  parseRouteTarget(`target:${as}:${as > 0xffff ? 7999 : 7999999}`)!
