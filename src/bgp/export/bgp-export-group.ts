import type { AttributeSet } from '../rib/attribute-set.js'
import type { Source } from '../rib/source.js'
import type { EncodeOptions } from '../wire/update-writer.js'
import type { BgpExportSettings } from './bgp-policy.js'
import type { PathSelection } from './path-selection.js'

/** Which receivers may hear of VPN routes, by the route targets that they asked for (RFC 4684, routing.md 3.4). */
export interface TargetFilter {
  /** The session behind `receiver` asked for one of the route targets, or route targets do not bind it. */
  allows(attributes: AttributeSet, receiver: Source): boolean
}

/** Everything that the bytes depend on; equal values share a rib-out. */
export interface BgpExportGroup {
  readonly policy: BgpExportSettings
  readonly encoding: EncodeOptions
  /** With ADD-PATH: which paths are told; absent: all. */
  readonly paths?: PathSelection
  /** Least time between two updates of one route; absent: none. */
  readonly intervalMs?: number
}
