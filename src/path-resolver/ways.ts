/** The ways to a next hop: the paths of its host route that are used, as far as they may be gone on (spec routing 6.3). */
import { shareLoad } from '../bgp/rib/best-path.js'
import { type Path, PathFlag } from '../bgp/rib/path.js'
import { sourceRdOf } from '../bgp/rib/source-rd.js'
import { u32At } from '../bgp/wire/attributes.js'
import { type NextHop, nextHopLength, writeNextHop } from './next-hops.js'

export interface Way {
  readonly via: Path
  /** The source RD of `via`. */
  readonly rd: Uint8Array
  /** Of the path that is resolved this way: from the next hop of `via`. */
  readonly pathId: number
}

export interface Ways {
  /** At most `waysAtMost`. */
  readonly ways: readonly Way[]
  /** There are more, which are not used. */
  readonly isLimited: boolean
}

/** Each way to a next hop is a copy of every path that names it: without a bound these multiply. */
export const waysAtMost = 64

/**
 * One for each next hop of the host route's best path and of those that share the load with it, best first. A path
 * without a source RD, and one whose next hop is the very address, is no way. A resolved path is not looked at where
 * it was copied from another instance, and, unless `overResolved`, where it is the route's own: the best is then that
 * of the others (docs/decisions/0016).
 */
export function waysTo(nextHop: NextHop<unknown>, overResolved: boolean): Ways {
  const { table, key } = nextHop
  const index = table.indexOf(key)
  const ways: Way[] = []
  if (index < 0) return { ways, isLimited: false }
  const addresses = new Set<string>([addressIn(key)])
  const pathIds = new Set<number>()
  let best: Path | undefined
  for (let path = table.pathsAt(index); path !== undefined; path = path.next) {
    const { flags, origin, attributes } = path
    if ((flags & PathFlag.aliasedPath) !== 0) continue
    if (!path.feasible) break
    if ((flags & PathFlag.resolvedPath) !== 0 && (origin !== undefined || !overResolved)) continue
    best ??= path
    if (path !== best && !shareLoad(best, path, table.bestPathSettings)) break
    const length = nextHopLength(attributes)
    const rd = sourceRdOf(attributes)
    if (length === 0 || rd === undefined) continue
    writeNextHop(attributes, length, address)
    const text = textOf(address, length)
    if (addresses.has(text)) continue
    if (ways.length === waysAtMost) return { ways, isLimited: true }
    addresses.add(text)
    const pathId = freeId(length === 4 ? u32At(address, 0) : hashOf(address), pathIds)
    pathIds.add(pathId)
    ways.push({ via: path, rd, pathId })
  }
  return { ways, isLimited: false }
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
