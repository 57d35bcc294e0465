/** Neighbours that are taken by the address they call from (spec bgp 19.9): which range, and what they are told. */
import type { DynamicNeighbours } from '../../config/dynamic-neighbours.js'
import { masterInstance, type OwnRouterSettings, type PeerSettings } from '../../config/settings.js'
import { type IpPrefix, parseIpPrefix } from '../../net/ip-prefix.js'
import { bytesOf, zoneOf } from '../../net/scoped-ip.js'

export class NeighbourRanges {
  /** The most specific first, and of an interface before those of any. */
  readonly #ranges: readonly { readonly neighbours: DynamicNeighbours; readonly prefix: IpPrefix }[]

  constructor(all: readonly DynamicNeighbours[]) {
    this.#ranges = all
      .map(neighbours => ({ neighbours, prefix: parseIpPrefix(neighbours.range)! }))
      .sort((a, b) => b.prefix.length - a.prefix.length || rankOf(a.neighbours) - rankOf(b.neighbours))
  }

  find(address: string): DynamicNeighbours | undefined {
    const bytes = bytesOf(address)
    if (bytes === undefined) return undefined
    const zone = zoneOf(address)
    return this.#ranges.find(
      ({ neighbours, prefix }) => prefix.contains(bytes) && (neighbours.interface ?? zone) === zone
    )?.neighbours
  }
}

const rankOf = (neighbours: DynamicNeighbours): number => (neighbours.interface === undefined ? 1 : 0)

/** The first address of a range. */
export const rangeAddress = (range: string): string => parseIpPrefix(range)!.address

const namePrefix = 'dynamic:'
export const dynamicName = (address: string): string => namePrefix + address
export const dynamicAddress = (name: string): string => name.slice(namePrefix.length)

const defaultHoldTimeSeconds = 90

/** The settings that a bgp-peering would give; an AS that is left open is 0 until the session is up. */
export function dynamicPeer(
  neighbours: DynamicNeighbours,
  address: string,
  self: OwnRouterSettings
): PeerSettings {
  const { peerAs: asRule, families } = neighbours
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
    shared: false,
    holdTimeSeconds: defaultHoldTimeSeconds,
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
      prefixLimit: 0,
      idleTimeoutSeconds: 0,
      defaultTunnelEncapsulations: []
    })),
    clusterId: self.clusterId,
    gatewayInet: undefined,
    gatewayInet6: undefined
  }
}
