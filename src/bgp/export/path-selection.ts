/**
 * How many of a route's paths a receiver with ADD-PATH is told (RFC 7911 leaves it open; RFC 7964 §4 has the kinds):
 * all that can be used, the best few, or the best of each neighbouring AS. Nothing is kept: a path's place is looked at
 * when it is asked for.
 */
import { type Path, PathFlag } from '../rib/path.js'

/** Undefined, where it may be: all. A number: the best so many. */
export type PathSelection = number | 'best-per-as'

/** The path, or the next behind it, that receivers may be told. */
export function usable(path: Path | undefined): Path | undefined {
  while (path !== undefined && (!path.feasible || (path.flags & PathFlag.aliasedPath) !== 0)) path = path.next
  return path
}

/** `paths` are those of the route, best first, and `one` is of them, or a copy that stands for one. */
export function isSelected(paths: Path | undefined, one: Path, selection: PathSelection): boolean {
  let left = selection === 'best-per-as' ? Number.POSITIVE_INFINITY : selection
  for (let path = usable(paths); path !== undefined && left > 0; path = usable(path.next), left--) {
    if (path.source === one.source && path.pathId === one.pathId && path.origin === one.origin) return true
    if (selection === 'best-per-as' && neighbourOf(path) === neighbourOf(one)) return false
  }
  return false
}

const neighbourOf = ({ attributes }: Path): number => attributes.facts.neighborAs
