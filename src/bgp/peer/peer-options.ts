/** What the options of a neighbour (`config/neighbour-options.ts`) make of what the configuration graph says of it. */
import type { NeighbourOptions, RoleName } from '../../config/neighbour-options.js'
import { valueFor } from '../../config/prefix-limits.js'
import type { PeerFamilySettings, PeerSettings } from '../../config/settings.js'
import { CommunityKind } from '../export/community-kinds.js'
import type { SessionSettings } from '../session/settings.js'
import type { Capabilities } from '../wire/capabilities.js'
import { Role } from '../wire/capabilities.js'
import { type DecodeSettings, FilterAction } from '../wire/decode-context.js'
import { familyNamed, familyOf } from '../wire/families.js'
import type { PrefixLimit } from './prefix-guard.js'

/** The neighbour as it is then: options go before the words of the graph that they stand for. */
export function withOptions(peer: PeerSettings, options: NeighbourOptions): PeerSettings {
  const localAs = options.localAs ?? peer.localAs
  const { removePrivateAs } = options
  return {
    ...peer,
    localAs,
    internal: peer.peerAs === localAs,
    adminDown: options.adminDown ?? peer.adminDown,
    passive: options.passive ?? peer.passive,
    holdTimeSeconds: options.holdTime ?? peer.holdTimeSeconds,
    asOverride: options.asOverride ?? peer.asOverride,
    ...(removePrivateAs !== undefined && {
      privateAsAction: removePrivateAs === 'none' ? undefined : removePrivateAs
    }),
    loopCount: options.allowAsIn ?? peer.loopCount,
    keys: options.md5Key === undefined ? peer.keys : options.md5Key.map((key, id) => ({ id, key })),
    families: peer.families.map(family => familyWithOptions(family, options))
  }
}

function familyWithOptions(family: PeerFamilySettings, options: NeighbourOptions): PeerFamilySettings {
  const limit = valueFor(options.prefixLimit, family.family)
  return {
    ...family,
    ...(options.allowAsIn !== undefined && { loopCount: options.allowAsIn }),
    ...(limit !== undefined && { prefixLimit: limit.maximum, idleTimeoutSeconds: limit.idleSeconds })
  }
}

/** Limits by name of the family; those of the graph have neither action nor warning of their own. */
export function prefixLimits(peer: PeerSettings, options: NeighbourOptions): Map<string, PrefixLimit> {
  const limits = new Map<string, PrefixLimit>()
  for (const { family, prefixLimit: maximum, idleTimeoutSeconds: idleSeconds } of peer.families) {
    if (maximum === 0) continue
    const given = valueFor(options.prefixLimit, family)
    limits.set(familyNamed(family)?.name ?? family, {
      maximum,
      idleSeconds,
      ...(given !== undefined && { action: given.action, warningPercent: given.warningPercent })
    })
  }
  return limits
}

export function prefixLimitsOut(peer: PeerSettings, options: NeighbourOptions): Map<string, number> {
  const limits = new Map<string, number>()
  for (const { family } of peer.families) {
    const limit = valueFor(options.prefixLimitOut, family) ?? 0
    if (limit > 0) limits.set(familyNamed(family)?.name ?? family, limit)
  }
  return limits
}

const communityKinds = {
  standard: CommunityKind.standard,
  extended: CommunityKind.extended,
  large: CommunityKind.large
} as const

/** Kinds that are not sent, `CommunityKind` bits. */
export function withheldCommunities({ sendCommunities }: NeighbourOptions): number {
  if (sendCommunities === undefined) return 0
  let withheld = CommunityKind.standard | CommunityKind.extended | CommunityKind.large
  for (const kind of sendCommunities) withheld &= ~communityKinds[kind]
  return withheld
}

/** What of a session's settings options alone can say; `ordinaryAs`: ours if it were not for `localAs`. */
export function sessionOptions(options: NeighbourOptions, ordinaryAs: number): Partial<SessionSettings> {
  const { localAs, localAddress, connectRetry, shutdownText, idleHold, sendHold, keepalive } = options
  const { minimumHoldTime, strictRole, maximumSegmentSize, localAsDualAs } = options
  return {
    ...(shutdownText !== undefined && { shutdownText }),
    ...(localAddress !== undefined && { localAddress }),
    ...(connectRetry !== undefined && { maximumConnectRetrySeconds: connectRetry }),
    ...(idleHold !== undefined && { idleHoldSeconds: idleHold }),
    ...(sendHold !== undefined && { sendHoldSeconds: sendHold }),
    ...(keepalive !== undefined && { maximumKeepaliveSeconds: keepalive }),
    ...(minimumHoldTime !== undefined && { minimumHoldTimeSeconds: minimumHoldTime }),
    ...(strictRole !== undefined && { strictRole }),
    ...(maximumSegmentSize !== undefined && { maximumSegmentSize }),
    ...(localAsDualAs === true && localAs !== ordinaryAs && { alternateAs: ordinaryAs })
  }
}

/** How its UPDATEs are read, as far as options say it. */
export function decodeOptions(options: NeighbourOptions): Partial<DecodeSettings> {
  const { aigp, allowEmptyAsPath, rejectAsSets, nlriError } = options
  const { discardAttributes = [], withdrawAttributes = [] } = options
  const filter = new Uint8Array(256)
  for (const code of discardAttributes) filter[code] = FilterAction.discard
  for (const code of withdrawAttributes) filter[code] = FilterAction.treatAsWithdraw
  return {
    ...(aigp === true && { aigp }),
    ...(allowEmptyAsPath === true && { allowEmptyAsPath }),
    ...(rejectAsSets === true && { rejectAsSets }),
    ...(nlriError === 'disable-family' && { disableFamilyOnError: true }),
    ...(filter.some(action => action !== FilterAction.none) && { attributeFilter: filter })
  }
}

/** GTSM: whoever is `hops` away sends 255 and arrives with no less than 256 - hops (RFC 5082 §3). */
export const minimumTtl = (hops: number): number => 256 - hops

const roles: Record<RoleName, Role> = {
  provider: Role.provider,
  rs: Role.routeServer,
  'rs-client': Role.routeServerClient,
  customer: Role.customer,
  peer: Role.peer
}

/** Several paths mean nothing where a route says who wants what, or is a part of a tree (spec bgp 19.1). */
const onePathFamilies: ReadonlySet<string> = new Set(['route-target', 'erm-vpn', 'mvpn', 'mvpn6'])
const inetAfi = 1
const inet6Afi = 2

/** What the options add to an OPEN. */
export function withOptionalCapabilities(
  capabilities: Capabilities,
  { role, addPath = 'none', extendedMessages, extendedNextHop }: NeighbourOptions
): Capabilities {
  const families = capabilities.multiprotocol.map(({ afi, safi }) => ({ afi, safi }))
  const send = addPath === 'send' || addPath === 'both'
  const receive = addPath === 'receive' || addPath === 'both'
  return {
    ...capabilities,
    ...(role !== undefined && { role: roles[role] }),
    ...(addPath !== 'none' && {
      addPath: families
        .filter(({ afi, safi }) => !onePathFamilies.has(familyOf(afi, safi)?.name ?? ''))
        .map(family => ({ ...family, send, receive }))
    }),
    ...(extendedMessages === true && { extendedMessage: true }),
    ...(extendedNextHop === true && {
      extendedNextHop: families
        .filter(({ afi }) => afi === inetAfi)
        .map(family => ({ ...family, nextHopAfi: inet6Afi }))
    })
  }
}
