/** Neighbours that are taken by the address they call from (spec bgp 19.9): which range, and what they are told. */
import type { DynamicNeighbours } from '../../config/dynamic-neighbours.js'
import { masterInstance, type OwnRouterSettings, type PeerSettings } from '../../config/settings.js'
import { inet4FromBytes, inet4Mask, parseInet4Prefix } from '../../net/inet.js'
import { maskInet6, parseInet6Prefix } from '../../net/inet6.js'
import { parseIp } from '../../net/ip.js'

interface Range {
  readonly neighbours: DynamicNeighbours
  readonly length: number
  contains(address: Uint8Array): boolean
}

export class NeighbourRanges {
  /** The most specific first. */
  readonly #ranges: readonly Range[]

  constructor(all: readonly DynamicNeighbours[]) {
    this.#ranges = all.flatMap(neighbours => rangeOf(neighbours) ?? []).sort((a, b) => b.length - a.length)
  }

  find(address: string): DynamicNeighbours | undefined {
    const bytes = parseIp(address)
    return bytes === undefined ? undefined : this.#ranges.find(range => range.contains(bytes))?.neighbours
  }
}

function rangeOf(neighbours: DynamicNeighbours): Range | undefined {
  const inet4 = parseInet4Prefix(neighbours.range)
  if (inet4 !== undefined) {
    const { address, length } = inet4
    const contains = (bytes: Uint8Array): boolean =>
      bytes.length === 4 && (inet4FromBytes(bytes) & inet4Mask(length)) >>> 0 === address
    return { neighbours, length, contains }
  }
  const inet6 = parseInet6Prefix(neighbours.range)
  if (inet6 === undefined) return undefined
  const { address, length } = inet6
  const contains = (bytes: Uint8Array): boolean => {
    if (bytes.length !== 16) return false
    const masked = bytes.slice()
    maskInet6(masked, length)
    return masked.every((byte, i) => byte === address[i])
  }
  return { neighbours, length, contains }
}

export const dynamicName = (address: string): string => `dynamic:${address}`

/** The settings that a bgp-peering would give; an AS that is left open is 0 until the session is up. */
export function dynamicPeer(
  neighbours: DynamicNeighbours,
  address: string,
  self: OwnRouterSettings
): PeerSettings {
  const { peerAs: asRule, families, prefixLimit, holdTimeSeconds } = neighbours
  const peerAs = asRule === 'internal' ? self.localAs : asRule === 'external' ? 0 : asRule[0]!
  return {
    name: dynamicName(address),
    instance: masterInstance,
    routerType: 'router',
    peerAs,
    localAs: self.localAs,
    internal: peerAs === self.localAs,
    localIdentifier: self.identifier,
    peerIdentifier: 0,
    address,
    port: 179,
    sourcePort: 0,
    holdTimeSeconds,
    passive: true,
    adminDown: self.adminDown,
    asOverride: false,
    privateAsAction: undefined,
    loopCount: 0,
    originOverride: undefined,
    keys: [],
    families: families.map(family => ({
      family,
      loopCount: 0,
      prefixLimit,
      idleTimeoutSeconds: 0,
      defaultTunnelEncapsulations: []
    })),
    clusterId: self.clusterId,
    gatewayInet: undefined,
    gatewayInet6: undefined
  }
}
