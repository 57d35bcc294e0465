import { infeasibleFlags, PathFlag } from './path.js'
import type { Route } from './route.js'
import type { Source } from './source.js'

/** Paths of a table by standing, as operators count them (introspect.md 3.4). */
export class PathCounts {
  primary = 0
  secondary = 0
  infeasible = 0
  stale = 0
  longLivedStale = 0
  /** Primary ones that cannot be used, and not only for want of a next hop: they are few, so each is counted for its source. */
  readonly #infeasibleBySource = new Map<Source, number>()
  /** Primary ones that are kept of a lost session, without what a resolver made of them. */
  readonly #staleBySource = new Map<Source, number>()

  /** Primary paths of the source that cannot be used, and not only for want of a next hop. */
  infeasibleOf(source: Source): number {
    return this.#infeasibleBySource.get(source) ?? 0
  }

  /** Primary paths of the source that are kept of a lost session; those that a resolver made are not counted. */
  staleOf(source: Source): number {
    return this.stale === 0 ? 0 : (this.#staleBySource.get(source) ?? 0)
  }

  /** A path with these flags has come, or has gone. */
  count(source: Source, origin: Route | undefined, flags: number, by: 1 | -1): void {
    if (origin === undefined) this.primary += by
    else this.secondary += by
    if (flags !== 0) this.#countFlags(source, origin, flags, by)
  }

  #countFlags(source: Source, origin: Route | undefined, flags: number, by: 1 | -1): void {
    if ((flags & PathFlag.stale) !== 0) {
      this.stale += by
      const isOwn = origin === undefined && (flags & PathFlag.resolvedPath) === 0
      if (isOwn) countFor(source, this.#staleBySource, by)
    }
    if ((flags & PathFlag.llgrStale) !== 0) this.longLivedStale += by
    if ((flags & infeasibleFlags) === 0) return
    this.infeasible += by
    // What waits for its next hop is nothing that its source did wrong.
    if (origin !== undefined || (flags & infeasibleFlags) === PathFlag.resolveNextHop) return
    countFor(source, this.#infeasibleBySource, by)
  }
}

function countFor(source: Source, counts: Map<Source, number>, by: 1 | -1): void {
  const count = (counts.get(source) ?? 0) + by
  if (count > 0) counts.set(source, count)
  else counts.delete(source)
}
