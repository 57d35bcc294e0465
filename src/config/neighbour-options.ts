/**
 * What of a BGP session the configuration graph has no words for, as the node's own file says it: for neighbours of the
 * graph by address, and for dynamic neighbours by range.
 *
 *   bgp:
 *     neighbours:
 *       - address: 10.0.0.1
 *         role: provider             # ours (RFC 9234), eBGP only; default none
 *         add_path: both             # send, receive, both or none (RFC 7911); default none
 *         extended_messages: true    # messages up to 65,535 bytes (RFC 8654); default false
 *         extended_next_hop: true    # IPv6 next hops for IPv4 prefixes (RFC 8950); default false
 *         route_reflector_client: true   # false: no client (RFC 4456 §4); absent: told everything, as by the original
 */
import type { Section } from './yaml-section.js'

export interface NeighbourOptions {
  readonly role: RoleName | undefined
  readonly addPath: 'none' | 'send' | 'receive' | 'both'
  readonly extendedMessages: boolean
  readonly extendedNextHop: boolean
  /** The neighbour's part in reflection; undefined: see `PeerPolicy.reflectorClient`. */
  readonly routeReflectorClient: boolean | undefined
}

export const roleNames = ['provider', 'rs', 'rs-client', 'customer', 'peer'] as const
export type RoleName = (typeof roleNames)[number]

export const neighbourOptionKeys: readonly string[] = [
  'role',
  'add_path',
  'extended_messages',
  'extended_next_hop',
  'route_reflector_client'
]

export const noNeighbourOptions: NeighbourOptions = {
  role: undefined,
  addPath: 'none',
  extendedMessages: false,
  extendedNextHop: false,
  routeReflectorClient: undefined
}

export function readNeighbourOptions(entry: Section): NeighbourOptions {
  return {
    role: entry.oneOf('role', roleNames),
    addPath: entry.oneOf('add_path', ['none', 'send', 'receive', 'both'] as const) ?? 'none',
    extendedMessages: entry.flag('extended_messages') ?? false,
    extendedNextHop: entry.flag('extended_next_hop') ?? false,
    routeReflectorClient: entry.flag('route_reflector_client')
  }
}

/** By printed address; an address that is named twice is reported. */
export function readNeighbours(entries: readonly Section[]): ReadonlyMap<string, NeighbourOptions> {
  const neighbours = new Map<string, NeighbourOptions>()
  for (const entry of entries) {
    if (!entry.has('address')) entry.missing('address')
    const address = entry.address()
    const options = readNeighbourOptions(entry)
    if (address === undefined) continue
    if (neighbours.has(address)) entry.fail('address', `'${address}' is named twice`)
    neighbours.set(address, options)
  }
  return neighbours
}
