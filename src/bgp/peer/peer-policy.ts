import type { BgpExportGroup } from '../export/bgp-exporter.js'
import type { PrivateAsAction } from '../wire/as-path.js'
import type { DecodeSettings } from '../wire/decode-context.js'
import type { Family } from '../wire/family.js'
import type { Negotiated } from '../wire/negotiate.js'
import { takesRoles } from './peer-family.js'
import type { PrefixLimit } from './prefix-guard.js'
import type { ReceiveSettings } from './receive-policy.js'

/** What of a peer's configuration is applied to a running session without a reset (spec bgp 16.2). */
export interface PeerPolicy {
  readonly receive: ReceiveSettings
  readonly decode: Partial<DecodeSettings>
  /** Routes of the peer are kept while it restarts (RFC 4724, RFC 9494), as far as it announced that it can. */
  readonly helpsRestart: boolean
  /** How long its End-of-RIBs are waited for (spec bgp 12.7). */
  readonly endOfRibSeconds: number
  /**
   * The neighbour's part in reflection (RFC 4456 §4). Undefined: it gets everything like a client, and what it tells
   * does not go to non-clients (spec bgp 10.3).
   */
  readonly reflectorClient: boolean | undefined
  readonly asOverride: boolean
  readonly privateAsAction: PrivateAsAction | undefined
  /** By family name. */
  readonly prefixLimits: ReadonlyMap<string, PrefixLimit>
  /** Encapsulation types by family name (routing.md 4.8). */
  readonly tunnelEncapsulations: ReadonlyMap<string, readonly number[]>
}

/** Which rib-out of a family's table the session belongs to. */
export function exportGroup(family: Family, policy: PeerPolicy, negotiated: Negotiated): BgpExportGroup {
  const { receive } = policy
  const agreed = negotiated.families.find(other => other.family === family)
  const longLived = negotiated.peerLongLived?.some(
    other => other.afi === family.afi && other.safi === family.safi
  )
  return {
    policy: {
      family: family.name,
      internal: !negotiated.external,
      // Within an AS nothing depends on the number, and equal keys share a rib-out.
      peerAs: negotiated.external || policy.privateAsAction !== undefined ? negotiated.peerAs : 0,
      localAs: negotiated.localAs,
      routerId: receive.routerId,
      clusterId: receive.clusterId,
      nonClient: policy.reflectorClient === false,
      controlNode: receive.controlNode,
      ...(negotiated.localRole !== undefined && takesRoles(family) && { role: negotiated.localRole }),
      asOverride: policy.asOverride,
      privateAsAction: policy.privateAsAction,
      longLived: longLived === true,
      tunnelEncapsulations: policy.tunnelEncapsulations.get(family.name) ?? [],
      nextHop: undefined
    },
    encoding: {
      fourByteAs: negotiated.fourByteAs,
      addPath: agreed?.addPathSend === true,
      extendedNextHop: agreed?.extendedNextHop === true,
      maximumLength: negotiated.maximumLength,
      form: receive.controlNode ? 'control-node' : 'standard'
    }
  }
}
