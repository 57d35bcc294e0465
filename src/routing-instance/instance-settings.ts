/**
 * What this room needs to know of the configuration. The settings of src/config have these shapes and more; they are
 * named here because instances know no configuration graph.
 */
import { parseRouteTarget, type RouteTarget, routeTargetOfAddress } from '../net/route-target.js'
import { type TargetKey, targetKeyAt } from './target-key.js'

/** A part of `InstanceSettings` (spec config 8.2). The two implicit import targets are not in `importTargets`. */
export interface InstanceConfig {
  readonly name: string
  readonly isMaster: boolean
  /** Not applied to the master. */
  readonly importTargets: readonly RouteTarget[]
  readonly exportTargets: readonly RouteTarget[]
  readonly virtualNetwork: string
  /** 0: none. */
  readonly virtualNetworkIndex: number
  readonly allowTransit: boolean
  readonly pbbEvpn: boolean
  readonly vxlanId: number
  /** Ask neighbours for all import targets whether or not an agent subscribes (physical network function). */
  readonly hasPnf: boolean
}

/** A part of `OwnRouterSettings` (spec config 8.6). */
export interface NodeIdentity {
  /** The AS of generated route targets and communities; 0 when unknown. */
  readonly as: number
  /** The AS of sessions and of route-target memberships. */
  readonly localAs: number
  /** BGP identifier as a number; 0 when unknown. */
  readonly identifier: number
}

/** Name of the master instance (spec config 8.1). */
export const masterInstance = 'default-domain:default-project:ip-fabric:__default__'

/** The master before its configuration arrives, and after it has gone. */
export const bareMaster: InstanceConfig = {
  name: masterInstance,
  isMaster: true,
  importTargets: [],
  exportTargets: [],
  virtualNetwork: 'default-domain:default-project:ip-fabric',
  virtualNetworkIndex: 0,
  allowTransit: false,
  pbbEvpn: false,
  vxlanId: 0,
  hasPnf: false
}

/**
 * What every instance imports beside its configuration: the target of its own index (MVPN) and that of the Ethernet
 * segments of the AS (spec config 8.2). The master asks its neighbours for the first one and imports nothing.
 */
export function implicitImports(
  { as, identifier }: NodeIdentity,
  { index, isMaster }: { readonly index: number; readonly isMaster: boolean }
): TargetKey[] {
  const targets: (RouteTarget | undefined)[] = []
  if (identifier !== 0) targets.push(routeTargetOfAddress(identifier, index))
  if (as !== 0 && !isMaster) targets.push(parseRouteTarget(`target:${as}:${as > 0xffff ? 7999 : 7999999}`))
  return targets.flatMap(target => (target === undefined ? [] : [targetKeyAt(target.bytes, 0)]))
}
