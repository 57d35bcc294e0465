/** What a resolver remembers of one route, and what it does with that route's paths in one look at it. */
import { infeasibleFlags, type Path, PathFlag } from '../bgp/rib/path.js'
import type { Source } from '../bgp/rib/source.js'
import type { Table } from '../bgp/rib/table.js'
import type { NextHop } from './next-hops.js'

/** What came of one next hop of a route. */
export interface NextHopUse {
  /** Copies that lead over it. */
  readonly copies: number
  /** It has more ways than are used (`waysAtMost`). */
  readonly isLimited: boolean
}

const unused: NextHopUse = { copies: 0, isLimited: false }

/** A route with paths to resolve. It is held in its table: its index and its key stay. */
export class Resolution {
  /** The next hops of its paths. */
  readonly nextHops = new Map<NextHop<Resolution>, NextHopUse>()
  /** `nextHops` has got or lost a member, and those whose way leads here have not been told. */
  leadsElsewhere = false
  readonly key: Uint8Array

  constructor(
    readonly table: Table,
    readonly index: number
  ) {
    this.key = table.keys.slice(table.keyStart(index), table.keyEnd(index))
  }

  /** It waits for `nextHop` from now on. */
  await(nextHop: NextHop<Resolution>): void {
    if (this.nextHops.has(nextHop)) return
    this.nextHops.set(nextHop, unused)
    nextHop.users.add(this)
    this.leadsElsewhere = true
  }

  leave(nextHop: NextHop<Resolution>): void {
    this.nextHops.delete(nextHop)
    nextHop.users.delete(this)
    this.leadsElsewhere = true
  }
}

/** One look at a route, over as many slices as it takes. */
export class Look {
  /** The route has changed since the last slice; it is looked at once more behind this look. */
  isOutdated = false
  /** The copies that belong there. */
  readonly copies = new PathSet()
  readonly nextHops = new Map<NextHop<Resolution>, NextHopUse>()
  /** Next hops that do not lead back to the route, nor does any that they lead to. */
  readonly leadingAway = new Set<NextHop<Resolution>>()
  readonly #done = new PathSet()
  #originals: readonly Path[]
  #at = 0

  constructor(readonly resolution: Resolution) {
    this.#originals = pathsAt(resolution, isUnresolved)
  }

  /** The next path that is to be resolved, best first. */
  next(): Path | undefined {
    if (this.isOutdated) {
      this.isOutdated = false
      const originals = pathsAt(this.resolution, isUnresolved)
      this.#originals = originals.filter(path => !this.#done.has(path))
      this.#at = 0
    }
    const path = this.#originals[this.#at++]
    if (path !== undefined) this.#done.add(path.source, path.pathId)
    return path
  }

  count(nextHop: NextHop<Resolution>, copies: number, isLimited: boolean): void {
    const before = this.nextHops.get(nextHop)?.copies ?? 0
    this.nextHops.set(nextHop, { copies: before + copies, isLimited })
  }
}

/** Paths of one route by source and path id. */
class PathSet {
  readonly #ids = new Map<Source, Set<number>>()

  has({ source, pathId }: Pick<Path, 'source' | 'pathId'>): boolean {
    return this.#ids.get(source)?.has(pathId) === true
  }

  add(source: Source, pathId: number): void {
    const ids = this.#ids.get(source)
    if (ids === undefined) this.#ids.set(source, new Set([pathId]))
    else ids.add(pathId)
  }
}

export function hasUnresolved(first: Path | undefined): boolean {
  for (let path = first; path !== undefined; path = path.next) if (isUnresolved(path)) return true
  return false
}

/** To be resolved, and with nothing else against it. */
const isUnresolved = ({ flags, origin }: Path): boolean =>
  origin === undefined && (flags & infeasibleFlags) === PathFlag.resolveNextHop

/** Made by a resolver of this table, not copied here from another. */
const isCopy = ({ flags, origin }: Path): boolean =>
  origin === undefined && (flags & PathFlag.resolvedPath) !== 0

/** The copies that a resolver has put on a route. */
export const copiesAt = (route: { table: Table; index: number }): Path[] => pathsAt(route, isCopy)

function pathsAt({ table, index }: { table: Table; index: number }, which: (path: Path) => boolean): Path[] {
  const paths: Path[] = []
  for (let path = table.pathsAt(index); path !== undefined; path = path.next)
    if (which(path)) paths.push(path)
  return paths
}
