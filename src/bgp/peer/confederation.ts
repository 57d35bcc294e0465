/**
 * What a confederation makes of neighbours (RFC 5065). One in the AS of the node is internal; one in another member AS
 * is external and within; all others are outside, and have the node as the AS that the identifier names.
 */
import type { Confederation } from '../../config/confederation.js'
import type { NeighbourOptions } from '../../config/neighbour-options.js'
import type { OwnRouterSettings, PeerSettings } from '../../config/settings.js'
import { isTenant } from './tenants.js'

/** The confederation as one of its members sees it: the node's own AS is among the members. */
export type Membership = Confederation

/** Undefined: the node is in none, or its AS is the identifier, so that it is no member (`isMisnamed`). */
export function membershipOf(
  confederation: Confederation | undefined,
  self: OwnRouterSettings | undefined
): Membership | undefined {
  if (confederation === undefined || self === undefined || isMisnamed(confederation, self)) return undefined
  const { identifier, members } = confederation
  return members.includes(self.localAs) ? confederation : { identifier, members: [...members, self.localAs] }
}

/** The other members would take every route of this node for a loop (RFC 5065 §4). */
export const isMisnamed = ({ identifier }: Confederation, { localAs }: OwnRouterSettings): boolean =>
  identifier === localAs

/**
 * The neighbour with the AS that it is to have us as, were it not for its options: the node's own where it is a member,
 * and else the identifier. An AS that the peering in the graph names is said as it stands.
 */
export function withConfederation(
  peer: PeerSettings,
  options: NeighbourOptions,
  membership: Membership | undefined,
  self: OwnRouterSettings
): PeerSettings {
  if (membership === undefined || peer.localAs !== self.localAs) return peer
  const { identifier, members } = membership
  // Whom `local_as` shows us as an AS that is no member is told what is told outside.
  const areWithin = [peer.peerAs, options.localAs ?? self.localAs].every(as => members.includes(as))
  if (areWithin && !isTenant(peer)) return peer
  return { ...peer, localAs: identifier, internal: peer.peerAs === identifier }
}

/** AS numbers that are this node's, whatever a session says: a path with one of them has come round (RFC 5065 §4). */
export function ownNumbers({ identifier }: Membership, { localAs }: OwnRouterSettings): readonly number[] {
  return [identifier, localAs]
}
