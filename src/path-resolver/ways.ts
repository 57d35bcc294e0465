/** The ways to a next hop: the paths of its host route that are used, as far as they may be gone on (spec routing 6.3). */
import { shareLoad } from '../bgp/rib/best-path.js'
import { type Path, PathFlag } from '../bgp/rib/path.js'
import { sourceRdOf } from '../bgp/rib/source-rd.js'
import type { Table } from '../bgp/rib/table.js'
import { u32At } from '../bgp/wire/attributes.js'
import { type NextHop, nextHopLength, writeNextHop } from './next-hops.js'
import type { Resolution } from './path-resolver.js'

export interface Way {
  readonly via: Path
  /** The source RD of `via`. */
  readonly rd: Uint8Array
  /** Of the path that is resolved this way: from the next hop of `via`. */
  readonly pathId: number
  readonly through: ReadonlySet<RouteNumber>
}

/** A route of the instance: its place in its table, and which table that is. */
export type RouteNumber = number

export const routeNumber = (table: Table, index: number): RouteNumber =>
  2 * index + (table.family.name === 'inet6' ? 1 : 0)

/**
 * One for each next hop of the host route's best path and of those that share the load with it, best first. A path
 * without a source RD, one whose next hop is the very address, and one that itself leads through `from`, is no way.
 */
export function waysTo(
  nextHop: NextHop<Resolution>,
  resolutions: ReadonlyMap<number, Resolution>,
  from: RouteNumber
): Way[] {
  const { table, key } = nextHop
  const index = table.indexOf(key)
  const best = index < 0 ? undefined : table.usableAt(index)
  const ways: Way[] = []
  if (best === undefined) return ways
  const addresses = new Set<string>([addressIn(key)])
  const pathIds = new Set<number>()
  for (let path = table.pathsAt(index); path !== undefined; path = path.next) {
    if ((path.flags & PathFlag.aliasedPath) !== 0) continue
    if (!path.feasible || (path !== best && !shareLoad(best, path, table.bestPathSettings))) break
    const length = nextHopLength(path.attributes)
    const rd = sourceRdOf(path.attributes)
    if (length === 0 || rd === undefined) continue
    writeNextHop(path.attributes, length, address)
    const text = textOf(address, length)
    if (addresses.has(text)) continue
    const through = throughOf(path, routeNumber(table, index), resolutions.get(index))
    if (through.has(from)) continue
    addresses.add(text)
    const pathId = freeId(length === 4 ? u32At(address, 0) : hashOf(address), pathIds)
    pathIds.add(pathId)
    ways.push({ via: path, rd, pathId, through })
  }
  return ways
}

/** The host route, and where its path is itself resolved, what that goes through. */
function throughOf(
  { source, pathId, flags, origin }: Path,
  hostRoute: RouteNumber,
  owner: Resolution | undefined
): ReadonlySet<RouteNumber> {
  if (origin !== undefined || (flags & PathFlag.resolvedPath) === 0) return new Set([hostRoute])
  const own = owner?.resolved.find(path => path.source === source && path.pathId === pathId)
  return new Set([hostRoute, ...(own?.through ?? [])])
}

/** FNV-1a (32 bits): an IPv6 next hop as a path id. */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < 16; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193)
  return hash >>> 0
}

function freeId(wanted: number, taken: ReadonlySet<number>): number {
  let id = wanted
  while (taken.has(id)) id = (id + 1) >>> 0
  return id
}

const addressIn = (key: Uint8Array): string => textOf(key, key.length - 1)
const textOf = (bytes: Uint8Array, length: number): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, length).toString('latin1')

/** The next hop at hand. */
const address = new Uint8Array(16)
