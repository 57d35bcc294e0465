/**
 * Neighbours that are taken by the address they call from (spec bgp 19.9), as the node's own file says it: the
 * configuration graph has no objects for them. They are never dialled; the most specific range counts; a neighbour of
 * the graph with the same address goes before.
 *
 *   bgp:
 *     dynamic_neighbours:
 *       - range: 10.0.0.0/16           # IPv4 or IPv6
 *         peer_as: [64512, 64513]      # a number, a list, `external` or `internal`
 *         families: [inet, e-vpn]      # default: inet
 *         interface: eth0              # of link-local ranges: callers from there alone; default: any
 *         limit: 500                   # most at a time; default 100
 *         prefix_limit: 10000          # and the other options of `neighbour-options.ts`
 *         idle_removal: 60             # seconds without a session before one is forgotten; default 60
 */
import { printIp } from '../net/ip.js'
import { parseIpPrefix } from '../net/ip-prefix.js'
import { canonicalAddress, isLinkLocalBytes, isMapped } from '../net/scoped-ip.js'
import { apiFamilyNames, familiesOf } from './families.js'
import { type NeighbourOptions, neighbourOptionKeys, readNeighbourOptions } from './neighbour-options.js'
import type { FamilyName } from './settings.js'
import { SharedKeys } from './shared-keys.js'
import type { Section } from './yaml-section.js'

export interface DynamicNeighbours {
  /** As written; it parses. */
  readonly range: string
  /** Of link-local ranges alone; undefined: any. */
  readonly interface?: string
  readonly peerAs: 'external' | 'internal' | readonly number[]
  readonly families: readonly FamilyName[]
  /** Most of them at a time. */
  readonly limit: number
  readonly options: NeighbourOptions
  /** How long one without a session, and without routes that are kept for it, is remembered. */
  readonly idleRemovalSeconds: number
}

export const dynamicNeighbourKeys: readonly string[] = [
  'range',
  'interface',
  'peer_as',
  'families',
  'limit',
  'idle_removal',
  ...neighbourOptionKeys
]

const highestAs = 2 ** 32 - 1

/**
 * Without those of which something that has no default is missing or wrong, which has been reported. `members` are those
 * of the confederation that the node is in.
 */
export function readDynamicNeighbours(
  entries: readonly Section[],
  members: readonly number[] = []
): DynamicNeighbours[] {
  const keys = new SharedKeys()
  const ranges = new Set<string>()
  return entries.flatMap(entry => {
    const neighbours = readEntry(entry)
    if (neighbours === undefined) return []
    const { range, interface: zone, options, peerAs } = neighbours
    const { address, length } = parseIpPrefix(range)!
    const isOf = `${address}/${length}${zone === undefined ? '' : ` of ${zone}`}`
    if (ranges.has(isOf)) entry.fail('range', `'${isOf}' is named twice`)
    ranges.add(isOf)
    // The node's OPEN may be the first, and says another AS to each side (RFC 5065 §4).
    if (typeof peerAs !== 'string' && new Set(peerAs.map(as => members.includes(as))).size > 1)
      entry.fail(
        'peer_as',
        "names members of the confederation and others: a range is of one side (the node's own AS counts as 'members' has it)"
      )
    keys.look(entry, range, zone === undefined ? range : `${range} of ${zone}`, options.md5Key ?? [])
    return [neighbours]
  })
}

function readEntry(entry: Section): DynamicNeighbours | undefined {
  const range = readRange(entry)
  const peerAs = readPeerAs(entry)
  const families = familiesOf(entry.texts('families', apiFamilyNames))
  const zone = readInterface(entry, range)
  const settings = {
    ...(zone !== undefined && { interface: zone }),
    families: families.length === 0 ? (['inet'] as const) : families,
    limit: entry.integer('limit', 1, 100_000) ?? 100,
    options: readNeighbourOptions(entry),
    idleRemovalSeconds: entry.integer('idle_removal', 1, 86_400) ?? 60
  }
  return range === undefined || peerAs === undefined ? undefined : { range, peerAs, ...settings }
}

function readRange(entry: Section): string | undefined {
  if (!entry.has('range')) return entry.missing('range')
  const range = entry.text('range')
  if (range === undefined) return undefined
  const prefix = parseIpPrefix(range)
  if (prefix === undefined) return entry.fail('range', `'${range}' is no prefix, as in 10.0.0.0/16`)
  if (prefix.length < 96 || !isMapped(prefix.bytes)) return range
  const inet = `${printIp(prefix.bytes.subarray(12))}/${prefix.length - 96}`
  return entry.fail(
    'range',
    `'${range}' is of IPv4-mapped addresses, which call as those of IPv4: write ${inet}`
  )
}

function readInterface(entry: Section, range: string | undefined): string | undefined {
  const name = entry.text('interface')
  if (name === undefined || range === undefined) return undefined
  const { bytes, length } = parseIpPrefix(range)!
  if (length < 10 || !isLinkLocalBytes(bytes))
    return entry.fail(
      'interface',
      `${range} is no range of link-local addresses, which alone are of an interface`
    )
  if (canonicalAddress(`fe80::1%${name}`) !== undefined) return name
  return entry.fail('interface', `'${name}' is no name of an interface`)
}

function readPeerAs(entry: Section): DynamicNeighbours['peerAs'] | undefined {
  if (!entry.has('peer_as')) return entry.missing('peer_as')
  if (entry.isText('peer_as'))
    return entry.oneOf<'external' | 'internal'>('peer_as', ['external', 'internal'])
  const numbers = entry.integers('peer_as', 1, highestAs)
  return numbers.length === 0 ? undefined : numbers
}
