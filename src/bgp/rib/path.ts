import type { AttributeSet } from './attribute-set.js'
import type { Route } from './route.js'
import type { Source } from './source.js'

/** Flags of a path; the bits and their names are contrail-control's (routing.md 1.4). */
export const PathFlag = {
  asPathLooped: 1 << 0,
  noNeighborAs: 1 << 1,
  stale: 1 << 2,
  noTunnelEncap: 1 << 3,
  originatorIdLooped: 1 << 4,
  resolveNextHop: 1 << 5,
  resolvedPath: 1 << 6,
  routingPolicyReject: 1 << 7,
  llgrStale: 1 << 8,
  clusterListLooped: 1 << 9,
  aliasedPath: 1 << 10,
  checkGlobalErmVpnRoute: 1 << 11,
  /** Ours: a leak by the roles of RFC 9234 §5. */
  routeLeak: 1 << 20,
  /** Ours: the next hop is an address of this node. */
  ownNextHop: 1 << 21
} as const

/** Ours too: the refresh (RFC 7313) with which a peer announced the path last, modulo 16; see `AdjIn.generation`. */
export const refreshGeneration = { shift: 24, mask: 0xf } as const

const { asPathLooped, noNeighborAs, noTunnelEncap, originatorIdLooped } = PathFlag
const {
  resolveNextHop,
  routingPolicyReject,
  clusterListLooped,
  checkGlobalErmVpnRoute,
  routeLeak,
  ownNextHop
} = PathFlag

/** A path with one of these is kept and shown, but not used. */
export const infeasibleFlags =
  asPathLooped |
  noNeighborAs |
  noTunnelEncap |
  originatorIdLooped |
  resolveNextHop |
  routingPolicyReject |
  clusterListLooped |
  checkGlobalErmVpnRoute |
  routeLeak |
  ownNextHop

/**
 * One source's claim on a prefix. Paths of a route are a list, best first. A path that is alone on its route may be
 * the same object on many routes (`Table` sees to it): prefixes of one UPDATE differ in nothing else.
 */
export class Path {
  readonly source: Source
  attributes: AttributeSet
  /** `PathFlag` bits. */
  flags: number
  /** 0 for BGP without ADD-PATH; the next hop as a number for agents (routing.md 1.4). */
  pathId: number
  /** The label field of the NLRI, 24 bits as on the wire (`Nlri.label`). */
  label: number
  /** The second label field; -1 where there is none. */
  l3Label: number
  /** Where a replicated path was copied from; undefined for a primary one. */
  readonly origin: Route | undefined
  /** Wall clock of the last change, in seconds. */
  changedAt: number
  /** The next worse path of the route. */
  next: Path | undefined
  /** On how many routes it is, for `Table` alone. */
  routes: number

  constructor(
    source: Source,
    attributes: AttributeSet,
    flags: number,
    pathId: number,
    label: number,
    l3Label: number,
    origin: Route | undefined,
    changedAt: number
  ) {
    this.source = source
    this.attributes = attributes
    this.flags = flags
    this.pathId = pathId
    this.label = label
    this.l3Label = l3Label
    this.origin = origin
    this.changedAt = changedAt
    this.next = undefined
    this.routes = 1
  }

  get feasible(): boolean {
    return (this.flags & infeasibleFlags) === 0
  }
}
